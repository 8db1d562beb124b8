"""Small multiples: panels of bars beside one another that share their rows and their scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.figure import FigureData
from analysis.charts.panels import draw_panels
from analysis.charts.sheet import Sheet
from analysis.charts.theme import Theme

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPE = "options"

# A narrower panel cannot hold its bar and the number behind it.
LEAST_WIDTH = 104.0
LEAST_WIDTH_NARROW = 150.0


def draw(data: FigureData, theme: Theme) -> ggplot:
    """Draw as many panels beside one another as fit, evenly over as many bands as it takes."""
    sheet = Sheet(data, theme)
    least = LEAST_WIDTH_NARROW if theme.is_narrow else LEAST_WIDTH
    room = theme.width * (1 if theme.is_narrow else 1 - theme.label_share)
    most = max(1, int(room // least))
    bands = -(-len(data.panels) // most)
    beside = -(-len(data.panels) // bands)
    for start in range(0, len(data.panels), beside):
        draw_panels(sheet, data.panels[start : start + beside], columns=beside)
        sheet.y += theme.panel_gap if start + beside < len(data.panels) else 0
    return sheet.finish()
