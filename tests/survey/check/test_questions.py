"""Every fault of a question is told: what its kind needs, its numbers, names that it mentions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault
from survey.load import load_study

ListFaults = Callable[[Path], list[Fault]]
Edit = Callable[[str, str, str], None]
EDGES = "two or more edges, rising; one that stands twice is a bin of that number alone"
DECLARE = "use one of the allowed values or declare it"
END = ""  # in place of the text that an edit replaces: it is added at the end of the file
Q = "questionnaire.toml"

# what is wrong: file, text, text in its place; where it stands, found, allowed, to do
QUESTIONS = [
    ("unknown block", Q, 'block = "mening"', 'block = "menig"',
     'questionnaire.toml: question "stellingen" block', 'the unknown block "menig"',
     "wie, gebruik, mening", 'write "mening"'),
    ("unknown theme", Q, 'theme = "stand"', 'theme = "stant"',
     'questionnaire.toml: question "gebruik" theme', 'the unknown theme "stant"',
     "stand, verwachting", 'write "stand"'),
    ("unknown scale", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens7"\n',
     'questionnaire.toml: question "extra" scale', 'the unknown scale "eens7"', "eens5",
     'write "eens5"'),
    ("too few answers", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nanswers = [["a", "a", "a"]]\n',
     'questionnaire.toml: question "extra"', "one answer", "at least two answers for this kind",
     "declare answers = [[…], […]] or name a scale"),
    ("answers to a number", Q, 'unit.nl = "uur"',
     'answers = [["a", "a", "a"]]\nunit.nl = "uur"',
     'questionnaire.toml: question "uren"', "answers",
     "no answers for a question of the kind number", "remove them or choose another kind"),
    ("grid without items", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "grid"\nblock = "wie"\ntext.nl = "?"\ntext.en = '
     '"?"\nscale = "eens5"\n',
     'questionnaire.toml: question "extra"', "no items", "items for a grid, and only for a grid",
     "declare [[question.item]] or choose another kind"),
    ("items without a grid", Q, 'kind = "grid"', 'kind = "single"',
     'questionnaire.toml: question "stellingen"', "items", "items for a grid, and only for a grid",
     "declare [[question.item]] or choose another kind"),
    ("periods without a grid", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens5"\nperiods = [["a", "a", "a"]]\n',
     'questionnaire.toml: question "extra"', "periods", "periods only for a grid",
     "remove them or choose the kind grid"),
    ("rating without an end", Q, "maximum = 10\n", END,
     'questionnaire.toml: question "kans"', "no minimum or no maximum", "both ends of the rating",
     "declare minimum = 0 and maximum = 10"),
    ("rating with its ends exchanged", Q, "minimum = 0\nmaximum = 10\n",
     "minimum = 10\nmaximum = 0\n",
     'questionnaire.toml: question "kans" minimum', "minimum = 10 and maximum = 0",
     "a minimum below the maximum", "exchange or correct them"),
    ("number with its ends exchanged", Q, "minimum = 0\nmaximum = 60\n",
     "minimum = 60\nmaximum = 60\n",
     'questionnaire.toml: question "uren" minimum', "minimum = 60 and maximum = 60",
     "a minimum below the maximum", "exchange or correct them"),
    ("rating between its points", Q, "maximum = 10\n", "maximum = 9.5\n",
     'questionnaire.toml: question "kans"', "a rating that ends at 9.5",
     "whole numbers at both ends of a rating", "choose whole ends, or the kind number"),
    ("bins out of order", Q, 'unit.nl = "uur"', 'bins = [0, 10, 5]\nunit.nl = "uur"',
     'questionnaire.toml: question "uren" bins', "0, 10, 5",
     EDGES, "put them in rising order, each once or twice"),
    ("bins with an edge thrice", Q, 'unit.nl = "uur"', 'bins = [0, 5, 5, 5]\nunit.nl = "uur"',
     'questionnaire.toml: question "uren" bins', "0, 5, 5, 5",
     EDGES, "put them in rising order, each once or twice"),
    ("one edge of a bin", Q, 'unit.nl = "uur"', 'bins = [5]\nunit.nl = "uur"',
     'questionnaire.toml: question "uren" bins', "5",
     EDGES, "put them in rising order, each once or twice"),
    ("net of a point beyond the rating", Q, "maximum = 10\n",
     'maximum = 10\nnets = [["hoog", "hoog", "high", ["9", "10", "11"]]]\n',
     'questionnaire.toml: question "kans" nets "hoog"', 'the point "11"',
     "a point from 0 to 10", "take it out or widen the scale"),
    ("net with the code of a point", Q, "maximum = 10\n",
     'maximum = 10\nnets = [["9", "hoog", "high", ["9", "10"]]]\n',
     'questionnaire.toml: question "kans" nets', 'the code "9"',
     "a code that is no answer's", "give the net a code of its own"),
    ("net of a number", Q, 'unit.nl = "uur"',
     'nets = [["veel", "veel", "many", ["9"]]]\nunit.nl = "uur"',
     'questionnaire.toml: question "uren" nets "veel"', 'the unknown answer "9"', "nothing",
     DECLARE),
    ("exclusive option of a grid", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "grid"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens5"\nexclusive = ["eens"]\n[[question.item]]\nid = "a"\n'
     'text.nl = "a"\ntext.en = "a"\n',
     'questionnaire.toml: question "extra"', "exclusive",
     "exclusive options only for a choice", "remove it"),
    ("most of a single choice", Q, END,
     '\n[[question]]\nid = "extra"\nkind = "single"\nblock = "wie"\ntext.nl = "?"\ntext.en '
     '= "?"\nscale = "eens5"\nmost = 2\n',
     'questionnaire.toml: question "extra"', "most",
     "most picks only for multiple choice and ranking", "remove it"),
    ("unknown midpoint", Q, 'midpoint = "neutraal"', 'midpoint = "neutral"',
     'questionnaire.toml: scale "eens5" midpoint', 'the unknown answer "neutral"',
     "zeer-oneens, oneens, neutraal, eens, zeer-eens", 'write "neutraal"'),
    ("unknown other", Q, 'other = "anders"', 'other = "ander"',
     'questionnaire.toml: question "sector" other', 'the unknown answer "ander"',
     "museum, bibliotheek, theater, anders", 'write "anders"'),
    ("unknown exclusive", Q, 'exclusive = ["geen"]', 'exclusive = ["geene"]',
     'questionnaire.toml: question "tools" exclusive', 'the unknown answer "geene"',
     "tekst, beeld, geluid, iets-anders, geen", 'write "geen"'),
    ("unknown answer in a net", Q, '["eens", "zeer-eens"]]]', '["eens", "heel-eens"]]]',
     'questionnaire.toml: scale "eens5" nets "mee-eens"', 'the unknown answer "heel-eens"',
     "zeer-oneens, oneens, neutraal, eens, zeer-eens", 'write "zeer-eens"'),
    ("net with an answer's code", Q, 'nets = [["mee-eens"', 'nets = [["eens"',
     'questionnaire.toml: scale "eens5" nets', 'the code "eens"',
     "a code that is no answer's", "give the net a code of its own"),
    ("unknown old answer", Q, '{ since = "2024", part_of = "klein" }',
     '{ since = "2024", part_of = "kleine" }',
     'questionnaire.toml: question "omvang" part_of', 'the unknown answer "kleine"',
     "klein, alleen, enkelen, midden, groot", "declare the old answer too, with until"),
    ("unknown since of an answer", Q, '{ since = "2024", part_of = "klein" }',
     '{ since = "2025", part_of = "klein" }',
     'questionnaire.toml: question "omvang" "alleen" since', 'the unknown wave "2025"',
     "2023, 2024", 'write "2024"'),
    ("unknown until of an answer", Q, 'until = "2023"', 'until = "2022"',
     'questionnaire.toml: question "omvang" "klein" until', 'the unknown wave "2022"', "2023, 2024",
     'write "2024"'),
    ("unknown since of an item", Q, 'text.en = "AI is green"\nsince = "2024"',
     'text.en = "AI is green"\nsince = "24"',
     'questionnaire.toml: question "stellingen" "groen" since', 'the unknown wave "24"',
     "2023, 2024", 'write "2024"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edited", "told"), [pytest.param(case[1:4], case[4:], id=case[0]) for case in QUESTIONS]
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
