"""Cells and plain texts, or what a figure draws, in; a Table, and its Markdown, out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.phrases import phrase
from analysis.wording import Unit, format_number, format_value, split_words

if TYPE_CHECKING:
    from analysis.charts.figure import FigureData, Label, Number, Side
    from survey.study import Thresholds

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Cell:
    """A cell as a reader sees it, and the number behind it for a workbook (None for text)."""

    text: str
    value: float | None = None
    unit: Unit = "text"


@dataclass(frozen=True)
class Table:
    """A table with a caption, a header row, `row_headers` columns of row headers, and notes."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_headers: int = 1
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.rows} - {len(self.header)}
        if widths:
            raise ValueError(
                f"table {self.caption!r}: rows of {sorted(widths)} cells under a header of "
                f"{len(self.header)}; give every row as many cells as the header"
            )

    @property
    def aligns(self) -> tuple[Align, ...]:
        """Columns with a number in them stand at the right."""
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.header)
        return tuple(
            "right" if any(cell.value is not None for cell in column) else "left"
            for column in columns
        )

    def to_markdown(self, identifier: str = "") -> str:
        """Return a Pandoc pipe table with its caption, and the notes beneath, in a Div of theirs.

        Row headers are marked by the attribute `row-headers` of the caption, for a filter to
        turn into header cells. Every mark of punctuation is escaped.
        """
        lines = [
            _pipe_line([escape_markdown(text) for text in self.header]),
            _pipe_line([_rule(column, align) for column, align in
                        zip(self._texts(), self.aligns, strict=True)]),
            *(_pipe_line([escape_markdown(cell.text) for cell in row]) for row in self.rows),
        ]  # fmt: skip
        name = f"#{identifier} " if identifier else ""
        caption = f': {escape_markdown(self.caption)} {{{name}row-headers="{self.row_headers}"}}'
        said = "\n\n".join(escape_markdown(note) for note in self.notes)
        notes = ["", "::: {.table-notes}", "", said, "", ":::"] if said else []
        return "\n".join([*lines, "", caption, *notes]) + "\n"

    def _texts(self) -> list[list[str]]:
        columns = [[text] for text in self.header]
        for row in self.rows:
            for column, cell in zip(columns, row, strict=True):
                column.append(cell.text)
        return columns


def make_table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    notes: Sequence[str] = (),
) -> Table:
    """Return a table of cells and plain texts."""
    cells = (tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    return Table(caption, tuple(header), tuple(cells), notes=tuple(notes))


def make_cell(value: float | None, unit: Unit, language: str, mark: str = "") -> Cell:
    """Return a published number as a cell: nothing for None, the word for withheld for NaN."""
    if value is None:
        return Cell("")
    if math.isnan(value):
        return Cell(phrase(language, "chart.withheld"))
    return Cell(format_value(value, unit, language) + mark, value, unit)


def explain_cells(
    rows: Sequence[Sequence[str | Cell]], thresholds: Thresholds, language: str, empty: str
) -> list[str]:
    """Return a sentence for each mark among the cells: the asterisk, the word, the `empty` cell."""
    cells = [cell for row in rows for cell in row if isinstance(cell, Cell)]
    texts = {cell.text for cell in cells}
    word = phrase(language, "chart.withheld")
    said = []
    if any(cell.value is not None and cell.text.endswith("*") for cell in cells):
        said.append(phrase(language, "chart.indicative", n=thresholds.indicative_below))
    if word in texts:
        n = thresholds.withhold_below
        said.append(phrase(language, "chart.withheld_any", word=word, n=n))
    return [*said, empty] if "" in texts else said


def escape_markdown(text: str) -> str:
    """Return text that Pandoc prints as it stands: every ASCII mark of punctuation escaped."""
    flat = " ".join(split_words(text))
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", flat)


def table_of(data: FigureData) -> Table:
    """Return what a figure draws as a table; lines over waves become rows, waves columns."""
    header, rows, headers = _drop_alike(data, _course(data) if data.waves else _rowwise(data))
    marked = any(gap.series for gap in data.breaks)
    broken = [phrase(data.language, "table.broken")] if marked else []
    return Table(_write_caption(data), header, rows, headers, (*broken, *data.caption))


def _write_caption(data: FigureData) -> str:
    """Return the title, the only item where the title does not name it, and the subtitle."""
    only = data.facets[0].text if len(data.facets) == 1 else ""
    named = only.casefold() in data.title.casefold()
    sentences = [data.title, *([] if named else [only])]
    ended = [text if text.endswith(("?", ".", "!")) else f"{text}." for text in sentences]
    return " ".join([*ended, data.subtitle]).strip()


Body = tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...], int]


def _drop_alike(data: FigureData, body: Body) -> Body:
    """Leave out, of two columns of row headers, the one that says the same in every row."""
    header, rows, headers = body
    if headers < 2:
        return body
    lines = data.series if data.waves else data.rows
    if len(data.facets) == 1:
        return header[1:], tuple(row[1:] for row in rows), 1
    if not any(line.text for line in lines):
        return (header[0], *header[2:]), tuple((row[0], *row[2:]) for row in rows), 1
    return body


def _name_column(data: FigureData, labels: Sequence[Label]) -> str:
    """Return what a column of row headers is called, after the kind of things that it names."""
    kinds = [label.kind for label in labels if label.kind]
    everyone = not data.measure and not any(label.text for label in labels)
    key = kinds[0] if kinds else "group" if everyone else "row"
    return phrase(data.language, f"table.{key}")


def _rowwise(data: FigureData) -> Body:
    """Rows as drawn; a column a series, then the interval, the side columns and the base."""
    word = lambda key: phrase(data.language, f"table.{key}")  # noqa: E731
    spread = bool(data.facets) and not data.series and data.form == "multiples"
    if spread:
        return _panels_as_columns(data)
    columns = data.series or (_value_column(data),)
    interval = data.form == "dots"
    header = [
        *([_name_column(data, data.facets)] if data.facets else []), _name_column(data, data.rows),
        *(column.text for column in columns), *([word("interval")] if interval else []),
        *(side.heading for side in data.sides), word("base"),
    ]  # fmt: skip
    rows = []
    for facet in data.panels:
        for row in data.rows:
            cells = data.numbers_of(facet.id, row.id)
            if not cells:
                continue
            found = {cell.series: cell for cell in cells}
            first = next(iter(found.values()))
            rows.append(
                (
                    *([Cell(facet.text)] if data.facets else []),
                    Cell(row.text or data.measure or phrase(data.language, "chart.all")),
                    *(_value_cell(data, found.get(column.id)) for column in columns),
                    *([_interval_cell(data, first)] if interval else []),
                    *(_side_cell(data, side, facet.id, row.id) for side in data.sides),
                    _count_cell(data, first.base),
                )
            )
    return tuple(header), tuple(rows), 2 if data.facets else 1


def _panels_as_columns(data: FigureData) -> Body:
    """Small multiples: rows as drawn, a column a panel, and a last row with the bases."""
    header = (_name_column(data, data.rows), *(facet.text for facet in data.facets))
    rows = []
    for row in data.rows:
        cells = [_only(data, facet.id, row.id) for facet in data.facets]
        rows.append((Cell(row.text), *(_value_cell(data, cell) for cell in cells)))
    bases = [data.bases_of(facet.id) for facet in data.facets]
    if all(len(base) == 1 for base in bases):
        counts = (_count_cell(data, float(min(base))) for base in bases)
        rows.append((Cell(phrase(data.language, "table.base")), *counts))
    return header, tuple(rows), 1


def _course(data: FigureData) -> Body:
    """Lines over waves: a row a line, per wave its number and its base."""
    header = [_name_column(data, data.facets)] if data.facets else []
    header.append(_name_column(data, data.series))
    for wave in data.waves:
        header += [wave.text, phrase(data.language, "table.count", wave=wave.text)]
    mark = phrase(data.language, "table.break_mark")
    broken = {(gap.wave, *place) for gap in data.breaks for place in gap.series}
    rows = []
    for facet in data.panels:
        for line in data.series:
            found = {cell.wave: cell for cell in data.numbers_along(facet.id, line.id)}
            if not found:
                continue
            row = [Cell(facet.text)] if data.facets else []
            row.append(Cell(line.text or data.measure or phrase(data.language, "chart.all")))
            for wave in data.waves:
                cell = found.get(wave.id)
                value = _value_cell(data, cell)
                if (wave.id, facet.id, line.id) in broken:
                    value = Cell(value.text + mark, value.value, value.unit)
                row.append(_with_bounds(data, value, cell))
                row.append(_count_cell(data, cell.base if cell else math.nan))
            rows.append(tuple(row))
    return tuple(header), tuple(rows), 2 if data.facets else 1


def _with_bounds(data: FigureData, value: Cell, cell: Number | None) -> Cell:
    """The number with its 95 % interval, which the line has as a band or where there is no room."""
    if cell is None or value.value is None or math.isnan(cell.low) or math.isnan(cell.high):
        return value
    low, high = (format_number(bound, data.language) for bound in (cell.low, cell.high))
    return Cell(f"{value.text} ({low}–{high})", value.value, value.unit)


def _only(data: FigureData, facet: str, row: str) -> Number | None:
    return next(iter(data.numbers_of(facet, row)), None)


def _value_column(data: FigureData) -> Label:
    from analysis.charts.figure import Label

    key = "share" if data.unit == "percent" else "value"
    text = data.measure or phrase(data.language, f"table.{key}")
    return Label("", text)


def _value_cell(data: FigureData, cell: Number | None) -> Cell:
    if cell is None:
        return Cell("–")
    if cell.state == "withheld":
        return Cell(phrase(data.language, "chart.withheld"))
    mark = "*" if cell.state == "indicative" else ""
    text = format_value(cell.value, data.unit, data.language) + mark
    return Cell(text, float(cell.value), data.unit)


def _interval_cell(data: FigureData, cell: Number) -> Cell:
    if math.isnan(cell.low) or math.isnan(cell.high):
        return Cell("–")
    from analysis.wording import format_number

    bounds = [format_number(bound, data.language) for bound in (cell.low, cell.high)]
    return Cell("–".join(bounds) + ("%" if data.unit == "percent" else ""))


def _side_cell(data: FigureData, side: Side, facet: str, row: str) -> Cell:
    text = side.cells.get((facet, row), "–")
    value = side.values.get((facet, row))
    return Cell(text, value, side.unit if value is not None else "text")


def _count_cell(data: FigureData, count: float) -> Cell:
    if math.isnan(count):
        return Cell("–")
    return Cell(format_value(count, "count", data.language), float(count), "count")


def _pipe_line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(column: list[str], align: Align) -> str:
    """Return the dashes under a header; their number is the column's share of the width."""
    width = min(max(3, *(len(text) for text in column)), 40)
    return "-" * width + ":" if align == "right" else ":" + "-" * width
