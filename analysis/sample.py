"""The respondents of a wave as a sample: their answers, their weights and how they were drawn."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.statistics.calibration import Calibrated
from analysis.statistics.design import Design
from survey.responses import Responses

NO_LEVEL = "_none"  # level of a margin that holds who has no level; no code may start with _


@dataclass(frozen=True)
class Sample:
    """One wave, weighted; made by `analysis.weight.weight_responses`.

    design      strata, clusters, finite population, calibration; weights with mean 1, in the
                order of `responses`
    calibrated  what post-stratification or raking did; None where nothing was fitted. Its margins
                are named by their ids, their levels by the segment's codes and `NO_LEVEL`
    population  units in the population that the weights speak of; None where it is not known
    """

    responses: Responses
    design: Design
    calibrated: Calibrated | None = None
    population: float | None = None
