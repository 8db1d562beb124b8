"""The published table: every number that leaves the house, one row each, and its codebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

State = Literal["published", "indicative", "withheld"]
Statistic = Literal[
    "share",
    "net",
    "mean",
    "median",
    "bin",
    "ranked",
    "rank_mean",
    "count",
    "flow",
    "finding",
    "margin",
]

# name → (pandas dtype, what it holds); the codebook of the open data is made from this
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("string", "stable id of the number: wave/question/item/answer/statistic/segment/level"),
    "study": ("string", "id of the study"),
    "wave": ("string", "id of the wave"),
    "question": (
        "string",
        "id of the question; _flow and _findings for the data check, _segments for the composition "
        "of the respondents, _clusters for several answers from one organisation",
    ),
    "item": ("string", "id of the item of a grid, item.period for a grid by period; else empty"),
    "answer": ("string", "code of the answer, net, bin or reason; empty for means and medians"),
    "statistic": (
        "string",
        "share (percent of the base), net (percent, several answers together), mean, median, "
        "bin (percent within an interval of numbers), ranked (percent that ranked it at all; "
        "share is the percent that ranked it first), rank_mean (mean rank, 1 = first), "
        "count (respondents), flow (respondents), finding (findings), margin (percent of the "
        "population)",
    ),
    "segment": ("string", "id of the segment; empty for all respondents"),
    "level": ("string", "level of the segment; empty for all respondents"),
    "value": ("float64", "the number, rounded; empty when withheld"),
    "low": ("float64", "lower bound of the 95 % interval, one decimal"),
    "high": ("float64", "upper bound of the 95 % interval, one decimal"),
    "count": ("float64", "respondents in the numerator, unweighted; empty when withheld"),
    "asked": ("float64", "respondents to whom the question applied by its routing"),
    "answered": ("float64", "respondents who answered, don't know included"),
    "base": ("float64", "respondents in the 100 %, unweighted"),
    "effective": ("float64", "effective sample size of the base, one decimal"),
    "base_rule": ("string", "who is in the 100 %: substantive, answered, asked or picked"),
    "state": ("string", "published, indicative (small base) or withheld"),
    "reason": ("string", "why a number is indicative or withheld"),
    "grade": (
        "string",
        "comparability with the wave before: same, reworded, merged, split, rescaled, new",
    ),
    "change": ("float64", "difference from the wave before, from unrounded values; only if same"),
    "rest": ("float64", "difference from all other respondents, from unrounded values"),
}

# the last column of every data file, since a file travels without its page
ORIGIN = ("origin", "string", "invented (no real answers) or real")


@dataclass(frozen=True)
class Published:
    """All published numbers of one run. `rows` has exactly the columns of COLUMNS."""

    study: str
    invented: bool
    rows: pd.DataFrame

    def __post_init__(self) -> None:
        if list(self.rows.columns) != list(COLUMNS):
            raise ValueError(f"Published needs the columns {list(COLUMNS)}")

    @cached_property
    def _table(self) -> pd.DataFrame:
        """The rows with texts as plain objects: taking a few of many rows is ten times faster."""
        texts = [name for name, (kind, _) in COLUMNS.items() if kind == "string"]
        return self.rows.astype(dict.fromkeys(texts, "object"))

    @cached_property
    def _waves(self) -> tuple[str, ...]:
        return tuple(self._table["wave"].unique())

    @cached_property
    def _places(self) -> dict[tuple[str, ...], NDArray[np.intp]]:
        """Row numbers by (wave, question) and by (wave, question, segment)."""
        table = self._table
        places: dict[tuple[str, ...], NDArray[np.intp]] = {}
        for key in (["wave", "question"], ["wave", "question", "segment"]):
            places |= table.groupby(key, sort=False).indices
        return places

    def _take(self, question: str, wave: str | None, segment: str | None) -> pd.DataFrame:
        """Return the rows of a question, in table order."""
        waves = self._waves if wave is None else (wave,)
        ends = () if segment is None else (segment,)
        found = [self._places.get((name, question, *ends)) for name in waves]
        parts = [part for part in found if part is not None]
        numbers = np.concatenate(parts) if parts else np.array([], dtype=np.intp)
        return self._table.take(np.sort(numbers))

    def pick(
        self,
        question: str,
        wave: str | None = None,
        *,
        item: str | None = None,
        answer: str | None = None,
        statistic: str | Iterable[str] | None = None,
        segment: str | None = "",
        level: str | None = None,
    ) -> pd.DataFrame:
        """Return the rows that fit, in table order; None means any, segment "" means over all."""
        rows = self._take(question, wave, segment)
        wanted = {"item": item, "answer": answer, "level": level}
        for column, value in wanted.items():
            if value is not None:
                rows = rows[rows[column] == value]
        if statistic is not None:
            names = [statistic] if isinstance(statistic, str) else list(statistic)
            rows = rows[rows["statistic"].isin(names)]
        return rows
