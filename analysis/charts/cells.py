"""Published numbers by their coordinates: rows of the published table in, single cells out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from types import SimpleNamespace
from typing import Any

import pandas as pd

from analysis.charts.figure import Label, Number
from survey.published import COLUMNS

Coordinates = dict[str, str]
WHOLE = "whole"
PLACE = ("wave", "item", "answer", "statistic", "segment", "level")


@dataclass(frozen=True)
class Entry:
    """One row, series or panel: its label and the coordinates that it fixes."""

    label: Label
    at: Coordinates = field(default_factory=dict)


ONE = Entry(Label("", ""))


class Cells:
    """The published rows of one question, each found by its coordinates.

    A coordinate is wave, item, period, answer, statistic, segment or level; item and period
    together are the published item "item.period".
    """

    def __init__(self, rows: pd.DataFrame, wave_order: tuple[str, ...]) -> None:
        self._wave_order = wave_order
        # A question has thousands of numbers and a figure dozens: rows are made when asked for.
        self._columns = {name: rows[name].tolist() for name in COLUMNS}
        places = zip(*(self._columns[name] for name in PLACE), strict=True)
        self._at = {place: number for number, place in enumerate(places)}

    def find(
        self,
        *,
        wave: str,
        item: str = "",
        period: str = "",
        answer: str = "",
        statistic: str = "share",
        segment: str = "",
        level: str = "",
    ) -> Any | None:
        """Return the published row at these coordinates, None where there is none.

        The statistic WHOLE is the share of an answer, or, since it was split, the net of its parts.
        """
        place = f"{item}.{period}" if period else item
        names = ("share", "net") if statistic == WHOLE else (statistic,)
        found = (self._at.get((wave, place, answer, name, segment, level)) for name in names)
        return next((self._row(number) for number in found if number is not None), None)

    def list_answers(self, wave: str, statistics: Iterable[str]) -> list[tuple[str, str]]:
        """Return (answer, statistic) of the rows over all respondents of a wave, in table order."""
        wanted = set(statistics)
        return [
            (row.answer, row.statistic) for row in self.overall(wave) if row.statistic in wanted
        ]

    def overall(self, wave: str) -> list[Any]:
        """Return the rows over all respondents of a wave, in table order."""
        return [
            self._row(number)
            for (at, _, _, _, segment, _), number in self._at.items()
            if at == wave and segment == ""
        ]

    def _row(self, number: int) -> Any:
        return SimpleNamespace(**{name: values[number] for name, values in self._columns.items()})

    def joins(self, row: Any, at: Coordinates) -> bool:
        """Whether a line may join `row` to the wave before: graded same, and a number there."""
        place = self._wave_order.index(row.wave)
        if place == 0 or row.grade != "same" or pd.isna(row.value):
            return False
        before = self.find(**{**at, "wave": self._wave_order[place - 1]})
        return before is not None and not pd.isna(before.value)

    def collect(
        self,
        facets: Iterable[Entry],
        rows: Iterable[Entry],
        series: Iterable[Entry],
        base: Coordinates,
    ) -> pd.DataFrame:
        """Return the frame of a figure: every panel × row × series that is published."""
        found = []
        for facet, row, line in product(list(facets), list(rows), list(series)):
            at = {**base, **facet.at, **row.at, **line.at}
            cell = self.find(**at)
            if cell is None:
                continue
            found.append(
                (facet.label.id, row.label.id, row.label.text, line.label.id, line.label.text,
                 cell.wave, cell.value, cell.low, cell.high, cell.base, cell.state,
                 self.joins(cell, at))
            )  # fmt: skip
        return pd.DataFrame(found, columns=list(Number._fields))
