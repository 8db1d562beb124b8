"""Responses in, the same responses with the weights that the wave's decision asks for out."""

from __future__ import annotations

import pandas as pd

from survey.faults import Fault, Refusal
from survey.responses import Responses
from survey.study import Study


def weight_responses(study: Study, responses: Responses) -> Responses:
    """Give every respondent a weight, scaled to mean 1.

    method "none": everybody 1. method "delivered": the weight column of the export. Raises
    `Refusal` where a delivered weight is missing, not positive, or not a number.
    """
    decision = study.wave(responses.wave).weighting
    if decision.method == "none":
        ones = pd.Series(1.0, index=responses.values.index, name="weight")
        return responses.with_(weights=ones)
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
    return responses.with_(weights=(weights / weights.mean()).rename("weight"))
