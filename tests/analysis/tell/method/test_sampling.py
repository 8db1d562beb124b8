"""Sampling on the method page: units, strata, population and overlap as declared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.tell.method.page import list_facts
from analysis.tell.method.sampling import interval_rule, sampling
from analysis.tell.scope import Scope
from survey.wave import KeyColumns, SampleDesign, Stage


def texts(scope: Scope) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in sampling(scope).rows]


def change(scope: Scope, **values: object) -> Scope:
    waves = tuple(wave.model_copy(update=values) for wave in scope.study.waves)
    study = scope.study.model_copy(update={"waves": waves})
    return Scope(study, scope.published, scope.language, scope.wave)


def test_without_a_declared_design_respondents_are_the_units(nl: Scope) -> None:
    assert texts(nl)[:2] == [
        ("Meting 2024", "respondent", "geen", "niet verrekend", "er is geen eerdere meting"),
        ("Meting 2025", "respondent", "geen", "niet verrekend",
         "onbekend; berekend alsof het andere mensen zijn"),
    ]  # fmt: skip
    assert list_facts(nl)["has_clusters"] is False


def test_clusters_strata_and_overlap_of_the_export(nl: Scope) -> None:
    columns = KeyColumns(respondent="id", cluster="org", stratum="part")
    scope = change(nl, columns=columns, overlap="panel")
    assert texts(scope)[1] == (
        "Meting 2025", "organisatie (cluster)", "strata van de steekproef", "niet verrekend",
        "deels; zij zijn aan een sleutel te herkennen",
    )  # fmt: skip
    assert list_facts(scope)["has_clusters"] is True


def test_colleagues_that_cannot_be_told_are_said_to_narrow_the_intervals(nl: Scope) -> None:
    assert sampling(nl).notes == ()
    about = nl.study.about.model_copy(update={"per_organisation": "several"})
    scope = replace(nl, study=nl.study.model_copy(update={"about": about}))
    (note,) = sampling(scope).notes
    assert note.startswith("Van meting 2024, meting 2025 en meting 2026 is niet bekend wie")
    assert sampling(change(scope, columns=KeyColumns(respondent="id", cluster="org"))).notes == ()


def test_stages_are_told_in_order(en: Scope) -> None:
    first = Stage(unit="school", stratum="segment:age", population=100)
    design = SampleDesign.model_validate({"stage": [first, Stage(unit="respondent")]})
    scope = change(en, design=design)
    assert texts(scope)[0][1:4] == ("school, within it respondent", "Age", "allowed for")
    assert list_facts(scope)["has_clusters"] is True


def test_the_limits_of_small_shares_are_those_of_the_arithmetic(nl: Scope) -> None:
    assert (interval_rule(nl, "base"), interval_rule(nl, "side")) == ("30", "5")
    with pytest.raises(ValueError, match="allowed are base, side"):
        interval_rule(nl, "width")
