"""A clean sheet and the declared dirt in, a sheet as real fieldwork delivers it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from analysis.rehearse.crowd import Dice, Marks, scale_count
from analysis.rehearse.invent import Invented
from analysis.rehearse.sheet import (
    TICK_ROLES,
    Cell,
    Sheet,
    format_date,
    list_moments,
    name_tick,
)
from survey.faults import Fault, Refusal
from survey.questionnaire import Question
from survey.rehearsal import Blemish, WaveProfile

# How long after the first time somebody sends the same answers again.
AGAIN = timedelta(hours=3)
# In SPSS: a code that no answer has and that lies beyond every plausible range.
NO_CODE = 7777.0
TESTED_BEFORE = timedelta(days=4)


@dataclass(frozen=True)
class Planted:
    """One fault that was put in: the check that must find it, and where."""

    check: str
    respondent: str
    column: str
    found: str


@dataclass
class _Soil:
    """A sheet being spoiled, with the rows that already carry a fault."""

    sheet: Sheet
    invented: Invented
    cells: pd.DataFrame
    free: Marks
    planted: list[Planted]
    dice: Dice
    profile: WaveProfile

    @property
    def completes(self) -> int:
        return self.invented.n - int(self.invented.marks["partial"].sum())

    def scale(self, rows: int) -> int:
        """Return a declared number of rows as it is for this many respondents; at least one."""
        return max(1, scale_count(rows, self.profile, self.completes)) if rows else 0

    def plant(self, check: str, row: int, column: str, cell: Cell) -> None:
        respondent = self.cells.loc[row, self.sheet.wave.columns.respondent]
        self.cells.at[row, column] = cell
        self.planted.append(Planted(check, str(respondent), column, str(cell)))

    def choose(self, subject: str, allowed: Marks, rows: int) -> list[int]:
        """Return rows that carry no fault yet and are allowed; they are taken from now on."""
        order = self.dice.shuffle(f"spoil {subject}", self.invented.n)
        wanted = self.scale(rows)
        chosen = [int(row) for row in order if self.free[row] and allowed[row]][:wanted]
        # a smaller rehearsal than declared may lack the rows; it has less dirt then
        if len(chosen) < wanted and self.completes >= self.profile.completes:
            raise Refusal(
                Fault(
                    f"rehearsal.toml: blemish {subject}",
                    f"{rows} rows",
                    f"at most the {len(chosen)} in which this can go wrong",
                    "declare fewer rows, or another question",
                )
            )
        self.free[chosen] = False
        return chosen


def spoil_sheet(
    sheet: Sheet, invented: Invented, profile: WaveProfile, dice: Dice
) -> tuple[Sheet, tuple[Planted, ...]]:
    """Return the sheet with the wave's declared dirt, and a list of what was put where.

    Each blemish takes rows of its own, of respondents who finished and are nobody special.
    Duplicates and test answers are added as rows.
    """
    special = invented.marks[["partial", "speeder", "straightliner"]].any(axis=1)
    free = ~special.to_numpy(dtype=bool)
    soil = _Soil(sheet, invented, sheet.cells.copy(), free, [], dice, profile)
    for at, blemish in enumerate(profile.blemishes):
        SPOILERS[blemish.check](soil, blemish, f"{at + 1} ({blemish.check})")
    again = _repeat_rows(soil, profile.duplicates)
    tests = _test_rows(soil, soil.scale(profile.tests))
    cells = pd.concat([tests, soil.cells, again], ignore_index=True).astype(object)
    cells = cells.where(cells.notna(), None)
    return replace(sheet, cells=cells), tuple(soil.planted)


def _find_column(soil: _Soil, blemish: Blemish) -> str:
    """Return the column of a blemish: that of its item or option, else the question's first."""
    names = soil.sheet.find_columns(_name_question(blemish))
    for name in names:
        variable = soil.sheet.answers[name].variable
        if blemish.item in (None, variable.item, variable.row, variable.answer):
            return name
    raise Refusal(
        Fault(
            f"rehearsal.toml: blemish {blemish.check} of {blemish.question}",
            f"item {blemish.item} in wave {soil.sheet.wave.id}",
            ", ".join(names) or "a question that the wave asks",
            "name an item or option that the wave offers",
        )
    )


def _name_question(blemish: Blemish) -> str:
    if blemish.question is None:
        raise Refusal(
            Fault(
                f"rehearsal.toml: blemish {blemish.check}",
                "no question",
                "the id of a question",
                'add question = "…"',
            )
        )
    return blemish.question


def _replace_answer(soil: _Soil, blemish: Blemish, subject: str) -> None:
    """Put what is no answer, or no possible number, in the place of an answer."""
    name = _find_column(soil, blemish)
    filled = np.array([cell is not None and cell != 0 for cell in soil.cells[name]], dtype=bool)
    check, cell = blemish.check, _fit_cell(soil, name, "?" if blemish.to is None else blemish.to)
    if cell == NO_CODE and soil.sheet.answers[name].role == "number":
        check = "out_of_range"
    for row in soil.choose(subject, filled, blemish.rows):
        soil.plant(check, row, name, cell)


def _fit_cell(soil: _Soil, name: str, text: str) -> Cell:
    """Return what a column can hold: SPSS has numbers, so a text becomes a code without label."""
    numeric = all(cell is None or not isinstance(cell, str) for cell in soil.sheet.cells[name])
    if soil.sheet.wave.shape != "spss" or not numeric:
        return text
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return float(text) if is_number else NO_CODE


def _answer_unasked(soil: _Soil, blemish: Blemish, subject: str) -> None:
    """Answer a question to which the routing did not lead."""
    name = _find_column(soil, blemish)
    unasked = ~soil.invented.asked[_name_question(blemish)].to_numpy(dtype=bool)
    given = (cell for cell in soil.cells[name] if cell is not None and cell != 0)
    cell = next(given, 1) if blemish.to is None else _fit_cell(soil, name, blemish.to)
    for row in soil.choose(subject, unasked, blemish.rows):
        soil.plant("not_asked", row, name, cell)


def _pick_exclusive(soil: _Soil, blemish: Blemish, subject: str) -> None:
    """Pick "none of these" beside something else."""
    question, names, picks = _read_picks(soil, blemish)
    named = {soil.sheet.answers[name].variable.answer: name for name in names}
    code = next(code for code in question.exclusive if code in named)
    name, tick = named[code], _name_tick(soil, question, code)
    allowed = (picks.sum(axis=1) > 0) & ~_find_picked(soil, name)
    for row in soil.choose(subject, allowed, blemish.rows):
        soil.plant("exclusive_conflict", row, name, tick)


def _pick_too_many(soil: _Soil, blemish: Blemish, subject: str) -> None:
    """Pick one more than is allowed."""
    question, names, picks = _read_picks(soil, blemish)
    full = picks.sum(axis=1) == (question.most or 0)
    codes = [soil.sheet.answers[name].variable.answer for name in names]
    usual = [at for at, code in enumerate(codes) if code not in question.exclusive]
    usual.sort(key=lambda at: codes[at] == question.other)  # its text would be missing
    full &= ~picks[:, usual].all(axis=1)
    for row in soil.choose(subject, full, blemish.rows):
        at = next(at for at in usual if not picks[row, at])
        name, code = names[at], codes[at]
        soil.plant("too_many_picks", row, name, _name_tick(soil, question, code))


def _read_picks(soil: _Soil, blemish: Blemish) -> tuple[Question, list[str], np.ndarray]:
    """Return a question, the columns of its options, and who picked what (rows × options)."""
    question = soil.sheet.study.questionnaire[_name_question(blemish)]
    options = {answer.code for answer in question.answers}
    names = [
        name
        for name in soil.sheet.find_columns(question.id)
        if soil.sheet.answers[name].role in TICK_ROLES
        and soil.sheet.answers[name].variable.answer in options
    ]
    return question, names, np.column_stack([_find_picked(soil, name) for name in names])


def _name_tick(soil: _Soil, question: Question, code: str) -> Cell:
    ask = soil.sheet.wave.find_ask(question.id)
    if ask is None:
        raise KeyError(f"wave {soil.sheet.wave.id} does not ask {question.id}")
    return name_tick(soil.sheet.wave, question, ask, code)


def _find_picked(soil: _Soil, name: str) -> Marks:
    """Say who picked the option of a column."""
    cells = soil.invented.answers[soil.sheet.answers[name].variable.name]
    return np.array([cell is True for cell in cells], dtype=bool)


def _repeat_rank(soil: _Soil, blemish: Blemish, subject: str) -> None:
    """Give two options the same place, or two places the same option."""
    names = soil.sheet.find_columns(_name_question(blemish))
    ranked = soil.cells[names].notna().sum(axis=1).to_numpy() >= 2
    for row in soil.choose(subject, ranked, blemish.rows):
        filled = [name for name in names if soil.cells.at[row, name] is not None]
        soil.plant("repeated_rank", row, filled[1], soil.cells.at[row, filled[0]])


def _shift_dates(soil: _Soil, blemish: Blemish, subject: str) -> None:
    """Write the dates of some rows in another format than the rest."""
    everybody = np.ones(soil.invented.n, dtype=bool)
    rows = soil.choose(subject, everybody, blemish.rows)
    for field in ("started", "finished"):
        name = getattr(soil.sheet.wave.columns, field)
        moments = list_moments(soil.invented, field)
        for row in rows if name else ():
            cell = format_date(soil.sheet.wave, moments[row], blemish.to or "%d-%m-%y %Hh%M")
            soil.plant("unreadable_date", row, name, cell)


def _repeat_rows(soil: _Soil, rows: int) -> pd.DataFrame:
    """Return rows delivered a second time under the same key, sent some hours later."""
    if not rows:
        return soil.cells.iloc[:0]
    chosen = soil.choose("duplicates", np.ones(soil.invented.n, dtype=bool), rows)
    again = soil.cells.iloc[chosen].copy()
    for field in ("started", "finished"):
        name = getattr(soil.sheet.wave.columns, field)
        if name:
            moments = list_moments(soil.invented, field)
            again[name] = [format_date(soil.sheet.wave, moments[row] + AGAIN) for row in chosen]
    key = soil.sheet.wave.columns.respondent
    soil.planted += [Planted("duplicate", str(r), key, str(r)) for r in again[key]]
    return again


def _test_rows(soil: _Soil, rows: int) -> pd.DataFrame:
    """Return the builder's own test answers, which the wave file's rules must recognise."""
    wave = soil.sheet.wave
    if not rows:
        return soil.cells.iloc[:0]
    if not wave.exclude:
        raise Refusal(
            Fault(
                f"rehearsal.toml: wave {wave.id} tests",
                f"{rows} test answers",
                f"a rule in waves/{wave.id}.toml that recognises them",
                "add [[exclude]] with column and contains, or remove tests",
            )
        )
    tests = soil.sheet.cells.iloc[[at % soil.invented.n for at in range(rows)]].copy()
    key = wave.columns.respondent
    first = int(soil.sheet.cells[key].iloc[0])
    for at in range(rows):
        rule = wave.exclude[at % len(wave.exclude)]
        mark = rule.equals or f"{rule.contains}-{at + 1}"
        tests.iloc[at, tests.columns.get_loc(rule.column)] = mark
        tests.iloc[at, tests.columns.get_loc(key)] = first - rows + at
        soil.planted.append(Planted("test", str(first - rows + at), rule.column, mark))
    for field in ("started", "finished"):
        name = getattr(wave.columns, field)
        if name:
            moments = list_moments(soil.invented, field)[:rows]
            tests[name] = [format_date(wave, moment - TESTED_BEFORE) for moment in moments]
    return tests


SPOILERS: dict[str, Callable[[_Soil, Blemish, str], None]] = {
    "unknown_answer": _replace_answer,
    "out_of_range": _replace_answer,
    "not_asked": _answer_unasked,
    "exclusive_conflict": _pick_exclusive,
    "too_many_picks": _pick_too_many,
    "repeated_rank": _repeat_rank,
    "unreadable_date": _shift_dates,
}
