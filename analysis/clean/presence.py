"""Parsed questions in, typed absence out: who was not asked, who skipped, who never got there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.clean.parsed import Parsed
from analysis.clean.reader import Reader
from survey.responses import Missing
from survey.routing import name_questions
from survey.routing_values import meet_condition


def apply_routing(parsed: dict[str, Parsed], reader: Reader) -> None:
    """Set NOT_ASKED by the questionnaire's routing, in the order asked.

    An answer where nobody asked is a finding; with the action "note" it stays.
    """
    for one in parsed.values():
        if one.question.asked_if is None:
            continue
        unasked = ~_find_asked(one.question.asked_if, parsed, reader)
        answered = unasked & one.given
        action = reader.book.note_rows(
            "not_asked",
            answered,
            reader.keys,
            one.question.id,
            one.column,
            one.shown,
            f"nothing, since it was asked only if {one.question.asked_if}",
        )
        kept = answered if action == "note" else np.zeros(one.n, dtype=bool)
        one.blank(unasked & ~kept, Missing.NOT_ASKED)


def _find_asked(routing: str, parsed: dict[str, Parsed], reader: Reader) -> np.ndarray:
    values: dict[str, np.ndarray] = {}
    for name in name_questions(routing):
        if name in parsed:
            values |= parsed[name].list_values()
    return meet_condition(routing, reader.study.questionnaire, values, reader.n)


def apply_reach(
    parsed: dict[str, Parsed], pages: dict[str, int | None], last_page: pd.Series | None
) -> None:
    """Turn SKIPPED into NOT_REACHED after the last question that was answered or plainly seen.

    Where the export tells the last page seen and the wave file the page of a question, that page
    decides; an answer further on shows all the same that the respondent passed the question.
    """
    order = list(parsed.values())
    last = np.full(order[0].n if order else 0, -1)
    for place, one in enumerate(order):
        last[one.has_answer() | (one.was_seen() & ~_is_unasked(one))] = place
    seen = None if last_page is None else last_page.to_numpy(float, na_value=np.nan)
    for place, one in enumerate(order):
        reached = last >= place
        page = pages.get(one.question.id)
        if seen is not None and page is not None:
            reached = reached | (seen >= page)
        for states in one.status.values():
            states[(states == Missing.SKIPPED) & ~reached] = Missing.NOT_REACHED


def _is_unasked(one: Parsed) -> np.ndarray:
    """Whether all closed columns of a question are not asked; an open question has none."""
    if not one.status:
        return np.ones(one.n, dtype=bool)
    return np.all([states == Missing.NOT_ASKED for states in one.status.values()], axis=0)
