"""Letters of banner columns, worked out by hand from shares and their standard errors."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.statistics.design import declare_design

LEVELS = ("p", "q", "r", "s")
QUESTIONS: list[dict[str, Any]] = [
    {"id": "place", "kind": "single", "answers": [[x, x.upper()] for x in LEVELS]},
    {"id": "yes", "kind": "single", "answers": [["y", "Yes"], ["n", "No"]]},
    {"id": "mark", "kind": "number", "bins": [0, 100]},
]
SEGMENTS = [{"id": "place", "question": "place"}]


def make_frame(shares: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """`shares`: how many of how many said yes at each place; their mark is 10 for yes, 1 for no."""
    rows = [
        (place, "y" if i < yes else "n")
        for place, (yes, count) in shares.items()
        for i in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["place", "yes"], dtype=object)
    noise = np.arange(len(frame)) % 3 / 100
    return frame.assign(mark=np.where(frame["yes"] == "y", 10.0, 1.0) + noise)


def find_letters(tools, shares, **plan):  # type: ignore[no-untyped-def]
    study = tools.study(QUESTIONS, SEGMENTS, "a", **plan)
    rows = tools.compare(study, tools.sample(study, "a", make_frame(shares))).rows
    rows = rows[(rows["segment"] == "place") & rows["statistic"].isin(["share", "mean"])]
    return {(r.question, r.answer, r.level): r.letters for r in rows.itertuples()}


def test_a_level_bears_the_letters_of_those_it_is_clearly_above(tools):
    """Two-sided p with se² = n/(n−1) Σ p(1−p)/nᵢ on n₁ + n₂ − 2 degrees, BH over six pairs."""
    shares = {"p": (30, 60), "q": (45, 60), "r": (33, 60), "s": (12, 60)}
    n = sum(count for _, count in shares.values())
    pairs = list(combinations(LEVELS, 2))
    p = []
    for one, other in pairs:
        (x1, n1), (x2, n2) = shares[one], shares[other]
        variance = sum(x / m * (1 - x / m) / m for x, m in ((x1, n1), (x2, n2))) * n / (n - 1)
        t = (x1 / n1 - x2 / n2) / np.sqrt(variance)
        p.append(2 * stats.t.sf(abs(t), n1 + n2 - 2))
    adjusted = stats.false_discovery_control(p)
    clear = {pair for pair, value in zip(pairs, adjusted, strict=True) if value < 0.05}
    assert clear == {("p", "q"), ("p", "s"), ("q", "r"), ("q", "s"), ("r", "s")}
    found = find_letters(tools, shares)
    assert {level: found["yes", "y", level] for level in LEVELS} == {
        "p": "D", "q": "ACD", "r": "D", "s": ""
    }  # fmt: skip
    assert {level: found["yes", "n", level] for level in LEVELS} == {
        "p": "B", "q": "", "r": "B", "s": "ABC"
    }  # fmt: skip
    assert {level: found["mark", "", level] for level in LEVELS} == {
        "p": "D", "q": "ACD", "r": "D", "s": ""
    }  # fmt: skip


def test_a_letter_is_the_place_in_the_study_even_where_a_wave_lacks_a_level(tools):
    found = find_letters(tools, {"q": (50, 60), "s": (10, 60)})
    assert found["yes", "y", "q"] == "D"
    assert found["yes", "n", "s"] == "B"


def test_levels_of_too_few_answers_take_no_part(tools):
    shares = {"p": (2, 29), "q": (50, 60), "r": (10, 60)}
    found = find_letters(tools, shares, testing={"least_base": 30})
    assert found["yes", "y", "q"] == "C"
    assert found["yes", "n", "p"] == ""
    assert find_letters(tools, shares)["yes", "y", "q"] == "AC"


def test_the_level_and_the_method_of_the_plan_decide(tools):
    shares = {"p": (30, 60), "q": (42, 60), "r": (31, 60), "s": (41, 60)}
    by_default = find_letters(tools, shares)["yes", "y", "q"]
    loose = find_letters(tools, shares, testing={"least_base": 2, "level": 0.2})
    assert (by_default, loose["yes", "y", "q"]) == ("", "AC")
    near = {"p": (20, 60), "q": (33, 60), "r": (33, 60), "s": (33, 60)}
    holm = {"least_base": 2, "adjust": "holm"}
    assert find_letters(tools, near)["yes", "y", "q"] == "A"
    assert find_letters(tools, near, testing=holm)["yes", "y", "q"] == ""


def test_levels_that_share_respondents_are_compared_with_their_covariance(tools):
    """Two options of a multiple choice picked together by nearly all: the few others decide."""
    n = 300
    both = np.arange(n) >= 20
    frame = pd.DataFrame(
        {
            "tools.one": both | (np.arange(n) < 10),
            "tools.two": both | (np.arange(n) >= 10),
            "yes": np.where((np.arange(n) < 10) | (np.arange(n) % 2 == 1), "y", "n").astype(object),
        }
    )
    questions = [
        {"id": "tools", "kind": "multiple", "answers": [["one", "One"], ["two", "Two"]]},
        QUESTIONS[1],
    ]
    study = tools.study(questions, [{"id": "tools", "question": "tools"}], "a")
    rows = tools.compare(study, tools.sample(study, "a", frame)).rows
    letters = {
        (r.level, r.answer): r.letters for r in rows[rows["segment"] == "tools"].itertuples()
    }
    first, second = (frame[f"tools.{name}"].to_numpy() for name in ("one", "two"))
    y = (frame["yes"] == "y").to_numpy(float)
    means = [y[side].mean() for side in (first, second)]
    u = first * (y - means[0]) / first.sum() - second * (y - means[1]) / second.sum()
    t = (means[0] - means[1]) / np.sqrt(n / (n - 1) * ((u - u.mean()) ** 2).sum())
    assert 2 * stats.t.sf(t, n - 2) < 0.05
    apart = np.sqrt(sum(m * (1 - m) / 290 for m in means))
    assert 2 * stats.t.sf((means[0] - means[1]) / apart, n - 2) > 0.05
    assert letters["one", "y"] == "B"
    assert letters["two", "n"] == "A"


def test_weights_and_clusters_are_in_the_letters(tools):
    """The same answers, given in two clusters of one opinion each: nothing is clear any more."""
    frame = make_frame({"p": (40, 60), "q": (20, 60)})
    study = tools.study(QUESTIONS, SEGMENTS, "a")
    clusters = np.where(frame["yes"] == "y", 0, 1) * 2 + (np.arange(120) % 2)
    design = declare_design(120, clusters=clusters)
    for used, expected in ((None, "B"), (design, "")):
        rows = tools.compare(study, tools.sample(study, "a", frame, used)).rows
        row = tools.pick(rows, question="yes", answer="y", level="p").iloc[0]
        assert row["letters"] == expected


def test_a_segment_of_one_level_has_no_letters(tools):
    assert set(find_letters(tools, {"p": (20, 40)}).values()) == {""}


@pytest.mark.parametrize("kinds", [["rest"], ["previous"]])
def test_families_without_columns_have_no_letters(tools, kinds):
    family = {"id": "f", "text": tools.text("F"), "questions": ["yes"], "kinds": kinds}
    assert set(find_letters(tools, {"p": (50, 60), "q": (9, 60)}, family=[family]).values()) == {""}


def test_pairs_of_all_questions_of_a_family_are_adjusted_together(tools):
    """Alone p ≥ 0.04 stays clear; among the pairs of a second question of its family it does not.

    24 of 60 against 35 of 60 has p of 0.045: of two equal tests (yes and no) it remains. With 6
    more pairs that show nothing it becomes 0.18.
    """
    shares = {"p": (24, 60), "q": (35, 60)}
    assert find_letters(tools, shares)["yes", "y", "q"] == "A"
    other = {"id": "other", "kind": "single", "answers": [[x, x] for x in "abcdef"]}
    frame = make_frame(shares)
    frame["other"] = np.array(list("abcdef"), object)[np.arange(len(frame)) % 6]
    study = tools.study([*QUESTIONS, other], SEGMENTS, "a")
    rows = tools.compare(study, tools.sample(study, "a", frame)).rows
    assert set(rows.loc[rows["question"] == "yes", "letters"]) == {""}
