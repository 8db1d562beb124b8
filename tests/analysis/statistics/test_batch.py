"""The fast road equals the plain road and R survey 4.1-1, on every kind of design."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics import batch as batch_module
from analysis.statistics.batch import estimate_codes, estimate_numbers, estimate_scores
from analysis.statistics.design import declare_design, degrees_of_freedom
from analysis.statistics.intervals import share_interval, student
from analysis.statistics.linearise import linearise_mean

KINDS = ("elements", "strata", "clusters", "strata and clusters", "two stages", "lonely")


@given(st.sampled_from(KINDS), st.booleans(), st.booleans(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_both_roads_agree(make_case, kind, raked, overlapping, seed):
    design, codes, domains, members = make_case(kind, raked, overlapping, seed)
    found = estimate_codes(design, codes, 3, domains, None if overlapping else 2)
    numbers = np.where(codes < 0, np.nan, codes * 2.5 + 1e3)
    means = estimate_numbers(design, numbers, domains, None if overlapping else 2)
    scored = estimate_scores(
        design, codes, np.arange(3) * 2.5 + 1e3, domains, None if overlapping else 2
    )
    for item in range(3):
        for domain in range(2):
            who = members[:, domain] & (codes[:, item] >= 0)
            picked = (codes[:, item, None] == np.arange(3)).astype(float)
            plain = linearise_mean(design, picked, who)
            np.testing.assert_allclose(found.share[item, :, domain], plain.value, rtol=1e-9)
            np.testing.assert_allclose(
                found.standard_error[item, :, domain],
                plain.standard_error(design),
                rtol=1e-7,
                atol=1e-10,
            )
            plain = linearise_mean(design, numbers[:, item], who)
            for fast in (means, scored):
                np.testing.assert_allclose(fast.mean[item, domain], plain.value[0], rtol=1e-9)
                np.testing.assert_allclose(
                    fast.standard_error[item, domain],
                    plain.standard_error(design)[0],
                    rtol=1e-6,
                    atol=1e-9,
                )
                assert fast.base[item, domain] == who.sum()
            assert found.base[item, domain] == who.sum()
            w = design.weights[who]
            assert found.effective_base[item, domain] == pytest.approx(w.sum() ** 2 / (w**2).sum())
    expected = [degrees_of_freedom(design, members[:, domain]) for domain in range(2)]
    np.testing.assert_array_equal(found.degrees, expected)


def test_domains_after_raking_equal_r(designs, reference):
    for name in ("srs_calrake", "strat_calrake", "clus1_calrake", "strat", "clus1"):
        frame, design = designs[name]
        segment = "awards" if "calrake" in name else "sch.wide"
        key = f"{name}.dom" if "calrake" in name else f"{name}.dom_mean"
        domains = (frame[segment] == "Yes").astype(int).to_numpy()
        means = estimate_numbers(design, frame[["api00"]].to_numpy(), domains)
        np.testing.assert_allclose(means.mean[0], reference[f"{key}.est"], rtol=1e-8)
        np.testing.assert_allclose(means.standard_error[0], reference[f"{key}.se"], rtol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_change_nothing(make_case, kind, monkeypatch):
    design, codes, domains, _ = make_case(kind, True, True, 4)
    numbers = np.where(codes < 0, np.nan, codes)

    def run():
        shares, means = estimate_codes(design, codes, 3, domains), estimate_numbers(design, numbers)
        return shares.share, shares.standard_error, means.mean, means.standard_error

    whole = run()
    monkeypatch.setattr(batch_module, "_SUMS_A_BLOCK", 1)
    monkeypatch.setattr(batch_module, "ROWS_A_BLOCK", 7)
    for one, other in zip(whole, run(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_equal_weights_are_counted_and_give_the_same():
    rng = np.random.default_rng(5)
    codes, domains = rng.integers(-1, 4, (200, 2)), rng.integers(0, 2, 200)
    strata = rng.integers(0, 2, 200)
    population = np.array([500, 700])[strata]
    plain = declare_design(200, strata=strata, population=population)
    jittered = declare_design(
        200, plain.weights * (1 + 1e-13 * rng.normal(size=200)), strata, population=population
    )
    one, other = (estimate_codes(design, codes, 4, domains) for design in (plain, jittered))
    np.testing.assert_allclose(one.standard_error, other.standard_error, rtol=1e-9)
    numbers = np.where(codes < 0, np.nan, codes)
    one, other = (estimate_numbers(design, numbers, domains) for design in (plain, jittered))
    np.testing.assert_allclose(one.standard_error, other.standard_error, rtol=1e-9)


def test_an_unweighted_share_has_the_textbook_error():
    """√(p(1−p)/(n−1)·(1−n/N)), Cochran (1977), formula 3.7."""
    codes = (np.arange(50) < 20).astype(int)[:, None]
    design = declare_design(50, population=np.full(50, 400))
    found = estimate_codes(design, codes, 2)
    assert found.standard_error[0, 1, 0] == pytest.approx(np.sqrt(0.24 / 49 * (1 - 50 / 400)))
    assert found.degrees[0] == 49


def test_intervals_are_those_of_the_house(make_case):
    design, codes, domains, _ = make_case("strata", True, False, 6)
    found = estimate_codes(design, codes, 3, domains, 2)
    base = np.broadcast_to(found.base[:, None, :], found.share.shape)
    expected = share_interval(found.share, found.standard_error, base, found.degrees, 0.9)
    np.testing.assert_array_equal(found.interval(0.9), expected)
    means = estimate_scores(design, codes, [0, 0, 1.0], domains, 2)
    expected = student(means.mean, means.standard_error, means.degrees, 0.9)
    np.testing.assert_array_equal(means.interval(0.9), expected)
    np.testing.assert_allclose(means.mean, found.share[:, 2])


def test_items_have_their_own_scores_and_categories():
    design = declare_design(4)
    codes = np.array([[0, 0], [1, 1], [1, 2], [-1, 2]])
    assert estimate_codes(design, codes, [2, 3]).share[:, :, 0].tolist() == [
        [pytest.approx(1 / 3), pytest.approx(2 / 3), 0],
        [0.25, 0.25, 0.5],
    ]
    means = estimate_scores(design, codes, [[0, 10, 0], [1, 2, 3]])
    np.testing.assert_allclose(means.mean[:, 0], [20 / 3, 2.25])


def test_nobody_answered_and_all_answers_equal_are_defined():
    codes = np.array([[-1, 1], [-1, 1], [-1, 1], [-1, 1]])
    found = estimate_codes(declare_design(4), codes, 2)
    assert found.base[:, 0].tolist() == [0, 4]
    assert np.isnan(found.share[0]).all()
    assert np.isnan(found.standard_error[0]).all()
    assert found.standard_error[1].tolist() == [[0], [0]]
    lower, upper = found.interval()
    assert (lower[0, 0, 0], upper[0, 0, 0]) == (0, 1)
    assert 0.3 < lower[1, 1, 0] < upper[1, 1, 0] == 1


def test_wrong_input_is_named():
    design = declare_design(4)
    with pytest.raises(ValueError, match="codes has 3 rows, the design has 4"):
        estimate_codes(design, np.zeros((3, 1), int), 2)
    with pytest.raises(ValueError, match=r"give \(4, items\)"):
        estimate_numbers(design, np.zeros(4))
    with pytest.raises(ValueError, match="one is infinite"):
        estimate_numbers(design, np.full((4, 1), np.inf))
