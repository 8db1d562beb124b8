"""P-values and the family each belongs to go in, adjusted p-values come out.

The values are those of pingouin's ``multicomp`` (tested), which takes one family a call and a
second of import; a report has thousands of families, since the pairs behind letters are one a row.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.domains import Floats

Adjustment = Literal["fdr_bh", "holm", "none"]


def adjust_families(
    p: ArrayLike,
    families: ArrayLike,
    planned: ArrayLike | None = None,
    method: Adjustment = "fdr_bh",
) -> Floats:
    """Adjust within every family, contrasts planned beforehand apart from explored ones, (k,).

    ``p`` (k,) with NaN for what was not tested, which counts for nothing and stays NaN;
    ``families`` (k,) names; ``planned`` (k,) booleans. For ``method`` see ``adjust_along``.
    """
    given = np.asarray(p, np.float64)
    names = np.asarray(families)
    apart = np.zeros(len(given), np.bool_) if planned is None else np.asarray(planned, np.bool_)
    if not len(given) == len(names) == len(apart):
        raise ValueError(
            f"families: {len(given)} p-values, {len(names)} families, {len(apart)} marks; "
            "give one of each."
        )
    _, code = np.unique(names, return_inverse=True)
    group = 2 * code + apart
    order = np.argsort(group, kind="stable")
    ends = np.flatnonzero(np.diff(group[order])) + 1
    adjusted = np.full(len(given), np.nan)
    for members in np.split(order, ends):
        adjusted[members] = adjust_along(given[members][None, :], method)[0]
    return adjusted


def adjust_along(p: ArrayLike, method: Adjustment = "fdr_bh") -> Floats:
    """Adjust every row of ``p`` (families, k) as a family of its own; NaN was not tested.

    "fdr_bh" (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57, 289–300): of m tests the i-th
    smallest becomes the least of m p/j over all j ≥ i. "holm" (Holm 1979, Scand. J. Stat. 6,
    65–70): it becomes the largest of (m − j + 1) p over all j ≤ i. Neither exceeds 1. "none"
    leaves p as it is. Raises ValueError for other methods and for p outside 0 to 1.
    """
    if method not in ("fdr_bh", "holm", "none"):
        raise ValueError(f"method is {method!r}; allowed are 'fdr_bh', 'holm' and 'none'.")
    given = np.atleast_2d(np.asarray(p, np.float64))
    if np.any((given < 0) | (given > 1)):
        raise ValueError("families: a p-value lies outside 0 to 1.")
    if method == "none":
        return given.copy()
    order = np.argsort(given, axis=1)  # NaN stands last
    ranked = np.take_along_axis(given, order, axis=1)
    count = np.sum(~np.isnan(given), axis=1, keepdims=True)
    rank = np.arange(1, given.shape[1] + 1)
    if method == "holm":
        stepped = np.maximum.accumulate(ranked * np.maximum(count - rank + 1, 1), axis=1)
    else:
        backward = (ranked * count / rank)[:, ::-1]
        stepped = np.fmin.accumulate(backward, axis=1)[:, ::-1]
    adjusted = np.empty_like(given)
    np.put_along_axis(adjusted, order, np.minimum(stepped, 1.0), axis=1)
    return adjusted
