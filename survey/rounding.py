"""The one rounding for everything published: half up on the decimal digits, never binary."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Twelve significant digits: enough for every survey number, and it heals 0.145 stored as
# 0.14499999999999999, which a reader computing on paper would round up.
SIGNIFICANT = 12
NEAR = 1e-10  # of a number: further than this from a tie, twelve digits cannot reach it


def round_half_up(value: float, decimals: int = 0) -> float:
    """Return `value` rounded half away from zero at `decimals`; NaN stays NaN, 0 has no sign."""
    if not np.isfinite(value):
        return float("nan")
    exact = Decimal(f"{value:.{SIGNIFICANT}g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)) + 0.0


def round_all(values: ArrayLike, decimals: int = 0) -> NDArray[np.float64]:
    """Round every number of an array as `round_half_up` does, to the last bit.

    Only numbers near a tie, or with more digits than `SIGNIFICANT` above the last decimal, need
    their decimal digits looked at; all others are rounded at once.
    """
    given = np.asarray(values, dtype=float)
    finite = np.isfinite(given)
    up, down = 10.0 ** max(decimals, 0), 10.0 ** max(-decimals, 0)
    size = np.abs(np.where(finite, given, 0.0)) * up / down
    margin = np.maximum(size, 1.0) * NEAR
    close = (np.abs(size - np.floor(size) - 0.5) <= margin) | (margin >= 0.25)
    rounded = np.where(finite, np.copysign(np.floor(size + 0.5) * down / up, given), np.nan)
    exact = finite & close
    rounded[exact] = [round_half_up(float(value), decimals) for value in given[exact]]
    return rounded + 0.0
