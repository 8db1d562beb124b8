"""Weighted samples and margins in, published rows on the weights and the population out.

A margin is shown by three numbers on one base, the respondents who have a level of it: before
weighting (balance), after weighting (the share of the level in `_segments`) and in the population
(margin). Each of them is published once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.sample import NO_LEVEL, Sample
from analysis.statistics.calibration import MarginBalance, summarise_weights
from survey.responses import Responses
from survey.rounding import round_all, round_half_up
from survey.study import Study

WEIGHTING = "_weighting"
PERCENT_DECIMALS = 0
BALANCE_DECIMALS = 1  # a margin is often met by moving less than a percentage point


def frame_margins(study: Study, responses: Mapping[str, Responses]) -> pd.DataFrame:
    """Known shares of the population, beside the composition of the respondents."""
    rows = []
    for wave in responses:
        for margin in (m for m in study.margins if wave in m.waves):
            total = sum(count for _, count in margin.counts)
            for level, count in margin.counts:
                share = round_half_up(100 * count / total, PERCENT_DECIMALS)
                rows.append(
                    {"wave": wave, "question": "_segments", "item": margin.segment,
                     "answer": level, "statistic": "margin", "value": share, "count": count,
                     "state": "published"}
                )  # fmt: skip
    return pd.DataFrame(rows)


def frame_weighting(study: Study, samples: Mapping[str, Sample]) -> pd.DataFrame:
    """What the weights of each wave are, and how far each margin was off before weighting."""
    rows: list[dict[str, Any]] = []
    for wave, sample in samples.items():
        for answer, value in _diagnose(study, wave, sample).items():
            rows.append({"wave": wave, "answer": answer, "statistic": "diagnostic", "value": value})
        for margin in sample.calibrated.balance if sample.calibrated else ():
            segment = next(m.segment for m in study.margins if m.id == margin.name)
            for level, value in _list_before(margin):
                rows.append(
                    {"wave": wave, "item": segment, "answer": level, "statistic": "balance",
                     "value": value}
                )  # fmt: skip
    return pd.DataFrame(rows).assign(question=WEIGHTING, state="published")


def _diagnose(study: Study, wave: str, sample: Sample) -> dict[str, float]:
    """How many respondents, how far their weights spread, and what that costs."""
    spread = summarise_weights(sample.design.weights)
    cost = {
        "respondents": float(sample.responses.n),
        "design_effect": round_half_up(spread.design_effect, 2),
    }
    if not study.wave(wave).weighting.is_weighted:
        return cost
    cost |= {
        "effective_n": round_half_up(spread.effective_n, 1),
        "smallest": round_half_up(spread.smallest, 2),
        "largest": round_half_up(spread.largest, 2),
    }
    if sample.calibrated is not None:
        cost["rounds"] = float(sample.calibrated.rounds)
    return cost


def _list_before(margin: MarginBalance) -> Iterator[tuple[str, float]]:
    """Yield each level's percentage under the base weights, of those who have a level.

    Those without one follow last as a percentage of all respondents: they kept their share.
    """
    without = np.array([level == NO_LEVEL for level in margin.levels])
    whole = np.where(without, 1.0, margin.before[~without].sum())
    before = round_all(100 * margin.before / whole, BALANCE_DECIMALS)
    yield from zip(margin.levels, before.tolist(), strict=True)
