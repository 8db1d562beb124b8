"""Colours that can be seen and told apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from analysis.charts import theme


@pytest.mark.parametrize("kind", ["diverging", "sequential"])
@pytest.mark.parametrize("steps", range(2, 12))
def test_every_colour_of_a_scale_stands_out_on_white(kind: str, steps: int) -> None:
    colours = theme.scale_colours(kind, steps)
    assert len(set(colours)) == steps
    assert min(theme.contrast(c, "#ffffff") for c in colours) >= theme.LEAST_CONTRAST


@pytest.mark.parametrize("steps", [3, 4, 5])
def test_the_steps_of_a_scale_darken_in_order_and_can_be_told_apart(steps: int) -> None:
    contrasts = [theme.contrast(c, "#ffffff") for c in theme.scale_colours("sequential", steps)]
    assert all(after >= 1.3 * before for before, after in pairwise(contrasts))


def test_other_colours_stand_out_on_white_too() -> None:
    others = [theme.ACCENT, theme.DONT_KNOW, *theme.QUALITATIVE]
    assert min(theme.contrast(c, "#ffffff") for c in others) >= theme.LEAST_CONTRAST
    assert theme.contrast(theme.MUTED, "#ffffff") >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    # WebAIM's contrast checker gives 4.54 for #767676 on white.
    assert theme.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_only_an_odd_diverging_scale_has_the_grey_of_the_midpoint() -> None:
    assert theme.scale_colours("diverging", 5)[2] == theme.DIVERGING[2]
    assert theme.DIVERGING[2] not in theme.scale_colours("diverging", 4)


@pytest.mark.parametrize("kind", ["diverging", "sequential", "qualitative"])
def test_text_reads_on_every_fill(kind: str) -> None:
    for fill in theme.scale_colours(kind, 5):
        assert theme.contrast(theme.text_colour(fill), fill) >= 4.5


def test_a_seventh_unordered_colour_is_refused() -> None:
    assert theme.scale_colours("qualitative", 2) == theme.QUALITATIVE[:2]
    with pytest.raises(ValueError, match="7 unordered colours; at most 6"):
        theme.scale_colours("qualitative", 7)


def test_the_phone_has_a_narrow_theme() -> None:
    wide = theme.Theme(family="Inter")
    assert not wide.is_narrow
    assert wide.for_phone().is_narrow
    assert wide.for_phone().family == "Inter"
