"""Axes of values: limits in, ticks whose printed numbers are exact, and their grid lines drawn."""

from __future__ import annotations

import math

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.sheet import Sheet, Span
from analysis.wording import format_number, format_percent


def place_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return at most `most` round ticks from at or below `low` to at or above `high`.

    Steps are 1, 2, 2.5 or 5 times a power of ten and have at most one decimal, so that no label
    is rounded.

    >>> place_ticks(0, 100), place_ticks(0, 37)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [0.0, 10.0, 20.0, 30.0, 40.0])
    """
    power = math.floor(math.log10(max(high - low, 1e-9) / max(most - 1, 1)))
    for exponent in range(max(power - 1, -1), power + 3):
        for factor in (1.0, 2.0, 2.5, 5.0):
            step = factor * 10.0**exponent
            first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
            if last - first + 1 <= most and round(step, 1) == step:
                return [round(at * step, 1) for at in range(first, last + 1)]
    raise ValueError(f"no ticks between {low} and {high}; limits must differ and be finite")


def tick_text(value: float, sheet: Sheet) -> str:
    """Return a tick as text, a share with its percent sign."""
    decimals = 0 if float(value).is_integer() else 1
    if sheet.data.unit == "percent":
        return format_percent(value, sheet.data.language, decimals)
    return format_number(value, sheet.data.language, decimals)


def write_axis(
    sheet: Sheet, span: Span, ticks: list[float], bands: list[tuple[float, float]]
) -> None:
    """Draw upright grid lines through each (top, bottom) band and the numbers beneath the last."""
    size = sheet.theme.caption_size
    places = [span.place(tick) for tick in ticks]
    for top, bottom in bands:
        sheet.add_rules(pd.DataFrame({"left": places, "right": places, "top": top,
                                      "bottom": bottom}))  # fmt: skip
    middle = bands[-1][1] + 2 + size * sheet.theme.line_height / 2
    for tick, x in zip(ticks, places, strict=True):
        sheet.write(tick_text(tick, sheet), x, middle, size=size, align="center", color=look.MUTED)
    sheet.y = middle + size * sheet.theme.line_height / 2
    write_ends(sheet, span)


def write_ends(sheet: Sheet, span: Span) -> None:
    """Write what the lowest and the highest value mean beneath the ends of the axis."""
    low, high = sheet.data.ends
    if not low:
        return
    size, room = sheet.theme.caption_size, span.length / 2 - 8
    left = sheet.fit(low, room, size)
    right = sheet.fit(high, room, size)
    top = sheet.y + 1
    sheet.write_lines(left, span.start, top, size=size, color=look.MUTED)
    sheet.write_lines(right, span.end, top, size=size, align="right", color=look.MUTED)
    sheet.y = top + max(sheet.height_of(left, size), sheet.height_of(right, size))
