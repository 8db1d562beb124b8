"""Weighted logistic models and average marginal effects against R survey 4.1-1."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.design import declare_design
from analysis.statistics.logistic import Predictor, TooFewEventsError, fit_logistic

MORE = ("strat", "clus1", "strat_calrake", "clus1_calrake")
PLAIN = ("srs", "strat", "stratnofpc", "clus1")
CALIBRATED = tuple(
    f"{name}_{way}"
    for name in ("srs", "strat", "clus1")
    for way in ("calrake", "ps", "fixed", "greg")
)


def assert_close(found, expected, rtol=1e-8):
    np.testing.assert_allclose(np.ravel(found), np.ravel(expected), rtol=rtol, atol=1e-13)


def predictors(frame, *names):
    """ell and meals are numbers, stype has levels."""
    made = []
    for name in names:
        if name == "stype":
            codes = np.unique(frame[name], return_inverse=True)[1].astype(float)
            made.append(Predictor("stype", codes, ("E", "H", "M")))
        else:
            made.append(Predictor(name, frame[name].to_numpy(float)))
    return made


@pytest.mark.parametrize("name", MORE)
def test_converged_models_and_effects_equal_r(name, designs, more):
    frame, design = designs[name]
    outcome = frame["sch.wide"] == "Yes"
    model = fit_logistic(
        design, outcome, predictors(frame, "ell", "meals", "stype"), least_events=1
    )
    found = model.coefficients()
    expected = more[f"{name}.glm"]
    np.testing.assert_allclose(found.value, expected[:5], rtol=1e-8)
    np.testing.assert_allclose(found.standard_error, expected[5:10], rtol=1e-8)
    assert found.degrees == expected[10]
    test = model.test_predictor("stype")
    assert_close(
        [test.statistic, test.degrees, test.degrees_below, test.p], more[f"{name}.glm_stype"]
    )
    effects = model.average_effects()
    for place, term in ((0, "ell"), (2, "H"), (3, "M")):
        found = [effects.value[place], effects.standard_error[place]]
        assert_close(found, more[f"{name}.ame_{term}"])
    assert effects.terms == ("ell", "meals", "stype: H", "stype: M")


@pytest.mark.parametrize("name", PLAIN + CALIBRATED)
def test_coefficients_of_reference(name, designs, reference):
    """R's glm stops at a relative change of 1e-8 in the deviance, with the errors of the step
    before: glm.se and the rows made of it agree to 1e-4, those run to convergence to 1e-8."""
    frame, design = designs[name]
    if name in PLAIN:
        outcome, names = frame["sch.wide"] == "Yes", ("ell", "meals", "stype")
    else:
        outcome, names = frame["comp.imp"] == "Yes", ("ell", "meals")
    model = fit_logistic(design, outcome, predictors(frame, *names), least_events=1)
    np.testing.assert_allclose(model.beta, reference[f"{name}.glm.coef"], rtol=1e-8)
    found = model.coefficients()
    np.testing.assert_allclose(found.standard_error, reference[f"{name}.glm.se"], rtol=1e-4)
    if name in PLAIN:
        t = found.value / found.standard_error
        np.testing.assert_allclose(t, reference[f"{name}.glm.t"], rtol=1e-4)
        np.testing.assert_allclose(found.p, reference[f"{name}.glm.p"], rtol=1e-4)
        test = model.test_predictor("stype")
        np.testing.assert_allclose(test.statistic, reference[f"{name}.glm_regterm.F"], rtol=1e-4)
        np.testing.assert_allclose(test.p, reference[f"{name}.glm_regterm.p"], rtol=1e-4)
    if name.endswith("_calrake"):  # rake() gives the same weights, and other standard errors
        raked = reference[f"{name.removesuffix('_calrake')}_rake.glm.coef"]
        np.testing.assert_allclose(model.beta, raked, rtol=1e-8)


def test_the_rows_run_to_convergence(designs, golden_rows):
    rows = golden_rows("r_survey_designs")
    rows = rows[rows["what"] == "apiclus1 logistic, converged"]
    frame, design = designs["clus1"]
    model = fit_logistic(
        design,
        frame["sch.wide"] == "Yes",
        predictors(frame, "ell", "meals", "stype"),
        least_events=1,
    )
    found = model.coefficients()
    assert_close(found.value, rows["value"].astype(float))
    assert_close(found.standard_error, rows["se"].astype(float))


@pytest.fixture
def invented():
    rng = np.random.default_rng(9)
    size = rng.integers(0, 3, 400)
    staff = rng.normal(size=400)
    outcome = (rng.random(400) < 1 / (1 + np.exp(0.5 - 0.6 * staff))).astype(float)
    return declare_design(400, rng.uniform(0.5, 2, 400)), outcome, size, staff


def test_effects_of_one_level_are_the_difference_in_shares(invented):
    design, outcome, size, _ = invented
    model = fit_logistic(design, outcome, [Predictor("size", size, ("small", "middle", "large"))])
    effects = model.average_effects()
    share = [
        np.average(outcome[size == level], weights=design.weights[size == level])
        for level in range(3)
    ]
    assert_close(effects.value, [share[1] - share[0], share[2] - share[0]], rtol=1e-7)


def test_missing_values_and_members_are_domains(invented):
    design, outcome, _, staff = invented
    inside = np.arange(400) >= 50
    gaps = np.where(inside, staff, np.nan)
    one = fit_logistic(design, outcome, [Predictor("staff", gaps)]).coefficients()
    other = fit_logistic(design, outcome, [Predictor("staff", staff)], inside).coefficients()
    assert_close(one.standard_error, other.standard_error)
    assert one.degrees == 348
    wide = fit_logistic(design, outcome, [Predictor("staff", gaps)]).coefficients(0.99)
    assert (wide.lower < one.lower).all()


def test_few_events_are_refused_with_numbers(invented):
    design, _, size, _ = invented
    rare = np.zeros(400)
    rare[:15] = 1
    two = [Predictor("size", size, ("small", "middle", "large"))]
    with pytest.raises(
        TooFewEventsError, match="15 respondents have the rarer outcome, 2 terms need 20"
    ):
        fit_logistic(design, rare, two)
    with pytest.raises(TooFewEventsError, match="need 20"):
        fit_logistic(design, 1 - rare, two)
    assert fit_logistic(design, rare, two, least_events=5).events == 15


def test_bad_models_are_named(invented):
    design, outcome, _, staff = invented
    with pytest.raises(ValueError, match="twice does not vary, or is fixed"):
        fit_logistic(design, outcome, [Predictor("staff", staff), Predictor("twice", 2 * staff)])
    with pytest.raises(ValueError, match="flat does not vary"):
        fit_logistic(design, outcome, [Predictor("flat", np.ones(400))])
    with pytest.raises(ValueError, match="separates the outcomes perfectly"):
        fit_logistic(design, (staff > 0).astype(float), [Predictor("staff", staff)])
    with pytest.raises(ValueError, match="the outcome holds 2"):
        fit_logistic(design, np.full(400, 2.0), [Predictor("staff", staff)])
    model = fit_logistic(design, outcome, [Predictor("staff", staff)])
    with pytest.raises(ValueError, match="predictor size is not in the model; it has staff"):
        model.test_predictor("size")
