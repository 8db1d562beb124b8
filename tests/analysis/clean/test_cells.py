"""Cells: numbers as people write them, texts looked up once each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.cells import (
    find_label_conflicts,
    is_ambiguous,
    look_up,
    parse_number,
    read_numbers,
    spread,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-3", -3),
        ("3,5", 3.5),
        ("3.5", 3.5),
        (",5", 0.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1 200", 1200),
        ("1\u00a0200,5", 1200.5),
        ("1.234", 1.234),
        ("1e3", 1000),
        ("ongeveer 10", None),
        ("10-15", None),
        ("1,2,3", None),
        ("12 34", None),
        ("nan", None),
        ("1e999", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert parse_number(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_number_survives_with_point_and_with_comma(number):
    assert parse_number(repr(number)) == number
    assert parse_number(repr(number).replace(".", ",")) == number


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [("1.234", True), ("12,500", True), ("1.23", False), ("0.123", False), ("1234", False)],
)
def test_a_mark_before_three_digits_is_ambiguous(text, doubtful):
    assert is_ambiguous(text) is doubtful


def test_numbers_of_a_column():
    cells = pd.Series(["1,5", None, "x", " ", "2"], dtype="string")
    numbers, wrong = read_numbers(cells)
    np.testing.assert_array_equal(numbers, [1.5, np.nan, np.nan, np.nan, 2])
    assert wrong.tolist() == [False, False, True, False, False]


def test_a_text_is_looked_up_as_declared_then_as_a_whole_number_then_by_its_label():
    known, labels = {"1": "yes", "Nee": "no"}, {"2": "Nee", "1": "Nee"}
    assert look_up("1", known, labels) == "yes"
    assert look_up("1.0", known, labels) == "yes"
    assert look_up("2", known, labels) == "no"
    assert look_up("3", known, labels) is None


def test_a_label_that_says_another_answer_is_a_conflict():
    known = {"1": "yes", "2": "no", "Ja": "yes", "Nee": "no"}
    assert find_label_conflicts(known, {"1": "Nee", "2": "Nee", "3": "Ja"}) == [("1", "Nee", "yes")]


def test_each_distinct_text_is_looked_at_once():
    seen = []

    def measure(text: str) -> int:
        seen.append(text)
        return len(text)

    cells = pd.Series(["a  b", None, "a  b", " "], dtype="string")
    assert spread(cells, measure).tolist() == [3, -1, 3, -1]
    assert seen == ["a b"]
