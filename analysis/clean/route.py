"""A routing condition and the answers before it in, who was asked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.clean.parsed import Parsed
from survey.questionnaire import Question
from survey.responses import ANSWERED, Missing
from survey.routing import Compare, fold_condition, parse_routing

OPERATORS = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds, fails, or (both False) is unknown since nobody answered."""

    holds: np.ndarray
    fails: np.ndarray


def find_asked(routing: str, parsed: Mapping[str, Parsed], n: int) -> np.ndarray:
    """Return who was asked. An unanswered or unasked source leaves a condition unknown, which
    "not" does not turn into true; a condition unknown in the end counts as false."""
    verdict: Verdict = fold_condition(
        parse_routing(routing),
        compare=lambda node: _compare(node, parsed, n),
        negate=lambda one: Verdict(one.fails, one.holds),
        both=lambda a, b: Verdict(a.holds & b.holds, a.fails | b.fails),
        either=lambda a, b: Verdict(a.holds | b.holds, a.fails & b.fails),
    )
    return verdict.holds


def _compare(node: Compare, parsed: Mapping[str, Parsed], n: int) -> Verdict:
    name = node.variable.partition(".")[0]
    source = parsed.get(name)
    if source is None:
        nobody = np.zeros(n, dtype=bool)
        return Verdict(nobody, nobody)
    values = node.value if isinstance(node.value, tuple) else (node.value,)
    if source.question.kind == "multiple":
        return _compare_picks(source, [str(value) for value in values])
    if source.question.kind in ("single", "grid"):
        return _compare_answers(node, source, [str(value) for value in values])
    if source.question.kind == "ranking":
        return _compare_first(source, [str(value) for value in values], node.operator)
    numbers = source.numbers.get(node.variable, np.full(n, np.nan))
    known = ~np.isnan(numbers)
    if node.operator == "in":
        holds = np.isin(numbers, np.array(values, dtype=float))
    else:
        holds = OPERATORS[node.operator](numbers, float(values[0]))
    return Verdict(known & holds, known & ~holds)


def _compare_answers(node: Compare, source: Parsed, codes: list[str]) -> Verdict:
    """Compare an answer with codes; the parts of a split count as the old answer.

    < and > go by meaning: on a scale from high to low the first answer is the greatest.
    """
    question = source.question
    position = source.codes.get(node.variable, np.full(source.n, -1))
    known = position >= 0
    if node.operator in ("=", "!=", "in"):
        holds = np.isin(position, _find_positions(question, codes))
        holds = ~holds if node.operator == "!=" else holds
    else:
        known = known & (position < len(question.answers))
        at = [answer.code for answer in question.all_answers].index(codes[0])
        sign = -1 if question.direction == "high-to-low" else 1
        holds = OPERATORS[node.operator](sign * position, sign * at)
    return Verdict(known & holds, known & ~holds)


def _find_positions(question: Question, codes: list[str]) -> list[int]:
    return [
        at
        for at, answer in enumerate(question.all_answers)
        if answer.code in codes or answer.part_of in codes
    ]


def _compare_picks(source: Parsed, codes: list[str]) -> Verdict:
    """Say who picked any of the codes; who picked nothing at all is unknown."""
    question = source.question
    known, holds = np.zeros(source.n, dtype=bool), np.zeros(source.n, dtype=bool)
    for states in source.status.values():
        known |= np.isin(states, ANSWERED)
        for name, answer in question.outside:
            if answer.code in codes:
                holds |= states == Missing[name.upper()]
    for answer in question.answers:
        if answer.code in codes or answer.part_of in codes:
            holds |= source.ticks.get(f"{question.id}.{answer.code}", np.zeros(source.n, bool))
    return Verdict(known & holds, known & ~holds)


def _compare_first(source: Parsed, codes: list[str], operator: str) -> Verdict:
    """Compare the option ranked first with codes."""
    known, holds = np.zeros(source.n, dtype=bool), np.zeros(source.n, dtype=bool)
    for name, ranks in source.numbers.items():
        known |= ranks == 1
        if name.partition(".")[2] in codes:
            holds |= ranks == 1
    holds = ~holds if operator == "!=" else holds
    return Verdict(known & holds, known & ~holds)
