"""Segments: levels in order, grouped answers, several levels for a multiple choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.clean import clean_wave
from analysis.read import read_export
from analysis.segment import divide_respondents, list_offered_levels
from survey.load import load_study
from survey.study import Level

KLEIN = Path(__file__).parents[1] / "data" / "klein"


@pytest.fixture(scope="module")
def klein():
    return load_study(KLEIN)


@pytest.fixture(scope="module")
def responses(klein):
    return {wave: clean_wave(klein, wave, read_export(klein, wave))[0] for wave in klein.wave_order}


def test_answers_are_grouped_into_ordered_levels(klein, responses):
    divided = divide_respondents(klein, responses["2024"])
    sector, answers = divided.segments["sector"], divided.values["sector"]
    assert sector.cat.categories.tolist() == ["erfgoed", "podium"]
    assert sector.cat.ordered
    assert ((sector == "erfgoed") == answers.isin(["museum", "bibliotheek"])).all()
    assert (sector.isna() == ~answers.isin(["museum", "bibliotheek", "theater"])).all()


def test_levels_are_those_that_the_wave_offered(klein, responses):
    sizes = {
        wave: divide_respondents(klein, one).segments["omvang"].cat.categories.tolist()
        for wave, one in responses.items()
    }
    assert sizes == {
        "2023": ["klein", "midden", "groot"],
        "2024": ["alleen", "enkelen", "midden", "groot"],
    }


def test_a_level_takes_the_parts_of_a_split_answer(klein, responses):
    levels = tuple(
        Level(code=code, text={"nl": code, "en": code}, answers=answers)
        for code, answers in (("weinig", ("klein",)), ("veel", ("midden", "groot")))
    )
    segment = klein.segment("omvang").model_copy(update={"levels": levels})
    study = klein.model_copy(update={"segments": (segment,)})
    divided = divide_respondents(study, responses["2024"])
    parts = divided.values["omvang"].isin(["alleen", "enkelen"])
    assert ((divided.segments["omvang"] == "weinig") == parts).all()
    assert [one.code for one in list_offered_levels(study, segment, "2024")] == ["weinig", "veel"]


def test_a_multiple_choice_puts_one_respondent_in_several_levels(klein, responses):
    divided = divide_respondents(klein, responses["2024"])
    for code in ("collectie", "programma", "educatie"):
        level, picked = divided.segments[f"werk.{code}"], divided.values[f"werkvormen.{code}"]
        assert level.dtype == "boolean"
        assert level.equals(picked.rename(level.name))
    assert (divided.segments.filter(like="werk.").sum(axis=1) > 1).any()


def test_a_segment_whose_question_was_not_asked_is_left_out(klein, responses):
    segment = klein.segment("omvang").model_copy(update={"id": "beleid", "question": "beleid"})
    study = klein.model_copy(update={"segments": (segment,)})
    assert divide_respondents(study, responses["2023"]).segments.shape == (29, 0)
    assert divide_respondents(study, responses["2024"]).segments.columns.tolist() == ["beleid"]


def test_nothing_else_changes(klein, responses):
    divided = divide_respondents(klein, responses["2023"])
    assert responses["2023"].segments.shape == (29, 0)
    assert divided.with_(segments=responses["2023"].segments) == responses["2023"]
