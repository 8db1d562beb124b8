"""P-values and the family each belongs to go in, adjusted p-values come out."""

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
    ``families`` (k,) names; ``planned`` (k,) booleans. Benjamini and Hochberg (1995) by default,
    Holm (1979) on request, by pingouin's ``multicomp`` (imported here: it takes seconds).
    """
    if method not in ("fdr_bh", "holm", "none"):
        raise ValueError(f"method is {method!r}; allowed are 'fdr_bh', 'holm' and 'none'.")
    given = np.asarray(p, np.float64)
    names = np.asarray(families)
    apart = np.zeros(len(given), np.bool_) if planned is None else np.asarray(planned, np.bool_)
    if not len(given) == len(names) == len(apart):
        raise ValueError(
            f"families: {len(given)} p-values, {len(names)} families, {len(apart)} marks; "
            "give one of each."
        )
    tested = ~np.isnan(given)
    if np.any((given[tested] < 0) | (given[tested] > 1)):
        raise ValueError("families: a p-value lies outside 0 to 1.")
    adjusted = given.copy()
    if method == "none":
        return adjusted
    from pingouin import multicomp

    for name in np.unique(names):
        for mark in (False, True):
            members = tested & (names == name) & (apart == mark)
            if members.any():
                adjusted[members] = multicomp(given[members], method=method)[1]
    return adjusted
