"""What was parsed, as routing compares it."""

from __future__ import annotations

import numpy as np

from analysis.clean.parsed import Parsed
from survey.questionnaire import Question, Questionnaire
from survey.responses import Missing
from survey.routing_values import meet_condition

ASKED = Questionnaire.model_validate(
    {
        "block": [{"id": "b", "text": {"en": "?"}}],
        "question": [
            {"id": "q", "kind": "multiple", "block": "b", "text": {"en": "?"},
             "answers": [["a", "a"], ["b", "b"]], "dont_know": ["dk", "dk"]},
        ],
    },
    context={"languages": ["en"]},
)  # fmt: skip


def meet(routing: str, question: Question) -> list[bool]:
    """picked both, only b, nothing, "don't know" """
    ticks = {"q.a": np.array([1, 0, 0, 0], bool), "q.b": np.array([1, 1, 0, 0], bool)}
    state = np.array([Missing.VALID, Missing.VALID, Missing.SKIPPED, Missing.DONT_KNOW])
    parsed = Parsed(question, 4, ticks=ticks, status={"q.a": state, "q.b": state})
    return meet_condition(routing, ASKED, parsed.list_values(), 4).tolist()


def test_don_t_know_in_a_multiple_choice_is_one_more_box():
    question = ASKED["q"]
    assert meet("q contains 'a'", question) == [True, False, False, False]
    assert meet("not q contains 'a'", question) == [False, True, False, True]
    assert meet("q contains 'dk'", question) == [False, False, False, True]


def test_codes_and_numbers_are_compared_as_they_stand(klein):
    use = Parsed(klein.questionnaire["gebruik"], 2, codes={"gebruik": np.array([1, -1])})
    chance = Parsed(klein.questionnaire["kans"], 2, numbers={"kans": np.array([7, np.nan])})
    assert list(use.list_values()) == ["gebruik"]
    values = use.list_values() | chance.list_values()
    met = meet_condition("gebruik = 'soms' and kans > 6", klein.questionnaire, values, 2)
    assert met.tolist() == [True, False]
