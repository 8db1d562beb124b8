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
DECLARE = "use one of the allowed values or declare it"
END = ""  # in place of the text that an edit replaces: it is added at the end of the file
Q, S, ST = "questionnaire.toml", "segments.toml", "study.toml"
M, C = "margins/sector.toml", "corrections.toml"
W23, W24 = "waves/2023.toml", "waves/2024.toml"

# what is wrong: file, text, text in its place; where it stands, found, allowed, to do
IDS = [
    ("question twice", Q, END,
     '\n[[question]]\nid = "naam"\nkind = "open"\nblock = "wie"\ntext.nl = "?"\ntext.en = '
     '"?"\n',
     "questionnaire: question", 'the question "naam" 2 times', "every question once", OTHER_ID),
    ("block twice", Q, END, '\n[[block]]\nid = "wie"\ntext.nl = "?"\ntext.en = "?"\n',
     "questionnaire: block", 'the block "wie" 2 times', "every block once", OTHER_ID),
    ("theme twice", Q, END, '\n[[theme]]\nid = "stand"\ntext.nl = "?"\ntext.en = "?"\n',
     "questionnaire: theme", 'the theme "stand" 2 times', "every theme once", OTHER_ID),
    ("scale twice", Q, '[[scale]]\nid = "eens5"',
     '[[scale]]\nid = "eens5"\nanswers = [["a", "a", "a"], ["b", "b", "b"]]\n\n[[scale]]\n'
     'id = "eens5"',
     "questionnaire: scale", 'the scale "eens5" 2 times', "every scale once", OTHER_ID),
    ("segment twice", S, 'id = "werk"', 'id = "omvang"',
     "segments.toml", 'the segment "omvang" 2 times', "every segment once", OTHER_ID),
    ("wave twice", ST, 'waves = ["2023", "2024"]', 'waves = ["2023", "2024", "2024"]',
     "study.toml: waves", 'the wave "2024" 2 times', "every wave once", OTHER_ID),
    ("answer twice", Q, '["anders", "Anders, namelijk", "Other, namely"]',
     '["anders", "Anders", "Other"], ["museum", "x", "x"]',
     'questionnaire: question "sector"', 'the answer "museum" 2 times', "every answer once",
     OTHER_ID),
    ("answer outside the scale twice", Q, 'refused = ["geen-antwoord"', 'refused = ["groot"',
     'questionnaire: question "omvang"', 'the answer "groot" 2 times', "every answer once",
     OTHER_ID),
    ("item twice", Q, 'id = "leuk"', 'id = "duur"',
     'questionnaire: question "stellingen"', 'the item "duur" 2 times', "every item once",
     OTHER_ID),
    ("period twice", Q, '["5jaar",', '["1jaar",',
     'questionnaire: question "impact"', 'the period "1jaar" 2 times', "every period once",
     OTHER_ID),
    ("net twice", Q, "nets = [", 'nets = [["mee-eens", "eens", "agree", ["eens"]], ',
     'questionnaire: question "stellingen"', 'the net "mee-eens" 2 times', "every net once",
     OTHER_ID),
]  # fmt: skip

QUESTIONS = [
    ("unknown block", Q, 'block = "mening"', 'block = "menig"',
     'questionnaire: question "stellingen" block', 'the unknown block "menig"',
     "wie, gebruik, mening", 'write "mening"'),
    ("unknown theme", Q, 'theme = "stand"', 'theme = "stant"',
     'questionnaire: question "gebruik" theme', 'the unknown theme "stant"',
     "stand, verwachting", 'write "stand"'),
    ("unknown scale", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens7"\n',
     'questionnaire: question "extra" scale', 'the unknown scale "eens7"', "eens5",
     'write "eens5"'),
    ("too few answers", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nanswers = [["a", "a", "a"]]\n',
     'questionnaire: question "extra"', "one answer", "at least two answers for this kind",
     "declare answers = [[…], […]] or name a scale"),
    ("answers to a number", Q, 'unit.nl = "uur"',
     'answers = [["a", "a", "a"]]\nunit.nl = "uur"',
     'questionnaire: question "uren"', "answers",
     "no answers for a question of the kind number", "remove them or choose another kind"),
    ("grid without items", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "grid"\nblock = "wie"\ntext.nl = "?"\ntext.en = '
     '"?"\nscale = "eens5"\n',
     'questionnaire: question "extra"', "no items", "items for a grid, and only for a grid",
     "declare [[question.item]] or choose another kind"),
    ("items without a grid", Q, 'kind = "grid"', 'kind = "single"',
     'questionnaire: question "stellingen"', "items", "items for a grid, and only for a grid",
     "declare [[question.item]] or choose another kind"),
    ("periods without a grid", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens5"\nperiods = [["a", "a", "a"]]\n',
     'questionnaire: question "extra"', "periods", "periods only for a grid",
     "remove them or choose the kind grid"),
    ("rating without an end", Q, "maximum = 10\n", END,
     'questionnaire: question "kans"', "no minimum or no maximum", "both ends of the rating",
     "declare minimum = 0 and maximum = 10"),
    ("rating with its ends exchanged", Q, "minimum = 0\nmaximum = 10\n",
     "minimum = 10\nmaximum = 0\n",
     'questionnaire: question "kans" minimum', "minimum = 10 and maximum = 0",
     "a minimum below the maximum", "exchange or correct them"),
    ("number with its ends exchanged", Q, "minimum = 0\nmaximum = 60\n",
     "minimum = 60\nmaximum = 60\n",
     'questionnaire: question "uren" minimum', "minimum = 60 and maximum = 60",
     "a minimum below the maximum", "exchange or correct them"),
    ("rating between its points", Q, "maximum = 10\n", "maximum = 9.5\n",
     'questionnaire: question "kans"', "a rating that ends at 9.5",
     "whole numbers at both ends of a rating", "choose whole ends, or the kind number"),
    ("bins out of order", Q, 'unit.nl = "uur"', 'bins = [0, 10, 5]\nunit.nl = "uur"',
     'questionnaire: question "uren" bins', "0, 10, 5",
     "two or more edges, each above the one before", "put them in rising order, each once"),
    ("bins with an edge twice", Q, 'unit.nl = "uur"', 'bins = [0, 5, 5]\nunit.nl = "uur"',
     'questionnaire: question "uren" bins', "0, 5, 5",
     "two or more edges, each above the one before", "put them in rising order, each once"),
    ("one edge of a bin", Q, 'unit.nl = "uur"', 'bins = [5]\nunit.nl = "uur"',
     'questionnaire: question "uren" bins', "5",
     "two or more edges, each above the one before", "put them in rising order, each once"),
    ("net of a point beyond the rating", Q, "maximum = 10\n",
     'maximum = 10\nnets = [["hoog", "hoog", "high", ["9", "10", "11"]]]\n',
     'questionnaire: question "kans" nets "hoog"', 'the point "11"',
     "a point from 0 to 10", "take it out or widen the scale"),
    ("net with the code of a point", Q, "maximum = 10\n",
     'maximum = 10\nnets = [["9", "hoog", "high", ["9", "10"]]]\n',
     'questionnaire: question "kans" nets', 'the code "9"',
     "a code that is no answer's", "give the net a code of its own"),
    ("net of a number", Q, 'unit.nl = "uur"',
     'nets = [["veel", "veel", "many", ["9"]]]\nunit.nl = "uur"',
     'questionnaire: question "uren" nets "veel"', 'the unknown answer "9"', "nothing", DECLARE),
    ("exclusive option of a single choice", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens5"\nexclusive = ["eens"]\n',
     'questionnaire: question "extra"', "exclusive",
     "exclusive options only for multiple choice", "remove it"),
    ("most of a single choice", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens5"\nmost = 2\n',
     'questionnaire: question "extra"', "most",
     "most picks only for multiple choice and ranking", "remove it"),
    ("unknown midpoint", Q, 'midpoint = "neutraal"', 'midpoint = "neutral"',
     'questionnaire: question "stellingen" midpoint', 'the unknown answer "neutral"',
     "zeer-oneens, oneens, neutraal, eens, zeer-eens", 'write "neutraal"'),
    ("unknown other", Q, 'other = "anders"', 'other = "ander"',
     'questionnaire: question "sector" other', 'the unknown answer "ander"',
     "museum, bibliotheek, theater, anders", 'write "anders"'),
    ("unknown exclusive", Q, 'exclusive = ["geen"]', 'exclusive = ["geene"]',
     'questionnaire: question "tools" exclusive', 'the unknown answer "geene"',
     "tekst, beeld, geluid, iets-anders, geen", 'write "geen"'),
    ("unknown answer in a net", Q, '["eens", "zeer-eens"]]]', '["eens", "heel-eens"]]]',
     'questionnaire: question "stellingen" nets "mee-eens"', 'the unknown answer "heel-eens"',
     "zeer-oneens, oneens, neutraal, eens, zeer-eens", 'write "zeer-eens"'),
    ("net with an answer's code", Q, 'nets = [["mee-eens"', 'nets = [["eens"',
     'questionnaire: question "stellingen" nets', 'the code "eens"',
     "a code that is no answer's", "give the net a code of its own"),
    ("unknown old answer", Q, '{ since = "2024", part_of = "klein" }',
     '{ since = "2024", part_of = "kleine" }',
     'questionnaire: question "omvang" part_of', 'the unknown answer "kleine"',
     "klein, alleen, enkelen, midden, groot", "declare the old answer too, with until"),
    ("unknown since of an answer", Q, '{ since = "2024", part_of = "klein" }',
     '{ since = "2025", part_of = "klein" }',
     'questionnaire: question "omvang" "alleen" since', 'the unknown wave "2025"', "2023, 2024",
     'write "2024"'),
    ("unknown until of an answer", Q, 'until = "2023"', 'until = "2022"',
     'questionnaire: question "omvang" "klein" until', 'the unknown wave "2022"', "2023, 2024",
     'write "2024"'),
    ("unknown since of an item", Q, 'text.en = "AI is green"\nsince = "2024"',
     'text.en = "AI is green"\nsince = "24"',
     'questionnaire: question "stellingen" "groen" since', 'the unknown wave "24"',
     "2023, 2024", 'write "2024"'),
]  # fmt: skip

ROUTING = [
    ("routing that cannot be read", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik is \'vaak\'"',
     'questionnaire: question "uren" asked_if', "gebruik is 'vaak'",
     'found "is"; expected = != < <= > >= in or contains',
     "write it as docs/study-format.md shows"),
    ("routing on a later question", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "kans > 5"',
     'questionnaire: question "uren" asked_if', 'the unknown earlier question "kans"',
     "sector, omvang, werkvormen, gebruik, tools", DECLARE),
    ("routing on an unknown question", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruk = \'vaak\'"',
     'questionnaire: question "uren" asked_if', 'the unknown earlier question "gebruk"',
     "sector, omvang, werkvormen, gebruik, tools", 'write "gebruik"'),
    ("routing on itself", Q, 'asked_if = "gebruik = \'vaak\'"', 'asked_if = "uren > 5"',
     'questionnaire: question "uren" asked_if', 'the unknown earlier question "uren"',
     "sector, omvang, werkvormen, gebruik, tools", DECLARE),
    ("routing on a grid", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "stellingen = \'eens\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire: question "voorbeeld" asked_if', 'the grid "stellingen" without an item',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, "
     "stellingen.nodig, stellingen.groen", "name one of its items"),
    ("routing on a grid by period", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "impact = \'fors\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire: question "voorbeeld" asked_if', 'the grid "impact" without an item',
     "impact.werk.1jaar, impact.werk.5jaar, impact.publiek.1jaar, impact.publiek.5jaar",
     "name one of its items"),
    ("routing on an unknown item", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "stellingen.leuke = \'eens\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire: question "voorbeeld" asked_if', 'the unknown item "leuke"',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, "
     "stellingen.nodig, stellingen.groen", 'write "stellingen.leuk"'),
    ("routing on an item without its period", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "impact.werk = \'fors\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire: question "voorbeeld" asked_if', '"impact.werk" without a period',
     "impact.werk.1jaar, impact.werk.5jaar, impact.publiek.1jaar, impact.publiek.5jaar",
     "name one of its periods"),
    ("routing on an item of a single choice", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik.soms = \'vaak\'"',
     'questionnaire: question "uren" asked_if', '"gebruik.soms"',
     '"gebruik" alone, since only grids have items', 'write "gebruik"'),
    ("routing on an open question", Q, 'text.nl = "Wat is je naam?"',
     'asked_if = "voorbeeld = \'ja\'"\ntext.nl = "Wat is je naam?"',
     'questionnaire: question "naam" asked_if', 'the open question "voorbeeld"',
     "a question with answers or numbers", "choose another question"),
    ("contains on a single choice", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik contains \'vaak\'"',
     'questionnaire: question "uren" asked_if', 'contains on the single question "gebruik"',
     "contains for multiple choice, = != < > in for other kinds", "change the operator"),
    ("= on a multiple choice", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "tools = \'tekst\'"',
     'questionnaire: question "uren" asked_if', '= on the multiple question "tools"',
     "contains for multiple choice, = != < > in for other kinds", "change the operator"),
    ("routing with an unknown answer", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik in [\'vaak\', \'altijd\']"',
     'questionnaire: question "uren" asked_if', 'the unknown answer of "gebruik" "altijd"',
     "nooit, soms, vaak, weet-niet", DECLARE),
    ("routing with a text for a number", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "kans > \'veel\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire: question "voorbeeld" asked_if', '"veel"', "a number",
     '"kans" holds numbers: write one'),
    ("routing by an order that is not there", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "sector > \'museum\'"',
     'questionnaire: question "uren" asked_if', '> on "sector"', "an ordered question",
     "set ordered = true or use in [...]"),
    ("routing by order on a ranking", Q, 'text.nl = "Wat is jouw beste voorbeeld?"',
     'asked_if = "wensen > \'tijd\'"\ntext.nl = "Wat is jouw beste voorbeeld?"',
     'questionnaire: question "voorbeeld" asked_if', '> on "wensen"', "an ordered question",
     "set ordered = true or use in [...]"),
    ("routing by order beyond the scale", Q, 'asked_if = "gebruik = \'vaak\'"',
     'asked_if = "gebruik > \'weet-niet\'"',
     'questionnaire: question "uren" asked_if', 'the unknown answer of "gebruik" "weet-niet"',
     "nooit, soms, vaak", DECLARE),
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

REST = [
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
]  # fmt: skip

WAVES = [
    ("wave file with another id", W23, 'id = "2023"', 'id = "2022"',
     "waves/2023.toml: id", '"2022"', '"2023"', "set id to the file's name"),
    ("language that the study lacks", W24, 'language = "nl"', 'language = "nn"',
     "waves/2024.toml: language", '"nn"', "nl, en", DECLARE),
    ("ask twice", W24, 'question = "kans"', 'question = "gebruik"',
     "waves/2024.toml: ask", 'the question "gebruik" 2 times', "every question once", OTHER_ID),
    ("ask of an unknown question", W24, 'question = "beleid"', 'question = "belijd"',
     'waves/2024.toml: ask "belijd"', 'the unknown question "belijd"',
     "sector, omvang, werkvormen, gebruik, tools, uren, beleid, stellingen, impact, kans, "
     "wensen, voorbeeld and 1 more", 'write "beleid"'),
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
    ("column twice", W24, 'question = "kans"', 'question = "kans"\ncolumn = "gebruik"',
     "waves/2024.toml: columns", 'the column "gebruik" 2 times', "every column once",
     "give one of the asks that have it another column"),
]  # fmt: skip


@pytest.fixture
def edit(klein_copy: Path) -> Edit:
    """Return a function that puts a text in the place of another, once, in a file of the study."""

    def replace_text(file: str, old: str, new: str) -> None:
        path = klein_copy / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")

    return replace_text


@pytest.mark.parametrize(
    ("edited", "told"),
    [
        pytest.param(case[1:4], case[4:], id=case[0])
        for case in (*IDS, *QUESTIONS, *ROUTING, *SEGMENTS, *WAVES, *REST)
    ],
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
    for case in (QUESTIONS[0], ROUTING[1], SEGMENTS[0], WAVES[2], REST[0]):
        edit(*case[1:4])
    assert len(list_faults(klein_copy)) == 5


def test_nets_wait_for_the_ends_of_their_rating(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    edit(Q, "maximum = 10\n", 'nets = [["hoog", "hoog", "high", ["9", "10"]]]\n')
    assert [fault.found for fault in list_faults(klein_copy)] == ["no minimum or no maximum"]


def test_nets_of_a_rating_count_its_points(klein_copy: Path, edit: Edit) -> None:
    net = 'nets = [["hoog", "Hoog", "High", ["8", "9", "10"]]]'
    edit(Q, "maximum = 10\n", f"maximum = 10\n{net}\n")
    (found,) = load_study(klein_copy).questionnaire["kans"].nets
    assert found.answers == ("8", "9", "10")


def test_the_small_study_is_without_fault(klein_copy: Path) -> None:
    assert load_study(klein_copy).id == "klein"
