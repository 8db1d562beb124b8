"""Labels at the ends of lines give way to one another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.apart import Course, find_free, spread_apart
from analysis.charts.boxes import Box

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


def test_a_number_takes_the_first_place_that_is_free_of_numbers_and_lines() -> None:
    page, above, beneath = Box(0, 0, 100, 100), Box(40, 20, 60, 30), Box(40, 50, 60, 60)
    assert find_free([above, beneath], [], [], page) == above
    assert find_free([above, beneath], [Box(55, 25, 70, 40)], [], page) == beneath
    through = Course(((0.0, 0.0), (100.0, 50.0)))
    assert find_free([above, beneath], [], [through], page) == beneath
    assert find_free([Box(-5, 0, 5, 10)], [], [], page) is None


def test_a_line_has_a_height_between_its_points_only() -> None:
    line = Course(((10.0, 0.0), (20.0, 10.0)))
    assert (line.height_at(15), line.height_at(5), line.height_at(25)) == (5, None, None)
    assert Course(((10.0, 4.0),)).height_at(10) == 4
