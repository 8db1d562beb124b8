"""Overview: the tables and words about the survey itself, as a reader gets them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.tell.overview import Overview
from analysis.tell.tables import Table
from survey.published import COLUMNS, COMPARED, Published
from survey.study import Study


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Overview:
    return Overview(room, room_numbers, "nl", "2026")


@pytest.fixture
def en(room: Study, room_numbers: Published) -> Overview:
    return Overview(room, room_numbers, "en", "2026")


@pytest.fixture
def first(first_room: Study, first_numbers: Published) -> Overview:
    return Overview(first_room, first_numbers, "en", "2024")


def read(table: Table) -> list[tuple[str, ...]]:
    """The header and the rows of a table as texts."""
    return [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]


def test_the_flow_tells_who_left_and_who_remained(nl: Overview) -> None:
    table = nl.flow()
    assert read(table) == [
        ("Inzendingen", "Meting 2024", "Meting 2025", "Meting 2026"),
        ("Ontvangen", "1.250", "1.251", "1.252"),
        ("Dubbele inzendingen", "2", "2", "2"),
        ("Geanalyseerd", "1.248", "1.249", "1.250"),
    ]
    assert (table.rows[1][1].value, table.rows[1][1].unit) == (2.0, "count")


def test_findings_are_summed_over_questions_the_gravest_first(en: Overview) -> None:
    assert read(en.findings()) == [
        ("What was found", "What was done", "2024 wave", "2025 wave", "2026 wave"),
        ("Duplicate submission", "Submission left out", "2", "2", "2"),
        ("Answer to a question that was not put", "Answer blanked", "7", "7", "7"),
        ("Completed remarkably fast", "Noted", "50", "50", "50"),
    ]


def test_no_findings_are_told_too(room: Study, room_numbers: Published) -> None:
    rows = room_numbers.rows
    clean = Published("room", True, rows[rows["question"] != "_findings"])
    assert read(Overview(room, clean, "nl", "2026").findings())[1:] == [
        ("Niets gevonden", "", "0", "0", "0")
    ]


def test_the_composition_stands_unweighted_beside_the_population(nl: Overview) -> None:
    table = nl.composition("age")
    assert table.caption == "Samenstelling van de respondenten: Leeftijd"
    assert read(table) == [
        ("Leeftijd", "Meting 2024", "Meting 2025", "Populatie (meting 2025)",
         "Meting 2026", "Populatie (meting 2026)"),
        ("Jonger dan 30", "46%", "46%", "30%", "46%", "30%"),
        ("30 tot 60", "38%", "38%", "50%", "38%", "50%"),
        ("60 en ouder", "7%", "7%", "20%", "7%", "20%"),
        ("n", "245", "245", "", "245", ""),
    ]  # fmt: skip
    assert table.notes == (
        "Populatie (meting 2025 en meting 2026): Het gemeentehuis, stand van 31 december 2024.",
        "Geteld zijn personen; hoeveel per organisatie is niet bekend.",
    )


def test_an_empty_place_in_the_composition_is_explained(nl: Overview) -> None:
    rows = nl.published.rows
    gone = (
        (rows["question"] == "_segments") & (rows["answer"] == "young") & (rows["wave"] == "2024")
    )
    table = replace(nl, published=replace(nl.published, rows=rows[~gone])).composition("age")
    assert read(table)[1][:3] == ("Jonger dan 30", "", "46%")
    assert table.notes[0] == "Een lege plek: in die meting niet aangeboden."


def test_waves_sources_and_notes(en: Overview, first: Overview) -> None:
    assert read(en.list_waves())[:2] == [
        ("Wave", "Fieldwork", "Received", "Analysed"),
        ("2024 wave", "January – February 2024", "1,250", "1,248"),
    ]
    assert read(en.sources())[1] == ("2024 wave", "on paper", "The desk", "5 February 2024")
    assert read(en.wave_notes())[1:] == [("2025 wave", "There was snow.")]
    assert (en.facts["has_notes"], first.facts["has_notes"]) == (True, False)


def test_the_rules_say_what_the_study_declares(nl: Overview, first: Overview) -> None:
    assert read(nl.rules())[1:] == [
        ("Dubbele inzendingen",
         "Een inzending met hetzelfde kenmerk van de respondent als een andere",
         "De laatste inzending telt"),
        ("Te weinig vragen beantwoord", "Minder dan 50% van de voorgelegde vragen is beantwoord",
         "Weggelaten"),
        ("Te snel ingevuld",
         "De invultijd is korter dan 30% van de middelste invultijd (de mediaan)",
         "Blijft, maar is gemarkeerd"),
        ("Overal hetzelfde antwoord",
         "In een reeks van ten minste 6 stellingen is overal hetzelfde antwoord gekozen",
         "Blijft, maar is gemarkeerd"),
    ]  # fmt: skip
    assert [row[2] for row in read(first.rules())[1:]] == [
        "Kept, but marked", "Kept, but marked", "Left out", "Kept, but marked",
    ]  # fmt: skip
    assert (nl.facts["drops_incomplete"], first.facts["drops_incomplete"]) == (True, False)


def test_every_column_of_the_open_data_is_explained(en: Overview) -> None:
    assert [row[0] for row in read(en.columns())[1:]] == [*COLUMNS, "origin"]
    assert [row[0] for row in read(en.compared_columns())[1:]] == [*COMPARED, "origin"]
    assert en.columns().caption != en.compared_columns().caption


def test_words_about_the_study(nl: Overview, en: Overview, first: Overview) -> None:
    assert (nl.study_title(), en.respondents(), en.population()) == (
        "De leeszaal", "readers", "all readers",
    )  # fmt: skip
    assert (nl.recruitment(), en.licence(), en.data_date()) == (
        "Aan de balie.", "CC0-1.0", "5 February 2026",
    )  # fmt: skip
    assert (nl.threshold("withhold_below"), nl.threshold("indicative_below")) == ("10", "30")
    assert (nl.share_of_asked("complete_at"), nl.share_of_asked("speeder_below")) == ("50%", "30%")
    assert nl.wave_titles() == "meting 2024, meting 2025 en meting 2026"
    assert first.wave_titles() == "2024 wave"


def test_a_citation_names_the_publisher_where_there_is_one(nl: Overview, first: Overview) -> None:
    assert nl.citation() == (
        "De leeszaal: meting 2024, meting 2025 en meting 2026 (2026) [rapport en gegevens; "
        "versie van 5 februari 2026]. Licentie CC0-1.0. De antwoorden zijn verzonnen."
    )
    assert first.citation() == (
        "The reading society (2024). The reading room: 2024 wave [report and data; "
        "version of 5 February 2024]. Licence CC0-1.0. The answers are invented."
    )


def test_facts_follow_the_study(nl: Overview, first: Overview) -> None:
    names = ("is_invented", "is_self_selected", "is_census", "is_random", "has_trend",
             "has_margins", "has_sharing")  # fmt: skip
    assert [nl.facts[name] for name in names] == [True, True, False, False, True, True, True]
    assert [first.facts[name] for name in names] == [True, False, True, False, False, False, True]
    assert (nl.facts["segments"], nl.facts["headline_segments"]) == (("age",), ("age",))
    assert (nl.facts["wave_ids"], first.facts["wave_ids"]) == (
        ("2024", "2025", "2026"),
        ("2024",),
    )


def test_every_table_and_text_of_a_page_has_its_name(nl: Overview) -> None:
    for name, make in {**nl.tables, **nl.texts}.items():
        assert make.__name__.removeprefix("list_") == name
