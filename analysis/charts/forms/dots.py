"""Dots with their 95 % intervals: a row a level of a segment or an item, n in the label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.axes import place_ticks, tick_text, write_axis
from analysis.charts.figure import FigureData
from analysis.charts.panels import value_text
from analysis.charts.rowwise import Rows, lay_rows
from analysis.charts.sheet import Sheet, Span
from analysis.charts.theme import Theme

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPE = "comparison"


def draw(data: FigureData, theme: Theme) -> ggplot:
    """Draw each number with its interval, the numbers in a column at the right."""
    from plotnine import aes, geom_point

    sheet = Sheet(data, theme)
    rows = lay_rows(sheet, data.panels)
    room = max(
        (sheet.width_of(value_text(data, cell), theme.value_size, bold=True)
         for cell in data.numbers), default=0.0,
    ) + 12  # fmt: skip
    ticks = place_ticks(*data.limits, most=4 if theme.is_narrow else 6)
    # The number of the first tick is centred on the axis' beginning.
    inset = max(6.0, sheet.width_of(tick_text(ticks[0], sheet), theme.caption_size) / 2)
    span = Span(rows.left + inset, rows.right - room, ticks[0], ticks[-1])
    write_axis(sheet, span, ticks, [band for panel in data.panels for band in rows.bands(panel.id)])
    _draw_reference(sheet, rows, span)
    points, intervals = [], []
    for place in rows.places:
        muted = next(row.muted for row in data.rows if row.id == place.row)
        color = look.MUTED if muted else look.ACCENT
        for cell in data.numbers_of(place.facet, place.row):
            withheld = cell.state == "withheld"
            sheet.write(value_text(data, cell), rows.right, place.centre, size=theme.value_size,
                        align="right", color=look.MUTED if withheld else look.INK,
                        bold=not withheld)  # fmt: skip
            if withheld:
                continue
            points.append((span.place(cell.value), place.centre, color))
            if not pd.isna(cell.low):
                ends = (max(cell.low, span.low), min(cell.high, span.high))
                left, right = (span.place(end) for end in ends)
                intervals.append((left, right, place.centre, place.centre, color))
    frame = pd.DataFrame(intervals, columns=["left", "right", "top", "bottom", "color"])
    sheet.add_rules(frame, width=3)
    if points:
        dots = pd.DataFrame(points, columns=["x", "y", "color"])
        sheet.add(geom_point(aes("x", "y", color="color", group=1), dots, size=4.4, stroke=0))
    return sheet.finish()


def _draw_reference(sheet: Sheet, rows: Rows, span: Span) -> None:
    """Draw all respondents as a dashed line through the rows of each panel."""
    lines = [
        (span.place(value), span.place(value), top, bottom)
        for facet, value in sheet.data.reference.items()
        for top, bottom in rows.bands(facet)
    ]
    frame = pd.DataFrame(lines, columns=["left", "right", "top", "bottom"])
    sheet.add_rules(frame, width=1, color=look.MUTED, dashed=True)
