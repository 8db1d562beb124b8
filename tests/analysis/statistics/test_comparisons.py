"""Tests of differences and associations against R survey 4.1-1, pingouin and plain formulas."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics.associations import associate_ranks, associate_table
from analysis.statistics.comparisons import (
    compare_means,
    compare_ranks,
    compare_shares,
    rank_scores,
    stack_waves,
)
from analysis.statistics.design import declare_design
from analysis.statistics.linearise import linearise_mean

PLAIN = ("srs", "strat", "stratnofpc", "clus1")
CALIBRATED = tuple(
    f"{name}_{way}"
    for name in ("srs", "strat", "clus1")
    for way in ("calrake", "ps", "fixed", "greg")
)
MORE = ("strat", "clus1", "strat_calrake", "clus1_calrake")


def assert_close(found, expected, rtol=1e-8):
    np.testing.assert_allclose(np.ravel(found), np.ravel(expected), rtol=rtol)


def codes(column):
    return np.unique(column, return_inverse=True)[1]


@pytest.mark.parametrize("name", PLAIN)
def test_plain_designs(name, designs, reference):
    frame, design = designs[name]
    yes, no = (frame["sch.wide"] == level for level in ("Yes", "No"))
    t = compare_means(design, frame["api00"], yes, no)
    assert_close(t.statistic, reference[f"{name}.ttest.t"])
    assert_close(t.degrees, reference[f"{name}.ttest.df"])
    assert_close(t.p, reference[f"{name}.ttest.p"])
    assert_close(t.difference, reference[f"{name}.ttest.diff"])
    rank = compare_ranks(design, frame["api00"], yes, no, ties="rows")
    assert_close(rank.statistic, reference[f"{name}.wilcox.stat"])
    assert_close(rank.degrees, reference[f"{name}.wilcox.df"])
    assert_close(rank.p, reference[f"{name}.wilcox.p"])
    groups = associate_ranks(design, frame["api00"], codes(frame["stype"]), ties="rows")
    assert_close(groups.p, reference[f"{name}.kw.p"])
    for swapped in ("stat", "df"):  # R survey 4.1-1 swaps the two; both rows hold the statistic
        assert_close(groups.statistic * groups.degrees, reference[f"{name}.kw.{swapped}"])
    table = associate_table(design, codes(frame["sch.wide"]), codes(frame["stype"]))
    assert_close(table.statistic, reference[f"{name}.chisqF.stat"])
    assert_close([table.degrees, table.degrees_below], reference[f"{name}.chisqF.df"])
    assert_close(table.p, reference[f"{name}.chisqF.p"])
    assert_close(table.pearson, reference[f"{name}.chisq.stat"])
    assert_close(table.first_order_p, reference[f"{name}.chisq.p"])


@pytest.mark.parametrize("name", CALIBRATED)
def test_calibrated_designs(name, designs, reference):
    frame, design = designs[name]
    yes, no = (frame["comp.imp"] == level for level in ("Yes", "No"))
    t = compare_means(design, frame["api00"], yes, no)
    assert_close(t.statistic, reference[f"{name}.ttest.t"])
    assert_close(t.p, reference[f"{name}.ttest.p"])
    rank = compare_ranks(design, frame["api00"], yes, no, ties="rows")
    assert_close(rank.statistic, reference[f"{name}.wilcox.stat"])
    table = associate_table(design, codes(frame["comp.imp"]), codes(frame["awards"]))
    assert_close(table.statistic, reference[f"{name}.chisqF.stat"])
    assert_close(table.p, reference[f"{name}.chisqF.p"])


@pytest.mark.parametrize("name", MORE)
def test_rank_tests_tables_and_overlapping_segments(name, designs, more):
    frame, design = designs[name]
    yes, no = (frame["comp.imp"] == level for level in ("Yes", "No"))
    rank = compare_ranks(design, frame["api00"], yes, no, ties="rows")
    found = [rank.statistic, rank.degrees, rank.p, rank.difference]
    assert_close(found, more[f"{name}.rank_wilcoxon"])
    groups = associate_ranks(design, frame["api00"], codes(frame["stype"]), ties="rows")
    chisq = groups.statistic * groups.degrees
    found = [chisq, groups.degrees, groups.degrees_below, groups.p]
    assert_close(found, more[f"{name}.kruskal"])
    table = associate_table(design, codes(frame["comp.imp"]), codes(frame["stype"]))
    found = [table.statistic, table.degrees, table.degrees_below, table.p]
    assert_close(found, more[f"{name}.chisqF_3x2"])
    t = compare_means(design, frame["api00"], yes, no)
    found = [t.statistic, t.degrees, t.p, t.difference, t.lower, t.upper]
    assert_close(found, more[f"{name}.ttest"])
    both = compare_shares(design, frame["awards"] == "Yes", yes, frame["sch.wide"] == "Yes")
    assert_close([both.difference, both.standard_error], more[f"{name}.overlap"])


def test_strata_and_clusters_with_missing_answers(nhanes, golden_rows):
    rows = golden_rows("r_survey_designs")
    design = declare_design(
        len(nhanes), nhanes["WTMEC2YR"], nhanes["SDMVSTRA"], nhanes["SDMVPSU"], nested=True
    )
    place = int(np.argmax(rows["what"] == "nhanes Rao-Scott F HI_CHOL x race"))
    answer = nhanes["HI_CHOL"].fillna(-1).astype(int).to_numpy()
    table = associate_table(design, answer, codes(nhanes["race"]))
    found = [table.statistic, table.degrees, table.degrees_below, table.p]
    assert_close(found, rows["value"][place : place + 4].astype(float))
    place = int(np.argmax(rows["what"] == "nhanes t test HI_CHOL~RIAGENDR"))
    sex = nhanes["RIAGENDR"].to_numpy()
    t = compare_means(design, nhanes["HI_CHOL"], sex == 2, sex == 1)
    assert_close(
        [np.abs(t.statistic), t.degrees, t.p], rows["value"][place : place + 3].astype(float)
    )


def test_rows_of_r_survey_api(designs, golden_rows):
    rows = golden_rows("r_survey_api")
    value = rows["value"].to_numpy()
    what = rows["what"].to_numpy()
    frame, design = designs["strat"]
    for answer, question in (("api00", "mean of api00 by stype"),):
        part = rows[what == question]
        members = np.column_stack([frame["stype"] == level for level in part["level"]])
        mean = linearise_mean(design, frame[answer], members)
        assert_close(mean.value, part["value"].astype(float))
        assert_close(mean.standard_error(design), part["se"].astype(float))
    part = rows[what == "proportion of sch.wide by stype"]
    for level, expected, error in zip(part["level"], part["value"], part["se"], strict=True):
        share = linearise_mean(
            design, frame["sch.wide"] == level.split(")")[1], frame["stype"] == level[0]
        )
        assert_close([share.value, share.standard_error(design)], [float(expected), float(error)])
    table = associate_table(design, codes(frame["sch.wide"]), codes(frame["comp.imp"]))
    place = int(np.argmax(what == "Rao-Scott test sch.wide x comp.imp statistic F"))
    assert_close(
        [
            *(table.statistic, table.degrees, table.degrees_below, table.p),
            *(table.pearson, 1, table.first_order_p),
        ],
        value[place : place + 7].astype(float),
    )
    t = compare_means(design, frame["api00"], frame["comp.imp"] == "Yes", frame["comp.imp"] == "No")
    place = int(np.argmax(what == "design t-test api00~comp.imp"))
    assert_close(
        [t.statistic, t.degrees, t.p, t.difference], value[place : place + 4].astype(float)
    )


@pytest.fixture
def waves(api):
    """Schools 1–150 with api99 and schools 51–200 with api00 of the stratified sample."""
    frame = api["apistrat"]
    one, two = frame.iloc[:150], frame.iloc[50:]
    y = np.concatenate([one["api99"], two["api00"]])
    parts = [declare_design(150, part["pw"], part["stype"]) for part in (one, two)]
    return y, parts, (one["snum"].to_numpy(), two["snum"].to_numpy())


def test_change_with_and_without_a_panel_overlap(waves, more):
    y, parts, keys = waves
    current = np.arange(300) >= 150
    for name, given_keys in (("panel", keys), ("apart", (None, None))):
        stacked = stack_waves(*parts, *given_keys)
        change = compare_means(stacked, y, current, ~current)
        expected = more[f"{name}.change"]
        assert_close([change.difference, change.standard_error, change.degrees + 1], expected)


def test_change_of_a_stable_panel_is_its_mean_change(waves):
    """Everybody in both waves: the test is the paired one."""
    y = np.random.default_rng(5).normal(size=40)
    later = y + np.random.default_rng(6).normal(0.3, 0.2, 40)
    design, keys = declare_design(40), np.arange(40)
    stacked = stack_waves(design, design, keys, keys)
    change = compare_means(
        stacked, np.concatenate([y, later]), np.arange(80) >= 40, np.arange(80) < 40
    )
    expected = (later - y).std(ddof=1) / np.sqrt(40)
    assert_close(change.standard_error, expected)


def test_stacked_waves_keep_the_margins_of_each(designs):
    frame, raked = designs["strat_calrake"]
    _, plain = designs["strat"]
    y = np.concatenate([frame["api00"], frame["api00"]])
    stacked = stack_waves(raked, plain)
    current = np.arange(400) >= 200
    change = compare_means(stacked, y, ~current, current)
    alone = [
        linearise_mean(design, frame["api00"]).standard_error(design)[0]
        for design in (raked, plain)
    ]
    assert_close(change.standard_error, np.hypot(*alone))


def test_waves_that_cannot_be_stacked_are_named(waves, designs):
    _, parts, keys = waves
    with pytest.raises(ValueError, match="one wave has keys and the other none"):
        stack_waves(*parts, keys[0], None)
    _, finite = designs["strat"]
    with pytest.raises(ValueError, match="finite population together with panel keys"):
        stack_waves(finite, finite, np.arange(200), np.arange(200))
    with pytest.raises(ValueError, match="lies in the strata"):
        stack_waves(parts[0], parts[1], np.arange(150), np.arange(150)[::-1])


def test_effect_sizes_equal_pingouin_where_unweighted():
    """pingouin: compute_effsize(eftype="cohen"), mwu's RBC, chi2_independence's cramer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pingouin's own imports warn
        pingouin = pytest.importorskip("pingouin")
        import pandas as pd

        rng = np.random.default_rng(7)
        y = np.round(rng.normal(size=60), 1)
        first = rng.random(60) < 0.4
        table = pd.DataFrame({"a": first, "b": (y + first + rng.normal(size=60)) > 0.5})
        d = pingouin.compute_effsize(y[first], y[~first], eftype="cohen")
        ranks = pingouin.mwu(y[first], y[~first])["RBC"].iloc[0]
        _, _, result = pingouin.chi2_independence(table, "a", "b", correction=False)
    design = declare_design(60)
    assert_close(compare_means(design, y, first, ~first).effect, d)
    assert_close(np.abs(compare_ranks(design, y, first, ~first).effect), abs(ranks))
    v = associate_table(
        design, table["a"].to_numpy().astype(int), table["b"].to_numpy().astype(int)
    )
    pearson = result[result["test"] == "pearson"].iloc[0]
    assert_close([v.effect, v.pearson], [pearson["cramer"], pearson["chi2"]])


def test_cohens_h_by_hand():
    """2 asin √0.5 − 2 asin √0.2 = 0.6435 (Cohen 1988, table 6.2.2)."""
    picked = np.array([1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0], float)
    first = np.arange(11) < 6
    found = compare_shares(declare_design(11), picked, first, ~first)
    assert_close(found.effect, 2 * np.arcsin(np.sqrt(0.5)) - 2 * np.arcsin(np.sqrt(0.2)))
    assert found.effect_lower < found.effect < found.effect_upper


def test_an_extreme_share_keeps_an_interval_of_h():
    picked = np.array([0] * 10 + [0, 1] * 5, float)
    first = np.arange(20) < 10
    found = compare_shares(declare_design(20), picked, first, ~first)
    assert found.reason[0] == ""
    assert np.isfinite([found.effect_lower, found.effect_upper]).all()


def test_groups_apart_have_rank_biserial_one_and_a_lower_bound():
    first = np.arange(20) < 10
    found = compare_ranks(declare_design(20), np.arange(20.0), ~first, first)
    assert found.effect == 1
    assert found.effect_upper == 1
    assert found.effect_lower == pytest.approx(2 * 0.025 ** (1 / 10) - 1)  # Clopper–Pearson, n = 10


def test_d_and_rank_biserial_intervals_equal_their_jackknife():
    """Two roads: the linearised errors against a delete-one jackknife at n = 400."""
    rng = np.random.default_rng(8)
    y, first, weights = rng.gamma(2, size=400), rng.random(400) < 0.4, rng.uniform(0.5, 2, 400)

    def effects(keep):
        design = declare_design(int(keep.sum()), weights[keep])
        a = first[keep]
        return (
            compare_means(design, y[keep], a, ~a).effect[0],
            compare_ranks(design, y[keep], a, ~a).effect[0],
        )

    dropped = np.array([effects(np.arange(400) != row) for row in range(400)])
    expected = np.sqrt(399 / 400 * ((dropped - dropped.mean(axis=0)) ** 2).sum(axis=0))
    design = declare_design(400, weights)
    d = compare_means(design, y, first, ~first)
    t = stats.t.ppf(0.975, d.degrees)
    assert_close((d.effect_upper - d.effect_lower) / 2 / t, expected[0], rtol=0.02)
    r = compare_ranks(design, y, first, ~first)
    error = (np.arctanh(r.effect_upper) - np.arctanh(r.effect_lower)) / 2 / t
    assert_close(error * (1 - r.effect**2), expected[1], rtol=0.02)


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_row_order_and_scale_change_no_test(seed):
    rng = np.random.default_rng(seed)
    n = 50
    y, first = rng.integers(0, 5, n).astype(float), rng.random(n) < 0.5
    first[:2], first[2:4] = True, False
    groups, weights, order = rng.integers(0, 3, n), rng.uniform(0.5, 3, n), rng.permutation(n)
    one, other = declare_design(n, weights), declare_design(n, weights[order] * 9)
    for compare in (compare_means, compare_ranks):
        a = compare(one, y, first, ~first)
        b = compare(other, y[order], first[order], ~first[order])
        assert_close([a.p, a.effect, a.effect_lower], [b.p, b.effect, b.effect_lower], rtol=1e-7)
    a = associate_table(one, y.astype(int), groups)
    b = associate_table(other, (4 - y[order]).astype(int), groups[order])
    assert_close([a.p, a.effect, a.effect_upper], [b.p, b.effect, b.effect_upper], rtol=1e-6)
    a = associate_ranks(one, y, groups)
    assert_close(a.p, associate_ranks(other, y[order], groups[order]).p, rtol=1e-6)


def test_many_columns_are_compared_at_once(designs, monkeypatch):
    frame, design = designs["clus1_calrake"]
    y = np.column_stack([frame["api00"], frame["api99"], frame["meals"]])
    yes = (frame["comp.imp"] == "Yes").to_numpy()
    whole = compare_means(design, y, yes, ~yes)
    monkeypatch.setattr("analysis.statistics.comparisons._ENTRIES_A_BLOCK", 1)
    parts = compare_means(design, y, yes, ~yes)
    assert_close(parts.p, whole.p)
    assert_close(compare_means(design, frame["meals"], yes, ~yes).p, whole.p[2])


@pytest.mark.parametrize(
    ("values", "first", "least", "reason"),
    [
        ([1.0, 2, 3, 4, 5, 6], [1, 0, 0, 0, 0, 0], 2, "base"),
        ([1.0, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], 4, "base"),
        ([1.0, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0], 2, "no variation"),
        ([np.nan] * 6, [1, 1, 1, 0, 0, 0], 2, "base"),
    ],
)
def test_what_cannot_be_tested_says_why(values, first, least, reason):
    first = np.array(first, bool)
    for compare in (compare_means, compare_ranks):
        found = compare(declare_design(6), values, first, ~first, least_base=least)
        assert found.reason.tolist() == [reason]
        assert np.isnan([found.p, found.lower, found.effect_upper]).all()


def test_associations_that_cannot_be_tested_say_why():
    design = declare_design(12)
    two = np.arange(12) % 2
    assert associate_table(design, two, np.zeros(12, int)).reason == "one level"
    assert associate_table(design, two, two, least_base=13).reason == "base"
    assert associate_table(design, two, np.full(12, -1)).reason == "base"
    assert associate_ranks(design, np.arange(12.0), np.zeros(12, int)).reason == "one level"
    assert associate_ranks(design, np.ones(12), two).reason == "no variation"
    assert associate_ranks(design, np.arange(12.0), two, least_base=7).reason == "base"
    few = declare_design(12, clusters=two)
    assert associate_ranks(few, np.arange(12.0), two).reason == "degrees of freedom"
    assert np.isnan(associate_table(design, two, np.zeros(12, int)).p)


def test_members_make_the_domain(designs):
    frame, design = designs["strat"]
    inside = (frame["stype"] != "M").to_numpy()
    table = associate_table(design, codes(frame["sch.wide"]), codes(frame["awards"]), inside)
    assert table.base == 150
    assert table.degrees_below == pytest.approx(148 * table.degrees)
    ranks = associate_ranks(design, frame["api00"], codes(frame["awards"]), inside)
    assert ranks.base == 150


def test_wrong_values_are_named(designs):
    _, design = designs["srs"]
    first = np.arange(200) < 100
    with pytest.raises(ValueError, match=r"found the value 0\.5"):
        compare_shares(design, np.full(200, 0.5), first, ~first)
    with pytest.raises(ValueError, match="use NaN for no answer"):
        compare_means(design, np.full(200, np.inf), first, ~first)
    with pytest.raises(ValueError, match="allowed are 'mass' and 'rows'"):
        rank_scores(design, np.arange(200.0), first, "first")
    with pytest.raises(ValueError, match="there are 200 rows"):
        associate_table(design, np.zeros(3, int), np.zeros(200, int))


def test_levels_of_confidence_widen_intervals(designs):
    frame, design = designs["srs"]
    yes = (frame["comp.imp"] == "Yes").to_numpy()
    narrow, wide = (
        compare_ranks(design, frame["api00"], yes, ~yes, level) for level in (0.8, 0.99)
    )
    assert wide.upper - wide.lower > narrow.upper - narrow.lower
    assert wide.effect_lower < narrow.effect_lower
    tables = [
        associate_table(design, codes(frame["comp.imp"]), codes(frame["stype"]), level=level)
        for level in (0.8, 0.99)
    ]
    assert tables[0].effect_upper < tables[1].effect_upper
    assert tables[1].effect_lower <= tables[0].effect_lower
