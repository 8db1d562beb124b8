"""What a plan names in, faults out: questions, rows, answers and segments that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from survey.check.names import find_missing_item, find_repeated, find_unknown
from survey.check.numbers import list_points
from survey.faults import Fault, list_few
from survey.questionnaire import Answer, Question
from survey.study import Level, Study

NUMBERS = ("rating", "number")


def check_questions(study: Study, where: str, codes: Iterable[str]) -> Iterator[Fault]:
    """Each question exists, once, and is analysed at all."""
    codes = list(codes)
    yield from find_repeated(where, codes, "question", "name it once")
    for code in dict.fromkeys(codes):
        yield from check_question(study, where, code)


def check_question(study: Study, where: str, code: str) -> Iterator[Fault]:
    asked = study.questionnaire
    closed = [q.id for q in asked.questions if q.is_closed and not q.personal]
    if code in asked.by_id and code not in closed:
        kind = "personal" if asked[code].personal else "open"
        yield Fault(
            where,
            f'the {kind} question "{code}"',
            "questions whose answers are counted",
            "take it out of the plan",
        )
    else:
        yield from find_unknown(where, code, closed, "question")


def check_segments(study: Study, where: str, codes: Iterable[str]) -> Iterator[Fault]:
    """Each segment exists, once."""
    codes = list(codes)
    yield from find_repeated(where, codes, "segment", "name it once")
    for code in dict.fromkeys(codes):
        yield from find_unknown(where, code, (s.id for s in study.segments), "segment")


def check_single_segments(study: Study, where: str, codes: tuple[str, ...]) -> Iterator[Fault]:
    """Each segment puts a respondent in one level, and no two are made from one question."""
    unknown = list(check_segments(study, where, codes))
    yield from unknown
    if unknown:
        return
    segments = [study.segment(code) for code in codes]
    for segment in segments:
        if study.questionnaire[segment.question].kind != "single":
            yield Fault(
                where,
                f'the segment "{segment.id}", in which one respondent may have several levels',
                "segments over single-choice questions",
                "choose another segment",
            )
    sources = [segment.question for segment in segments]
    yield from find_repeated(where, sources, "question behind a segment", "keep one of them")


def check_row(study: Study, where: str, row: str) -> Iterator[Fault]:
    """`question`, `question.item` or `question.item.period` exists and is counted."""
    code, _, item = row.partition(".")
    unknown = list(check_question(study, where, code))
    yield from unknown or find_missing_item(where, study.questionnaire[code], item)


def find_source(study: Study, row: str) -> Question:
    return study.questionnaire[row.partition(".")[0]]


def check_answer(where: str, question: Question, answer: str | None) -> Iterator[Fault]:
    """The answer or net exists; without one, the question has a mean."""
    if answer is None:
        if question.kind not in NUMBERS:
            yield Fault(
                where,
                f'the {question.kind} question "{question.id}" without an answer',
                "an answer or a net; only ratings and numbers have a mean",
                'add answer = "…"',
            )
        return
    nets = [net.code for net in question.nets]
    points = list_points(question)
    if points and answer not in (*points, *nets):  # the nearest spelling of a number is no advice
        ends = f"a point from {points[0]} to {points[-1]}"
        allowed = f"{ends}, or a net: {list_few(nets)}" if nets else ends
        yield Fault(where, f'the point "{answer}"', allowed, "choose a point of the scale")
        return
    named = [*points, *(a.code for a in question.all_answers), *nets]
    if not named:
        yield Fault(
            where,
            f'the answer "{answer}" of the {question.kind} question "{question.id}"',
            "its mean",
            "remove answer",
        )
        return
    yield from find_unknown(where, answer, named, f'answer or net of "{question.id}"')


def offers_row(study: Study, row: str, wave: str) -> bool:
    """Say whether a wave asked the question, with this item."""
    code, _, item = row.partition(".")
    question = study.questionnaire[code]
    if study.wave(wave).find_ask(code) is None:
        return False
    offered = {one.id for one in study.offered_items(question, wave)}
    return not item or item.partition(".")[0] in offered


def list_offered(study: Study, question: Question, wave: str) -> set[str]:
    """Codes that a wave offered, those of a split as the answer they are a part of, and nets."""
    offered: tuple[Answer, ...] = study.offered_answers(question, wave)
    codes = {a.code for a in offered} | {a.part_of for a in offered if a.part_of}
    codes |= set(list_points(question))
    nets = {net.code for net in question.nets if codes & set(net.answers)}
    return codes | nets | {answer.code for _, answer in question.outside}


def offers_level(study: Study, question: str, level: Level, wave: str) -> bool:
    if study.wave(wave).find_ask(question) is None:
        return False
    offered = list_offered(study, study.questionnaire[question], wave)
    return level.offered_in(wave, study.wave_order) and bool(offered & set(level.answers))
