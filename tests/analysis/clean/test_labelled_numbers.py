"""Ratings whose ends were delivered with their meaning, as form builders write them."""

from __future__ import annotations

import pytest

from analysis.clean import clean_wave
from survey.study import Study


@pytest.fixture(scope="module")
def labelled(klein: Study) -> Study:
    """The small study, its rating of 2024 with pairs of a text and the number it stands for."""
    wave = klein.wave("2024")
    pairs = (("0 - bedreiging", "0"), ("10 -  kans", "10"), ("te veel", "11"))
    asks = tuple(
        ask.model_copy(update={"answers": pairs}) if ask.question == "kans" else ask
        for ask in wave.asks
    )
    changed = wave.model_copy(update={"asks": asks})
    return klein.model_copy(
        update={"waves": tuple(changed if one.id == "2024" else one for one in klein.waves)}
    )


@pytest.mark.parametrize(
    ("cell", "number"), [("0 - bedreiging", 0.0), ("10 - kans", 10.0), (" 10 -  kans ", 10.0)]
)
def test_text_of_an_end_is_its_number(labelled, raw24, put, cell: str, number: float) -> None:
    responses, findings = clean_wave(labelled, "2024", put(raw24, "3", kans=cell))
    assert responses.values.loc["3", "kans"] == number
    assert responses.values.loc["2", "kans"] == 8.0  # cells without a pair are read as before
    assert not [one for one in findings if one.question == "kans"]


def test_declared_number_beyond_the_rating_is_out_of_range(labelled, raw24, put) -> None:
    _, findings = clean_wave(labelled, "2024", put(raw24, "3", kans="te veel"))
    told = [(f.check, f.found) for f in findings if f.question == "kans"]
    assert told == [("out_of_range", "te veel")]


def test_text_without_a_pair_stays_unknown(klein, raw24, put) -> None:
    _, findings = clean_wave(klein, "2024", put(raw24, "3", kans="10 - kans"))
    told = [(f.check, f.found) for f in findings if f.question == "kans"]
    assert told == [("unknown_answer", "10 - kans")]
