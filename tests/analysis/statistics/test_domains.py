"""Tallies and sums per item and domain against plain loops, by Hypothesis and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis.statistics.domains import Membership, sum_numbers, tally_codes
from analysis.statistics.quantiles import weighted_quantiles


@st.composite
def surveys(draw):
    """Codes (n, 3) with −1, weights with zeros, and domains in one of the three ways."""
    n = draw(st.integers(1, 30))
    codes = draw(hnp.arrays(np.int8, (n, 3), elements=st.integers(-1, 3)))
    weights = draw(hnp.arrays(float, n, elements=st.sampled_from([0.0, 0.5, 1.0, 2.5])))
    weights[0] = 1.0
    way = draw(st.sampled_from(["none", "codes", "overlapping"]))
    if way == "none":
        return codes, weights, None
    if way == "codes":
        return codes, weights, draw(hnp.arrays(np.int64, n, elements=st.integers(-1, 2)))
    return codes, weights, draw(hnp.arrays(bool, (n, 3)))


def as_matrix(domains, n):
    if domains is None:
        return np.ones((n, 1), bool)
    if domains.ndim == 2:
        return domains
    return domains[:, None] == np.arange(3)


@given(surveys())
@settings(deadline=None)
def test_tally_equals_a_loop_over_every_cell(survey):
    codes, weights, domains = survey
    count = 3 if domains is not None else None
    tally = tally_codes(codes, 4, weights, domains, count)
    matrix = as_matrix(domains, len(codes))
    for item in range(3):
        for category in range(4):
            for domain in range(matrix.shape[1]):
                who = matrix[:, domain] & (codes[:, item] == category)
                assert tally.count[item, category, domain] == who.sum()
                assert tally.weight[item, category, domain] == pytest.approx(weights[who].sum())
                assert tally.weight_squared[item, category, domain] == pytest.approx(
                    (weights[who] ** 2).sum()
                )


@given(surveys())
@settings(deadline=None)
def test_sums_of_numbers_equal_the_tally_of_the_same_codes(survey):
    codes, weights, domains = survey
    count = 3 if domains is not None else None
    tally = tally_codes(codes, 4, weights, domains, count)
    sums = sum_numbers(np.where(codes < 0, np.nan, codes), weights, domains, count)
    np.testing.assert_array_equal(sums.base, tally.base)
    np.testing.assert_allclose(sums.weight, tally.base_weight)
    np.testing.assert_allclose(sums.effective_base, tally.effective_base)
    np.testing.assert_allclose(sums.mean, tally.mean([0, 1, 2, 3]))


@given(surveys(), st.floats(0.01, 100))
@settings(deadline=None)
def test_scaling_all_weights_changes_no_share_mean_or_median(survey, factor):
    codes, weights, domains = survey
    values = np.where(codes < 0, np.nan, codes)
    one, other = (tally_codes(codes, 4, w, domains) for w in (weights, weights * factor))
    np.testing.assert_allclose(one.share, other.share)
    np.testing.assert_allclose(one.effective_base, other.effective_base)
    np.testing.assert_allclose(
        weighted_quantiles(values, 0.5, weights, domains),
        weighted_quantiles(values, 0.5, weights * factor, domains),
    )


@given(surveys(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_row_order_changes_nothing(survey, random):
    codes, weights, domains = survey
    order = np.array(random.sample(range(len(codes)), len(codes)))
    moved = None if domains is None else domains[order]
    count = None if domains is None else 3
    one = tally_codes(codes, 4, weights, domains, count)
    other = tally_codes(codes[order], 4, weights[order], moved, count)
    np.testing.assert_array_equal(one.count, other.count)
    np.testing.assert_allclose(one.weight, other.weight, atol=1e-12)


def test_blocks_do_not_change_the_sums(monkeypatch):
    rng = np.random.default_rng(1)
    codes = rng.integers(-1, 5, (500, 4)).astype(np.int8)
    weights, domains = rng.uniform(0.2, 3, 500), rng.random((500, 6)) < 0.3
    whole = tally_codes(codes, 5, weights, domains)
    numbers = sum_numbers(codes.astype(float), weights, domains)
    monkeypatch.setattr("analysis.statistics.domains.ROWS_A_BLOCK", 7)
    np.testing.assert_allclose(
        tally_codes(codes, 5, weights, domains).weight, whole.weight, rtol=1e-12
    )
    np.testing.assert_allclose(
        sum_numbers(codes.astype(float), weights, domains).weighted_square,
        numbers.weighted_square,
        rtol=1e-12,
    )


def test_deviation_unweighted_is_the_textbook_one():
    values = np.random.default_rng(2).normal(1e6, 1, (40, 2))
    np.testing.assert_allclose(
        sum_numbers(values).deviation[:, 0], values.std(axis=0, ddof=1), rtol=1e-9
    )


def test_an_item_nobody_answered_has_base_zero_and_no_share():
    tally = tally_codes(np.full((4, 1), -1, np.int8), 3)
    assert tally.base[0, 0] == 0
    assert tally.effective_base[0, 0] == 0
    assert np.isnan(tally.share).all()
    sums = sum_numbers(np.full((4, 1), np.nan))
    assert sums.base[0, 0] == 0
    assert np.isnan([sums.mean, sums.deviation, weighted_quantiles(np.full((4, 1), np.nan))]).all()


def test_empty_last_domains_stay_when_their_number_is_given():
    domains = np.array([0, 0, -1])
    assert tally_codes(np.zeros((3, 1), np.int8), 1, None, domains, 3).base.tolist() == [[2, 0, 0]]
    assert Membership.of(domains, 3).count == 1


@pytest.mark.parametrize(
    ("values", "weights", "probability", "expected"),
    [
        ([1, 2, 3, 4], None, 0.5, 2.5),
        ([3, 1, 2], None, 0.5, 2.0),
        ([1, 2, 3, 4], [1, 1, 1, 3], 0.5, 3.5),
        ([1, 2, 3, 4], [1, 1, 1, 4], 0.5, 4.0),
        ([1, 2, 3, 4], [0, 1, 1, 0], 0.5, 2.5),
        ([5, 6], None, 0.0, 5.0),
        ([5, 6], None, 1.0, 6.0),
        ([np.nan, 7], None, 0.5, 7.0),
    ],
)
def test_quantiles_by_hand(values, weights, probability, expected):
    found = weighted_quantiles(np.array(values, float)[:, None], probability, weights)
    assert found[0, 0] == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [1, -1]}, "row 1 has -1.0"),
        ({"weights": [1, np.nan]}, "row 1 has nan"),
        ({"weights": [0, 0]}, "all 2 are 0"),
        ({"weights": [1]}, "there are 2 rows"),
        ({"domains": np.array([0])}, "domains has 1 rows"),
        ({"domains": np.array([0, -2])}, "domains holds -2"),
        ({"domains": np.array([0, 4]), "domain_count": 3}, "only 3 domains"),
        ({"domains": np.array([0.0, 1.0])}, "codes of domains are integers"),
        ({"domains": np.array([[0], [1]])}, "a matrix of domains is boolean"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        tally_codes(np.zeros((2, 1), np.int8), 2, **arguments)


def test_a_code_outside_its_categories_is_named():
    with pytest.raises(ValueError, match="item 1 holds 5; allowed are 0 to 1"):
        tally_codes(np.array([[0, 5]], np.int8), [3, 2])
    with pytest.raises(ValueError, match="row 0, item 0 is infinite"):
        sum_numbers([[np.inf]])
