"""Routing: who meets a condition, where some of what it looks at is unanswered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire import Questionnaire
from survey.routing_values import meet_condition

NONE = np.nan
TEXT = {"en": "?"}
SOME = [["never", "never"], ["some", "some"], ["often", "often"]]
AB = [["a", "a"], ["b", "b"]]
# the old answer "small" was split in two
SIZE = [["small", "s"], ["one", "1", {"part_of": "small"}], ["few", "2", {"part_of": "small"}]]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "use", "kind": "single", "ordered": True, "answers": SOME, "dont_know": ["dk", "dk"]},
    {"id": "fall", "kind": "single", "ordered": True, "answers": SOME, "direction": "high-to-low"},
    {"id": "size", "kind": "single", "ordered": True, "answers": [*SIZE, ["large", "l"]]},
    {"id": "views", "kind": "grid", "ordered": True, "answers": SOME,
     "item": [{"id": "x", "text": TEXT}, {"id": "y", "text": TEXT}]},
    {"id": "impact", "kind": "grid", "ordered": True, "answers": SOME,
     "item": [{"id": "x", "text": TEXT}], "periods": [["now", "now"], ["later", "later"]]},
    {"id": "tools", "kind": "multiple", "dont_know": ["dk", "dk"],
     "answers": [*AB, ["a1", "a1", {"part_of": "a"}]]},
    {"id": "mark", "kind": "rating", "minimum": 0, "maximum": 10},
    {"id": "hours", "kind": "number"},
    {"id": "needs", "kind": "ranking", "answers": AB},
    {"id": "why", "kind": "open"},
    {"id": "elsewhere", "kind": "single", "answers": AB},
    {"id": "nowhere", "kind": "multiple", "answers": AB},
    {"id": "no-marks", "kind": "rating"},
]  # fmt: skip
ASKED = Questionnaire.model_validate(
    {
        "block": [{"id": "b", "text": TEXT}],
        "question": [{"block": "b", "text": TEXT, **question} for question in QUESTIONS],
    },
    context={"languages": ["en"]},
)
# never, some, often, don't know, nothing
VALUES = {
    "use": np.array([0, 1, 2, 3, -1]),
    "fall": np.array([0, 1, 2, -1, -1]),
    "size": np.array([0, 1, 2, 3, -1]),
    "views.x": np.array([0, 1, 2, -1, -1]),
    "views.y": np.array([2, 2, -1, 0, -1]),
    "impact.x.now": np.array([0, 1, 2, -1, -1]),
    "impact.x.later": np.array([2, 2, 2, 2, -1]),
    "tools.a": np.array([1, 0, 0, 0, 0], bool),
    "tools.b": np.array([1, 1, 0, 0, 0], bool),
    "tools.a1": np.array([0, 0, 1, 0, 0], bool),
    "tools.dk": np.array([0, 0, 0, 1, 0], bool),
    "mark": np.array([3, 9, 7, 0, NONE]),
    "hours": np.array([0.5, 1, 2, NONE, NONE]),
    "needs.a": np.array([1, 2, NONE, NONE, NONE]),
    "needs.b": np.array([2, 1, 1, NONE, NONE]),
}


def show_met(text: str) -> str:
    met = meet_condition(text, ASKED, VALUES, 5)
    assert met.dtype == bool
    return "".join("x" if one else "-" for one in met)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("use = 'some'", "-x---"),
        ("use != 'some'", "x-xx-"),
        ("use in ['some', 'dk']", "-x-x-"),
        ("use not in ['some', 'dk']", "x-x--"),
        ("use >= 'some'", "-xx--"),
        ("use > 'some'", "--x--"),
        ("use < 'often'", "xx---"),
        ("use <= 'some'", "xx---"),
        ("use = 'some' or use = 'often'", "-xx--"),
        ("use != 'never' and not (use = 'dk')", "-xx--"),
    ],
)
def test_an_answer_is_compared_with_codes(text: str, met: str) -> None:
    assert show_met(text) == met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("not use = 'some'", "x-xx-"),  # nothing answered stays false
        ("not not use = 'some'", "-x---"),
        ("not use < 'some'", "-xx--"),  # "don't know" has no place in the order
        ("not tools contains 'a'", "-x-x-"),  # who picked nothing at all is unknown
        ("not mark = 3", "-xxx-"),
        ("not views.y = 'never'", "xx---"),
        ("not needs = 'a'", "-xx--"),
        ("elsewhere = 'a'", "-----"),  # not asked in this wave
        ("not elsewhere = 'a'", "-----"),
        ("elsewhere != 'a'", "-----"),
        ("not nowhere contains 'a'", "-----"),
        ("not no-marks > 5", "-----"),
        ("not why = 'a'", "-----"),  # free text is compared with nothing
        ("use = 'some' or elsewhere = 'a'", "-x---"),  # the side that is known decides
        ("not (use = 'some' and elsewhere = 'a')", "x-xx-"),
        ("not (use = 'some' or elsewhere = 'a')", "-----"),
    ],
)
def test_an_unanswered_source_is_false_also_under_not(text: str, met: str) -> None:
    assert show_met(text) == met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("fall > 'some'", "x----"),
        ("fall >= 'some'", "xx---"),
        ("fall < 'some'", "--x--"),
        ("fall <= 'some'", "-xx--"),
    ],
)
def test_greater_means_more_whatever_the_order_of_the_answers(text: str, met: str) -> None:
    assert show_met(text) == met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("size = 'small'", "xxx--"),
        ("size != 'small'", "---x-"),
        ("size in ['small']", "xxx--"),
        ("size <= 'small'", "xxx--"),
        ("size > 'small'", "---x-"),
        ("size = 'few'", "--x--"),  # the old answer is none of its parts
        ("size >= 'few'", "--xx-"),
        ("tools contains 'a'", "x-x--"),
    ],
)
def test_the_parts_of_a_split_count_as_the_old_answer(text: str, met: str) -> None:
    assert show_met(text) == met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("views.x = 'some'", "-x---"),
        ("views.x >= 'some' and views.y = 'often'", "-x---"),
        ("views.x = 'never' or views.y = 'never'", "x--x-"),
        ("impact.x.now = 'often'", "--x--"),
        ("impact.x.later = 'often'", "xxxx-"),
    ],
)
def test_a_grid_is_compared_item_by_item(text: str, met: str) -> None:
    assert show_met(text) == met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("tools contains 'b'", "xx---"),
        ("tools contains 'dk'", "---x-"),
        ("mark >= 7", "-xx--"),
        ("mark in [3, 9]", "xx---"),
        ("mark != 3", "-xxx-"),
        ("hours > 0.5", "-xx--"),
        ("needs = 'a'", "x----"),
        ("needs != 'a'", "-xx--"),
        ("needs in ['a', 'b']", "xxx--"),
    ],
)
def test_picks_numbers_and_first_choices(text: str, met: str) -> None:
    assert show_met(text) == met


@given(
    answers=st.lists(st.integers(-1, 3), min_size=1, max_size=8),
    operator=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    code=st.sampled_from(["never", "some", "often"]),
)
def test_a_condition_and_its_denial_share_out_those_of_whom_it_is_known(
    answers: list[int], operator: str, code: str
) -> None:
    """Exactly one of the two holds for everybody with an answer that can be compared."""
    values = {"use": np.array(answers)}
    text = f"use {operator} '{code}'"
    holds = meet_condition(text, ASKED, values, len(answers))
    denied = meet_condition(f"not {text}", ASKED, values, len(answers))
    last = 3 if operator in ("=", "!=") else 2
    known = (values["use"] >= 0) & (values["use"] <= last)
    assert (holds ^ denied).tolist() == known.tolist()
    assert not (holds & denied).any()
