"""What a figure says to those who do not see it comes from its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.charts.alt import write_alt, write_description
from analysis.charts.figure import FigureSpec
from analysis.charts.forms import list_forms
from analysis.charts.select import select_data
from analysis.phrases import list_languages, load_phrases
from survey.published import Published
from survey.study import Study


def test_every_form_has_a_name_in_every_language() -> None:
    for language in list_languages():
        assert {f"alt.{form}" for form in list_forms()} <= set(load_phrases(language))


def test_bars_name_their_highest_and_lowest(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2026", "policy", [31, 50, 19])
    data = select_data(study, new_rows.published(), FigureSpec("policy", "nl", "2026"))
    assert write_alt(data) == (
        "Staafdiagram: Is er AI-beleid? Hoogste waarde: In de maak, 50%. "
        "Laagste waarde: Nee, 19%. Meting 2026 · 250 cultuurprofessionals."
    )
    english = select_data(study, new_rows.published(), FigureSpec("policy", "en", "2026"))
    assert "Highest value: In the making, 50%." in write_alt(english)


def test_a_grid_is_told_by_its_totals(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2026", "statements", [40, 20, 20, 10, 10], item="s1")
    new_rows.add_scale("2026", "statements", [10, 20, 20, 40, 10], item="s2")
    data = select_data(study, new_rows.published(), FigureSpec("statements", "en", "2026"))
    alt = write_alt(data)
    assert "Measured by ‘(strongly) agree’." in alt
    assert "Lowest value: We have enough knowledge in-house, 30%." in alt
    description = write_description(data)
    assert description.endswith(
        "We have enough knowledge in-house: Strongly disagree 10%, Disagree 40%, "
        "Neither agree nor disagree 20%, Agree 20%, Strongly agree 10%; "
        "(strongly) agree 30%; Don’t know 5%."
    )


def test_a_line_is_told_by_its_waves(study: Study, new_rows: Any) -> None:
    for wave, value in (("2024", 5.8), ("2025", 6.2), ("2026", 6.9)):
        new_rows.add(wave, "chance", value, statistic="mean", half=0.3)
    data = select_data(study, new_rows.published(), FigureSpec("chance", "nl"))
    assert "Hoogste waarde: 2026, 6,9. Laagste waarde: 2024, 5,8." in write_alt(data)
    assert write_description(data) == "2024 5,8, 2025 6,2, 2026 6,9."


def test_a_break_in_the_series_is_told(study: Study, new_rows: Any) -> None:
    for wave, share in (("2024", 20), ("2025", 30), ("2026", 40)):
        new_rows.add(wave, "adoption", share, answer="active", statistic="net")
    data = select_data(study, new_rows.published(), FigureSpec("adoption", "en"))
    [gap] = data.breaks
    assert f"Break in the series in 2025: {gap.text}." in write_alt(data)


def test_of_several_lines_each_is_told_by_its_ends(study: Study, new_rows: Any) -> None:
    for code, first, last in (("yes", 20, 40), ("no", 60, 45)):
        new_rows.add("2025", "policy", first, answer=code)
        new_rows.add("2026", "policy", last, answer=code)
    spec = FigureSpec("policy", "en", form="trend", answers=("yes", "no"))
    alt = write_alt(select_data(study, new_rows.published(), spec))
    assert "No: from 60% in 2025 to 45% in 2026." in alt
    assert "Highest" not in alt


@pytest.mark.parametrize(
    ("shares", "expected"),
    [([25, 25, 25], "Alle waarden zijn 25%."), ([25, 30, 35], "Hoogste waarde: Nee, 35%.")],
)
def test_equal_values_have_no_highest(
    study: Study, new_rows: Any, shares: list[int], expected: str
) -> None:
    for code, share in zip(("yes", "making", "no"), shares, strict=True):
        new_rows.add("2026", "policy", share, answer=code)
    data = select_data(study, new_rows.published(), FigureSpec("policy", "nl", "2026"))
    assert expected in write_alt(data)


def test_withheld_numbers_are_not_told(study: Study, published: Published) -> None:
    spec = FigureSpec("adoption", "nl", "2026", segment="sector", form="dots")
    description = write_description(select_data(study, published, spec))
    assert "Educatie en ondersteuning: te klein." in description
    assert "*" in description
