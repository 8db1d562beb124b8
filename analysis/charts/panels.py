"""Bars in one or more panels that share their rows: a sheet and its panels in, a band drawn."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.figure import FigureData, Label, Number, Side
from analysis.charts.rowwise import Rows, lay_rows
from analysis.charts.sheet import Sheet, Span
from analysis.phrases import phrase
from analysis.wording import format_value

BAR_COLUMNS = ["left", "right", "top", "bottom", "color"]


def draw_panels(
    sheet: Sheet, panels: tuple[Label, ...], sides: tuple[Side, ...] = (), columns: int = 0
) -> None:
    """Draw a band of panels beside one another, `columns` wide, with their headings above."""
    data, gap = sheet.data, sheet.theme.panel_gap
    columns = columns or len(panels)
    low, high = data.limits
    if columns == 1:
        rows = lay_rows(sheet, panels, sides)
        _draw_bars(sheet, rows, rows.split(1, 0, low, high)[0], panels[0])
        return
    shared = _shared_rows(data, panels)
    headings = _headings(sheet, panels, shared, columns)
    top = sheet.y
    rows = lay_rows(sheet, (shared,), (), headroom=max(height for _, height in headings) + 4)
    spans = rows.split(columns, gap, low, high)
    for panel, span, (lines, height) in zip(panels, spans, headings, strict=False):
        lift = max(h for _, h in headings) - height
        sheet.write_lines(lines, span.start, top + lift, size=sheet.theme.value_size, bold=True)
        _draw_bars(sheet, rows, span, panel)
        _draw_zero(sheet, rows, span, shared)


def _shared_rows(data: FigureData, panels: tuple[Label, ...]) -> Label:
    """Return the panel of this band that has the most rows: its rows serve all."""
    rows = Counter(number.facet for number in data.numbers)
    return Label(max(panels, key=lambda panel: rows[panel.id]).id, "")


def _headings(
    sheet: Sheet, panels: tuple[Label, ...], shared: Label, columns: int
) -> list[tuple[tuple[str, ...], float]]:
    """Return each panel's heading, with its base, in lines, and their height."""
    theme, size = sheet.theme, sheet.theme.value_size
    room = sheet.right - sheet.left
    if not theme.is_narrow:
        widest = max(sheet.width_of(row.text, theme.label_size) for row in sheet.data.rows)
        room -= min(widest + 0.5, theme.width * theme.label_share) + 10
    width = (room - theme.panel_gap * (columns - 1)) / columns
    headings = []
    for panel in panels:
        lines = sheet.fit(_panel_text(sheet.data, panel), width, size, bold=True)
        headings.append((lines, sheet.height_of(lines, size)))
    return headings


def _panel_text(data: FigureData, panel: Label) -> str:
    """Return a panel's name with its base, where panels have different ones."""
    bases = data.bases_of(panel.id)
    if data.frame["base"].nunique() == 1 or len(bases) != 1:
        return panel.text
    return f"{panel.text} {phrase(data.language, 'chart.row_base', n=min(bases))}"


def _draw_bars(sheet: Sheet, rows: Rows, span: Span, panel: Label) -> None:
    """Draw the bars of one panel, each with its number behind it."""
    data, theme = sheet.data, sheet.theme
    labels = {row.id: row for row in data.rows}
    room = max(sheet.width_of(text, theme.value_size) for text in ("100%*", "00%*")) + 6
    inner = Span(span.start, span.end - room, span.low, span.high)
    bars = []
    for place in rows.places:
        for cell in data.numbers_of(panel.id, place.row):
            withheld = cell.state == "withheld"
            end = inner.start if withheld else inner.place(cell.value)
            if end > inner.start:
                color = look.DONT_KNOW if labels[place.row].muted else look.ACCENT
                bars.append((inner.start, end, place.top, place.bottom, color))
            text = value_text(data, cell)
            ink = look.MUTED if withheld else look.INK
            sheet.write(text, end + 5, place.centre, size=theme.value_size, color=ink)
    sheet.add_bars(pd.DataFrame(bars, columns=BAR_COLUMNS))


def value_text(data: FigureData, cell: Number) -> str:
    """Return the number of a cell as it is printed, marked or replaced by its state."""
    if cell.state == "withheld":
        return phrase(data.language, "chart.withheld")
    mark = "*" if cell.state == "indicative" else ""
    return format_value(cell.value, data.unit, data.language) + mark


def _draw_zero(sheet: Sheet, rows: Rows, span: Span, panel: Label) -> None:
    lines = [(span.start, span.start, top, bottom) for top, bottom in rows.bands(panel.id)]
    sheet.add_rules(pd.DataFrame(lines, columns=["left", "right", "top", "bottom"]))
