"""Bases of numbers and which of them are too small in, which must be withheld with them out.

So that no number on too small a base can be found by subtraction, those who are left when the
published levels are taken from a whole are of two groups or more, and as many as the limit: where
they are not, the smallest levels are withheld too until they are (secondary suppression: Hundepool
et al. 2012, Statistical Disclosure Control, section 4.2). Who has no level is a group as well; a
level that nobody has is none.

Segments are held against the whole and crossed segments against both of theirs, one sum at a time.
Not looked at: sums over several segments at once, segments that overlap with one another, such as
two groupings of one question, and waves in which the same persons answer again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.publish.keys import Integers, code_rows, code_texts, find_places
from survey.study import Study

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

NUMBER = ("wave", "question", "item", "answer", "statistic")
LEAST_GROUPS = 2  # of one group alone, what is left is its number


def find_derivable(study: Study, rows: pd.DataFrame, small: Booleans, limit: float) -> Booleans:
    """Return which numbers are withheld: the small ones, and what they could be computed from."""
    base = rows["base"].to_numpy(np.float64)
    outer, inner = parents = list_parents(study, rows)
    hidden = small.copy()
    for parent in parents:
        others = base[parent] - base
        hidden |= (parent >= 0) & (others > 0) & (others < limit)
    overall = outer < 0
    segment = code_texts(rows["segment"])[0]
    lines = [
        _Lines(base, outer, inner, segment, limit),
        _Lines(base, inner, outer, segment, limit),
    ]
    while True:
        more = hidden.copy()
        for line in lines:
            more[line.parts] |= more[line.wholes]  # they add up to a withheld number
            more |= line.protect(more) & ~overall
        if np.array_equal(more, hidden):
            return hidden
        hidden = more


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


class _Lines:
    """Wholes and the parts that they are divided into by one segment; a line is one division."""

    def __init__(
        self, base: Floats, parent: Integers, across: Integers, segment: Integers, limit: float
    ) -> None:
        """`across` is the other whole of a crossed part: the same ones are withheld in each line,
        so that fewer are.
        """
        self.size, self.limit = len(base), limit
        self.parts = np.flatnonzero(parent >= 0)
        self.wholes = parent[self.parts]
        self.base, self.total = base[self.parts], base[self.wholes]
        segments = int(segment.max(initial=0)) + 1
        self.line = pd.factorize(self.wholes * segments + segment[self.parts])[0]
        size = np.where(across >= 0, base[across], base)[self.parts]
        self.order = np.lexsort((self.base, size, self.line))  # the smallest of a line first
        self.without_level = self.total - self._sum(self.base) > 0

    def protect(self, hidden: Booleans) -> Booleans:
        """Return which further numbers to withhold, the smallest parts of a line first.

        Where all parts of a line are withheld and are one group, that group is the whole, so the
        whole is withheld, unless it is the number over all.
        """
        secret = hidden[self.parts]
        shown = np.where(secret, 0.0, self.base)
        groups = self._sum(secret & (self.base > 0))
        left = self.total - self._sum(shown) + self._sum_smaller(shown)
        known = groups + self.without_level + self._sum_smaller(~secret)
        few = (groups > 0) & ((left < self.limit) | (known < LEAST_GROUPS))
        further = np.zeros(self.size, bool)
        further[self.parts] = few & ~secret
        alone = few & secret & (self._sum(shown) == 0)
        further[self.wholes[alone]] = True
        return further

    def _sum(self, values: NDArray) -> Floats:
        """The sum of each part's line; (parts,)."""
        return np.bincount(self.line, values, minlength=1)[self.line]

    def _sum_smaller(self, values: NDArray) -> Floats:
        """The sum over the smaller parts of each part's line; (parts,)."""
        ordered = values[self.order].astype(np.float64)
        summed = np.empty(len(ordered))
        lines = pd.Series(ordered).groupby(self.line[self.order])
        summed[self.order] = lines.cumsum().to_numpy() - ordered
        return summed
