"""Jackknife replicates, plain and raked again, against R survey 4.1-1."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from analysis.statistics.calibration import rake
from analysis.statistics.design import declare_design, degrees_of_freedom
from analysis.statistics.intervals import student
from analysis.statistics.jackknife import (
    jackknife_weights,
    replicate_covariance,
    replicate_means,
)
from analysis.statistics.linearise import linearise_mean


def assert_close(found, expected, rtol=1e-8):
    np.testing.assert_allclose(np.ravel(found), np.ravel(expected), rtol=rtol)


@pytest.fixture(scope="module")
def samples(api, margin):
    """Frame, design before calibration and margins, as in r_survey_more."""
    strat, clus1 = api["apistrat"], api["apiclus1"]
    found = {
        "jkn": (strat, declare_design(200, strat["pw"], strat["stype"])),
        "jknfpc": (
            strat,
            declare_design(200, strat["pw"], strat["stype"], population=strat["fpc"]),
        ),
        "jk1": (clus1, declare_design(183, clus1["pw"], clusters=clus1["dnum"])),
    }

    def margins(frame):
        return [
            margin("stype", frame["stype"], {"E": 4421, "H": 755, "M": 1018}),
            margin("sch.wide", frame["sch.wide"], {"No": 1072, "Yes": 5122}),
        ]

    return {name: (frame, design, margins(frame)) for name, (frame, design) in found.items()}


@pytest.mark.parametrize("raked", [False, True])
@pytest.mark.parametrize("name", ["jkn", "jknfpc", "jk1"])
def test_replicates_equal_r(name, raked, samples, more):
    frame, design, margins = samples[name]
    replicates = jackknife_weights(design, margins if raked else ())
    key = f"{name}_rake" if raked else name
    mean, covariance = replicate_means(replicates, frame["api00"])
    assert_close([mean[0], np.sqrt(covariance[0, 0])], more[f"{key}.mean"][:2])
    enroll = frame["enroll"].to_numpy(float)
    total, covariance = replicate_covariance(replicates, lambda w: w @ enroll)
    assert_close([total[0], np.sqrt(covariance[0, 0])], more[f"{key}.total"])
    members = np.column_stack([frame["awards"] == level for level in ("No", "Yes")])
    means, covariance = replicate_means(replicates, frame["api00"], members)
    assert_close([*means, *np.sqrt(np.diag(covariance))], more[f"{key}.domain"])


def assert_interval(design, mean, covariance, reference, key, lost=0):
    error = np.sqrt(covariance[0, 0])
    lower, upper = student(mean, np.array([error]), degrees_of_freedom(design) - lost)
    expected = [reference[f"{key}.mean_api00.{part}"][0] for part in ("est", "se", "lo", "hi")]
    assert_close([mean[0], error, lower[0], upper[0]], expected)


def test_rows_of_reference(samples, reference):
    for name, key in (("jkn", "jkn"), ("jknfpc", "jknfpc"), ("jk1", "jk1")):
        frame, design, _ = samples[name]
        mean, covariance = replicate_means(jackknife_weights(design), frame["api00"])
        assert_interval(design, mean, covariance, reference, key)
    frame, design, margins = samples["jkn"]
    mean, covariance = replicate_means(jackknife_weights(design, margins), frame["api00"])
    # R takes the rank of the replicate weights for the degrees of freedom, one less after raking
    assert_interval(design, mean, covariance, reference, "jkn_rake", lost=1)
    members = np.column_stack([frame["sch.wide"] == level for level in ("No", "Yes")])
    means, covariance = replicate_means(jackknife_weights(design), frame["api00"], members)
    assert_close(means, reference["jkn.dom.est"])
    assert_close(np.sqrt(np.diag(covariance)), reference["jkn.dom.se"])
    awards = (frame["awards"] == "Yes").to_numpy()
    replicates = jackknife_weights(design)
    _, covariance = replicate_means(replicates, awards)
    assert_close(np.sqrt(covariance), reference["jkn.ciprop.se"])
    middle, covariance = replicate_covariance(
        replicates, lambda w: special.logit(np.average(awards, weights=w))
    )
    lower, _ = student(middle, np.sqrt(covariance[0]), degrees_of_freedom(design))
    assert_close(special.expit(lower), reference["jkn.ciprop.lo"])


def test_jk1_with_a_finite_population_shrinks_by_its_fraction(api, reference):
    frame = api["apiclus1"]
    design = declare_design(183, frame["pw"], clusters=frame["dnum"], population=frame["fpc"])
    mean, covariance = replicate_means(jackknife_weights(design), frame["api00"])
    assert_interval(design, mean, covariance, reference, "jk1fpc")


@pytest.mark.parametrize(("name", "closeness"), [("jkn", 0.03), ("jknfpc", 0.03), ("jk1", 0.15)])
def test_both_roads_agree_after_raking(name, closeness, samples):
    """Linearised residual and re-raked jackknife differ by terms of one over the sampled units:
    200 schools, 15 districts."""
    frame, design, margins = samples[name]
    raked = rake(design, margins).design
    linear = linearise_mean(raked, frame["api00"]).standard_error(raked)
    _, covariance = replicate_means(jackknife_weights(design, margins), frame["api00"])
    assert_close(np.sqrt(covariance), linear, rtol=closeness)


def test_bounds_hold_in_every_replicate(samples):
    _, design, margins = samples["jkn"]
    bounds = (0.8, 1.3)
    replicates = jackknife_weights(design, margins, bounds)
    ratio = replicates.whole / design.weights
    assert ratio.max() <= 1.3 + 1e-12
    for part in margins:
        for weights in (replicates.whole, *replicates.weights.T[:5]):
            assert_close(np.bincount(part.codes, weights), part.targets)


def test_single_units_and_calibrated_designs():
    y = np.array([1.0, 2, 4, 8, 16])
    strata = np.array([0, 0, 1, 1, 2])
    certain = declare_design(5, strata=strata, lonely="certainty")
    assert jackknife_weights(certain).weights.shape == (5, 4)
    _, covariance = replicate_means(jackknife_weights(certain), y)
    assert covariance[0, 0] > 0
    with pytest.raises(ValueError, match="lonely='centre'"):
        jackknife_weights(declare_design(5, strata=strata, lonely="centre"))


def test_a_calibrated_design_is_refused(designs):
    with pytest.raises(ValueError, match="the design is calibrated"):
        jackknife_weights(designs["strat_calrake"][1])
