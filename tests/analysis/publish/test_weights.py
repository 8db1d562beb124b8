"""What weighting did stands in the published table: diagnostics, and each margin before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.publish.weights import frame_margins, frame_weighting
from analysis.sample import NO_LEVEL, Sample
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.design import declare_design
from survey.responses import Responses
from survey.study import Study

LEVELS = ("young", "middle", "old")


def make_responses(weights: np.ndarray) -> Responses:
    index = pd.RangeIndex(len(weights))
    empty = pd.DataFrame(index=index)
    return Responses(
        study="room", wave="2025", values=empty, status=empty, keys=empty, segments=empty,
        weights=pd.Series(weights, index), flags=empty, flow=(),
    )  # fmt: skip


def rake_ages(counts: list[int], without: int = 0) -> Sample:
    """Respondents by age, raked from equal weights to the margin of the room, 30 : 50 : 20."""
    codes = np.repeat(np.arange(4), [*counts, without])
    n = len(codes)
    levels = LEVELS + ((NO_LEVEL,) if without else ())
    targets = np.array([30.0, 50.0, 20.0]) / 100 * (n - without)
    margin = Margin("age", codes, levels, np.append(targets, without) if without else targets)
    calibrated = rake(declare_design(n, np.ones(n)), [margin])
    return Sample(make_responses(calibrated.design.weights), calibrated.design, calibrated)


@pytest.fixture
def raked_room(room: Study) -> Study:
    waves = [
        wave.model_copy(update={"weighting": wave.weighting.model_copy(update={"method": "rake"})})
        for wave in room.waves
    ]
    return room.model_copy(update={"waves": tuple(waves)})


def list_values(rows: pd.DataFrame, statistic: str) -> dict[str, float]:
    chosen = rows[rows["statistic"] == statistic]
    return dict(zip(chosen["answer"], chosen["value"], strict=True))


def test_diagnostics_and_balance_of_a_raked_wave(raked_room: Study) -> None:
    # 60, 30 and 10 people weigh 0.5, 5/3 and 2: Σw² = 60/4 + 30 · 25/9 + 10 · 4 = 138 1/3
    rows = frame_weighting(raked_room, {"2025": rake_ages([60, 30, 10])})
    assert list_values(rows, "diagnostic") == {
        "respondents": 100,
        "design_effect": 1.38,
        "effective_n": 72.3,
        "smallest": 0.5,
        "largest": 2.0,
        "rounds": 1,
    }
    assert list_values(rows, "balance") == {"young": 60.0, "middle": 30.0, "old": 10.0}
    balance = rows[rows["statistic"] == "balance"]
    assert set(balance["item"]) == {"age"}
    assert set(rows["question"]) == {"_weighting"}
    assert set(rows["state"]) == {"published"}


def test_who_has_no_level_is_a_percentage_of_all(raked_room: Study) -> None:
    rows = frame_weighting(raked_room, {"2025": rake_ages([60, 37, 13], without=10)})
    # 60 of 110, 37 of 110, 13 of 110; 10 of 120
    assert list_values(rows, "balance") == {
        "young": 54.5, "middle": 33.6, "old": 11.8, NO_LEVEL: 8.3
    }  # fmt: skip


def test_an_unweighted_wave_tells_its_respondents_and_that_nothing_was_lost(room: Study) -> None:
    sample = Sample(make_responses(np.ones(40)), declare_design(40, np.ones(40)))
    rows = frame_weighting(room, {"2025": sample})
    assert list_values(rows, "diagnostic") == {"respondents": 40, "design_effect": 1}
    assert list_values(rows, "balance") == {}


def test_delivered_weights_have_a_spread_but_no_rounds(raked_room: Study) -> None:
    weights = np.array([0.5] * 20 + [1.5] * 20)
    sample = Sample(make_responses(weights), declare_design(40, weights))
    told = list_values(frame_weighting(raked_room, {"2025": sample}), "diagnostic")
    # Σw = 40, Σw² = 20 (0.25 + 2.25) = 50
    assert told == {
        "respondents": 40, "design_effect": 1.25, "effective_n": 32, "smallest": 0.5, "largest": 1.5
    }  # fmt: skip


def test_margins_are_whole_percentages_of_the_population(room: Study) -> None:
    sample = Sample(make_responses(np.ones(4)), declare_design(4, np.ones(4)))
    rows = frame_margins(room, {"2024": sample.responses, "2025": sample.responses})
    assert list_values(rows, "margin") == {"young": 30, "middle": 50, "old": 20}
    assert set(rows["wave"]) == {"2025"}  # 2024 has no margin
