"""Differences of shares: Pearson's test, Newcombe's bounds, and rare answers in small groups.

The same under strata, clusters and margins is held to R in `compare/test_reference.py`.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.comparisons import compare_means, compare_shares
from analysis.statistics.design import declare_design
from analysis.statistics.intervals import korn_graubard
from analysis.statistics.share_differences import ShareSide, assume_equal, difference_bounds


def draw(picked: tuple[int, int], sizes: tuple[int, int]):
    """Answers of two groups one below the other, and who is in the first."""
    parts = [np.arange(n) < k for k, n in zip(picked, sizes, strict=True)]
    return np.concatenate(parts).astype(float), np.arange(sum(sizes)) < sizes[0]


@pytest.mark.parametrize(
    ("picked", "sizes"), [((0, 10), (31, 249)), ((12, 60), (40, 120)), ((31, 100), (31, 249))]
)
def test_without_a_design_the_test_is_that_of_pearson(picked, sizes):
    """z of the joint share, but for an n − 1 in place of an n: within 3 % at these sizes."""
    values, first = draw(picked, sizes)
    found = compare_shares(declare_design(len(values)), values, first, ~first)
    joint = sum(picked) / sum(sizes)
    spread = [n if k in (0, n) else n - 1 for k, n in zip(picked, sizes, strict=True)]
    error = np.sqrt(joint * (1 - joint) * sum(1 / n for n in spread))
    z = (picked[0] / sizes[0] - picked[1] / sizes[1]) / error
    assert found.statistic[0] == pytest.approx(z, rel=0.03)
    assert found.p[0] > compare_means(declare_design(len(values)), values, first, ~first).p[0]


def test_nobody_of_31_beside_10_of_249_is_no_clear_difference():
    """Fisher's exact p is 0.61; a variance of nought for the empty side gave 0.002."""
    values, first = draw((0, 10), (31, 249))
    found = compare_shares(declare_design(280), values, first, ~first)
    assert found.p[0] > 0.2
    assert found.lower[0] < 0 < found.upper[0]


def test_all_against_none_is_tested_and_has_bounds():
    values, first = draw((20, 0), (20, 20))
    found = compare_shares(declare_design(40), values, first, ~first)
    assert found.reason[0] == ""
    assert found.p[0] < 1e-6
    assert 0.6 < found.lower[0] < found.upper[0] == 1


def test_equal_answers_on_both_sides_are_not_tested():
    values, first = draw((0, 0), (20, 20))
    found = compare_shares(declare_design(40), values, first, ~first)
    assert (found.reason[0], np.isnan(found.p[0])) == ("no variation", True)


def test_in_a_census_an_empty_side_does_not_vary_either():
    values, first = draw((0, 10), (31, 249))
    found = compare_shares(
        declare_design(280, population=np.full(280, 280.0)), values, first, ~first
    )
    assert found.reason[0] == "no variation"


def side(share: float, base: int) -> ShareSide:
    error = np.sqrt(share * (1 - share) / (base - 1))
    return ShareSide(*(np.array([part], float) for part in (share, error, base, base)))


def test_bounds_of_rare_answers_are_those_of_newcombe():
    """The distances to the bounds of both shares, joined by Pythagoras: no correlation here."""
    one, other = side(0.0, 31), side(0.01, 249)
    error = np.hypot(one.error, other.error)
    lower, upper = difference_bounds(one, other, error, np.array([278.0]), 0.95)
    (low_1, high_1), (low_2, high_2) = (
        korn_graubard(s.share, s.error, s.base, np.array([278.0])) for s in (one, other)
    )
    down, up = np.hypot(0.0 - low_1, high_2 - 0.01), np.hypot(high_1, 0.01 - low_2)
    np.testing.assert_allclose([lower, upper], [-0.01 - down, -0.01 + up], rtol=1e-12)


def test_bounds_of_common_answers_are_the_difference_and_its_error():
    one, other = side(0.4, 100), side(0.5, 200)
    error = np.hypot(one.error, other.error)
    lower, upper = difference_bounds(one, other, error, np.array([np.inf]), 0.95)
    np.testing.assert_allclose(upper - lower, 2 * 1.959964 * error, rtol=1e-6)


@given(
    st.integers(0, 40), st.integers(0, 200), st.floats(0.5, 3.0)
)  # fmt: skip
def test_turned_round_the_difference_only_changes_its_sign(few, many, weight):
    values, first = draw((few, many), (40, 200))
    weights = np.where(np.arange(240) % 3 == 0, weight, 1.0)
    design = declare_design(240, weights)
    here, there = (compare_shares(design, values, a, ~a) for a in (first, ~first))
    np.testing.assert_allclose(here.difference, -there.difference)
    np.testing.assert_allclose(here.p, there.p, equal_nan=True)
    np.testing.assert_allclose(here.lower, -there.upper, atol=1e-12, equal_nan=True)
    if here.reason[0] == "":
        assert -1 <= here.lower[0] <= here.difference[0] <= here.upper[0] <= 1
        equal = assume_equal(side(few / 40, 40), side(many / 200, 200))
        assert equal.extra[0] >= 0
