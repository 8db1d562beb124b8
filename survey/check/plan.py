"""A study in, the faults of its analysis plan out: names, rows, and what cannot be computed."""

from __future__ import annotations

from collections.abc import Iterator

from survey.check.contrasts import check_contrasts
from survey.check.names import find_repeated, find_twice, find_unknown
from survey.check.rows import (
    NUMBERS,
    check_answer,
    check_question,
    check_questions,
    check_row,
    check_segments,
    check_single_segments,
    find_source,
    offers_level,
    offers_row,
)
from survey.faults import Fault, list_few
from survey.plan import Family, Outcome, Score
from survey.questionnaire import Question
from survey.study import Study

FILE = "plan.toml"
PLANNED = "planned"  # the family of the contrasts planned beforehand


def check_plan(study: Study) -> list[Fault]:
    """Return every fault of `plan.toml`; questionnaire, segments and waves are in order already."""
    return [
        *_check_families(study),
        *check_contrasts(study),
        *_check_nested(study),
        *_check_scores(study),
        *_check_numbers(study),
        *_check_outcomes(study),
        *_check_trend(study),
        *_check_key_figures(study),
    ]


def _check_families(study: Study) -> Iterator[Fault]:
    families = study.plan.families
    yield from find_twice(FILE, "family", (family.id for family in families))
    for family in families:
        where = f'{FILE}: family "{family.id}"'
        if family.id == PLANNED:
            yield Fault(
                where,
                f'the id "{PLANNED}"',
                "another id; this one is of the contrasts planned beforehand",
                "rename the family",
            )
        yield from check_questions(study, f"{where} questions", family.questions)
        yield from check_segments(study, f"{where} segments", family.segments)
    yield from _find_shared(families)


def _find_shared(families: tuple[Family, ...]) -> Iterator[Fault]:
    """A p-value is adjusted within one family."""
    owner: dict[str, str] = {}
    for family in families:
        for question in dict.fromkeys(family.questions):
            first = owner.setdefault(question, family.id)
            if first != family.id:
                yield Fault(
                    f'{FILE}: family "{family.id}" questions',
                    f'the question "{question}", which is of the family "{first}" too',
                    "every question in one family",
                    "take it out of one of them",
                )


def _check_nested(study: Study) -> Iterator[Fault]:
    pairs = [f"{nested.outer} × {nested.inner}" for nested in study.plan.nested]
    yield from find_repeated(f"{FILE}: nested", pairs, "pair", "put their questions together")
    for nested, pair in zip(study.plan.nested, pairs, strict=True):
        where = f"{FILE}: nested {pair}"
        unknown = [
            *check_segments(study, f"{where} outer", [nested.outer]),
            *check_segments(study, f"{where} inner", [nested.inner]),
        ]
        yield from unknown
        yield from check_questions(study, f"{where} questions", nested.questions)
        if unknown:
            continue
        sources = [study.segment(code).question for code in (nested.outer, nested.inner)]
        if sources[0] == sources[1]:
            yield Fault(
                where,
                f'two segments made from the question "{sources[0]}"',
                "segments made from two questions",
                "choose another inner or outer segment",
            )
        for question in nested.questions:
            if question in sources:
                yield Fault(
                    f"{where} questions",
                    f'"{question}", which one of the segments is made from',
                    "questions that neither segment is made from",
                    "take it out",
                )


def _check_scores(study: Study) -> Iterator[Fault]:
    scores = study.plan.scores
    yield from find_twice(FILE, "score", (score.id for score in scores))
    for score in scores:
        where = f'{FILE}: score "{score.id}"'
        unknown = [f for row in score.items for f in check_row(study, f"{where} items", row)]
        yield from unknown
        yield from find_repeated(f"{where} items", score.items, "item", "name it once")
        for row in score.reversed:
            yield from find_unknown(f"{where} reversed", row, score.items, "item of the score")
        if score.least_answered > len(score.items):
            yield Fault(
                f"{where} least_answered",
                f"{score.least_answered}",
                f"at most {len(score.items)}, the number of items",
                "lower it",
            )
        if not unknown:
            yield from _check_scale(study, f"{where} items", score)


def _check_scale(study: Study, where: str, score: Score) -> Iterator[Fault]:
    """The items can be counted, on one scale, and some wave asked them all."""
    sources = {row: find_source(study, row) for row in score.items}
    unordered = [
        Fault(
            where,
            f'"{row}", whose answers have no order',
            "ratings, and choices with ordered answers",
            "take it out, or set ordered = true for its question",
        )
        for row, source in sources.items()
        if source.kind != "rating" and not (source.is_categorical and source.ordered)
    ]
    yield from unordered
    scales = {row: _describe_scale(source) for row, source in sources.items()}
    first = score.items[0]
    yield from (
        Fault(
            where,
            f'"{row}" ({scale}) beside "{first}" ({scales[first]})',
            "items that share one scale",
            "make a score of each scale",
        )
        for row, scale in scales.items()
        if scale != scales[first] and not unordered
    )
    if not any(all(offers_row(study, row, w) for row in score.items) for w in study.wave_order):
        yield Fault(
            where,
            "items that no wave asked together",
            "items that at least one wave asked all of",
            "take out those that were asked in other waves",
        )


def _describe_scale(question: Question) -> str:
    if question.kind == "rating":
        return f"{question.minimum:g} to {question.maximum:g}"
    return list_few(a.code for a in question.answers) + f", {question.direction}"


def _check_numbers(study: Study) -> Iterator[Fault]:
    """Ratios, totals and quantiles are of numbers."""
    plan, asked = study.plan, study.questionnaire
    yield from find_twice(FILE, "ratio", (ratio.id for ratio in plan.ratios))
    for ratio in plan.ratios:
        where = f'{FILE}: ratio "{ratio.id}"'
        sides = {"numerator": ratio.numerator, "denominator": ratio.denominator}
        unknown = [
            fault
            for key, code in sides.items()
            for fault in _check_number(study, f"{where} {key}", code)
        ]
        yield from unknown or _check_ratio(study, where, sides)
    if plan.totals and study.about.sample == "self-selected":
        yield Fault(
            f"{FILE}: totals",
            list_few(plan.totals),
            "no totals for a self-selected sample (sample in study.toml), which speaks of nobody "
            "but its respondents",
            "remove totals",
        )
    yield from find_repeated(f"{FILE}: totals", plan.totals, "question", "name it once")
    for code in plan.totals:
        yield from _check_number(study, f"{FILE}: totals", code)
    yield from _check_quantiles(plan.quantiles, any(q.kind in NUMBERS for q in asked.questions))


def _check_ratio(study: Study, where: str, sides: dict[str, str]) -> Iterator[Fault]:
    """Two numbers that some wave asked both of."""
    codes = set(sides.values())
    if len(codes) < 2:
        yield Fault(where, "one number over itself", "two numbers", "name another of the two")
    elif not any(all(study.wave(w).find_ask(c) for c in codes) for w in study.wave_order):
        yield Fault(
            where,
            "two numbers that no wave asked together",
            "numbers that at least one wave asked both of",
            "choose another numerator or denominator",
        )


def _check_number(study: Study, where: str, code: str) -> Iterator[Fault]:
    unknown = list(check_question(study, where, code))
    yield from unknown
    if not unknown and study.questionnaire[code].kind != "number":
        numbers = [q.id for q in study.questionnaire.questions if q.kind == "number"]
        yield Fault(
            where,
            f'the {study.questionnaire[code].kind} question "{code}"',
            f"numbers that can be summed: {list_few(numbers)}",
            "choose one of them",
        )


def _check_quantiles(quantiles: tuple[float, ...], has_numbers: bool) -> Iterator[Fault]:
    where = f"{FILE}: quantiles"
    yield from find_repeated(where, (f"{value:g}" for value in quantiles), "quantile", "keep one")
    for value in quantiles:
        if not 0 < value < 1:
            yield Fault(where, f"{value:g}", "above 0 and below 1", "write 0.25 for a quarter")
        elif value == 0.5:
            yield Fault(where, "0.5", "others than the median, which is always there", "remove it")
    if quantiles and not has_numbers:
        yield Fault(
            where,
            "quantiles in a study without ratings or numbers",
            "quantiles of ratings and numbers",
            "remove quantiles",
        )


def _check_outcomes(study: Study) -> Iterator[Fault]:
    outcomes = study.plan.outcomes
    yield from find_twice(FILE, "outcome", (outcome.id for outcome in outcomes))
    for outcome in outcomes:
        where = f'{FILE}: outcome "{outcome.id}"'
        unknown = list(check_row(study, f"{where} row", outcome.row))
        yield from unknown
        yield from check_single_segments(study, f"{where} segments", outcome.segments)
        if not unknown:
            yield from _check_yes(study, where, outcome)


def _check_yes(study: Study, where: str, outcome: Outcome) -> Iterator[Fault]:
    """Some answers of a choice count as yes and others do not."""
    question = find_source(study, outcome.row)
    if question.kind not in ("single", "multiple", "grid"):
        yield Fault(
            f"{where} row",
            f'the {question.kind} question "{question.id}"',
            "single or multiple choice, or an item of a grid",
            "choose another row",
        )
        return
    codes = [answer.code for answer in question.answers]
    for answer in outcome.answers:
        yield from find_unknown(f"{where} answers", answer, codes, f'answer of "{question.id}"')
    yield from find_repeated(f"{where} answers", outcome.answers, "answer", "name it once")
    if set(codes) <= set(outcome.answers):
        yield Fault(
            f"{where} answers",
            "all answers",
            "some of the answers, so that others count as no",
            "leave out those that mean no",
        )
    for segment in study.segments:
        if segment.id in outcome.segments and segment.question == question.id:
            yield Fault(
                f"{where} segments",
                f'"{segment.id}", which is made from the question "{question.id}" itself',
                "segments made from other questions",
                "take it out",
            )


def _check_trend(study: Study) -> Iterator[Fault]:
    trend = study.plan.trend
    if trend is None:
        return
    yield from find_unknown(f"{FILE}: trend reference", trend.reference, study.wave_order, "wave")
    where = f"{FILE}: trend segments"
    faults = list(check_single_segments(study, where, trend.segments))
    yield from faults
    if faults:
        return
    for code in trend.segments:
        question = study.segment(code).question
        for wave in study.wave_order:
            yield from _check_composition(study, where, code, question, wave)


def _check_composition(
    study: Study, where: str, segment: str, question: str, wave: str
) -> Iterator[Fault]:
    """A fixed composition needs the same levels in every wave."""
    if study.wave(wave).find_ask(question) is None:
        yield Fault(
            where,
            f'the segment "{segment}", whose question "{question}" wave {wave} did not ask',
            "segments that every wave knows",
            "choose another segment",
        )
        return
    before = study.previous(wave)
    if before is None:
        return
    changed: dict[str, str] = {}
    for level in study.levels(study.segment(segment)):
        had = offers_level(study, question, level, before.id)
        has = offers_level(study, question, level, wave)
        grades = [study.grade(question, wave, answer) for answer in level.answers]
        if has != had:
            changed[level.code] = "new" if has else "dropped"
        elif has and any(grade != "same" for grade in grades):
            changed[level.code] = next(grade for grade in grades if grade != "same")
    if changed:
        told = list_few((f"{code} ({grade})" for code, grade in changed.items()), 5)
        yield Fault(
            where,
            f'the segment "{segment}", whose levels differ in wave {wave}: {told}',
            "segments whose levels are graded the same from wave to wave",
            "choose another segment, or group its answers into levels that compare",
        )


def _check_key_figures(study: Study) -> Iterator[Fault]:
    figures = study.plan.key_figures
    named = [f"{one.row} {one.answer}" if one.answer else one.row for one in figures]
    yield from find_repeated(FILE, named, "key figure", "name it once")
    for figure, name in zip(figures, named, strict=True):
        where = f'{FILE}: key figure "{name}"'
        unknown = list(check_row(study, f"{where} row", figure.row))
        yield from unknown or check_answer(
            f"{where} answer", find_source(study, figure.row), figure.answer
        )
