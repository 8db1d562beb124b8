"""A question in, what can be ranked of it out: its items or answers with the names they go by."""

from __future__ import annotations

from dataclasses import dataclass

from survey.declaration import Text
from survey.questionnaire import Question


@dataclass(frozen=True)
class Ranked:
    """One row of a ranking: its short name, its whole wording, its number, its base."""

    id: str
    label: str
    wording: str
    text: str
    value: float
    base: str

    @property
    def inline(self) -> str:
        """The label as it stands within a sentence: a lower-case start, unless an abbreviation."""
        return lower_start(self.label)

    def __str__(self) -> str:
        return self.inline


def lower_start(label: str) -> str:
    """Lower the first letter, except of abbreviations such as AI, of inner capitals and of "I"."""
    word = label.split(" ", 1)[0]
    is_name = word == "I" or word[1:] != word[1:].lower()
    return label if is_name else label[:1].lower() + label[1:]


def name_cells(question: Question, short: bool = False) -> dict[str, Text]:
    """The items of a grid, and item.period where it has periods, with their texts."""
    names = {i.id: i.short if short and i.short else i.text for i in question.items}
    for item in question.items:
        for period in question.periods:
            names[f"{item.id}.{period.code}"] = {
                language: f"{text} – {period.text[language]}"
                for language, text in names[item.id].items()
            }
    return names


def name_rankable(question: Question) -> dict[str, Text]:
    """The answers and nets that can lead: not "don't know", "other, namely" or "none"."""
    outside = {answer.code for _, answer in question.outside}
    left_out = {*outside, *question.exclusive, question.other}
    return {
        **{a.code: a.text for a in question.answers if a.code not in left_out},
        **{net.code: net.text for net in question.nets},
    }
