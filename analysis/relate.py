"""Samples in, how declared outcomes go with segments, other things equal, out as comparisons.

One weighted logistic model an outcome and wave, on all segments that the plan names; told as
average marginal effects: the difference in probability that a level makes. Conventions:

- every level is held against the first in the study's order that has enough respondents, so that
  the reference is the same in every wave;
- a level with fewer than `least_base` respondents in the model, or in which all have the same
  outcome, is left out of the model with its respondents, and says so in a row of its own;
- without ten events a term (`statistics.logistic`) nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.lines import Domains, list_domains, list_share_lines
from analysis.sample import Sample
from analysis.statistics.design import Design
from analysis.statistics.families import Adjustment, adjust_families
from analysis.statistics.logistic import (
    LogisticModel,
    Predictor,
    TooFewEventsError,
    fit_logistic,
)
from survey.estimates import COMPARISON_COLUMNS, Estimates, frame_comparisons
from survey.plan import Outcome
from survey.study import Study

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
RELATIONS = "_relations"  # in the place of a question
FAMILY = "relations"
METHODS: dict[str, Adjustment] = {"benjamini-hochberg": "fdr_bh", "holm": "holm"}
BASE, VARIATION, DEGREES = "not-tested-base", "not-tested-variation", "not-tested-degrees"


def relate_outcomes(study: Study, samples: Mapping[str, Sample], compared: Estimates) -> Estimates:
    """Return the estimates with a row a level and a row a segment added to the comparisons.

    A row of a level: value is the average marginal effect (0 to 1), base and versus_base are the
    respondents of the level and of the reference in the model. A row of a whole segment (level
    ""): the Wald test of all its levels; base is the respondents in the model. p is adjusted over
    all effects of one wave.
    """
    rows: list[dict[str, Any]] = []
    for wave in (wave for wave in study.wave_order if wave in samples):
        domains = list_domains(study, samples[wave].responses)
        for outcome in study.plan.outcomes:
            for row in _relate(study, samples[wave], outcome, domains):
                rows.append({**row, "wave": wave, "item": outcome.id})
    if not rows:
        return compared
    frame = pd.DataFrame(rows).assign(question=RELATIONS, statistic="effect", test="wald")
    method = METHODS[study.plan.testing.adjust]
    frame = frame.reindex(columns=list(COMPARISON_COLUMNS))
    frame["p_adjusted"] = adjust_families(frame["p"].astype(float), frame["wave"], None, method)
    joined = frame_comparisons([compared.comparisons, frame.assign(family=FAMILY)])
    return replace(compared, comparisons=joined)


@dataclass(frozen=True, eq=False)
class _Segment:
    """A predictor: its levels in the study's order, and the place of every respondent's (−1: none).

    `refused` are the levels left out of the model, with why.
    """

    id: str
    levels: tuple[str, ...]
    place: NDArray[np.int64]  # (n,)
    refused: Mapping[str, str]

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(level for level in self.levels if level not in self.refused)

    @property
    def reference(self) -> str:
        """The level that the others are held against."""
        return (self.kept or self.levels)[0]

    @property
    def reason(self) -> str:
        """Why a segment of fewer than two levels is not in the model."""
        return next(iter(self.refused.values()), VARIATION)

    @property
    def code(self) -> NDArray[np.int64]:
        """The place of every respondent among the levels kept, −1 for none."""
        return np.array([*map(self._find, self.levels), -1])[self.place]

    def _find(self, level: str) -> int:
        return self.kept.index(level) if level in self.kept else -1

    def refuse(self, reasons: Mapping[str, str]) -> _Segment:
        """Leave levels out, with the reason of each."""
        return replace(self, refused={**self.refused, **reasons})


@dataclass(frozen=True)
class _Fit:
    """A model, or why there is none; `base` is the respondents that it would be of."""

    model: LogisticModel | None
    outcome: str
    base: int


def _relate(
    study: Study, sample: Sample, outcome: Outcome, domains: Domains
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one outcome in one wave: each segment, then its levels."""
    answer = _find_answer(study, sample, outcome)
    found = [_find_segment(domains, name) for name in outcome.segments]
    present = [segment for segment in found if segment.levels]
    if answer is None or not present:
        return
    segments = _refuse_levels(sample.design, answer, present, study.plan.testing.least_base)
    used = [segment for segment in segments if len(segment.kept) > 1]
    fit = _fit(sample.design, answer, used)
    for segment in segments:
        others = [other for other in used if other is not segment]
        inside = _find_inside(sample.design, answer, others)
        counts = {
            level: float(np.sum(inside & (segment.place == place)))
            for place, level in enumerate(segment.levels)
        }
        told = _tell(fit.model, segment) if fit.model is not None and segment in used else {}
        why = fit.outcome if segment in used else segment.reason
        whole = {"outcome": why, "base": fit.base, **told.get("", {})}
        yield {"segment": segment.id, "level": "", "versus": "", **whole}
        for level in segment.levels:
            if level != segment.reference:
                yield {
                    "segment": segment.id,
                    "level": level,
                    "versus": segment.reference,
                    "base": counts[level],
                    "versus_base": counts[segment.reference],
                    "outcome": segment.refused.get(level, why),
                    **told.get(level, {}),
                }


def _find_answer(study: Study, sample: Sample, outcome: Outcome) -> Floats | None:
    """Return who has the outcome, 1 or 0, NaN outside the base; None where it was not asked."""
    responses = sample.responses
    code, _, item = outcome.row.partition(".")
    if study.wave(responses.wave).find_ask(code) is None:
        return None
    lines = [
        line
        for line in list_share_lines(study, responses, study.questionnaire[code])
        if line.statistic == "share" and line.place.item == item and line.answer in outcome.answers
    ]
    if not lines:
        return None
    yes = np.any([line.numerator & line.base for line in lines], axis=0)
    return np.where(lines[0].base, yes, np.nan)


def _find_segment(domains: Domains, segment: str) -> _Segment:
    at = [place for place, name in enumerate(domains.segments) if name == segment]
    place = np.full(len(domains.members), -1)
    for code, domain in enumerate(at):
        place[domains.members[:, domain]] = code
    return _Segment(segment, tuple(domains.levels[i] for i in at), place, {})


def _find_inside(design: Design, answer: Floats, segments: Sequence[_Segment]) -> Booleans:
    """Return who is in a model: a weight, an answer, and a level of each segment."""
    inside = ~np.isnan(answer) & (design.weights > 0)
    for segment in segments:
        inside &= segment.code >= 0
    return inside


def _refuse_levels(
    design: Design, answer: Floats, segments: list[_Segment], least_base: int
) -> list[_Segment]:
    """Leave out levels of too few respondents, or of one outcome only, until none is left.

    Each that goes takes respondents out of the levels of other segments. A segment with a single
    level is left out as a whole, so that it costs nobody.
    """
    while True:
        used = [segment for segment in segments if len(segment.kept) > 1]
        inside = _find_inside(design, answer, used)
        reasons = [_find_reasons(segment, answer, inside, least_base) for segment in segments]
        if not any(reasons):
            return segments
        segments = [one.refuse(new) for one, new in zip(segments, reasons, strict=True)]


def _find_reasons(
    segment: _Segment, answer: Floats, inside: Booleans, least_base: int
) -> dict[str, str]:
    """Return why levels that are still kept cannot stay."""
    reasons = {}
    for level in segment.kept:
        given = answer[inside & (segment.place == segment.levels.index(level))]
        if len(given) < least_base:
            reasons[level] = BASE
        elif np.ptp(given) == 0:
            reasons[level] = VARIATION
    return reasons


def _fit(design: Design, answer: Floats, segments: Sequence[_Segment]) -> _Fit:
    """Fit the model, or say why it cannot be: "not-tested-…"."""
    inside = _find_inside(design, answer, segments)
    base = int(inside.sum())
    if not segments:
        return _Fit(None, BASE, base)
    predictors = [Predictor(one.id, one.code.astype(np.float64), one.kept) for one in segments]
    try:
        model = fit_logistic(design, answer, predictors)
    except TooFewEventsError:
        return _Fit(None, "not-tested-events", base)
    except ValueError:  # a segment fixed by the others, or the outcome by the segments
        return _Fit(None, VARIATION, base)
    if model.units + 1 - len(model.beta) < 1:
        return _Fit(None, DEGREES, base)
    return _Fit(model, "tested", base)


def _tell(model: LogisticModel, segment: _Segment) -> dict[str, dict[str, Any]]:
    """Return the numbers of a segment by level, "" for the segment as a whole."""
    effects = model.average_effects()
    told: dict[str, dict[str, Any]] = {}
    for level in segment.kept[1:]:
        at = effects.terms.index(f"{segment.id}: {level}")
        varies = effects.standard_error[at] > 0  # not in a census
        told[level] = {
            "value": effects.value[at],
            "low": effects.lower[at],
            "high": effects.upper[at],
            "score": effects.value[at] / effects.standard_error[at] if varies else np.nan,
            "degrees": effects.degrees,
            "p": effects.p[at],
            "outcome": "tested" if varies else VARIATION,
        }
    whole = model.test_predictor(segment.id)
    told[""] = {
        "score": whole.statistic,
        "degrees": whole.degrees,
        "degrees_within": whole.degrees_below,
        "p": whole.p,
        "outcome": {"": "tested", "no variation": VARIATION}.get(whole.reason, DEGREES),
    }
    return told
