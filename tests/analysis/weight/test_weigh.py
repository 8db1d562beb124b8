"""Weights by every method, with numbers by hand, and what is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.calibration import summarise_weights
from analysis.weight import weight_responses
from survey.faults import Fault
from survey.responses import Responses
from survey.study import Study

Refuse = Callable[[Study, Responses], tuple[Fault, ...]]
Declare = Callable[..., tuple[Study, Responses]]
Real = dict[str, tuple[Study, Responses]]


# small samples: eight people in four rows and three columns
EIGHT = {"a": ["a1", "a1", "a2", "a2", "a3", "a3", "a4", "a4"], "b": ["b1", "b2", "b3", "b1"] * 2}
A, B = {"a1": 40, "a2": 30, "a3": 20, "a4": 10}, {"b1": 50, "b2": 25, "b3": 25}


def test_everybody_counts_as_one_without_weighting(declare: Declare) -> None:
    sample = weight_responses(*declare(EIGHT, weighting='method = "none"'))
    assert sample.responses.weights.tolist() == [1.0] * 8
    assert sample.design.weights.tolist() == [1.0] * 8
    assert sample.calibrated is None
    assert sample.population is None


def test_delivered_weights_are_scaled_to_a_mean_of_one(declare: Declare) -> None:
    rows = {**EIGHT, "w": [1, 2, 3, 4, 1, 2, 3, 4]}
    sample = weight_responses(
        *declare(rows, columns='weight = "w"', weighting='method = "delivered"')
    )
    np.testing.assert_allclose(sample.responses.weights, np.array(rows["w"]) / 2.5, rtol=1e-15)
    np.testing.assert_array_equal(sample.responses.weights, sample.design.weights)
    assert sample.population is None, "delivered weights tell no population"


def test_weights_by_design_are_the_inverse_of_the_sampling_fractions(declare: Declare) -> None:
    """Two of 10 in one stratum and six of 12 in the other: 5 and 2, over their mean 22 / 8."""
    rows = {**EIGHT, "s": ["x", "x"] + ["y"] * 6, "size": [10, 10] + [12] * 6}
    sample = weight_responses(
        *declare(
            rows,
            columns='stratum = "s"\ndesign = ["size"]',
            design='[[design.stage]]\nstratum = "stratum"\npopulation = "size"',
            weighting='method = "design"',
        )
    )
    np.testing.assert_allclose(
        sample.responses.weights, np.array([5, 5, 2, 2, 2, 2, 2, 2]) * 8 / 22, rtol=1e-15
    )
    assert sample.population == pytest.approx(22, rel=1e-15)


def test_a_design_effect_above_the_limit_is_refused(declare: Declare, refuse: Refuse) -> None:
    """Weights 1.6, 1.2, 0.8 and 0.4: 1 + 0.2 of squared variation, 8 count as 6.67."""
    said: dict[str, Any] = {"margins": {"rows": ("a", A)}}
    method = 'method = "post-stratify"\nmargins = ["rows"]\nmost_design_effect = '
    study, responses = declare(EIGHT, weighting=f"{method}1.19", **said)
    assert refuse(study, responses) == (
        Fault(
            "wave 2025: weighting",
            "a design effect of 1.20 by weighting to rows: 8 respondents count as 7",
            "at most 1.19 (most_design_effect)",
            "merge levels that few respondents have, leave a margin out, raise "
            'most_design_effect and say in the reason why, or set method = "none" with its reason',
        ),
    )
    sample = weight_responses(*declare(EIGHT, weighting=f"{method}1.21", **said))
    assert summarise_weights(sample.design.weights).design_effect == pytest.approx(1.2, rel=1e-14)


def test_delivered_weights_may_cost_no_more_than_the_limit_either(
    declare: Declare, refuse: Refuse
) -> None:
    rows = {**EIGHT, "w": [1, 1, 1, 1, 1, 1, 1, 25]}
    study, responses = declare(rows, columns='weight = "w"', weighting='method = "delivered"')
    (fault,) = refuse(study, responses)
    assert fault.found == "a design effect of 4.94: 8 respondents count as 2"
    assert fault.todo == (
        'raise most_design_effect and say in the reason why, or set method = "none" with its reason'
    )


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        (["", "x", 1, 1, 1, 1, 1, 1], "of 8 respondents 2 without a number as weight"),
        ([-1, 1, 1, 1, 1, 1, 1, 1], "of 8 respondents 1 with a negative weight"),
        ([0] * 8, "of 8 respondents 8 with a weight of 0"),
        ([1e308] * 8, "of 8 respondents 8 with a weight above 1e+09"),
        ([1e-300, 1, 1, 1, 1, 1, 1, 1], "of 8 respondents 1 with a weight below 1e-09"),
        (
            ["", -2, 0, 0, 1, 1, 1, 1],
            "of 8 respondents 1 without a number as weight, 1 with a negative weight, "
            "2 with a weight of 0",
        ),
    ],
)
@pytest.mark.parametrize(
    "method", ["delivered", 'rake"\nbase = "delivered"\nmargins = ["rows", "columns']
)
def test_weights_that_are_none_are_refused(
    declare: Declare, refuse: Refuse, weights: list[Any], found: str, method: str
) -> None:
    closing = '"]' if "margins" in method else '"'
    study, responses = declare(
        {**EIGHT, "w": weights},
        columns='weight = "w"',
        weighting=f'method = "{method}{closing}',
        margins={"rows": ("a", A), "columns": ("b", B)},
    )
    assert refuse(study, responses) == (
        Fault(
            'wave 2025: column "w"',
            found,
            "a number above 0 for every analysed respondent",
            "complete the weights, leave out who has none by [[exclude]], or set "
            'method = "none" with its reason',
        ),
    )


def test_a_weight_column_that_the_export_lacks_is_refused(declare: Declare, refuse: Refuse) -> None:
    study, responses = declare(
        EIGHT,
        about='[consequences]\nmissing_column = "note"',
        columns='weight = "w"',
        weighting='method = "delivered"',
    )
    (fault,) = refuse(study, responses)
    assert fault.found == "weights to be delivered, but no weight column in the export"


def test_weights_by_design_need_a_population(declare: Declare, refuse: Refuse) -> None:
    study, responses = declare(EIGHT)
    wave = study.waves[0]
    decision = wave.weighting.model_copy(update={"method": "design"})
    changed = study.model_copy(update={"waves": (wave.model_copy(update={"weighting": decision}),)})
    (fault,) = refuse(changed, responses)
    assert fault.allowed == "a population in every [[design.stage]]"


def test_one_respondent_an_organisation_is_held_to(declare: Declare, refuse: Refuse) -> None:
    rows = {**EIGHT, "o": ["o1", "o1", "o2", "o2", "o2", "o3", "", ""]}
    about, columns = 'per_organisation = "{}"', 'cluster = "o"'
    study, responses = declare(rows, about=about.format("one"), columns=columns)
    assert refuse(study, responses) == (
        Fault(
            'wave 2025: column "o"',
            "2 organisations with 5 analysed respondents (o1, o2)",
            'one respondent an organisation (per_organisation = "one" in study.toml)',
            'set per_organisation = "several", or leave all but one of each out by [[exclude]]',
        ),
    )
    sample = weight_responses(*declare(rows, about=about.format("several"), columns=columns))
    assert sample.responses.n == 8


def test_a_refusal_names_no_more_than_three_organisations(declare: Declare, refuse: Refuse) -> None:
    rows = {**EIGHT, "o": ["o1", "o1", "o2", "o2", "o3", "o3", "o4", "o4"]}
    study, responses = declare(rows, about='per_organisation = "one"', columns='cluster = "o"')
    (fault,) = refuse(study, responses)
    assert fault.found == "4 organisations with 8 analysed respondents (o1, o2, o3 and 1 more)"


def test_the_first_wave_of_ai_cultuur_is_not_weighted(real: Real) -> None:
    sample = weight_responses(*real["2024"])
    assert set(sample.responses.weights) == {1.0}
    assert sample.population is None
    assert sample.design.stages[0].units == sample.responses.keys["cluster"].nunique() == 206


@given(st.floats(1e-6, 1e6), st.integers(0, 2**32 - 1))
def test_neither_the_scale_of_weights_nor_the_order_of_rows_matters(
    real: Real, scale: float, seed: int
) -> None:
    study, responses = real["2026"]
    rng = np.random.default_rng(seed)
    weights = pd.Series(rng.uniform(0.5, 2, responses.n), index=responses.values.index)
    wave = study.wave("2026")
    decision = wave.weighting.model_copy(update={"base": "delivered", "bounds": None})
    waves = (*study.waves[:2], wave.model_copy(update={"weighting": decision}))
    study = study.model_copy(update={"waves": waves})
    first = weight_responses(study, responses.with_(keys=responses.keys.assign(weight=weights)))
    order = rng.permutation(responses.n)
    shuffled = responses.with_(
        values=responses.values.iloc[order],
        keys=responses.keys.assign(weight=weights * scale).iloc[order],
        segments=responses.segments.iloc[order],
    )
    second = weight_responses(study, shuffled).responses.weights
    np.testing.assert_allclose(second[responses.values.index], first.responses.weights, rtol=1e-9)
