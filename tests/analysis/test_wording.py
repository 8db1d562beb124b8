"""Numbers and dates as Dutch and English readers write them."""

from __future__ import annotations

from datetime import date

import pytest

from analysis import wording


@pytest.mark.parametrize(
    ("value", "unit", "nl", "en"),
    [
        (58, "percent", "58%", "58%"),
        (0, "percent", "0%", "0%"),
        (6.2, "mean", "6,2", "6.2"),
        (8, "number", "8,0", "8.0"),
        (1.5, "rank", "1,5", "1.5"),
        (1234, "count", "1.234", "1,234"),
        (float("nan"), "percent", "", ""),
        (float("nan"), "mean", "", ""),
    ],
)
def test_values(value: float, unit: wording.Unit, nl: str, en: str) -> None:
    assert wording.format_value(value, unit, "nl") == nl
    assert wording.format_value(value, unit, "en") == en


def test_a_percentage_may_have_decimals() -> None:
    assert wording.format_percent(12.5, "nl", 1) == "12,5%"


def test_the_percent_sign_stands_as_the_language_has_it() -> None:
    assert wording.format_percent(58, "de") == "58\N{NO-BREAK SPACE}%"


def test_dates() -> None:
    assert wording.format_date(date(2023, 12, 4), "nl") == "4 december 2023"
    assert wording.format_date(date(2023, 12, 4), "en") == "4 December 2023"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2023, 12, 4), date(2024, 1, 8), "december 2023 – januari 2024"),
        (date(2025, 1, 4), date(2025, 2, 8), "januari – februari 2025"),
        (date(2025, 1, 4), date(2025, 1, 30), "januari 2025"),
    ],
)
def test_periods(first: date, last: date, expected: str) -> None:
    assert wording.format_period(first, last, "nl") == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("meting 2026", "nl", "Meting 2026"),
        ("2026 wave", "en", "2026 wave"),
        ("ijkmeting", "nl", "IJkmeting"),
        ("ijk", "en", "Ijk"),
        ("élan", "nl", "Élan"),
        ("", "nl", ""),
    ],
)
def test_a_title_gets_a_capital_where_it_stands_alone(
    text: str, language: str, expected: str
) -> None:
    assert wording.begin_with_capital(text, language) == expected


def test_enumerations() -> None:
    assert wording.join_words(["a", "b", "c"], "nl") == "a, b en c"
    assert wording.join_words(["a", "b"], "en") == "a and b"


@pytest.mark.parametrize(
    ("bins", "expected"),
    [
        (["0..0.25", "0.25..0.5"], ["0.00 to under 0.25", "0.25 to 0.50"]),
        (["0..0.5", "0.5..1"], ["0.0 to under 0.5", "0.5 to 1.0"]),
        (["0..1e-05", "1e-05..2e-05"], ["0.00000 to under 0.00001", "0.00001 to 0.00002"]),
        (["500..1000", "0..500"], ["0 to under 500", "500 to 1,000"]),
        (["-10..1e+06"], ["-10 to 1,000,000"]),
        ([], []),
    ],
)
def test_the_edges_of_bins_are_told_in_full_and_in_as_many_decimals(
    bins: list[str], expected: list[str]
) -> None:
    assert list(wording.name_bins(bins, "en").values()) == expected


@pytest.mark.parametrize(
    ("value", "level", "expected"),
    [
        (0.0245, 0.05, "= 0.025"),  # half up, as every number; half to even would be 0.024
        (0.0496, 0.05, "= 0.0496"),
        (0.0494, 0.05, "= 0.049"),
        (0.05, 0.05, "= 0.050"),
        (0.0504, 0.05, "= 0.050"),
        (0.0097, 0.01, "= 0.0097"),
        (0.0496, 0.01, "= 0.050"),
        (0.0009, 0.05, "< 0.001"),
        (float("nan"), 0.05, ""),
    ],
)
def test_a_p_below_the_level_never_looks_like_the_level(
    value: float, level: float, expected: str
) -> None:
    assert wording.format_p(value, "en", level) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("van € 1.000 tot € 10.000", "van €~1.000 tot €~10.000"),
        ("hoger (h = −0,44; p = 0,070)", "hoger (h~=~−0,44; p~=~0,070)"),
        ("d = 0.2, V = 0.1 and n = 35", "d~=~0.2, V~=~0.1 and n~=~35"),
        ("p < 0,001", "p~<~0,001"),
        ("het aandeel = 5", "het aandeel =~5"),
        ("A. Zzp’er", "A. Zzp’er"),
        ("met AI. Dan", "met AI. Dan"),
        ("1–9 fte, 100 fte of meer", "1+–+9~fte, 100~fte of meer"),
        ("december 2023 – januari 2024", "december 2023 – januari 2024"),
        ("95%-interval en 95% interval", "95%-+interval en 95% interval"),
    ],
)
def test_a_number_keeps_what_belongs_to_it(text: str, expected: str) -> None:
    kept = wording.keep_together(text)
    assert kept.replace(wording.NO_BREAK, "~").replace(wording.WORD_JOINER, "+") == expected
    assert wording.keep_together(kept) == kept
