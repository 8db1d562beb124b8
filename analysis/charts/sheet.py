"""The sheet a form draws on: texts placed in pixels, layers of plotnine on the same pixels.

Every form lays its data out in the pixels of the figure, x to the right and y downwards, and
plotnine draws them in one panel that fills the figure. So the room of each text is known before
it is drawn, the figure becomes as high as its lines ask for, and nothing is left to a layout that
would clip or collide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.charts import theme as look
from analysis.charts.figure import FigureData
from analysis.charts.fonts import BOLD, REGULAR
from analysis.charts.text import fit_text, text_width
from analysis.charts.theme import Theme

if TYPE_CHECKING:
    from plotnine import ggplot

# Height of a capital in both Inter and DejaVu Sans, as a share of the size.
CAP_HEIGHT = 0.73

# plotnine multiplies sizes of lines by the square root of pi.
LINE_UNIT = 1.7724538509055159


@dataclass(frozen=True)
class Span:
    """A stretch of pixels that stands for a stretch of values."""

    start: float
    end: float
    low: float = 0.0
    high: float = 100.0

    @property
    def length(self) -> float:
        return abs(self.end - self.start)

    def place(self, value: Any) -> Any:
        """Return the pixel of a value, or of each value of a series."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


class Sheet:
    """A figure under construction: `y` is where the next line goes."""

    def __init__(self, data: FigureData, theme: Theme) -> None:
        self.data = data
        self.theme = theme
        self.left = theme.margin
        self.right = theme.width - theme.margin
        self.y = theme.margin
        self._texts: list[dict[str, Any]] = []
        self._rules: dict[tuple[float, bool], list[pd.DataFrame]] = {}
        self._bars: list[pd.DataFrame] = []
        self._layers: list[Any] = []
        self._write_head()

    def write(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float,
        align: str = "left",
        color: str = look.INK,
        bold: bool = False,
    ) -> None:
        """Write one line with its capitals centred on `y`."""
        self._texts.append(
            {
                "label": text, "x": x, "y": y + size * CAP_HEIGHT / 2, "size": size,
                "ha": align, "color": color, "weight": BOLD if bold else REGULAR,
            }
        )  # fmt: skip

    def write_lines(
        self,
        lines: Sequence[str],
        x: float,
        top: float,
        *,
        size: float,
        align: str = "left",
        color: str = look.INK,
        bold: bool = False,
    ) -> float:
        """Write lines under one another from `top`; return their lower end."""
        step = size * self.theme.line_height
        for at, line in enumerate(lines):
            self.write(line, x, top + (at + 0.5) * step, size=size, align=align, color=color,
                       bold=bold)  # fmt: skip
        return top + len(lines) * step

    def fit(
        self, text: str, width: float, size: float, bold: bool = False, balanced: bool = False
    ) -> tuple[str, ...]:
        """Return `text` in lines of at most `width` pixels, if `balanced` of like length."""
        return fit_text(text, width, self.theme, size, self.data.language, bold, balanced)

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        return text_width(text, self.theme, size, bold)

    def height_of(self, lines: Sequence[str], size: float) -> float:
        return len(lines) * size * self.theme.line_height

    def add(self, *layers: Any) -> None:
        """Add layers of plotnine, drawn in this order over rules and bars and beneath all text."""
        self._layers.extend(layers)

    def add_bars(self, bars: pd.DataFrame) -> None:
        """Draw bars with the columns left, right, top, bottom (pixels) and color."""
        if not bars.empty:
            self._bars.append(bars)

    def add_rules(
        self,
        rules: pd.DataFrame,
        width: float = 0.8,
        color: str = look.GRID,
        dashed: bool = False,
    ) -> None:
        """Draw straight lines with the columns left, right, top and bottom, in pixels.

        A column `color` gives each line its own.
        """
        if not rules.empty:
            coloured = rules if "color" in rules else rules.assign(color=color)
            self._rules.setdefault((width, dashed), []).append(coloured)

    def write_legend(self, entries: Sequence[tuple[str, str]]) -> None:
        """Write (text, colour) pairs with a swatch each, over as many lines as they need."""
        size, swatch, gap = self.theme.value_size, 11.0, 16.0
        room = self.right - self.left
        step = size * self.theme.line_height
        x, top, lowest = self.left, self.y, self.y
        swatches = []
        for text, color in entries:
            lines = self.fit(text, room - swatch - 6, size)
            width = swatch + 6 + max(self.width_of(line, size) for line in lines)
            if x > self.left and x + width > self.right:
                x, top = self.left, lowest + 3
            centre = top + step / 2
            swatches.append((x, x + swatch, centre - swatch / 2, centre + swatch / 2, color))
            lowest = max(lowest, self.write_lines(lines, x + swatch + 6, top, size=size))
            x += width + gap
        self.add_bars(pd.DataFrame(swatches, columns=["left", "right", "top", "bottom", "color"]))
        self.y = lowest + 12

    def finish(self) -> ggplot:
        """Write the caption and return the drawing; its height is in `theme.figure_size`."""
        from plotnine import (
            aes,
            geom_text,
            ggplot,
            scale_color_identity,
            scale_fill_identity,
            scale_size_identity,
            scale_x_continuous,
            scale_y_reverse,
            theme,
            theme_void,
        )

        self._write_foot()
        width, height = self.theme.width, self.y
        mapping = aes(x="x", y="y", label="label", size="size", color="color", ha="ha",
                      fontweight="weight", group=1)  # fmt: skip
        plot = ggplot()
        plot += [
            *self._list_marks(),
            *self._layers,
            geom_text(mapping, pd.DataFrame(self._texts), family="sans-serif", va="baseline"),
            scale_color_identity(),
            scale_fill_identity(),
            scale_size_identity(),
            scale_x_continuous(limits=(0, width), expand=(0, 0), breaks=[]),
            scale_y_reverse(limits=(height, 0), expand=(0, 0), breaks=[]),
            theme_void(),
            theme(
                figure_size=(width / 72, height / 72), dpi=72, plot_margin=0,
                legend_position="none",
            ),
        ]  # fmt: skip
        return plot

    def _list_marks(self) -> list[Any]:
        """Return all bars in one layer and the rules in one per kind: a layer costs time."""
        from plotnine import aes, geom_rect, geom_segment

        layers: list[Any] = []
        for (width, dashed), rules in self._rules.items():
            mapping = aes(x="left", xend="right", y="top", yend="bottom", color="color", group=1)
            style = {"size": width / LINE_UNIT, "linetype": "dashed" if dashed else "solid"}
            layers.append(geom_segment(mapping, pd.concat(rules), **style))
        if self._bars:
            place = aes(xmin="left", xmax="right", ymin="top", ymax="bottom", fill="color", group=1)
            layers.append(geom_rect(place, pd.concat(self._bars)))
        return layers

    def _write_head(self) -> None:
        theme, room = self.theme, self.right - self.left
        title = self.fit(self.data.title, room, theme.title_size, bold=True)
        self.y = self.write_lines(title, self.left, self.y, size=theme.title_size, bold=True)
        subtitle = self.fit(self.data.subtitle, room, theme.subtitle_size)
        self.y = self.write_lines(
            subtitle, self.left, self.y + 3, size=theme.subtitle_size, color=look.MUTED
        )
        self.y += 12

    def _write_foot(self) -> None:
        theme, room = self.theme, self.right - self.left
        self.y += 8
        for paragraph in self.data.caption:
            lines = self.fit(paragraph, room, theme.caption_size)
            self.y = self.write_lines(
                lines, self.left, self.y, size=theme.caption_size, color=look.MUTED
            )
            self.y += 2
        if self.data.warning:
            lines = self.fit(self.data.warning, room, theme.caption_size, bold=True)
            self.y = self.write_lines(lines, self.left, self.y, size=theme.caption_size, bold=True)
        self.y += theme.margin
