"""Where the texts and bars of a drawn figure stand: a figure in, boxes and their collisions out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from analysis.charts.fonts import measure_ink

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Fonts measure to fractions of a pixel; what overlaps less than this is not seen.
TOLERANCE = 0.6


@dataclass(frozen=True)
class Box:
    """A rectangle in CSS pixels from the upper left corner, and the text in it ("" for a bar)."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def overlaps(self, other: Box, tolerance: float = TOLERANCE) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > tolerance
            and min(self.bottom, other.bottom) - max(self.top, other.top) > tolerance
        )

    def lies_in(self, other: Box, tolerance: float = TOLERANCE) -> bool:
        return (
            self.left >= other.left - tolerance
            and self.right <= other.right + tolerance
            and self.top >= other.top - tolerance
            and self.bottom <= other.bottom + tolerance
        )


@dataclass(frozen=True)
class Boxes:
    """All texts and bars of a figure of `width` × `height` pixels."""

    width: float
    height: float
    texts: tuple[Box, ...]
    bars: tuple[Box, ...] = ()


def check_boxes(boxes: Boxes) -> list[str]:
    """Return a sentence for each text outside the figure, over another text or across a bar's end.

    A text may lie wholly in one bar or wholly outside all bars.
    """
    page = Box(0, 0, boxes.width, boxes.height)
    faults = [
        f"{box.text!r} lies outside the figure" for box in boxes.texts if not box.lies_in(page)
    ]
    faults += [
        f"{first.text!r} overlaps {second.text!r}"
        for first, second in combinations(boxes.texts, 2)
        if first.overlaps(second)
    ]
    faults += [
        f"{text.text!r} lies across the end of a bar"
        for text in boxes.texts
        for bar in boxes.bars
        if text.overlaps(bar) and not (text.left >= bar.left and text.right <= bar.right)
    ]
    return faults


def find_overlaps(figure: Figure) -> list[str]:
    """Return the faults of `check_boxes` for a drawn matplotlib figure."""
    return check_boxes(measure_boxes(figure))


def measure_boxes(figure: Figure) -> Boxes:
    """Return the boxes of all texts and bars of a drawn figure at 72 dots an inch.

    A text's box is that of its ink: from the highest to the lowest point of its letters.
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.text import Text

    before = figure.dpi
    figure.dpi = 72
    width, height = float(figure.bbox.width), float(figure.bbox.height)
    texts = tuple(
        _box_text(text, height)
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    )
    bars = tuple(
        box
        for collection in figure.findobj(PolyCollection)
        for path in collection.get_paths()
        if (box := _box_bar(collection.get_transform().transform(path.vertices), height))
    )
    figure.dpi = before
    return Boxes(width, height, texts, bars)


def _box_text(text: Any, height: float) -> Box:
    """Return the box of one line of text, which stands on its baseline."""
    font = text.get_fontproperties()
    wide, high, descent = measure_ink(
        text.get_text(), font.get_size_in_points(), font.get_weight(), tuple(font.get_family())
    )
    x, y = (float(at) for at in text.get_transform().transform(text.get_position()))
    left = x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[text.get_ha()]
    bottom = height - y + descent
    return Box(left, bottom - high, left + wide, bottom, text.get_text())


def _box_bar(corners: Any, height: float) -> Box | None:
    """Return the box of a rectangle, None for any other polygon (the band of a line)."""
    across, upright = ({round(float(value), 2) for value in corners[:, at]} for at in (0, 1))
    if len(across) != 2 or len(upright) != 2:
        return None
    return Box(min(across), height - max(upright), max(across), height - min(upright))
