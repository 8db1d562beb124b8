"""Wrapping: no line too wide, no letter lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.charts.fonts import measure_text
from analysis.charts.text import balance_text, fit_text, text_width, wrap_text
from analysis.charts.theme import Theme

LONG = "De auteursrechtenproblematiek rond generatieve beeldsystemen weerhoudt onze organisatie"

words = st.text(alphabet="abcdefghijklmnopqrstuvwxyzé/-–’", min_size=1, max_size=30)
texts = st.lists(words, max_size=12).map(" ".join)


def strip(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


@given(texts, st.integers(3, 40), st.sampled_from(["nl", "en", "xx"]))
@settings(deadline=None)
def test_every_line_fits_and_nothing_is_lost(text: str, width: int, language: str) -> None:
    lines = wrap_text(text, width, len, language)
    assert all(len(line) <= width for line in lines)
    assert strip("".join(lines)) == strip(text)


@given(texts, st.integers(3, 40))
@settings(deadline=None)
def test_balanced_lines_are_as_few(text: str, width: int) -> None:
    lines = balance_text(text, width, len, "nl")
    assert len(lines) <= len(wrap_text(text, width, len, "nl"))
    assert all(len(line) <= width for line in lines)
    assert strip("".join(lines)) == strip(text)


def test_balancing_evens_out() -> None:
    assert wrap_text("een twee drie vier", 14, len, "nl") == ("een twee drie", "vier")
    assert balance_text("een twee drie vier", 14, len, "nl") == ("een twee", "drie vier")


def test_a_long_word_is_hyphenated_by_its_language() -> None:
    lines = wrap_text("Gegevensbeschermingseffectbeoordelingen", 22, len, "nl")
    assert lines == ("Gegevensbescher-", "mingseffectbeoordelin-", "gen") or len(lines) == 2
    assert lines[0].endswith("-")


def test_a_word_breaks_at_its_own_hyphen_first_where_that_fits() -> None:
    assert wrap_text("data-infrastructuur", 15, len, "nl") == ("data-", "infrastructuur")


def test_a_word_that_fits_on_the_next_line_is_not_broken() -> None:
    lines = wrap_text("Werkprocessen optimaliseren", 20, len, "nl")
    assert lines == ("Werkprocessen", "optimaliseren")


def test_a_range_is_not_broken_and_the_joiner_is_not_drawn() -> None:
    assert wrap_text("Omvang 20–99", 10, len, "nl") == ("Omvang", "20–99")


def test_the_empty_text_has_no_lines() -> None:
    assert wrap_text("", 10, len, "nl") == ()


def test_lines_fit_in_pixels(theme: Theme) -> None:
    lines = fit_text(LONG, 150, theme, 12, "nl")
    assert len(lines) > 3
    assert max(text_width(line, theme, 12) for line in lines) <= 150


def test_width_grows_with_size_and_weight(theme: Theme) -> None:
    regular = text_width(LONG, theme, 12)
    assert text_width(LONG, theme, 24) == pytest.approx(2 * regular)
    assert text_width(LONG, theme, 12, bold=True) > regular


def test_a_family_that_the_folder_lacks_is_refused(theme: Theme) -> None:
    if theme.font_folder is None:
        pytest.skip("the report theme's fonts are absent")
    with pytest.raises(ValueError, match="no font of the family 'Comic Sans'; found Inter"):
        measure_text("a", 12, family="Comic Sans", folder=theme.font_folder)
