"""Tests on the method page: how many were made, what was planned, what the bases can show."""

from __future__ import annotations

import pytest

from analysis.tell.method import testing as made
from analysis.tell.scope import Scope
from analysis.tell.tables import Table
from survey.published import Published


def read(table: Table) -> list[tuple[str, ...]]:
    return [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]


def test_families_count_what_was_tested_and_what_is_clear(nl: Scope, plain: Scope) -> None:
    table = made.tests_made(nl)
    assert read(table) == [
        ("Familie", "Groep vergeleken met de rest", "Sinds de meting ervoor", "Hele tabellen",
         "Niet getoetst of niet getoond"),
        ("Gebruik", "4 van 4", "2 van 4", "1 van 1", "1"),
        ("Vooraf gepland", "–", "1 van 1", "–", "0"),
    ]  # fmt: skip
    assert read(made.tests_made(plain))[1][1:] == ("4 of 4", "1 of 1", "1")  # a first wave


def test_planned_contrasts_are_told_one_by_one(nl: Scope, en: Scope) -> None:
    assert read(made.planned(nl))[1:] == [
        ("Meer bezoek dan eerst", "Meting 2026", "1 juni 2025", "9,0 procentpunt (5,0 tot 13,0)",
         "h = 0,18 (0,10 tot 0,26)", "0,020", "duidelijk hoger"),
        ("Jongeren komen minder", "Meting 2026", "1 juni 2025", "–", "–", "–",
         "niet getoetst: te weinig antwoorden"),
    ]  # fmt: skip
    numbers = en.published.comparisons.assign(p_adjusted=0.0004)
    clear = Scope(en.study, Published("room", True, en.published.rows, numbers), "en", "2026")
    assert read(made.planned(clear))[1][5] == "< 0.001"


def test_power_is_told_for_every_level(nl: Scope) -> None:
    table = made.power(nl, "age")
    assert table.caption == (
        "Welk verschil met de andere respondenten met een kans van 80% is aan te tonen: Leeftijd, "
        "meting 2026"
    )
    assert read(table) == [
        ("Leeftijd", "n", "Kleinste verschil in procentpunt: het middelste (laagste tot hoogste)"),
        ("Jonger dan 30", "200", "10,0 (10,0 tot 10,0)"),
        ("30 tot 60", "200", "10,0 (10,0 tot 10,0)"),
        ("60 en ouder", "–", "niet getoetst"),
    ]


def test_relations_name_the_group_compared_with(en: Scope) -> None:
    table = made.relations(en, "regulars")
    assert table.caption == "‘come often’, other things equal, 2026 wave"
    assert read(table)[1:] == [
        ("Age", "Under 30", "group compared with", "–", "–"),
        ("Age", "30 to 60", "21.5 percentage points (10.5 to 32.5)", "0.001",
         "clearly higher"),
        ("Age", "60 and over", "−3.0 percentage points (−14.0 to 8.0)", "0.500",
         "not clearly different"),
    ]  # fmt: skip


def test_the_rule_of_testing_is_told_in_words(nl: Scope) -> None:
    names = ("level", "least_base", "power", "adjust")
    assert [made.testing_rule(nl, name) for name in names] == [
        "0,05", "30", "80%", "Benjamini en Hochberg",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="allowed are level"):
        made.testing_rule(nl, "levl")
