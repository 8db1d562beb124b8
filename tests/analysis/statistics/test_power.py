"""Smallest detectable differences against a printed table and a second implementation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.power import smallest_effect, smallest_share_difference


def test_cohens_table():
    """h = 0.20 needs 392 a group for power 0.80 at two-sided 0.05 (Cohen 1988, table 6.4.1)."""
    assert round(float(smallest_effect(392, 392)), 2) == 0.20


def test_the_power_at_the_smallest_difference_is_the_power_asked():
    for power in (0.8, 0.9):
        difference = float(smallest_share_difference(0.3, 120, 300, power=power))
        h = 2 * abs(np.arcsin(np.sqrt(0.3)) - np.arcsin(np.sqrt(0.3 - difference)))
        reached = stats.norm.sf(stats.norm.ppf(0.975) - h / np.sqrt(1 / 120 + 1 / 300))
        assert reached == pytest.approx(power, abs=1e-9)


def test_small_bases_show_nothing_and_empty_ones_neither():
    assert np.isnan(smallest_share_difference(0.5, 2, 2))
    assert smallest_effect(0, 10) == np.inf
    assert np.isnan(smallest_share_difference(0.5, 0, 10))


def test_a_stricter_level_and_smaller_bases_need_more():
    found = smallest_share_difference([0.1, 0.5], [[50], [500]], 100)
    assert found.shape == (2, 2)
    assert (found[0] > found[1]).all()
    assert smallest_effect(50, 50, level=0.01) > smallest_effect(50, 50)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="power is 80"):
        smallest_effect(10, 10, power=80)
    with pytest.raises(ValueError, match="negative or missing"):
        smallest_effect(-1, 10)
    with pytest.raises(ValueError, match="outside 0 to 1"):
        smallest_share_difference(30, 10, 10)
