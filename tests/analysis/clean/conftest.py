"""The small study, and ways to change one thing about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.read import read_export
from survey.load import load_study
from survey.raw import CELL_TYPE, RawTable
from survey.study import Study

KLEIN = Path(__file__).parents[2] / "data" / "klein"


@pytest.fixture(scope="session")
def klein() -> Study:
    return load_study(KLEIN)


@pytest.fixture(scope="session")
def raw23(klein) -> RawTable:
    return read_export(klein, "2023")


@pytest.fixture(scope="session")
def raw24(klein) -> RawTable:
    return read_export(klein, "2024")


@pytest.fixture(scope="session")
def put() -> Callable[..., RawTable]:
    """Return a function that puts cells of one respondent of 2024 in the place of others."""

    def put_cells(raw: RawTable, respondent: str, **cells: str | None) -> RawTable:
        changed = raw.cells.copy()
        rows = (changed["id"] == respondent).to_numpy(bool)
        for name, value in cells.items():
            changed.loc[rows, name] = pd.NA if value is None else value
        return replace(raw, cells=changed)

    return put_cells


@pytest.fixture(scope="session")
def rule() -> Callable[..., Study]:
    """Return a function that gives a study other consequences or rules of cleaning."""

    def change_rules(study: Study, **changes: object) -> Study:
        about = study.about
        for part in ("consequences", "cleaning"):
            known = getattr(about, part)
            mine = {key: value for key, value in changes.items() if key in type(known).model_fields}
            about = about.model_copy(update={part: known.model_copy(update=mine)})
        return study.model_copy(update={"about": about})

    return change_rules


@pytest.fixture(scope="session")
def add_column() -> Callable[..., RawTable]:
    """Return a function that adds a column of equal cells to a raw table."""

    def add(raw: RawTable, name: str, value: str | None = None) -> RawTable:
        column = pd.Series(value, index=raw.cells.index, dtype=CELL_TYPE)
        return replace(raw, cells=raw.cells.assign(**{name: column}))

    return add
