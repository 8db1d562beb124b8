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
    ``families`` (k,) names; ``planned`` (k,) booleans. ``method`` is one of pingouin's
    ``multicomp``: "fdr_bh" (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57, 289–300) or
    "holm" (Holm 1979, Scand. J. Stat. 6, 65–70); "none" leaves p as it is. Raises ValueError for
    other methods, for p outside 0 to 1 and for arrays of unequal length.
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
    if np.any((given < 0) | (given > 1)):
        raise ValueError("families: a p-value lies outside 0 to 1.")
    if method == "none" or np.isnan(given).all():
        return given.copy()
    from pingouin import multicomp  # seconds of import, only where something was tested

    _, code = np.unique(names, return_inverse=True)
    group = np.where(np.isnan(given), -1, 2 * code + apart)
    adjusted = np.full(len(given), np.nan)
    for one in np.unique(group[group >= 0]):
        members = group == one
        adjusted[members] = multicomp(given[members], method=method)[1]
    return adjusted
