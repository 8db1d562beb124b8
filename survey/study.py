"""A study: the declarations of one survey over all its waves, as one frozen value."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from survey.declaration import Code, Declaration, Text, WaveId, spread_list
from survey.plan import Family, Plan
from survey.questionnaire import Answer, Item, Listed, Question, Questionnaire, describe_list
from survey.wave import Ask, Grade, Passport, Wave

Action = Literal["note", "blank", "drop", "stop"]
# What can be done depends on the check: nobody is left out for a column, and an answer that the
# study does not know has no code to be kept under.
ColumnAction = Literal["note", "stop"]
UnknownAction = Literal["blank", "drop", "stop"]
DateAction = Literal["note", "drop", "stop"]
Treatment = Literal["keep", "drop"]


class Thresholds(Declaration):
    """When a number is withheld or marked; counts of respondents in the base."""

    withhold_below: int = Field(10, ge=1)
    indicative_below: int = Field(30, ge=1)


class Cleaning(Declaration):
    """How doubtful respondents are recognised and treated."""

    duplicates: Literal["keep-first", "keep-last", "keep"] = "keep-last"
    complete_at: float = Field(
        0.5, ge=0, le=1, description="least share of asked questions answered"
    )
    incomplete: Treatment = "drop"
    speeder_below: float = Field(0.3, ge=0, le=1, description="share of the median duration")
    speeders: Treatment = "keep"
    straightline_items: int = Field(6, ge=2, description="least items of a grid to judge by")
    straightliners: Treatment = "keep"


class Consequences(Declaration):
    """What a finding leads to: noted, the answer blanked, the respondent dropped, a stop."""

    unmapped_column: ColumnAction = "stop"
    missing_column: ColumnAction = "stop"
    unknown_answer: UnknownAction = "blank"
    out_of_range: Action = "blank"
    not_asked: Action = "blank"
    exclusive_conflict: Action = "note"
    too_many_picks: Action = "note"
    repeated_rank: Action = "blank"
    unreadable_date: DateAction = "note"


class StudyFile(Declaration):
    """`study.toml`."""

    id: Code
    title: Text
    subtitle: Text | None = None
    publisher: Text | None = None
    licence: str
    languages: tuple[str, ...] = Field(min_length=1)
    unit: Literal["person", "organisation"] = "person"
    respondents: Text = Field(
        description='what respondents are called, e.g. "culture professionals"'
    )
    per_organisation: Literal["one", "several", "unknown"] = Field(
        "unknown", description="whether one or several people answered for an organisation"
    )
    sample: Literal["self-selected", "random", "census"]
    recruitment: Text = Field(description="how the sample came about, in a sentence or two")
    population: Text = Field(description="of whom the results would have to speak")
    waves: tuple[WaveId, ...] = Field(min_length=1, description="in order of time")
    thresholds: Thresholds = Thresholds()
    cleaning: Cleaning = Cleaning()
    consequences: Consequences = Consequences()


class Level(Listed):
    """One level of a segment: `[code, "nl", "en", [answers of the question]]`."""

    answers: tuple[Code, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def read_list(cls, data: Any, info: ValidationInfo) -> Any:
        return spread_list(data, info, extra="answers")


class Segment(Declaration):
    """A division of the respondents by their answer to one question."""

    id: Code
    text: Text
    question: Code
    levels: tuple[Level, ...] = Field((), description="grouped answers; without: each answer")
    headline: bool = Field(False, description="shown in figures, not only in the open data")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        described = handler(schema)
        target = handler.resolve_ref_schema(described)
        target["properties"]["levels"] = {
            "type": "array",
            "items": describe_list({"type": "array", "items": {"type": "string"}}),
        }
        return described


class Correction(Declaration):
    """One delivered answer set right, with its reason."""

    wave: WaveId
    respondent: str
    column: str
    found: str
    to: str
    reason: str
    by: str
    date: date


class Margin(Declaration):
    """Known counts of the population per level of a segment, with their source."""

    id: Code
    segment: Code
    waves: tuple[WaveId, ...]
    source: Text
    date: date
    invented: bool
    counts: tuple[tuple[Code, float], ...] = Field(min_length=1)

    @property
    def total(self) -> float:
        """Units of the population that it counts."""
        return float(sum(count for _, count in self.counts))


class Study(Declaration):
    """Everything declared of one survey; built by `survey.load.load_study`."""

    folder: Path
    data_folder: Path
    about: StudyFile
    questionnaire: Questionnaire
    segments: tuple[Segment, ...] = ()
    waves: tuple[Wave, ...]
    passports: tuple[Passport, ...]
    corrections: tuple[Correction, ...] = ()
    margins: tuple[Margin, ...] = ()
    plan: Plan = Plan()

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def languages(self) -> tuple[str, ...]:
        return self.about.languages

    @property
    def invented(self) -> bool:
        """Whether the answers are invented; real and invented waves never stand together."""
        return any(passport.invented for passport in self.passports)

    @cached_property
    def wave_order(self) -> tuple[str, ...]:
        return self.about.waves

    def wave(self, wave: str) -> Wave:
        return next(candidate for candidate in self.waves if candidate.id == wave)

    def passport(self, wave: str) -> Passport:
        return next(candidate for candidate in self.passports if candidate.wave == wave)

    def previous(self, wave: str) -> Wave | None:
        """The wave before `wave` among those of the study; None for the first."""
        at = self.wave_order.index(wave)
        return self.wave(self.wave_order[at - 1]) if at else None

    def segment(self, segment: str) -> Segment:
        return next(candidate for candidate in self.segments if candidate.id == segment)

    def margin(self, segment: str, wave: str) -> Margin | None:
        """Known population counts per level of `segment` for `wave`, if declared."""
        return next((m for m in self.margins if m.segment == segment and wave in m.waves), None)

    @cached_property
    def headline_segments(self) -> tuple[str, ...]:
        """Ids of the segments that figures show."""
        return tuple(segment.id for segment in self.segments if segment.headline)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The families of tests: those of the plan, or else one a block of the questionnaire."""
        if self.plan.families:
            return self.plan.families
        closed = [q for q in self.questionnaire.questions if q.is_closed and not q.personal]
        return tuple(
            Family(id=block.id, text=block.text, questions=questions)
            for block in self.questionnaire.blocks
            if (questions := tuple(q.id for q in closed if q.block == block.id))
        )

    def levels(self, segment: Segment) -> tuple[Level, ...]:
        """The levels of a segment: those declared, or each answer of its question."""
        if segment.levels:
            return segment.levels
        answers = self.questionnaire[segment.question].answers
        return tuple(
            Level(code=a.code, text=a.text, since=a.since, until=a.until, answers=(a.code,))
            for a in answers
        )

    def asked(self, wave: str) -> tuple[Question, ...]:
        """The questions of a wave, in questionnaire order, without personal data."""
        named = {ask.question for ask in self.wave(wave).asks}
        return tuple(q for q in self.questionnaire.questions if q.id in named and not q.personal)

    def offered_answers(self, question: Question, wave: str) -> tuple[Answer, ...]:
        """Substantive answers that a wave offered, in questionnaire order."""
        ask = self.wave(wave).find_ask(question.id)
        if ask is None:
            return ()
        return tuple(
            answer
            for answer in question.answers
            if answer.offered_in(wave, self.wave_order)
            and (ask.offered is None or answer.code in ask.offered)
        )

    def offered_items(self, question: Question, wave: str) -> tuple[Item, ...]:
        """Items of a grid that a wave offered, in questionnaire order."""
        ask = self.wave(wave).find_ask(question.id)
        if ask is None:
            return ()
        return tuple(
            item
            for item in question.items
            if item.offered_in(wave, self.wave_order)
            and (ask.offered_items is None or item.id in ask.offered_items)
        )

    def grade(self, question: str, wave: str, part: str = "") -> Grade:
        """How far `question` (or one item or answer `part` of it) compares with the wave before.

        "same" means that a line may join the two points; anything else is a break.
        """
        here: Ask | None = self.wave(wave).find_ask(question)
        before = self.previous(wave)
        earlier = before.find_ask(question) if before else None
        if here is None:
            return "dropped"
        if before is None or earlier is None:
            return "new"
        if part and part not in self._parts(question, before.id):
            return "new"
        if part and part in here.comparable:
            return "same"
        return here.grade or "same"

    def _parts(self, question: str, wave: str) -> set[str]:
        """Ids of everything of a question that a wave offered: items, answers, nets, parents."""
        asked = self.questionnaire[question]
        answers = self.offered_answers(asked, wave)
        return (
            {item.id for item in self.offered_items(asked, wave)}
            | {f"{i.id}.{p.code}" for i in asked.items for p in asked.periods}
            | {answer.code for answer in answers}
            | {answer.part_of for answer in answers if answer.part_of}
            | {answer.code for _, answer in asked.outside}
            | {net.code for net in asked.nets}
        )
