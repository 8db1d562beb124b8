"""Unrounded estimates and comparisons in, the same with the digits that are published out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey.published import is_percentage
from survey.rounding import round_all

SIZE_DECIMALS = 1  # of effective sizes and degrees of freedom

# decimals of a comparison's columns; differences are in the unit of their statistic
COMPARED_DECIMALS = {
    "value": 1,
    "low": 1,
    "high": 1,
    "detectable": 1,
    "base": 0,
    "versus_base": 0,
    "score": 2,
    "degrees": SIZE_DECIMALS,
    "degrees_within": SIZE_DECIMALS,
    "p": 4,
    "p_adjusted": 4,
    "effect": 2,
    "effect_low": 2,
    "effect_high": 2,
}
DIFFERENCES = ("value", "low", "high", "detectable")


@dataclass(frozen=True)
class Digits:
    """Decimals of a number and its differences, of its interval's bounds, of its error."""

    value: int
    bound: int
    error: int


PERCENT = Digits(0, 1, 2)
NUMBER = Digits(1, 1, 2)
DIGITS = {"total": Digits(0, 0, 0), "ratio": Digits(2, 2, 3), "alpha": Digits(2, 2, 3)}


def round_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Turn shares into percentages and round every number once, differences from unrounded ones."""
    rows = estimates.copy()
    percent = _find_percentages(rows)
    scale = np.where(percent, 100.0, 1.0)
    kinds = [DIGITS.get(statistic, NUMBER) for statistic in rows["statistic"]]
    digits = [PERCENT if share else kind for share, kind in zip(percent, kinds, strict=True)]
    for part, names in (
        ("value", ("value", "unweighted", "change", "rest")),
        ("bound", ("low", "high")),
        ("error", ("standard_error",)),
    ):
        decimals = np.array([getattr(kind, part) for kind in digits], dtype=np.int64)
        for name in names:
            rows[name] = _round_by(rows[name].to_numpy(np.float64) * scale, decimals)
    for name in ("effective", "degrees"):
        rows[name] = round_all(rows[name].to_numpy(np.float64), SIZE_DECIMALS)
    return rows


def round_comparisons(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Turn differences of shares into percentage points and round every number once."""
    rows = comparisons.copy()
    scale = np.where(_find_percentages(rows), 100.0, 1.0)
    for name, decimals in COMPARED_DECIMALS.items():
        value = rows[name].to_numpy(np.float64)
        rows[name] = round_all(value * scale if name in DIFFERENCES else value, decimals)
    return rows


def _find_percentages(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each row is published as a percentage."""
    named = zip(rows["statistic"], rows["answer"], strict=True)
    return np.array([is_percentage(statistic, answer) for statistic, answer in named], dtype=bool)


def _round_by(values: NDArray[np.float64], decimals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Round each value to its own number of decimals."""
    rounded = np.full(len(values), np.nan)
    for places in np.unique(decimals):
        chosen = decimals == places
        rounded[chosen] = round_all(values[chosen], int(places))
    return rounded
