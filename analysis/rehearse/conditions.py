"""A routing expression and invented answers in, who meets it out: one boolean a respondent."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.questionnaire import Questionnaire
from survey.routing import Compare, Condition, fold_condition, iterate_compares, parse_routing

Marks = NDArray[np.bool_]
Cells = NDArray[np.object_]

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

    `answers` has an array of cells for each variable name. A comparison with a cell that holds
    nothing does not hold; its negation does. < and > on answers follow the questionnaire's order.
    """

    def compare(node: Compare) -> Marks:
        if node.operator == "contains":
            cells = answers.get(f"{node.variable}.{node.value}")
            return _hold_cells(cells, n, lambda cell: cell is True)
        question = questionnaire[node.variable.split(".")[0]]
        order = {answer.code: at for at, answer in enumerate(question.answers)}
        cells = answers.get(node.variable)
        return _hold_cells(cells, n, lambda cell: _compare(cell, node, order))

    met: Marks = fold_condition(
        read_condition(text), compare, np.logical_not, np.logical_and, np.logical_or
    )
    return met


def _hold_cells(cells: Cells | None, n: int, holds: Callable[[Any], bool]) -> Marks:
    if cells is None:
        return np.zeros(n, dtype=bool)
    return np.array([cell is not None and holds(cell) for cell in cells], dtype=bool)


def _compare(cell: Any, node: Compare, order: Mapping[str, int]) -> bool:
    if node.operator == "in":
        values = node.value if isinstance(node.value, tuple) else (node.value,)
        return cell in values
    if node.operator in ("=", "!="):
        return bool(cell == node.value) == (node.operator == "=")
    left = order.get(cell) if isinstance(cell, str) else cell
    right = order.get(node.value) if isinstance(node.value, str) else node.value
    return left is not None and right is not None and COMPARISONS[node.operator](left, right)
