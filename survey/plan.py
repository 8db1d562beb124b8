"""The analysis plan of a study (`plan.toml`): what is computed beyond each question, and tested.

Everything here is optional. Without a plan every block of the questionnaire is a family of tests
over the headline segments, and nothing is combined, standardised or modelled.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from survey.declaration import Code, Declaration, Text, WaveId

Adjustment = Literal["benjamini-hochberg", "holm"]
Kind = Literal["rest", "previous", "columns"]
# a question, or one row of a grid: "question", "question.item", "question.item.period"
Row = str


class Testing(Declaration):
    """How differences are tested; `[testing]`."""

    adjust: Adjustment = Field("benjamini-hochberg", description="how p-values of a family adjust")
    level: float = Field(0.05, gt=0, lt=0.5, description="adjusted p below which groups differ")
    least_base: int = Field(30, ge=2, description="answers that either side needs to be tested")
    power: float = Field(0.8, gt=0.5, lt=1, description="of the smallest difference to be shown")


class Family(Declaration):
    """Tests that are judged together: all of one kind, in one wave, of these questions."""

    id: Code
    text: Text
    questions: tuple[Code, ...] = Field(min_length=1)
    segments: tuple[Code, ...] = Field((), description="without: the headline segments")
    kinds: tuple[Kind, ...] = Field(
        ("rest", "previous", "columns"),
        min_length=1,
        description="each level against the rest, the wave against the one before, letters",
    )


class Contrast(Declaration):
    """One comparison planned before fieldwork, kept apart from what was explored afterwards."""

    id: Code
    text: Text
    row: Row = Field(description="question, question.item or question.item.period")
    answer: Code | None = Field(None, description="an answer or net; without: the mean")
    segment: Code | None = Field(None, description="without: all respondents")
    level: Code | None = None
    versus: str = Field(description='"rest", "previous" (wave) or another level of the segment')
    waves: tuple[WaveId, ...] = Field(min_length=1)
    planned: date = Field(description="before the fieldwork of each of its waves")
    reason: Text


class Nested(Declaration):
    """Two segments crossed: levels of `inner` within levels of `outer`, for some questions."""

    outer: Code
    inner: Code
    questions: tuple[Code, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        """The crossed segment as it is published; its levels are `outer.inner`."""
        return f"{self.outer}.{self.inner}"


class Score(Declaration):
    """A composite score: the mean of items of one scale, counted 1 to the number of answers."""

    id: Code
    text: Text
    items: tuple[Row, ...] = Field(min_length=2)
    reversed: tuple[Row, ...] = Field((), description="items that are turned around")
    least_answered: int = Field(ge=1, description="items a respondent must have answered")


class Ratio(Declaration):
    """The total of one number over the total of another, among those who gave both."""

    id: Code
    text: Text
    numerator: Code
    denominator: Code


class Outcome(Declaration):
    """A yes-or-no outcome that is related to segments by a logistic model."""

    id: Code
    text: Text = Field(description='what they do, after "of the respondents": "use AI weekly"')
    row: Row
    answers: tuple[Code, ...] = Field(min_length=1, description="answers that count as yes")
    segments: tuple[Code, ...] = Field(min_length=1, description="single-choice segments")


class Trend(Declaration):
    """Change at a fixed composition: every wave weighted to the reference wave's levels."""

    segments: tuple[Code, ...] = Field(min_length=1, description="whose composition is held fixed")
    reference: WaveId


class KeyFigure(Declaration):
    """A number by which a wave is known: shown weighted beside unweighted."""

    row: Row
    answer: Code | None = Field(None, description="an answer or net; without: the mean")


class Plan(Declaration):
    """`plan.toml`."""

    testing: Testing = Testing()
    families: tuple[Family, ...] = Field((), alias="family")
    contrasts: tuple[Contrast, ...] = Field((), alias="contrast")
    nested: tuple[Nested, ...] = ()
    scores: tuple[Score, ...] = Field((), alias="score")
    ratios: tuple[Ratio, ...] = Field((), alias="ratio")
    totals: tuple[Code, ...] = Field((), description="numbers summed up to the population")
    quantiles: tuple[float, ...] = Field((), description="of numbers, beside the median")
    outcomes: tuple[Outcome, ...] = Field((), alias="outcome")
    trend: Trend | None = None
    key_figures: tuple[KeyFigure, ...] = Field((), alias="key_figure")
