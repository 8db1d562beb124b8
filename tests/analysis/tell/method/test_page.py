"""What the cells of the method page may call, and the tables that need no study of their own."""

from __future__ import annotations

import csv

import pytest

from analysis.tell.method.adjusted import scores, standardised
from analysis.tell.method.glossary import glossary
from analysis.tell.method.page import list_facts, list_tables, list_texts
from analysis.tell.method.simulation import (
    RESULT,
    simulated_differences,
    simulated_families,
    simulated_lowest,
    simulated_rejections,
    simulation,
)
from analysis.tell.scope import Scope
from analysis.tell.tables import Table
from survey.published import Published


def read(table: Table) -> list[tuple[str, ...]]:
    return [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]


def test_key_figures_at_a_fixed_composition(nl: Scope) -> None:
    table = standardised(nl)
    assert table.caption == "Kerncijfers bij een vaste samenstelling naar leeftijd (meting 2025)"
    assert read(table)[1:] == [
        ("Bezoek – ‘Vaak of dagelijks’", "zoals elders in dit rapport", "40%", "49%", "58%"),
        ("Bezoek – ‘Vaak of dagelijks’", "vaste samenstelling", "43%", "49%", "55%"),
    ]


def test_scores_have_their_mean_and_alpha(en: Scope) -> None:
    assert read(scores(en))[1:] == [
        ("Joy", "mean (95% interval)", "–", "1.6 (1.5 to 1.7)", "1.6 (1.5 to 1.7)"),
        ("Joy", "Cronbach’s alpha (95% interval)", "–", "0.71 (0.66 to 0.76)",
         "0.71 (0.66 to 0.76)"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alpha", "told"),
    [
        (0.55, "alpha is below 0.6; the items go together too weakly to be used as one scale."),
        (0.65, "alpha is below 0.7; the items go together moderately, so use this scale with "
               "care."),
        (0.7, "alpha is at least 0.7; the items go together well enough to be used as one scale."),
        (float("nan"), "alpha is not known for the latest wave; do not use this scale as one "
                       "measure."),
    ],
)  # fmt: skip
def test_a_scale_is_described_and_judged_by_its_alpha(en: Scope, alpha: float, told: str) -> None:
    rows = en.published.rows.copy()
    rows.loc[rows["statistic"] == "alpha", "value"] = alpha
    numbers = Published("room", True, rows, en.published.comparisons)
    notes = scores(Scope(en.study, numbers, "en", en.wave)).notes
    assert notes[0] == (
        "Joy: the mean of ‘The books that we have’ and ‘Light’, from 1 to 2, for those who "
        "answered at least 1 of the 2."
    )
    assert notes[1] == f"Joy: {told}"


def test_the_simulation_is_the_committed_one(nl: Scope, en: Scope) -> None:
    with RESULT.open() as file:
        rows = [
            r for r in csv.DictReader(file) if (r["what"], r["method"]) == ("coverage", "house")
        ]
    table = simulation(en)
    assert table.header == ("Sample", "n", "1%", "5%", "20%", "50%")
    assert len(table.rows) * 4 == len(rows)
    first = table.rows[0]
    assert (first[0].text, first[1].text) == ("simple random", "10")
    assert first[2].value == 100 * float(rows[0]["value"])
    assert simulation(nl).rows[0][2].text == "99,6%"
    assert simulated_lowest(nl) == (
        "bij een aandeel van 1% (gewogen, in clusters, n = 1.000): in 93,5% van de steekproeven"
    )
    worst = min(rows, key=lambda row: float(row["value"]))
    assert (worst["share"], worst["n"]) == ("0.01", "1000")
    assert simulated_lowest(en).endswith("n = 1,000): in 93.5% of the samples")
    assert simulated_rejections(nl, "shares") == "3,8% tot 6,4%"
    assert simulated_rejections(en, "others") == "3.7% to 9.4%"
    assert simulated_differences(en) == "92.7% to 99.0%"
    assert simulated_families(nl) == "8,3% tot 9,6%"


def test_the_glossary_is_sorted_in_its_language(nl: Scope, en: Scope) -> None:
    terms = [row[0] for row in read(glossary(nl))[1:]]
    assert terms == sorted(terms, key=str.casefold)
    assert {"Raking", "Letters", "Ontwerpeffect", "p-waarde"} <= set(terms)
    assert len(terms) == len(glossary(en).rows) == 16


def test_everything_of_a_page_has_its_name_and_its_scope(nl: Scope, plain: Scope) -> None:
    for name, make in {**list_tables(nl), **list_texts(nl)}.items():
        assert make.func.__name__ == name  # type: ignore[attr-defined]
    facts = list_facts(nl)
    assert facts["weighted_waves"] == ("2025", "2026")
    assert facts["related_outcomes"] == ("regulars",)
    named = ("has_key_figures", "has_tests", "has_planned", "has_standardised", "has_scores")
    assert [facts[name] for name in named] == [True] * 5
    assert [list_facts(plain)[name] for name in named] == [False, True, False, False, False]
