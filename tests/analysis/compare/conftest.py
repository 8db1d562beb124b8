"""Studies small enough to be checked by hand, and waves made of the California schools.

`make_study` declares a study from a few questions; `make_sample` turns a frame of answers into a
wave of it: no file is read or written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.compare import compare_waves
from analysis.estimate import estimate_wave
from analysis.relate import relate_outcomes
from analysis.sample import Sample
from analysis.segment import divide_respondents
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.design import Design, declare_design
from survey.columns import list_variables
from survey.estimates import Estimates
from survey.plan import Plan
from survey.questionnaire import Questionnaire
from survey.responses import Missing, Responses
from survey.study import Segment, Study, StudyFile
from survey.wave import Wave

GOLDEN = Path(__file__).parents[2] / "golden"
LANGUAGE = {"languages": ("en",)}


def text(words: str) -> dict[str, str]:
    return {"en": words}


def choices(*codes: str) -> list[list[str]]:
    return [[code, code] for code in codes]


def make_wave(wave: str, asks: list[dict[str, Any]], overlap: str) -> Wave:
    return Wave.model_validate(
        {
            "id": wave, "title": text(wave), "fielded": [date(2000, 1, 1), date(2000, 2, 1)],
            "shape": "plain", "language": "en", "columns": {"respondent": "id"},
            "weighting": {"reason": text("By hand.")}, "ask": asks, "overlap": overlap,
        },
        context=LANGUAGE,
    )  # fmt: skip


def make_study(
    questions: list[dict[str, Any]],
    segments: list[dict[str, Any]],
    waves: str = "ab",
    asks: dict[str, dict[str, Any]] | None = None,
    overlap: str = "unknown",
    **plan: Any,
) -> Study:
    """A study of one block; `asks` changes how the last wave asked a question."""
    about = {
        "id": "small", "title": text("Small"), "licence": "CC0-1.0", "languages": ["en"],
        "respondents": text("people"), "sample": "random", "recruitment": text("Drawn."),
        "population": text("people"), "waves": list(waves),
    }  # fmt: skip
    asked: list[dict[str, Any]] = [{"question": question["id"]} for question in questions]
    changed = [ask | (asks or {}).get(ask["question"], {}) for ask in asked]
    declared = [{"block": "all", "text": text(one["id"]), **one} for one in questions]
    headline = [{"text": text(one["id"]), "headline": True, **one} for one in segments]
    return Study(
        folder=Path("small"),
        data_folder=Path("small"),
        about=StudyFile.model_validate(about, context=LANGUAGE),
        questionnaire=Questionnaire.model_validate(
            {"block": [{"id": "all", "text": text("All")}], "question": declared}, context=LANGUAGE
        ),
        segments=tuple(Segment.model_validate(one, context=LANGUAGE) for one in headline),
        waves=tuple(
            make_wave(wave, changed if wave == waves[-1] else asked, overlap) for wave in waves
        ),
        passports=(),
        plan=Plan.model_validate({"testing": {"least_base": 2}} | plan, context=LANGUAGE),
    )


def make_responses(study: Study, wave: str, frame: pd.DataFrame) -> Responses:
    """A column of `frame` a variable; missing is no answer. Columns of keys are taken as keys."""
    index = pd.Index([f"{wave}{i}" for i in range(len(frame))])
    values, status = pd.DataFrame(index=index), pd.DataFrame(index=index)
    for question in study.asked(wave):
        codes = [answer.code for answer in question.answers]
        for variable in list_variables(study, question, wave):
            column = frame[variable.name].set_axis(index)
            kind: Any = "Float64"
            if question.kind == "multiple":
                kind = "boolean"
            elif codes:
                kind = pd.CategoricalDtype(codes, ordered=question.ordered)
            values[variable.name] = column.astype(kind)
            missing = column.isna()
            status[variable.name] = np.where(missing, Missing.SKIPPED, Missing.VALID).astype("int8")
    keys = [name for name in ("panel", "cluster") if name in frame]
    responses = Responses(
        study=study.id,
        wave=wave,
        values=values,
        status=status,
        keys=frame[keys].set_axis(index),
        segments=pd.DataFrame(index=index),
        weights=pd.Series(1.0, index=index),
        flags=pd.DataFrame(index=index),
        flow=(),
    )
    return divide_respondents(study, responses)


def make_sample(
    study: Study, wave: str, frame: pd.DataFrame, design: Design | None = None
) -> Sample:
    """A wave; without a design everybody counts as one."""
    used = declare_design(len(frame)) if design is None else design
    responses = make_responses(study, wave, frame)
    weights = pd.Series(used.weights, index=responses.values.index)
    return Sample(responses.with_(weights=weights), used)


def compare(study: Study, *samples: Sample) -> Estimates:
    """All steps from the samples to the comparisons."""
    named = {sample.responses.wave: sample for sample in samples}
    compared = compare_waves(study, named, [estimate_wave(study, one) for one in samples])
    return relate_outcomes(study, named, compared)


def pick(rows: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Rows in which columns hold what is wanted."""
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    return rows


class Tools:
    """What the tests call."""

    study = staticmethod(make_study)
    sample = staticmethod(make_sample)
    compare = staticmethod(compare)
    pick = staticmethod(pick)
    choices = staticmethod(choices)
    text = staticmethod(text)


@pytest.fixture(scope="session")
def tools() -> type[Tools]:
    return Tools


FILES = {"a": "apistrat", "b": "apiclus1", "c": "apisrs"}
MARGINS = {
    "stype": {"e": 4421.0, "h": 755.0, "m": 1018.0},
    "wide": {"no": 1072.0, "yes": 5122.0},
}
SCHOOLS: list[dict[str, Any]] = [
    {"id": "stype", "kind": "single", "answers": choices("e", "h", "m")},
    {"id": "size", "kind": "single", "ordered": True, "answers": choices("small", "mid", "large")},
    {"id": "help", "kind": "multiple", "base": "asked", "answers": choices("wide", "comp")},
    {"id": "awards", "kind": "single", "answers": choices("no", "yes")},
    {"id": "api00", "kind": "number", "bins": [0, 1000]},
    {
        "id": "level", "kind": "single", "ordered": True,
        "answers": choices("1", "2", "3", "4", "5"), "nets": [["good", "Good", ["4", "5"]]],
    },
]  # fmt: skip
SEGMENTS = [{"id": name, "question": name} for name in ("stype", "size", "help")]
OUTCOME = {
    "id": "awards", "text": text("have awards"), "row": "awards", "answers": ["yes"],
    "segments": ["size", "stype"],
}  # fmt: skip


def read_schools(name: str) -> pd.DataFrame:
    """One of the samples of R's package survey with the answers that reference.R makes of it."""
    frame = pd.read_csv(GOLDEN / "r_survey_api" / f"{name}.csv")
    for column in ("stype", "sch.wide", "comp.imp", "awards"):
        frame[column] = frame[column].str.lower().astype(object)
    frame["help.wide"], frame["help.comp"] = (frame[x] == "yes" for x in ("sch.wide", "comp.imp"))
    sizes = np.array(["small", "mid", "large"], object)
    frame["size"] = sizes[np.searchsorted([300, 600], frame["enroll"], side="right")]
    steps = np.searchsorted([500, 600, 700, 800], frame["api00"], side="right") + 1
    frame["level"] = steps.astype(str).astype(object)
    frame["api00"] = frame["api00"].astype(float)
    if name == "apistrat":
        frame["awards"] = frame["awards"].mask(frame["snum"] % 7 == 0)
        frame["api00"] = frame["api00"].mask(frame["snum"] % 11 == 0)
    return frame


def draw_schools(study: Study, wave: str, scale: float = 1.0) -> Sample:
    """Wave a in strata, b of whole districts, raked, c simple; weights times `scale`."""
    frame = read_schools(FILES[wave])
    drawn = {"a": {"strata": frame["stype"]}, "b": {"clusters": frame["dnum"]}, "c": {}}[wave]
    parts: dict[str, Any] = {name: column.to_numpy() for name, column in drawn.items()}
    weights = (frame["pw"] / frame["pw"].mean() * scale).to_numpy(float)
    design = declare_design(len(frame), weights, population=frame["fpc"].to_numpy(float), **parts)
    if wave == "b":
        columns = {"stype": frame["stype"], "wide": frame["sch.wide"]}
        margins = [make_margin(name, values, design) for name, values in columns.items()]
        design = rake(design, margins).design
    return make_sample(study, wave, frame, design)


def make_margin(name: str, values: pd.Series, design: Design) -> Margin:
    levels = tuple(MARGINS[name])
    counts = np.array(list(MARGINS[name].values()))
    codes = np.array([levels.index(value) for value in values])
    return Margin(name, codes, levels, counts / counts.sum() * design.weights.sum())


@pytest.fixture(scope="session")
def schools() -> Study:
    return make_study(SCHOOLS, SEGMENTS, "abc", outcome=[OUTCOME])


@pytest.fixture(scope="session")
def draw(schools: Study) -> Callable[..., Sample]:
    """A wave of the schools by name."""

    def draw_wave(wave: str, scale: float = 1.0) -> Sample:
        return draw_schools(schools, wave, scale)

    return draw_wave


@pytest.fixture(scope="session")
def school_comparisons(schools: Study, draw: Callable[..., Sample]) -> pd.DataFrame:
    """All comparisons of the three waves of schools."""
    return compare(schools, *(draw(wave) for wave in "abc")).comparisons
