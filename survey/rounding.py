"""The one rounding for everything published: half up on the decimal digits, never binary."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Twelve significant digits: enough for every survey number, and it heals 0.145 stored as
# 0.14499999999999999, which a reader computing on paper would round up.
SIGNIFICANT = 12


def round_half_up(value: float, decimals: int = 0) -> float:
    """Return `value` rounded half away from zero at `decimals`; NaN stays NaN."""
    if not np.isfinite(value):
        return float("nan")
    exact = Decimal(f"{value:.{SIGNIFICANT}g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def round_all(values: ArrayLike, decimals: int = 0) -> NDArray[np.float64]:
    """Round every number of an array as `round_half_up` does."""
    given = np.asarray(values, dtype=float)
    distinct, place = np.unique(given, return_inverse=True)
    rounded = np.array([round_half_up(value, decimals) for value in distinct], dtype=float)
    return rounded[place].reshape(given.shape)
