"""Banner tables: letters, bases and what was tested, as a reader gets them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.tell.banner import Banners
from analysis.tell.tables import Table
from survey.faults import Refusal
from survey.published import Published
from survey.study import Study


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Banners:
    return Banners(room, room_numbers, "nl", "2026")


@pytest.fixture
def en(room: Study, room_numbers: Published) -> Banners:
    return Banners(room, room_numbers, "en", "2026")


def read(table: Table) -> list[tuple[str, ...]]:
    return [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]


def with_comparisons(banners: Banners, **values: Any) -> Banners:
    table = banners.published.comparisons.assign(**values)
    numbers = Published("room", True, banners.published.rows, table)
    return Banners(banners.study, numbers, banners.language, banners.wave)


def test_a_banner_has_everybody_first_and_lettered_columns(en: Banners) -> None:
    table = en.banner("visit", "age")
    assert table.caption == "Visits, by age, 2026 wave"
    assert read(table) == [
        ("Answer", "All (95% interval)", "A. Under 30", "B. 30 to 60", "C. 60 and over"),
        ("Never", "42% (37.0–47.0)", "", "", ""),
        ("Often", "48% (43.0–53.0)", "", "", ""),
        ("Daily", "10% (5.0–15.0)", "", "", ""),
        ("Together: Often or daily", "58% (53.0–63.0)", "20%", "44% A", "90%*"),
        ("Don't know (of all who answered)", "4% (−1.0–9.0)".replace("−", "-"), "", "", ""),
        ("n", "200", "120", "100", "25"),
    ]
    assert table.rows[3][2].value == 20.0
    assert (table.rows[3][3].value, table.rows[3][3].unit) == (44.0, "percent")


def test_the_notes_tell_what_was_tested_and_how(nl: Banners) -> None:
    assert nl.banner("visit", "age").notes == (
        "Een letter achter een getal: duidelijk hoger dan in de kolom met die letter.",
        "De paren van kolommen zijn getoetst met p onder 0,05, volgens Benjamini en Hochberg "
        "aangepast voor alle paren in de familie van toetsen ‘Gebruik’.",
        "Hele tabel: een matige samenhang (Cramérs V = 0,24, 95%-interval 0,10 tot 0,35), "
        "p = 0,002 na aanpassing.",
        "Vergeleken met de andere respondenten, over alle antwoorden op volgorde (effectgrootte r "
        "met 95%-interval): A: r = −0,22 (−0,32 tot −0,12), p = 0,001; B: r = 0,12 (0,02 "
        "tot 0,22), p = 0,030; C: niet getoetst.",
        "De p-waarden van de vergelijking met de andere respondenten zijn binnen dezelfde familie "
        "apart aangepast.",
        "Intervallen en p-waarden zeggen wat een aselecte steekproef van deze omvang en opzet zou "
        "geven; deze respondenten kozen zelf om mee te doen, dus over anderen volgt er niets uit.",
        "* Indicatief en niet getoetst: minder dan 30 respondenten.",
        "Geteld zijn personen; hoeveel per organisatie is niet bekend.",
    )


def test_letters_are_explained_where_there_are_any(nl: Banners) -> None:
    rows = nl.published.rows.assign(letters="")
    plain = Banners(nl.study, Published("room", True, rows, nl.published.comparisons), "nl", "2026")
    notes = plain.banner("visit", "age").notes
    assert notes[0] == "Geen paar kolommen verschilt duidelijk."
    assert not any("letter" in note for note in notes)


def test_a_number_with_too_few_answers_to_be_tested_is_marked(nl: Banners) -> None:
    rows = nl.published.rows.copy()
    rows.loc[rows["level"] == "old", "state"] = "published"  # 25 answers, none indicative
    plain = Banners(nl.study, Published("room", True, rows, nl.published.comparisons), "nl", "2026")
    table = plain.banner("visit", "age")
    assert read(table)[4][2:] == ("20%", "44% A", "90%°")
    assert "° Niet getoetst: minder dan 30 antwoorden." in table.notes


def test_without_ranks_the_row_most_unlike_the_rest_is_told(nl: Banners) -> None:
    table = nl.published.comparisons
    numbers = Published("room", True, nl.published.rows, table[table["statistic"] != "rank"])
    notes = Banners(nl.study, numbers, "nl", "2026").banner("visit", "age").notes
    assert notes[3] == (
        "Vergeleken met de andere respondenten, van de getoetste rijen steeds die waarin de groep "
        "het meest verschilt (effectgrootte h met 95%-interval): A: ‘Samen: Vaak of dagelijks’, "
        "h = −0,45 (−0,53 tot −0,37), p = 0,001; B: ‘Samen: Vaak of dagelijks’, h = 0,24 (0,16 "
        "tot 0,32), p = 0,030; C: niet getoetst."
    )


def note_of_options(banners: Banners, tests: dict[str, tuple[float, float]]) -> str:
    """The first note under the options of `genres` by age; `tests` holds effect and p of each."""
    rows = banners.published.rows
    mine = rows[(rows["question"] == "genres") & (rows["wave"] == "2026")].copy()
    mine["segment"], mine["level"] = "age", "young"
    table = banners.published.comparisons
    whole = table[(table["statistic"] == "table") & (table["wave"] == "2026")]
    parts = [
        whole.assign(question="genres", answer=answer, effect=effect, p_adjusted=p)
        for answer, (effect, p) in tests.items()
    ]
    numbers = Published("room", True, pd.concat([rows, mine]), pd.concat(parts))
    table = Banners(banners.study, numbers, banners.language, "2026").banner("genres", "age")
    return table.notes[1]


def test_options_of_multiple_choice_are_tested_one_by_one(nl: Banners) -> None:
    tests = {"novels": (0.12, 0.04), "poems": (0.31, 0.001), "ai": (0.4, 0.4)}
    assert note_of_options(nl, tests) == (
        "Per antwoord getoetst; duidelijk verschillend tussen de groepen: 2 van 3 antwoorden. De "
        "sterkste samenhang is die met ‘Gedichten’: een matige samenhang (Cramérs V = 0,31, "
        "95%-interval 0,10 tot 0,35)."
    )


def test_no_strongest_is_named_where_no_answer_differs_clearly(nl: Banners, en: Banners) -> None:
    tests = {"novels": (0.12, 0.3), "poems": (0.31, 0.06)}
    assert note_of_options(nl, tests) == (
        "Per antwoord getoetst: bij geen van de 2 antwoorden verschillen de groepen duidelijk."
    )
    assert note_of_options(en, tests) == (
        "Tested answer by answer: for none of the 2 answers do the groups clearly differ."
    )


def test_an_association_that_is_not_clear_is_not_called_weak(en: Banners) -> None:
    unclear = with_comparisons(en, p_adjusted=0.4).banner("visit", "age")
    assert unclear.notes[2] == (
        "Whole table: no clear association (V = 0.24, 95% interval 0.10 to 0.35), p = 0.400 after "
        "adjustment."
    )


def test_what_was_not_tested_is_said(nl: Banners, en: Banners) -> None:
    untested = with_comparisons(en, outcome="not-tested-degrees").banner("visit", "age")
    assert untested.notes[2] == (
        "The whole table was not tested (too few units drawn independently)."
    )
    assert "A: not tested; B: not tested; C: not tested" in untested.notes[3]
    segment = nl.study.segments[0].model_copy(update={"headline": False})
    declared = {name: getattr(nl.study, name) for name in type(nl.study).model_fields}
    blocks = Study(**declared | {"segments": (segment,)})
    told = Banners(blocks, nl.published, "nl", "2026").banner("visit", "age")
    assert "horen bij geen familie van toetsen" in " ".join(told.notes)


def test_weights_show_an_effective_base(weighted_room: Study, room_numbers: Published) -> None:
    rows = room_numbers.rows.copy()
    rows["effective"] = rows["base"] * 0.8
    numbers = Published("room", True, rows, room_numbers.comparisons)
    table = Banners(weighted_room, numbers, "nl", "2026").banner("visit", "age")
    assert read(table)[-1] == ("n effectief", "160", "96", "80", "20")
    assert table.notes[-2] == "Gewogen; n is ongewogen."


@pytest.mark.parametrize(
    ("per_organisation", "told"),
    [
        ("one", "Geteld zijn personen, één per organisatie."),
        ("several", "Geteld zijn personen, soms meer van één organisatie."),
    ],
)
def test_a_table_says_who_is_counted(nl: Banners, per_organisation: str, told: str) -> None:
    declared = {name: getattr(nl.study, name) for name in type(nl.study).model_fields}
    about = nl.study.about.model_copy(update={"per_organisation": per_organisation})
    banners = Banners(Study(**declared | {"about": about}), nl.published, "nl", "2026")
    assert banners.banner("visit", "age").notes[-1] == told


def test_items_of_a_grid_by_one_answer(nl: Banners) -> None:
    rows = nl.published.rows
    mine = rows[(rows["question"] == "rate") & (rows["wave"] == "2026")].copy()
    mine["segment"], mine["level"] = "age", "young"
    mine.loc[mine["item"] == "light", ["base", "effective"]] = 90
    numbers = Published("room", True, pd.concat([rows, mine]), nl.published.comparisons)
    table = Banners(nl.study, numbers, "nl", "2026").banner("rate", "age", answer="fine")
    assert table.caption == "Oordeel – ‘Goed of beter’, uitgesplitst naar leeftijd, meting 2026"
    assert read(table) == [
        ("Onderdeel", "Allen (95%-interval)", "A. Jonger dan 30"),
        ("Boeken", "70% (65,0–75,0)", "70%"),
        ("Licht.", "35% (30,0–40,0)", "35%"),
        ("n", "200", "90–200"),
    ]
    one = Banners(nl.study, numbers, "nl", "2026").banner("rate", "age", "books")
    assert one.caption.startswith("Oordeel – De boeken die wij hebben, uitgesplitst")
    assert read(one)[1][:2] == ("Slecht", "30% (25,0–35,0)")


def test_letters_that_are_left_out_are_explained(nl: Banners) -> None:
    said = (
        "De letters van de kolommen lopen niet door: de ontbrekende horen bij groepen van andere "
        "metingen."
    )
    assert said not in nl.banner("visit", "age").notes
    rows = nl.published.rows
    fewer = Published("room", True, rows[rows["level"] != "middle"], nl.published.comparisons)
    table = Banners(nl.study, fewer, "nl", "2026").banner("visit", "age")
    assert [name[:2] for name in table.header[2:]] == ["A.", "C."]
    assert table.notes[0] == said


def test_a_banner_of_nothing_is_refused(nl: Banners) -> None:
    with pytest.raises(Refusal, match="no number by that segment in wave 2026"):
        nl.banner("genres", "age")


def test_a_banner_may_be_of_another_wave(nl: Banners) -> None:
    assert read(nl.banner("visit", "age", wave="2024"))[4][1] == "40% (35,0–45,0)"
