"""Horizontal bars from a common zero: options, sorted as the data come, a label behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.figure import FigureData
from analysis.charts.panels import draw_panels
from analysis.charts.sheet import Sheet
from analysis.charts.theme import Theme

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPE = "options"


def draw(data: FigureData, theme: Theme) -> ggplot:
    """Draw one panel of bars; with several panels, one under another."""
    sheet = Sheet(data, theme)
    for panel in data.panels:
        draw_panels(sheet, (panel,), data.sides)
        sheet.y += theme.panel_gap if len(data.panels) > 1 else 0
    return sheet.finish()
