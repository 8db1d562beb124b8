"""Raking, post-stratification and regression against printed examples, properties and faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.calibration import (
    Margin,
    calibrate_linear,
    post_stratify,
    rake,
    summarise_weights,
)
from analysis.statistics.design import declare_design
from analysis.statistics.linearise import linearise_mean

# Rows a, columns b. The issue of this project and R survey's tests/kalton.R give the twelve
# counts column by column: 20 50 100 30 | 40 140 50 100 | 40 310 50 70.
KALTON_SAMPLE = np.array(
    [20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70],
).reshape(4, 3, order="F")
KALTON_POPULATION = np.array(
    [80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125],
).reshape(4, 3, order="F")


def table_margins(sample, population):
    """Rows and columns of a table as margins of one respondent per cell."""
    row, column = (part.ravel() for part in np.indices(sample.shape))
    names = [
        tuple(f"{letter}{i}" for i in range(1, k + 1))
        for letter, k in zip("ab", sample.shape, strict=True)
    ]
    return [
        Margin("a", row, names[0], population.sum(axis=1).astype(float)),
        Margin("b", column, names[1], population.sum(axis=0).astype(float)),
    ]


def test_the_raking_example_of_kalton_and_flores_cervantes():
    """Kalton and Flores-Cervantes (2003), J. Official Statistics 19, 81–97, as R survey's
    tests/kalton.R repeats it (its "table B")."""
    design = declare_design(12, KALTON_SAMPLE.ravel())
    raked = rake(design, table_margins(KALTON_SAMPLE, KALTON_POPULATION))
    found = np.round(raked.factor.reshape(4, 3), 2)
    expected = [[1.81, 1.45, 2.02], [1.08, 0.87, 1.21], [2.2, 1.76, 2.45], [1.83, 1.47, 2.04]]
    np.testing.assert_array_equal(found, expected)


def in_columns(values):
    return np.reshape(values, (4, 3), order="F")


def test_bounds_hold_and_the_margins_are_met_all_the_same(more):
    """calibrate(calfun="raking", bounds=c(0.9, 2.2)) of R survey, see r_survey_more."""
    design = declare_design(12, KALTON_SAMPLE.ravel())
    margins = table_margins(KALTON_SAMPLE, KALTON_POPULATION)
    free = rake(design, margins).factor.reshape(4, 3)
    np.testing.assert_allclose(free, in_columns(more["kalton.raking"]), rtol=1e-10)
    bounded = rake(design, margins, bounds=(0.9, 2.2))
    expected = in_columns(more["kalton.raking.0.9.2.2"])
    np.testing.assert_allclose(bounded.factor.reshape(4, 3), expected, rtol=1e-8)
    for part in bounded.balance:
        np.testing.assert_allclose(part.after, part.target, rtol=1e-10)


def test_the_bounded_linear_method_equals_r(more):
    """calibrate(bounds=c(0.5, 2.2)) of R survey, see r_survey_more."""
    a, b = np.indices((4, 3)).reshape(2, -1)
    x = np.column_stack([np.ones(12), a == 1, a == 2, a == 3, b == 1, b == 2]).astype(float)
    totals = x.T @ KALTON_POPULATION.ravel()
    names = ("all", "a2", "a3", "a4", "b2", "b3")
    design = declare_design(12, KALTON_SAMPLE.ravel())
    found = calibrate_linear(design, x, totals, names, bounds=(0.5, 2.2)).factor.reshape(4, 3)
    np.testing.assert_allclose(found, in_columns(more["kalton.linear.0.5.2.2"]), rtol=1e-8)


def test_an_unbounded_solution_within_the_bounds_stays():
    design = declare_design(12, KALTON_SAMPLE.ravel())
    margins = table_margins(KALTON_SAMPLE, KALTON_POPULATION)
    free = rake(design, margins)
    np.testing.assert_allclose(rake(design, margins, bounds=(0.0, 5)).factor, free.factor, 1e-9)


@st.composite
def populations(draw):
    """A sample with every level present, and margins of a positive population table."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    levels = draw(st.tuples(st.integers(1, 4), st.integers(2, 4)))
    table = rng.uniform(50, 500, levels)
    row, column = np.indices(levels).reshape(2, -1)
    extra = rng.integers(0, len(row), 60)
    a, b = np.concatenate([row, row[extra]]), np.concatenate([column, column[extra]])
    margins = [
        Margin("a", a, tuple(f"a{i}" for i in range(levels[0])), table.sum(axis=1)),
        Margin("b", b, tuple(f"b{i}" for i in range(levels[1])), table.sum(axis=0)),
    ]
    return rng.uniform(0.5, 4, len(a)), margins, rng


@given(populations())
@settings(deadline=None, max_examples=40)
def test_raked_margins_equal_targets_and_order_changes_nothing(case):
    weights, margins, rng = case
    design = declare_design(len(weights), weights)
    raked = rake(design, margins)
    for margin in margins:
        reached = np.bincount(margin.codes, raked.design.weights, len(margin.levels))
        np.testing.assert_allclose(reached, margin.targets, rtol=1e-11)
    y = rng.normal(size=len(weights))
    mean = linearise_mean(raked.design, y)
    order = rng.permutation(len(weights))
    moved = [Margin(m.name, m.codes[order], m.levels, m.targets) for m in reversed(margins)]
    other = rake(declare_design(len(weights), weights[order] * 7), moved).design
    again = linearise_mean(other, y[order])
    np.testing.assert_allclose(again.value, mean.value, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(
        again.standard_error(other), mean.standard_error(raked.design), rtol=1e-7
    )


@given(populations())
@settings(deadline=None, max_examples=20)
def test_a_margin_has_no_variance_after_raking(case):
    weights, margins, _ = case
    design = rake(declare_design(len(weights), weights), margins).design
    share = linearise_mean(design, margins[1].codes == 0)
    assert share.standard_error(design)[0] < 1e-8


def test_collinear_margins_change_nothing(designs, margin, api):
    frame, design = designs["strat"]
    first = margin("stype", frame["stype"], {"E": 4421, "H": 755, "M": 1018})
    double = Margin("again", first.codes, first.levels, first.targets)
    once, twice = rake(design, [first]).design, rake(design, [first, double]).design
    for one, other in zip(
        *(
            (linearise_mean(d, api["apistrat"]["api00"]).standard_error(d), d.weights)
            for d in (once, twice)
        ),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_summary_of_weights_by_hand():
    """Weights 1 1 2: (Σw)²/Σw² = 16/6, design effect 3·6/16, range 0.75 to 1.5 of the mean."""
    summary = summarise_weights(np.array([1.0, 1, 2, 0]))
    assert summary.n == 3
    assert summary.effective_n == pytest.approx(16 / 6)
    assert summary.design_effect == pytest.approx(18 / 16)
    assert (summary.smallest, summary.largest) == (0.75, 1.5)


def test_the_record_of_a_raking():
    design = declare_design(12, KALTON_SAMPLE.ravel())
    raked = rake(design, table_margins(KALTON_SAMPLE, KALTON_POPULATION))
    assert 1 < raked.rounds < 50
    assert raked.before == summarise_weights(KALTON_SAMPLE.ravel().astype(float))
    np.testing.assert_allclose(raked.balance[0].before, KALTON_SAMPLE.sum(axis=1) / 1000)
    np.testing.assert_allclose(raked.balance[0].after, KALTON_POPULATION.sum(axis=1) / 1500)


def two_levels(codes, targets, name="size"):
    return Margin(name, np.array(codes), ("small", "large"), np.array(targets, float))


@pytest.mark.parametrize(
    ("margins", "bounds", "message"),
    [
        ([], None, "none given"),
        ([two_levels([0, 0, 1, -1], [2, 2])], None, "margin size: 1 respondents have no value"),
        ([two_levels([0, 0, 1, 2], [2, 2])], None, "margin size: level 2 has no target"),
        ([two_levels([0, 0, 0, 0], [2, 2])], None, "level large has target 2 but no respondents"),
        ([two_levels([0, 0, 1, 1], [4, 0])], None, "level large has target 0 but respondents"),
        ([two_levels([0, 0, 1, 1], [4, -1])], None, "level large has target -1"),
        ([two_levels([0, 0, 1, 1], [4, 1, 1])], None, "2 levels but 3 targets"),
        ([two_levels([0, 0, 1], [4, 1])], None, r"codes have shape \(3,\)"),
        (
            [two_levels([0, 0, 1, 1], [4, 4]), two_levels([0, 1, 0, 1], [4, 5], "region")],
            None,
            "size adds up to 8 and region to 9",
        ),
        (
            [two_levels([0, 0, 1, 1], [4, 4]), two_levels([0, 0, 1, 1], [5, 3], "region")],
            None,
            "margins size and region contradict each other: small of size has target 4 and small "
            "of region has target 5, for the same respondents",
        ),
        (
            [two_levels([0, 0, 1, 1], [5, 3]), two_levels([0, 1, 1, 1], [6, 2], "region")],
            None,
            "did not converge: margin .*, level .* reaches",
        ),
        ([two_levels([0, 0, 0, 1], [4, 4])], (0.5, 3.0), "level large has weight 1 and target 4"),
        ([two_levels([0, 0, 1, 1], [4, 4])], (2.0, 1.0), r"bounds are \(2.0, 1.0\)"),
    ],
)
def test_faults_name_margin_level_and_numbers(margins, bounds, message):
    with pytest.raises(ValueError, match=message):
        rake(declare_design(4), margins, bounds)


def test_levels_that_hold_the_same_respondents_have_one_target():
    """Two sizes are one region: the levels of both margins are told with their sums."""
    regions = Margin("region", np.array([0, 0, 1, 1, 1]), ("north", "south"), np.array([5.0, 4]))
    sizes = Margin("size", np.array([0, 1, 2, 2, 3]), tuple("abcd"), np.array([2.0, 2, 4, 1]))
    message = r"north of region has target 5 and a \+ b of size has target 4, for the same"
    with pytest.raises(ValueError, match=message):
        rake(declare_design(5), [regions, sizes])
    agree = replace(sizes, targets=np.array([2.0, 3, 3, 1]))
    found = rake(declare_design(5), [regions, agree]).design.weights
    np.testing.assert_allclose(found, [2, 3, 1.5, 1.5, 1])
    nobody = declare_design(6, [1.0, 1, 1, 1, 1, 0])  # joins north and c, but has no weight
    last = [replace(m, codes=np.append(m.codes, code)) for m, code in ((regions, 0), (sizes, 2))]
    with pytest.raises(ValueError, match=message):
        rake(nobody, last)


def test_few_rounds_and_a_loose_tolerance_are_obeyed():
    design = declare_design(12, KALTON_SAMPLE.ravel())
    margins = table_margins(KALTON_SAMPLE, KALTON_POPULATION)
    with pytest.raises(ValueError, match="after 1 rounds"):
        rake(design, margins, most_rounds=1)
    assert rake(design, margins, tolerance=0.05).rounds < rake(design, margins).rounds


def test_a_second_calibration_is_refused():
    margin = two_levels([0, 0, 1, 1], [6, 4])
    once = post_stratify(declare_design(4), margin).design
    with pytest.raises(ValueError, match="calibrated already"):
        post_stratify(once, margin)


def test_the_linear_method_meets_totals_within_bounds():
    x = np.column_stack([np.ones(6), [1.0, 2, 3, 4, 5, 6]])
    free = calibrate_linear(declare_design(6), x, [12.0, 50.0], ("all", "staff"))
    bounded = calibrate_linear(
        declare_design(6), x, [12.0, 50.0], ("all", "staff"), bounds=(0.5, 3.0)
    )
    assert free.factor.max() > 3.0
    for found in (free, bounded):
        np.testing.assert_allclose(x.T @ found.factor, [12, 50], rtol=1e-9)
    assert bounded.factor.max() <= 3.0


@pytest.mark.parametrize(
    ("totals", "bounds", "message"),
    [
        ([12.0, 200.0], None, "makes a weight negative"),
        ([12.0, 200.0], (0.5, 2.0), "staff reaches|all reaches"),
        ([12.0, 50.0], (2.0, 3.0), "give factors around 1"),
        ([12.0, np.nan], None, "staff has missing values"),
        ([12.0], None, "1 totals and 2 names"),
    ],
)
def test_faults_of_the_linear_method(totals, bounds, message):
    x = np.column_stack([np.ones(6), [1.0, 2, 3, 4, 5, 6]])
    with pytest.raises(ValueError, match=message):
        calibrate_linear(declare_design(6), x, totals, ("all", "staff"), bounds)


def test_rounds_and_tolerance_of_the_linear_method_are_obeyed():
    x = np.column_stack([np.ones(6), [1.0, 2, 3, 4, 5, 6]])
    arguments = (declare_design(6), x, [12.0, 50.0], ("all", "staff"), (0.5, 3.0))
    with pytest.raises(ValueError, match="after 1 rounds"):
        calibrate_linear(*arguments, most_rounds=1)
    assert calibrate_linear(*arguments, tolerance=0.5).rounds < calibrate_linear(*arguments).rounds
