"""Every fault that only shows when the parts of a study are held together is told by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault
from survey.load import load_study

ListFaults = Callable[[Path], list[Fault]]
Edit = Callable[[str, str, str], None]
OTHER_ID = "give one of them another id or remove it"
END = ""  # in place of the text that an edit replaces: it is added at the end of the file
Q = "questionnaire.toml"
S = "segments.toml"
ST = "study.toml"
M = "margins/sector.toml"
C = "corrections.toml"
W24 = "waves/2024.toml"

# what is wrong: file, text, text in its place; where it stands, found, allowed, to do
IDS = [
    ("question twice", Q, END,
     '\n[[question]]\nid = "naam"\nkind = "open"\nblock = "wie"\ntext.nl = "?"\ntext.en = '
     '"?"\n',
     'questionnaire.toml: question "naam"', 'the question "naam" 2 times', "every question once",
     OTHER_ID),
    ("block twice", Q, END, '\n[[block]]\nid = "wie"\ntext.nl = "?"\ntext.en = "?"\n',
     'questionnaire.toml: block "wie"', 'the block "wie" 2 times', "every block once", OTHER_ID),
    ("theme twice", Q, END, '\n[[theme]]\nid = "stand"\ntext.nl = "?"\ntext.en = "?"\n',
     'questionnaire.toml: theme "stand"', 'the theme "stand" 2 times', "every theme once",
     OTHER_ID),
    ("scale twice", Q, '[[scale]]\nid = "eens5"',
     '[[scale]]\nid = "eens5"\nanswers = [["a", "a", "a"], ["b", "b", "b"]]\n\n[[scale]]\n'
     'id = "eens5"',
     'questionnaire.toml: scale "eens5"', 'the scale "eens5" 2 times', "every scale once",
     OTHER_ID),
    ("segment twice", S, 'id = "werk"', 'id = "omvang"',
     'segments.toml: segment "omvang"', 'the segment "omvang" 2 times', "every segment once",
     OTHER_ID),
    ("wave twice", ST, 'waves = ["2023", "2024"]', 'waves = ["2023", "2024", "2024"]',
     "study.toml: waves", 'the wave "2024" 2 times', "every wave once", OTHER_ID),
    ("answer twice", Q, '["anders", "Anders, namelijk", "Other, namely"]',
     '["anders", "Anders", "Other"], ["museum", "x", "x"]',
     'questionnaire.toml: question "sector"', 'the answer "museum" 2 times', "every answer once",
     OTHER_ID),
    ("answer outside the scale twice", Q, 'refused = ["geen-antwoord"', 'refused = ["groot"',
     'questionnaire.toml: question "omvang"', 'the answer "groot" 2 times', "every answer once",
     OTHER_ID),
    ("item twice", Q, 'id = "leuk"', 'id = "duur"',
     'questionnaire.toml: question "stellingen"', 'the item "duur" 2 times', "every item once",
     OTHER_ID),
    ("period twice", Q, '["5jaar",', '["1jaar",',
     'questionnaire.toml: question "impact"', 'the period "1jaar" 2 times', "every period once",
     OTHER_ID),
    ("net twice", Q, "nets = [", 'nets = [["mee-eens", "eens", "agree", ["eens"]], ',
     'questionnaire.toml: scale "eens5"', 'the net "mee-eens" 2 times', "every net once",
     OTHER_ID),
]  # fmt: skip

SEGMENTS = [
    ("segment of an unknown question", S, 'question = "omvang"', 'question = "omvan"',
     'segments.toml: segment "omvang" question', 'the unknown question "omvan"',
     "sector, omvang, werkvormen, gebruik, tools, uren, beleid, stellingen, impact, kans, "
     "wensen, voorbeeld and 1 more", 'write "omvang"'),
    ("segment of a number", S, 'question = "omvang"', 'question = "uren"',
     'segments.toml: segment "omvang" question', "a question of the kind number",
     "single or multiple choice", "choose another question"),
    ("level twice", S, '["podium", "Podium"',
     '["erfgoed", "x", "x", ["anders"]],\n    ["podium", "Podium"',
     'segments.toml: segment "sector"', 'the level "erfgoed" 2 times', "every level once",
     OTHER_ID),
    ("unknown answer in a level", S, '["theater"]', '["teater"]',
     'segments.toml: segment "sector" level "podium"', 'the unknown answer "teater"',
     "museum, bibliotheek, theater, anders", 'write "theater"'),
    ("answer in two levels", S, '["theater"]', '["theater", "museum"]',
     'segments.toml: segment "sector"', 'the answer "museum" 2 times', "every answer once",
     "take it from one of its levels"),
]  # fmt: skip

FILES = [
    ("thresholds the wrong way round", ST, "indicative_below = 15", "indicative_below = 4",
     "study.toml: thresholds", "indicative_below 4 < withhold_below 5",
     "indicative_below at least withhold_below", "raise indicative_below"),
    ("margin of an unknown segment", M, 'segment = "sector"', 'segment = "sectoren"',
     "margins/sector.toml: segment", 'the unknown segment "sectoren"', "sector, omvang, werk",
     'write "sector"'),
    ("margin of an unknown wave", M, 'waves = ["2024"]', 'waves = ["2025"]',
     "margins/sector.toml: waves", 'the unknown wave "2025"', "2023, 2024", 'write "2024"'),
    ("margin of an unknown level", M, '["podium", 400]', '["podia", 400]',
     "margins/sector.toml: counts", 'the unknown level "podia"', "erfgoed, podium",
     'write "podium"'),
    ("correction in an unknown wave", C, 'wave = "2024"', 'wave = "2042"',
     "corrections.toml", 'the unknown wave "2042"', "2023, 2024", 'write "2024"'),
    ("column twice", W24, 'question = "kans"', 'question = "kans"\ncolumn = "gebruik"',
     "waves/2024.toml: columns", 'the column "gebruik" 2 times', "every column once",
     "give one of the asks that have it another column"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edited", "told"),
    [pytest.param(case[1:4], case[4:], id=case[0]) for case in (*IDS, *SEGMENTS, *FILES)],
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


def test_a_margin_waits_for_the_question_of_its_segment(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    """Its levels are the answers of a question that has to exist first."""
    edit(M, 'segment = "sector"', 'segment = "omvang"')
    edit(S, 'question = "omvang"', 'question = "omvan"')
    assert [fault.where for fault in list_faults(klein_copy)] == [
        'segments.toml: segment "omvang" question'
    ]


def test_faults_of_all_files_come_at_once(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    edit(Q, 'block = "mening"', 'block = "menig"')
    edit(Q, "asked_if = \"gebruik = 'vaak'\"", 'asked_if = "kans > 5"')
    edit(S, 'question = "omvang"', 'question = "omvan"')
    edit(W24, 'question = "kans"', 'question = "gebruik"')
    edit(ST, "indicative_below = 15", "indicative_below = 4")
    assert [fault.where for fault in list_faults(klein_copy)] == [
        'questionnaire.toml: question "stellingen" block',
        'questionnaire.toml: question "uren" asked_if',
        'segments.toml: segment "omvang" question',
        'waves/2024.toml: ask "gebruik"',
        "study.toml: thresholds",
    ]


def test_the_small_study_is_without_fault(klein_copy: Path) -> None:
    assert load_study(klein_copy).id == "klein"
