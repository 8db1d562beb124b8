"""Routing: who was asked, where some sources are unanswered."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.clean.parsed import Parsed
from analysis.clean.route import find_asked
from survey.questionnaire import Question
from survey.responses import Missing


def ask(kind: str, **more: object) -> Question:
    text = {"en": "?"}
    return Question.model_validate(
        {"id": "q", "kind": kind, "block": "b", "text": text, **more}, context={"languages": ["en"]}
    )


def answers(*codes: str, **more: object) -> list:
    return [[code, code, more] if more else [code, code] for code in codes]


USE = ask("single", ordered=True, answers=answers("never", "some", "often"), dont_know=["dk", "dk"])
FALLING = USE.model_copy(update={"direction": "high-to-low"})


def single(question: Question) -> Parsed:
    """never, some, often, dk, nothing"""
    codes = np.array([0, 1, 2, 3, -1])
    return Parsed(question, 5, codes={"q": codes}, status={"q": np.zeros(5, np.int8)})


@pytest.mark.parametrize(
    ("routing", "asked"),
    [
        ("q = 'some'", [0, 1, 0, 0, 0]),
        ("q != 'some'", [1, 0, 1, 1, 0]),
        ("q in ['some', 'dk']", [0, 1, 0, 1, 0]),
        ("q >= 'some'", [0, 1, 1, 0, 0]),
        ("q < 'often'", [1, 1, 0, 0, 0]),
        ("not q = 'some'", [1, 0, 1, 1, 0]),
        ("not q < 'some'", [0, 1, 1, 0, 0]),
        ("q = 'some' or q = 'often'", [0, 1, 1, 0, 0]),
        ("q != 'never' and not (q = 'dk')", [0, 1, 1, 0, 0]),
        ("elsewhere = 'x'", [0, 0, 0, 0, 0]),
        ("not elsewhere = 'x'", [0, 0, 0, 0, 0]),
        ("q = 'some' or elsewhere = 'x'", [0, 1, 0, 0, 0]),
    ],
)
def test_an_unanswered_source_makes_the_condition_false(routing, asked):
    assert find_asked(routing, {"q": single(USE)}, 5).astype(int).tolist() == asked


def test_greater_means_more_whatever_the_order_of_the_answers():
    asked = find_asked("q > 'some'", {"q": single(FALLING)}, 5)
    assert asked.tolist() == [True, False, False, False, False]


def test_the_parts_of_a_split_count_as_the_old_answer():
    question = ask(
        "single", answers=[*answers("yes"), *answers("partly", part_of="yes"), ["n", "n"]]
    )
    parsed = Parsed(question, 3, codes={"q": np.array([0, 1, 2])})
    assert find_asked("q = 'yes'", {"q": parsed}, 3).tolist() == [True, True, False]


def test_contains_needs_something_picked():
    question = ask("multiple", answers=answers("a", "b"), dont_know=["dk", "dk"])
    ticks = {"q.a": np.array([1, 0, 0, 0], bool), "q.b": np.array([1, 1, 0, 0], bool)}
    state = np.array([Missing.VALID, Missing.VALID, Missing.SKIPPED, Missing.DONT_KNOW])
    parsed = {"q": Parsed(question, 4, ticks=ticks, status={"q.a": state, "q.b": state})}
    assert find_asked("q contains 'a'", parsed, 4).tolist() == [True, False, False, False]
    assert find_asked("not q contains 'a'", parsed, 4).tolist() == [False, True, False, True]
    assert find_asked("q contains 'dk'", parsed, 4).tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("routing", "asked"),
    [
        ("q >= 7", [False, True, False]),
        ("q in [3, 9]", [True, True, False]),
        ("not q = 3", [False, True, False]),
    ],
)
def test_numbers(routing, asked):
    question = ask("rating", minimum=0, maximum=10)
    parsed = Parsed(question, 3, numbers={"q": np.array([3, 9, np.nan])})
    assert find_asked(routing, {"q": parsed}, 3).tolist() == asked


def test_a_ranking_is_compared_by_its_first_choice():
    question = ask("ranking", answers=answers("a", "b"))
    nothing = np.nan
    numbers = {"q.a": np.array([1, 2, nothing]), "q.b": np.array([2, 1, nothing])}
    parsed = {"q": Parsed(question, 3, numbers=numbers)}
    assert find_asked("q = 'a'", parsed, 3).tolist() == [True, False, False]
    assert find_asked("q != 'a'", parsed, 3).tolist() == [False, True, False]
