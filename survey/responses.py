"""What came back, cleaned: one row a respondent, one column a variable, missing with its kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Self

import pandas as pd


class Missing(IntEnum):
    """Why a cell holds no substantive answer; VALID where it does."""

    VALID = 0
    NOT_ASKED = 1  # the routing led past it
    SKIPPED = 2  # asked and passed over
    NOT_REACHED = 3  # the respondent stopped before it
    DONT_KNOW = 4
    REFUSED = 5
    NOT_APPLICABLE = 6


OUTSIDE = {
    "dont_know": Missing.DONT_KNOW,
    "refused": Missing.REFUSED,
    "not_applicable": Missing.NOT_APPLICABLE,
}
ANSWERED = (Missing.VALID, *OUTSIDE.values())

KEYS = ("started", "finished", "seconds", "last_page", "weight", "stratum", "cluster", "panel")


def name_design_key(column: str) -> str:
    """Return how a column of `columns.design` is called among the keys of the respondents."""
    return f"design.{column}"


@dataclass(frozen=True)
class FlowStep:
    """One step of the respondent flow: how many were left out, why, and how many remain."""

    reason: str
    removed: int
    remaining: int


@dataclass(frozen=True)
class Responses:
    """One wave of clean answers.

    All frames share one index: the respondent key (str).
    values   one column a variable (`survey.columns.Variable.name`): ordered or unordered
             categories of answer codes (single, grid), booleans (multiple: picked),
             Float64 (rating, number; ranks 1 = first), string (open and "other" texts; private)
    status   the same closed columns, int8 codes of `Missing`; a multiple choice question or a
             ranking has the same status in each of its columns
    keys     columns of `KEYS` that the wave has, and `design.<column>` for those that a stage
             of sampling names (str); private
    segments one categorical column a segment, NaN where no level applies (set by `segment`);
             a segment over a multiple choice question has a boolean column `segment.level` each
    weights  one positive number a respondent, mean 1 (set by `weight`; all 1 before)
    flags    boolean columns: speeder, straightliner, … (respondents kept though doubtful)
    flow     received → … → analysed
    """

    study: str
    wave: str
    values: pd.DataFrame
    status: pd.DataFrame
    keys: pd.DataFrame
    segments: pd.DataFrame
    weights: pd.Series
    flags: pd.DataFrame
    flow: tuple[FlowStep, ...]

    @property
    def n(self) -> int:
        return len(self.values)

    def with_(self, **changes: object) -> Self:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]
