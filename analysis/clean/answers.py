"""Columns of single choice and grids in, the position of each cell's answer out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.clean.cells import (
    EMPTY,
    UNKNOWN,
    find_label_conflicts,
    look_up,
    spread,
    squeeze_keys,
)
from analysis.clean.notebook import quote_all
from analysis.clean.parsed import Parsed
from analysis.clean.reader import Reader, list_states, strip_texts
from survey.columns import Column
from survey.faults import suggest
from survey.questionnaire import Question
from survey.raw import squeeze_text
from survey.responses import Missing


def parse_answers(reader: Reader, parsed: Parsed, columns: list[Column]) -> None:
    """Enter the answer of each cell; a text behind "other, namely" alone means that answer."""
    for column in columns:
        name, cells = column.variable.name, reader.cells(column)
        if column.role == "other":
            if cells is not None:
                _enter_other(parsed, column, cells)
            continue
        if cells is None:
            parsed.leave_out(name)
            parsed.codes[name] = np.full(parsed.n, EMPTY)
            continue
        places = place_answers(reader, parsed.question, column, cells)
        parsed.show(column.name, cells, places != EMPTY)
        parsed.codes[name] = np.maximum(places, EMPTY)
        parsed.status[name] = list_states(parsed.question)[parsed.codes[name]]


def _enter_other(parsed: Parsed, column: Column, cells: pd.Series) -> None:
    question, before = parsed.question, parsed.given.copy()
    texts, sizes = strip_texts(cells)
    filled = texts.notna().to_numpy(bool)
    parsed.texts[column.variable.name] = texts
    parsed.show(column.name, sizes, filled)
    codes = [answer.code for answer in question.all_answers]
    implied = filled & ~before
    parsed.codes[question.id][implied] = codes.index(str(question.other))
    parsed.status[question.id][implied] = Missing.VALID


def place_answers(
    reader: Reader, question: Question, column: Column, cells: pd.Series
) -> np.ndarray:
    """Return positions in `question.all_answers`; findings for what is no answer of it."""
    offered = {answer.code for answer in reader.list_offered(question)}
    pairs = {text: code for text, code in column.by_delivered.items() if code in offered}
    known, labels = squeeze_keys(pairs), reader.labels(column)
    missing = reader.missing_codes(column)
    position = {answer.code: at for at, answer in enumerate(question.all_answers)}
    for delivered, label, mapped in find_label_conflicts(known, labels):
        reader.book.note(
            "label_conflict",
            "stop",
            question=question.id,
            column=column.name,
            found=f'{delivered} is labelled "{label}" and read as "{mapped}"',
            allowed=f'{delivered} read as "{known[squeeze_text(label)]}"',
        )

    def find_place(text: str) -> int:
        code = look_up(text, known, labels)
        if code is not None:
            return position[code]
        return EMPTY if text in missing else UNKNOWN

    places = spread(cells, find_place)
    reader.note_user_missing(column, cells, places == EMPTY)
    unknown = places == UNKNOWN
    if unknown.any():
        allowed = _describe_answers(reader, column)
        found = cells.map(squeeze_text, na_action="ignore")
        nearest = {text: _add_nearest(allowed, text, list(known)) for text in set(found[unknown])}
        reader.note("unknown_answer", unknown, column, found, nearest)
    return places


def _describe_answers(reader: Reader, column: Column) -> str:
    """Return the answers as this wave's export should have them."""
    wave = reader.study.wave(reader.raw.wave)
    ask = wave.find_ask(column.variable.question)
    question = reader.study.questionnaire[column.variable.question]
    pairs = {code: delivered for delivered, code in reversed(ask.answers)} if ask else {}
    answers = reader.list_offered(question)
    return quote_all(pairs.get(a.code, a.text[wave.language]) for a in answers)


def _add_nearest(allowed: str, text: str, known: list[str]) -> str:
    near = suggest(text, known)
    return f"{allowed}; {near}" if near.startswith("write") else allowed
