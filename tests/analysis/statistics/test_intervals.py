"""Intervals of shares against published and independently computed values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.intervals import wilson


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
