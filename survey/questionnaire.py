"""What was asked: questions, items, answers and scales, as the union over all waves."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic_core import core_schema

from survey.declaration import Code, Declaration, Text, WaveId, spread_list

Kind = Literal["single", "multiple", "grid", "rating", "number", "ranking", "open"]
BaseRule = Literal["substantive", "answered", "asked", "picked"]


def describe_list(extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the JSON Schema of `[code, text in each language, …, {since, until, part_of}]`."""
    allowed: list[dict[str, Any]] = [{"type": "string"}, {"type": "object"}]
    if extra:
        allowed.append(extra)
    return {"type": "array", "minItems": 2, "items": {"anyOf": allowed}}


class Spanned(Declaration):
    """Something that only some of the waves offered, or that an earlier answer was split into."""

    since: WaveId | None = None
    until: WaveId | None = None
    part_of: Code | None = None

    def offered_in(self, wave: str, order: tuple[str, ...]) -> bool:
        """Say whether this stands in `wave`, given the order of all wave ids."""
        at = order.index(wave)
        return (self.since is None or order.index(self.since) <= at) and (
            self.until is None or at <= order.index(self.until)
        )


class Listed(Spanned):
    """A code with its texts, written as a list `[code, "nl", "en"]`."""

    code: Code
    text: Text

    @model_validator(mode="before")
    @classmethod
    def read_list(cls, data: Any, info: ValidationInfo) -> Any:
        return spread_list(data, info)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return describe_list()


class Answer(Listed):
    """One answer of a closed question, or one option of a multiple choice or a ranking."""


class Period(Listed):
    """One period of a grid × period question."""


class Net(Declaration):
    """Several answers counted together, such as the top two of a scale."""

    code: Code
    text: Text
    answers: tuple[Code, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def read_list(cls, data: Any, info: ValidationInfo) -> Any:
        return spread_list(data, info, extra="answers")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return describe_list({"type": "array", "items": {"type": "string"}})


class Item(Spanned):
    """One row of a grid."""

    id: Code
    text: Text
    short: Text | None = None


class Scale(Declaration):
    """Answers that several questions share, in their order from low to high or high to low."""

    id: Code
    answers: tuple[Answer, ...] = Field(min_length=2)
    ordered: bool = True
    direction: Literal["low-to-high", "high-to-low"] = "low-to-high"
    midpoint: Code | None = None
    dont_know: Answer | None = None
    refused: Answer | None = None
    not_applicable: Answer | None = None
    nets: tuple[Net, ...] = ()


SCALE_FIELDS = tuple(name for name in Scale.model_fields if name != "id")


class Question(Declaration):
    """One question with everything that a reader, a cleaner and a chart need to know of it."""

    id: Code
    kind: Kind
    block: Code
    theme: Code | None = None
    text: Text
    short: Text | None = Field(None, description="a short name for charts and tables")
    instruction: Text | None = None
    scale: Code | None = Field(None, description="the id of a [[scale]] whose answers this uses")
    answers: tuple[Answer, ...] = ()
    ordered: bool = False
    direction: Literal["low-to-high", "high-to-low"] = "low-to-high"
    midpoint: Code | None = None
    dont_know: Answer | None = None
    refused: Answer | None = None
    not_applicable: Answer | None = None
    nets: tuple[Net, ...] = ()
    exclusive: tuple[Code, ...] = Field((), description="answers that say none of the others")
    other: Code | None = Field(None, description='the answer "other, namely", with free text')
    most: int | None = Field(None, ge=1, description="most picks allowed")
    items: tuple[Item, ...] = Field((), alias="item")
    periods: tuple[Period, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    bins: tuple[float, ...] = Field(
        (), description="edges of a number's histogram, ascending; twice: that number alone"
    )
    low_end: Text | None = Field(None, description="what the lowest rating means")
    high_end: Text | None = Field(None, description="what the highest rating means")
    unit: Text | None = None
    asked_if: str | None = Field(None, description="routing, see the format's page")
    base: BaseRule | None = Field(None, description="departs from the usual base of its kind")
    personal: bool = Field(False, description="personal data: refused at intake, never analysed")
    chart: str | None = Field(None, description="chart form instead of the kind's own")

    @property
    def label(self) -> Text:
        """The short name where there is one, else the whole question."""
        return self.short or self.text

    @property
    def outside(self) -> tuple[tuple[str, Answer], ...]:
        """Answers outside the scale with what they mean: (status name, answer)."""
        named = (
            ("dont_know", self.dont_know),
            ("refused", self.refused),
            ("not_applicable", self.not_applicable),
        )
        return tuple((name, answer) for name, answer in named if answer is not None)

    @property
    def all_answers(self) -> tuple[Answer, ...]:
        """Substantive answers, then those outside the scale."""
        return self.answers + tuple(answer for _, answer in self.outside)

    @property
    def is_categorical(self) -> bool:
        """Whether each cell of the question holds exactly one of the answers."""
        return self.kind in ("single", "grid") and bool(self.answers)

    @property
    def is_closed(self) -> bool:
        return self.kind != "open"

    @property
    def base_rule(self) -> BaseRule:
        """Who is in the 100 %: the declared rule or the usual one of the kind.

        Multiple choice with an exclusive option: who ticked at least one ("picked"); without:
        those asked who reached the page ("asked"). Everything else: who gave a substantive answer.
        """
        if self.base is not None:
            return self.base
        if self.kind == "multiple":
            return "picked" if self.exclusive else "asked"
        return "substantive"

    def find_answer(self, code: str) -> Answer:
        for answer in self.all_answers:
            if answer.code == code:
                return answer
        raise KeyError(f"question {self.id} has no answer {code}")

    def find_item(self, item: str) -> Item:
        for candidate in self.items:
            if candidate.id == item:
                return candidate
        raise KeyError(f"question {self.id} has no item {item}")


class Block(Declaration):
    """One part of the questionnaire, in the order in which it was filled in."""

    id: Code
    text: Text


class Theme(Declaration):
    """One theme of the report; each gets a page."""

    id: Code
    text: Text
    lead: Text | None = None


def _list_tables(value: Any) -> list[dict[str, Any]]:
    """The tables of a list; nothing of what is none, which is told as a fault elsewhere."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class Questionnaire(Declaration):
    """All questions in the order asked, with the blocks, themes and shared scales."""

    blocks: tuple[Block, ...] = Field(alias="block")
    themes: tuple[Theme, ...] = Field((), alias="theme")
    scales: tuple[Scale, ...] = Field((), alias="scale")
    questions: tuple[Question, ...] = Field(alias="question", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def spread_scales(cls, data: Any) -> Any:
        """Write a shared scale's answers into each question that names it; own keys win."""
        if not isinstance(data, dict):
            return data
        scales = {str(scale.get("id")): scale for scale in _list_tables(data.get("scale"))}

        def widen(question: Any) -> Any:
            scale = scales.get(str(question.get("scale"))) if isinstance(question, dict) else None
            if scale is None:
                return question
            shared = {key: scale[key] for key in SCALE_FIELDS if key in scale}
            return {"ordered": True, **shared, **question}

        questions = data.get("question")
        if not isinstance(questions, list):
            return data
        return {**data, "question": [widen(question) for question in questions]}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Demand no key of a file: blocks, themes, scales and questions may lie in several."""
        described = handler(schema)
        handler.resolve_ref_schema(described).pop("required")
        return described

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def __getitem__(self, question: str) -> Question:
        return self.by_id[question]

    def position(self, question: str) -> int:
        """The place of a question in the order asked, from 0."""
        return list(self.by_id).index(question)
