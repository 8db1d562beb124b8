"""Adjusted p-values within families, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.families import adjust_families

P = np.array([0.01, 0.04, np.nan, 0.03, 0.5])
FAMILY = np.array(["a", "a", "a", "b", "b"])


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 0.01, 1.0])), min_size=1),
)
def test_adjusted_p_follows_its_definition(drawn):
    """Benjamini and Hochberg: the least of m p₍ⱼ₎/j over j ≥ i. Holm: the most of (m−j+1) p₍ⱼ₎."""
    p = np.array([np.nan if value is None else value for value in drawn])
    tested = np.sort(p[~np.isnan(p)])
    m = len(tested)
    for method in ("fdr_bh", "holm"):
        found = adjust_families(p, np.zeros(len(p)), method=method)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(p))
        for own, value in zip(found[~np.isnan(p)], p[~np.isnan(p)], strict=True):
            if method == "fdr_bh":
                i = np.searchsorted(tested, value, "right")
                expected = min(m * tested[j] / (j + 1) for j in range(i - 1, m))
            else:
                i = np.searchsorted(tested, value, "left")
                expected = max((m - j) * tested[j] for j in range(i + 1))
            assert own == pytest.approx(min(expected, 1.0), abs=1e-12)


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
