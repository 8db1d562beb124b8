"""Every fault of a condition is told: what it cannot look at, what it cannot mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault

ListFaults = Callable[[Path], list[Fault]]
Edit = Callable[[str, str, str], None]
DECLARE = "use one of the allowed values or declare it"
Q = "questionnaire.toml"

# what is wrong: file, text, text in its place; where it stands, found, allowed, to do
ROUTING = [
    ("routing that cannot be read", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik is \'vaak\'"',
     'questionnaire.toml: question "uren" asked_if', "gebruik is 'vaak'",
     'found "is"; expected = != < <= > >= in or contains',
     "write it as docs/study-format.md shows"),
    ("routing on a later question", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "kans > 5"',
     'questionnaire.toml: question "uren" asked_if', 'the unknown earlier question "kans"',
     "sector, omvang, werkvormen, gebruik, tools", DECLARE),
    ("routing on an unknown question", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruk = \'vaak\'"',
     'questionnaire.toml: question "uren" asked_if', 'the unknown earlier question "gebruk"',
     "sector, omvang, werkvormen, gebruik, tools", 'write "gebruik"'),
    ("routing on itself", Q, 'asked_if = "gebruik = \'vaak\'"', 'asked_if = "uren > 5"',
     'questionnaire.toml: question "uren" asked_if', 'the unknown earlier question "uren"',
     "sector, omvang, werkvormen, gebruik, tools", DECLARE),
    ("routing on a grid", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "stellingen = \'eens\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire.toml: question "voorbeeld" asked_if', 'the grid "stellingen" without an item',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, "
     "stellingen.nodig, stellingen.groen", "name one of its items"),
    ("routing on a grid by period", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "impact = \'fors\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire.toml: question "voorbeeld" asked_if', 'the grid "impact" without an item',
     "impact.werk.1jaar, impact.werk.5jaar, impact.publiek.1jaar, impact.publiek.5jaar",
     "name one of its items"),
    ("routing on an unknown item", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "stellingen.leuke = \'eens\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire.toml: question "voorbeeld" asked_if', 'the unknown item "leuke"',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, "
     "stellingen.nodig, stellingen.groen", 'write "stellingen.leuk"'),
    ("routing on an item without its period", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "impact.werk = \'fors\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire.toml: question "voorbeeld" asked_if', '"impact.werk" without a period',
     "impact.werk.1jaar, impact.werk.5jaar, impact.publiek.1jaar, impact.publiek.5jaar",
     "name one of its periods"),
    ("routing on an item of a single choice", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik.soms = \'vaak\'"',
     'questionnaire.toml: question "uren" asked_if', '"gebruik.soms"',
     '"gebruik" alone, since only grids have items', 'write "gebruik"'),
    ("routing on an open question", Q, 'text.nl = "Wat is je naam?"',
     'asked_if = "voorbeeld = \'ja\'"\ntext.nl = "Wat is je naam?"',
     'questionnaire.toml: question "naam" asked_if', 'the open question "voorbeeld"',
     "a question with answers or numbers", "choose another question"),
    ("contains on a single choice", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik contains \'vaak\'"',
     'questionnaire.toml: question "uren" asked_if', 'contains on the single question "gebruik"',
     "contains for multiple choice, = != < > in for other kinds", "change the operator"),
    ("= on a multiple choice", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "tools = \'tekst\'"',
     'questionnaire.toml: question "uren" asked_if', '= on the multiple question "tools"',
     "contains for multiple choice, = != < > in for other kinds", "change the operator"),
    ("routing with an unknown answer", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik in [\'vaak\', \'altijd\']"',
     'questionnaire.toml: question "uren" asked_if', 'the unknown answer of "gebruik" "altijd"',
     "nooit, soms, vaak, weet-niet", DECLARE),
    ("routing with a text for a number", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "kans > \'veel\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire.toml: question "voorbeeld" asked_if', '"veel"', "a number",
     '"kans" holds numbers: write one'),
    ("routing by an order that is not there", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "sector > \'museum\'"',
     'questionnaire.toml: question "uren" asked_if', '> on "sector"', "an ordered question",
     "set ordered = true or use in [...]"),
    ("routing by order on a ranking", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "wensen > \'tijd\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire.toml: question "voorbeeld" asked_if', '> on "wensen"', "an ordered question",
     "set ordered = true or use in [...]"),
    ("routing by order beyond the scale", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik > \'weet-niet\'"',
     'questionnaire.toml: question "uren" asked_if', 'the unknown answer of "gebruik" "weet-niet"',
     "nooit, soms, vaak", DECLARE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edited", "told"), [pytest.param(case[1:4], case[4:], id=case[0]) for case in ROUTING]
)
def test_each_fault_is_told_and_no_other(
    klein_copy: Path,
    list_faults: ListFaults,
    edit: Edit,
    edited: tuple[str, str, str],
    told: tuple[str, str, str, str],
) -> None:
    edit(*edited)
    assert list_faults(klein_copy) == [Fault(*told)]
