"""Adjusted p-values within families, by hand."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.families import adjust_along, adjust_families

P = np.array([0.01, 0.04, np.nan, 0.03, 0.5])
FAMILY = np.array(["a", "a", "a", "b", "b"])


@pytest.fixture(scope="module")
def multicomp():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pingouin's own imports warn
        from pingouin import multicomp
    return multicomp


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 0.01, 1.0])), min_size=1),
    st.sampled_from(["fdr_bh", "holm"]),
)
def test_every_family_gets_what_pingouin_gives(multicomp, drawn, method):
    """pingouin 0.7, ``multicomp(p, method=method)[1]``, ties and untested ones among them."""
    p = np.array([np.nan if value is None else value for value in drawn])
    if np.isnan(p).all():
        assert np.isnan(adjust_families(p, np.zeros(len(p)), method=method)).all()
        return
    expected = multicomp(p, method=method)[1]
    np.testing.assert_allclose(adjust_families(p, np.zeros(len(p)), method=method), expected, 1e-14)


def test_rows_are_families_of_their_own(multicomp):
    p = np.random.default_rng(3).uniform(size=(40, 6))
    p[::3, 2] = np.nan
    for method in ("fdr_bh", "holm"):
        expected = [multicomp(row, method=method)[1] for row in p]
        np.testing.assert_allclose(adjust_along(p, method), expected, rtol=1e-14)


def test_adjusting_does_not_wait_for_the_import_of_pingouin():
    program = (
        "import sys; from analysis.statistics.families import adjust_families; "
        "adjust_families([0.01, 0.2], [0, 0]); sys.exit('pingouin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


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
