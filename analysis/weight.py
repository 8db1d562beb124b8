"""Responses in, a sample out: weighted as the wave's decision asks, with the design declared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample import Sample
from analysis.statistics.design import declare_design
from survey.faults import Fault, Refusal
from survey.responses import Responses
from survey.study import Study


def weight_responses(study: Study, responses: Responses) -> Sample:
    """Give every respondent a weight, scaled to mean 1.

    method "none": everybody 1. method "delivered": the weight column of the export. Raises
    `Refusal` where a delivered weight is missing, not positive, or not a number.
    """
    decision = study.wave(responses.wave).weighting
    if decision.method == "none":
        ones = pd.Series(1.0, index=responses.values.index, name="weight")
        return _sample(responses.with_(weights=ones))
    column = study.wave(responses.wave).columns.weight
    weights = pd.to_numeric(responses.keys["weight"], errors="coerce").astype(float)
    wrong = weights.index[~(weights > 0)]
    if len(wrong):
        raise Refusal(
            Fault(
                where=f'wave {responses.wave}: column "{column}"',
                found=f"{len(wrong)} respondents without a positive weight",
                allowed="a number above 0 for every analysed respondent",
                todo='complete the weights, or set method = "none" with its reason',
            )
        )
    return _sample(responses.with_(weights=(weights / weights.mean()).rename("weight")))


def _sample(responses: Responses) -> Sample:
    weights = responses.weights.to_numpy(np.float64)
    return Sample(responses, declare_design(responses.n, weights))
