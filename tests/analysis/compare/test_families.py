"""Which comparisons there are, what they are judged with, and why some are not tested."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.design import declare_design

QUESTIONS: list[dict[str, Any]] = [
    {"id": "team", "kind": "single", "answers": [["x", "X"], ["y", "Y"], ["z", "Z"]]},
    {"id": "tools", "kind": "multiple", "answers": [["chat", "Chat"], ["image", "Image"]]},
    {"id": "use", "kind": "single", "ordered": True, "nets": [["any", "Any", ["some", "often"]]],
     "answers": [["never", "Never"], ["some", "Some"], ["often", "Often"]],
     "dont_know": ["dk", "Don't know"]},
    {"id": "mark", "kind": "rating", "minimum": 1, "maximum": 10},
    {"id": "hours", "kind": "number", "bins": [0, 50]},
]  # fmt: skip
SEGMENTS = [{"id": "team", "question": "team"}, {"id": "tools", "question": "tools"}]


def make_frame(n: int = 90, seed: int = 5, shift: float = 0.0) -> pd.DataFrame:
    """Answers in which team x uses it more."""
    draw = np.random.default_rng(seed)
    team = np.array(["x", "y", "z"], object)[np.arange(n) % 3]
    eager = draw.normal(size=n) + (team == "x") * 1.2 + shift
    use = np.array(["never", "some", "often"], object)[np.searchsorted([0, 1], eager)]
    return pd.DataFrame(
        {
            "team": team,
            "tools.chat": draw.uniform(size=n) < 0.5,
            "tools.image": draw.uniform(size=n) < 0.4,
            "use": use,
            "mark": np.clip(np.round(5 + 2 * eager), 1, 10),
            "hours": np.round(draw.gamma(2, 4, size=n), 1),
        }
    )


def compare_two(tools, **plan):  # type: ignore[no-untyped-def]
    study = tools.study(QUESTIONS, SEGMENTS, **plan)
    samples = (
        tools.sample(study, wave, make_frame(seed=seed, shift=shift))
        for wave, seed, shift in (("a", 5, 0.0), ("b", 6, 0.3))
    )
    return tools.compare(study, *samples)


@pytest.fixture(scope="module")
def rows(tools):  # type: ignore[no-untyped-def]
    return compare_two(tools).comparisons


def test_every_kind_of_row_is_compared_and_none_with_its_own_segment(tools, rows):
    here = tools.pick(rows, wave="b", versus="rest", segment="team", level="x")
    named = {(r.question, r.answer, r.statistic, r.test) for r in here.itertuples()}
    assert named == {
        ("tools", "chat", "share", "t"), ("tools", "image", "share", "t"),
        ("use", "never", "share", "t"), ("use", "some", "share", "t"),
        ("use", "often", "share", "t"), ("use", "any", "net", "t"), ("use", "", "rank", "rank"),
        *(("mark", str(point), "share", "t") for point in range(1, 11)),
        ("mark", "", "mean", "t"), ("mark", "", "rank", "rank"), ("hours", "", "mean", "t"),
    }  # fmt: skip
    own = rows["question"] == rows["segment"]
    assert not own.any()


def test_a_segment_as_a_whole_has_a_table_or_ranks_unless_its_levels_overlap(tools, rows):
    whole = tools.pick(rows, wave="b", versus="")
    named = {(r.question, r.answer, r.statistic, r.test) for r in whole.itertuples()}
    assert named == {
        ("tools", "chat", "table", "rao-scott"), ("tools", "image", "table", "rao-scott"),
        ("use", "", "table", "rao-scott"), ("mark", "", "rank", "rank"),
    }  # fmt: skip
    assert set(whole["segment"]) == {"team"}
    assert whole["value"].isna().all()
    assert set(whole["effect_size"]) == {"v", ""}


def test_waves_are_compared_over_all_and_by_level(tools, rows):
    past = tools.pick(rows, versus="previous")
    assert set(past["wave"]) == {"b"}
    named = set(zip(past["segment"], past["level"], strict=True))
    levels = {("team", level) for level in "xyz"} | {("tools", "chat"), ("tools", "image")}
    assert named == {("", ""), *levels}
    assert set(past["overlap"]) == {"unknown"}
    assert set(rows[rows["versus"] != "previous"]["overlap"]) == {""}


def test_comparisons_agree_with_the_change_and_the_rest_beside_each_number(tools):
    compared = compare_two(tools)
    names = ["wave", "question", "item", "answer", "statistic", "segment", "level"]
    for versus, column in (("rest", "rest"), ("previous", "change")):
        tests = tools.pick(compared.comparisons, versus=versus)
        tests = tests[tests["statistic"] != "rank"]
        joined = tests.merge(compared.rows, on=names, suffixes=("", "_row"))
        assert len(joined) == len(tests) > 0
        np.testing.assert_allclose(joined["value"], joined[column], atol=1e-12)


def test_p_is_adjusted_within_family_kind_and_wave(tools, rows):
    for _, part in rows.groupby(["wave", rows["versus"] == "previous"]):
        tested = part[part["outcome"] == "tested"]
        order = tested.sort_values("p")
        m = len(order)
        steps = (order["p"].to_numpy() * m / np.arange(1, m + 1))[::-1]
        by_hand = np.minimum(np.minimum.accumulate(steps), 1)[::-1]
        np.testing.assert_allclose(order["p_adjusted"], by_hand, rtol=1e-12)
    assert set(rows["family"]) == {"all"}


def test_families_and_the_method_change_what_p_is_adjusted_to(tools, rows):
    family = {"id": "f", "text": tools.text("F"), "questions": ["use"], "segments": ["team"]}
    both = {"wave": "b", "question": "use", "answer": "often", "segment": "team", "level": "x"}
    few = compare_two(tools, family=[family]).comparisons
    assert set(few["question"]) == {"use"}
    assert set(few["segment"]) == {"", "team"}
    holm = {"adjust": "holm", "least_base": 2}
    slow = compare_two(tools, family=[family], testing=holm).comparisons
    picked = [tools.pick(one, **both, versus="rest").iloc[0] for one in (rows, few, slow)]
    assert len({one["p"] for one in picked}) == 1
    many, fewer, strict = (one["p_adjusted"] for one in picked)
    assert fewer < many
    assert fewer < strict


def test_a_family_has_only_the_kinds_it_names(tools):
    family = {"id": "f", "text": tools.text("F"), "questions": ["use"], "kinds": ["previous"]}
    compared = compare_two(tools, family=[family])
    assert set(compared.comparisons["versus"]) == {"previous"}
    assert (compared.rows["letters"] == "").all()


def test_too_few_answers_are_not_tested_and_say_what_they_could_show(tools):
    found = compare_two(tools, testing={"least_base": 31}).comparisons
    small = tools.pick(found, wave="a", question="use", answer="often", segment="team", level="x")
    row = small.iloc[0]
    assert row["outcome"] == "not-tested-base"
    assert np.isnan([row["p"], row["p_adjusted"]]).all()
    assert (row["base"], row["versus_base"]) == (30, 60)
    # (z.975 + z.8) √(1/30 + 1/60) = 0.6264 on the arcsine scale, from the share of the rest
    share = (make_frame(seed=5)["use"] == "often")[lambda x: x.index % 3 != 0].mean()
    h = 2.8015852181 * np.sqrt(1 / 30 + 1 / 60)
    moved = [np.sin(np.arcsin(np.sqrt(share)) + sign * h / 2) ** 2 - share for sign in (1, -1)]
    possible = np.abs(moved[0]) if np.arcsin(np.sqrt(share)) < h / 2 else np.min(np.abs(moved))
    assert row["detectable"] == pytest.approx(possible, rel=1e-6)


def test_a_segment_as_a_whole_needs_enough_answers_of_all_levels_together(tools):
    for least, expected in ((90, "tested"), (91, "not-tested-base")):
        found = compare_two(tools, testing={"least_base": least}).comparisons
        whole = tools.pick(found, versus="", segment="team")
        assert set(whole["question"]) == {"tools", "use", "mark"}
        assert set(whole["outcome"]) == {expected}


def test_answers_that_are_all_equal_are_not_tested(tools):
    study = tools.study(QUESTIONS, SEGMENTS)
    frame = make_frame().assign(use="some", mark=7.0)
    found = tools.compare(study, tools.sample(study, "a", frame)).comparisons
    equal = found[found["question"].isin(["use", "mark"]) & (found["answer"] != "1")]
    assert set(equal["outcome"]) == {"not-tested-variation"}
    assert equal["p"].isna().all()


def test_one_sampled_unit_is_too_few_to_test(tools):
    study = tools.study(QUESTIONS, SEGMENTS)
    frame = make_frame(20)
    design = declare_design(20, clusters=np.arange(20) % 2)
    found = tools.compare(study, tools.sample(study, "a", frame, design)).comparisons
    use = tools.pick(found, question="use", answer="often", segment="team", level="x")
    assert list(use["outcome"]) == ["not-tested-degrees"]


def test_what_was_asked_otherwise_is_not_compared_with_the_wave_before(tools):
    note = {"grade": "reworded", "note": tools.text("Asked anew.")}
    study = tools.study(QUESTIONS, SEGMENTS, asks={"use": note, "team": note})
    samples = (tools.sample(study, wave, make_frame(seed=i)) for i, wave in enumerate("ab"))
    past = tools.pick(tools.compare(study, *samples).comparisons, versus="previous")
    assert set(past["question"]) == {"tools", "mark", "hours"}
    assert set(past["segment"]) == {"", "tools"}


def test_a_wave_left_out_of_the_run_leaves_nothing_to_compare_with(tools):
    study = tools.study(QUESTIONS, SEGMENTS, "abc")
    samples = (tools.sample(study, wave, make_frame(seed=i)) for i, wave in enumerate("ac"))
    found = tools.compare(study, *samples).comparisons
    assert "previous" not in set(found["versus"])


def test_planned_contrasts_stand_apart_from_what_was_explored(tools):
    planned = {"planned": "1999-12-31", "reason": tools.text("Said."), "text": tools.text("One.")}
    contrasts = [
        {"id": "one", "row": "use", "answer": "often", "segment": "team", "level": "x",
         "versus": "rest", "waves": ["a", "b"], **planned},
        {"id": "two", "row": "mark", "segment": "team", "level": "x", "versus": "y",
         "waves": ["b"], **planned},
        {"id": "three", "row": "use", "answer": "any", "versus": "previous", "waves": ["b"],
         **planned},
    ]  # fmt: skip
    found = compare_two(tools, contrast=contrasts).comparisons
    apart = found[found["planned"]]
    assert set(apart["family"]) == {"planned"}
    named = [
        (r.wave, r.question, r.answer, r.statistic, r.level, r.versus) for r in apart.itertuples()
    ]
    assert named == [
        ("a", "use", "often", "share", "x", "rest"),
        ("b", "use", "often", "share", "x", "rest"),
        ("b", "mark", "", "mean", "x", "y"),
        ("b", "use", "any", "net", "", "previous"),
    ]
    alone = apart[apart["wave"] == "a"].iloc[0]
    assert alone["p_adjusted"] == alone["p"]
    three = apart[apart["wave"] == "b"].sort_values("p")
    last = three.iloc[-1]
    assert last["p_adjusted"] == pytest.approx(last["p"])
    explored = found[~found["planned"]].reset_index(drop=True)
    without = compare_two(tools).comparisons
    pd.testing.assert_frame_equal(explored, without)


def test_a_composite_score_is_tested_in_the_family_of_its_first_item(tools):
    grid = {
        "id": "worry", "kind": "grid", "ordered": True, "answers": tools.choices("l", "m", "h"),
        "item": [{"id": name, "text": tools.text(name)} for name in ("p", "q")],
    }  # fmt: skip
    score = {
        "id": "all", "text": tools.text("All"), "items": ["worry.p", "worry.q"],
        "least_answered": 1,
    }  # fmt: skip
    family = {"id": "w", "text": tools.text("W"), "questions": ["worry"]}
    frame = make_frame()
    draw = np.random.default_rng(1)
    for name in "pq":
        frame[f"worry.{name}"] = draw.choice(np.array(["l", "m", "h"], object), len(frame))
    study = tools.study([*QUESTIONS, grid], SEGMENTS, "a", score=[score], family=[family])
    found = tools.compare(study, tools.sample(study, "a", frame)).comparisons
    scores = tools.pick(found, question="_scores", item="all")
    assert set(scores["family"]) == {"w"}
    assert set(scores["effect_size"]) == {"d"}
    assert len(scores) == 5
