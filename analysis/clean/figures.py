"""Columns of ratings, numbers and rankings in, floats within their bounds out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.clean.answers import place_answers
from analysis.clean.cells import EMPTY, is_ambiguous, look_up, read_numbers, spread, squeeze_keys
from analysis.clean.parsed import Parsed
from analysis.clean.reader import Reader, list_states
from survey.columns import Column
from survey.questionnaire import Question
from survey.raw import squeeze_text
from survey.responses import OUTSIDE, Missing


def parse_figures(reader: Reader, parsed: Parsed, columns: list[Column]) -> None:
    """Ratings and numbers: floats within the declared bounds."""
    for column in columns:
        name, cells = column.variable.name, reader.cells(column)
        state = np.full(parsed.n, Missing.SKIPPED, dtype=np.int8)
        if cells is None:
            parsed.leave_out(name)
            parsed.numbers[name] = np.full(parsed.n, np.nan)
            continue
        numbers = _read_figures(reader, parsed, column, cells, state)
        state[~np.isnan(numbers)] = Missing.VALID
        parsed.numbers[name], parsed.status[name] = numbers, state


def parse_ranks(reader: Reader, parsed: Parsed, columns: list[Column]) -> None:
    """Enter the rank of each option, whether delivered per option or per place."""
    question = parsed.question
    offered = [answer.code for answer in reader.study.offered_answers(question, reader.raw.wave)]
    ranks = {code: np.full(parsed.n, np.nan) for code in offered}
    state = np.full(parsed.n, Missing.SKIPPED, dtype=np.int8)
    repeated = np.zeros(parsed.n, dtype=bool)
    delivered = [
        (column, cells) for column in columns if (cells := reader.cells(column)) is not None
    ]
    for column, cells in delivered:
        if column.role == "place":
            repeated |= _read_place(reader, parsed, column, cells, ranks, state)
        else:
            ranks[column.variable.answer] = _read_figures(reader, parsed, column, cells, state)
    table = np.column_stack(list(ranks.values()))
    repeated |= (np.diff(np.sort(table, axis=1), axis=1) == 0).any(axis=1)
    if _note_repeated(reader, parsed, table, offered, repeated) == "blank":
        table[repeated] = np.nan
    state[~np.isnan(table).all(axis=1)] = Missing.VALID
    by_option = {column.variable.answer for column, _ in delivered if column.role == "rank"}
    for at, code in enumerate(offered):
        name = f"{question.id}.{code}"
        parsed.numbers[name], parsed.status[name] = table[:, at], state.copy()
        if not delivered or (by_option and code not in by_option):
            parsed.leave_out(name)


def _note_repeated(
    reader: Reader, parsed: Parsed, table: np.ndarray, offered: list[str], repeated: np.ndarray
) -> str:
    found = np.full(parsed.n, "", dtype=object)
    for at in np.flatnonzero(repeated):
        ranked = zip(offered, table[at], strict=True)
        found[at] = ", ".join(f"{code}: {rank:g}" for code, rank in ranked if rank == rank)
    allowed = "each rank and each option once"
    return reader.book.note_rows(
        "repeated_rank",
        repeated,
        reader.keys,
        parsed.question.id,
        parsed.column,
        found,
        allowed,
    )


def _read_place(
    reader: Reader,
    parsed: Parsed,
    column: Column,
    cells: pd.Series,
    ranks: dict[str, np.ndarray],
    state: np.ndarray,
) -> np.ndarray:
    """Enter the options of one place into `ranks`; return who had put the option before."""
    question, place = parsed.question, float(column.variable.answer)
    places = place_answers(reader, question, column, cells)
    parsed.show(column.name, cells, places != EMPTY)
    outside = places >= len(question.answers)
    state[outside] = list_states(question)[places[outside]]
    twice = np.zeros(parsed.n, dtype=bool)
    for at, answer in enumerate(question.answers):
        here = places == at
        if answer.code in ranks:
            before = ~np.isnan(ranks[answer.code])
            twice |= here & before
            ranks[answer.code][here & ~before] = place
    return twice


def _read_figures(
    reader: Reader, parsed: Parsed, column: Column, cells: pd.Series, state: np.ndarray
) -> np.ndarray:
    """Return the numbers of a column; enter "don't know" and the like into `state`."""
    question, missing = parsed.question, reader.missing_codes(column)
    known = squeeze_keys(column.by_delivered)
    outside = {answer.code: OUTSIDE[name] for name, answer in question.outside}
    labels = reader.labels(column)

    def find_state(text: str) -> int:
        code = look_up(text, known, labels)
        if code in outside:
            return int(outside[code])
        return int(Missing.SKIPPED) if text in missing else int(Missing.VALID)

    states = spread(cells, find_state)
    written = {text: code for text, code in known.items() if code not in outside}
    numbers, wrong = read_numbers(_write_as_numbers(cells, written))
    reader.note_user_missing(column, cells, states == Missing.SKIPPED)
    is_figure = states == Missing.VALID
    parsed.show(column.name, cells, (states != EMPTY) & (states != Missing.SKIPPED))
    numbers[~is_figure] = np.nan
    is_outside = np.isin(states, list(OUTSIDE.values()))
    state[is_outside] = states[is_outside]
    low, high = _find_bounds(reader, question)
    allowed = f"a number{_describe_bounds(low, high)}"
    reader.note("unknown_answer", is_figure & wrong, column, cells, allowed)
    ends = (-np.inf if low is None else low, np.inf if high is None else high)
    beyond = (numbers < ends[0]) | (numbers > ends[1])
    if question.kind == "ranking":
        beyond |= numbers % 1 > 0
    if reader.note("out_of_range", beyond, column, cells, allowed) == "blank":
        numbers[beyond] = np.nan
    _note_ambiguous(reader, column, cells)
    return numbers


def _write_as_numbers(cells: pd.Series, written: Mapping[str, str]) -> pd.Series:
    """Replace texts such as "10 - Satisfied" by the numbers that the wave file declares."""
    if not written:
        return cells
    return cells.map(lambda text: written.get(squeeze_text(text), text), na_action="ignore")


def _note_ambiguous(reader: Reader, column: Column, cells: pd.Series) -> None:
    """Write down numbers such as 1.234, read with a decimal mark, that may mean thousands."""
    if reader.labels(column):
        return
    doubtful = spread(cells, lambda text: int(is_ambiguous(text))) == 1
    for at in np.flatnonzero(doubtful):
        reader.book.note(
            "ambiguous_number",
            "note",
            respondent=str(reader.keys[at]),
            question=column.variable.question,
            column=column.name,
            found=str(cells.iloc[at]),
            allowed="read with a decimal mark; if it means thousands, set it right in "
            "corrections.toml",
        )


def _find_bounds(reader: Reader, question: Question) -> tuple[float | None, float | None]:
    if question.kind == "ranking":
        offered = reader.study.offered_answers(question, reader.raw.wave)
        return 1, question.most or len(offered)
    return question.minimum, question.maximum


def _describe_bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return "" if high is None else f" of at most {high:g}"
