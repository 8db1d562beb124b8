"""Intervals of shares against published and independently computed values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.intervals import (
    arcsine,
    korn_graubard,
    logit,
    share_interval,
    student,
    wilson,
)


def test_wilson_equals_the_published_example():
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17, table I)."""
    lower, upper = wilson(81 / 263, 263)
    assert (round(float(lower), 4), round(float(upper), 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_equals_scipy_over_a_grid(level):
    counts, n = np.arange(0, 21), 20
    lower, upper = wilson(counts / n, n, level)
    for count, low, high in zip(counts, lower, upper, strict=True):
        reference = stats.binomtest(int(count), n).proportion_ci(level, method="wilson")
        assert low == pytest.approx(reference.low, abs=1e-12)
        assert high == pytest.approx(reference.high, abs=1e-12)


def test_wilson_is_defined_at_the_ends_and_on_nothing():
    lower, upper = wilson([0.0, 1.0, np.nan], [10, 10, 0])
    assert lower[0] == 0
    assert 0 < upper[0] < 1
    assert upper[1] == 1
    assert 0 < lower[1] < 1
    assert (lower[2], upper[2]) == (0.0, 1.0)


def test_wilson_names_what_is_wrong():
    with pytest.raises(ValueError, match=r"a share is 12\.5"):
        wilson(12.5, 10)
    with pytest.raises(ValueError, match="a base is -1"):
        wilson(0.5, -1)
    with pytest.raises(ValueError, match="level is 95"):
        wilson(0.5, 10, 95)


def test_korn_graubard_of_a_simple_sample_is_clopper_pearson():
    """With se² = p(1−p)/n and n−1 degrees of freedom the effective size is n."""
    for count in range(1, 15):
        p = count / 15
        lower, upper = korn_graubard(p, np.sqrt(p * (1 - p) / 15), 15, 14)
        exact = stats.binomtest(count, 15).proportion_ci(0.95, method="exact")
        assert (lower, upper) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_korn_graubard_at_the_ends_uses_the_base():
    """The rule of three's exact form: 1 − 0.025^(1/n)."""
    lower, upper = korn_graubard([0, 1], [0, 0], 20, 19)
    assert lower.tolist() == [0, pytest.approx(0.025 ** (1 / 20))]
    assert upper.tolist() == [pytest.approx(1 - 0.025 ** (1 / 20)), 1]
    assert korn_graubard(0, 0, np.inf, 19, sample=20)[1] == upper[0]


def test_the_effective_size_never_exceeds_the_base():
    narrow = korn_graubard(0.5, 0.001, 20, 19)
    assert narrow == (pytest.approx(0.2719578, abs=1e-6), pytest.approx(0.7280422, abs=1e-6))


def test_the_house_interval_changes_over_from_small_to_large():
    p, base = np.array([0.5, 0.5, 0.02, 0.3]), np.array([20, 400, 100, 400])
    error = np.sqrt(p * (1 - p) / base)
    found = share_interval(p, error, base, base - 1.0)
    small, large = korn_graubard(p, error, base, base - 1.0), logit(p, error, base - 1.0)
    for side in range(2):
        np.testing.assert_array_equal(found[side][[0, 2]], small[side][[0, 2]])
        np.testing.assert_array_equal(found[side][[1, 3]], large[side][[1, 3]])


def test_the_house_interval_is_defined_everywhere():
    p = np.array([0.0, 1.0, np.nan, 0.4, 0.4])
    base = np.array([50, 5, 0, 50, 50])
    lower, upper = share_interval(p, [0, 0, 0, 0, 0.1], base, [49, 4, 0, 49, 0])
    assert lower[0] == 0
    assert 0 < upper[0] < 0.1
    assert upper[1] == 1
    assert 0.4 < lower[1] < 0.6
    assert (lower[2], upper[2]) == (0, 1)
    assert (lower[3], upper[3]) == (0.4, 0.4)  # known: a census or a calibrated margin
    assert (lower[4], upper[4]) == (0, 1)  # no degrees of freedom


@pytest.mark.parametrize("way", [logit, arcsine])
def test_transformed_intervals_stay_inside_and_give_way_at_the_ends(way):
    lower, upper = way([0.01, 0.99, 0.0, 0.5], 0.02, [30, 30, 30, 0])
    assert (lower >= 0).all()
    assert (upper <= 1).all()
    assert (lower[2], upper[2], lower[3], upper[3]) == (0, 1, 0, 1)
    wide, narrow = way(0.4, 0.05, 20, 0.99), way(0.4, 0.05, 20, 0.9)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_student_intervals():
    lower, upper = student(10, 2, [np.inf, 5, 0])
    np.testing.assert_allclose(upper[:2] - 10, [2 * 1.959963985, 2 * 2.570581836], rtol=1e-9)
    assert (lower[2], upper[2]) == (-np.inf, np.inf)


def test_a_wrong_standard_error_is_named():
    with pytest.raises(ValueError, match="logit: a standard error is -1"):
        logit(0.5, -1, 10)
    with pytest.raises(ValueError, match=r"share_interval: a share is 1\.5"):
        share_interval(1.5, 0.1, 10, 9)
