"""A routing condition and what was answered before it in, who meets the condition out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.questionnaire import Question, Questionnaire
from survey.routing import Compare, fold_condition, parse_routing

Marks = NDArray[np.bool_]
Values = Mapping[str, NDArray[Any]]

ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Verdict:
    """For whom a condition holds and for whom it fails; for all others it is unknown."""

    holds: Marks
    fails: Marks


def meet_condition(text: str, questionnaire: Questionnaire, values: Values, n: int) -> Marks:
    """Say for each of `n` respondents whether a routing text holds.

    `values` has an array of length n for each variable (`survey.columns.Variable.name`):
        single, grid    positions in `question.all_answers`, -1 for no answer
        multiple        whether the option is picked, options outside the scale among them
        ranking         ranks, 1 = first; NaN for none
        rating, number  floats; NaN for none

    A comparison with what was not answered, not asked or not in the wave is unknown. "not" leaves
    it unknown, "and" and "or" decide as far as the other side does; unknown in the end is false.
    """

    def compare(node: Compare) -> Verdict:
        source = questionnaire[node.variable.partition(".")[0]]
        known, holds = COMPARISONS[source.kind](node, source, values, n)
        return Verdict(known & holds, known & ~holds)

    verdict: Verdict = fold_condition(
        parse_routing(text),
        compare,
        negate=lambda one: Verdict(one.fails, one.holds),
        both=lambda a, b: Verdict(a.holds & b.holds, a.fails | b.fails),
        either=lambda a, b: Verdict(a.holds | b.holds, a.fails & b.fails),
    )
    return verdict.holds


Compared = tuple[Marks, Any]  # where something is known, and where the comparison holds if it is


def _compare_answers(node: Compare, source: Question, values: Values, n: int) -> Compared:
    """Compare an answer with codes; < and > go by meaning, so that greater is always more of it."""
    at = values.get(node.variable, np.full(n, -1))
    if node.operator not in ORDER:
        alike = list(_find_alike(source, _list_codes(node)))
        return at >= 0, np.isin(at, alike) != (node.operator == "!=")
    named = str(_list_values(node)[0])
    place = [answer.code for answer in source.all_answers].index(named)
    at = np.where(np.isin(at, list(_find_alike(source, {named}))), place, at)
    known = (at >= 0) & (at < len(source.answers))
    sign = -1 if source.direction == "high-to-low" else 1
    return known, ORDER[node.operator](sign * at, sign * place)


def _compare_picks(node: Compare, source: Question, values: Values, n: int) -> Compared:
    """Say who picked any of the codes; of those who picked nothing at all nothing is known."""
    return _compare_options(node, source, values, n, picked=True)


def _compare_first(node: Compare, source: Question, values: Values, n: int) -> Compared:
    """Compare the option ranked first with codes."""
    return _compare_options(node, source, values, n, picked=1)


def _compare_options(
    node: Compare, source: Question, values: Values, n: int, picked: float
) -> Compared:
    alike = _find_alike(source, _list_codes(node))
    known, holds = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for at, answer in enumerate(source.all_answers):
        chosen = values.get(f"{source.id}.{answer.code}", np.zeros(n)) == picked
        known |= chosen
        if at in alike:
            holds |= chosen
    return known, holds != (node.operator == "!=")


def _compare_numbers(node: Compare, source: Question, values: Values, n: int) -> Compared:
    numbers = values.get(node.variable, np.full(n, np.nan))
    wanted = np.array(_list_values(node), dtype=float)
    if node.operator in ORDER:
        return ~np.isnan(numbers), ORDER[node.operator](numbers, wanted[0])
    return ~np.isnan(numbers), np.isin(numbers, wanted) != (node.operator == "!=")


def _compare_nothing(node: Compare, source: Question, values: Values, n: int) -> Compared:
    """What was written freely is compared with nothing."""
    return np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)


COMPARISONS: dict[str, Callable[[Compare, Question, Values, int], Compared]] = {
    "single": _compare_answers,
    "grid": _compare_answers,
    "multiple": _compare_picks,
    "ranking": _compare_first,
    "rating": _compare_numbers,
    "number": _compare_numbers,
    "open": _compare_nothing,
}


def _list_values(node: Compare) -> tuple[str | float, ...]:
    return node.value if isinstance(node.value, tuple) else (node.value,)


def _list_codes(node: Compare) -> set[str]:
    return {str(value) for value in _list_values(node)}


def _find_alike(source: Question, codes: set[str]) -> set[int]:
    """Return the positions of answers and of the parts into which one of them was split."""
    return {
        at
        for at, answer in enumerate(source.all_answers)
        if answer.code in codes or answer.part_of in codes
    }
