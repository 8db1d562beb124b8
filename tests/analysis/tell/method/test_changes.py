"""What changed between waves: grades, lapsed and added items, and what is compared all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.tell.method.changes import changes, not_asked
from analysis.tell.method.page import list_facts
from analysis.tell.scope import Scope
from analysis.tell.tables import Table
from survey.declaration import Text
from survey.wave import Ask


def read(table: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in table.rows]


def note(text: str) -> Text:
    return {"nl": text, "en": text}


def with_ask(scope: Scope, question: str, **changed: Any) -> Scope:
    """The scope in which the wave of 2026 asks a question otherwise."""

    def change(ask: Ask) -> Ask:
        return ask.model_copy(update=changed) if ask.question == question else ask

    study = scope.study
    waves = tuple(
        wave.model_copy(update={"asks": tuple(map(change, wave.asks))})
        if wave.id == "2026"
        else wave
        for wave in study.waves
    )
    return replace(scope, study=study.model_copy(update={"waves": waves}))


def test_a_reworded_question_says_why_and_that_nothing_compares(nl: Scope, plain: Scope) -> None:
    table = changes(nl)
    assert table.header == ("Meting", "Vraag", "Verschil", "Toelichting", "Wel vergeleken")
    assert read(table) == [
        ("Meting 2026", "Stilte", "andere vraagstelling", "Gaat nu over jouw plek.", "Niets")
    ]
    assert changes(plain).rows == ()
    facts = (list_facts(nl), list_facts(plain))
    assert [fact["has_changes"] for fact in facts] == [True, False]


@pytest.mark.parametrize(
    ("comparable", "told"),
    [
        (("never",), "‘Never’"),
        (("never", "daily"), "‘Never’ and ‘Daily’"),
        (("never", "often", "daily", "dk"), "All answers"),
    ],
)
def test_answers_that_stay_comparable_are_named(
    en: Scope, comparable: tuple[str, ...], told: str
) -> None:
    scaled = with_ask(
        en, "visit", grade="rescaled", note=note("Other bands."), comparable=comparable
    )
    rows = [row for row in read(changes(scaled)) if row[1] == "Visits"]
    assert rows == [("2026 wave", "Visits", "different scale", "Other bands.", told)]


def test_items_that_came_and_went_have_rows_of_their_own(en: Scope) -> None:
    before = with_ask(en, "rate", offered_items=("books",))
    assert [row for row in read(changes(before)) if row[1] == "Opinion"] == [
        ("2026 wave", "Opinion", "items dropped", "‘Light’", "The other items")
    ]
    assert ("Opinion – ‘Light’", "2026 wave") in read(not_asked(before))


def test_an_answer_that_lapsed_without_a_note_is_told(en: Scope) -> None:
    fewer = with_ask(en, "visit", grade="same", offered=("never", "often"))
    assert [row for row in read(changes(fewer)) if row[1] == "Visits"] == [
        ("2026 wave", "Visits", "answers dropped", "‘Daily’", "The other answers")
    ]


def test_questions_that_a_wave_left_out_name_that_wave(nl: Scope, plain: Scope) -> None:
    assert read(not_asked(nl)) == [("Hoeveel uur lees je?", "Meting 2024")]
    facts = (list_facts(nl), list_facts(plain))
    assert [fact["has_gaps"] for fact in facts] == [True, False]
