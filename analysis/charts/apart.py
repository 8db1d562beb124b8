"""Labels that give way: where labels of a line chart want to stand in, where they may out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.charts.boxes import Box

# White between a label and a line that passes it, in pixels.
CLEAR = 2.0


@dataclass(frozen=True)
class Course:
    """A drawn line in pixels: its points from left to right."""

    points: tuple[tuple[float, float], ...]

    def height_at(self, x: float) -> float | None:
        """Return where the line passes `x`; None before its first and after its last point."""
        for (left, start), (right, end) in zip(self.points, self.points[1:], strict=False):
            if left <= x <= right:
                return start + (end - start) * (x - left) / (right - left)
        return next((y for at, y in self.points if at == x), None)


def spread_apart(boxes: list[tuple[float, float]], low: float, high: float) -> list[float]:
    """Return tops of (top, height) boxes, in their order, moved so that none overlap.

    They stay between `low` and `high` where their heights allow it.
    """
    tops: list[float] = []
    edge = low
    for top, height in boxes:
        tops.append(max(top, edge))
        edge = tops[-1] + height
    edge = max(high, low + sum(height for _, height in boxes))
    for at in range(len(boxes) - 1, -1, -1):
        tops[at] = min(tops[at], edge - boxes[at][1])
        edge = tops[at]
    return tops


def find_free(
    wanted: Iterable[Box], taken: Sequence[Box], courses: Sequence[Course], within: Box
) -> Box | None:
    """Return the first wanted box inside `within` that is on no taken box and on no line."""
    for box in wanted:
        on_other = any(box.overlaps(other) for other in taken)
        if box.lies_in(within) and not on_other and not any(_crosses(c, box) for c in courses):
            return box
    return None


def _crosses(course: Course, box: Box) -> bool:
    """Whether a line comes within the box, seen at its edges, its middle and the line's points."""
    places = (box.left, (box.left + box.right) / 2, box.right)
    heights = [course.height_at(x) for x in places]
    heights += [y for x, y in course.points if box.left <= x <= box.right]
    known = [height for height in heights if height is not None]
    return bool(known) and min(known) < box.bottom + CLEAR and max(known) > box.top - CLEAR
