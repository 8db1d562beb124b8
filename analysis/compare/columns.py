"""A weighted wave in, the columns that are compared out: one a share, a number, a scale, a table.

Only substantive answers are compared: shares of answers outside the scale, bins and medians are
not. Everything is put together once a wave, and taken from for every segment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from analysis.lines import (
    Domains,
    ShareLine,
    list_domains,
    list_number_lines,
    list_ordered_lines,
    list_score_lines,
    list_share_lines,
)
from analysis.sample import Sample
from survey.questionnaire import Question
from survey.responses import Responses
from survey.study import Study

Booleans = NDArray[np.bool_]
# question, item, answer, statistic of the row; source: the question whose family it is tested in
NAMES = ("question", "item", "answer", "statistic", "source")


class Row(NamedTuple):
    """A row of the table: what a column of answers is counted as."""

    question: str
    item: str
    answer: str
    statistic: str


@dataclass(frozen=True)
class Columns:
    """k columns of answers and the row of the table that each stands for."""

    rows: tuple[Row, ...]
    made_of: tuple[tuple[str, ...], ...]  # questions, the first says the family; scores have more
    values: NDArray  # (n, k); −1 where whole numbers, NaN otherwise: not in the base
    asked: Booleans  # (n, k)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: Collection[int]) -> Self:
        """Return some of the columns."""
        at = np.asarray(list(places), np.intp)
        rows = tuple(self.rows[i] for i in at)
        made_of = tuple(self.made_of[i] for i in at)
        return type(self)(rows, made_of, self.values[:, at], self.asked[:, at])

    def choose(self, questions: Collection[str], apart_from: str = "") -> Self:
        """Return the columns tested with some questions, and not made of one of them."""
        return self.take(
            [
                i
                for i, made_of in enumerate(self.made_of)
                if made_of[0] in questions and apart_from not in made_of
            ]
        )

    def name_rows(self) -> dict[str, NDArray[np.object_]]:
        """Return question, item, answer, statistic and source, each (k,)."""
        named = [(*row, made_of[0]) for row, made_of in zip(self.rows, self.made_of, strict=True)]
        table = np.array(named, object).reshape(len(self), len(NAMES))
        return dict(zip(NAMES, table.T, strict=True))


@dataclass(frozen=True)
class Banner:
    """A segment over the respondents of a wave."""

    segment: str
    question: str  # that it is made from; never compared by the segment
    levels: tuple[str, ...]
    members: Booleans  # (n, levels)

    @property
    def overlaps(self) -> bool:
        """Whether a respondent stands in several levels."""
        return bool((self.members.sum(axis=1) > 1).any())


@dataclass(frozen=True)
class Material:
    """One wave, ready to be compared.

    shares  0 or 1 (int8, −1 outside the base)
    numbers ratings, numbers and scores, NaN outside the base
    scales  ordered answers and ratings, rising with what the scale measures; NaN outside the base
    tables  the answer given, as its place (−1: none), and the options of multiple choice as 0 / 1
    """

    sample: Sample
    domains: Domains
    shares: Columns
    numbers: Columns
    scales: Columns
    tables: Columns

    @property
    def wave(self) -> str:
        """The wave's id."""
        return self.sample.responses.wave

    @cached_property
    def banners(self) -> dict[str, Banner]:
        """The segments that this wave has, by id."""
        found = {}
        for segment in dict.fromkeys(name for name in self.domains.segments if name):
            at = [i for i, name in enumerate(self.domains.segments) if name == segment]
            levels = tuple(self.domains.levels[i] for i in at)
            question = self.domains.questions[at[0]]
            found[segment] = Banner(segment, question, levels, self.domains.members[:, at])
        return found


def collect_material(study: Study, sample: Sample) -> Material:
    """Put together what can be compared in one wave."""
    responses = sample.responses
    n = responses.n
    shares, numbers, scales, tables = Stack(n), Stack(n), Stack(n), Stack(n)
    for question in study.asked(responses.wave):
        if not question.is_closed:
            continue
        lines = list_compared_shares(study, responses, question)
        for line in lines:
            row = Row(question.id, line.place.item, line.answer, line.statistic)
            shares.add(row, code_line(line), line.place.asked)
        _add_tables(tables, question, lines)
        for number in list_number_lines(study, responses, question):
            if "mean" in number.statistics:
                row = Row(question.id, number.place.item, number.answer, "mean")
                numbers.add(row, number.values, number.place.asked)
        for scale in list_ordered_lines(study, responses, question):
            row = Row(question.id, scale.place.item, "", "rank")
            scales.add(row, scale.values, scale.place.asked)
    _add_scores(numbers, study, responses)
    return Material(
        sample,
        list_domains(study, responses),
        shares.columns(np.int8),
        numbers.columns(np.float64),
        scales.columns(np.float64),
        tables.columns(np.int16),
    )


def list_compared_shares(study: Study, responses: Responses, question: Question) -> list[ShareLine]:
    """Return the shares and nets of a question over its substantive answers."""
    outside = {answer.code for _, answer in question.outside}
    return [
        line
        for line in list_share_lines(study, responses, question)
        if line.statistic in ("share", "net") and line.answer not in outside
    ]


class Stack:
    """Columns under construction."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.rows: list[Row] = []
        self.made_of: list[tuple[str, ...]] = []
        self.values: list[NDArray] = []
        self.asked: list[Booleans] = []

    def add(
        self, row: Row, values: NDArray, asked: Booleans, made_of: tuple[str, ...] = ()
    ) -> None:
        """Add a column; `made_of` names its questions where it is a score."""
        self.rows.append(row)
        self.made_of.append(made_of or (row.question,))
        self.values.append(values)
        self.asked.append(asked)

    def columns(self, kind: type) -> Columns:
        values = np.column_stack(self.values) if self.values else np.zeros((self.n, 0))
        asked = np.column_stack(self.asked) if self.asked else np.zeros((self.n, 0))
        return Columns(
            tuple(self.rows),
            tuple(self.made_of),
            values.astype(kind, copy=False),
            asked.astype(np.bool_, copy=False),
        )


def code_line(line: ShareLine) -> NDArray[np.int8]:
    """Return a share line as 1 (counts), 0 (in the base) and −1 (outside), (n,)."""
    return np.where(line.base, line.numerator, -1).astype(np.int8)


def _add_tables(stack: Stack, question: Question, lines: list[ShareLine]) -> None:
    """Add the answer given to each row of a single choice or a grid, as its place among those
    offered, and each option of a multiple choice as picked or not."""
    shares = [line for line in lines if line.statistic == "share"]
    if question.kind == "multiple":
        for line in shares:
            row = Row(question.id, line.place.item, line.answer, "table")
            stack.add(row, code_line(line), line.place.asked)
    if not question.is_categorical:
        return
    for item in dict.fromkeys(line.place.item for line in shares):
        own = [line for line in shares if line.place.item == item]
        place = np.full(stack.n, -1, np.int16)
        for code, line in enumerate(own):
            place[line.numerator & line.base] = code
        stack.add(Row(question.id, item, "", "table"), place, own[0].place.asked)


def _add_scores(stack: Stack, study: Study, responses: Responses) -> None:
    """Add the composite scores, tested in the family of their first item."""
    items = {score.id: score.items for score in study.plan.scores}
    for score in list_score_lines(study, responses):
        line = score.line
        made_of = tuple(row.partition(".")[0] for row in items[line.place.item])
        row = Row(line.place.question, line.place.item, line.answer, "mean")
        stack.add(row, line.values, line.place.asked, made_of)
