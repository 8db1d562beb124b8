"""Conditions hold in inventing for whom they hold in cleaning."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.rehearse.conditions import meet_condition, name_questions
from survey.study import Study

ANSWERS = {
    "gebruik": ["nooit", "soms", "vaak", "weet-niet", None],
    "kans": [2.0, 5.0, 8.0, None, 10.0],
    "tools.tekst": [True, False, False, True, None],
    "tools.geen": [False, False, True, False, None],
    "omvang": ["klein", "alleen", "groot", "geen-antwoord", None],
    "wensen.tijd": [1.0, 2.0, None, 3.0, None],
    "wensen.geld": [2.0, 1.0, 1.0, 1.0, None],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gebruik = 'soms'", "-x---"),
        ("gebruik != 'soms'", "x-xx-"),
        ("not gebruik = 'soms'", "x-xx-"),
        ("gebruik in ['soms', 'vaak']", "-xx--"),
        ("gebruik > 'nooit'", "-xx--"),
        ("gebruik <= 'soms'", "xx---"),
        ("kans >= 5", "-xx-x"),
        ("kans < 5 or gebruik = 'weet-niet'", "x--x-"),
        ("tools contains 'tekst'", "x--x-"),
        ("not tools contains 'tekst'", "--x--"),  # who picked nothing is unknown
        ("omvang = 'klein'", "xx---"),  # a part of a split counts as the old answer
        ("wensen = 'geld'", "-xxx-"),  # the option ranked first
        ("kans > 1 and not gebruik = 'vaak'", "xx---"),
        ("beleid = 'ja'", "-----"),  # not asked in this wave
        ("not beleid = 'ja'", "-----"),
    ],
)
def test_who_meets_a_condition(klein: Study, text: str, expected: str) -> None:
    cells = {name: np.array(values, dtype=object) for name, values in ANSWERS.items()}
    met = meet_condition(text, cells, 5, klein.questionnaire)
    assert "".join("x" if one else "-" for one in met) == expected


def test_questions_of_a_condition_are_named_once() -> None:
    text = "kans > 1 and (impact.werk = 'fors' or impact.publiek = 'fors')"
    assert name_questions(text) == ("kans", "impact")
