"""A whole wave goes through estimate_wave; its numbers are R's, and stay under harmless changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import estimate_wave, standardise_waves
from analysis.statistics.intervals import korn_graubard
from analysis.statistics.linearise import linearise_mean
from survey.estimates import ESTIMATE_COLUMNS

GOLDEN = Path(__file__).parents[2] / "golden" / "r_estimate_wave"
KEYS = ["wave", "question", "item", "answer", "statistic", "segment", "level"]
NUMBERS = [name for name, kind in ESTIMATE_COLUMNS.items() if kind == "float64"]

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def rows(study, samples):
    parts = [estimate_wave(study, sample).rows for sample in samples.values()]
    parts.append(standardise_waves(study, samples).rows)
    return pd.concat(parts, ignore_index=True)


def read_reference():
    """R 4.2.2, survey 4.1-1: reference.R in the same folder, one row a number."""
    frame = pd.read_csv(GOLDEN / "reference.csv")
    return frame[frame["value"].notna()]  # R has no bound of a quantile below 0 or above 1


def test_every_number_of_two_waves_equals_r(rows):
    reference = read_reference()
    table = rows.assign(key=rows[KEYS].astype(str).agg("/".join, axis=1)).set_index("key")
    assert table.index.is_unique
    missing = set(reference["key"]) - set(table.index)
    # a level of a crossed segment in which there is nobody has no row
    assert {key.split("/")[-1] for key in missing} <= {"h.no", "m.no"}
    wanted = reference[reference["key"].isin(table.index)]
    assert len(wanted) > 600
    for name, part in wanted.groupby("what"):
        found = table.loc[part["key"], name].to_numpy(float)
        degrees = table.loc[part["key"], "degrees"].to_numpy(float)
        precision = name in ("standard_error", "low", "high")
        told = degrees > 0 if precision else np.ones(len(part), bool)
        np.testing.assert_allclose(
            found[told], part["value"].to_numpy()[told], rtol=1e-8, atol=1e-11, err_msg=str(name)
        )


def test_the_table_is_complete(study, rows):
    assert list(rows.columns) == list(ESTIMATE_COLUMNS)
    assert rows.dtypes.astype(str).to_dict() == ESTIMATE_COLUMNS
    filled = rows[(rows["base"] > 0) & (rows["degrees"] > 0)]
    assert filled[NUMBERS].notna().all(axis=None)
    assert (filled["low"] <= filled["value"]).all()
    assert (filled["value"] <= filled["high"]).all()


def test_scaled_weights_and_the_order_of_rows_change_nothing(study, draw):
    order = np.random.default_rng(3).permutation(200)
    before = estimate_wave(study, draw("a")).rows
    after = estimate_wave(study, draw("a", weights=7.0, order=order)).rows
    assert before[KEYS].equals(after[KEYS])
    for name in NUMBERS:
        scale = np.where(before["statistic"] == "alpha", 1.0, 7.0) if name == "weight" else 1.0
        np.testing.assert_allclose(after[name], before[name] * scale, rtol=1e-7, atol=1e-9)


def test_the_unweighted_number_is_that_of_equal_weights(study, samples):
    sample = samples["a"]
    equal = replace(
        sample, design=replace(sample.design, weights=np.ones(sample.responses.n), calibration=None)
    )
    found, plain = (estimate_wave(study, one).rows for one in (sample, equal))
    np.testing.assert_allclose(found["unweighted"], plain["value"], rtol=1e-9, atol=1e-12)
    assert (found["value"] - found["unweighted"]).abs().max() > 0.01


def test_an_unweighted_share_has_the_textbook_error(study, answer, find):
    """√(p(1−p)/(n−1)·(1−n/N)), Cochran (1977), formula 3.7; one of three in a domain of three."""
    sample = answer(
        {"awards": ["yes", "no", "no", None], "stype": ["e", "e", "e", "h"]},
        population=np.full(4, 40),
    )
    rows = estimate_wave(study, sample).rows
    # over the domain: n/(n−1) of the whole sample, and the deviations of its three members
    expected = np.sqrt((1 - 4 / 40) * 4 / 3 * (2 / 3) * (1 / 3) / 3)
    assert find(rows, "awards//yes/share/stype/e", "standard_error") == pytest.approx(expected)
    assert find(rows, "awards//yes/share/stype/e", "degrees") == 2
    full = answer({"awards": ["yes", "no", "no", "no"]}, population=np.full(4, 40))
    found = find(estimate_wave(study, full).rows, "awards//yes/share", "standard_error")
    assert found == pytest.approx(np.sqrt(0.25 * 0.75 / 3 * (1 - 4 / 40)))


def test_a_crossed_segment_is_a_domain_of_both(study, samples, rows, find):
    sample = samples["b"]
    values, segments = sample.responses.values, sample.responses.segments
    inside = ((segments["stype"] == "e") & (segments["wide"] == "yes")).to_numpy()
    told = values["awards"].notna().to_numpy()
    plain = linearise_mean(sample.design, np.where(told, values["awards"] == "yes", np.nan), inside)
    name = "awards//yes/share/stype.wide/e.yes"
    assert find(rows, name, wave="b") == pytest.approx(plain.value[0], rel=1e-10)
    error = plain.standard_error(sample.design)[0]
    assert find(rows, name, "standard_error", wave="b") == pytest.approx(error, rel=1e-9)
    assert find(rows, name, "base", wave="b") == (inside & told).sum()


def test_crossed_segments_stand_with_their_questions_only(rows):
    crossed = rows[rows["segment"] == "stype.wide"]
    # stype is named by the plan too, but one of the segments is made from it
    assert set(crossed["question"]) == {"awards", "api00"}
    assert {"mean", "median", "quantile", "share", "bin"} == set(crossed["statistic"])


def test_the_plan_decides_what_is_computed(replan, samples, rows):
    bare = estimate_wave(
        replan(nested=[], score=[], ratio=[], totals=[], quantiles=[]), samples["a"]
    ).rows
    own = rows[(rows["wave"] == "a") & (rows["statistic"] != "standardised")]
    left = own[
        (own["segment"] != "stype.wide")
        & ~own["question"].isin(["_scores", "_ratios"])
        & ~own["statistic"].isin(["total", "quantile"])
    ]
    pd.testing.assert_frame_equal(bare, left.reset_index(drop=True))


def test_nobody_answered(study, answer, find):
    rows = estimate_wave(study, answer({"awards": [None] * 3, "stype": ["e", "e", "h"]})).rows
    for name in ("awards//yes/share", "awards//yes/share/stype/e", "api00///mean", "api00///median",
                 "_ratios/growth//ratio", "_scores/poverty//mean", "_scores/poverty//alpha",
                 "enroll///total", "api00//0.1/quantile"):  # fmt: skip
        assert find(rows, name, "base") == 0
        for column in ("value", "low", "high", "standard_error", "unweighted"):
            assert np.isnan(find(rows, name, column)), (name, column)


def test_equal_answers_vary_by_nothing(study, answer, find):
    n = 12
    sample = answer({"awards": ["yes"] * n, "api00": [0.1] * n, "stype": ["e", "h"] * 6})
    rows = estimate_wave(study, sample).rows
    for name in ("awards//yes/share", "awards//no/share/stype/e", "api00///mean/stype/h"):
        assert find(rows, name, "standard_error") == 0
    # Korn and Graubard at 0 and 100 %: Clopper–Pearson on the base, 0.975 = (1 − p)^12
    assert find(rows, "awards//yes/share", "low") == pytest.approx(0.025 ** (1 / 12))
    assert find(rows, "awards//yes/share", "high") == 1
    assert find(rows, "awards//no/share", "high") == pytest.approx(1 - 0.025 ** (1 / 12))
    assert find(rows, "api00///mean", "low") == find(rows, "api00///mean") == pytest.approx(0.1)


def test_one_respondent_and_one_cluster_have_no_interval(study, answer, find):
    sample = answer(
        {"awards": ["yes", "no", "no", "yes", "no"], "stype": ["e", "e", "h", "m", "m"],
         "api00": [1.0, 2, 3, 4, 5]},
        clusters=["x", "x", "y", "y", "z"],
    )  # fmt: skip
    rows = estimate_wave(study, sample).rows
    for level, value, degrees in (("e", 0.5, 0), ("h", 0.0, 0), ("m", 0.5, 1)):
        name = f"awards//yes/share/stype/{level}"
        assert find(rows, name) == value
        assert find(rows, name, "degrees") == degrees
        for column in ("low", "high", "standard_error"):
            assert np.isnan(find(rows, name, column)) == (degrees == 0)
            assert np.isnan(find(rows, f"api00///mean/stype/{level}", column)) == (degrees == 0)
            assert np.isnan(find(rows, f"api00///median/stype/{level}", column)) == (degrees == 0)


def test_degrees_count_who_answered(study, answer, find):
    sample = answer({"awards": ["yes", "no", None, None], "api00": [1.0, 2, 3, None]})
    rows = estimate_wave(study, sample).rows
    assert find(rows, "awards//yes/share", "degrees") == 1
    assert find(rows, "api00///mean", "degrees") == 2
    # two answers: Korn and Graubard on the degrees of the two
    error = find(rows, "awards//yes/share", "standard_error")
    low, high = korn_graubard(0.5, error, 2, 1)
    assert find(rows, "awards//yes/share", "low") == pytest.approx(float(low))
    assert find(rows, "awards//yes/share", "high") == pytest.approx(float(high))


def test_a_respondent_with_weight_0_stands_in_no_base(study, answer, find):
    columns = {"awards": ["yes", "no", "yes", "no"], "stype": ["e", "e", "e", "h"],
               "api00": [600.0, 700, 800, 900]}  # fmt: skip
    rows = estimate_wave(study, answer(columns, weights=[1.0, 2.0, 1.0, 0.0])).rows
    for name, base, value, plain in (
        ("awards//yes/share", 3, 2 / 4, 2 / 3), ("api00///mean", 3, 700.0, 700.0)
    ):  # fmt: skip
        assert find(rows, name, "base") == base
        assert find(rows, name) == pytest.approx(value)
        assert find(rows, name, "unweighted") == pytest.approx(plain)
    assert not ((rows["segment"] == "stype") & (rows["level"] == "h")).any()


def test_a_calibrated_margin_is_known(study, samples, rows, find):
    # wave a was raked to the schools with and without an award for the whole school
    assert find(rows, "wide//yes/share") == pytest.approx(5122 / 6194)
    assert find(rows, "wide//yes/share", "standard_error") == 0
    assert find(rows, "wide//yes/share", "low") == pytest.approx(5122 / 6194)
