"""What goes out as files: text of strangers is no formula in the spreadsheet that opens it."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from reports.outputs import describe_private, disarm_formulas
from reports.parallel import Workers

CALL = "=cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", [CALL, "+31 6", "-", "@naam", "\tten", "\rtwaalf"])
def test_a_text_that_begins_a_formula_gets_an_apostrophe(text: str) -> None:
    shown = disarm_formulas(pd.DataFrame({"open": [text, f"a{text}", "", None]}))
    assert shown["open"].tolist()[:3] == [f"'{text}", f"a{text}", ""]
    assert shown["open"].isna().sum() == 1


def test_numbers_below_nought_stay_numbers() -> None:
    frame = pd.DataFrame({"low": [-1.5, 2.0], "level": pd.array([-1, None], dtype="Int64")})
    pd.testing.assert_frame_equal(disarm_formulas(frame), frame)


def test_the_private_files_hold_no_formula_of_a_respondent() -> None:
    index = pd.Index(["r1"])
    empty = pd.DataFrame(index=index)
    answers = pd.DataFrame({"open": [CALL], "year": [-1.0]}, index=index)
    responses: Any = SimpleNamespace(
        keys=empty, values=answers, segments=empty, flags=empty, weights=pd.Series(1.0, index)
    )
    nothing = pd.DataFrame()
    result: Any = SimpleNamespace(
        compared=SimpleNamespace(rows=nothing, comparisons=nothing),
        waves={"2026": SimpleNamespace(responses=responses)},
        findings=pd.DataFrame({"found": [CALL]}),
        published=SimpleNamespace(invented=True),
    )
    study: Any = SimpleNamespace(languages=("nl", "en"))
    with Workers(1) as workers:
        texts = describe_private(study, result, workers)
    (row,) = csv.DictReader(io.StringIO(texts["responses-2026"]))
    assert (row["open"], row["year"], row["respondent"]) == (f"'{CALL}", "-1.0", "r1")
    assert next(csv.DictReader(io.StringIO(texts["findings"])))["found"] == f"'{CALL}"
