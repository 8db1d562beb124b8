"""Groups: a range comes with its verdict, and what is clear is told with how much was tested."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.tell.claims import Claims
from analysis.tell.differences import Differences
from analysis.tell.groups import Groups
from analysis.tell.method.scope import Scope
from analysis.tell.tables import Table
from survey.published import Published
from survey.study import Study

PLACE = ("visit", "regular", "age")


def make(study: Study, numbers: Published, language: str) -> Groups:
    claims = Claims(study, numbers, language, "2026")
    return Groups(Differences(claims), Scope(study, numbers, language, "2026"))


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Groups:
    return make(room, room_numbers, "nl")


@pytest.fixture
def en(room: Study, room_numbers: Published) -> Groups:
    return make(room, room_numbers, "en")


def with_p(groups: Groups, **values: object) -> Groups:
    """The same with other values for every level beside the rest."""
    table = groups.scope.published.comparisons.copy()
    for name, value in values.items():
        table.loc[(table["versus"] == "rest"), name] = value
    numbers = Published("room", True, groups.scope.published.rows, table)
    return make(groups.scope.study, numbers, groups.scope.language)


def read(table: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in table.rows]


def test_the_levels_that_differ_are_told_with_their_intervals(nl: Groups) -> None:
    assert nl.group_verdict(*PLACE) == (
        "Duidelijk anders dan bij de andere respondenten is dat bij jonger dan 30 (22,5 "
        "procentpunt lager; 95%-interval 18,5 tot 26,5); 30 tot 60 (12,2 procentpunt hoger; 95%-"
        "interval 8,2 tot 16,2). Te weinig antwoorden om te toetsen: 60 en ouder."
    )
    assert nl.differing(*PLACE) == "hoger bij 30 tot 60, lager bij jonger dan 30"


def test_no_clear_level_is_said_too(en: Groups) -> None:
    unclear = with_p(en, p_adjusted=0.4)
    assert unclear.group_verdict(*PLACE) == (
        "None of these groups clearly differs from the other respondents in this. Too few answers "
        "to be tested: 60 and over."
    )
    assert unclear.differing(*PLACE) == "no group clearly different"


def test_what_was_not_tested_is_no_verdict(en: Groups) -> None:
    small = with_p(en, outcome="not-tested-base")
    assert small.group_verdict(*PLACE).startswith("Whether these groups differ")
    assert small.differing(*PLACE) == "differences not tested"


def test_the_clearest_differences_have_a_row_a_question_and_segment(nl: Groups) -> None:
    table = nl.clear_differences(["visit", "genres"])
    assert read(table) == [
        ("Bezoek – ‘Vaak of dagelijks’", "Jonger dan 30 (leeftijd)", "20%",
         "−22,5 procentpunt (−26,5 tot −18,5)", "h = −0,45 (−0,53 tot −0,37)", "0,001"),
    ]  # fmt: skip
    assert table.notes[0].startswith(
        "Duidelijk verschillen 2 van 2 getoetste getallen van groepen."
    )


def test_changes_since_the_wave_before_are_counted_over_all_respondents(en: Groups) -> None:
    table = en.clear_changes(["visit", "genres"])
    assert [row[0] for row in read(table)] == ["Visits – ‘Often or daily’"]
    assert table.notes[0].startswith("Of 4 numbers that were tested, 2 clearly differ.")
    assert read(en.clear_changes(["visit"], top=0)) == [
        ("Nothing clearly differs", "–", "–", "–", "–")
    ]


def test_nothing_clear_is_a_row_that_says_so(en: Groups) -> None:
    table = with_p(en, p_adjusted=0.4).clear_differences(["visit"])
    assert read(table)[0][0] == "Nothing clearly differs"
    assert pd.isna(table.rows[0][1].value) or table.rows[0][1].value is None
