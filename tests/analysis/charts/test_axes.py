"""Ticks print exactly what they stand for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.axes import place_ticks


@given(st.floats(0.1, 5000), st.integers(3, 8))
def test_ticks_cover_the_values_in_even_exact_steps(high: float, most: int) -> None:
    ticks = place_ticks(0, high, most)
    assert ticks[0] <= 0
    assert ticks[-1] >= high - 1e-6
    assert 2 <= len(ticks) <= most
    assert all(round(tick, 1) == tick for tick in ticks)
    steps = {round(after - before, 6) for before, after in pairwise(ticks)}
    assert len(steps) == 1


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [(0, 100, 6, [0, 20, 40, 60, 80, 100]), (0, 100, 4, [0, 50, 100]), (1, 5, 6, [1, 2, 3, 4, 5])],
)
def test_ticks(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert place_ticks(low, high, most) == ticks
