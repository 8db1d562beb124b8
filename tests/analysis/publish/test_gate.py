"""What passes the gate: both tables, complete, named, and each name once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.publish import publish
from survey.estimates import Estimates
from survey.published import COLUMNS, COMPARED
from survey.study import Study

Frame = Callable[[list[dict[str, Any]]], pd.DataFrame]
NUMBER = {"value": 0.375, "low": 0.3, "high": 0.45, "standard_error": 0.04, "count": 45.0,
          "asked": 130.0, "answered": 125.0, "base": 120.0, "effective": 100.0}  # fmt: skip


def test_numbers_and_comparisons_pass_with_their_ids(
    room: Study, frame_rows: Frame, frame_pairs: Frame
) -> None:
    rows = frame_rows([NUMBER, {**NUMBER, "segment": "age", "level": "young", "base": 60}])
    pairs = frame_pairs([{"segment": "age", "level": "young", "base": 60, "versus_base": 60}])
    published = publish(room, Estimates(rows, pairs), {}, [])
    assert published.rows["id"].tolist() == [
        "2025/visit//often/share//", "2025/visit//often/share/age/young"
    ]  # fmt: skip
    assert published.rows["value"].tolist() == [38, 38]
    assert published.rows["standard_error"].tolist() == [4.0, 4.0]
    row = published.comparisons.iloc[0]
    assert row["id"] == "2025/visit//often/share/age/young/rest/use"
    assert (row["study"], row["value"], row["p"], row["outcome"]) == ("room", 10.0, 0.01, "tested")
    for table, columns in ((published.rows, COLUMNS), (published.comparisons, COMPARED)):
        assert list(table.columns) == list(columns)
        texts = [name for name, (kind, _) in columns.items() if kind == "string"]
        assert table[texts].notna().all(axis=None)
        assert table["id"].is_unique


def test_a_withheld_number_takes_its_comparison_along(
    room: Study, frame_rows: Frame, frame_pairs: Frame
) -> None:
    place = {"segment": "age", "level": "young"}
    rows = frame_rows([NUMBER, {**NUMBER, **place, "base": 113}])  # seven are left
    pairs = frame_pairs([{**place, "base": 113.0, "versus_base": 30.0}])
    published = publish(room, Estimates(rows, pairs), {}, [])
    assert published.rows["reason"].tolist() == ["", "would-reveal"]
    row = published.comparisons.iloc[0]
    assert row["outcome"] == "withheld"
    assert np.isnan(row["value"])
    assert np.isnan(row["base"])


def test_two_rows_of_one_name_are_refused(
    room: Study, frame_rows: Frame, frame_pairs: Frame
) -> None:
    with pytest.raises(ValueError, match="two rows are called 2025/visit//often/share//;"):
        publish(room, Estimates(frame_rows([NUMBER, NUMBER])), {}, [])
    twice = frame_pairs([{}, {}])
    with pytest.raises(ValueError, match=r"2025/visit//often/share///rest/use;"):
        publish(room, Estimates(frame_rows([NUMBER]), twice), {}, [])


def test_a_study_without_comparisons_publishes_none(room: Study, frame_rows: Frame) -> None:
    published = publish(room, Estimates(frame_rows([NUMBER])), {}, [])
    assert published.comparisons.empty
    assert list(published.comparisons.columns) == list(COMPARED)
