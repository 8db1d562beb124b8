"""Shares and standard errors go in, the lower and upper bounds of their intervals come out.

Quick use: ``lower, upper = wilson(share, base)``; every argument may be an array and is broadcast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]

SMALL_BASE = (
    30  # below, the normal approximation is not trusted (NCHS 2017, Vital Health Stat 2 175)
)
SMALL_SIDE = 5  # Cochran's smallest expected number on either side (Cochran 1977, section 3.6)


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


def student(
    value: ArrayLike, standard_error: ArrayLike, degrees: ArrayLike, level: float = 0.95
) -> Bounds:
    """Interval value ± t · standard error, with the degrees of freedom of the design.

    With 0 degrees of freedom nothing is known: (−inf, inf). All arguments broadcast.
    """
    _check_level(level)
    centre, error, df = np.broadcast_arrays(
        *(np.asarray(part, np.float64) for part in (value, standard_error, degrees))
    )
    half = student_quantile(0.5 + level / 2, df) * error
    half = np.where(df > 0, half, np.inf)
    return centre - half, centre + half


def logit(
    share: ArrayLike, standard_error: ArrayLike, degrees: ArrayLike, level: float = 0.95
) -> Bounds:
    """Interval of a share, symmetric on the logit scale: expit(logit p ± t · se / p(1−p)).

    ``svyciprop(method="logit")`` of R survey. Not defined at 0 and 1, where the bounds are
    (0, 1); ``korn_graubard`` and ``share_interval`` are.
    """
    p, error, df, inside = _inner_shares(share, standard_error, degrees, level, "logit")
    middle = special.logit(np.where(inside, p, 0.5))
    half = student_quantile(0.5 + level / 2, df) * error / np.where(inside, p * (1 - p), 1.0)
    lower, upper = special.expit(middle - half), special.expit(middle + half)
    return np.where(inside, lower, 0.0), np.where(inside, upper, 1.0)


def korn_graubard(
    share: ArrayLike,
    standard_error: ArrayLike,
    base: ArrayLike,
    degrees: ArrayLike,
    level: float = 0.95,
    sample: ArrayLike | None = None,
) -> Bounds:
    """Clopper–Pearson's interval on the effective sample size, for small bases and extremes.

    The effective size is p(1−p)/se², times (t(n−1)/t(df))² (Korn and Graubard 1998, Survey
    Methodology 24, 193–201), and never above ``base``; at 0 and 100 %, where the standard error
    is 0, it is ``base``. ``sample`` is the n of that t, by default ``base``; R survey's
    ``svyciprop(method="beta")`` takes the rows of the whole design and no ceiling, which
    ``base=inf`` with ``sample`` gives.
    """
    p, error, df, _ = _inner_shares(share, standard_error, degrees, level, "korn_graubard")
    ceiling = np.broadcast_to(np.asarray(base, np.float64), p.shape)
    rows = ceiling if sample is None else np.broadcast_to(np.asarray(sample, np.float64), p.shape)
    size = effective_share_size(p, error, ceiling, df, level, rows)
    tail = (1 - level) / 2
    used = np.where(size > 0, size, 1.0)
    below, above = used * p, used * (1 - p)
    lower = np.where(below > 0, special.betaincinv(np.maximum(below, 1e-300), above + 1, tail), 0)
    upper = np.where(
        above > 0, special.betaincinv(below + 1, np.maximum(above, 1e-300), 1 - tail), 1.0
    )
    return np.where(size > 0, lower, 0.0), np.where(size > 0, upper, 1.0)


def share_interval(
    share: ArrayLike,
    standard_error: ArrayLike,
    base: ArrayLike,
    degrees: ArrayLike,
    level: float = 0.95,
) -> Bounds:
    """The house interval of a share: logit, and Korn and Graubard's where the base is small.

    Small is what ``is_rare`` says. Without a standard error between 0 and 100 % (a census, a
    calibrated margin) the share is known and both bounds are the share. With a base of 0 or no
    degrees of freedom nothing is known: (0, 1).
    """
    p, error, df, inside = _inner_shares(
        np.where(np.asarray(base) > 0, share, 0.5), standard_error, degrees, level, "share_interval"
    )
    n = np.broadcast_to(np.asarray(base, np.float64), p.shape)
    exact = inside & (error == 0)
    large = inside & ~exact & ~is_rare(p, error, n)
    lower, upper = np.zeros(p.shape), np.ones(p.shape)
    lower[large], upper[large] = logit(p[large], error[large], df[large], level)
    small = ~large
    lower[small], upper[small] = korn_graubard(p[small], error[small], n[small], df[small], level)
    lower, upper = (np.where(exact & (n > 0), p, part) for part in (lower, upper))
    return np.where(n > 0, lower, 0.0), np.where(n > 0, upper, 1.0)


def is_rare(share: ArrayLike, standard_error: ArrayLike, base: ArrayLike) -> NDArray[np.bool_]:
    """Whether a share has too few answers for the normal approximation; arguments broadcast.

    That is fewer than ``SMALL_BASE`` answers, or fewer than ``SMALL_SIDE`` effective answers,
    p(1−p)/se² of them, for or against. A share without error between 0 and 1 is not: it is known.
    """
    p, error, n = np.broadcast_arrays(
        *(np.asarray(part, np.float64) for part in (share, standard_error, base))
    )
    inside = (p > 0) & (p < 1)
    size = np.where(inside, p * (1 - p) / np.where(error > 0, error, 1.0) ** 2, 0.0)
    enough = (n >= SMALL_BASE) & (size * np.minimum(p, 1 - p) >= SMALL_SIDE)
    return ~(inside & (enough | (error == 0)))


def effective_share_size(
    p: NDArray[np.float64],
    error: NDArray[np.float64],
    ceiling: NDArray[np.float64],
    degrees: NDArray[np.float64],
    level: float,
    rows: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Korn and Graubard's effective number of answers behind a share, at most ``ceiling``."""
    steady = (error > 0) & (p > 0) & (p < 1)
    most = np.where(np.isfinite(ceiling), ceiling, rows)
    plain = np.where(steady, p * (1 - p) / np.where(steady, error, 1.0) ** 2, most)
    known = (degrees > 0) & (rows > 1)
    upper = 0.5 + level / 2
    top = student_quantile(upper, np.where(known, rows - 1, 1.0))
    bottom = student_quantile(upper, np.where(known, degrees, 1.0))
    adjusted = plain * np.where(steady & known, (top / bottom) ** 2, 1.0)
    return np.where(known | ~steady, np.minimum(adjusted, ceiling), 0.0)


def student_quantile(probability: float, degrees: ArrayLike) -> NDArray[np.float64]:
    """Quantile of Student's t, normal where the degrees are infinite and 0 below 1 degree."""
    df = np.asarray(degrees, np.float64)
    finite = np.isfinite(df) & (df > 0)
    value = special.stdtrit(np.where(finite, df, 1.0), probability)
    value = np.where(np.isinf(df), special.ndtri(probability), value)
    return np.where(df > 0, value, 0.0)


def _inner_shares(
    share: ArrayLike, error: ArrayLike, degrees: ArrayLike, level: float, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Broadcast floats, and where a logit exists."""
    _check_level(level)
    p, se, df = np.broadcast_arrays(
        *(np.asarray(part, np.float64) for part in (share, error, degrees))
    )
    _check_shares(p, name)
    if np.any(~(se >= 0)):
        raise ValueError(f"{name}: a standard error is {se[~(se >= 0)].flat[0]}; it is 0 or more.")
    return p, se, df, (p > 0) & (p < 1) & (df > 0)


def arcsine(
    share: ArrayLike, standard_error: ArrayLike, degrees: ArrayLike, level: float = 0.95
) -> Bounds:
    """Interval of a share, symmetric in asin √p: ``svyciprop(method="asin")`` of R survey.

    Not defined at 0 and 1, where the bounds are (0, 1).
    """
    p, error, df, inside = _inner_shares(share, standard_error, degrees, level, "arcsine")
    middle = np.arcsin(np.sqrt(np.where(inside, p, 0.5)))
    slope = 2 * np.sqrt(np.where(inside, p * (1 - p), 1.0))
    half = student_quantile(0.5 + level / 2, df) * error / slope
    lower, upper = (np.sin(np.clip(middle + sign * half, 0, np.pi / 2)) ** 2 for sign in (-1, 1))
    return np.where(inside, lower, 0.0), np.where(inside, upper, 1.0)
