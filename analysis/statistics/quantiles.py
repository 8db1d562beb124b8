"""Numbers with weights go in, their weighted medians and other quantiles come out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.domains import Floats, Membership, check_values, check_weights


def weighted_quantiles(
    values: ArrayLike,
    probability: float = 0.5,
    weights: ArrayLike | None = None,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
) -> Floats:
    """The weighted quantile of every item in every domain, (items, domains).

    The value at which the cumulated weight reaches the probability; where it is met exactly, the
    mean of that value and the next, so that an unweighted median of an even base is the usual
    one. NaN where nobody with a weight answered. This is ``qrule="school"`` of R survey's
    ``svyquantile``, Hyndman and Fan (1996) type 2.

    Raises ValueError as ``sum_numbers`` does, and for a probability outside [0, 1].
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}; a quantile lies between 0 and 1.")
    matrix = check_values(values)
    n, items = matrix.shape
    weight = check_weights(weights, n)
    membership = Membership.of(domains, n, domain_count)
    member_weight = membership.take(weight)
    out = np.full((items, membership.count), np.nan)
    for item in range(items):
        y = membership.take(matrix[:, item])
        kept = ~np.isnan(y) & (member_weight > 0)
        out[item] = _grouped_quantile(
            y[kept], member_weight[kept], membership.domain[kept], membership.count, probability
        )
    return out


def _grouped_quantile(y: Floats, w: Floats, group, count: int, probability: float) -> Floats:
    """One sort for all domains: by domain, then by value."""
    order = np.lexsort((y, group))
    y, w, group = y[order], w[order], group[order]
    present, start = np.unique(group, return_index=True)
    out = np.full(count, np.nan)
    if not len(present):
        return out
    cumulated = np.cumsum(w)
    before = np.concatenate([[0.0], cumulated])[start]
    total = np.add.reduceat(w, start)
    last = np.append(start[1:], len(y)) - 1
    wanted = before + probability * total
    # Sums of weights carry rounding: a millionth of a millionth of the total counts as met.
    slack = 1e-12 * np.maximum(total, cumulated[-1])
    low = np.clip(np.searchsorted(cumulated, wanted - slack), start, last)
    high = np.clip(np.searchsorted(cumulated, wanted + slack), start, last)
    out[present] = (y[low] + y[high]) / 2
    return out
