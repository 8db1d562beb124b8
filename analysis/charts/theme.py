"""The look of every chart: colours, font, sizes and widths in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from analysis.charts.fonts import FALLBACK_FAMILY

# WCAG 2.2, success criterion 1.4.11: graphical objects against their background.
LEAST_CONTRAST = 3.0
# Criterion 1.4.3: small text against its background.
LEAST_TEXT_CONTRAST = 4.5

INK = "#1b2733"
MUTED = "#55606d"
GRID = "#dfe3e8"
ACCENT = "#0b4f7d"
DONT_KNOW = "#8a8f98"

# From the low end to the midpoint to the high end of a scale; the grey is the midpoint itself.
DIVERGING = ("#7a2e0e", "#c46f35", "#8a8f98", "#468dc2", "#0b3f66")
SEQUENTIAL = ("#79a02a", "#0f8a80", "#1f62a8", "#40308a", "#170b2c")
QUALITATIVE = ("#0b4f7d", "#b8460e", "#1f7a4d", "#6b3d8f", "#8a6d00", "#b03060")


@dataclass(frozen=True)
class Theme:
    """Sizes in CSS pixels of a drawing `width` wide; a pixel is a point of the SVG.

    `font_folder` holds the TTF or OTF files of `family`; without it DejaVu Sans is used, which
    matplotlib brings along.
    """

    width: float = 720
    margin: float = 6
    family: str = FALLBACK_FAMILY
    font_folder: str | None = None
    title_size: float = 16
    subtitle_size: float = 12.5
    label_size: float = 12
    value_size: float = 11.5
    caption_size: float = 10.5
    line_height: float = 1.32
    bar_height: float = 22
    row_gap: float = 9
    panel_gap: float = 18
    label_share: float = 0.34
    plot_height: float = 230
    png_scale: float = 2

    @property
    def is_narrow(self) -> bool:
        """Whether labels stand above their bars instead of beside them."""
        return self.width < 480

    def for_phone(self) -> Theme:
        """Return the theme of the narrow drawing, legible at 360 px without scaling."""
        return replace(self, width=320, title_size=15, caption_size=11, plot_height=200, margin=2)


def scale_colours(kind: str, steps: int) -> tuple[str, ...]:
    """Return `steps` colours of a palette: "diverging", "sequential" or "qualitative".

    A diverging palette of an odd number of steps has the grey in the middle, one of an even
    number has none. Raises ValueError where a qualitative palette would have to repeat a colour.
    """
    if kind == "qualitative":
        if steps > len(QUALITATIVE):
            raise ValueError(
                f"{steps} unordered colours; at most {len(QUALITATIVE)} can be told apart; "
                "draw fewer series or one panel a series"
            )
        return QUALITATIVE[:steps]
    if kind == "sequential":
        return tuple(_blend(SEQUENTIAL, _place(at, steps)) for at in range(steps))
    half = steps // 2
    low = [_blend(DIVERGING[:2], _place(at, half)) for at in range(half)]
    high = [_blend(DIVERGING[3:], _place(at, half, only=1.0)) for at in range(half)]
    return (*low, *([DIVERGING[2]] if steps % 2 else []), *high)


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast of two six-digit hex colours, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def text_colour(fill: str) -> str:
    """Return black or white, whichever reads better on `fill`."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, fill))


def _place(at: int, steps: int, only: float = 0.0) -> float:
    return at / (steps - 1) if steps > 1 else only


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    )
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def _blend(anchors: tuple[str, ...], place: float) -> str:
    """Return the colour at `place` (0 to 1) along the anchors."""
    position = place * (len(anchors) - 1)
    left = min(int(position), len(anchors) - 2)
    share = position - left
    pairs = zip(_channels(anchors[left]), _channels(anchors[left + 1]), strict=True)
    mixed = (round(255 * (a + (b - a) * share)) for a, b in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
