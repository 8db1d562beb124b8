"""The samples of all waves in, each wave's numbers at the reference wave's composition out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimate.frames import complete_rows, frame_lines, frame_precision, weigh_base
from analysis.lines import (
    Domains,
    NumberLine,
    ShareLine,
    list_number_lines,
    list_share_lines,
)
from analysis.sample import Sample
from analysis.statistics.design import count_degrees
from analysis.statistics.domains import divide
from analysis.statistics.intervals import share_interval, student
from analysis.statistics.linearise import standardise_columns
from survey.estimates import Estimates
from survey.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STANDARDISED = ("share", "net", "mean")
ROUNDING = 1e-12  # a share so near 0 or 1 is 0 or 1


def standardise_waves(study: Study, samples: Mapping[str, Sample]) -> Estimates:
    """Return the shares, nets and means over all respondents at a fixed composition.

    Each wave is weighted to the composition of the reference wave by the crossed levels of the
    plan's trend segments (direct standardisation, `linearise.standardise_mean`); who has no level
    is outside. Statistic "standardised" under the row's own answer, "" for a mean. No rows: no
    trend in the plan, the reference wave not among the samples, a level of its composition empty
    in the wave, questions that the segments are made from; and a number that nobody answered in
    some level.
    """
    trend = study.plan.trend
    reference = samples.get(trend.reference) if trend is not None else None
    composition = None if reference is None else _find_composition(study, reference)
    parts = []
    if composition is not None:
        for wave in study.wave_order:
            if wave in samples:
                parts.append(_standardise_wave(study, samples[wave], composition))
    filled = [part for part in parts if len(part)]
    if not filled:
        return Estimates(complete_rows([], ""))
    return Estimates(pd.concat(filled, ignore_index=True))


def _find_composition(study: Study, sample: Sample) -> Floats | None:
    """Weighted share of each crossed level among those who have one; None where nobody has."""
    cell, count = _cross_levels(study, sample)
    known = cell >= 0
    mass = np.bincount(cell[known], sample.design.weights[known], minlength=count)
    total = mass.sum()
    return np.asarray(mass / total) if total > 0 else None


def _cross_levels(study: Study, sample: Sample) -> tuple[Integers, int]:
    """The crossed level of every respondent, −1 without one, and how many crossed levels exist."""
    assert study.plan.trend is not None
    segments = sample.responses.segments
    cell, count = np.zeros(sample.responses.n, np.int64), 1
    for name in study.plan.trend.segments:
        levels = [level.code for level in study.levels(study.segment(name))]
        place = np.full(len(cell), -1)
        if name in segments:
            place = pd.Index(levels).get_indexer(segments[name].astype(object))
        cell = np.where((cell >= 0) & (place >= 0), cell * len(levels) + place, -1)
        count *= len(levels)
    return cell, count


def _standardise_wave(study: Study, sample: Sample, composition: Floats) -> pd.DataFrame:
    assert study.plan.trend is not None
    cell, count = _cross_levels(study, sample)
    counted = sample.design.weights > 0
    present = np.bincount(cell[(cell >= 0) & counted], minlength=count) > 0
    if np.any((composition > 0) & ~present):
        return complete_rows([], "")
    cell = np.where(counted & (cell >= 0) & (composition[cell] > 0), cell, -1)
    made_from = {study.segment(name).question for name in study.plan.trend.segments}
    lines: list[ShareLine | NumberLine] = []
    for question in study.asked(sample.responses.wave):
        if question.is_closed and question.id not in made_from:
            shares = list_share_lines(study, sample.responses, question)
            lines += [line for line in shares if line.statistic in STANDARDISED]
            numbers = list_number_lines(study, sample.responses, question)
            lines += [line for line in numbers if "mean" in line.statistics]
    if not lines:
        return complete_rows([], "")
    rows = _estimate_lines(sample, lines, cell, composition)
    return complete_rows([rows[rows["value"].notna()]], sample.responses.wave)


def _estimate_lines(
    sample: Sample, lines: list[ShareLine | NumberLine], cell: Integers, composition: Floats
) -> pd.DataFrame:
    """One row a line, value NaN where a level has no answers."""
    design = sample.design
    is_share = np.array([isinstance(line, ShareLine) for line in lines])
    values = np.column_stack([_list_values(line) for line in lines])
    inside = ~np.isnan(values) & (cell >= 0)[:, None]
    equal = replace(design, weights=(design.weights > 0).astype(np.float64))
    found = standardise_columns(design, values, cell, composition)
    plain = standardise_columns(equal, values, cell, composition).value
    value, error = found.value, found.standard_error(design)
    ends = is_share & (np.abs(value - np.rint(value)) < ROUNDING)
    value, error = np.where(ends, np.rint(value), value), np.where(ends, 0.0, error)
    everybody = np.ones((len(cell), 1), bool)
    degrees = count_degrees(design, inside, everybody)[:, 0]
    counted = {k: v[:, 0] for k, v in weigh_base(inside, design.weights, everybody).items()}
    counted["effective"] = _find_effective(design.weights, inside, cell, composition)
    known = np.where(is_share & ~np.isnan(value), value, 0.5)
    bounds = [
        np.where(is_share, of_share, of_mean)
        for of_share, of_mean in zip(
            share_interval(known, error, counted["base"], degrees),
            student(value, error, degrees),
            strict=True,
        )
    ]
    numbers = {
        "value": value,
        **frame_precision((bounds[0], bounds[1]), error, counted["base"], degrees),
        "unweighted": plain,
        "count": np.where(is_share, (inside & (values > 0)).sum(axis=0), counted["base"]),
        **counted,
    }
    return frame_lines(
        [line.place for line in lines],
        [line.answer for line in lines],
        ["standardised"] * len(lines),
        Domains(("",), ("",), ("",), everybody),
        {name: array[:, None] for name, array in numbers.items()},
    )


def _list_values(line: ShareLine | NumberLine) -> Floats:
    if isinstance(line, NumberLine):
        return line.values
    return np.where(line.base, line.numerator & line.base, np.nan)


def _find_effective(
    weights: Floats, inside: NDArray[np.bool_], cell: Integers, composition: Floats
) -> Floats:
    """Kish's effective size under the weights that meet the composition, 1 / Σ π² Σw² / (Σw)²."""
    used = np.nonzero(composition > 0)[0]
    members = (cell[:, None] == used).astype(np.float64)
    weight, squared = ((members * (weights**power)[:, None]).T @ inside for power in (1, 2))
    cost = (composition[used, None] ** 2 * divide(squared, weight**2)).sum(axis=0)
    return np.nan_to_num(divide(np.ones(cost.shape), cost))
