"""Outcomes and segments: refusals by name, references, and that effects are those of the model.

The numbers of R's svyglm are held in `test_reference.py`.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.design import declare_design
from survey.estimates import COMPARISON_COLUMNS

QUESTIONS: list[dict[str, Any]] = [
    {"id": "team", "kind": "single", "answers": [["x", "X"], ["y", "Y"], ["z", "Z"]]},
    {"id": "age", "kind": "single", "answers": [["young", "Young"], ["old", "Old"]]},
    {"id": "use", "kind": "single",
     "answers": [["never", "Never"], ["some", "Some"], ["often", "Often"]]},
    {"id": "tools", "kind": "multiple", "answers": [["chat", "Chat"], ["image", "Image"]]},
]  # fmt: skip
SEGMENTS = [{"id": name, "question": name} for name in ("team", "age")]


def make_frame(n: int = 240, seed: int = 2) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    team = np.array(["x", "y", "z"], object)[np.arange(n) % 3]
    age = draw.choice(np.array(["young", "old"], object), n)
    chance = 0.3 + 0.3 * (team == "y") + 0.1 * (age == "old")
    uses = draw.uniform(size=n) < chance
    some = np.where(draw.uniform(size=n) < 0.5, "some", "often")
    return pd.DataFrame(
        {
            "team": team,
            "age": age,
            "use": np.where(uses, some, "never").astype(object),
            "tools.chat": uses,
            "tools.image": draw.uniform(size=n) < 0.4,
        }
    )


def relate(  # type: ignore[no-untyped-def]
    tools, frame, segments=("team", "age"), testing=None, design=None, **outcome
):
    declared = {
        "id": "uses", "text": tools.text("use it"), "row": "use", "answers": ["some", "often"],
        "segments": list(segments), **outcome,
    }  # fmt: skip
    family = {"id": "none", "text": tools.text("N"), "questions": ["age"], "kinds": ["columns"]}
    plan = {
        "outcome": [declared],
        "family": [family],
        "testing": {"least_base": 10} | (testing or {}),
    }
    study = tools.study(QUESTIONS, SEGMENTS, "a", **plan)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = tools.compare(study, tools.sample(study, "a", frame, design)).comparisons
    return rows


def list_outcomes(rows: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    return [(r.segment, r.level, r.versus, r.outcome) for r in rows.itertuples()]


def test_each_level_is_held_against_the_first(tools):
    rows = relate(tools, make_frame())
    assert list(rows.columns) == list(COMPARISON_COLUMNS)
    assert list_outcomes(rows) == [
        ("team", "", "", "tested"),
        ("team", "y", "x", "tested"),
        ("team", "z", "x", "tested"),
        ("age", "", "", "tested"),
        ("age", "old", "young", "tested"),
    ]
    assert set(rows["question"]) == {"_relations"}
    assert set(rows["item"]) == {"uses"}
    assert set(rows["statistic"]) == {"effect"}
    assert set(rows["test"]) == {"wald"}
    assert not rows["planned"].any()
    assert list(rows["base"]) == [240, 80, 80, 240, (make_frame()["age"] == "old").sum()]
    assert list(rows["versus_base"].dropna())[:2] == [80, 80]


def test_a_single_segment_gives_the_difference_of_shares(tools):
    """A saturated model: the average marginal effect is the plain difference."""
    frame = make_frame()
    rows = relate(tools, frame, segments=["team"])
    shares = (frame["use"] != "never").groupby(frame["team"]).mean()
    effects = tools.pick(rows, segment="team").set_index("level")["value"]
    assert effects["y"] == pytest.approx(shares["y"] - shares["x"])
    assert effects["z"] == pytest.approx(shares["z"] - shares["x"])


def test_p_is_adjusted_over_all_effects_of_the_wave(tools):
    rows = relate(tools, make_frame())
    order = rows.sort_values("p")
    steps = (order["p"] * len(order) / np.arange(1, len(order) + 1)).to_numpy()
    by_hand = np.minimum.accumulate(steps[::-1])[::-1]
    np.testing.assert_allclose(order["p_adjusted"], np.minimum(by_hand, 1))
    holm = relate(tools, make_frame(), testing={"adjust": "holm"})
    assert (holm["p_adjusted"] >= rows["p_adjusted"] - 1e-12).all()
    assert (holm["p_adjusted"] > rows["p_adjusted"] + 1e-6).any()


def test_options_of_a_multiple_choice_count_as_yes_where_one_is_picked(tools):
    frame = make_frame()
    rows = relate(tools, frame, segments=["team"], row="tools", answers=["chat", "image"])
    picked = frame["tools.chat"] | frame["tools.image"]
    shares = picked.groupby(frame["team"]).mean()
    effects = rows.set_index("level")["value"]
    assert effects["y"] == pytest.approx(shares["y"] - shares["x"])


def test_fewer_than_ten_events_a_term_are_refused(tools):
    frame = make_frame()
    frame["use"] = np.where(np.arange(240) % 10 == 0, "some", "never").astype(object)
    rows = relate(tools, frame)
    assert set(rows["outcome"]) == {"not-tested-events"}
    assert rows["p"].isna().all()
    events = (frame["use"] != "never").sum()
    assert events < 30
    assert list(rows.loc[rows["level"] == "", "base"]) == [len(frame)] * 2


def test_a_level_of_too_few_leaves_the_model_with_its_respondents(tools):
    frame = make_frame()
    frame.loc[(frame["team"] == "x") & (frame.index > 20), "team"] = None
    rows = relate(tools, frame)
    assert list_outcomes(rows)[:3] == [
        ("team", "", "", "tested"),
        ("team", "x", "y", "not-tested-base"),
        ("team", "z", "y", "tested"),
    ]
    assert rows["base"].iloc[1] == 7
    inside = frame["team"].isin(["y", "z"])
    assert rows["base"].iloc[0] == inside.sum()
    without = relate(tools, frame[inside].reset_index(drop=True))
    tested = rows[rows["outcome"] == "tested"]
    np.testing.assert_allclose(tested["value"], without["value"])
    assert set(relate(tools, frame, testing={"least_base": 7})["versus"]) == {"", "x", "young"}


def test_a_level_without_events_is_named(tools):
    frame = make_frame()
    frame.loc[frame["team"] == "z", "use"] = "never"
    assert list_outcomes(relate(tools, frame)) == [
        ("team", "", "", "tested"),
        ("team", "y", "x", "tested"),
        ("team", "z", "x", "not-tested-variation"),
        ("age", "", "", "tested"),
        ("age", "old", "young", "tested"),
    ]


def test_segments_that_say_the_same_are_refused(tools):
    frame = make_frame()
    frame["team"] = frame["age"].map({"young": "x", "old": "y"})
    rows = relate(tools, frame)
    assert list_outcomes(rows) == [
        ("team", "", "", "not-tested-variation"),
        ("team", "y", "x", "not-tested-variation"),
        ("age", "", "", "not-tested-variation"),
        ("age", "old", "young", "not-tested-variation"),
    ]


def test_segments_that_separate_the_outcome_together_are_refused(tools):
    """Young x and old y never use it, all others always do: no level alone is without events."""
    frame = make_frame()
    frame["team"] = np.where(frame["team"] == "x", "x", "y")
    frame["use"] = np.where((frame["team"] == "x") & (frame["age"] == "young"), "never", "some")
    rows = relate(tools, frame)
    assert set(rows["outcome"]) == {"not-tested-variation"}


def test_a_segment_of_one_level_costs_nobody(tools):
    frame = make_frame()
    frame["age"] = pd.Series("old", index=frame.index, dtype=object).mask(frame.index % 2 == 0)
    rows = relate(tools, frame)
    named = dict(
        zip(zip(rows["segment"], rows["level"], strict=True), rows["outcome"], strict=True)
    )
    assert named["age", ""] == "not-tested-variation"
    assert named["team", "y"] == "tested"
    assert rows["base"].iloc[0] == 240


def test_nothing_is_related_where_nothing_is_declared_or_asked(tools):
    study = tools.study(QUESTIONS, SEGMENTS, "a")
    rows = tools.compare(study, tools.sample(study, "a", make_frame())).comparisons
    assert "_relations" not in set(rows["question"])


def test_too_few_sampled_units_are_told(tools):
    declared = {
        "id": "uses", "text": tools.text("use it"), "row": "use", "answers": ["some", "often"],
        "segments": ["team", "age"],
    }  # fmt: skip
    study = tools.study(QUESTIONS, SEGMENTS, "a", outcome=[declared])
    design = declare_design(240, clusters=np.arange(240) % 3)
    rows = tools.compare(study, tools.sample(study, "a", make_frame(), design)).comparisons
    assert set(rows[rows["question"] == "_relations"]["outcome"]) == {"not-tested-degrees"}


def test_in_a_census_an_effect_is_known_and_not_tested(tools):
    frame = make_frame()
    everybody = declare_design(len(frame), population=np.full(len(frame), float(len(frame))))
    rows = relate(tools, frame, design=everybody)
    levels = rows[rows["level"] != ""]
    assert set(levels["outcome"]) == {"not-tested-variation"}
    assert levels["p"].isna().all()
    np.testing.assert_allclose(levels["low"], levels["value"])
