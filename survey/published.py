"""The published tables: every number and comparison that leaves the house, and their codebook.

`rows` holds one row a number, `comparisons` one row a comparison of two numbers (or a test of a
whole segment): a comparison has two ends, so it has no place among the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey.typed import frame_typed

State = Literal["published", "indicative", "withheld"]
SHARES = ("share", "net", "bin", "ranked")  # statistics that say how much of a base
# name → (pandas dtype, what it holds); the codebook of the open data is made from these
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("string", "stable id of the number: wave/question/item/answer/statistic/segment/level"),
    "study": ("string", "id of the study"),
    "wave": ("string", "id of the wave"),
    "question": (
        "string",
        "id of the question; _scores and _ratios for composite scores and ratios, _flow and "
        "_findings for the data check, _segments for the composition of the respondents, "
        "_clusters for several answers from one organisation, _weighting for the weights",
    ),
    "item": (
        "string",
        "id of the item of a grid, item.period for a grid by period, the id of a score or ratio; "
        "else empty",
    ),
    "answer": (
        "string",
        "code of the answer, net, bin or reason, or the probability of a quantile; empty for "
        "means and medians; for _weighting what a diagnostic is (respondents, effective_n, "
        "design_effect, smallest and largest weight as a multiple of the mean, rounds of fitting) "
        "or the level of a margin, _none for respondents without one",
    ),
    "statistic": (
        "string",
        "share (percent of the base), net (percent, several answers together), mean, median, "
        "quantile, bin (percent within an interval of numbers), ranked (percent that ranked it at "
        "all; share is the percent that ranked it first), rank_mean (mean rank, 1 = first), total "
        "(sum over the population), ratio (one total over another), alpha (Cronbach's alpha of a "
        "score, unweighted), standardised (the share, net or mean of the wave at the composition "
        "of the reference wave), count (respondents), flow (respondents), finding (findings), "
        "margin (percent of the population), diagnostic (of the weights), balance (percent at a "
        "level of a margin before weighting, under the base weights, of the respondents who have "
        "one; _none: of all respondents, and weighting leaves it so. After weighting: share of "
        "_segments; in the population: margin)",
    ),
    "segment": ("string", "id of the segment, outer.inner for two crossed; empty for everybody"),
    "level": ("string", "level of the segment, outer.inner for two crossed; empty for everybody"),
    "value": (
        "float64",
        "the number, rounded, empty when withheld: percentages (but for balance) and totals whole, "
        "means, medians, quantiles and balance to one decimal, ratios and alpha to two",
    ),
    "low": (
        "float64",
        "lower bound of the 95 % interval, one decimal; whole for totals, two for ratios and alpha",
    ),
    "high": ("float64", "upper bound of the 95 % interval, rounded as low"),
    "standard_error": (
        "float64",
        "standard error under the design and its weighting, in the unit of value (percentage "
        "points for percentages), two decimals; three for ratios, whole for totals",
    ),
    "degrees": ("float64", "degrees of freedom of the design for this base, one decimal"),
    "unweighted": ("float64", "value with every respondent counted as one, rounded as value"),
    "count": ("float64", "respondents in the numerator, unweighted; empty when withheld"),
    "asked": ("float64", "respondents to whom the question applied by its routing"),
    "answered": ("float64", "respondents who answered, don't know included"),
    "base": ("float64", "respondents in the 100 %, unweighted"),
    "effective": ("float64", "effective sample size of the base under its weights, one decimal"),
    "base_rule": ("string", "who is in the 100 %: substantive, answered, asked or picked"),
    "state": ("string", "published, indicative (small base) or withheld"),
    "reason": (
        "string",
        "why a number is indicative (base-small) or withheld: base-empty, base-too-small, or "
        "would-reveal (with it a number on too small a base could be computed)",
    ),
    "grade": (
        "string",
        "comparability of this number with the wave before: same (also where the rest of its "
        "question changed), new (the wave before lacked the question, item, answer or level), or "
        "the grade of its question or segment: reworded, merged, split, rescaled",
    ),
    "change": ("float64", "difference from the wave before, from unrounded values; only if same"),
    "rest": (
        "float64",
        "difference from all other respondents, also those without a level, from unrounded values",
    ),
    "letters": (
        "string",
        "letters of the levels of the same segment (A is its first) that are clearly lower: "
        "adjusted p below the plan's level; empty where none is or nothing was tested, and "
        "without the letter of a level that is withheld",
    ),
}
COMPARED: dict[str, tuple[str, str]] = {
    "id": (
        "string",
        "stable id: wave/question/item/answer/statistic/segment/level/versus/family",
    ),
    "study": COLUMNS["study"],
    "wave": COLUMNS["wave"],
    "question": ("string", "id of the question; _relations for a model of an outcome"),
    "item": ("string", "id of the item; of an outcome for _relations; else empty"),
    "answer": ("string", "code of the answer or net; empty for means, ranks and whole tables"),
    "statistic": (
        "string",
        "what is compared: share, net, mean, rank (all answers of an ordered question), table "
        "(all answers by all levels), effect (average marginal effect on an outcome)",
    ),
    "segment": ("string", "id of the segment; empty for all respondents"),
    "level": ("string", "level of the segment; empty for all respondents or the whole segment"),
    "versus": (
        "string",
        "what it is compared with: rest (all others, also those without a level), previous (the "
        "wave before), another level of the segment; empty for a test of the whole segment",
    ),
    "family": ("string", "family of tests within which p is adjusted"),
    "planned": ("bool", "whether the comparison was planned before fieldwork"),
    "test": (
        "string",
        "t (design-based), rank (design-based rank sum), rao-scott (second-order F), wald",
    ),
    "value": ("float64", "the difference: percentage points, or the unit of the mean; one decimal"),
    "low": ("float64", "lower bound of its 95 % interval, one decimal"),
    "high": ("float64", "upper bound of its 95 % interval, one decimal"),
    "base": ("float64", "respondents in the base of the number compared"),
    "versus_base": ("float64", "respondents in the base of what it is compared with"),
    "score": ("float64", "the test statistic, t or F, two decimals"),
    "degrees": ("float64", "degrees of freedom of t, or of the numerator of F, one decimal"),
    "degrees_within": ("float64", "degrees of freedom of the denominator of F, one decimal"),
    "p": (
        "float64",
        "p-value, four decimals (0 is below 0.00005), as a random sample of this design would give",
    ),
    "p_adjusted": ("float64", "p adjusted within its family, four decimals"),
    "effect_size": (
        "string",
        "which effect size: h (Cohen, shares), d (Cohen, means), r (rank-biserial), v (Cramér)",
    ),
    "effect": ("float64", "effect size, two decimals"),
    "effect_low": ("float64", "lower bound of its 95 % interval, two decimals"),
    "effect_high": ("float64", "upper bound of its 95 % interval, two decimals"),
    "detectable": (
        "float64",
        "smallest difference that a test of these bases finds at the plan's power, before "
        "adjustment, one decimal",
    ),
    "outcome": (
        "string",
        "tested, or why not: not-tested-base (fewer answers than the plan asks for), "
        "not-tested-variation (all answers equal), not-tested-degrees (too few sampled units), "
        "not-tested-events (an outcome too rare, or too common, for a model), withheld (it would "
        "reveal a withheld number; all its numbers are empty)",
    ),
    "overlap": (
        "string",
        "of a comparison with the wave before: panel or cluster (the covariance of those who "
        "answered twice is taken), none, unknown (as if none)",
    ),
}

# the last column of every data file, since a file travels without its page
ORIGIN = (
    "origin",
    "string",
    "invented: the answers were made up to try the report, nobody gave them; real: they were given "
    "by respondents; in each language of the study",
)


ABSENT = -2  # no text has this number


def frame_compared(rows: pd.DataFrame) -> pd.DataFrame:
    """Return comparisons with exactly the columns and types of COMPARED; absent ones are empty."""
    return frame_typed(rows, {name: kind for name, (kind, _) in COMPARED.items()})


@dataclass(frozen=True)
class Published:
    """All published numbers of one run: `rows` of COLUMNS, `comparisons` of COMPARED."""

    study: str
    invented: bool
    rows: pd.DataFrame
    comparisons: pd.DataFrame = field(default_factory=lambda: frame_compared(pd.DataFrame()))

    def __post_init__(self) -> None:
        for frame, columns in ((self.rows, COLUMNS), (self.comparisons, COMPARED)):
            if list(frame.columns) != list(columns):
                raise ValueError(f"Published needs the columns {list(columns)}")

    @cached_property
    def _numbers(self) -> _Finder:
        return _Finder(self.rows, COLUMNS)

    @cached_property
    def _pairs(self) -> _Finder:
        return _Finder(self.comparisons, COMPARED)

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
        wanted = {"wave": wave, "segment": segment, "item": item, "answer": answer, "level": level}
        return self._numbers.find(question, wanted | {"statistic": statistic})

    def compare(
        self,
        question: str,
        wave: str | None = None,
        *,
        item: str | None = None,
        answer: str | None = None,
        statistic: str | Iterable[str] | None = None,
        segment: str | None = None,
        level: str | None = None,
        versus: str | None = None,
    ) -> pd.DataFrame:
        """Return the comparisons that fit, in table order; None means any."""
        wanted = {
            "wave": wave,
            "segment": segment,
            "item": item,
            "answer": answer,
            "level": level,
            "versus": versus,
            "statistic": statistic,
        }
        return self._pairs.find(question, wanted)


def is_percentage(statistic: str, answer: str) -> bool:
    """Whether a number is published as a percentage: a share, or an effect on one.

    What is standardised has the unit of its number, and a mean has no answer.
    """
    return statistic in (*SHARES, "effect") or (statistic == "standardised" and answer != "")


class _Finder:
    """Rows of a table by the texts in its columns; texts are numbered once, to be fast."""

    def __init__(self, table: pd.DataFrame, columns: Mapping[str, tuple[str, str]]) -> None:
        texts = [name for name, (kind, _) in columns.items() if kind == "string"]
        self._table = table.astype(dict.fromkeys(texts, "object")).copy()  # in few blocks
        self._codes: dict[str, tuple[NDArray[np.intp], dict[str, int]]] = {}
        self._places = self._table.groupby("question", sort=False).indices

    def find(self, question: str, wanted: Mapping[str, str | Iterable[str] | None]) -> pd.DataFrame:
        """Return the rows of a question that hold what is wanted, in table order."""
        rows = np.asarray(self._places.get(question, ()), dtype=np.intp)
        for column, value in wanted.items():
            if value is None:
                continue
            codes, names = self._number(column)
            if isinstance(value, str):
                rows = rows[codes[rows] == names.get(value, ABSENT)]
            else:
                chosen = [names.get(one, ABSENT) for one in value]
                rows = rows[np.isin(codes[rows], chosen)]
        return self._table.take(rows)

    def _number(self, column: str) -> tuple[NDArray[np.intp], dict[str, int]]:
        """Return a number for the text of each row, and the number of each text."""
        if column not in self._codes:
            codes, names = pd.factorize(self._table[column].to_numpy())
            self._codes[column] = codes, {str(name): at for at, name in enumerate(names)}
        return self._codes[column]
