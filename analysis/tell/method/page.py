"""A scope in, what the cells of the method page may call out: tables, words and facts by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from analysis.tell.method.adjusted import scores, standardised
from analysis.tell.method.changes import changes, not_asked
from analysis.tell.method.glossary import glossary
from analysis.tell.method.sampling import interval_rule, sampling
from analysis.tell.method.simulation import (
    simulated_differences,
    simulated_families,
    simulated_lowest,
    simulated_rejections,
    simulation,
)
from analysis.tell.method.testing import planned, power, relations, testing_rule, tests_made
from analysis.tell.method.weighting import (
    key_figures,
    weighting,
    weighting_balance,
    weighting_diagnostics,
    weighting_margins,
)
from analysis.tell.scope import Scope
from analysis.tell.tables import Table

TABLES: tuple[Callable[..., Table], ...] = (
    sampling, weighting, weighting_margins, weighting_diagnostics, weighting_balance, key_figures,
    tests_made, planned, power, relations, standardised, changes, not_asked, scores, simulation,
    glossary,
)  # fmt: skip
TEXTS: tuple[Callable[..., str], ...] = (
    testing_rule, interval_rule, simulated_lowest, simulated_rejections, simulated_families,
    simulated_differences,
)  # fmt: skip


def list_tables(scope: Scope) -> dict[str, Callable[..., Table]]:
    """Return the tables that a page's cells may place, by name."""
    return {make.__name__: partial(make, scope) for make in TABLES}


def list_texts(scope: Scope) -> dict[str, Callable[..., str]]:
    """Return the words that a page's cells may place, by name."""
    return {make.__name__: partial(make, scope) for make in TEXTS}


def list_facts(scope: Scope) -> dict[str, bool | str | tuple[str, ...]]:
    """Return what a page's cells may ask in an `if`, by name."""
    plan, waves = scope.study.plan, [scope.study.wave(wave) for wave in scope.waves]
    effects = scope.published.compare("_relations", scope.wave)
    return {
        "has_clusters": any(wave.columns.cluster or any(stage.unit != "respondent" for stage in
                            wave.design.stages) for wave in waves),
        "weighted_waves": tuple(scope.weighted),
        "adjustment": plan.testing.adjust,
        "has_key_figures": bool(plan.key_figures),
        "has_tests": any(len(scope.published.compare(question, scope.wave))
                         for family in scope.study.families for question in family.questions),
        "has_planned": any(wave in one.waves for one in plan.contrasts for wave in scope.waves),
        "has_standardised": plan.trend is not None and bool(standardised(scope).rows),
        "has_changes": bool(changes(scope).rows),
        "has_gaps": bool(not_asked(scope).rows),
        "has_scores": bool(plan.scores),
        "related_outcomes": tuple(one.id for one in plan.outcomes
                                  if (effects["item"] == one.id).any()),
    }  # fmt: skip
