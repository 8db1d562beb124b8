"""The columns of a wave in, one `Parsed` a question out: what cells mean before any routing."""

from __future__ import annotations

from collections.abc import Callable

from analysis.clean.answers import parse_answers
from analysis.clean.figures import parse_figures, parse_ranks
from analysis.clean.parsed import Parsed
from analysis.clean.reader import Reader, strip_texts
from analysis.clean.ticks import parse_ticks
from survey.columns import Column, list_columns
from survey.questionnaire import Kind


def parse_texts(reader: Reader, parsed: Parsed, columns: list[Column]) -> None:
    """Enter the texts of an open question; findings tell their length only."""
    for column in columns:
        cells = reader.cells(column)
        if cells is not None:
            texts, sizes = strip_texts(cells)
            parsed.show(column.name, sizes, texts.notna().to_numpy(bool))
            parsed.texts[column.variable.name] = texts


PARSERS: dict[Kind, Callable[[Reader, Parsed, list[Column]], None]] = {
    "single": parse_answers,
    "grid": parse_answers,
    "multiple": parse_ticks,
    "ranking": parse_ranks,
    "rating": parse_figures,
    "number": parse_figures,
    "open": parse_texts,
}


def parse_questions(reader: Reader) -> dict[str, Parsed]:
    """Parse every question of the wave, in questionnaire order."""
    by_question: dict[str, list[Column]] = {}
    for column in list_columns(reader.study, reader.raw.wave):
        by_question.setdefault(column.variable.question, []).append(column)
    asked = reader.study.questionnaire
    found = {name: Parsed(asked[name], reader.n) for name in by_question}
    for name, columns in by_question.items():
        PARSERS[asked[name].kind](reader, found[name], columns)
    return found
