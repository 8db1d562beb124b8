"""The design of a wave from its stages and keys, and what its columns may not lack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.statistics.batch import estimate_codes
from analysis.statistics.design import degrees_of_freedom, standard_errors
from analysis.weight.drawn import declare_drawn, knows_population
from survey.faults import Fault, Refusal
from survey.responses import Responses
from survey.study import Study

Declare = Callable[..., tuple[Study, Responses]]

EIGHT: dict[str, list[Any]] = {
    "a": ["a1", "a1", "a2", "a2", "a3", "a3", "a4", "a4"],
    "b": ["b1", "b2", "b3", "b1"] * 2,
}
STAGE = "[[design.stage]]\n"


def refuse(study: Study, responses: Responses) -> Fault:
    with pytest.raises(Refusal) as refused:
        declare_drawn(study, responses)
    (fault,) = refused.value.faults
    return fault


def mean_error(study: Study, responses: Responses, values: list[float]) -> float:
    """Standard error of the mean of `values` under the design, all weights equal."""
    design = declare_drawn(study, responses)
    centred = np.array(values) - np.average(values, weights=design.weights)
    return float(standard_errors(design, centred / design.weights.sum())[0])


VALUES = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0, 6.0]


def test_without_a_declared_stage_respondents_were_drawn(declare: Declare) -> None:
    study, responses = declare(EIGHT)
    design = declare_drawn(study, responses)
    assert [stage.units for stage in design.stages] == [8]
    assert degrees_of_freedom(design) == 7
    assert not knows_population(design)
    assert mean_error(study, responses, VALUES) == pytest.approx(
        np.std(VALUES, ddof=1) / np.sqrt(8), rel=1e-14
    )


def test_who_has_no_cluster_is_a_cluster_of_her_own(declare: Declare) -> None:
    rows = {**EIGHT, "o": ["o1", "o1", "o2", "", "o2", "", "", "o2"]}
    design = declare_drawn(*declare(rows, columns='cluster = "o"'))
    unit = design.stages[0].unit
    assert design.stages[0].units == 5
    assert len(set(unit[[0, 1]])) == len(set(unit[[2, 4, 7]])) == 1
    assert len(set(unit[[0, 2, 3, 5, 6]])) == 5
    assert degrees_of_freedom(design) == 4


def test_clusters_are_drawn_within_the_strata_of_the_export(declare: Declare) -> None:
    rows = {
        **EIGHT,
        "o": ["o1", "o1", "o2", "o3", "o3", "o4", "o4", "o5"],
        "s": ["x", "x", "x", "y", "y", "y", "y", "y"],
    }
    design = declare_drawn(*declare(rows, columns='cluster = "o"\nstratum = "s"'))
    stage = design.stages[0]
    assert stage.names.tolist() == ["x", "y"]
    assert stage.sampled.tolist() == [2, 3]
    assert degrees_of_freedom(design) == 3


def test_a_declared_stage_goes_before_the_columns(declare: Declare) -> None:
    """Respondents drawn, although the export has a cluster column."""
    rows = {**EIGHT, "o": ["o1"] * 4 + ["o2"] * 4}
    columns = 'cluster = "o"'
    clustered = declare_drawn(*declare(rows, columns=columns))
    drawn = declare_drawn(*declare(rows, columns=columns, design=STAGE))
    assert (clustered.stages[0].units, drawn.stages[0].units) == (2, 8)


def test_a_population_shrinks_the_error(declare: Declare) -> None:
    """Eight of 32: the variance is that without it, times 1 − 8/32."""
    free = mean_error(*declare(EIGHT), VALUES)
    study, responses = declare(EIGHT, design=f"{STAGE}population = 32")
    assert mean_error(study, responses, VALUES) == pytest.approx(free * np.sqrt(0.75), rel=1e-14)
    design = declare_drawn(study, responses)
    assert knows_population(design)
    assert design.weights.tolist() == [4.0] * 8


def test_strata_and_their_population_come_from_a_margin(declare: Declare) -> None:
    study, responses = declare(
        EIGHT,
        design=f'{STAGE}stratum = "segment:a"\npopulation = "margin:rows"',
        margins={"rows": ("a", {"a1": 4, "a2": 8, "a3": 2, "a4": 20})},
    )
    design = declare_drawn(study, responses)
    assert design.stages[0].names.tolist() == ["a1", "a2", "a3", "a4"]
    assert design.stages[0].population.tolist() == [4, 8, 2, 20]
    assert design.weights.tolist() == [2, 2, 4, 4, 1, 1, 10, 10]


def test_two_stages_add_their_variances(declare: Declare) -> None:
    """Särndal, Swensson and Wretman (1992), result 4.3.1, by hand: 2 of 4 organisations, in each
    4 of 8 people, all weights 4. Sums of the clusters 15 and 21 less their mean: first stage
    16 · (1 − 1/2) · 2 · 2 · 3² / 32²; second, half of Σ 16 · (1 − 1/2) · 4/3 · S² within."""
    rows = {**EIGHT, "o": ["o1"] * 4 + ["o2"] * 4, "people": [8] * 8}
    study, responses = declare(
        rows,
        columns='cluster = "o"\ndesign = ["people"]',
        design=f'{STAGE}unit = "cluster"\npopulation = 4\n{STAGE}population = "people"',
    )
    design = declare_drawn(study, responses)
    assert design.weights.tolist() == [4.0] * 8
    assert knows_population(design)
    centred = np.array(VALUES) - np.mean(VALUES)
    clusters = centred.reshape(2, 4)
    sums = clusters.sum(axis=1)
    between = 0.5 * 2 * ((sums - sums.mean()) ** 2).sum()
    within = 0.5 * 0.5 * 4 / 3 * ((clusters - clusters.mean(axis=1, keepdims=True)) ** 2).sum()
    expected = np.sqrt(16 * (between + within)) / 32
    assert mean_error(study, responses, VALUES) == pytest.approx(expected, rel=1e-13)


def test_a_stage_without_population_still_counts_after_one_that_has_it(declare: Declare) -> None:
    rows = {**EIGHT, "o": ["o1"] * 4 + ["o2"] * 4}
    study, responses = declare(
        rows,
        columns='cluster = "o"',
        design=f'{STAGE}unit = "cluster"\npopulation = 4\n{STAGE}',
    )
    design = declare_drawn(study, responses)
    assert [stage.units for stage in design.stages] == [2, 8]
    assert not knows_population(design)
    assert design.weights.tolist() == [1.0] * 8


def test_nested_says_that_names_of_clusters_start_again(declare: Declare) -> None:
    rows = {**EIGHT, "o": ["1", "1", "2", "2", "1", "1", "2", "3"], "s": ["x"] * 4 + ["y"] * 4}
    columns = 'cluster = "o"\nstratum = "s"'
    assert refuse(*declare(rows, columns=columns)) == Fault(
        "wave 2025: design, stage 1",
        '2 of "cluster" in more than one stratum (1 in x, y, 2 in x, y)',
        "every cluster in one stratum",
        "correct the cluster or the stratum of these respondents, or set nested = true under "
        "[design] where the names of clusters start again in every stratum",
    )
    design = declare_drawn(*declare(rows, columns=columns, design="[design]\nnested = true"))
    assert design.stages[0].units == 5


def test_a_stratum_with_one_sampled_unit_follows_the_rule(declare: Declare) -> None:
    """The only one of x: no variance of its own, or its distance to the mean of all, squared."""
    rows = {**EIGHT, "s": ["x"] + ["y"] * 7}
    columns = 'stratum = "s"'
    assert refuse(*declare(rows, columns=columns)) == Fault(
        "wave 2025: design, stage 1",
        "1 of 2 strata with one sampled unit (x), so that their variance cannot be known",
        "two sampled units or more in every stratum",
        'merge strata, or set lonely = "certainty" (no variance) or "centre" (around the mean of '
        "all) under [design]",
    )
    centred = np.array(VALUES) - np.mean(VALUES)
    of_y = 7 / 6 * ((centred[1:] - centred[1:].mean()) ** 2).sum()
    for rule, of_x in (("certainty", 0.0), ("centre", centred[0] ** 2)):
        said = {"columns": columns, "design": f'[design]\nlonely = "{rule}"'}
        study, responses = declare(rows, **said)
        expected = np.sqrt(of_x + of_y) / 8
        assert mean_error(study, responses, VALUES) == pytest.approx(expected, rel=1e-13)
        assert declare_drawn(study, responses).lonely == rule


def test_one_unit_for_everybody_is_told_without_talk_of_strata(declare: Declare) -> None:
    assert refuse(*declare({**EIGHT, "o": ["o1"] * 8}, columns='cluster = "o"')) == Fault(
        "wave 2025: design, stage 1",
        "all respondents in one sampled unit, so that no variance can be known",
        "two sampled units or more",
        "look at the column of the unit, and at who was left out as a duplicate; or leave that "
        "column out under [columns], so that every respondent stands alone",
    )


def test_a_stratum_that_was_taken_whole_needs_no_second_unit(declare: Declare) -> None:
    rows = {**EIGHT, "s": ["x"] + ["y"] * 7, "size": [1] + [70] * 7}
    study, responses = declare(
        rows,
        columns='stratum = "s"\ndesign = ["size"]',
        design=f'{STAGE}stratum = "stratum"\npopulation = "size"',
    )
    assert declare_drawn(study, responses).weights.tolist() == [1.0] + [10.0] * 7


def test_single_respondents_within_units_are_told_as_such(declare: Declare) -> None:
    rows = {**EIGHT, "o": ["o1", "o2", "o2", "o2", "o3", "o3", "o3", "o3"]}
    fault = refuse(
        *declare(
            rows,
            columns='cluster = "o"',
            design=f'{STAGE}unit = "cluster"\npopulation = 9\n{STAGE}population = 20',
        )
    )
    assert fault.where == "wave 2025: design, stage 2"
    assert fault.found == (
        "1 of 3 units of stage 1, or strata within them, with one sampled unit, so that their "
        "variance cannot be known"
    )


def test_a_population_smaller_than_the_sample_is_refused(declare: Declare) -> None:
    rows = {**EIGHT, "s": ["x"] * 4 + ["y"] * 4, "size": [3] * 4 + [40] * 4}
    said = {
        "columns": 'stratum = "s"\ndesign = ["size"]',
        "design": f'{STAGE}stratum = "stratum"\npopulation = "size"',
    }
    assert refuse(*declare(rows, **said)) == Fault(
        "wave 2025: design",
        "population: stratum x has 3 units at stage 1, but 4 were sampled",
        "one number for all of a stratum, at least the units that were sampled in it",
        "give the number of units there were to draw from, before the sample was drawn",
    )
    uneven = {**rows, "size": [8, 8, 9, 8] + [40] * 4}
    assert (
        refuse(*declare(uneven, **said)).found
        == "population: stratum x has the sizes 8, 9 at stage 1"
    )


@pytest.mark.parametrize("wrong", ["", "many", 0, -3])
def test_a_population_that_is_no_number_is_refused(declare: Declare, wrong: object) -> None:
    rows = {**EIGHT, "s": ["x"] * 4 + ["y"] * 4, "size": [wrong] * 4 + [40] * 4}
    fault = refuse(
        *declare(
            rows,
            columns='stratum = "s"\ndesign = ["size"]',
            design=f'{STAGE}stratum = "stratum"\npopulation = "size"',
        )
    )
    assert fault == Fault(
        'wave 2025: design, population "size"',
        "4 of 8 respondents without a number above 0, those of x",
        "the number of units in the stratum of every analysed respondent",
        "complete the numbers, or leave the population out of the design",
    )


def test_a_level_that_the_margin_does_not_count_has_no_population(declare: Declare) -> None:
    fault = refuse(
        *declare(
            EIGHT,
            design=f'{STAGE}stratum = "segment:a"\npopulation = "margin:rows"',
            margins={"rows": ("a", {"a1": 40, "a2": 80, "a3": 20})},
        )
    )
    assert fault.where == 'wave 2025: design, population "margin:rows"'
    assert fault.found == "2 of 8 respondents without a number above 0, those of a4"


@pytest.mark.parametrize("stratum", ["stratum", "s", "segment:a"])
def test_a_missing_stratum_is_refused(declare: Declare, stratum: str) -> None:
    rows = {"a": ["", *EIGHT["a"][1:]], "b": EIGHT["b"], "s": ["", *"xxxyyyy"]}
    columns = 'design = ["s"]' if stratum == "s" else 'stratum = "s"'
    fault = refuse(*declare(rows, columns=columns, design=f'{STAGE}stratum = "{stratum}"'))
    assert fault == Fault(
        f'wave 2025: design, stage 1, stratum "{stratum}"',
        "1 of 8 respondents without a stratum",
        "a stratum for every analysed respondent",
        "complete the column, give the missing ones a stratum of their own, or leave the stratum "
        "out of the design",
    )


def test_a_column_of_a_stage_that_the_export_lacks_is_refused(declare: Declare) -> None:
    study, responses = declare(
        EIGHT,
        about='[consequences]\nmissing_column = "note"',
        columns='design = ["school"]',
        design=f'{STAGE}unit = "school"',
    )
    assert refuse(study, responses) == Fault(
        "wave 2025: design",
        'no column for "school" in the export',
        "a design whose columns the export has",
        "deliver the column, or leave it out of the design",
    )


def test_a_cluster_column_that_the_export_lacks_leaves_respondents_drawn(declare: Declare) -> None:
    study, responses = declare(
        EIGHT, about='[consequences]\nmissing_column = "note"', columns='cluster = "o"'
    )
    assert declare_drawn(study, responses).stages[0].units == 8


def test_columns_of_the_design_stay_private_keys(declare: Declare) -> None:
    """A column of the design is a unit as a cluster is, and is no answer."""
    rows = {**EIGHT, "school": ["s1", "s1", "s2", "s2", "s3", "", "", "s3"]}
    study, responses = declare(
        rows, columns='design = ["school"]', design=f'{STAGE}unit = "school"'
    )
    assert list(responses.keys) == ["design.school"]
    assert responses.keys["design.school"].iloc[0] == "s1"
    assert list(responses.values) == ["a", "b"]
    assert declare_drawn(study, responses).stages[0].units == 5


def test_strata_narrow_the_interval_of_a_share_that_they_explain(declare: Declare) -> None:
    """All of x and none of y: within strata nothing varies."""
    rows = {**EIGHT, "s": ["x"] * 4 + ["y"] * 4}
    codes = np.array([[1], [1], [1], [1], [0], [0], [0], [0]])
    free = estimate_codes(declare_drawn(*declare(rows, columns='ignored = ["s"]')), codes, 2)
    bound = estimate_codes(declare_drawn(*declare(rows, columns='stratum = "s"')), codes, 2)
    assert free.standard_error[0, 1, 0] == pytest.approx(np.sqrt(0.25 / 7), rel=1e-12)
    assert bound.standard_error[0, 1, 0] == pytest.approx(0, abs=1e-15)
