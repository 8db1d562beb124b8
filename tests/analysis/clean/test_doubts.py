"""Duplicates, the incomplete, speeders and straight-liners: each rule of the study bites."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.clean import clean_wave
from analysis.clean.doubts import compute_completeness, find_speed_limit, find_straightliners
from analysis.clean.parsed import Parsed
from survey.responses import Missing


@pytest.mark.parametrize(
    ("treatment", "kept", "started"),
    [
        ("keep-first", ["114000011"], ["2023-01-12"]),
        ("keep-last", ["114000011"], ["2023-01-13"]),
        ("keep", ["114000011", "114000011#2"], ["2023-01-12", "2023-01-13"]),
    ],
)
def test_duplicates_are_treated_as_declared(klein, raw23, rule, treatment, kept, started):
    responses, _ = clean_wave(rule(klein, duplicates=treatment), "2023", raw23)
    mine = responses.keys[responses.keys.index.str.startswith("114000011")]
    assert mine.index.tolist() == kept
    assert mine["finished"].dt.strftime("%Y-%m-%d").tolist() == started
    assert responses.flags["duplicate"].sum() == len(kept) - 1


def test_first_and_last_go_by_the_clock_not_by_the_file(klein, raw23):
    turned = replace(raw23, cells=raw23.cells[::-1], excluded=raw23.excluded[::-1])
    responses, _ = clean_wave(klein, "2023", turned)
    assert responses.keys.loc["114000011", "finished"].day == 13


def test_without_a_clock_the_file_decides(klein, raw23):
    cells = raw23.cells.copy()
    cells.loc[33, "End Date"] = None  # the second row of 114000011
    responses, _ = clean_wave(klein, "2023", replace(raw23, cells=cells[::-1]))
    assert responses.keys.loc["114000011", "finished"].day == 12


def test_one_panel_key_is_one_person(klein, raw24, put):
    raw = put(raw24, "2", panel="p114000001")
    responses, findings = clean_wave(klein, "2024", raw)
    (finding,) = [one for one in findings if one.check == "duplicate"]
    assert (finding.respondent, finding.column) == ("1", "panel")
    assert "1" not in responses.values.index


@pytest.mark.parametrize(("share", "gone"), [(0.3, []), (0.5, ["19"]), (1.0, None)])
def test_the_incomplete_leave_below_the_declared_share(klein, raw24, rule, share, gone):
    responses, findings = clean_wave(rule(klein, complete_at=share), "2024", raw24)
    told = [one.respondent for one in findings if one.check == "incomplete"]
    assert (told == gone) if gone is not None else len(told) > 3
    assert not set(told) & set(responses.values.index)


def test_the_doubtful_are_kept_or_dropped_as_declared(klein, raw24, rule):
    kept = clean_wave(rule(klein, incomplete="keep"), "2024", raw24)[0]
    assert kept.flags.index[kept.flags["incomplete"]].tolist() == ["19"]
    strict = rule(klein, speeders="drop", straightliners="drop")
    dropped, findings = clean_wave(strict, "2024", raw24)
    assert not {"12", "14"} & set(dropped.values.index)
    left = {step.reason: (step.removed, step.remaining) for step in dropped.flow}
    assert left["speeder"] == (1, 31)
    assert left["straightliner"] == (1, 30)
    assert left["analysed"] == (0, 30)
    assert {one.action for one in findings if one.check == "speeder"} == {"drop"}


def test_pace_and_pattern_are_judged_only_among_those_who_stay(klein, raw24, rule, put):
    hasty = put(raw24, "19", interviewtime="1")  # 19 answered too little
    told = [f for f in clean_wave(klein, "2024", hasty)[1] if f.respondent == "19"]
    assert [one.check for one in told if one.action == "drop"] == ["incomplete"]
    assert "speeder" not in [one.check for one in told]
    kept, findings = clean_wave(rule(klein, incomplete="keep"), "2024", hasty)
    assert kept.flags.loc["19", ["incomplete", "speeder"]].all()
    assert ("speeder", "19") in [(one.check, one.respondent) for one in findings]


@pytest.mark.parametrize(("respondent", "doubt"), [("12", "speeder"), ("14", "straightliner")])
def test_who_leaves_for_an_answer_is_not_judged_as_well(klein, raw24, rule, put, respondent, doubt):
    study = rule(klein, unknown_answer="drop")
    for cell, times in (("vaak", 1), ("?", 0)):
        raw = put(raw24, respondent, gebruik=cell)
        told = [f.check for f in clean_wave(study, "2024", raw)[1] if f.respondent == respondent]
        assert told.count(doubt) == times


def test_the_median_is_of_those_who_stay(klein, raw24, rule, put):
    """Whoever leaves for an answer does not move the limit for the others."""
    study = rule(klein, unknown_answer="drop", speeder_below=1.0)
    limits = []
    for seconds in ("1", "100000"):
        raw = raw24
        for respondent in ("1", "2", "3", "4", "5", "6"):
            raw = put(raw, respondent, gebruik="?", interviewtime=seconds)
        findings = clean_wave(study, "2024", raw)[1]
        limits += [{one.allowed for one in findings if one.check == "speeder"}]
    assert limits[0] == limits[1]
    assert len(limits[0]) == 1


def test_the_share_of_the_median_and_the_least_items_bite(klein, raw24, rule):
    lax = rule(klein, speeder_below=0.01, straightline_items=7)
    assert not clean_wave(lax, "2024", raw24)[0].flags.any().any()


def test_the_speed_limit_is_a_share_of_the_known_median():
    assert find_speed_limit(np.array([100, np.nan, 300, 200]), 0.3) == pytest.approx(60)
    assert find_speed_limit(np.array([np.nan]), 0.3) == 0


def grid(klein, *rows: list[int]) -> Parsed:
    question = klein.questionnaire["stellingen"]
    table = np.array(rows)
    codes = {f"stellingen.{at}": table[:, at] for at in range(table.shape[1])}
    return Parsed(question, len(rows), codes=codes)


def test_straight_lines_need_every_item_answered_on_the_scale(klein):
    one = grid(klein, [3, 3, 3], [3, 3, 2], [3, 3, -1], [5, 5, 5])  # 5 is "don't know"
    assert find_straightliners({"a": one}, 4, 3).tolist() == [True, False, False, False]
    assert find_straightliners({"a": one}, 4, 4).tolist() == [False] * 4


def test_each_grid_may_have_its_own_line_but_all_must_be_straight(klein):
    first, second = grid(klein, [3, 3], [3, 3]), grid(klein, [1, 1], [1, 2])
    assert find_straightliners({"a": first, "b": second}, 2, 2).tolist() == [True, False]


def test_completeness_is_the_mean_over_asked_questions(klein):
    n, asked = 3, klein.questionnaire
    valid, skip, never = Missing.VALID, Missing.SKIPPED, Missing.NOT_ASKED
    use = Parsed(
        asked["gebruik"], n, status={"gebruik": np.array([valid, Missing.DONT_KNOW, skip])}
    )
    items = {"s.a": np.array([valid, skip, skip]), "s.b": np.array([skip, skip, skip])}
    statements = Parsed(asked["stellingen"], n, status=items)
    hours = Parsed(asked["uren"], n, status={"uren": np.array([never, never, skip])})
    open_question = Parsed(asked["voorbeeld"], n, texts={"voorbeeld:text": pd.Series([pd.NA] * n)})
    share = compute_completeness({"a": use, "b": statements, "c": hours, "d": open_question}, n)
    np.testing.assert_allclose(share, [0.75, 0.5, 0])


def test_no_pick_is_an_answer_where_everybody_asked_is_the_base(klein):
    forms, tools = klein.questionnaire["werkvormen"], klein.questionnaire["tools"]
    state = np.array([Missing.SKIPPED, Missing.NOT_REACHED])
    none_declared = Parsed(forms, 2, status={"werkvormen.collectie": state})
    with_exclusive = Parsed(tools, 2, status={"tools.tekst": state})
    assert compute_completeness({"a": none_declared}, 2).tolist() == [1, 0]
    assert compute_completeness({"a": with_exclusive}, 2).tolist() == [0, 0]
