"""The plan's totals, ratios and reliabilities: a sample and domains in, their rows out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimate.frames import frame_lines, frame_precision, weigh_base
from analysis.lines import Domains, NumberLine, Place, ScoreLine, list_number_lines
from analysis.sample import Sample
from analysis.statistics.design import count_degrees
from analysis.statistics.intervals import student
from analysis.statistics.linearise import linearise_mean, linearise_ratio
from analysis.statistics.scores import estimate_alpha
from survey.faults import Fault, Refusal
from survey.plan import Ratio
from survey.study import Study

Floats = NDArray[np.float64]


def estimate_totals(study: Study, sample: Sample, domains: Domains) -> pd.DataFrame:
    """Return the totals of the plan's numbers in the population, one row a number and domain.

    N times the mean over all respondents of y, counted 0 for who is outside the domain or gave no
    number. `degrees` are those of the respondents who gave one. Raises `Refusal` where N is not
    known.
    """
    named = [_find_line(study, sample, question) for question in study.plan.totals]
    lines = [line for line in named if line is not None]
    if not lines:
        return pd.DataFrame()
    size = _known_population(study, sample)
    design, members = sample.design, domains.members
    everybody = np.ones(members.shape[0]) * (design.weights > 0)
    values = np.column_stack([line.values for line in lines])
    answered = ~np.isnan(values)
    within = np.where(answered, values, 0.0)[:, :, None] * members[:, None, :]
    found = linearise_mean(design, within.reshape(len(values), -1))
    shape = (len(lines), len(domains.levels))
    value = size * found.value.reshape(shape)
    error = size * found.standard_error(design).reshape(shape)
    degrees = count_degrees(design, answered, members)
    counted = weigh_base(answered, design.weights, members)
    empty = counted["base"] == 0
    value, error = (np.where(empty, np.nan, part) for part in (value, error))
    plain = size * (everybody @ within.reshape(len(values), -1)).reshape(shape) / everybody.sum()
    numbers = {
        "value": value,
        **frame_precision(student(value, error, degrees), error, counted["base"], degrees),
        "unweighted": np.where(empty, np.nan, plain),
        "count": counted["base"],
        **counted,
    }
    places = [line.place for line in lines]
    return frame_lines(places, [""] * len(lines), ["total"] * len(lines), domains, numbers)


def _known_population(study: Study, sample: Sample) -> float:
    if sample.population is not None:
        return sample.population
    raise Refusal(
        Fault(
            where=f"plan.toml: totals, wave {sample.responses.wave}",
            found="a wave whose population is not known: " + ", ".join(study.plan.totals),
            allowed="totals of waves with margins, or with stages that name their population",
            todo="declare the margins or the population of the wave, or leave the totals out",
        )
    )


def _find_line(study: Study, sample: Sample, question: str) -> NumberLine | None:
    """Return the line of a number question; None where the wave did not ask it."""
    asked = {one.id: one for one in study.asked(sample.responses.wave)}
    if question not in asked:
        return None
    return list_number_lines(study, sample.responses, asked[question])[0]


def estimate_ratios(study: Study, sample: Sample, domains: Domains) -> pd.DataFrame:
    """Return the ratios of the plan, one row a ratio and domain; t interval.

    A domain whose denominators add up to 0 has no ratio, and no row.
    """
    parts = [_estimate_ratio(study, sample, domains, ratio) for ratio in study.plan.ratios]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _estimate_ratio(study: Study, sample: Sample, domains: Domains, ratio: Ratio) -> pd.DataFrame:
    above = _find_line(study, sample, ratio.numerator)
    below = _find_line(study, sample, ratio.denominator)
    if above is None or below is None:
        return pd.DataFrame()
    design, members = sample.design, domains.members
    both = ~np.isnan(above.values) & ~np.isnan(below.values)
    a, b = (np.where(both, line.values, 0.0) for line in (above, below))
    total = (design.weights * b) @ members
    solved = total != 0
    value, error, plain = (np.full(len(solved), np.nan) for _ in range(3))
    found = linearise_ratio(design, a, b, members[:, solved] & both[:, None])
    value[solved], error[solved] = found.value, found.standard_error(design)
    counts = b @ members
    np.divide(a @ members, counts, out=plain, where=counts != 0)
    degrees = count_degrees(design, both[:, None], members)[0]
    counted = {k: v[0] for k, v in weigh_base(both[:, None], design.weights, members).items()}
    numbers = {
        "value": value,
        **frame_precision(student(value, error, degrees), error, counted["base"], degrees),
        "unweighted": plain,
        "count": counted["base"],
        **counted,
    }
    place = Place(
        "_ratios",
        ratio.id,
        "substantive",
        above.place.asked & below.place.asked,
        above.place.answered & below.place.answered,
    )
    kept = solved | (counted["base"] == 0)
    rows = frame_lines([place], [""], ["ratio"], domains, numbers)
    return rows[kept]


def estimate_alphas(scores: Sequence[ScoreLine], sample: Sample, domains: Domains) -> pd.DataFrame:
    """Return Cronbach's alpha of each score over all respondents, unweighted, Feldt's interval.

    The base is who answered every item. Items that do not vary together at all (a sum without
    variation) have no alpha, and no row.
    """
    counted = sample.design.weights > 0
    parts = []
    for score in scores:
        found = estimate_alpha(score.items[counted])
        if found.reason not in ("", "base"):
            continue
        numbers = {
            "value": found.alpha,
            "low": found.lower,
            "high": found.upper,
            "unweighted": found.alpha,
            "count": found.base,
            "base": found.base,
            "effective": found.base,
            "weight": found.base,
        }
        arrays = {name: np.array([[number]]) for name, number in numbers.items()}
        parts.append(frame_lines([score.line.place], [""], ["alpha"], _everybody(domains), arrays))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _everybody(domains: Domains) -> Domains:
    return replace(
        domains,
        segments=domains.segments[:1],
        levels=domains.levels[:1],
        questions=domains.questions[:1],
        members=domains.members[:, :1],
    )
