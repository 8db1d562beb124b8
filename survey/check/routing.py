"""A study in, the faults of its routing out: conditions that cannot be read or cannot be met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from survey.check.names import find_missing_item, find_unknown
from survey.faults import Fault
from survey.questionnaire import Question, Questionnaire
from survey.routing import Compare, RoutingError, iterate_compares, parse_routing
from survey.study import Study


def check_routing(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    for question in asked.questions:
        if question.asked_if is not None:
            where = f'questionnaire: question "{question.id}" asked_if'
            earlier = [q.id for q in asked.questions[: asked.position(question.id)]]
            yield from check_condition(asked, where, question.asked_if, earlier, "earlier question")


def check_condition(
    asked: Questionnaire, where: str, text: str, named: Iterable[str], what: str
) -> Iterator[Fault]:
    """Yield every fault of a routing text that may look at the questions `named`, called `what`."""
    try:
        compares = list(iterate_compares(parse_routing(text)))
    except RoutingError as error:
        yield Fault(where, text, str(error), "write it as docs/study-format.md shows")
        return
    for compare in compares:
        name = compare.variable.partition(".")[0]
        unknown = list(find_unknown(where, name, named, what))
        yield from unknown or _check_compare(where, asked[name], compare)


def _check_compare(where: str, source: Question, compare: Compare) -> Iterator[Fault]:
    if source.kind == "open":
        yield Fault(
            where,
            f'the open question "{source.id}"',
            "a question with answers or numbers",
            "choose another question",
        )
        return
    yield from find_missing_item(where, source, compare.variable.partition(".")[2])
    if (compare.operator == "contains") != (source.kind == "multiple"):
        yield Fault(
            where,
            f'{compare.operator} on the {source.kind} question "{source.id}"',
            "contains for multiple choice, = != < > in for other kinds",
            "change the operator",
        )
    by_order = compare.operator in ("<", "<=", ">", ">=")
    if by_order and source.answers and not (source.ordered and source.is_categorical):
        yield Fault(
            where,
            f'{compare.operator} on "{source.id}"',
            "an ordered question",
            "set ordered = true or use in [...]",
        )
    # an answer outside the scale has no place in its order
    codes = [answer.code for answer in (source.answers if by_order else source.all_answers)]
    for value in compare.value if isinstance(compare.value, tuple) else (compare.value,):
        if source.kind not in ("rating", "number"):
            yield from find_unknown(where, str(value), codes, f'answer of "{source.id}"')
        elif not isinstance(value, float):
            yield Fault(where, f'"{value}"', "a number", f'"{source.id}" holds numbers: write one')
