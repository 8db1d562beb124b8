"""What is asked of a figure (`FigureSpec`) and what a form then draws (`FigureData`)."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import pandas as pd

from analysis.wording import Unit

Palette = Literal["diverging", "sequential", "qualitative", "single"]
LabelKind = Literal["", "answer", "item", "period", "group", "wave", "bin"]


class Number(NamedTuple):
    """One number that is drawn; the frame of a figure has these columns.

    `row` is an item, answer, level, wave or bin; `series` a colour or a line, empty where there
    is one; `value` is NaN when withheld; `low` and `high` bound its 95 % interval;
    `joins_previous` says whether a line may join it to the wave before.
    """

    facet: str
    row: str
    row_label: str
    series: str
    series_label: str
    wave: str
    value: float
    low: float
    high: float
    base: float
    state: str
    joins_previous: bool

    @property
    def is_shown(self) -> bool:
        return not math.isnan(self.value)


def list_numbers(frame: pd.DataFrame) -> tuple[Number, ...]:
    """Return the rows of a frame that has the columns of `Number`."""
    return tuple(map(Number._make, frame.itertuples(index=False, name=None)))


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
    """A row, series, panel or wave: its id, its text and the kind of thing that it names.

    `muted` is drawn in the background (an exclusive option, all respondents beside segments);
    `position` is the place of a wave on the axis of time, in days; `outside` is an answer outside
    the 100 % (don't know).
    """

    id: str
    text: str
    muted: bool = False
    position: float = 0.0
    kind: LabelKind = ""
    outside: bool = False


@dataclass(frozen=True)
class Side:
    """A column of numbers at the right of the rows: its heading, and a text per (panel, row).

    `outside` says that the answer stands outside the 100 % (don't know); `parts` are the answers
    that a net counts together, where the column is a net's.
    """

    heading: str
    cells: dict[tuple[str, str], str]
    values: dict[tuple[str, str], float]
    unit: Unit
    bold: bool = False
    outside: bool = False
    parts: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(self.cells.values())


@dataclass(frozen=True)
class Break:
    """A break in the series: before which wave, its name, and which series it divides.

    `everywhere` says that every line is divided there; without series the question changed but no
    line crosses that wave.
    """

    wave: str
    text: str
    series: tuple[tuple[str, str], ...]
    everywhere: bool


@dataclass(frozen=True, eq=False)
class FigureData:
    """Everything that a form draws; `frame` has exactly the columns of `Number`.

    `notes` holds what stands behind the label of a (panel, row): its base where bases differ, and
    the mark of an indicative one. `scale` holds every answer of the scale that the series are some
    of, so that they keep its colours. `warning` says that the answers are invented.
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
    scale: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    breaks: tuple[Break, ...] = ()
    limits: tuple[float, float] = (0.0, 100.0)
    ends: tuple[str, str] = ("", "")
    reference: dict[str, float] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    warning: str = ""

    def __post_init__(self) -> None:
        if tuple(self.frame.columns) != Number._fields:
            raise ValueError(f"FigureData needs the columns {list(Number._fields)}")

    @cached_property
    def panels(self) -> tuple[Label, ...]:
        """The panels; one without a name where the figure is not divided."""
        return self.facets or (Label("", ""),)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers of the figure, in drawing order."""
        return list_numbers(self.frame)

    def numbers_of(self, facet: str, row: str) -> tuple[Number, ...]:
        """Return the numbers of one row of a panel, in drawing order."""
        return tuple(self._by_row.get((facet, row), ()))

    def numbers_along(self, facet: str, series: str) -> tuple[Number, ...]:
        """Return the numbers of one series of a panel, in drawing order."""
        return tuple(self._by_series.get((facet, series), ()))

    def bases_of(self, facet: str) -> set[int]:
        """Return the bases of a panel, each once; of its muted rows only where it has no other."""
        muted = {row.id for row in self.rows if row.muted}
        known = [n for n in self.numbers if n.facet == facet and not math.isnan(n.base)]
        return {int(n.base) for n in known if n.row not in muted} or {int(n.base) for n in known}

    @cached_property
    def _by_row(self) -> dict[tuple[str, str], list[Number]]:
        found: dict[tuple[str, str], list[Number]] = {}
        for number in self.numbers:
            found.setdefault((number.facet, number.row), []).append(number)
        return found

    @cached_property
    def _by_series(self) -> dict[tuple[str, str], list[Number]]:
        found: dict[tuple[str, str], list[Number]] = {}
        for number in self.numbers:
            found.setdefault((number.facet, number.series), []).append(number)
        return found
