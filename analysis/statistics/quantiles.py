"""Numbers with weights go in, their weighted quantiles and Woodruff's intervals come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.design import Design, count_degrees
from analysis.statistics.domains import Floats, Integers, Membership, check_values, check_weights
from analysis.statistics.intervals import student, student_quantile
from analysis.statistics.linearise import linearise_mean

QuantileRule = Literal["school", "math"]


@dataclass(frozen=True)
class Quantiles:
    """Quantiles with their intervals, each (items, domains); NaN where nobody answered."""

    value: Floats
    standard_error: Floats  # half the interval over the t quantile (Woodruff 1952)
    lower: Floats
    upper: Floats
    base: Integers
    degrees: Floats


def weighted_quantiles(
    values: ArrayLike,
    probability: float = 0.5,
    weights: ArrayLike | None = None,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
    rule: QuantileRule = "school",
) -> Floats:
    """The weighted quantile of every item in every domain, (items, domains).

    The value at which the cumulated weight reaches the probability. Where it is met exactly,
    ``rule="school"`` takes the mean of that value and the next, so that an unweighted median of
    an even base is the usual one (Hyndman and Fan 1996, type 2), and ``rule="math"`` the value
    itself; both are rules of R survey's ``svyquantile``. NaN where nobody with a weight answered.

    Raises ValueError as ``sum_numbers`` does, and for a probability outside [0, 1].
    """
    _check_probability(probability)
    matrix = check_values(values)
    n, items = matrix.shape
    weight = check_weights(weights, n)
    membership = Membership.of(domains, n, domain_count)
    wanted = np.full((items, membership.count), float(probability))
    return _find_quantiles(matrix, weight, membership, wanted, rule)


def estimate_quantiles(
    design: Design,
    values: ArrayLike,
    probability: float = 0.5,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
    level: float = 0.95,
    rule: QuantileRule = "school",
) -> Quantiles:
    """Quantiles under a design with Woodruff's interval (1952, JASA 47, 635–646).

    The share of answers up to the quantile gets its t interval, and the quantiles at its bounds
    are the interval; a bound below 0 or above 1 becomes the lowest or highest answer. Degrees of
    freedom are those of the units that answered. Shapes and errors as ``weighted_quantiles``.
    """
    _check_probability(probability)
    matrix = check_values(values)
    items = matrix.shape[1]
    membership = Membership.of(domains, design.n, domain_count)
    inside = np.zeros((design.n, membership.count), np.bool_)
    rows = np.arange(design.n) if membership.rows is None else membership.rows
    inside[rows, membership.domain] = design.weights[rows] > 0
    count = membership.count
    wanted = np.full((items, count), float(probability))
    value = _find_quantiles(matrix, design.weights, membership, wanted, rule)
    share, error = np.full((items, count), 0.5), np.zeros((items, count))
    base = np.zeros((items, count), np.int64)
    degrees = count_degrees(design, ~np.isnan(matrix), inside)
    for item in range(items):
        members = inside & ~np.isnan(matrix[:, item, None])
        base[item] = members.sum(axis=0)
        filled = np.nonzero(base[item])[0]
        if not len(filled):
            continue
        upto = matrix[:, item, None] <= value[item, filled]
        mean = linearise_mean(design, upto, members[:, filled])
        share[item, filled] = mean.value
        error[item, filled] = mean.standard_error(design)
    bounds = [np.clip(part, 0.0, 1.0) for part in student(share, error, degrees, level)]
    lower, upper = (
        _find_quantiles(matrix, design.weights, membership, part, rule) for part in bounds
    )
    t = student_quantile(0.5 + level / 2, degrees)
    spread = np.divide(upper - lower, 2 * t, out=np.full(t.shape, np.nan), where=t > 0)
    return Quantiles(value, spread, lower, upper, base, degrees)


def _check_probability(probability: float) -> None:
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}; a quantile lies between 0 and 1.")


def _find_quantiles(
    matrix: Floats, weight: Floats, membership: Membership, wanted: Floats, rule: QuantileRule
) -> Floats:
    """Quantiles at ``wanted`` (items, domains)."""
    if rule not in ("school", "math"):
        raise ValueError(f"rule is {rule!r}; allowed are 'school' and 'math'.")
    member_weight = membership.take(weight)
    out = np.full(wanted.shape, np.nan)
    for item in range(len(wanted)):
        y = membership.take(matrix[:, item])
        kept = ~np.isnan(y) & (member_weight > 0)
        out[item] = _grouped_quantile(
            y[kept], member_weight[kept], membership.domain[kept], wanted[item], rule
        )
    return out


def _grouped_quantile(
    y: Floats, w: Floats, group: Integers, probability: Floats, rule: QuantileRule
) -> Floats:
    """One sort for all domains: by domain, then by value."""
    order = np.lexsort((y, group))
    y, w, group = y[order], w[order], group[order]
    present, start = np.unique(group, return_index=True)
    out = np.full(len(probability), np.nan)
    if not len(present):
        return out
    cumulated = np.cumsum(w)
    before = np.concatenate([[0.0], cumulated])[start]
    total = np.add.reduceat(w, start)
    last = np.append(start[1:], len(y)) - 1
    wanted = before + probability[present] * total
    # Sums of weights carry rounding: a millionth of a millionth of the total counts as met.
    slack = 1e-12 * cumulated[-1]
    low = np.clip(np.searchsorted(cumulated, wanted - slack), start, last)
    high = np.clip(np.searchsorted(cumulated, wanted + slack), start, last)
    out[present] = (y[low] + y[high]) / 2 if rule == "school" else y[low]
    return out
