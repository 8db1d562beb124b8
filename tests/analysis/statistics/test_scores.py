"""Composite scores and Cronbach's alpha by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.scores import composite_scores, estimate_alpha

NAN = np.nan


def test_scores_need_a_minimum_answered():
    values = [[1, 2, 3], [1, NAN, 4], [5, NAN, NAN], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(composite_scores(values, 2), [2, 2.5, NAN, NAN])
    np.testing.assert_array_equal(composite_scores(values, 1), [2, 2.5, 5, NAN])


def test_reversed_items_are_turned_around():
    found = composite_scores([[1, 5], [2, NAN]], 1, [False, True], (1, 5))
    np.testing.assert_array_equal(found, [1, 2])


def test_alpha_and_its_interval_follow_their_formulas():
    """k/(k−1) · (1 − Σ item variances / variance of the sum); bounds by F (Feldt and others)."""
    rng = np.random.default_rng(10)
    values = rng.normal(size=(80, 1)) + rng.normal(size=(80, 5))
    values[:4, 0] = NAN
    complete = values[4:]
    items, total = complete.var(axis=0, ddof=1).sum(), complete.sum(axis=1).var(ddof=1)
    alpha = 5 / 4 * (1 - items / total)
    for level in (0.95, 0.8):
        found = estimate_alpha(values, level)
        assert found.alpha == pytest.approx(alpha, rel=1e-12)
        bounds = [1 - (1 - alpha) * stats.f.ppf(p, 75, 75 * 4)
                  for p in ((1 + level) / 2, (1 - level) / 2)]  # fmt: skip
        assert (found.lower, found.upper) == pytest.approx(bounds, abs=0.0006)
    assert (found.base, found.items, found.reason) == (76, 5, "")


def test_alpha_that_is_not_defined_says_why():
    assert estimate_alpha([[1.0], [2.0]]).reason == "items"
    assert estimate_alpha([[1.0, NAN], [2.0, 3]]).reason == "base"
    assert estimate_alpha([[1.0, 2], [1.0, 2]]).reason == "no variation"
    assert np.isnan(estimate_alpha([[1.0], [2.0]]).alpha)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="least_answered is 3; give 1 to 2"):
        composite_scores([[1, 2]], 3)
    with pytest.raises(ValueError, match="need the ends of the scale"):
        composite_scores([[1, 2]], 1, [True, False])
    with pytest.raises(ValueError, match="level is 95"):
        estimate_alpha([[1.0, 2], [2.0, 3]], 95)
