"""Weighting on the method page: what was decided, to what, at what cost, and what it changed."""

from __future__ import annotations

from analysis.tell.method import weighting as made
from analysis.tell.scope import Scope
from analysis.tell.tables import Table


def read(table: Table) -> list[tuple[str, ...]]:
    return [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]


def test_a_decision_is_told_with_its_terms_and_its_reason(nl: Scope, plain: Scope) -> None:
    assert read(made.weighting(nl))[1:3] == [
        ("Meting 2024", "Niet gewogen", "geen", "Geen telling."),
        (
            "Meting 2025",
            "Gewogen naar bekende verdelingen (raking)",
            "Iedereen begint met hetzelfde gewicht. Het gewicht wordt 0,40 tot 2,50 keer dat van "
            "het begin. Wie bij geen groep hoort, houdt het eigen aandeel in de steekproef, "
            "alsof dat het aandeel in de populatie is. Wegen gaat niet door "
            "als het ontwerpeffect boven 2,0 komt, of als een groep uit de populatie geen "
            "respondenten heeft. Besloten op 1 maart 2025.",
            "Naar leeftijd.",
        ),
    ]
    assert [row[1] for row in read(made.weighting(plain))[1:]] == ["Not weighted"]


def test_margins_have_a_source_a_date_and_an_origin(en: Scope, plain: Scope) -> None:
    assert read(made.weighting_margins(en))[1:] == [
        ("Age", "2025 wave and 2026 wave", "The town hall", "31 December 2024", "counted")
    ]
    invented = en.study.margins[0].model_copy(update={"invented": True})
    study = en.study.model_copy(update={"margins": (invented,)})
    table = made.weighting_margins(Scope(study, en.published, "en", "2026"))
    assert read(table)[1][-1] == "invented, to show how weighting works"
    assert made.weighting_margins(plain).rows == ()


def test_diagnostics_stand_wave_beside_wave(nl: Scope) -> None:
    table = made.weighting_diagnostics(nl)
    assert read(table) == [
        ("Maat", "Meting 2025", "Meting 2026"),
        ("Respondenten", "245", "245"),
        ("Effectief aantal (n effectief)", "196,0", "196,0"),
        ("Ontwerpeffect van de weging", "1,25", "1,25"),
        ("Kleinste gewicht (het gemiddelde is 1)", "0,41", "0,41"),
        ("Grootste gewicht (het gemiddelde is 1)", "2,13", "2,13"),
        ("Rondes tot alle verdelingen klopten", "7", "7"),
    ]
    assert table.rows[2][2].value == 1.25


def test_the_balance_is_told_before_after_and_in_the_population(nl: Scope) -> None:
    table = made.weighting_balance(nl)
    assert table.caption == "Samenstelling van de respondenten vóór en na weging, meting 2026"
    assert table.row_headers == 2
    assert read(table)[1:] == [
        ("Leeftijd", "Jonger dan 30", "46%", "49%", "30%"),
        ("Leeftijd", "30 tot 60", "38%", "41%", "50%"),
        ("Leeftijd", "60 en ouder", "7%", "10%", "20%"),
    ]
    assert table.notes == (
        "Van de respondenten hoort 3,1% bij geen groep van ‘Leeftijd’; hun aandeel blijft gelijk. "
        "De percentages bij ‘Leeftijd’ zijn van de anderen.",
    )
    assert made.weighting_balance(nl, "2024").rows == ()


def test_key_figures_stand_weighted_beside_unweighted(nl: Scope, plain: Scope) -> None:
    assert read(made.key_figures(nl)) == [
        ("Kerncijfer", "Meting 2024", "Meting 2025, gewogen", "Meting 2025, niet gewogen",
         "Meting 2026, gewogen", "Meting 2026, niet gewogen"),
        ("Bezoek – ‘Vaak of dagelijks’", "40%", "49%", "46%", "58%", "55%"),
        ("Hoeveel uur lees je?", "–", "3,3", "0,3", "3,3", "0,3"),
    ]  # fmt: skip
    assert made.key_figures(plain).rows == ()
