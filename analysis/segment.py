"""Clean responses and the study's segments in, the same responses with their segments out."""

from __future__ import annotations

import pandas as pd

from survey.questionnaire import Question
from survey.responses import Responses
from survey.study import Level, Segment, Study


def divide_respondents(study: Study, responses: Responses) -> Responses:
    """Add one categorical column a segment, its levels in their declared order.

    A segment over a multiple choice question has a boolean column `segment.level` for each level,
    since one respondent may stand in several. A level is there only if the wave offered one of
    its answers (or a part of one); a segment whose question the wave did not ask is left out.
    """
    columns: dict[str, pd.Series] = {}
    for segment in study.segments:
        question = study.questionnaire[segment.question]
        levels = list_offered_levels(study, segment, responses.wave)
        if question.kind == "multiple":
            columns |= _divide_picks(responses, segment, question, levels)
        elif question.id in responses.values and levels:
            columns[segment.id] = _divide_answers(responses, segment, question, levels)
    return responses.with_(segments=pd.DataFrame(columns, index=responses.values.index))


def list_offered_levels(study: Study, segment: Segment, wave: str) -> tuple[Level, ...]:
    """Return the levels of a segment that a wave offered, in their declared order."""
    question = study.questionnaire[segment.question]
    offered = {answer.code for answer in study.offered_answers(question, wave)}
    return tuple(
        level
        for level in study.levels(segment)
        if level.offered_in(wave, study.wave_order) and offered & _list_answers(question, level)
    )


def _list_answers(question: Question, level: Level) -> set[str]:
    """Return the answers of a level, the parts of an answer that was split among them."""
    parts = {answer.code for answer in question.answers if answer.part_of in level.answers}
    return set(level.answers) | parts


def _divide_answers(
    responses: Responses, segment: Segment, question: Question, levels: tuple[Level, ...]
) -> pd.Series:
    by_answer = {code: level.code for level in levels for code in _list_answers(question, level)}
    kind = pd.CategoricalDtype([level.code for level in levels], ordered=True)
    answers = responses.values[question.id].astype(object)
    return answers.map(by_answer).astype(kind).rename(segment.id)


def _divide_picks(
    responses: Responses, segment: Segment, question: Question, levels: tuple[Level, ...]
) -> dict[str, pd.Series]:
    columns = {}
    for level in levels:
        names = [f"{question.id}.{code}" for code in _list_answers(question, level)]
        present = [name for name in names if name in responses.values]
        if present:
            columns[f"{segment.id}.{level.code}"] = (
                responses.values[present].any(axis=1, skipna=False).astype("boolean")
            )
    return columns
