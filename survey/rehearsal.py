"""What the invented answers of a rehearsal look like: sizes, distributions, tilts and dirt."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, field_validator

from survey.declaration import Code, Declaration, Text, WaveId

Share = tuple[Code, float]
Check = Literal[
    "unknown_answer",
    "out_of_range",
    "not_asked",
    "exclusive_conflict",
    "too_many_picks",
    "repeated_rank",
    "unreadable_date",
]


class Tilt(Declaration):
    """A push on the latent scale of a question or trait, in standard deviations of that scale.

    0.25 moves a share near the middle by about 10 percentage points. For the unordered answers
    of a single choice and for ranked options the unit is the logarithm of the odds.
    """

    by: float
    trait: Code | None = Field(None, description="times the respondent's value of this trait")
    when: str | None = Field(None, description="routing expression: only for whom this holds")
    waves: tuple[WaveId, ...] = Field((), description="only in these waves; without: in all")
    on: tuple[Code, ...] = Field((), description="only these items, periods or answers")


class Trait(Declaration):
    """Something that sets respondents apart and shows in several questions; mean 0, spread 1."""

    id: Code
    organisation: float = Field(
        0.4, ge=0, le=1, description="share of the variance that colleagues have in common"
    )
    tilts: tuple[Tilt, ...] = ()


class QuestionProfile(Declaration):
    """How one question is answered; what is left out gets a plain, plausible value."""

    id: Code = Field(description="the id of a question")
    shares: tuple[Share, ...] = Field(
        (), description="[answer, parts] for one answer each; [option, percentage] for multiple"
    )
    outside: tuple[Share, ...] = Field(
        (), description="[answer outside the scale, percentage of the answers]"
    )
    skipped: float | None = Field(None, ge=0, le=100, description="percentage left blank")
    answered: float | None = Field(None, ge=0, le=100, description="percentage that writes text")
    typical: float | None = Field(None, description="the middle of a rating or number")
    spread: float | None = Field(
        None, ge=0, description="standard deviation of a rating; of the logarithm of a number"
    )
    zero: float | None = Field(None, ge=0, le=100, description="percentage that answers 0")
    step: float = Field(1, gt=0, description="numbers are given in multiples of this")
    fact: bool = Field(False, description="colleagues of one organisation answer alike")
    stable: bool = Field(False, description="whoever answers again, answers alike")
    tilts: tuple[Tilt, ...] = ()
    texts: tuple[Text, ...] = Field((), description="phrases for free text; say they are invented")


class Blemish(Declaration):
    """A fault put into the export on purpose, named after the check that must find it."""

    check: Check
    question: Code | None = Field(None, description="not for unreadable_date")
    item: Code | None = Field(None, description="the item, for a grid")
    rows: int = Field(1, ge=1, description="in how many rows")
    to: str | None = Field(None, description="what the cell holds; a date format for dates")

    @field_validator("to", mode="before")
    @classmethod
    def read_number(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | float) else value


class WaveProfile(Declaration):
    """Size, seed, manner and dirt of one invented wave."""

    id: WaveId
    seed: int = Field(ge=0)
    completes: int = Field(200, ge=1)
    partials: int = Field(0, ge=0, description="respondents who stop on the way")
    returning: int = Field(0, ge=0, description="of the completes: also in the wave before")
    sharing: float = Field(
        0, ge=0, le=100, description="percentage with a colleague among the respondents"
    )
    alone: str | None = Field(None, description="routing expression: who can have no colleague")
    minutes: float = Field(12, gt=0, description="median duration")
    speeders: int = Field(0, ge=0)
    straightliners: int = Field(0, ge=0)
    duplicates: int = Field(0, ge=0, description="rows delivered twice, the second later")
    tests: int = Field(0, ge=0, description="test answers, as the wave file excludes them")
    blemishes: tuple[Blemish, ...] = Field((), alias="blemish")
    delivered: date | None = Field(None, description="the day of the export")
    tool: str | None = None
    mode: Text | None = None
    origin: Text | None = None


class Rehearsal(Declaration):
    """`rehearsal.toml`."""

    traits: tuple[Trait, ...] = Field((), alias="trait")
    questions: tuple[QuestionProfile, ...] = Field((), alias="question")
    waves: tuple[WaveProfile, ...] = Field((), alias="wave")

    @cached_property
    def by_question(self) -> dict[str, QuestionProfile]:
        return {profile.id: profile for profile in self.questions}

    def question(self, question: str) -> QuestionProfile:
        """The profile of a question; a plain one where none is declared."""
        return self.by_question.get(question) or QuestionProfile(id=question)

    def wave(self, wave: str, position: int = 0) -> WaveProfile:
        """The profile of a wave; a plain one, seeded by its position, where none is declared."""
        named = (profile for profile in self.waves if profile.id == wave)
        return next(named, WaveProfile(id=wave, seed=position + 1))
