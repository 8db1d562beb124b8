"""Responses in, a sample out: weighted as the wave's decision asks, with the design declared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sample import Sample
from analysis.statistics.calibration import Calibrated, summarise_weights
from analysis.statistics.design import Design
from analysis.weight.drawn import MOST_NAMED, declare_drawn, knows_population
from analysis.weight.margins import fit_margins
from survey.faults import Fault, Refusal, list_few
from survey.responses import Responses
from survey.study import Study

Floats = NDArray[np.float64]
LEAST, MOST = 1e-9, 1e9  # weights outside are slips of the pen, and their squares get lost


def weight_responses(study: Study, responses: Responses) -> Sample:
    """Give every respondent a weight, scaled to mean 1, and say how she came into the sample.

    "none": everybody 1. "delivered": the weight column. "design": the inverse of the sampling
    fractions. "post-stratify" and "rake": base weights, fitted to counts of the population.
    Raises `Refusal` for weights, margins or a design that cannot be used, and where weighting
    would cost more precision than the decision allows.
    """
    decision = study.wave(responses.wave).weighting
    _refuse_shared_organisations(study, responses)
    drawn = declare_drawn(study, responses)
    source = decision.base if decision.is_fitted else decision.method
    design = replace(drawn, weights=_choose_weights(study, responses, drawn, source))
    calibrated: Calibrated | None = None
    population = float(drawn.weights.sum()) if knows_population(drawn) else None
    if decision.is_fitted:
        calibrated, population = fit_margins(study, responses, design)
        design = calibrated.design
    if decision.is_weighted:
        _refuse_costly(study, responses, design)
    weights = pd.Series(design.weights, index=responses.values.index, name="weight")
    return Sample(responses.with_(weights=weights), design, calibrated, population)


def _choose_weights(study: Study, responses: Responses, drawn: Design, source: str) -> Floats:
    """Weights with mean 1 before any fitting: equal, delivered, or those of the design."""
    match source:
        case "delivered":
            weights = _read_delivered(study, responses)
        case "design":
            if not knows_population(drawn):
                raise Refusal(_describe_unknown_population(responses.wave))
            weights = drawn.weights
        case _:
            weights = np.ones(responses.n)
    return weights / weights.mean()


def _read_delivered(study: Study, responses: Responses) -> Floats:
    column = study.wave(responses.wave).columns.weight
    where = f'wave {responses.wave}: column "{column}"'
    if "weight" not in responses.keys:
        raise Refusal(
            Fault(
                where=f"wave {responses.wave}: weighting",
                found="weights to be delivered, but no weight column in the export",
                allowed="a column of weights, named by weight under [columns]",
                todo='deliver the column, or set method = "none" with its reason',
            )
        )
    read = pd.to_numeric(responses.keys["weight"], errors="coerce")
    weights = read.to_numpy(np.float64, na_value=np.nan)
    kinds = {
        "without a number as weight": ~np.isfinite(weights),
        "with a negative weight": weights < 0,
        "with a weight of 0": weights == 0,
        f"with a weight below {LEAST:g}": (weights > 0) & (weights < LEAST),
        f"with a weight above {MOST:g}": (weights > MOST) & np.isfinite(weights),
    }
    found = [f"{int(rows.sum())} {kind}" for kind, rows in kinds.items() if rows.any()]
    if found:
        raise Refusal(
            Fault(
                where=where,
                found=f"of {responses.n} respondents {list_few(found)}",
                allowed="a number above 0 for every analysed respondent",
                todo="complete the weights, leave out who has none by [[exclude]], or set "
                'method = "none" with its reason',
            )
        )
    return weights


def _describe_unknown_population(wave: str) -> Fault:
    return Fault(
        where=f"wave {wave}: weighting",
        found="weights by design, but a stage of sampling that does not tell its population",
        allowed="a population in every [[design.stage]]",
        todo="add the population of each stage, or choose another method or base",
    )


def _refuse_costly(study: Study, responses: Responses, design: Design) -> None:
    """Refuse weights that cost more precision than the decision allows; say what can be done."""
    decision = study.wave(responses.wave).weighting
    spread = summarise_weights(design.weights)
    if spread.design_effect <= decision.most_design_effect:
        return
    fitted = decision.is_fitted
    by = f" by weighting to {list_few(decision.margins)}" if fitted else ""
    fewer = "merge levels that few respondents have, leave a margin out, " if fitted else ""
    raise Refusal(
        Fault(
            where=f"wave {responses.wave}: weighting",
            found=f"a design effect of {spread.design_effect:.2f}{by}: {spread.n} respondents "
            f"count as {spread.effective_n:.0f}",
            allowed=f"at most {decision.most_design_effect:g} (most_design_effect)",
            todo=f"{fewer}raise most_design_effect and say in the reason why, or set "
            'method = "none" with its reason',
        )
    )


def _refuse_shared_organisations(study: Study, responses: Responses) -> None:
    """Where one person answers for an organisation, no two respondents share its key."""
    if study.about.per_organisation != "one" or "cluster" not in responses.keys:
        return
    sizes = responses.keys["cluster"].replace("", pd.NA).value_counts()
    shared = sizes[sizes > 1].sort_index()
    if shared.empty:
        return
    raise Refusal(
        Fault(
            where=f'wave {responses.wave}: column "{study.wave(responses.wave).columns.cluster}"',
            found=f"{len(shared)} organisations with {int(shared.sum())} analysed respondents "
            f"({list_few(shared.index, MOST_NAMED)})",
            allowed='one respondent an organisation (per_organisation = "one" in study.toml)',
            todo='set per_organisation = "several", or leave all but one of each out by '
            "[[exclude]]",
        )
    )
