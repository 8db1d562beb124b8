"""Rounded numbers with their bases in, the same without those that would tell of too few out.

Two rules. A number whose base is below the study's limit is withheld. And so that no such number
can be found by subtraction, whoever is left when the published levels are taken from a total is
nobody, or as many as the limit: where fewer are left, the smallest levels are withheld too until
it holds (secondary suppression: Hundepool et al. 2012, Statistical Disclosure Control, 4.2).

Segments are held against the whole and crossed segments against both of theirs. Not looked at:
segments that overlap with one another, such as two groupings of one question, and waves in which
the same persons answer again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.publish.keys import Integers, code_rows, code_texts, find_places, merge_nets
from analysis.statistics.letters import name_columns
from survey.study import Study

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

TOO_SMALL = "base-too-small"
WOULD_REVEAL = "would-reveal"
INDICATIVE = "base-small"
NOBODY = "base-empty"
NUMBER = ("wave", "question", "item", "answer", "statistic")
NUMBERS = [
    "value", "low", "high", "standard_error", "degrees", "unweighted", "count", "asked", "answered",
    "base", "effective", "change", "rest",
]  # fmt: skip
MOST_COLUMNS_JOINED = 26  # beyond, letters are joined by a blank


def suppress_rows(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Withhold numbers on too small a base, and what they could be computed from."""
    limits = study.about.thresholds
    rows = rows.copy()
    base = rows["base"].to_numpy(np.float64)
    small = ~(base >= limits.withhold_below)  # without a known base nothing is published
    parents = list_parents(study, rows)
    withheld = hide_derivable(base, small, parents, _code_lines(rows), limits.withhold_below)
    indicative = ~withheld & (base < limits.indicative_below)
    rows["state"] = np.select([withheld, indicative], ["withheld", "indicative"], "published")
    rows["reason"] = np.select(
        [base == 0, small, withheld, indicative], [NOBODY, TOO_SMALL, WOULD_REVEAL, INDICATIVE], ""
    )
    rows["letters"] = strip_letters(study, rows, withheld)
    rows.loc[withheld, NUMBERS] = np.nan
    rows.loc[(rows["rest_base"] < limits.withhold_below).to_numpy(bool), "rest"] = np.nan
    rows.loc[_past_withheld(study, rows, withheld), "change"] = np.nan
    return rows


def list_parents(study: Study, rows: pd.DataFrame) -> tuple[Integers, ...]:
    """Return for each row the places of the rows that it is a part of; -1 where there is none.

    A number of a level is part of the number over all. One of a crossed level is part of the
    number of its outer level, and, in the second array, of that of its inner level.
    """
    pair, names = code_texts(rows["segment"].astype("string") + "/" + rows["level"])
    crossed = {nested.id: nested for nested in study.plan.nested}
    known = {name: at for at, name in enumerate(names)}
    above = np.full((2, len(names) + 1), -1, np.int64)
    for at, name in enumerate(names):
        segment, _, level = name.partition("/")
        if segment in crossed:
            outer, _, inner = level.partition(".")
            above[0, at] = known.get(f"{crossed[segment].outer}/{outer}", -1)
            above[1, at] = known.get(f"{crossed[segment].inner}/{inner}", -1)
        elif segment:
            above[0, at] = known.get("/", -1)
    number = code_rows(rows, NUMBER) * len(names)
    return tuple(
        np.where(part[pair] < 0, -1, find_places(number + pair, number + part[pair]))
        for part in above
    )


def _code_lines(rows: pd.DataFrame) -> Integers:
    return code_texts(rows["segment"])[0]


def hide_derivable(
    base: Floats, small: Booleans, parents: tuple[Integers, ...], segment: Integers, limit: float
) -> Booleans:
    """Return which numbers are withheld: the small ones, and what they could be computed from.

    base     respondents of each row, (n,)
    small    which are withheld for their base
    parents  the rows that each row is a part of; -1 for none
    segment  rows with the same parent and segment are parts of it that exclude one another
    """
    hidden = small.copy()
    for parent in parents:
        others = base[parent] - base
        hidden |= (parent >= 0) & (others > 0) & (others < limit)
    while True:
        more = hidden.copy()
        for parent in parents:
            more |= (parent >= 0) & more[parent]  # its parts add up to a withheld number
            more |= _protect_parts(base, more, parent, segment, limit)
        if np.array_equal(more, hidden):
            return hidden
        hidden = more


def _protect_parts(
    base: Floats, hidden: Booleans, parent: Integers, segment: Integers, limit: float
) -> Booleans:
    """Return which further parts to withhold, the smallest of each parent and segment first."""
    rows = np.flatnonzero(parent >= 0)
    further = np.zeros(len(base), bool)
    line = pd.factorize(parent[rows] * (int(segment.max(initial=0)) + 1) + segment[rows])[0]
    shown = np.where(hidden[rows], 0.0, base[rows])
    left = base[parent[rows]] - np.bincount(line, shown)[line] if rows.size else shown
    exposed = np.bincount(line, hidden[rows] & (base[rows] > 0), minlength=1)[line] > 0
    order = np.lexsort((base[rows], line))
    ahead = np.empty(len(rows))
    summed = pd.Series(shown[order]).groupby(line[order]).cumsum().to_numpy()
    ahead[order] = summed - shown[order]
    further[rows] = ~hidden[rows] & exposed & (left + ahead < limit)
    return further


def strip_letters(study: Study, rows: pd.DataFrame, withheld: Booleans) -> list[str]:
    """Return the letters of each row without those of withheld levels; none for those themselves.

    Rows hold the letters of the declared levels of their segment: A is the first.
    """
    line = code_rows(rows, (*NUMBER, "segment"))
    letters = _name_levels(study)
    gone: dict[int, set[str]] = {}
    segments, levels = rows["segment"].tolist(), rows["level"].tolist()
    for at in np.flatnonzero(withheld).tolist():
        name = letters.get((segments[at], levels[at]), "")
        gone.setdefault(int(line[at]), set()).add(name)
    counts = pd.Series([segment for segment, _ in letters]).value_counts()
    kept = ["" if hidden else text for text, hidden in zip(rows["letters"], withheld, strict=True)]
    for at, text in enumerate(kept):
        if text and (lost := gone.get(int(line[at]))):
            apart = " " if counts.get(segments[at], 0) > MOST_COLUMNS_JOINED else ""
            marks = text.split() if apart else list(text)
            kept[at] = apart.join(mark for mark in marks if mark not in lost)
    return kept


def _name_levels(study: Study) -> dict[tuple[str, str], str]:
    """Return the letter of every (segment, level), in declared order."""
    levels = {s.id: [level.code for level in study.levels(s)] for s in study.segments}
    for nested in study.plan.nested:
        outer, inner = levels[nested.outer], levels[nested.inner]
        levels[nested.id] = [f"{first}.{second}" for first in outer for second in inner]
    return {
        (segment, code): letter
        for segment, codes in levels.items()
        for code, letter in zip(codes, name_columns(len(codes)), strict=True)
    }


def _past_withheld(study: Study, rows: pd.DataFrame, withheld: Booleans) -> Booleans:
    """Whether the same number of the wave before is withheld: its change would reveal it."""
    merged = rows.assign(statistic=merge_nets(rows["statistic"]))
    key = code_rows(merged, (*NUMBER[1:], "segment", "level")) * len(study.wave_order)
    wave = rows["wave"].map({wave: at for at, wave in enumerate(study.wave_order)})
    at = wave.to_numpy(np.int64)
    before = find_places(key + at, np.where(at > 0, key + at - 1, -1))
    return (before >= 0) & withheld[before]
