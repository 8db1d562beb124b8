"""Shares and standard errors go in, the lower and upper bounds of their intervals come out.

Quick use: ``lower, upper = wilson(share, base)``; every argument may be an array and is broadcast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(share: ArrayLike, base: ArrayLike, level: float = 0.95) -> Bounds:
    """Wilson's score interval of a share, what a simple random sample of this size would give.

    ``share`` lies in [0, 1] (count / base) and ``base`` is the number of answers, or an effective
    number of answers; both broadcast. Bounds are defined at 0 and 100 %. Where the base is 0
    nothing is known and the interval is (0, 1), whatever the share.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)   Wilson (1927), JASA 22, 209–212.

    Raises ValueError for a share outside [0, 1], a negative base, or a level outside (0, 1).
    """
    p, n = np.broadcast_arrays(np.asarray(share, np.float64), np.asarray(base, np.float64))
    _check_level(level)
    if np.any(~(n >= 0)):
        raise ValueError(f"wilson: a base is {n[~(n >= 0)].flat[0]}; give bases of 0 or more.")
    known = n > 0
    p = np.where(known, p, 0.5)
    _check_shares(p, "wilson")
    size = np.where(known, n, 1.0)
    z = float(special.ndtri(0.5 + level / 2))
    centre = p + z**2 / (2 * size)
    half = z * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    scale = 1 + z**2 / size
    lower = np.where(p == 0, 0.0, (centre - half) / scale)
    upper = np.where(p == 1, 1.0, (centre + half) / scale)
    return np.where(known, lower, 0.0), np.where(known, upper, 1.0)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; a confidence level lies between 0 and 1, as in 0.95.")


def _check_shares(share: NDArray[np.float64], where: str) -> None:
    outside = ~((share >= 0) & (share <= 1))
    if np.any(outside):
        found = share[outside].flat[0]
        raise ValueError(
            f"{where}: a share is {found}; shares lie between 0 and 1 (0.25 for 25 %)."
        )
