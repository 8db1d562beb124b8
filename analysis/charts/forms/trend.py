"""Lines over waves: a line joins only comparable points, a break is drawn and named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.apart import Course, find_free, spread_apart
from analysis.charts.axes import place_ticks, tick_text
from analysis.charts.boxes import Box
from analysis.charts.figure import FigureData, Label, Number
from analysis.charts.panels import value_text
from analysis.charts.shapes import MOST_BANDED
from analysis.charts.sheet import Sheet, Span
from analysis.charts.theme import Theme
from analysis.phrases import phrase
from analysis.wording import NO_BREAK

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPE = "course"

# At most this many panels stand beside one another.
PANELS_BESIDE = 3
NARROWEST_PANEL = 200.0

RULE_COLUMNS = ["left", "right", "top", "bottom", "color"]

# Between the upright intervals of two lines at one wave: a point and some white.
ASIDE = 7.0

# Room for a number above a point at the top of the axis.
HEADROOM = 18.0

# From a point to the middle of the number above or beneath it, and to the one beside it.
ABOVE = 12.0
BESIDE = 9.0


@dataclass(frozen=True)
class Frame:
    """What all panels share, in pixels: so that they can be compared by eye.

    `axis` is the room of the ticks at the left, `inset` keeps the first number clear of them,
    `room` is that of the longest label at the right; `named` says that a break is written out.
    """

    width: float
    height: float
    axis: float
    inset: float
    room: float
    ticks: tuple[float, ...]
    named: bool


def draw(data: FigureData, theme: Theme) -> ggplot:
    """Draw one panel, or several of the same scale, evenly over as many bands as it takes.

    The last number of a line stands in its label.
    """
    sheet = Sheet(data, theme)
    fitting = int((sheet.right - sheet.left) // NARROWEST_PANEL)
    bands = -(-len(data.panels) // max(1, min(PANELS_BESIDE, fitting)))
    beside = -(-len(data.panels) // bands)
    width = (sheet.right - sheet.left - theme.panel_gap * (beside - 1)) / beside
    frame = _measure_frame(sheet, width)
    points: list[pd.DataFrame] = []
    for start in range(0, len(data.panels), beside):
        band = data.panels[start : start + beside]
        top = _write_names(sheet, band, width)
        for at, panel in enumerate(band):
            left = sheet.left + at * (width + theme.panel_gap)
            points.append(_draw_panel(sheet, panel, frame, left, top))
        sheet.y += theme.panel_gap if start + beside < len(data.panels) else 0
    _draw_lines(sheet, points)
    return sheet.finish()


def _measure_frame(sheet: Sheet, width: float) -> Frame:
    data, theme = sheet.data, sheet.theme
    ticks = tuple(place_ticks(*data.limits, most=6))
    size = theme.value_size
    labels = [list(_end_labels(sheet, panel, width).values()) for panel in data.panels]
    lines = [line for panel in labels for label in panel for line in label]
    tallest = max(sum(sheet.height_of(label, size) + 2 for label in panel) for panel in labels)
    single = len(data.series) == 1
    return Frame(
        width=width,
        height=max(theme.plot_height * (0.62 if len(data.panels) > 1 else 1.0), tallest),
        axis=max(sheet.width_of(tick_text(tick, sheet), theme.caption_size) for tick in ticks) + 8,
        inset=sheet.width_of("100%*", size) / 2 + 4 if single else _first_room(sheet),
        room=max((sheet.width_of(line, size, bold=True) for line in lines), default=0.0),
        ticks=ticks,
        named=len(data.panels) == 1 and any(gap.everywhere for gap in data.breaks),
    )


def _end_labels(sheet: Sheet, panel: Label, width: float) -> dict[str, tuple[str, ...]]:
    """Return the text at the end of each line of a panel, wrapped to its share of the width."""
    data = sheet.data
    return {
        line.id: _fit_end(sheet, _end_text(data, panel, line), width * 0.3)
        for line in data.series
        if data.numbers_along(panel.id, line.id)
    }


def _fit_end(sheet: Sheet, text: str, width: float) -> tuple[str, ...]:
    """Wrap the text at the end of a line, its number with the last word where both have room."""
    size = sheet.theme.value_size
    *others, word, number = text.split(" ") if " " in text else ("", text)
    together = f"{word}{NO_BREAK}{number}"
    if word and sheet.width_of(together, size, bold=True) <= width:
        text = " ".join([*others, together])
    return tuple(line.replace(NO_BREAK, " ") for line in sheet.fit(text, width, size, bold=True))


def _first_room(sheet: Sheet) -> float:
    """Return the room left of the first wave for the number that each line begins with."""
    numbers = [cell for cell in sheet.data.numbers if cell.wave == sheet.data.waves[0].id]
    texts = [value_text(sheet.data, cell) for cell in numbers if cell.is_shown]
    size = sheet.theme.value_size
    return max((sheet.width_of(text, size) for text in texts), default=0.0) + BESIDE + 2


def _write_names(sheet: Sheet, band: tuple[Label, ...], width: float) -> float:
    """Write the names of the panels of a band; return where the panels begin."""
    size = sheet.theme.label_size
    lowest = sheet.y
    for at, panel in enumerate(band):
        left = sheet.left + at * (width + sheet.theme.panel_gap)
        lines = sheet.fit(panel.text, width, size, bold=True)
        lowest = max(lowest, sheet.write_lines(lines, left, sheet.y, size=size, bold=True))
    return lowest + 6


def _draw_panel(sheet: Sheet, panel: Label, frame: Frame, left: float, top: float) -> pd.DataFrame:
    """Draw the axes, breaks and labels of one panel and move on; return its points."""
    theme, data = sheet.theme, sheet.data
    series = [s for s in data.series if data.numbers_along(panel.id, s.id)]
    colours = _series_colours(data)
    ceiling = top + HEADROOM + (theme.caption_size * theme.line_height if frame.named else 0)
    bottom = ceiling + frame.height
    first, last = data.waves[0].position, data.waves[-1].position
    start, end = left + frame.axis + frame.inset, left + frame.width - frame.room - 10
    across = Span(start, end, first, max(last, first + 1))
    upright = Span(bottom, ceiling, frame.ticks[0], frame.ticks[-1])
    _draw_grid(sheet, left, frame, across, upright)
    _draw_breaks(sheet, across, top, upright, frame.named)
    names = _end_labels(sheet, panel, frame.width)
    _write_end_labels(sheet, panel, names, colours, across, upright)
    if len(series) == 1:
        _write_values(sheet, panel, series[0], across, upright)
    elif series:
        taken = _write_first_values(sheet, panel, colours, across, upright)
        _write_free_values(sheet, panel, taken, across, upright)
    sheet.y = _write_waves(sheet, across, bottom)
    return _list_points(data, panel, series, colours, across, upright)


def _series_colours(data: FigureData) -> dict[str, str]:
    """Return a colour a line, that of its place on a scale; respondents of all groups are grey."""
    coloured = data.scale or tuple(label.id for label in data.series if not label.muted)
    colours = look.scale_colours(data.palette, len(coloured))
    muted = {label.id: look.MUTED for label in data.series if label.muted}
    return {**dict(zip(coloured, colours, strict=True)), **muted}


def _draw_grid(sheet: Sheet, left: float, frame: Frame, across: Span, upright: Span) -> None:
    size = sheet.theme.caption_size
    heights = [upright.place(tick) for tick in frame.ticks]
    start = left + frame.axis
    sheet.add_rules(
        pd.DataFrame({"left": start, "right": across.end + 6, "top": heights, "bottom": heights})
    )
    for tick, y in zip(frame.ticks, heights, strict=True):
        text = tick_text(tick, sheet)
        sheet.write(text, start - 6, y, size=size, align="right", color=look.MUTED)


def _draw_breaks(sheet: Sheet, across: Span, top: float, upright: Span, named: bool) -> None:
    """Draw a dashed line halfway before each wave where every line breaks, with its name."""
    waves = {wave.id: wave for wave in sheet.data.waves}
    size = sheet.theme.caption_size
    ids = list(waves)
    taken = across.start
    for gap in sheet.data.breaks:
        if not gap.everywhere:
            continue
        before = waves[ids[ids.index(gap.wave) - 1]]
        x = across.place((before.position + waves[gap.wave].position) / 2)
        head = upright.end - HEADROOM
        rule = pd.DataFrame({"left": [x], "right": x, "top": head, "bottom": upright.start})
        sheet.add_rules(rule, width=1, color=look.MUTED, dashed=True)
        wide = sheet.width_of(gap.text, size)
        start = max(min(x - wide / 2, across.end - wide), taken)
        if named and start + wide <= across.end + 1:
            sheet.write(gap.text, start, top + 6, size=size, color=look.MUTED)
            taken = start + wide + 8


def _draw_lines(sheet: Sheet, panels: list[pd.DataFrame]) -> None:
    """Draw bands, lines and points; each stretch of joined points is a group of its own."""
    from plotnine import aes, geom_point, geom_polygon

    drawn = {at: points for at, points in enumerate(panels) if not points.empty}
    if not drawn:
        return
    points = pd.concat(drawn, names=["panel", "at"]).reset_index()
    points["stretch"] = points.groupby(["panel", "stretch"], sort=False).ngroup()
    size = points.groupby("stretch")["x"].transform("size")
    banded = len(sheet.data.series) <= MOST_BANDED
    if banded:
        points["x"] += _shift_alone(points[size == 1]).reindex(points.index, fill_value=0.0)
    joined, alone = points[size > 1], points[size == 1].dropna(subset=["low", "high"])
    bands = joined.dropna(subset=["low", "high"])
    if banded and not bands.empty:
        outline = pd.concat(
            [bands.assign(y=bands["low"]), bands[::-1].assign(y=bands["high"][::-1])]
        ).sort_values("stretch", kind="stable")
        sheet.add(geom_polygon(aes("x", "y", fill="color", group="stretch"), outline, alpha=0.14))
    after = joined.groupby("stretch")[["x", "y"]].shift(-1)
    pieces = joined.assign(left=joined["x"], top=joined["y"], right=after["x"], bottom=after["y"])
    sheet.add_rules(pieces.dropna(subset=["right"])[RULE_COLUMNS], width=2)
    if banded:
        upright = alone.assign(left=alone["x"], right=alone["x"], top=alone["high"],
                               bottom=alone["low"])  # fmt: skip
        sheet.add_rules(upright[RULE_COLUMNS], width=1.4)
    sheet.add(geom_point(aes("x", "y", color="color", group=1), points, size=3.6, stroke=0))


def _shift_alone(alone: pd.DataFrame) -> pd.Series:
    """Return how far points that join none move aside, where several stand at one wave.

    Their intervals are upright lines, which would hide one another.
    """
    beside = alone.groupby(["panel", "x"])["y"]
    return (beside.cumcount() - (beside.transform("size") - 1) / 2) * ASIDE


def _list_points(
    data: FigureData,
    panel: Label,
    series: list[Label],
    colours: dict[str, str],
    across: Span,
    upright: Span,
) -> pd.DataFrame:
    """Return the points of a panel in pixels; `stretch` counts the unbroken pieces."""
    position = {wave.id: wave.position for wave in data.waves}
    points = []
    stretch = 0
    for label in series:
        for cell in data.numbers_along(panel.id, label.id):
            if not cell.is_shown:
                continue
            stretch += not cell.joins_previous
            low, high = (
                upright.place(min(max(end, upright.low), upright.high))
                if not math.isnan(end) else end
                for end in (cell.low, cell.high)
            )  # fmt: skip
            x, y = across.place(position[cell.wave]), upright.place(cell.value)
            points.append((x, y, low, high, colours[label.id], stretch))
    return pd.DataFrame(points, columns=["x", "y", "low", "high", "color", "stretch"])


def _write_values(sheet: Sheet, panel: Label, line: Label, across: Span, upright: Span) -> None:
    """Write the numbers of a panel's only line above its points; its label has the last one."""
    position = {wave.id: wave.position for wave in sheet.data.waves}
    size = sheet.theme.value_size
    cells = _shown_along(sheet.data, panel, line)
    labelled = bool(_end_text(sheet.data, panel, line))
    taken = float("-inf")
    for at, cell in enumerate(cells):
        after = cells[at + 1] if at + 1 < len(cells) else None
        text = value_text(sheet.data, cell)
        x, half = across.place(position[cell.wave]), sheet.width_of(text, size) / 2
        covered = after is None and labelled
        if not covered and x - half > taken and x + half < across.end - half:
            alone = not cell.joins_previous and not (after and after.joins_previous)
            above = cell.high if alone and not math.isnan(cell.high) else cell.value
            y = upright.place(min(above, upright.high)) - (9 if alone else ABOVE)
            sheet.write(text, x, y, size=size, align="center")
            taken = x + half + 4


def _write_first_values(
    sheet: Sheet, panel: Label, colours: dict[str, str], across: Span, upright: Span
) -> list[Box]:
    """Write the number of the first wave left of each line, moved apart; return where they stand.

    The number of the last wave stands in the label at the right.
    """
    size, first = sheet.theme.value_size, sheet.data.waves[0].id
    height, end = sheet.height_of(("",), size), across.start - BESIDE
    cells = [cell for cell in sheet.data.numbers if (cell.facet, cell.wave) == (panel.id, first)]
    wanted = sorted(
        (float(upright.place(cell.value)), value_text(sheet.data, cell), colours[cell.series])
        for cell in cells
        if cell.is_shown
    )
    tops = spread_apart(
        [(y - height / 2, height) for y, _, _ in wanted], upright.end - 8, upright.start + 8
    )
    boxes = []
    for top, (_, text, color) in zip(tops, wanted, strict=True):
        readable = look.contrast(color, "#ffffff") >= look.LEAST_TEXT_CONTRAST
        sheet.write_lines((text,), end, top, size=size, align="right",
                          color=color if readable else look.INK)  # fmt: skip
        boxes.append(Box(end - sheet.width_of(text, size), top, end, top + height, text))
    return boxes


def _write_free_values(
    sheet: Sheet, panel: Label, taken: list[Box], across: Span, upright: Span
) -> None:
    """Write the other numbers above or beneath their points, where no line and no number is."""
    data, size = sheet.data, sheet.theme.value_size
    position = {wave.id: across.place(wave.position) for wave in data.waves}
    lines = [_shown_along(data, panel, line) for line in data.series]
    courses = [
        Course(tuple((position[cell.wave], float(upright.place(cell.value))) for cell in cells))
        for cells in lines
    ]
    within = Box(across.start, upright.end - HEADROOM, across.end, upright.start)
    half_height = sheet.height_of(("",), size) / 2
    for cell in (cell for cells in lines for cell in cells[:-1]):
        x, y = position[cell.wave], float(upright.place(cell.value))
        text = value_text(data, cell)
        half = sheet.width_of(text, size) / 2
        wanted = [
            Box(x - half, y + side - half_height, x + half, y + side + half_height, text)
            for side in (-ABOVE, ABOVE)
        ]
        free = find_free(wanted, taken, courses, within)
        if free and cell.wave != data.waves[0].id:
            sheet.write(text, x, free.top + half_height, size=size, align="center")
            taken = [*taken, free]


def _shown_along(data: FigureData, panel: Label, line: Label) -> list[Number]:
    return [cell for cell in data.numbers_along(panel.id, line.id) if cell.is_shown]


def _end_text(data: FigureData, panel: Label, line: Label) -> str:
    """Return a line's name with its last number, or that it is withheld.

    A line that ends before the last wave has the wave beside its number; one without a name then
    has no text, since its number stands above its point.
    """
    shown = _shown_along(data, panel, line)
    if not shown:
        return f"{line.text} {phrase(data.language, 'chart.withheld')}".strip()
    value = value_text(data, shown[-1])
    if shown[-1].wave == data.waves[-1].id:
        return f"{line.text} {value}".strip()
    return f"{line.text} {value} ({shown[-1].wave})" if line.text else ""


def _write_end_labels(
    sheet: Sheet,
    panel: Label,
    names: dict[str, tuple[str, ...]],
    colours: dict[str, str],
    across: Span,
    upright: Span,
) -> None:
    """Write each line's label beside its last point, moved apart where they would collide."""
    size = sheet.theme.value_size
    wanted = []
    withheld = set()
    for series in sheet.data.series:
        shown = _shown_along(sheet.data, panel, series)
        if series.id in names:
            y = float(upright.place(shown[-1].value)) if shown else upright.start
            withheld |= set() if shown else {series.id}
            wanted.append((y, sheet.height_of(names[series.id], size) + 2, series.id))
    wanted.sort()
    tops = spread_apart(
        [(y - height / 2, height) for y, height, _ in wanted],
        upright.end - 8, upright.start + 8,
    )  # fmt: skip
    for top, (_, _, name) in zip(tops, wanted, strict=True):
        bold = name not in withheld
        sheet.write_lines(names[name], across.end + 10, top, size=size, bold=bold,
                          color=colours[name] if bold else look.MUTED)  # fmt: skip


def _write_waves(sheet: Sheet, across: Span, bottom: float) -> float:
    """Write the waves beneath the axis, as many as fit; the first and the last always."""
    size = sheet.theme.caption_size
    middle = bottom + 8 + size * sheet.theme.line_height / 2
    places = [(across.place(wave.position), wave.text) for wave in sheet.data.waves]
    taken: list[tuple[float, float]] = []
    for x, text in [places[-1], *places[:-1]]:
        half = sheet.width_of(text, size) / 2 + 3
        if all(x + half <= start or x - half >= end for start, end in taken):
            sheet.write(text, x, middle, size=size, align="center", color=look.MUTED)
            taken.append((x - half, x + half))
    return middle + size * sheet.theme.line_height / 2
