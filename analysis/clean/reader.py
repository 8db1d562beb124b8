"""What every parser of a question needs at hand, and how findings describe what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.clean.notebook import Notebook
from survey.columns import Column
from survey.questionnaire import Answer, Question
from survey.raw import RawTable, squeeze_text
from survey.responses import OUTSIDE, Missing
from survey.study import Study


@dataclass(frozen=True)
class Reader:
    """What every parser of a question needs: the wave's table, its keys and the notebook."""

    study: Study
    raw: RawTable
    keys: np.ndarray
    book: Notebook

    @property
    def n(self) -> int:
        return self.raw.n

    def cells(self, column: Column) -> pd.Series | None:
        """Return the delivered cells of a declared column; None if the export lacks it."""
        name = squeeze_text(column.name)
        return self.raw.cells.get(name)

    def labels(self, column: Column) -> dict[str, str]:
        return self.raw.value_labels.get(squeeze_text(column.name), {})

    def missing_codes(self, column: Column) -> frozenset[str]:
        return self.raw.user_missing.get(squeeze_text(column.name), frozenset())

    def list_offered(self, question: Question) -> tuple[Answer, ...]:
        """Return the answers that the wave offered, those outside the scale last."""
        offered = self.study.offered_answers(question, self.raw.wave)
        return (*offered, *(answer for _, answer in question.outside))

    def note(
        self,
        check: str,
        rows: np.ndarray,
        column: Column,
        found: pd.Series | Sequence[str],
        allowed: str | dict[str, str],
    ) -> str:
        """Write down one problem per marked row of a column; return the declared action."""
        question = column.variable.question
        return self.book.note_rows(check, rows, self.keys, question, column.name, found, allowed)

    def note_user_missing(self, column: Column, cells: pd.Series, empty: np.ndarray) -> None:
        """Write down once per code what the file calls missing and the study does not know."""
        codes = self.missing_codes(column)
        if not codes:
            return
        undeclared = cells[empty & cells.isin(codes).to_numpy(bool)]
        for code, times in undeclared.value_counts().sort_index().items():
            label = self.labels(column).get(str(code))
            named = f' "{label}"' if label else ""
            self.book.note(
                "user_missing",
                "note",
                question=column.variable.question,
                column=column.name,
                found=f"{code}{named} in {times} rows, called missing by the file",
                allowed="read as no answer; declare it as dont_know, refused or not_applicable",
            )


def list_states(question: Question) -> np.ndarray:
    """Return the status of each position in `question.all_answers`; the last for "nothing"."""
    states = [Missing.VALID] * len(question.answers)
    states += [OUTSIDE[name] for name, _ in question.outside]
    return np.array([*states, Missing.SKIPPED], dtype=np.int8)


def find_any(arrays: Iterable[np.ndarray], n: int) -> np.ndarray:
    """Return where any of some boolean arrays holds; nowhere if there are none."""
    found = np.zeros(n, dtype=bool)
    for one in arrays:
        found |= one
    return found


def strip_texts(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return free texts, NA for empty ones, and what a finding may say of each: its length."""
    texts = cells.str.strip().replace("", pd.NA)
    return texts, texts.str.len().map(lambda size: f"a text of {size} characters", "ignore")
