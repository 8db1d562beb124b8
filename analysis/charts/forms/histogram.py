"""Columns of shares: one a bin of numbers or a step of a rating, its share above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.axes import write_ends
from analysis.charts.figure import FigureData
from analysis.charts.panels import BAR_COLUMNS, value_text
from analysis.charts.sheet import Sheet, Span
from analysis.charts.theme import Theme

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPE = "bins"

# White between two columns, as a share of their width: they stand for classes, not for an axis.
GAP = 0.16


def draw(data: FigureData, theme: Theme) -> ggplot:
    """Draw the columns of all rows over the whole width."""
    sheet = Sheet(data, theme)
    size = theme.value_size
    width = (sheet.right - sheet.left) / len(data.rows)
    gap = GAP * width
    top = sheet.y + size * theme.line_height
    base = top + theme.plot_height
    span = Span(base, top, *data.limits)
    bars = []
    lowest = base
    for at, row in enumerate(data.rows):
        [cell] = data.numbers_of("", row.id)
        left = sheet.left + at * width
        withheld = cell.state == "withheld"
        end = base if withheld else span.place(cell.value)
        if end < base:
            bars.append((left + gap / 2, left + width - gap / 2, end, base, look.ACCENT))
        above = sheet.fit(value_text(data, cell), width - 1, size)
        sheet.write_lines(above, left + width / 2, end - sheet.height_of(above, size) - 1,
                          size=size, align="center",
                          color=look.MUTED if withheld else look.INK)  # fmt: skip
        beneath = sheet.fit(row.text, width - 4, size)
        lowest = max(lowest, sheet.write_lines(beneath, left + width / 2, base + 5, size=size,
                                               align="center"))  # fmt: skip
    sheet.add_bars(pd.DataFrame(bars, columns=BAR_COLUMNS))
    ground = pd.DataFrame({"left": [sheet.left], "right": sheet.right, "top": base, "bottom": base})
    sheet.add_rules(ground, width=1, color=look.MUTED)
    sheet.y = lowest
    write_ends(sheet, Span(sheet.left, sheet.right))
    return sheet.finish()
