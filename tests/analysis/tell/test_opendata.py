"""The open data explain themselves: their columns, and every id that stands in them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.tell.opendata import list_code_rows, list_column_rows, mark_origin
from survey.plan import Outcome, Plan, Ratio, Score
from survey.published import COLUMNS, COMPARED, Published
from survey.study import Study

TEXT = {"nl": "Woorden", "en": "Words"}


@pytest.mark.parametrize("columns", [COLUMNS, COMPARED])
def test_each_table_has_a_codebook_of_its_columns_and_their_origin(
    columns: dict[str, tuple[str, str]],
) -> None:
    header, *rows = list_column_rows(columns)
    assert header == ("column", "type", "meaning")
    assert [row[0] for row in rows] == [*columns, "origin"]
    assert all(meaning for _, _, meaning in rows)


def test_every_row_says_where_its_answers_come_from(room_numbers: Published) -> None:
    marked = mark_origin(room_numbers, room_numbers.rows, ("nl", "en"))
    assert list(marked.columns) == [*COLUMNS, "origin"]
    assert set(marked["origin"]) == {"verzonnen / invented"}
    real = Published("room", False, room_numbers.rows)
    assert set(mark_origin(real, pd.DataFrame({"p": [0.1]}), ("en",))["origin"]) == {"real"}


def test_every_id_of_the_plan_is_explained_beside_those_of_the_questionnaire(room: Study) -> None:
    plan = Plan(
        scores=(Score(id="joy", text=TEXT, items=("rate.books", "rate.light"), least_answered=1),),
        ratios=(Ratio(id="pace", text=TEXT, numerator="hours", denominator="hours"),),
        outcomes=(
            Outcome(id="reads", text=TEXT, row="visit", answers=("often",), segments=("age",)),
        ),
    )
    header, *rows = list_code_rows(room.model_copy(update={"plan": plan}))
    assert header == ("kind", "question", "code", "nl", "en")
    assert ("score", "", "joy", "Woorden", "Words") in rows
    assert ("ratio", "", "pace", "Woorden", "Words") in rows
    assert ("outcome", "", "reads", "Woorden", "Words") in rows
    assert ("family", "", "use", "Gebruik", "Use") in rows  # without families: a block is one
    assert ("level", "age", "old", "60 en ouder", "60 and over") in rows
    assert not [row for row in rows if row[1] == "mail"]  # personal
