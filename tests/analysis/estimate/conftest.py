"""Two waves of a survey among Californian schools, made of the samples of R's package survey.

Wave a: drawn in strata (apistrat), wave b: districts drawn whole (apiclus1), both out of finite
populations and raked. `tests/golden/r_estimate_wave/reference.R` makes the same answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.sample import Sample
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.design import Design, declare_design
from survey.plan import Plan
from survey.questionnaire import Questionnaire
from survey.responses import Missing, Responses
from survey.study import Segment, Study, StudyFile
from survey.wave import Wave

GOLDEN = Path(__file__).parents[2] / "golden"
FILES = {"a": "apistrat", "b": "apiclus1"}
MARGINS = {
    "stype": {"e": 4421, "h": 755, "m": 1018},
    "wide": {"no": 1072, "yes": 5122},
}
LANGUAGE = {"languages": ("en",)}


def text(words: str) -> dict[str, str]:
    return {"en": words}


def choices(*codes: str) -> list[list[str]]:
    return [[code, code] for code in codes]


QUESTIONS: list[dict[str, Any]] = [
    {"id": "stype", "kind": "single", "answers": choices("e", "h", "m")},
    {"id": "wide", "kind": "single", "answers": choices("no", "yes")},
    {"id": "awards", "kind": "single", "answers": choices("no", "yes")},
    {"id": "api00", "kind": "number", "bins": [0, 600, 1000]},
    {"id": "api99", "kind": "number", "bins": [0, 1000]},
    {"id": "enroll", "kind": "number", "bins": [0, 5000]},
    {
        "id": "scale",
        "kind": "grid",
        "ordered": True,
        "answers": choices("low", "mid", "high", "top"),
        "nets": [["many", "Many", ["high", "top"]]],
        "item": [{"id": name, "text": text(name)} for name in ("poor", "learners", "stay")],
    },
]
PLAN: dict[str, Any] = {
    "nested": [{"outer": "stype", "inner": "wide", "questions": ["awards", "api00", "stype"]}],
    "score": [
        {
            "id": "poverty",
            "text": text("Poverty"),
            "items": ["scale.poor", "scale.learners", "scale.stay"],
            "reversed": ["scale.stay"],
            "least_answered": 2,
        }
    ],
    "ratio": [
        {"id": "growth", "text": text("Growth"), "numerator": "api00", "denominator": "api99"}
    ],
    "totals": ["enroll"],
    "quantiles": [0.1, 0.25],
    "trend": {"segments": ["stype"], "reference": "a"},
}


def make_plan(**changes: Any) -> Plan:
    return Plan.model_validate(PLAN | changes, context=LANGUAGE)


def make_wave(wave: str) -> Wave:
    return Wave.model_validate(
        {
            "id": wave,
            "title": text(wave),
            "fielded": [date(2000, 1, 1), date(2000, 2, 1)],
            "shape": "plain",
            "language": "en",
            "columns": {"respondent": "snum"},
            "weighting": {"reason": text("By hand.")},
            "ask": [{"question": question["id"]} for question in QUESTIONS],
        },
        context=LANGUAGE,
    )


def make_study(plan: Plan) -> Study:
    about = {
        "id": "schools", "title": text("Schools"), "licence": "CC0-1.0", "languages": ["en"],
        "respondents": text("schools"), "sample": "random", "recruitment": text("Drawn."),
        "population": text("schools"), "waves": ["a", "b"],
    }  # fmt: skip
    questions = [{"block": "all", "text": text(one["id"]), **one} for one in QUESTIONS]
    segments = [
        {"id": name, "text": text(name), "question": name, "headline": True}
        for name in ("stype", "wide")
    ]
    return Study(
        folder=Path("schools"),
        data_folder=Path("schools"),
        about=StudyFile.model_validate(about, context=LANGUAGE),
        questionnaire=Questionnaire.model_validate(
            {"block": [{"id": "all", "text": text("All")}], "question": questions},
            context=LANGUAGE,
        ),
        segments=tuple(Segment.model_validate(one, context=LANGUAGE) for one in segments),
        waves=tuple(make_wave(wave) for wave in FILES),
        passports=(),
        plan=plan,
    )


def read_schools(wave: str) -> pd.DataFrame:
    """The answers of a wave, NaN where a school gave none; as in reference.R."""
    frame = pd.read_csv(GOLDEN / "r_survey_api" / f"{FILES[wave]}.csv")
    frame = frame.rename(columns={"sch.wide": "wide"})
    for name in ("stype", "wide", "awards"):
        frame[name] = frame[name].str.lower()
    steps = {"poor": frame["meals"], "learners": frame["ell"], "stay": 100 - 3 * frame["mobility"]}
    names = np.array(["low", "mid", "high", "top"], object)
    for item, values in steps.items():
        frame[f"scale.{item}"] = names[np.searchsorted([10, 25, 50], values, side="right")]
    for name, step in (("awards", 7), ("scale.poor", 5), ("scale.stay", 4)):
        frame[name] = frame[name].astype(object).mask(frame["snum"] % step == 0)
    frame["api00"] = frame["api00"].astype(float).mask(frame["snum"] % 11 == 0)
    return frame


def make_responses(wave: str, frame: pd.DataFrame) -> Responses:
    index = pd.Index([f"{wave}{i}" for i in range(len(frame))])
    values, status = pd.DataFrame(index=index), pd.DataFrame(index=index)
    for question in QUESTIONS:
        items = [f"{question['id']}.{item['id']}" for item in question.get("item", ())]
        for name in items or [question["id"]]:
            column = frame[name].set_axis(index)
            codes = [code for code, _ in question.get("answers", ())]
            values[name] = (
                column.astype(pd.CategoricalDtype(codes, ordered=True))
                if codes
                else column.astype("Float64")
            )
            status[name] = np.where(column.isna(), Missing.SKIPPED, Missing.VALID).astype("int8")
    segments = pd.DataFrame({name: values[name] for name in MARGINS}, index=index)
    return Responses(
        study="schools",
        wave=wave,
        values=values,
        status=status,
        keys=pd.DataFrame(index=index),
        segments=segments,
        weights=pd.Series(1.0, index=index),
        flags=pd.DataFrame(index=index),
        flow=(),
    )


def make_sample(wave: str, responses: Responses, design: Design) -> Sample:
    weights = pd.Series(design.weights, index=responses.values.index)
    return Sample(responses.with_(weights=weights), design, population=6194.0)


def draw_sample(wave: str, weights: float = 1.0, order: np.ndarray | None = None) -> Sample:
    """A wave as it was drawn and raked, its weights scaled, its rows in another order."""
    frame = read_schools(wave)
    frame = frame if order is None else frame.iloc[order]
    drawn = (
        {"strata": frame["stype"].to_numpy()}
        if wave == "a"
        else {"clusters": frame["dnum"].to_numpy()}
    )
    base = (frame["pw"] / frame["pw"].sum() * len(frame) * weights).to_numpy(float)
    design = declare_design(len(frame), base, population=frame["fpc"].to_numpy(float), **drawn)
    named = ("wide",) if wave == "a" else ("stype", "wide")
    margins = [make_margin(name, frame[name], design) for name in named]
    return make_sample(wave, make_responses(wave, frame), rake(design, margins).design)


def make_margin(name: str, values: pd.Series, design: Design) -> Margin:
    levels = tuple(MARGINS[name])
    counts = np.array(list(MARGINS[name].values()), float)
    codes = np.array([levels.index(value) for value in values])
    return Margin(name, codes, levels, counts / counts.sum() * design.weights.sum())


@pytest.fixture(scope="session")
def study() -> Study:
    return make_study(make_plan())


@pytest.fixture(scope="session")
def replan() -> Callable[..., Study]:
    """The study with some parts of its plan replaced."""
    return lambda **changes: make_study(make_plan(**changes))


@pytest.fixture(scope="session")
def draw() -> Callable[..., Sample]:
    return draw_sample


@pytest.fixture(scope="session")
def samples() -> dict[str, Sample]:
    return {wave: draw_sample(wave) for wave in FILES}


@pytest.fixture(scope="session")
def answer() -> Callable[..., Sample]:
    """A simple sample of wave a whose answers are given: column -> one answer a respondent."""

    def make(columns: dict[str, list], weights: list[float] | None = None, **design: Any) -> Sample:
        n = len(next(iter(columns.values())))
        names = [f"scale.{item}" for item in ("poor", "learners", "stay")]
        every = [q["id"] for q in QUESTIONS if q["kind"] != "grid"] + names
        frame = pd.DataFrame({name: columns.get(name, [None] * n) for name in every})
        sample = make_sample("a", make_responses("a", frame), declare_design(n, weights, **design))
        return replace(sample, population=1000.0)

    return make


Finder = Callable[..., float]


@pytest.fixture(scope="session")
def find() -> Finder:
    """One number: `name` is question/item/answer/statistic/segment/level."""

    def search(rows: pd.DataFrame, name: str, column: str = "value", wave: str = "a") -> float:
        keys = ("question", "item", "answer", "statistic", "segment", "level")
        wanted = dict(zip(keys, (name.split("/") + [""] * 6)[:6], strict=True)) | {"wave": wave}
        for key, value in wanted.items():
            rows = rows[rows[key] == value]
        assert len(rows) == 1, f"{name}: {len(rows)} rows"
        return float(rows[column].iloc[0])

    return search
