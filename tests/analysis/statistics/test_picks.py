"""Matrix products, cells and single influences give the same shares and standard errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics import picks as picks_module
from analysis.statistics.batch import estimate_codes
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.design import declare_design, degrees_of_freedom
from analysis.statistics.intervals import share_interval
from analysis.statistics.linearise import linearise_mean
from analysis.statistics.picks import distinct_columns, estimate_picks

KINDS = ("elements", "strata", "clusters", "strata and clusters", "two stages", "lonely")

pytestmark = pytest.mark.filterwarnings("error")


@given(st.sampled_from(KINDS), st.booleans(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_the_product_road_equals_the_plain_road(make_case, kind, raked, seed):
    design, codes, domains, members = make_case(kind, raked, True, seed)
    picked, base = codes > 0, codes >= 0
    found = estimate_picks(design, picked, base, domains)
    for item in range(3):
        for domain in range(2):
            who = members[:, domain] & base[:, item] & (design.weights > 0)
            plain = linearise_mean(design, picked[:, item].astype(float), who)
            np.testing.assert_allclose(found.share[item, domain], plain.value[0], rtol=1e-9)
            np.testing.assert_allclose(
                found.standard_error[item, domain],
                plain.standard_error(design)[0],
                rtol=1e-7,
                atol=1e-10,
            )
            assert found.count[item, domain] == (who & picked[:, item]).sum()
            assert found.base[item, domain] == who.sum()
            w = design.weights[who]
            assert found.weight[item, domain] == pytest.approx(w.sum())
            assert found.effective_base[item, domain] == pytest.approx(w.sum() ** 2 / (w**2).sum())
            assert found.degrees[item, domain] == degrees_of_freedom(design, who)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raked", [False, True])
def test_the_product_road_equals_the_cells(make_case, kind, raked):
    design, codes, domains, _ = make_case(kind, raked, True, 11)
    found = estimate_picks(design, codes == 1, codes >= 0, domains)
    cells = estimate_codes(design, codes, 3, domains)
    np.testing.assert_allclose(found.share, cells.share[:, 1], rtol=1e-9)
    np.testing.assert_allclose(found.standard_error, cells.standard_error[:, 1], rtol=1e-7)


@pytest.mark.parametrize("kind", ["elements", "strata"])
def test_many_respondents_take_the_cells_and_give_the_same(make_case, kind, monkeypatch):
    design, codes, domains, _ = make_case(kind, True, True, 12)
    names = picks_module.PickEstimates.__dataclass_fields__

    def run():
        found = estimate_picks(design, codes == 1, codes >= 0, domains)
        return [getattr(found, name) for name in names]

    products = run()
    monkeypatch.setattr(picks_module, "_CELLS_FROM", 1)
    monkeypatch.setattr(picks_module, "_estimate_block", None)  # the other road is not taken
    for one, other in zip(products, run(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_of_lines_change_nothing(make_case, kind, monkeypatch):
    design, codes, domains, _ = make_case(kind, True, True, 13)
    whole = estimate_picks(design, codes == 1, codes >= 0, domains)
    monkeypatch.setattr(picks_module, "_ENTRIES_A_BLOCK", 1)
    parts = estimate_picks(design, codes == 1, codes >= 0, domains)
    np.testing.assert_allclose(parts.standard_error, whole.standard_error, rtol=1e-9)
    np.testing.assert_array_equal(parts.degrees, whole.degrees)


def test_without_domains_all_are_together():
    found = estimate_picks(declare_design(4), np.eye(4, 1, dtype=bool), np.ones((4, 1), bool))
    assert found.share.tolist() == [[0.25]]
    assert found.standard_error[0, 0] == pytest.approx(np.sqrt(0.25 * 0.75 / 3))
    assert found.degrees.tolist() == [[3]]


def test_no_lines_give_empty_arrays():
    none = np.zeros((4, 0), bool)
    assert estimate_picks(declare_design(4), none, none).share.shape == (0, 1)


def test_who_picked_outside_the_base_does_not_count():
    base = np.array([[True], [True], [False]])
    found = estimate_picks(declare_design(3), np.array([[True], [False], [True]]), base)
    assert found.share.tolist() == [[0.5]]
    assert found.count.tolist() == [[1]]


def test_nobody_and_everybody_are_exact():
    weights = np.linspace(0.1, 1, 30)
    picked = np.column_stack([np.ones(30, bool), np.zeros(30, bool), np.ones(30, bool)])
    base = np.column_stack([picked[:, 0], picked[:, 0], picked[:, 1]])
    found = estimate_picks(declare_design(30, weights), picked, base)
    assert found.share[:2, 0].tolist() == [1, 0]
    assert found.standard_error[:2, 0].tolist() == [0, 0]
    assert np.isnan([found.share[2, 0], found.standard_error[2, 0]]).all()
    assert (found.base[2, 0], found.weight[2, 0], found.effective_base[2, 0]) == (0, 0, 0)


def test_a_raked_margin_is_exact():
    rng = np.random.default_rng(8)
    codes = rng.integers(0, 3, 90)
    margin = Margin("m", codes, ("x", "y", "z"), np.array([20.0, 30, 40]))
    design = rake(declare_design(90, rng.uniform(1, 2, 90)), [margin]).design
    found = estimate_picks(design, codes[:, None] == np.arange(3), np.ones((90, 3), bool))
    np.testing.assert_allclose(found.share[:, 0], np.array([20, 30, 40]) / 90)
    assert found.standard_error.tolist() == [[0], [0], [0]]


def test_intervals_are_those_of_the_house(make_case):
    design, codes, domains, _ = make_case("strata", True, True, 6)
    found = estimate_picks(design, codes == 1, codes >= 0, domains)
    expected = share_interval(found.share, found.standard_error, found.base, found.degrees, 0.9)
    np.testing.assert_array_equal(found.interval(0.9), expected)


def test_distinct_columns_are_found_with_their_places():
    matrix = np.array([[1, 0, 1, 0], [0, 0, 0, 1]], bool)
    distinct, line = distinct_columns(matrix)
    assert distinct.shape == (2, 3)
    np.testing.assert_array_equal(distinct[:, line], matrix)


def test_wrong_input_is_named():
    design, ones = declare_design(4), np.ones((4, 1), bool)
    with pytest.raises(ValueError, match=r"base has shape \(3, 1\) .*; give booleans \(4, columns"):
        estimate_picks(design, ones, ones[:3])
    with pytest.raises(ValueError, match=r"picked has shape .* give booleans \(4, 1\)"):
        estimate_picks(design, np.ones((4, 2), bool), ones)
    with pytest.raises(ValueError, match=r"domains has shape .* type int64"):
        estimate_picks(design, ones, ones, np.ones((4, 1), int))
