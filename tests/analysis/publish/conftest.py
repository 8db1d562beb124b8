"""Hand-made estimates and comparisons, before the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from survey.estimates import NUMBER_COLUMNS, frame_comparisons
from survey.plan import Nested, Plan
from survey.study import Segment, Study

Rows = list[dict[str, Any]]
LEVELS = ("young", "middle", "old")


@pytest.fixture(scope="session")
def frame_rows() -> Callable[[Rows], pd.DataFrame]:
    """Make estimates of a few named columns; texts left out are "", numbers NaN."""

    def frame(rows: Rows) -> pd.DataFrame:
        defaults = {"wave": "2025", "question": "visit", "answer": "often", "statistic": "share"}
        table = pd.DataFrame([defaults | row for row in rows], columns=list(NUMBER_COLUMNS))
        for name, kind in NUMBER_COLUMNS.items():
            if kind == "string":
                table[name] = table[name].astype("string").fillna("")
        return table.astype(NUMBER_COLUMNS)

    return frame


@pytest.fixture(scope="session")
def frame_pairs() -> Callable[[Rows], pd.DataFrame]:
    """Make comparisons; by default tested, on 100 answers at either side."""

    def frame(rows: Rows) -> pd.DataFrame:
        defaults = {
            "wave": "2025", "question": "visit", "answer": "often", "statistic": "share",
            "versus": "rest", "family": "use", "test": "t", "outcome": "tested", "value": 0.1,
            "low": 0.05, "high": 0.15, "base": 100.0, "versus_base": 100.0, "score": 2.5,
            "degrees": 198.0, "p": 0.01, "p_adjusted": 0.02, "effect_size": "h", "effect": 0.2,
            "effect_low": 0.1, "effect_high": 0.3, "detectable": 0.12,
        }  # fmt: skip
        return frame_comparisons([pd.DataFrame([defaults | row for row in rows])])

    return frame


@pytest.fixture(scope="session")
def crossed_room(room: Study) -> Study:
    """The reading room with a second segment, of two levels, and both crossed."""
    quiet = Segment(id="quiet", text={"nl": "Stilte", "en": "Quiet"}, question="quiet")
    crossed = Nested(outer="age", inner="quiet", questions=("visit",))
    return room.model_copy(
        update={"segments": (*room.segments, quiet), "plan": Plan(nested=(crossed,))}
    )
