"""Effect sizes in words: Cohen's bounds, and what is said without a number."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy.stats import norm

from analysis.tell.effects import BOUNDS, judge_effect, word_effect, write_effect


@pytest.mark.parametrize(
    ("kind", "value", "freedom", "size"),
    [("h", 0.19, 1, "negligible"), ("h", -0.2, 1, "small"), ("d", 0.5, 1, "medium"),
     ("d", -0.8, 1, "large"), ("r", 0.3, 1, "medium"), ("v", 0.1, 1, "small"),
     ("v", 0.24, 1, "small"), ("v", 0.24, 2, "medium"), ("v", 0.26, 4, "large")],
)  # fmt: skip
def test_sizes_begin_where_cohen_puts_them(
    kind: str, value: float, freedom: int, size: str
) -> None:
    assert judge_effect(kind, value, freedom) == size


def test_bounds_of_r_are_those_of_d_as_probabilities() -> None:
    turned = [2 * norm.cdf(d / math.sqrt(2)) - 1 for d in BOUNDS["d"]]
    assert list(BOUNDS["r"]) == pytest.approx(turned, abs=0.005)


def test_an_effect_is_told_with_its_number_and_interval() -> None:
    row = pd.Series({"effect_size": "h", "effect": -0.31, "effect_low": -0.5, "effect_high": -0.12})
    assert write_effect(row, "nl") == "h = −0,31, 95%-interval −0,50 tot −0,12"
    assert word_effect(row, "en") == "a small difference (h = −0.31, 95% interval −0.50 to −0.12)"
    row["effect_low"] = float("nan")
    assert word_effect(row, "nl") == "een klein verschil (h = −0,31)"
    table = pd.Series({"effect_size": "v", "effect": 0.4, "effect_low": 0.3, "effect_high": 0.5})
    assert word_effect(table, "nl", 2).startswith("een sterke samenhang (Cramérs V = 0,40")
    nothing = pd.Series({"effect_size": "", "effect": float("nan")})
    assert word_effect(nothing, "nl") == ""
