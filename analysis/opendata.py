"""The study and its published table in, the rows of the open data's codebooks out."""

from __future__ import annotations

import pandas as pd

from survey.published import COLUMNS, ORIGIN, Published
from survey.study import Study


def mark_origin(published: Published, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a last column that says whether its numbers are real or invented."""
    return frame.assign(**{ORIGIN[0]: "invented" if published.invented else "real"})


def list_column_rows() -> list[tuple[str, ...]]:
    """Return the codebook of published.csv: column, type, meaning."""
    header = ("column", "type", "meaning")
    return [header, *((name, kind, meaning) for name, (kind, meaning) in COLUMNS.items()), ORIGIN]


def list_code_rows(study: Study) -> list[tuple[str, ...]]:
    """Return what every id means: question, item, answer, net and level, in each language."""
    rows: list[tuple[str, ...]] = [("kind", "question", "code", *study.languages)]

    def add(kind: str, question: str, code: str, text: dict[str, str]) -> None:
        rows.append((kind, question, code, *(text[language] for language in study.languages)))

    for question in study.questionnaire.questions:
        if question.personal:
            continue
        add("question", question.id, "", question.text)
        for item in question.items:
            add("item", question.id, item.id, item.text)
        for period in question.periods:
            add("period", question.id, period.code, period.text)
        for answer in question.all_answers:
            add("answer", question.id, answer.code, answer.text)
        for net in question.nets:
            add("net", question.id, net.code, net.text)
    for segment in study.segments:
        add("segment", segment.id, "", segment.text)
        for level in study.levels(segment):
            add("level", segment.id, level.code, level.text)
    return rows
