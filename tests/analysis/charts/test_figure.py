"""A spec is its own cache key."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.charts.figure import FigureData, FigureSpec

SPEC = FigureSpec("statements", "nl", "2026")


@pytest.mark.parametrize(
    "change",
    [
        {"question": "tools"}, {"language": "en"}, {"wave": None}, {"form": "dots"},
        {"segment": "sector"}, {"items": ("s1",)}, {"answers": ("top2",)}, {"title": "Iets"},
    ],
)  # fmt: skip
def test_the_digest_differs_for_every_field(change: dict[str, Any]) -> None:
    other = replace(SPEC, **change)
    assert other.digest != SPEC.digest
    assert len(other.digest) == 12


def test_a_spec_can_be_a_key_and_travel() -> None:
    assert pickle.loads(pickle.dumps(SPEC)) == SPEC
    assert {SPEC: 1}[FigureSpec("statements", "nl", "2026")] == 1
    assert FigureSpec("statements", "nl", "2026").digest == SPEC.digest


def test_data_without_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the columns"):
        FigureData(key="a", form="bars", language="nl", frame=pd.DataFrame({"value": [1]}),
                   rows=(), series=(), facets=(), waves=(), title="", subtitle="", caption=(),
                   unit="percent")  # fmt: skip
