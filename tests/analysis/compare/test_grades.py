"""Which rows compare with the wave before, and of which the rest can be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.compare.grades import Grades

QUESTIONS: list[dict[str, Any]] = [
    {"id": "team", "kind": "single", "answers": [["x", "X"], ["y", "Y"]]},
    {"id": "age", "kind": "single", "answers": [["young", "Young"], ["old", "Old"]]},
    {"id": "use", "kind": "grid", "ordered": True, "answers": [["no", "No"], ["yes", "Yes"]],
     "item": [{"id": "here", "text": {"en": "Here"}}, {"id": "there", "text": {"en": "There"}}]},
    {"id": "cost", "kind": "number", "bins": [0, 100]},
    {"id": "hours", "kind": "number", "bins": [0, 100]},
]  # fmt: skip
SEGMENTS = [{"id": name, "question": name} for name in ("team", "age")]


@pytest.fixture(scope="module")
def study(tools):  # type: ignore[no-untyped-def]
    """In wave b team, one item of use and hours were asked anew."""
    anew = {"grade": "reworded", "note": tools.text("Asked anew.")}
    asks = {"team": anew, "hours": anew, "use": {**anew, "comparable": ["here"]}}
    words = {name: tools.text(name) for name in ("one", "both", "rate")}
    plan = {
        "score": [
            {"id": "one", "text": words["one"], "items": ["use.here", "use.here"],
             "least_answered": 1},
            {"id": "both", "text": words["both"], "items": ["use.here", "use.there"],
             "least_answered": 1},
        ],
        "ratio": [{"id": "rate", "text": words["rate"], "numerator": "cost",
                   "denominator": "hours"}],
        "nested": [{"outer": "age", "inner": "team", "questions": ["cost"]}],
        "quantiles": [0.25],
    }  # fmt: skip
    return tools.study(QUESTIONS, SEGMENTS, asks=asks, **plan)


@pytest.fixture(scope="module")
def compared(tools, study):  # type: ignore[no-untyped-def]
    draw = np.random.default_rng(8)
    samples = []
    for wave in "ab":
        pick = {name: draw.choice(np.array(codes, object), 60) for name, codes in (
            ("team", ["x", "y"]), ("age", ["young", "old"]), ("use.here", ["no", "yes"]),
            ("use.there", ["no", "yes"]),
        )}  # fmt: skip
        numbers = {name: draw.gamma(2, 5, 60) for name in ("cost", "hours")}
        samples.append(tools.sample(study, wave, pd.DataFrame(pick | numbers)))
    return tools.compare(study, *samples)


@pytest.mark.parametrize(
    ("question", "item", "answer", "expected"),
    [
        ("use", "here", "", "same"),
        ("use", "there", "", "reworded"),
        ("use", "here", "yes", "reworded"),
        ("cost", "", "0.25", "same"),
        ("_scores", "one", "", "same"),
        ("_scores", "both", "", "reworded"),
        ("_ratios", "rate", "", "reworded"),
        ("_segments", "age", "old", "same"),
        ("_segments", "team", "x", "reworded"),
        ("_weighting", "deff", "", "new"),
    ],
)
def test_a_number_is_graded_by_all_that_it_is_made_of(study, question, item, answer, expected):
    assert Grades(study).grade_number("b", question, item, answer) == expected


@pytest.mark.parametrize(
    ("segment", "level", "expected"),
    [("", "", "same"), ("age", "old", "same"), ("team", "x", "reworded"),
     ("age.team", "old.x", "reworded"), ("age.age", "old.young", "same")],
)  # fmt: skip
def test_a_level_is_graded_by_its_answers(study, segment, level, expected):
    assert Grades(study).grade_level("b", segment, level) == expected


def test_change_stands_where_the_grade_is_same_and_nowhere_else(compared):
    rows = compared.rows[compared.rows["wave"] == "b"]
    changed = rows["change"].notna()
    valued = rows["value"].notna()
    assert (changed <= (rows["grade"] == "same")).all()
    assert changed[valued & (rows["grade"] == "same")].all()
    quantile = rows[(rows["question"] == "cost") & (rows["statistic"] == "quantile")]
    assert quantile["change"].notna().any()
    assert compared.rows[compared.rows["wave"] == "a"]["change"].isna().all()


def test_the_rest_is_told_of_averages_alone(compared):
    told = compared.rows[compared.rows["rest"].notna()]
    assert set(told["statistic"]) == {"share", "mean", "bin"}
    assert set(told["segment"]) == {"team", "age", "age.team"}
    crossed = told[told["segment"] == "age.team"]
    assert set(crossed["question"]) == {"cost"}


def test_scales_of_items_that_compare_are_compared(tools, compared):
    past = tools.pick(compared.comparisons, versus="previous", segment="")
    named = {(r.question, r.item, r.statistic) for r in past.itertuples()}
    assert ("use", "here", "rank") in named
    assert ("use", "there", "rank") not in named
    assert ("_scores", "one", "mean") in named
    assert ("_scores", "both", "mean") not in named
