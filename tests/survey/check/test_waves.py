"""Every fault of a wave file is told: what it asks, how it is graded, what it dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault

ListFaults = Callable[[Path], list[Fault]]
Edit = Callable[[str, str, str], None]
OTHER_ID = "give one of them another id or remove it"
DECLARE = "use one of the allowed values or declare it"
END = ""  # in place of the text that an edit replaces: it is added at the end of the file
Q = "questionnaire.toml"
W23 = "waves/2023.toml"
W24 = "waves/2024.toml"

# what is wrong: file, text, text in its place; where it stands, found, allowed, to do
WAVES = [
    ("wave file with another id", W23, 'id = "2023"', 'id = "2022"',
     "waves/2023.toml: id", '"2022"', '"2023"', "set id to the file's name"),
    ("language that the study lacks", W24, 'language = "nl"', 'language = "nn"',
     "waves/2024.toml: language", '"nn"', "nl, en", DECLARE),
    ("ask twice", W24, 'question = "kans"', 'question = "gebruik"',
     'waves/2024.toml: ask "gebruik"', 'the ask "gebruik" 2 times', "every ask once", OTHER_ID),
    ("ask of an unknown question", W24, 'question = "beleid"', 'question = "belijd"',
     'waves/2024.toml: ask "belijd"', 'the unknown question "belijd"',
     "sector, omvang, werkvormen, gebruik, tools, uren, beleid, stellingen, impact, kans, "
     "wensen, voorbeeld and 1 more", 'write "beleid"'),
    ("misspelt ask of a question that the next wave grades", W23, 'question = "gebruik"',
     'question = "gebruk"', 'waves/2023.toml: ask "gebruk"', 'the unknown question "gebruk"',
     "sector, omvang, werkvormen, gebruik, tools, uren, beleid, stellingen, impact, kans, "
     "wensen, voorbeeld and 1 more", 'write "gebruik"'),
    ("grade in the first wave", W23, 'question = "uren"', 'question = "uren"\ngrade = "same"',
     'waves/2023.toml: ask "uren" grade', '"same"', "no grade in the first wave", "remove it"),
    ("no grade", W24, 'question = "uren"\npage = 2\ngrade = "same"',
     'question = "uren"\npage = 2',
     'waves/2024.toml: ask "uren" grade', "nothing",
     "same, reworded, merged, split, rescaled, new", "compare it with wave 2023 and grade it"),
    ("new though asked before", W24, 'grade = "reworded"', 'grade = "new"',
     'waves/2024.toml: ask "voorbeeld" grade', '"new"',
     "new exactly where the wave before lacks it", "wave 2023 asked this question"),
    ("same though not asked before", W24, 'grade = "new"', 'grade = "same"',
     'waves/2024.toml: ask "beleid" grade', '"same"',
     "new exactly where the wave before lacks it", "wave 2023 did not ask this question"),
    ("grade without a note", W24, 'note.nl = "Nieuwe vraag."\nnote.en = "New question."\n', "",
     'waves/2024.toml: ask "beleid" note', "nothing",
     "a sentence in each language on what changed",
     "add note.<language> for each language of the study"),
    ("pair of an unknown answer", W24, '["1", "nooit"]', '["1", "noit"]',
     'waves/2024.toml: ask "gebruik" answers', 'the unknown answer "noit"',
     "nooit, soms, vaak, weet-niet", 'write "nooit"'),
    ("pair of an unknown item", W24, 'question = "impact"',
     'question = "impact"\nitems = [["A1", "wek"]]',
     'waves/2024.toml: ask "impact" items', 'the unknown item "wek"', "werk, publiek",
     'write "werk"'),
    ("unknown answer offered", W24, 'question = "tools"',
     'question = "tools"\noffered = ["tekst", "beelden"]',
     'waves/2024.toml: ask "tools" offered', 'the unknown answer "beelden"',
     "tekst, beeld, geluid, iets-anders, geen", 'write "beeld"'),
    ("unknown item offered", W24, 'question = "impact"',
     'question = "impact"\noffered_items = ["werken"]',
     'waves/2024.toml: ask "impact" offered_items', 'the unknown item "werken"',
     "werk, publiek", 'write "werk"'),
    ("unknown part comparable", W24, 'comparable = ["midden", "groot"]',
     'comparable = ["midden", "grote"]',
     'waves/2024.toml: ask "omvang" comparable', 'the unknown answer, net or item "grote"',
     "klein, alleen, enkelen, midden, groot, geen-antwoord", 'write "groot"'),
    ("dropped though asked", W24, '[[ask]]\nquestion = "sector"',
     '[[dropped]]\nquestion = "kans"\nnote.nl = "x"\nnote.en = "x"\n\n[[ask]]\nquestion = '
     '"sector"',
     'waves/2024.toml: dropped "kans"', "a question that this wave asks", "questions not asked",
     "remove one"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edited", "told"), [pytest.param(case[1:4], case[4:], id=case[0]) for case in WAVES]
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


def test_a_question_that_was_never_asked_cannot_be_dropped(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    text = 'text.nl = "?"\ntext.en = "?"\n'
    edit(Q, END, f'[[question]]\nid = "extra"\nkind = "open"\nblock = "wie"\n{text}')
    edit(W24, END, '[[dropped]]\nquestion = "extra"\nnote.nl = "?"\nnote.en = "?"\n')
    assert list_faults(klein_copy) == [
        Fault(
            'waves/2024.toml: dropped "extra"',
            'the unknown question of the wave before "extra"',
            "sector, omvang, werkvormen, gebruik, tools, uren, stellingen, impact, kans, wensen, "
            "voorbeeld, naam",
            DECLARE,
        )
    ]
