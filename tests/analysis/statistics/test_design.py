"""What a design accepts, refuses and defines, with R survey 4.1-1 for single units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.design import (
    compact_codes,
    count_degrees,
    covariance,
    declare_design,
    degrees_of_freedom,
    standard_errors,
)
from analysis.statistics.linearise import linearise_mean


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [1, 1, -1, 1]}, "weights: row 2 has -1.0"),
        ({"weights": [0, 0, 0, 0]}, "weights: all 4 are 0"),
        ({"strata": ["a", None, "b", "b"]}, "strata: row 1 is missing"),
        ({"strata": [1.0, np.nan, 2.0, 2.0]}, "strata: row 1 is missing"),
        ({"strata": ["a", "b", "b", "b"]}, "strata: a has one sampled unit at stage 1"),
        ({"strata": [1, 1, 2]}, r"strata has shape \(3,\), there are 4 rows"),
        ({"clusters": [7, 7, 7, 7]}, "one sampled unit"),
        ({"clusters": [7, 8, 8, 7], "strata": list("aabb")}, "clusters: 7 lies in the strata a, b"),
        ({"population": [3, 3, 3, 3]}, "has 3 units at stage 1, but 4 were sampled"),
        ({"population": [9, 9, 9, 8]}, "has the sizes 8, 9 at stage 1"),
        ({"population": [9, 9, 9, 0]}, "population: row 3 has 0"),
        ({"population": [9, 9, np.nan, 9]}, "population: row 2 is missing"),
        ({"population": np.full((4, 2), 9)}, "population has 2 columns, there are 1 stages"),
        ({"strata": np.zeros((4, 2), int)}, "strata has 2 columns, there are 1 stages"),
        ({"lonely": "average"}, "allowed are 'refuse', 'certainty' and 'centre'"),
    ],
)
def test_bad_designs_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        declare_design(4, **arguments)


def test_cluster_names_may_start_again_when_nested():
    design = declare_design(4, clusters=[7, 8, 8, 7], strata=list("aabb"), nested=True)
    assert design.stages[0].units == 4
    assert degrees_of_freedom(design) == 2


def test_degrees_of_freedom_count_units_less_strata_among_members():
    design = declare_design(6, [1, 1, 1, 1, 1, 0], list("aaabbb"), [0, 0, 1, 2, 3, 4])
    assert degrees_of_freedom(design) == 2
    assert degrees_of_freedom(design, [True] * 3 + [False] * 3) == 1
    assert degrees_of_freedom(design, [False] * 6) == 0


@pytest.fixture
def lonely_sample():
    return np.array([3.0, 5, 4, 8, 9, 2]), np.array(list("aaabbc")), np.array([2.0, 2, 2, 3, 3, 5])


def test_a_single_unit_follows_the_rule_of_the_design(lonely_sample):
    """R survey 4.1-1, options(survey.lonely.psu=…), SE(svymean(~y, svydesign(~1, strata=~s,
    weights=~w))): adjust 0.922611008315184, certainty 0.269563276173873."""
    y, strata, weights = lonely_sample
    errors = {}
    for rule in ("centre", "certainty"):
        design = declare_design(6, weights, strata, lonely=rule)
        errors[rule] = linearise_mean(design, y).standard_error(design)[0]
    assert errors["centre"] == pytest.approx(0.922611008315184, rel=1e-10)
    assert errors["certainty"] == pytest.approx(0.269563276173873, rel=1e-10)


def test_a_census_stratum_adds_nothing_whatever_the_rule(lonely_sample):
    y, strata, weights = lonely_sample
    population = np.where(strata == "c", 1, 100)
    design = declare_design(6, weights, strata, population=population)
    whole = declare_design(6, weights, strata, population=population, lonely="centre")
    one, other = (linearise_mean(d, y).standard_error(d) for d in (design, whole))
    assert one == other
    assert one[0] > 0


@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=30)
def test_the_variance_equals_a_loop_over_strata_and_clusters(seed, finite, clustered):
    rng = np.random.default_rng(seed)
    n = 40
    strata = np.sort(rng.integers(0, 3, n))
    clusters = strata * 10 + rng.integers(0, 4, n) if clustered else np.arange(n)
    population = np.array([50.0, 60, 70])[strata] if finite else None
    weights = rng.uniform(0.5, 3, n)
    design = declare_design(n, weights, strata, clusters, population, lonely="certainty")
    influence = rng.normal(size=(n, 2))
    expected = np.zeros((2, 2))
    for stratum in np.unique(strata):
        names = np.unique(clusters[strata == stratum])
        totals = np.array(
            [(weights[:, None] * influence)[clusters == name].sum(axis=0) for name in names]
        )
        size = len(names)
        left = 1 - size / {0: 50, 1: 60, 2: 70}[int(stratum)] if finite else 1
        if size > 1:
            expected += left * size * np.cov(totals.T)
    np.testing.assert_allclose(covariance(design, influence), expected, atol=1e-9)
    np.testing.assert_allclose(
        standard_errors(design, influence), np.sqrt(np.diag(expected)), atol=1e-9
    )


@given(st.lists(st.integers(-5, 10**6), min_size=1, max_size=30))
@settings(deadline=None)
def test_codes_are_compacted_as_by_sorting(values):
    names, codes = compact_codes(np.array(values))
    expected_names, expected_codes = np.unique(values, return_inverse=True)
    np.testing.assert_array_equal(names, expected_names)
    np.testing.assert_array_equal(codes, expected_codes)


def test_degrees_of_many_bases_are_those_of_each():
    rng = np.random.default_rng(4)
    weights = rng.uniform(1, 2, 60)
    weights[::9] = 0
    strata = np.repeat([0, 1, 2], 20)
    base, members = rng.random((60, 4)) < 0.3, rng.random((60, 5)) < 0.3
    for clusters in (None, strata * 10 + rng.integers(0, 6, 60)):
        design = declare_design(60, weights, strata, clusters)
        expected = [
            [degrees_of_freedom(design, base[:, k] & members[:, d]) for d in range(5)]
            for k in range(4)
        ]
        np.testing.assert_array_equal(count_degrees(design, base, members), expected)
