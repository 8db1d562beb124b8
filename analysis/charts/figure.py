"""What is asked of a figure (`FigureSpec`) and what a form then draws (`FigureData`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

import pandas as pd

from analysis.wording import Unit

Palette = Literal["diverging", "sequential", "qualitative", "single"]

# column → what it holds; one row a number that is drawn
FRAME_COLUMNS: dict[str, str] = {
    "facet": "id of the panel; empty without panels",
    "row": "id of the row: an item, answer, level, wave or bin",
    "row_label": "its text",
    "series": "id of the series: a colour or a line; empty where there is one",
    "series_label": "its text",
    "wave": "id of the wave",
    "value": "the published number; empty when withheld",
    "low": "lower bound of its 95 % interval",
    "high": "upper bound",
    "base": "respondents in the 100 %",
    "state": "published, indicative or withheld",
    "joins_previous": "whether a line may join it to the wave before",
}


@dataclass(frozen=True)
class FigureSpec:
    """One figure, as a page asks for it: hashable and picklable, `digest` is its cache key.

    `wave` None means over all waves. `items` and `answers` (answers or nets) narrow the question
    down; `title` None means the question's own text. `form` None means the form of the
    question's kind.
    """

    question: str
    language: str
    wave: str | None = None
    form: str | None = None
    segment: str = ""
    items: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    title: str | None = None

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that differ for every other spec, language included."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Label:
    """A row, series, panel or wave: its id and its text.

    `muted` is drawn in the background (an exclusive option, all respondents beside segments);
    `position` is the place of a wave on the axis of time, in days.
    """

    id: str
    text: str
    muted: bool = False
    position: float = 0.0


@dataclass(frozen=True)
class Side:
    """A column of numbers at the right of the rows: its heading, and a text per (panel, row).

    `outside` says that the answer stands outside the 100 % (don't know).
    """

    heading: str
    cells: dict[tuple[str, str], str]
    values: dict[tuple[str, str], float]
    unit: Unit
    bold: bool = False
    outside: bool = False

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(self.cells.values())


@dataclass(frozen=True)
class Break:
    """A break in the series: before which wave, its name, and which series it divides.

    `everywhere` says that every line is divided there.
    """

    wave: str
    text: str
    series: tuple[tuple[str, str], ...]
    everywhere: bool


@dataclass(frozen=True, eq=False)
class FigureData:
    """Everything that a form draws; `frame` has exactly the columns of FRAME_COLUMNS.

    `notes` holds what stands behind the label of a (panel, row): its base where bases differ, and
    the mark of an indicative one. `warning` says that the answers are invented.
    """

    key: str
    form: str
    language: str
    frame: pd.DataFrame
    rows: tuple[Label, ...]
    series: tuple[Label, ...]
    facets: tuple[Label, ...]
    waves: tuple[Label, ...]
    title: str
    subtitle: str
    caption: tuple[str, ...]
    unit: Unit
    measure: str = ""
    palette: Palette = "single"
    sides: tuple[Side, ...] = ()
    breaks: tuple[Break, ...] = ()
    limits: tuple[float, float] = (0.0, 100.0)
    ends: tuple[str, str] = ("", "")
    reference: dict[str, float] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    warning: str = ""

    def __post_init__(self) -> None:
        if list(self.frame.columns) != list(FRAME_COLUMNS):
            raise ValueError(f"FigureData needs the columns {list(FRAME_COLUMNS)}")

    @cached_property
    def panels(self) -> tuple[Label, ...]:
        """The panels; one without a name where the figure is not divided."""
        return self.facets or (Label("", ""),)

    def cells_of(self, facet: str, row: str | None = None) -> pd.DataFrame:
        """Return the numbers of one panel, or of one row of it, in drawing order."""
        chosen = self.frame["facet"] == facet
        if row is not None:
            chosen &= self.frame["row"] == row
        return self.frame[chosen]
