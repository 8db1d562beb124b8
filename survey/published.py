"""The published table: every number that leaves the house, one row each, and its codebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

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
    def _by_question(self) -> dict[tuple[str, str], pd.DataFrame]:
        groups = self.rows.groupby(["wave", "question"], sort=False)
        return {(str(wave), str(question)): part for (wave, question), part in groups}

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
        if wave is not None:
            rows = self._by_question.get((wave, question), self.rows.iloc[:0])
        else:
            rows = self.rows[self.rows["question"] == question]
        wanted: dict[str, Any] = {
            "item": item,
            "answer": answer,
            "segment": segment,
            "level": level,
        }
        for column, value in wanted.items():
            if value is not None:
                rows = rows[rows[column] == value]
        if statistic is not None:
            names = [statistic] if isinstance(statistic, str) else list(statistic)
            rows = rows[rows["statistic"].isin(names)]
        return rows
