"""One question as parsed, column by column; what the later steps blank, route and frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from survey.questionnaire import Question
from survey.raw import CELL_TYPE
from survey.responses import ANSWERED, OUTSIDE, Missing


@dataclass
class Parsed:
    """The cells of one question in one wave, n respondents long; changed while it is cleaned.

    codes    variable → position in `question.all_answers`, -1 for none (single, grid)
    ticks    variable → picked (multiple)
    numbers  variable → float, NaN for none (rating, number; ranks of a ranking)
    texts    variable → text (open, "other, namely")
    status   closed variable → codes of `Missing`; SKIPPED where nothing (usable) stands
    given    whether anything was filled in, usable or not
    denied   whether an option was delivered as not picked (0, "No"), which an unseen one may be too
    shown    one delivered cell of each respondent, for findings
    absent   closed variables whose column the export lacks
    """

    question: Question
    n: int
    codes: dict[str, np.ndarray] = field(default_factory=dict)
    ticks: dict[str, np.ndarray] = field(default_factory=dict)
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    texts: dict[str, pd.Series] = field(default_factory=dict)
    status: dict[str, np.ndarray] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    column: str = ""

    def __post_init__(self) -> None:
        self.given = np.zeros(self.n, dtype=bool)
        self.denied = np.zeros(self.n, dtype=bool)
        self.shown = np.full(self.n, "", dtype=object)

    def show(self, column: str, cells: pd.Series, rows: np.ndarray) -> None:
        """Mark rows as filled in and keep the first cell seen of each for findings."""
        fresh = rows & ~self.given
        self.shown[fresh] = cells.to_numpy(object)[fresh]
        self.given |= rows
        self.column = self.column or column

    def leave_out(self, name: str) -> None:
        """Give a variable whose column the export lacks the status of what was not asked."""
        self.absent.add(name)
        self.status[name] = np.full(self.n, Missing.NOT_ASKED, dtype=np.int8)

    def blank(self, rows: np.ndarray, status: Missing) -> None:
        """Take the answers of some respondents away and say why there is none."""
        for codes in self.codes.values():
            codes[rows] = -1
        for ticks in self.ticks.values():
            ticks[rows] = False
        for numbers in self.numbers.values():
            numbers[rows] = np.nan
        for name, texts in self.texts.items():
            self.texts[name] = texts.mask(rows)
        for name, states in self.status.items():
            if name not in self.absent:
                states[rows] = status

    def has_answer(self) -> np.ndarray:
        """Whether a respondent answered any part, "don't know" and free text included."""
        answered = np.zeros(self.n, dtype=bool)
        for states in self.status.values():
            answered |= np.isin(states, ANSWERED)
        for texts in self.texts.values():
            answered |= texts.notna().to_numpy(bool)
        return answered

    def was_seen(self) -> np.ndarray:
        """Whether something delivered shows that a respondent passed the question.

        A delivered "not picked" shows it only where the export leaves the options of others
        empty: some tools fill in 0 for everybody.
        """
        left_empty = ~(self.given | self.denied)
        return self.given | (self.denied & left_empty.any())

    def list_values(self) -> dict[str, np.ndarray]:
        """Return what routing compares: variable → values (`survey.routing_values`)."""
        boxes = {}
        if self.question.kind == "multiple":  # "don't know" is a status, to routing one more box
            states = list(self.status.values())
            for name, answer in self.question.outside:
                ticked = [np.asarray(column) == OUTSIDE[name] for column in states]
                boxes[f"{self.question.id}.{answer.code}"] = np.any(
                    [np.zeros(self.n, dtype=bool), *ticked], axis=0
                )
        return {**self.codes, **self.numbers, **self.ticks, **boxes}

    def frame_values(self, offered: tuple[str, ...]) -> dict[str, object]:
        """Return the clean columns; categories are the answers that the wave offered."""
        columns: dict[str, object] = {}
        all_codes = [answer.code for answer in self.question.all_answers]
        kind = pd.CategoricalDtype(list(offered), ordered=self.question.ordered)
        place = np.array([*(offered.index(c) if c in offered else -1 for c in all_codes), -1])
        for name, codes in self.codes.items():
            columns[name] = pd.Categorical.from_codes(place[codes], dtype=kind)
        for name, ticks in self.ticks.items():
            columns[name] = pd.arrays.BooleanArray(ticks.copy(), self.status[name] != Missing.VALID)
        for name, numbers in self.numbers.items():
            columns[name] = pd.array(numbers, dtype="Float64")
        for name, texts in self.texts.items():
            columns[name] = texts.array.astype(CELL_TYPE)
        return columns
