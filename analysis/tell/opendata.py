"""The study and its published tables in, the rows of the open data's codebooks out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.phrases import phrase
from survey.plan import Family, Outcome, Ratio, Score
from survey.published import ORIGIN, Published
from survey.study import Study


def mark_origin(
    published: Published, frame: pd.DataFrame, languages: Sequence[str]
) -> pd.DataFrame:
    """Return the frame with a last column that says whether its numbers are real or invented.

    It says so in the file's language, or in each of the study's ("verzonnen / invented").
    """
    key = "origin.invented" if published.invented else "origin.real"
    return frame.assign(**{ORIGIN[0]: " / ".join(phrase(one, key) for one in languages)})


def list_column_rows(columns: Mapping[str, tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the codebook of a table, COLUMNS or COMPARED: column, type, meaning."""
    header = ("column", "type", "meaning")
    return [header, *((name, kind, meaning) for name, (kind, meaning) in columns.items()), ORIGIN]


def list_code_rows(study: Study) -> list[tuple[str, ...]]:
    """Return what every id means, from questions to families of tests, in each language."""
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
    named: list[tuple[str, Sequence[Score | Ratio | Outcome | Family]]] = [
        ("score", study.plan.scores),
        ("ratio", study.plan.ratios),
        ("outcome", study.plan.outcomes),
        ("family", study.families),
    ]
    for kind, declared in named:
        for one in declared:
            add(kind, "", one.id, one.text)
    return rows
