"""Columns of a multiple choice in, which options were picked out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.clean.cells import EMPTY, UNKNOWN, spread
from analysis.clean.notebook import quote_all
from analysis.clean.parsed import Parsed
from analysis.clean.reader import Reader, find_any, strip_texts
from survey.columns import TICKED, UNTICKED, Column
from survey.raw import squeeze_text
from survey.responses import OUTSIDE, Missing

TICK, NO_TICK, OTHER_TEXT = 1, 0, 2


def parse_ticks(reader: Reader, parsed: Parsed, columns: list[Column]) -> None:
    """Enter which options are picked; boxes such as "don't know" become a status."""
    question = parsed.question
    outside = {answer.code: OUTSIDE[name] for name, answer in question.outside}
    free = [column for column in columns if column.role == "other"]
    picks: dict[str, np.ndarray] = {}
    for column in [column for column in columns if column.role != "other"]:
        code = column.variable.answer
        picks[code] = _read_option(reader, parsed, column, code in outside)
    for column in free:
        _enter_other(reader, parsed, column, picks[column.variable.answer])
    picks = {a.code: picks[a.code] for a in question.all_answers if a.code in picks}
    parsed.ticks = {f"{question.id}.{code}": t for code, t in picks.items() if code not in outside}
    state = np.full(parsed.n, Missing.SKIPPED, dtype=np.int8)
    any_tick = find_any(parsed.ticks.values(), parsed.n)
    for code, missing in outside.items():
        state[picks[code]] = missing
    state[any_tick] = Missing.VALID
    for name in parsed.ticks:
        if name not in parsed.absent:
            parsed.status[name] = state.copy()
    _check_picks(reader, parsed, picks, [*question.exclusive, *outside])


def _read_option(reader: Reader, parsed: Parsed, column: Column, is_outside: bool) -> np.ndarray:
    """Return who picked the option of one column."""
    cells = reader.cells(column)
    if cells is None:
        if not is_outside:
            parsed.leave_out(column.variable.name)
        return np.zeros(parsed.n, dtype=bool)
    meaning = _read_meaning(reader, column, cells)
    parsed.show(column.name, cells, (meaning > NO_TICK) | (meaning == UNKNOWN))
    parsed.denied |= meaning == NO_TICK
    if column.role == "tick_text":
        texts, _ = strip_texts(cells)
        name = f"{column.variable.name}:text"
        parsed.texts[name] = texts.where(meaning == OTHER_TEXT)
    return meaning > NO_TICK


def _enter_other(reader: Reader, parsed: Parsed, column: Column, ticked: np.ndarray) -> None:
    """Take the text behind "other, namely" and count its option as picked."""
    cells = reader.cells(column)
    if cells is None:
        return
    texts, sizes = strip_texts(cells)
    filled = texts.notna().to_numpy(bool)
    parsed.texts[column.variable.name] = texts
    parsed.show(column.name, sizes, filled)
    ticked |= filled


def _read_meaning(reader: Reader, column: Column, cells: pd.Series) -> np.ndarray:
    """Return TICK, NO_TICK, OTHER_TEXT, EMPTY or UNKNOWN for each cell of an option's column."""
    ticked = {squeeze_text(text) for text in column.ticked}
    labels, missing = reader.labels(column), reader.missing_codes(column)

    def find_meaning(text: str) -> int:
        label = squeeze_text(labels.get(text, ""))
        if text in ticked:
            return TICK
        if text in UNTICKED:
            return NO_TICK
        if label in ticked or label in TICKED:
            return TICK
        if label in UNTICKED:
            return NO_TICK
        if text in missing:
            return EMPTY
        return OTHER_TEXT if column.role == "tick_text" else UNKNOWN

    meaning = spread(cells, find_meaning)
    reader.note_user_missing(column, cells, meaning == EMPTY)
    unknown = meaning == UNKNOWN
    if unknown.any():
        usual = quote_all(reversed(column.ticked), 4)  # what is particular to the option first
        allowed = f"{usual} for picked, nothing or 0 for not picked"
        reader.note("unknown_answer", unknown, column, cells, allowed)
    return meaning


def _check_picks(
    reader: Reader, parsed: Parsed, picks: dict[str, np.ndarray], alone: list[str]
) -> None:
    """Check exclusive options and the most picks; carry the declared action out."""
    question = parsed.question
    total = np.sum(list(picks.values()), axis=0)
    exclusive = find_any([picks[code] for code in alone if code in picks], parsed.n)
    checks = [("exclusive_conflict", exclusive, 1, f"{quote_all(alone)} alone")]
    if question.most is not None:
        everybody = np.ones(parsed.n, dtype=bool)
        checks.append(
            ("too_many_picks", everybody, question.most, f"at most {question.most} picks")
        )
    for check, among, most, allowed in checks:
        rows = among & (total > most)
        found = np.full(parsed.n, "", dtype=object)
        for at in np.flatnonzero(rows):
            found[at] = ", ".join(code for code, ticks in picks.items() if ticks[at])
        action = reader.book.note_rows(
            check, rows, reader.keys, question.id, parsed.column, found, allowed
        )
        if action == "blank":
            parsed.blank(rows, Missing.SKIPPED)
            total = np.where(rows, 0, total)
