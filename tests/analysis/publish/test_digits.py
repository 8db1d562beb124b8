"""Every published number is rounded once, half up, in the digits that its column promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.publish.digits import round_comparisons, round_rows

Frame = Callable[[list[dict[str, Any]]], pd.DataFrame]
ESTIMATE = {
    "value": 12.345, "low": 11.25, "high": 13.449, "standard_error": 0.5555, "unweighted": 12.25,
    "change": -0.55, "rest": 0.449, "degrees": 97.25, "effective": 88.85,
}  # fmt: skip


@pytest.mark.parametrize(
    ("statistic", "answer", "expected"),
    [
        # value, low, high, standard_error, unweighted, change, rest
        ("mean", "", [12.3, 11.3, 13.4, 0.56, 12.3, -0.6, 0.4]),
        ("median", "", [12.3, 11.3, 13.4, 0.56, 12.3, -0.6, 0.4]),
        ("quantile", "0.25", [12.3, 11.3, 13.4, 0.56, 12.3, -0.6, 0.4]),
        ("rank_mean", "novels", [12.3, 11.3, 13.4, 0.56, 12.3, -0.6, 0.4]),
        ("standardised", "", [12.3, 11.3, 13.4, 0.56, 12.3, -0.6, 0.4]),
        ("ratio", "", [12.35, 11.25, 13.45, 0.556, 12.25, -0.55, 0.45]),
        ("alpha", "", [12.35, 11.25, 13.45, 0.556, 12.25, -0.55, 0.45]),
        ("total", "", [12, 11, 13, 1, 12, -1, 0]),
    ],
)
def test_numbers_have_the_digits_of_their_statistic(
    frame_rows: Frame, statistic: str, answer: str, expected: list[float]
) -> None:
    row = round_rows(frame_rows([{**ESTIMATE, "statistic": statistic, "answer": answer}])).iloc[0]
    names = ["value", "low", "high", "standard_error", "unweighted", "change", "rest"]
    assert row[names].tolist() == expected
    assert row[["degrees", "effective"]].tolist() == [97.3, 88.9]


@pytest.mark.parametrize("statistic", ["share", "net", "bin", "ranked", "standardised"])
def test_shares_are_whole_percentages(frame_rows: Frame, statistic: str) -> None:
    share = {
        "value": 0.145, "low": 0.10049, "high": 0.2005, "standard_error": 0.034567,
        "unweighted": 0.125, "change": -0.005, "rest": 0.0149,
    }  # fmt: skip
    row = round_rows(frame_rows([{**share, "statistic": statistic}])).iloc[0]
    names = ["value", "low", "high", "standard_error", "unweighted", "change", "rest"]
    assert row[names].tolist() == [15, 10, 20.1, 3.46, 13, -1, 1]


@pytest.mark.parametrize(
    ("statistic", "answer", "scale"),
    [
        ("share", "often", 100),
        ("net", "regular", 100),
        ("effect", "", 100),
        ("standardised", "often", 100),
        ("standardised", "", 1),
        ("mean", "", 1),
    ],
)
def test_differences_are_in_points_or_the_unit_of_the_mean(
    frame_pairs: Frame, statistic: str, answer: str, scale: int
) -> None:
    given = {"value": 0.0525, "low": -0.0445, "high": 0.1495, "detectable": 0.08149}
    pairs = frame_pairs([{**given, "statistic": statistic, "answer": answer}])
    row = round_comparisons(pairs).iloc[0]
    shown = [5.3, -4.5, 15.0, 8.1] if scale == 100 else [0.1, 0.0, 0.1, 0.1]
    assert row[["value", "low", "high", "detectable"]].tolist() == shown


def test_tests_and_effect_sizes_keep_their_own_digits(frame_pairs: Frame) -> None:
    pair = {
        "score": 2.345, "degrees": 3.449, "degrees_within": 812.25, "p": 0.00005, "base": 100.0,
        "p_adjusted": 0.04995, "effect": 0.245, "effect_low": -0.125, "effect_high": 0.3449,
        "versus_base": 150.0,
    }  # fmt: skip
    row = round_comparisons(frame_pairs([pair])).iloc[0]
    assert row[list(pair)].tolist() == [
        2.35, 3.4, 812.3, 0.0001, 100, 0.05, 0.25, -0.13, 0.34, 150
    ]  # fmt: skip


def test_what_has_no_value_stays_without(frame_pairs: Frame, frame_rows: Frame) -> None:
    pairs = frame_pairs([{"statistic": "table", "value": np.nan, "detectable": np.nan}])
    assert round_comparisons(pairs)[["value", "detectable"]].isna().all(axis=None)
    assert round_rows(frame_rows([{}]))["value"].isna().all()
