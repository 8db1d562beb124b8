"""Invented cells in, out: those of some respondents, or the values that routing compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.questionnaire import Questionnaire
from survey.routing import name_questions
from survey.routing_values import Marks

Cells = NDArray[np.object_]


def keep_where(marks: Marks, cells: Cells) -> Cells:
    """Return a copy of the cells with None where `marks` is false."""
    kept = cells.copy()
    kept[~marks] = None
    return kept


def value_cells(
    text: str, answers: Mapping[str, Cells], questionnaire: Questionnaire
) -> dict[str, NDArray[Any]]:
    """Return what a routing text looks at as `meet_condition` takes it: variable → values."""
    looked_at = set(name_questions(text))
    values: dict[str, NDArray[Any]] = {}
    for name, cells in answers.items():
        if name.partition(".")[0] not in looked_at or ":" in name:
            continue
        question = questionnaire[name.partition(".")[0]]
        if question.is_categorical:
            place = {answer.code: at for at, answer in enumerate(question.all_answers)}
            values[name] = np.array([place.get(cell, -1) for cell in cells], dtype=np.int64)
        else:  # "don't know" in place of a number is none
            is_none = [cell is None or isinstance(cell, str) for cell in cells]
            values[name] = np.where(is_none, np.nan, cells).astype(float)
    return values
