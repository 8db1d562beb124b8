"""Header rows: one key a column, whatever the tool puts on top."""

from __future__ import annotations

import pytest

from analysis.read.headers import name_columns, number_keys
from analysis.read.table import ReadTable


def lay_out(*rows: list[str]) -> ReadTable:
    columns = [[cell or None for cell in column] for column in zip(*rows, strict=True)]
    return ReadTable(columns, list(range(1, len(rows) + 1)))


def test_surveymonkey_joins_two_rows_and_carries_the_question_over_its_options():
    table = lay_out(
        ["Respondent ID", "How  often?", "Which?", "", "Age?"],
        ["", "Response", "One", "Two", "Open-Ended Response"],
        ["1", "Never", "One", "", "40"],
    )
    keys, labels, rows = name_columns(table, "surveymonkey")
    assert keys == ["Respondent ID", "How often?", "Which? | One", "Which? | Two", "Age?"]
    assert labels[3] == "Which?"
    assert rows == 2


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["Start", "End", "Q1"], ["Begin", "Eind", "How?"], ['{"ImportId":"a"}'] * 3], 3),
        ([["V1", "V2", "V3"], ["ResponseID", "ResponseSet", "Name"], ["R_1", "x", "y"]], 2),
        ([["id", "b", "c"], ["1", "2", "3"], ["2", "2", "3"]], 1),
    ],
)
def test_qualtrics_has_two_or_three_header_rows(rows, count):
    keys, labels, found = name_columns(lay_out(*rows), "plain")
    assert found == count
    assert keys == rows[0]
    assert labels == (rows[1] if count > 1 else ["", "", ""])


def test_a_repeated_key_is_numbered_and_an_empty_one_named():
    assert number_keys(["a", "", "a", "a"]) == ["a", "column 2", "a (2)", "a (3)"]


def test_a_format_that_names_its_columns_has_no_header_rows():
    table = ReadTable([["1"]], [1], header=["q1"], labels={"q1": "How often?"})
    assert name_columns(table, "spss") == (["q1"], ["How often?"], 0)
