"""A study in, the faults of its questions out: what a kind needs, codes, waves that they name."""

from __future__ import annotations

from collections.abc import Iterator

from survey.check.names import find_repeated, find_unknown
from survey.check.numbers import check_bounds, check_nets
from survey.faults import Fault, list_few
from survey.questionnaire import Question, Scale, Spanned
from survey.study import Study


def check_questions(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    scales = {scale.id: scale for scale in asked.scales}
    for scale in asked.scales:
        yield from _check_codes(f'questionnaire: scale "{scale.id}"', scale)
    for question in asked.questions:
        where = f'questionnaire: question "{question.id}"'
        yield from find_unknown(
            f"{where} block", question.block, (b.id for b in asked.blocks), "block"
        )
        if question.theme is not None:
            themes = (t.id for t in asked.themes)
            yield from find_unknown(f"{where} theme", question.theme, themes, "theme")
        if question.scale is not None:
            yield from find_unknown(f"{where} scale", question.scale, scales, "scale")
        yield from _check_kind(where, question)
        yield from check_bounds(where, question)
        if not _is_shared(question, scales.get(question.scale or "")):
            yield from _check_codes(where, question)
        yield from _check_choices(where, question)
        yield from _check_spans(study, where, question)


def _check_kind(where: str, question: Question) -> Iterator[Fault]:
    """Each kind has what it needs and nothing that it cannot use."""
    needs_answers = question.kind in ("single", "multiple", "grid", "ranking")
    scale_is_unknown = question.scale is not None and not question.answers  # told already
    if needs_answers and len(question.answers) < 2 and not scale_is_unknown:
        yield Fault(
            where,
            "one answer" if question.answers else "no answers",
            "at least two answers for this kind",
            "declare answers = [[…], […]] or name a scale",
        )
    if not needs_answers and question.answers:
        yield Fault(
            where,
            "answers",
            f"no answers for a question of the kind {question.kind}",
            "remove them or choose another kind",
        )
    if (question.kind == "grid") != bool(question.items):
        yield Fault(
            where,
            "items" if question.items else "no items",
            "items for a grid, and only for a grid",
            "declare [[question.item]] or choose another kind",
        )
    if question.periods and question.kind != "grid":
        yield Fault(
            where, "periods", "periods only for a grid", "remove them or choose the kind grid"
        )
    if question.kind == "rating" and (question.minimum is None or question.maximum is None):
        yield Fault(
            where,
            "no minimum or no maximum",
            "both ends of the rating",
            "declare minimum = 0 and maximum = 10",
        )
    if question.exclusive and question.kind not in ("single", "multiple"):
        yield Fault(where, "exclusive", "exclusive options only for a choice", "remove it")
    if question.most and question.kind not in ("multiple", "ranking"):
        yield Fault(where, "most", "most picks only for multiple choice and ranking", "remove it")


def _is_shared(question: Question, scale: Scale | None) -> bool:
    """Whether answers, midpoint and nets are the scale's own, and so are their faults."""
    keys = ("answers", "midpoint", "nets", *(name for name, _ in question.outside))
    return scale is not None and all(getattr(question, k) == getattr(scale, k) for k in keys)


def _check_codes(where: str, named: Question | Scale) -> Iterator[Fault]:
    """Every answer and net stands once, and the codes that are named exist."""
    outside = (named.dont_know, named.refused, named.not_applicable)
    listed = [*named.answers, *(answer for answer in outside if answer is not None)]
    yield from find_repeated(where, (answer.code for answer in listed), "answer")
    yield from find_repeated(where, (net.code for net in named.nets), "net")
    codes = [answer.code for answer in named.answers]
    if named.midpoint is not None:
        yield from find_unknown(f"{where} midpoint", named.midpoint, codes, "answer")
    for answer in named.answers:
        if answer.part_of is not None and answer.part_of not in codes:
            yield Fault(
                f"{where} part_of",
                f'the unknown answer "{answer.part_of}"',
                list_few(codes),
                "declare the old answer too, with until",
            )
    yield from check_nets(where, named)


def _check_choices(where: str, question: Question) -> Iterator[Fault]:
    """Options with a part of their own exist; every item and period stands once."""
    yield from find_repeated(where, (item.id for item in question.items), "item")
    yield from find_repeated(where, (period.code for period in question.periods), "period")
    codes = [answer.code for answer in question.answers]
    named = [("exclusive", code) for code in question.exclusive]
    named += [("other", question.other)] if question.other is not None else []
    for key, code in named:
        yield from find_unknown(f"{where} {key}", code, codes, "answer")


def _check_spans(study: Study, where: str, question: Question) -> Iterator[Fault]:
    parts: list[tuple[str, Spanned]] = [(answer.code, answer) for answer in question.answers]
    parts += [(item.id, item) for item in question.items]
    for name, part in parts:
        for key, wave in (("since", part.since), ("until", part.until)):
            if wave is not None:
                yield from find_unknown(f'{where} "{name}" {key}', wave, study.wave_order, "wave")
