"""Bases go in, the smallest difference that they can show comes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.statistics.domains import Floats


def smallest_effect(
    first: ArrayLike, second: ArrayLike, level: float = 0.05, power: float = 0.8
) -> Floats:
    """Smallest standardised difference (Cohen's h or d) found with this power, two-sided.

    (z(1−level/2) + z(power)) · √(1/n₁ + 1/n₂) (Cohen 1988, section 6.3), of effective bases;
    broadcasts. Infinite where a base is 0. Raises ValueError for a negative base, and a level or
    power outside (0, 1).
    """
    n1, n2 = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    for name, value in (("level", level), ("power", power)):
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; it lies between 0 and 1.")
    if np.any(~(n1 >= 0) | ~(n2 >= 0)):
        raise ValueError("power: a base is negative or missing; give effective bases of 0 or more.")
    z = special.ndtri(1 - level / 2) + special.ndtri(power)
    empty = (n1 == 0) | (n2 == 0)
    spread = 1 / np.where(empty, 1.0, n1) + 1 / np.where(empty, 1.0, n2)
    return np.where(empty, np.inf, z * np.sqrt(spread))


def smallest_share_difference(
    share: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float = 0.05,
    power: float = 0.8,
) -> Floats:
    """Smallest distance from ``share`` that these effective bases can show, in either direction.

    ``smallest_effect`` brought back from the arcsine scale, the smaller of upward and downward;
    NaN where no share is that far away in either: these bases can show nothing there.
    """
    p = np.asarray(share, np.float64)
    if np.any(~((p >= 0) & (p <= 1))):
        raise ValueError("power: a share lies outside 0 to 1.")
    h = smallest_effect(first, second, level, power)
    angle = np.arcsin(np.sqrt(p))
    p, angle, h = np.broadcast_arrays(p, angle, h)
    distances = []
    for sign in (1.0, -1.0):
        moved = angle + sign * np.where(np.isfinite(h), h, 10.0) / 2
        possible = (moved >= 0) & (moved <= np.pi / 2)
        distances.append(np.where(possible, np.abs(np.sin(moved) ** 2 - p), np.inf))
    nearest = np.minimum(*distances)
    return np.where(np.isfinite(nearest), nearest, np.nan)
