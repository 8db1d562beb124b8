"""Clean answers in, doubtful respondents out: incomplete, too fast, the same answer throughout."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.clean.parsed import Parsed
from survey.responses import ANSWERED, Missing


def compute_completeness(parsed: Mapping[str, Parsed], n: int) -> np.ndarray:
    """Return for each respondent the share of the asked closed questions that are answered.

    A grid counts by the share of its asked cells answered; "don't know" is an answer; no pick
    where the base is everybody who reached the question is one too. 1 where nothing was asked.
    """
    asked, answered = np.zeros(n), np.zeros(n)
    for one in parsed.values():
        if not one.status:
            continue
        states = np.column_stack(list(one.status.values()))
        counted = states != Missing.NOT_ASKED
        filled = np.isin(states, ANSWERED)
        if one.question.kind == "multiple" and one.question.base_rule == "asked":
            filled |= states == Missing.SKIPPED
        cells = counted.sum(axis=1)
        asked += cells > 0
        answered += np.divide(
            (filled & counted).sum(axis=1), cells, where=cells > 0, out=np.zeros(n)
        )
    return np.divide(answered, asked, where=asked > 0, out=np.ones(n))


def find_speed_limit(seconds: np.ndarray, share: float) -> float:
    """Return the duration in seconds below which a respondent is too fast; 0 if none is known."""
    known = seconds[~np.isnan(seconds)]
    return share * float(np.median(known)) if len(known) else 0.0


def find_straightliners(parsed: Mapping[str, Parsed], n: int, least: int) -> np.ndarray:
    """Return who gave one and the same answer in every grid answered in full on `least` items.

    Each grid may have its own answer; somebody who answered no such grid in full is not judged.
    """
    judged, varied = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for one in parsed.values():
        codes = [c for name, c in one.codes.items() if name not in one.absent]
        if one.question.kind != "grid" or len(codes) < least:
            continue
        table = np.column_stack(codes)
        substantive = (table >= 0) & (table < len(one.question.answers))
        full = substantive.all(axis=1)
        judged |= full
        varied |= full & (table != table[:, :1]).any(axis=1)
    return judged & ~varied
