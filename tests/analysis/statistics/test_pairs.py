"""The fast road to many differences gives what the plain one gives, and refuses what it must."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics import pairs as pairs_module
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.comparisons import compare_means, compare_shares
from analysis.statistics.design import declare_design
from analysis.statistics.pairs import compare_pairs

N = 120


def make_designs():
    draw = np.random.default_rng(2)
    weights = draw.uniform(0.3, 3, N)
    weights[5] = 0.0
    strata = np.arange(N) // 40
    clusters = np.arange(N) // 4
    whole = declare_design(N, weights)
    codes = draw.integers(0, 3, N)
    counts = np.array([50.0, 40, 30]) / 120 * weights.sum()
    margin = Margin("m", codes, ("a", "b", "c"), counts)
    plain = {
        "whole": whole,
        "strata": declare_design(N, weights, strata, population=np.full(N, 90.0)),
        "clusters": declare_design(N, weights, strata, clusters),
        "stages": declare_design(
            N,
            weights,
            strata,
            [clusters, np.arange(N)],
            [np.full(N, 25.0), np.full(N, 9.0)],
        ),
    }
    raked = {f"{name}_raked": rake(design, [margin]).design for name, design in plain.items()}
    return plain | raked


DESIGNS = make_designs()


@pytest.fixture(scope="module")
def answers():
    """Shares with missing answers, one all equal, and domains that overlap, one of them small."""
    draw = np.random.default_rng(3)
    picked = draw.integers(-1, 2, (N, 7)).astype(np.int8)
    picked[:, 5] = 1
    picked[:, 6] = np.where(np.arange(N) < 60, picked[:, 6], -1)
    domains = draw.uniform(size=(N, 4)) < 0.5
    domains[:, 3] = np.arange(N) >= 110
    return picked, np.column_stack([domains, ~domains[:, 0]])


PAIRS = [(0, 4), (1, 2), (2, 3), (3, 0)]


def assert_equal_tests(found, plain, place):
    for name in plain.__dataclass_fields__:
        one, other = getattr(found, name)[:, place], getattr(plain, name)
        if one.dtype.kind == "U":
            assert list(one) == list(other)
        else:
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", DESIGNS)
def test_shares_are_those_of_the_plain_road(name, answers):
    picked, domains = answers
    design = DESIGNS[name]
    found = compare_pairs(design, picked, domains, PAIRS, level=0.9, least_base=8)
    y = np.where(picked < 0, np.nan, picked)
    for place, (one, other) in enumerate(PAIRS):
        plain = compare_shares(design, y, domains[:, one], domains[:, other], 0.9, 8)
        assert_equal_tests(found.tests, plain, place)
    assert {"", "base", "no variation"} <= set(found.tests.reason.ravel())


@pytest.mark.parametrize("name", DESIGNS)
def test_means_are_those_of_the_plain_road_but_for_the_effect(name, answers):
    _, domains = answers
    values = np.random.default_rng(4).gamma(2, 3, (N, 3))
    values[::7, 1] = np.nan
    design = DESIGNS[name]
    found = compare_pairs(design, values, domains, PAIRS, shares=False).tests
    for place, (one, other) in enumerate(PAIRS):
        plain = compare_means(design, values, domains[:, one], domains[:, other])
        for part in ("difference", "standard_error", "lower", "upper", "degrees", "p"):
            np.testing.assert_allclose(getattr(found, part)[:, place], getattr(plain, part))
    assert np.isnan(found.effect).all()


def test_blocks_of_columns_change_nothing(answers, monkeypatch):
    picked, domains = answers
    whole = compare_pairs(DESIGNS["clusters"], picked, domains, PAIRS)
    monkeypatch.setattr(pairs_module, "_ENTRIES_A_BLOCK", N * domains.shape[1] * 2)
    parts = compare_pairs(DESIGNS["clusters"], picked, domains, PAIRS)
    np.testing.assert_allclose(whole.tests.p, parts.tests.p, rtol=1e-12)
    np.testing.assert_allclose(whole.effective_first, parts.effective_first, rtol=1e-12)


def test_effective_bases_are_those_of_kish(answers):
    picked, domains = answers
    design = DESIGNS["whole"]
    found = compare_pairs(design, picked, domains, PAIRS)
    inside = domains[:, 1] & (picked[:, 0] >= 0)
    weight = design.weights[inside]
    assert found.effective_first[0, 1] == pytest.approx(weight.sum() ** 2 / (weight**2).sum())


def test_no_columns_give_no_tests(answers):
    _, domains = answers
    found = compare_pairs(DESIGNS["whole"], np.zeros((N, 0)), domains, PAIRS)
    assert found.tests.p.shape == (0, 4)


def test_wrong_input_is_named(answers):
    picked, domains = answers
    design = DESIGNS["whole"]
    with pytest.raises(ValueError, match="give 120 rows of each"):
        compare_pairs(design, picked[:50], domains, PAIRS)
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        compare_pairs(design, picked * 2.0, domains, PAIRS)
