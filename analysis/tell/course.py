"""A number over the waves and its tested steps in, what may be said of its course out.

Only neighbouring waves are tested, so a course is told by the steps that are clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis.phrases import phrase
from analysis.wording import join_words

Sign = Literal[-1, 0, 1]
# the end of the keys of its phrases (claims.since_… and claims.moved_…), and what stands in them
Judged = tuple[str, dict[str, str]]


def judge_course(
    rows: Sequence[pd.Series],
    steps: Sequence[pd.Series | None],
    signs: Sequence[Sign | None],
    language: str,
) -> Judged:
    """Return how a number moved: "moved" with its clear steps, "drift", "steady" or "same".

    `rows` are its published rows since the last break, `steps` the comparisons between them with
    their `signs`. "drift": no step is clear, but all go one way and the first and last interval
    have nothing in common. "same" is a course of two waves. "untested", and "unknown" where
    a single wave compares.
    """
    if len(rows) < 2:
        return "unknown", {}
    waves = [str(row["wave"]) for row in rows]
    if any(signs):
        return "moved", {"steps": _tell_steps(waves, signs, rows[0]["answer"] != "", language)}
    if None in signs:
        return "untested", {}
    if len(rows) == 2:
        return "same", {"first": waves[0]}
    values = [float(step["value"]) for step in steps if step is not None]
    if _is_drift(rows, values):
        return "drift", {"first": waves[0], "last": waves[-1]}
    return "steady", {}


def _is_drift(rows: Sequence[pd.Series], values: Sequence[float]) -> bool:
    if not (min(values) >= 0 or max(values) <= 0):
        return False
    first, last = rows[0], rows[-1]
    return bool(first["high"] < last["low"] or last["high"] < first["low"])


def _tell_steps(
    waves: Sequence[str], signs: Sequence[Sign | None], is_share: bool, language: str
) -> str:
    """Return the clear steps, "van 2025 op 2026 duidelijk meer"."""
    words = ("more", "less") if is_share else ("higher", "lower")
    told = []
    for word, sign in zip(words, (1, -1), strict=True):
        pairs = [
            phrase(language, "claims.step_pair", one=waves[at], two=waves[at + 1])
            for at, found in enumerate(signs)
            if found == sign
        ]
        if pairs:
            joined = join_words(pairs, language)
            told.append(phrase(language, f"claims.step_{word}", pairs=joined))
    return join_words(told, language)
