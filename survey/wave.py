"""How one wave came in: its passport, its export's columns, and what changed since the last."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, field_validator

from survey.declaration import Code, Declaration, Text, WaveId

Shape = Literal["surveymonkey", "limesurvey", "spss", "plain"]
Grade = Literal["same", "reworded", "merged", "split", "rescaled", "new", "dropped"]
# a delivered code may be written as a number, see read_pairs
Pair = tuple[Annotated[str, WithJsonSchema({"type": ["string", "number"]})], str]


def read_pairs(pairs: Any) -> Any:
    """Accept numbers as delivered codes, since a spreadsheet or .sav has them as numbers."""
    if not isinstance(pairs, list | tuple):
        return pairs
    return [
        [str(pair[0]), pair[1]] if isinstance(pair, list | tuple) and len(pair) == 2 else pair
        for pair in pairs
    ]


class KeyColumns(Declaration):
    """The columns of an export that are no answers."""

    respondent: str = Field(description="the key of a respondent, unique within the wave")
    started: str | None = None
    finished: str | None = None
    seconds: str | None = Field(None, description="duration in seconds, if delivered")
    last_page: str | None = Field(None, description="the last page seen, counted from 1")
    weight: str | None = Field(None, description="a weight delivered with the data")
    stratum: str | None = None
    cluster: str | None = Field(None, description="for example an organisation code")
    panel: str | None = Field(None, description="a key by which a person is known in other waves")
    design: tuple[str, ...] = Field((), description="columns that a stage of sampling names")
    date_format: str | None = Field(None, description="strptime format of started and finished")
    personal: tuple[str, ...] = Field((), description="refused at the door, never written")
    ignored: tuple[str, ...] = Field((), description="known and of no use to the analysis")


class Exclusion(Declaration):
    """Rows that are no answers of respondents, such as the builder's test answers."""

    column: str
    equals: str | None = None
    contains: str | None = None
    reason: Text


class Ask(Declaration):
    """One question as this wave asked it: its columns, its delivered answers, its grade."""

    question: Code
    column: str | None = Field(None, description="column pattern, instead of the shape's own")
    other_column: str | None = Field(None, description='column of the "other, namely" text')
    items: tuple[Pair, ...] = Field((), description="[delivered, item id] where they differ")
    answers: tuple[Pair, ...] = Field((), description="[delivered, answer code] where they differ")
    offered: tuple[Code, ...] | None = Field(None, description="answers offered, if not all")
    offered_items: tuple[Code, ...] | None = Field(None, description="items offered, if not all")
    ticked: tuple[str, ...] | None = Field(None, description="cell values that mean: picked")
    text: Text | None = Field(None, description="the wording of this wave, if it differs")
    page: int | None = Field(None, ge=1, description="the page it stood on, counted from 1")
    grade: Grade | None = Field(None, description="against the wave before")
    note: Text | None = Field(None, description="what changed, for the reader")
    comparable: tuple[Code, ...] = Field((), description="answers or items still comparable")

    _items = field_validator("items", mode="before")(read_pairs)
    _answers = field_validator("answers", mode="before")(read_pairs)


class Dropped(Declaration):
    """A question that the wave before asked and this one does not."""

    question: Code
    note: Text


class Stage(Declaration):
    """One stage of sampling: what was drawn, within which strata, and out of how many."""

    unit: str = Field(
        "respondent", description='"respondent", "cluster" or a column of columns.design'
    )
    stratum: str | None = Field(
        None, description='"stratum", a column of columns.design, or "segment:<id>"'
    )
    population: float | str | None = Field(
        None,
        description="units there were to draw from in a stratum: a number, a column of "
        'columns.design, or "margin:<id>" whose levels are the strata',
    )


class SampleDesign(Declaration):
    """How the respondents came into the sample, for standard errors.

    Without stages: one stage, in which clusters were drawn where the export has a cluster column
    (respondents otherwise), within strata where it has a stratum column.
    """

    stages: tuple[Stage, ...] = Field((), alias="stage")
    nested: bool = Field(False, description="names of clusters start again in every stratum")
    lonely: Literal["refuse", "certainty", "centre"] = Field(
        "refuse",
        description="a stratum with one sampled unit: an error, no variance, or variance around "
        "the mean of all strata",
    )


class Weighting(Declaration):
    """The decision on weighting, recorded with its reason; rendered on the method page.

    none: everybody counts as 1. delivered: the weight column. design: the inverse of the sampling
    fractions. post-stratify: one margin is met. rake: several margins are met.
    """

    method: Literal["none", "delivered", "design", "post-stratify", "rake"] = "none"
    base: Literal["equal", "delivered", "design"] = Field(
        "equal", description="weights that raking and post-stratification start from"
    )
    margins: tuple[Code, ...] = Field((), description="ids of margins to be met")
    bounds: tuple[float, float] | None = Field(
        None, description="lowest and highest factor between new and base weight"
    )
    missing: Literal["refuse", "own-share"] = Field(
        "refuse",
        description="respondents without a level of a margin: an error, or they keep their share",
    )
    most_design_effect: float = Field(
        2.0, gt=1, description="above this weighting is refused: it would cost too much precision"
    )
    reason: Text
    decided: date | None = None

    @property
    def is_weighted(self) -> bool:
        """Whether respondents count differently at all."""
        return self.method != "none"

    @property
    def is_fitted(self) -> bool:
        """Whether the weights are made to meet margins."""
        return self.method in ("post-stratify", "rake")


class Wave(Declaration):
    """One wave file."""

    id: WaveId
    title: Text
    fielded: tuple[date, date]
    folder: str | None = Field(None, description="folder of the export; the wave's id if absent")
    shape: Shape
    language: str = Field(description="the language of the texts in the export")
    sheet: str | None = Field(None, description="sheet of a workbook, if not the first")
    columns: KeyColumns
    exclude: tuple[Exclusion, ...] = ()
    weighting: Weighting
    design: SampleDesign = SampleDesign()
    overlap: Literal["unknown", "none", "panel", "cluster"] = Field(
        "unknown",
        description="how respondents of the wave before are known again: the panel column, the "
        "cluster column, not at all (other people), or unknown",
    )
    asks: tuple[Ask, ...] = Field(alias="ask", min_length=1)
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[Text, ...] = Field((), description="what a reader must know of this wave")

    def find_ask(self, question: str) -> Ask | None:
        """How this wave asked `question`; None where it did not."""
        return next((ask for ask in self.asks if ask.question == question), None)


class Delivered(Declaration):
    """One file as delivered."""

    name: str
    role: Literal["answers", "structure"]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Passport(Declaration):
    """Where an export comes from (`SOURCE.toml` beside it)."""

    wave: WaveId
    origin: Text
    tool: str
    mode: Text
    fielded: tuple[date, date]
    delivered: date
    n: int = Field(ge=0, description="rows as delivered")
    invented: bool
    files: tuple[Delivered, ...] = Field(alias="file", min_length=1)

    @property
    def answers(self) -> Delivered:
        return next(file for file in self.files if file.role == "answers")
