"""A tiny study in a folder of its own: two choices, a sampling frame, and its export."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.clean import clean_wave
from analysis.read import read_export
from analysis.segment import divide_respondents
from analysis.weight import weight_responses
from survey.faults import Fault, Refusal
from survey.load import load_study
from survey.responses import Responses
from survey.study import Study

Loaded = tuple[Study, Responses]

STUDY = """
id = "tiny"
title.en = "Tiny"
licence = "CC0-1.0"
languages = ["en"]
sample = "random"
respondents.en = "readers"
recruitment.en = "Drawn from a list."
population.en = "all readers"
waves = ["2025"]
{about}
"""
QUESTIONS = """
[[block]]
id = "who"
text.en = "Who"

[[question]]
id = "a"
kind = "single"
block = "who"
text.en = "Row"
answers = [["a1", "A1"], ["a2", "A2"], ["a3", "A3"], ["a4", "A4"]]

[[question]]
id = "b"
kind = "single"
block = "who"
text.en = "Column"
answers = [["b1", "B1"], ["b2", "B2"], ["b3", "B3"]]
"""
SEGMENTS = """
[[segment]]
id = "a"
question = "a"
text.en = "Row"

[[segment]]
id = "b"
question = "b"
text.en = "Column"
"""
WAVE = """
id = "2025"
title.en = "2025"
fielded = [2025-01-06, 2025-01-31]
shape = "plain"
language = "en"

[columns]
respondent = "id"
{columns}

{design}

[weighting]
reason.en = "As the test asks."
{weighting}

[[ask]]
question = "a"

[[ask]]
question = "b"
"""
MARGIN = """
id = "{id}"
segment = "{segment}"
waves = ["2025"]
source.en = "Invented for a test"
date = 2024-12-31
invented = true
counts = {counts}
"""
PASSPORT = """
wave = "2025"
origin.en = "Invented for a test"
tool = "by hand"
mode.en = "online"
fielded = [2025-01-06, 2025-01-31]
delivered = 2025-02-03
n = {n}
invented = true

[[file]]
name = "answers.csv"
role = "answers"
sha256 = "{sha256}"
"""


def write_study(folder: Path, rows: dict[str, list[Any]], **said: Any) -> Study:
    """Write declarations and export to `folder`, and load them.

    `rows` are the columns of the export without the respondents' key; `said` are lines of TOML:
    about, columns, design, weighting, and margins {id: (segment, counts)}.
    """
    texts = {key: said.get(key, "") for key in ("about", "columns", "design", "weighting")}
    export = pd.DataFrame({"id": range(1, len(next(iter(rows.values()))) + 1), **rows})
    data = export.to_csv(index=False).encode()
    files = {
        "study.toml": STUDY.format(**texts),
        "questionnaire.toml": QUESTIONS,
        "segments.toml": SEGMENTS,
        "waves/2025.toml": WAVE.format(**texts),
        "data_raw/2025/SOURCE.toml": PASSPORT.format(
            n=len(export), sha256=hashlib.sha256(data).hexdigest()
        ),
    }
    for name, (segment, counts) in said.get("margins", {}).items():
        listed = [list(pair) for pair in counts.items()]
        files[f"margins/{name}.toml"] = MARGIN.format(id=name, segment=segment, counts=listed)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "data_raw/2025/answers.csv").write_bytes(data)
    return load_study(folder)


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Loaded]:
    """Declare a study as `write_study` does; gives it with its cleaned, divided respondents."""

    def make(rows: dict[str, list[Any]], **said: Any) -> Loaded:
        study = write_study(tmp_path, rows, **said)
        answers, _ = clean_wave(study, "2025", read_export(study, "2025"))
        return study, divide_respondents(study, answers)

    return make


@pytest.fixture(scope="session")
def real() -> dict[str, Loaded]:
    """The invented waves of ai-cultuur, cleaned and divided."""
    study = load_study("ai-cultuur")
    answers = {
        wave: clean_wave(study, wave, read_export(study, wave))[0] for wave in study.wave_order
    }
    return {wave: (study, divide_respondents(study, one)) for wave, one in answers.items()}


@pytest.fixture(scope="session")
def refuse() -> Callable[[Study, Responses], tuple[Fault, ...]]:
    """Weight a wave, which has to be refused, and return every fault told."""

    def run(study: Study, responses: Responses) -> tuple[Fault, ...]:
        with pytest.raises(Refusal) as refused:
            weight_responses(study, responses)
        return refused.value.faults

    return run
