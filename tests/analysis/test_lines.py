"""What is counted among whom: crossed segments, ordered answers, scores and the names of rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analysis.lines import (
    Domains,
    count_answers,
    cross_domains,
    find_in_bin,
    find_variable,
    list_ordered_lines,
    list_score_lines,
)
from survey.plan import Nested, Plan
from survey.responses import Missing, Responses
from survey.study import Study

N = 4
NOTHING = pd.DataFrame(index=[f"r{i}" for i in range(N)])


def respond(columns: dict[str, list], statuses: dict[str, list[int]] | None = None) -> Responses:
    values = NOTHING.assign(**columns)
    given = {name: np.where(values[name].isna(), Missing.SKIPPED, 0) for name in columns}
    return Responses(
        study="room", wave="2025", values=values,
        status=NOTHING.assign(**given | (statuses or {})).astype("int8"),
        keys=NOTHING, segments=NOTHING, weights=pd.Series(1.0, NOTHING.index),
        flags=NOTHING, flow=(),
    )  # fmt: skip


def test_levels_are_crossed_where_anybody_is() -> None:
    members = np.array([[1, 1, 0, 1, 0], [1, 1, 0, 0, 1], [1, 0, 1, 1, 0], [1, 0, 0, 1, 0]], bool)
    domains = Domains(("", "age", "age", "sex", "sex"), ("", "x", "y", "f", "m"),
                      ("", "a", "a", "s", "s"), members)  # fmt: skip
    nested = Nested(outer="age", inner="sex", questions=("use",))
    crossed = cross_domains(domains, nested)
    assert crossed.segments == ("age.sex",) * 3
    assert crossed.levels == ("x.f", "x.m", "y.f")
    assert crossed.questions == ("a",) * 3
    assert crossed.members.T.astype(int).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    absent = cross_domains(domains, Nested(outer="age", inner="town", questions=("use",)))
    assert absent.levels == ()
    assert absent.members.shape == (N, 0)


def test_an_edge_that_stands_twice_is_a_bin_of_that_number_alone() -> None:
    values, edges = np.array([0, 0.5, 5, 10, 12, np.nan]), (0.0, 0.0, 5.0, 12.0, 12.0)
    held = [find_in_bin(values, low, high, edges) for low, high in pairwise(edges)]
    assert [np.flatnonzero(inside).tolist() for inside in held] == [[0], [1], [2, 3], [4]]


def test_the_last_bin_holds_both_its_edges() -> None:
    values, edges = np.array([0, 5, 10]), (0.0, 5.0, 10.0)
    assert find_in_bin(values, 0, 5, edges).tolist() == [True, False, False]
    assert find_in_bin(values, 5, 10, edges).tolist() == [False, True, True]


def test_an_ordered_choice_counts_upwards(room: Study) -> None:
    responses = respond(
        {"visit": ["often", "never", None, "daily"]}, {"visit": [0, 0, Missing.DONT_KNOW, 0]}
    )
    (line,) = list_ordered_lines(room, responses, room.questionnaire["visit"])
    assert (line.place.question, line.place.item, line.answer) == ("visit", "", "")
    assert line.statistics == ("rank",)
    np.testing.assert_array_equal(line.values, [2, 1, np.nan, 3])
    np.testing.assert_array_equal(line.place.answered, [True] * 4)
    turned = room.questionnaire["visit"].model_copy(update={"direction": "high-to-low"})
    (line,) = list_ordered_lines(room, responses, turned)
    np.testing.assert_array_equal(line.values, [2, 3, np.nan, 1])


def test_every_row_of_an_ordered_grid_is_a_line(room: Study) -> None:
    columns: dict[str, list] = {
        "rate.books": ["good", "poor", None, None],
        "rate.light": ["good"] * N,
    }
    lines = list_ordered_lines(room, respond(columns), room.questionnaire["rate"])
    assert [line.place.item for line in lines] == ["books", "light"]
    np.testing.assert_array_equal(lines[0].values, [2, 1, np.nan, np.nan])


@pytest.mark.parametrize("question", ["age", "genres", "hours", "hope", "wish"])
def test_what_has_no_order_has_no_ranks(room: Study, question: str) -> None:
    assert list_ordered_lines(room, respond({}), room.questionnaire[question]) == []


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("visit", "visit"),
        ("rate.books", "rate.books"),
        ("hope.self.y5", "hope.self.y5"),
        ("rate", None),
        ("rate.gone", None),
        ("gone", None),
        ("mail", None),
    ],
)
def test_a_row_names_one_variable_or_none(room: Study, row: str, name: str | None) -> None:
    found = find_variable(room, "2025", row)
    assert (found and found[1].name) == name


def test_a_question_that_a_wave_did_not_ask_is_not_found(room: Study) -> None:
    assert find_variable(room, "2024", "hours") is None
    assert find_variable(room, "2025", "hours") is not None


def test_numbers_count_as_given(room: Study) -> None:
    responses = respond({"hours": pd.array([1.5, 2, None, 40], dtype="Float64")})
    question, variable = find_variable(room, "2025", "hours") or pytest.fail("hours is asked")
    values, highest = count_answers(room, responses, question, variable)
    np.testing.assert_array_equal(values, [1.5, 2, np.nan, 40])
    assert highest == np.inf


def test_a_score_keeps_its_items_and_who_was_asked(room: Study) -> None:
    score = {"id": "joy", "text": {"nl": "V", "en": "J"}, "items": ["rate.books", "rate.light"],
             "reversed": ["rate.light"], "least_answered": 1}  # fmt: skip
    plan = Plan.model_validate({"score": [score]}, context={"languages": ("nl", "en")})
    study = room.model_copy(update={"plan": plan})
    columns: dict[str, list] = {
        "rate.books": ["good", "poor", None, None],
        "rate.light": ["good", None, None, None],
    }
    asked = {"rate.light": [0, 2, Missing.NOT_ASKED, 2], "rate.books": [0, 0, Missing.NOT_ASKED, 2]}
    (score_line,) = list_score_lines(study, respond(columns, asked))
    line = score_line.line
    assert (line.place.question, line.place.item, line.answer) == ("_scores", "joy", "")
    assert line.statistics == ("mean", "median")
    np.testing.assert_array_equal(line.values, [1.5, 1, np.nan, np.nan])
    np.testing.assert_array_equal(score_line.items[:2], [[2, 1], [1, np.nan]])
    np.testing.assert_array_equal(line.place.asked, [True, True, False, True])
    np.testing.assert_array_equal(line.place.answered, [True, True, False, False])
