"""Totals, ratios and reliabilities by hand; their standard errors are held to R in test_wave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimate import estimate_wave
from survey.faults import Refusal

pytestmark = pytest.mark.filterwarnings("error")


def test_a_total_is_the_population_times_the_mean_of_everybody(study, answer, find):
    columns = {"enroll": [100.0, 300, None, 200], "stype": ["e", "e", "e", "h"]}
    rows = estimate_wave(study, answer(columns, weights=[1.0, 2, 3, 2])).rows
    # 1000 · (1·100 + 2·300 + 2·200) / 8; unweighted 1000 · 600 / 4
    assert find(rows, "enroll///total") == pytest.approx(1000 * 1100 / 8)
    assert find(rows, "enroll///total", "unweighted") == pytest.approx(1000 * 600 / 4)
    assert find(rows, "enroll///total", "base") == 3
    assert find(rows, "enroll///total/stype/e") == pytest.approx(1000 * 700 / 8)
    parts = [find(rows, f"enroll///total/stype/{level}") for level in "eh"]
    assert sum(parts) == pytest.approx(find(rows, "enroll///total"))


def test_the_error_of_a_total_is_that_of_the_mean_of_everybody(study, answer, find):
    rows = estimate_wave(study, answer({"enroll": [100.0, 300, None, 200]})).rows
    spread = np.std([100, 300, 0, 200], ddof=1) / np.sqrt(4)
    assert find(rows, "enroll///total", "standard_error") == pytest.approx(1000 * spread)


def test_a_larger_population_makes_a_larger_total(study, answer, find):
    sample = answer({"enroll": [100.0, 300]})
    double = estimate_wave(study, replace(sample, population=2000.0)).rows
    assert find(double, "enroll///total") == pytest.approx(400_000)


def test_totals_without_a_population_are_refused(study, answer):
    sample = replace(answer({"enroll": [1.0, 2.0]}), population=None)
    with pytest.raises(Refusal) as refused:
        estimate_wave(study, sample)
    fault = refused.value.faults[0]
    assert fault.where == "plan.toml: totals, wave a"
    assert fault.found == "a wave whose population is not known: enroll"
    assert "declare the margins" in fault.todo


def test_a_ratio_counts_those_who_gave_both(study, answer, find):
    columns = {"api00": [6.0, 9, None, 5], "api99": [2.0, 3, 4, None]}
    rows = estimate_wave(study, answer(columns, weights=[1.0, 3, 1, 1])).rows
    assert find(rows, "_ratios/growth//ratio") == pytest.approx((6 + 27) / (2 + 9))
    assert find(rows, "_ratios/growth//ratio", "unweighted") == pytest.approx(15 / 5)
    assert find(rows, "_ratios/growth//ratio", "base") == 2
    assert find(rows, "_ratios/growth//ratio", "answered") == 2


def test_a_ratio_over_nothing_is_left_out(study, answer, find):
    columns = {"api00": [6.0, 9], "api99": [0.0, 3.0], "stype": ["e", "h"]}
    rows = estimate_wave(study, answer(columns)).rows
    levels = rows.loc[(rows["question"] == "_ratios") & (rows["segment"] == "stype"), "level"]
    assert levels.tolist() == ["h"]
    assert find(rows, "_ratios/growth//ratio") == 5


SCALE = {
    "scale.poor": ["low", "high", "top", "mid", None],
    "scale.learners": ["mid", "high", "top", "low", None],
    # turned round: top 1, high 2, mid 3, low 4
    "scale.stay": ["top", "mid", "low", None, "low"],
}


def test_a_score_is_the_mean_of_items_turned_one_way(study, answer, find):
    rows = estimate_wave(study, answer(SCALE)).rows
    scores = [(1 + 2 + 1) / 3, (3 + 3 + 3) / 3, (4 + 4 + 4) / 3, (2 + 1) / 2]
    assert find(rows, "_scores/poverty//mean") == pytest.approx(np.mean(scores))
    assert find(rows, "_scores/poverty//median") == pytest.approx(np.median(scores))
    assert find(rows, "_scores/poverty//mean", "base") == 4
    assert find(rows, "_scores/poverty//mean", "answered") == 5


def test_least_answered_and_reversed_items_change_the_score(replan, answer, find):
    score = {"id": "poverty", "text": {"en": "P"}, "items": ["scale.poor", "scale.stay"],
             "least_answered": 2}  # fmt: skip
    sample = answer(SCALE)
    rows = estimate_wave(replan(score=[score]), sample).rows
    # poor 1, 3, 4 and stay 4, 2, 1: both were answered by three
    assert find(rows, "_scores/poverty//mean") == pytest.approx(2.5)
    assert find(rows, "_scores/poverty//mean", "base") == 3
    rows = estimate_wave(replan(score=[score | {"least_answered": 1}]), sample).rows
    assert find(rows, "_scores/poverty//mean") == pytest.approx((2.5 * 3 + 2 + 1) / 5)
    rows = estimate_wave(replan(score=[score | {"reversed": ["scale.stay"]}]), sample).rows
    assert find(rows, "_scores/poverty//mean") == pytest.approx((1 + 3 + 4) / 3)


def test_alpha_of_complete_answers_unweighted(study, answer, find):
    rows = estimate_wave(study, answer(SCALE, weights=[1.0, 5, 1, 1, 1])).rows
    # items 1 3 4, 2 3 4, 1 3 4: variances 7/3, 1, 7/3, of the sums 4 9 12 49/3
    expected = 3 / 2 * (1 - (7 / 3 + 1 + 7 / 3) / (49 / 3))
    assert find(rows, "_scores/poverty//alpha") == pytest.approx(expected)
    assert find(rows, "_scores/poverty//alpha", "unweighted") == pytest.approx(expected)
    assert find(rows, "_scores/poverty//alpha", "base") == 3
    alphas = rows[rows["statistic"] == "alpha"]
    assert alphas["segment"].tolist() == [""]
    assert alphas["low"].item() < expected < alphas["high"].item()


def test_items_that_do_not_vary_have_no_alpha(study, answer):
    same = {name: [codes[0]] * 3 for name, codes in SCALE.items()}
    rows = estimate_wave(study, answer(same)).rows
    assert not (rows["statistic"] == "alpha").any()


def test_a_wave_without_one_of_the_items_has_no_score(replan, samples):
    score = {"id": "poverty", "text": {"en": "P"}, "items": ["scale.poor", "scale.gone"],
             "least_answered": 1}  # fmt: skip
    rows = estimate_wave(replan(score=[score]), samples["a"]).rows
    assert not (rows["question"] == "_scores").any()
