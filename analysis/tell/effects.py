"""An effect size in, its size in words out: Cohen's small, medium and large, with the number."""

from __future__ import annotations

import math

import pandas as pd

from analysis.phrases import phrase
from analysis.wording import format_difference

# Where small, medium and large begin. h, d and V (as w): Cohen (1988), Statistical Power Analysis
# for the Behavioral Sciences, sections 6.2.3, 2.2.3 and 7.2.3. r, a difference of probabilities:
# what d = 0.2, 0.5 and 0.8 are between two normal distributions, 2Φ(d/√2) − 1.
BOUNDS: dict[str, tuple[float, float, float]] = {
    "h": (0.2, 0.5, 0.8),
    "d": (0.2, 0.5, 0.8),
    "r": (0.11, 0.28, 0.43),
    "v": (0.1, 0.3, 0.5),
}
SIZES = ("negligible", "small", "medium", "large")


def judge_effect(kind: str, value: float, freedom: int = 1) -> str:
    """Return "negligible", "small", "medium" or "large" for an effect size.

    `freedom` is for V alone: the smaller number of rows and columns of its table, less one; V
    times its root is Cohen's w.
    """
    size = abs(value) * math.sqrt(freedom) if kind == "v" else abs(value)
    return SIZES[sum(size >= bound for bound in BOUNDS[kind])]


def write_effect(row: pd.Series, language: str, *, short: bool = False) -> str:
    """Return an effect size with its interval, "h = 0,31, 95%-interval 0,10 tot 0,52".

    `short` leaves out what the bounds in brackets are: "h = 0,31 (0,10 tot 0,52)". "" without one.
    """
    if not row["effect_size"] or pd.isna(row["effect"]):
        return ""
    symbol = phrase(language, f"effect.symbol_{row['effect_size']}")
    value = format_difference(float(row["effect"]), language, 2)
    if pd.isna(row["effect_low"]) or pd.isna(row["effect_high"]):
        return phrase(language, "effect.number", symbol=symbol, value=value)
    low, high = (
        format_difference(float(row[name]), language, 2) for name in ("effect_low", "effect_high")
    )
    key = "effect.short" if short else "effect.with_interval"
    return phrase(language, key, symbol=symbol, value=value, low=low, high=high)


def word_effect(row: pd.Series, language: str, freedom: int = 1) -> str:
    """Return an effect in words, "een klein verschil (h = 0,31 …)"; "" without an effect size."""
    number = write_effect(row, language)
    if not number:
        return ""
    kind = str(row["effect_size"])
    what = "association" if kind == "v" else "difference"
    size = judge_effect(kind, float(row["effect"]), freedom)
    return phrase(language, f"effect.{what}_{size}", number=number)
