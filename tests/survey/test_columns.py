"""Which cells of an option's column mean that it was picked."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.columns import TICKED, Column, list_columns
from survey.load import load_study
from survey.study import Study

KLEIN = Path(__file__).parents[1] / "data" / "klein"
TEXTS = ("Iets anders, namelijk", "Something else, namely")


@pytest.fixture(scope="module")
def klein() -> Study:
    return load_study(KLEIN, need_exports=False)


def find_other(study: Study, wave: str) -> Column:
    return next(
        column
        for column in list_columns(study, wave)
        if column.variable.name == "tools.iets-anders"
    )


def change_ask(study: Study, **keys: object) -> Study:
    wave = study.wave("2024")
    asks = tuple(
        ask.model_copy(update=keys) if ask.question == "tools" else ask for ask in wave.asks
    )
    changed = wave.model_copy(update={"asks": asks})
    return study.model_copy(update={"waves": (study.waves[0], changed)})


@pytest.mark.parametrize("wave", ["2023", "2024"])
def test_a_column_of_other_texts_knows_what_a_tool_writes_without_one(
    klein: Study, wave: str
) -> None:
    column = find_other(klein, wave)
    assert column.role == "tick_text"
    assert column.ticked == (*TICKED, "iets-anders", *TEXTS)


def test_delivered_spellings_are_added(klein: Study) -> None:
    column = find_other(change_ask(klein, answers=(("overig", "iets-anders"),)), "2024")
    assert column.ticked == (*TICKED, "iets-anders", *TEXTS, "overig")


def test_declared_marks_replace_the_usual_ones_but_not_the_own_texts(klein: Study) -> None:
    assert find_other(change_ask(klein, ticked=("V",)), "2024").ticked == (*TEXTS, "V")
