"""Invented cells are compared by routing as what they mean."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.rehearse.cells import keep_where, value_cells
from survey.routing_values import meet_condition
from survey.study import Study

ANSWERS = {
    "gebruik": ["nooit", "soms", "weet-niet", None],
    "kans": [2.0, 5.0, "weet-niet", None],
    "tools.tekst": [True, False, False, None],
    "tools.geen": [False, True, False, None],
    "tools.iets-anders:text": ["a text", None, None, None],
    "stellingen.duur": ["eens", "oneens", "weet-niet", None],
    "wensen.tijd": [1.0, 2.0, None, None],
    "wensen.geld": [2.0, 1.0, 1.0, None],
}


def list_cells() -> dict[str, np.ndarray]:
    return {name: np.array(values, dtype=object) for name, values in ANSWERS.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gebruik = 'soms'", "-x--"),
        ("not gebruik = 'soms'", "x-x-"),
        ("kans < 9", "xx--"),
        ("not kans < 9", "----"),  # "don't know" is no number
        ("tools contains 'tekst'", "x---"),
        ("not tools contains 'tekst'", "-x--"),  # who picked nothing is unknown
        ("stellingen.duur > 'neutraal'", "x---"),
        ("wensen = 'geld'", "-xx-"),  # the option ranked first
        ("kans < 5 and not beleid = 'ja'", "----"),  # not answered so far
    ],
)
def test_who_meets_a_condition(klein: Study, text: str, expected: str) -> None:
    values = value_cells(text, list_cells(), klein.questionnaire)
    met = meet_condition(text, klein.questionnaire, values, 4)
    assert "".join("x" if one else "-" for one in met) == expected


def test_only_the_variables_of_a_condition_are_valued(klein: Study) -> None:
    values = value_cells("tools contains 'tekst'", list_cells(), klein.questionnaire)
    assert list(values) == ["tools.tekst", "tools.geen"]


def test_cells_are_kept_where_marked() -> None:
    cells = np.array(["a", "b"], dtype=object)
    assert keep_where(np.array([True, False]), cells).tolist() == ["a", None]
    assert cells.tolist() == ["a", "b"]
