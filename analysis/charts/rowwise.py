"""Charts that read row by row: a sheet in, its labels written and the places of its bars out."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.charts import theme as look
from analysis.charts.figure import FigureData, Label, Side
from analysis.charts.sheet import Sheet, Span

# Room between a label and its bar, and between columns.
GUTTER = 10.0


@dataclass(frozen=True)
class Place:
    """The band of one row: the pixels between which its bar stands."""

    facet: str
    row: str
    top: float
    bottom: float

    @property
    def centre(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Rows:
    """Where the rows of a figure stand, and between which pixels their values lie.

    `stacked` says that labels stand above their rows instead of beside them.
    """

    left: float
    right: float
    stacked: bool
    places: tuple[Place, ...]

    def bands(self, facet: str) -> list[tuple[float, float]]:
        """Return where upright lines of a panel may stand, as (top, bottom) free of labels."""
        places = [place for place in self.places if place.facet == facet]
        if self.stacked or not places:
            return [(place.top, place.bottom) for place in places]
        return [(places[0].top - 3, places[-1].bottom + 3)]

    def split(self, panels: int, gap: float, low: float, high: float) -> list[Span]:
        """Return the stretch of each of `panels` panels beside one another."""
        width = (self.right - self.left - gap * (panels - 1)) / panels
        starts = [self.left + at * (width + gap) for at in range(panels)]
        return [Span(start, start + width, low, high) for start in starts]


def lay_rows(
    sheet: Sheet, facets: tuple[Label, ...], sides: tuple[Side, ...] = (), headroom: float = 0.0
) -> Rows:
    """Write the labels, headings of panels and side columns of all rows; return their places.

    Labels stand beside the bars, in a narrow drawing above them. `headroom` pixels are left free
    above the first row.
    """
    theme = sheet.theme
    columns = _column_widths(sheet, sides)
    right = sheet.right - sum(width + GUTTER for width in columns)
    beside = 0.0 if theme.is_narrow else _label_width(sheet)
    left = sheet.left + (beside + GUTTER if beside else 0.0)
    sheet.y = max(sheet.y + headroom, _write_headings(sheet, sides, columns, right))
    places: list[Place] = []
    for facet in facets:
        rows = [row for row in sheet.data.rows if sheet.data.numbers_of(facet.id, row.id)]
        if facet.text and rows:
            lines = sheet.fit(facet.text, sheet.right - sheet.left, theme.label_size, bold=True)
            sheet.y = sheet.write_lines(
                lines, sheet.left, sheet.y + (6 if places else 0), size=theme.label_size, bold=True
            )
            sheet.y += 4
        for row in rows:
            places.append(_lay_row(sheet, facet.id, row, left - GUTTER, beside))
            _write_sides(sheet, sides, columns, right, places[-1])
            sheet.y += theme.row_gap
    return Rows(left, right, theme.is_narrow, tuple(places))


def row_text(data: FigureData, facet: str, row: Label) -> str:
    """Return a row's label with its base and mark behind it."""
    note = data.notes.get((facet, row.id), "")
    return f"{row.text}{note}" if note.startswith("*") else f"{row.text} {note}".strip()


def _label_width(sheet: Sheet) -> float:
    """Return the room for labels beside the bars: what the longest needs, at most a share."""
    size, data = sheet.theme.label_size, sheet.data
    widest = max(
        sheet.width_of(row_text(data, facet.id, row), size)
        for facet in data.panels
        for row in data.rows
    )
    return min(widest + 0.5, sheet.theme.width * sheet.theme.label_share) if widest else 0.0


def _lay_row(sheet: Sheet, facet: str, row: Label, label_end: float, beside: float) -> Place:
    theme, size = sheet.theme, sheet.theme.label_size
    text = row_text(sheet.data, facet, row)
    color = look.MUTED if row.muted else look.INK
    if not beside:
        lines = sheet.fit(text, sheet.right - sheet.left, size)
        sheet.y = sheet.write_lines(lines, sheet.left, sheet.y, size=size, color=color)
        top = sheet.y + (2 if lines else 0)
        sheet.y = top + theme.bar_height
        return Place(facet, row.id, top, sheet.y)
    lines = sheet.fit(text, beside, size, balanced=True)
    height = sheet.height_of(lines, size)
    room = max(height, theme.bar_height)
    centre = sheet.y + room / 2
    sheet.write_lines(lines, label_end, centre - height / 2, size=size, align="right", color=color)
    sheet.y += room
    return Place(facet, row.id, centre - theme.bar_height / 2, centre + theme.bar_height / 2)


def _column_widths(sheet: Sheet, sides: tuple[Side, ...]) -> list[float]:
    """Return the widths of the side columns: their numbers, and headings in about two lines."""
    theme = sheet.theme
    widths = []
    for side in sides:
        numbers = max(sheet.width_of(text, theme.label_size, side.bold) for text in side.texts)
        words = max(
            (sheet.width_of(word, theme.caption_size, side.bold) for word in side.heading.split()),
            default=0.0,
        )
        whole = sheet.width_of(side.heading, theme.caption_size, side.bold)
        # A word is cut only where it would take more than a quarter of a narrow drawing.
        widest = max(theme.width * 0.16, min(words, theme.width * 0.25))
        widths.append(max(numbers, min(max(words, whole / 2 + 8), widest)) + 1)
    return widths


def _write_headings(
    sheet: Sheet, sides: tuple[Side, ...], widths: list[float], right: float
) -> float:
    """Write the headings of the side columns on one lower line; return where the rows begin."""
    size = sheet.theme.caption_size
    fitted = [sheet.fit(side.heading, width, size, side.bold)
              for side, width in zip(sides, widths, strict=True)]  # fmt: skip
    bottom = sheet.y + max((sheet.height_of(lines, size) for lines in fitted), default=0.0)
    x = right
    for side, width, lines in zip(sides, widths, fitted, strict=True):
        x += GUTTER + width
        top = bottom - sheet.height_of(lines, size)
        sheet.write_lines(lines, x, top, size=size, align="right", color=_side_ink(side),
                          bold=side.bold)  # fmt: skip
    return bottom + (6 if sides else 0)


def _write_sides(
    sheet: Sheet, sides: tuple[Side, ...], widths: list[float], right: float, place: Place
) -> None:
    x = right
    for side, width in zip(sides, widths, strict=True):
        x += GUTTER + width
        text = side.cells.get((place.facet, place.row), "")
        if text:
            sheet.write(text, x, place.centre, size=sheet.theme.label_size, align="right",
                        color=_side_ink(side), bold=side.bold)  # fmt: skip


def _side_ink(side: Side) -> str:
    return look.INK if side.bold else look.MUTED
