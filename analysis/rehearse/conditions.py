"""A routing expression and invented answers in, who meets it out: one boolean a respondent."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.questionnaire import Question, Questionnaire
from survey.routing import Compare, Condition, fold_condition, iterate_compares, parse_routing

Marks = NDArray[np.bool_]
Cells = NDArray[np.object_]


@dataclass(frozen=True)
class Verdict:
    """For whom a condition holds and for whom it fails; for the others it is unknown."""

    holds: Marks
    fails: Marks


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@lru_cache(maxsize=1024)
def read_condition(text: str) -> Condition:
    """Return the parsed expression; the same few are asked for again and again."""
    return parse_routing(text)


def keep_where(marks: Marks, cells: Cells) -> Cells:
    """Return a copy of the cells with None where `marks` is false."""
    kept = cells.copy()
    kept[~marks] = None
    return kept


def name_questions(text: str) -> tuple[str, ...]:
    """Return the ids of the questions that an expression looks at."""
    compares = iterate_compares(read_condition(text))
    return tuple(dict.fromkeys(compare.variable.split(".")[0] for compare in compares))


def meet_condition(
    text: str, answers: Mapping[str, Cells], n: int, questionnaire: Questionnaire
) -> Marks:
    """Say for each of `n` respondents whether the expression holds.

    `answers` has an array of cells for each variable name. As in cleaning, a comparison with a
    question that was not answered is unknown; "not" leaves it so, and in the end it does not hold.
    """

    def compare(node: Compare) -> Verdict:
        question = questionnaire[node.variable.split(".")[0]]
        cells = _gather_cells(node, question, answers)
        if cells is None:
            return Verdict(np.zeros(n, dtype=bool), np.zeros(n, dtype=bool))
        known = np.array([cell is not None for cell in cells], dtype=bool)
        holds = np.array([_compare(cell, node, question) for cell in cells], dtype=bool)
        return Verdict(known & holds, known & ~holds)

    verdict: Verdict = fold_condition(
        read_condition(text),
        compare,
        lambda one: Verdict(one.fails, one.holds),
        lambda a, b: Verdict(a.holds & b.holds, a.fails | b.fails),
        lambda a, b: Verdict(a.holds | b.holds, a.fails & b.fails),
    )
    return verdict.holds


def _gather_cells(
    node: Compare, question: Question, answers: Mapping[str, Cells]
) -> list[Any] | None:
    """Return what a comparison looks at: an answer or number, the picks, the option ranked first.

    None in the list where nothing was answered; no list where the wave does not ask the question.
    """
    if question.kind not in ("multiple", "ranking"):
        cells = answers.get(node.variable)
        return None if cells is None else list(cells)
    codes = [a.code for a in question.all_answers if f"{question.id}.{a.code}" in answers]
    if not codes:
        return None
    sign = True if question.kind == "multiple" else 1.0
    rows = zip(*(answers[f"{question.id}.{code}"] for code in codes), strict=True)
    picked = [
        tuple(code for code, cell in zip(codes, row, strict=True) if cell == sign) for row in rows
    ]
    return [codes_of_row or None for codes_of_row in picked]


def _compare(cell: Any, node: Compare, question: Question) -> bool:
    """Compare one cell; the parts of a split answer count as the old one, order is by meaning."""
    values = node.value if isinstance(node.value, tuple) else (node.value,)
    if cell is None:
        return False
    if node.operator in ("=", "!=", "in", "contains"):
        given = cell if isinstance(cell, tuple) else (cell,)
        parents = {answer.code: answer.part_of for answer in question.answers}
        equal = any(one in values or parents.get(one) in values for one in given)
        return equal != (node.operator == "!=")
    order = {answer.code: at for at, answer in enumerate(question.answers)}
    left, right = order.get(cell, cell), order.get(str(values[0]), values[0])
    if isinstance(left, str) or isinstance(right, str):
        return False
    sign = -1 if question.answers and question.direction == "high-to-low" else 1
    return COMPARISONS[node.operator](sign * left, sign * right)
