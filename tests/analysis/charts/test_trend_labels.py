"""Labels at the ends of lines give way to one another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.forms.trend import spread_apart

boxes = st.lists(st.tuples(st.floats(-50, 400), st.floats(5, 40)), max_size=7).map(sorted)


@given(boxes)
def test_labels_never_overlap_and_keep_their_order(boxes: list[tuple[float, float]]) -> None:
    tops = spread_apart(boxes, 0, 300)
    for at in range(len(boxes) - 1):
        assert tops[at] + boxes[at][1] <= tops[at + 1] + 1e-6
    if boxes:
        assert tops[0] >= -1e-6
        assert tops[-1] + boxes[-1][1] <= max(300, sum(height for _, height in boxes)) + 1e-6


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread_apart([(10, 10), (50, 10)], 0, 100) == [10, 50]
