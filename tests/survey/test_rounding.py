"""Rounding as on paper: half away from zero on the decimal digits."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.rounding import round_all, round_half_up


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (0.5, 0, 1.0),
        (1.5, 0, 2.0),
        (2.5, 0, 3.0),  # half to even gives 2
        (12.49, 0, 12.0),
        (0.145, 2, 0.15),  # stored as 0.14499999999999999
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (12.25, 1, 12.3),
        (0.145 * 100, 0, 15.0),  # 14.499999999999998: a share in percent
        (14.4999, 0, 14.0),
        (-0.5, 0, -1.0),
        (-2.5, 0, -3.0),
        (-0.145, 2, -0.15),
        (-2.44, 1, -2.4),
        (1234.5, -2, 1200.0),
        (1250.0, -2, 1300.0),
        (100.0, 1, 100.0),
        (1e-9, 1, 0.0),
    ],
)
def test_half_is_rounded_away_from_zero(value: float, decimals: int, rounded: float) -> None:
    assert round_half_up(value, decimals) == rounded


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_stays_none(value: float) -> None:
    assert math.isnan(round_half_up(value, 1))
    assert np.isnan(round_all([value, 1.0], 1)).tolist() == [True, False]


def test_whole_numbers_are_the_usual_case() -> None:
    assert round_half_up(49.5) == 50.0
    assert round_all([49.5, 49.4]).tolist() == [50.0, 49.0]


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_every_decimal_of_five_digits_is_rounded_as_on_paper(digits: int, decimals: int) -> None:
    written = Decimal(digits).scaleb(-4)
    on_paper = written.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert round_half_up(float(written), decimals) == float(on_paper)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), max_size=12), st.integers(0, 3))
def test_an_array_is_rounded_number_by_number(values: list[float], decimals: int) -> None:
    singly = np.array([round_half_up(value, decimals) for value in values], dtype=float)
    np.testing.assert_array_equal(round_all(values, decimals), singly)


def test_an_array_keeps_its_shape() -> None:
    table = np.array([[0.5, 1.5], [np.nan, -0.5]])
    np.testing.assert_array_equal(round_all(table), [[1.0, 2.0], [np.nan, -1.0]])
    assert table[0, 0] == 0.5
    assert round_all([]).shape == (0,)


@given(
    st.lists(
        st.floats(-1e15, 1e15) | st.integers(-(10**8), 10**8).map(lambda n: n / 1e4), max_size=20
    ),
    st.integers(-2, 4),
)
def test_an_array_is_rounded_as_its_numbers_are(values: list[float], decimals: int) -> None:
    one_by_one = [round_half_up(value, decimals) for value in values]
    assert round_all(values, decimals).tolist() == one_by_one


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert str(round_half_up(-0.2)) == "0.0"
    assert [str(value) for value in round_all([-0.2, -0.5])] == ["0.0", "-1.0"]
