"""100 % stacked bars: a row an item, level, wave or period, a colour an answer, a bold total."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.figure import FigureData
from analysis.charts.rowwise import lay_rows
from analysis.charts.sheet import Sheet, Span
from analysis.charts.theme import Theme
from analysis.phrases import phrase
from analysis.wording import format_value

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPE = "distribution"

# White between two segments, and at either side of the number in one, in pixels.
GAP = 1.5
MARGIN = 0.75


def draw(data: FigureData, theme: Theme) -> ggplot:
    """Draw every row to the length that its labels add up to."""
    sheet = Sheet(data, theme)
    colours = dict(
        zip(
            (label.id for label in data.series),
            look.scale_colours(data.palette, len(data.series)),
            strict=True,
        )
    )
    sheet.write_legend([(label.text, colours[label.id]) for label in data.series])
    rows = lay_rows(sheet, data.panels, data.sides)
    longest = data.frame.groupby(["facet", "row"])["value"].sum().max()
    [span] = rows.split(1, 0, 0, max(100.0, float(longest)))
    bars = []
    for place in rows.places:
        cells = [cell for cell in data.numbers_of(place.facet, place.row) if cell.is_shown]
        if not cells:
            sheet.write(phrase(data.language, "chart.withheld"), span.start, place.centre,
                        size=theme.value_size, color=look.MUTED)  # fmt: skip
            continue
        ends = accumulate(cell.value for cell in cells)
        for cell, end in zip(cells, ends, strict=True):
            if cell.value > 0:
                left, right = span.place(end - cell.value), span.place(end)
                right = max(right - GAP, left + 0.5)
                bars.append((left, right, place.top, place.bottom, colours[cell.series]))
                _write_value(sheet, cell.value, Span(left, right), place.centre, bars[-1][-1])
    sheet.add_bars(pd.DataFrame(bars, columns=["left", "right", "top", "bottom", "color"]))
    return sheet.finish()


def _write_value(sheet: Sheet, value: float, room: Span, y: float, fill: str) -> None:
    """Write a share into its segment where it fits; the table beneath has the others."""
    text = format_value(value, "percent", sheet.data.language)
    size = sheet.theme.value_size
    if sheet.width_of(text, size) + 2 * MARGIN <= room.length:
        sheet.write(text, (room.start + room.end) / 2, y, size=size, align="center",
                    color=look.text_colour(fill))  # fmt: skip
