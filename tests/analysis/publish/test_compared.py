"""Comparisons are published without telling any number that is withheld."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.publish.compared import withhold_comparisons
from analysis.publish.digits import COMPARED_DECIMALS
from analysis.publish.disclosure import suppress_rows
from survey.study import Study

Frame = Callable[[list[dict[str, Any]]], pd.DataFrame]
NUMBERS = list(COMPARED_DECIMALS)
AGE = {"segment": "age"}


def number(level: str, state: str = "withheld", **at: Any) -> dict[str, Any]:
    reason = "base-too-small" if state == "withheld" else ""
    segment = "age" if level else ""
    return {"segment": segment, "level": level, "state": state, "reason": reason, **at}


@pytest.fixture
def withhold(
    room: Study, frame_rows: Frame, frame_pairs: Frame
) -> Callable[[dict[str, Any], list[dict[str, Any]]], bool]:
    """Whether one comparison is withheld beside some published numbers."""

    def decide(pair: dict[str, Any], numbers: list[dict[str, Any]]) -> bool:
        rows = frame_rows([{"state": "", "reason": "", **one} for one in numbers])
        states = {name: [one.get(name, "") for one in numbers] for name in ("state", "reason")}
        row = withhold_comparisons(room, frame_pairs([pair]), rows.assign(**states)).iloc[0]
        hidden = bool(row["outcome"] == "withheld")
        assert row[NUMBERS].isna().all() == hidden
        assert (row["family"], row["versus"]) == ("use", pair.get("versus", "rest"))
        return hidden

    return decide


YOUNG = {**AGE, "level": "young"}


@pytest.mark.parametrize(
    ("pair", "numbers", "expected"),
    [
        (YOUNG, [number("young", "published")], False),
        (YOUNG, [number("young")], True),
        (YOUNG, [number("old")], False),
        (YOUNG, [number("young", answer="daily")], False),
        (YOUNG, [number("young", wave="2024")], False),
        # too few at either side
        ({**YOUNG, "base": 9}, [], True),
        ({**YOUNG, "versus_base": 9}, [], True),
        ({**YOUNG, "base": 10, "versus_base": 10}, [], False),
        ({**YOUNG, "base": np.nan}, [], True),
        ({**YOUNG, "versus_base": np.nan}, [], True),
        # the wave before
        ({**YOUNG, "versus": "previous"}, [number("young", wave="2024")], True),
        ({**YOUNG, "versus": "previous"}, [number("young", wave="2026")], False),
        ({**YOUNG, "versus": "previous", "wave": "2024"}, [number("young")], False),
        ({"versus": "previous", "segment": ""}, [number("", wave="2024")], True),
        # an answer that was split since goes on as a net
        ({"versus": "previous", "statistic": "net"}, [number("", wave="2024")], True),
        # another level of the segment
        ({**YOUNG, "versus": "old"}, [number("old")], True),
        ({**YOUNG, "versus": "old"}, [number("middle")], False),
        # ranks take all answers of a level, a table all levels
        ({**YOUNG, "statistic": "rank", "answer": ""}, [number("young")], True),
        ({**YOUNG, "statistic": "rank", "answer": "", "versus": "old"}, [number("old")], True),
        ({**YOUNG, "statistic": "rank", "answer": ""}, [number("old")], False),
        ({**AGE, "statistic": "table", "answer": "", "versus": ""}, [number("old")], True),
        ({**AGE, "statistic": "table", "answer": "", "versus": ""},
         [number("old", reason="base-empty")], False),
        ({**AGE, "statistic": "table", "answer": "", "versus": "", "versus_base": np.nan},
         [], False),
        ({**AGE, "statistic": "table", "answer": "", "versus": "", "base": 9}, [], True),
    ],
)  # fmt: skip
def test_a_comparison_is_withheld_with_the_numbers_it_compares(
    withhold: Callable[..., bool],
    pair: dict[str, Any],
    numbers: list[dict[str, Any]],
    expected: bool,
) -> None:
    assert withhold(pair, numbers) is expected


def test_what_was_not_tested_says_so_unless_it_is_withheld(
    room: Study, frame_rows: Frame, frame_pairs: Frame
) -> None:
    nothing = frame_rows([]).assign(state="", reason="")
    pairs = [{"outcome": "not-tested-base", "base": base} for base in (20.0, 9.0)]
    rows = withhold_comparisons(room, frame_pairs(pairs), nothing)
    assert rows["outcome"].tolist() == ["not-tested-base", "withheld"]
    assert rows["base"].tolist()[0] == 20
    assert np.isnan(rows["base"].tolist()[1])


BASES = st.lists(st.integers(0, 60), min_size=3, max_size=3)
LEVELS = ("young", "middle", "old")


@settings(max_examples=25, deadline=None)
@given(now=BASES, before=BASES)
def test_no_comparison_stands_beside_a_withheld_number(
    room: Study,
    frame_rows: Frame,
    frame_pairs: Frame,
    now: list[int],
    before: list[int],
) -> None:
    """With a difference and one side the other could be computed: so each side is published."""
    waves = {"2024": before, "2025": now}
    estimates, pairs = [], []
    for wave, bases in waves.items():
        estimates.append({"wave": wave, "value": 0.5, "base": sum(bases)})
        for level, base in zip(LEVELS, bases, strict=True):
            at = {"wave": wave, "segment": "age", "level": level}
            estimates.append({**at, "value": 0.5, "base": base, "rest_base": sum(bases) - base})
            pairs.append({**at, "versus": "rest", "base": base, "versus_base": sum(bases) - base})
            pairs.append({**at, "versus": "previous", "base": base, "versus_base": 50.0})
            others = [
                {**at, "versus": other, "base": base, "versus_base": 50.0}
                for other in LEVELS
                if other != level
            ]
            pairs += others
        pairs.append({"wave": wave, "segment": "age", "versus": "", "statistic": "table",
                      "answer": "", "base": sum(bases)})  # fmt: skip
    rows = suppress_rows(room, frame_rows(estimates))
    shown = rows[rows["state"] != "withheld"]
    visible = set(zip(shown["wave"], shown["level"], strict=True))
    compared = withhold_comparisons(room, frame_pairs(pairs), rows)
    for row in compared[compared["outcome"] != "withheld"].itertuples():
        if row.statistic == "table":
            present = zip(LEVELS, waves[row.wave], strict=True)
            assert all((row.wave, level) in visible for level, base in present if base)
            continue
        assert (row.wave, row.level) in visible
        assert row.versus not in LEVELS or (row.wave, row.versus) in visible
        assert row.versus != "previous" or row.wave == "2024" or ("2024", row.level) in visible
        assert min(row.base, row.versus_base) >= 10
