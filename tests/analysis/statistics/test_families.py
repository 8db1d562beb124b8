"""Adjusted p-values within families, by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from analysis.statistics.families import adjust_families

P = np.array([0.01, 0.04, np.nan, 0.03, 0.5])
FAMILY = np.array(["a", "a", "a", "b", "b"])


@pytest.fixture(scope="module", autouse=True)
def quiet_import():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pingouin's own imports warn
        import pingouin  # noqa: F401


def test_families_are_adjusted_apart_and_untested_ones_do_not_count():
    """Benjamini–Hochberg: 2·0.01, 0.04 | 2·0.03, 0.5. Holm: 2·0.01, 0.04 | 2·0.03, 0.5."""
    expected = [0.02, 0.04, np.nan, 0.06, 0.5]
    np.testing.assert_allclose(adjust_families(P, FAMILY), expected)
    np.testing.assert_allclose(adjust_families(P, FAMILY, method="holm"), expected)
    np.testing.assert_allclose(adjust_families(P, FAMILY, method="none"), P)


def test_the_methods_differ_where_they_should():
    p = [0.01, 0.02, 0.03]
    np.testing.assert_allclose(adjust_families(p, ["a"] * 3), [0.03, 0.03, 0.03])
    np.testing.assert_allclose(adjust_families(p, ["a"] * 3, method="holm"), [0.03, 0.04, 0.04])


def test_planned_contrasts_are_kept_apart():
    planned = [True, False, False, False, False]
    np.testing.assert_allclose(adjust_families(P, FAMILY, planned), [0.01, 0.04, np.nan, 0.06, 0.5])


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="allowed are"):
        adjust_families(P, FAMILY, method="bonf")
    with pytest.raises(ValueError, match="5 p-values, 2 families"):
        adjust_families(P, FAMILY[:2])
    with pytest.raises(ValueError, match="outside 0 to 1"):
        adjust_families([1.5], ["a"])
