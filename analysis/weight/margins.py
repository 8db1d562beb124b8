"""Declared counts of the population in, margins to which weights can be fitted out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample import NO_LEVEL
from analysis.statistics.calibration import Calibrated, Margin, rake
from analysis.statistics.design import Design
from survey import study as declared
from survey.check import find_uneven_totals
from survey.faults import Fault, Refusal
from survey.responses import Responses
from survey.study import Study
from survey.wave import Weighting


def fit_margins(study: Study, responses: Responses, design: Design) -> tuple[Calibrated, float]:
    """Fit the weights of `design` to the margins that the wave's decision names.

    Targets are scaled to the sum of the weights. Returns what the fitting did and the total of the
    margins. Raises `Refusal` with every fault of the margins, or what kept them from being met.
    """
    decision = study.wave(responses.wave).weighting
    chosen = [_find_margin(study, responses.wave, name) for name in decision.margins]
    where = f"wave {responses.wave}: weighting"
    if not chosen:
        raise Refusal(
            Fault(
                where,
                f'method = "{decision.method}" without margins',
                "the ids of the margins to be met",
                'name them in margins = […], or set method = "none" with its reason',
            )
        )
    faults = [f for margin in chosen for f in _check_margin(study, responses, margin, decision)]
    faults += find_uneven_totals(where, chosen)
    if faults:
        raise Refusal(faults)
    margins = [_make_margin(responses, margin, design) for margin in chosen]
    try:
        calibrated = rake(design, margins, decision.bounds)  # post-stratify: one margin
    except ValueError as error:
        raise Refusal(_describe_failure(where, error)) from error
    return calibrated, chosen[0].total


def _find_margin(study: Study, wave: str, name: str) -> declared.Margin:
    return next(m for m in study.margins if m.id == name and wave in m.waves)


def _check_margin(
    study: Study, responses: Responses, margin: declared.Margin, decision: Weighting
) -> list[Fault]:
    """Every level has respondents and a target, and every respondent a level."""
    where = f'wave {responses.wave}: margin "{margin.id}"'
    if margin.segment not in responses.segments:
        return [
            Fault(
                where,
                f'no levels of the segment "{margin.segment}", whose question was not asked',
                "a margin over a segment that this wave knows",
                "leave this margin out of weighting",
            )
        ]
    levels = responses.segments[margin.segment]
    present = levels.value_counts()
    targets = dict(margin.counts)
    missing = int(levels.isna().sum())
    unread = f"; {missing} of {responses.n} have no level at all" if missing else ""
    ask = f'"{study.segment(margin.segment).question}"'
    faults = [
        Fault(
            f'{where}, level "{level}"',
            f"{int(count)} of {responses.n} respondents but no count of the population above 0",
            "a count for every level that respondents have",
            "add its count, merge the level in segments.toml, or leave this margin out",
        )
        for level, count in present.items()
        if count and not targets.get(str(level))
    ]
    faults += [
        Fault(
            f'{where}, level "{level}"',
            f"a count of {target:.10g} but no respondents" + unread,
            "respondents in every level that is counted",
            "merge the level with another in segments.toml, or leave this margin out"
            + (f"; or declare how {ask} was answered in this wave" if missing else ""),
        )
        for level, target in targets.items()
        if target > 0 and not present.get(level, 0)
    ]
    if missing and decision.missing == "refuse":
        faults.append(
            Fault(
                where,
                f"{missing} of {responses.n} respondents without a level",
                'a level for every analysed respondent (missing = "refuse")',
                'set missing = "own-share" under [weighting], so that they keep their share, or '
                "leave this margin out",
            )
        )
    return faults


def _make_margin(responses: Responses, margin: declared.Margin, design: Design) -> Margin:
    """Targets scaled to the sum of the weights; who has no level keeps her share of it."""
    names = [level for level, count in margin.counts if count > 0]
    targets = np.array([count for _, count in margin.counts if count > 0], np.float64)
    kind = pd.CategoricalDtype(names)
    codes = responses.segments[margin.segment].astype(object).astype(kind).cat.codes
    level = codes.to_numpy(np.int64).copy()
    total = design.weights.sum()
    without = float(design.weights[level < 0].sum())
    scaled = targets / targets.sum() * (total - without)
    if without > 0:
        level[level < 0] = len(names)
        names, scaled = [*names, NO_LEVEL], np.append(scaled, without)
    return Margin(margin.id, level, tuple(names), scaled)


def _describe_failure(where: str, error: ValueError) -> Fault:
    """Why margins without a fault of their own cannot be met together, or within bounds."""
    found, _, advice = str(error).replace(NO_LEVEL, "without a level").partition("; ")
    return Fault(
        where,
        f"{found} (counts scaled to the number of respondents)",
        "margins that weights can meet together, within the bounds",
        f"{advice.rstrip('.')}; or leave a margin out",
    )
