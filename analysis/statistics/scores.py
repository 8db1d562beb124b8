"""Answers to the items of a scale go in, composite scores and their reliability come out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.domains import Floats, check_values, divide


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha, unweighted; NaN with a ``reason`` where it is not defined."""

    alpha: float
    lower: float
    upper: float
    base: int  # respondents who answered every item
    items: int
    reason: str


def composite_scores(
    values: ArrayLike,
    least_answered: int,
    reversed_items: ArrayLike | None = None,
    ends: tuple[float, float] | None = None,
) -> Floats:
    """Mean of the items answered, (n,), NaN below ``least_answered`` answers.

    ``values`` (n, items), NaN for no answer. ``reversed_items`` (items,) booleans are turned
    around within ``ends``, the lowest and highest point of the scale.
    """
    matrix = check_values(values)
    items = matrix.shape[1]
    if not 1 <= least_answered <= items:
        raise ValueError(f"least_answered is {least_answered}; give 1 to {items}.")
    if reversed_items is not None:
        if ends is None:
            raise ValueError("reversed items need the ends of the scale, such as (1, 5).")
        turn = np.asarray(reversed_items, np.bool_)
        matrix = np.where(turn, ends[0] + ends[1] - matrix, matrix)
    answered = ~np.isnan(matrix)
    count = answered.sum(axis=1)
    mean = divide(np.where(answered, matrix, 0.0).sum(axis=1), count.astype(np.float64))
    return np.where(count >= least_answered, mean, np.nan)


def estimate_alpha(values: ArrayLike, level: float = 0.95) -> Reliability:
    """Cronbach's alpha of (n, items) over those who answered every item, unweighted.

    By pingouin (``cronbach_alpha``, its interval that of Feldt, Woodruff and Salih 1987, Applied
    Psych. Measurement 11, 93–103, to three decimals). Not defined, with a reason: fewer than two
    items ("items"), fewer than two respondents ("base"), a sum that does not vary
    ("no variation").
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; a confidence level lies between 0 and 1.")
    matrix = check_values(values)
    complete = matrix[~np.isnan(matrix).any(axis=1)]
    n, k = complete.shape
    nan = float("nan")
    for broken, reason in ((k < 2, "items"), (n < 2, "base")):
        if broken:
            return Reliability(nan, nan, nan, n, k, reason)
    if complete.sum(axis=1).var(ddof=1) <= 0:
        return Reliability(nan, nan, nan, n, k, "no variation")
    import pandas as pd
    from pingouin import cronbach_alpha  # seconds of import, only where there is a score

    alpha, (low, high) = cronbach_alpha(pd.DataFrame(complete), ci=level)
    return Reliability(float(alpha), float(low), float(high), n, k, "")
