"""One wave of weighted responses in, its estimates out: every statistic, over all and by segment.

The lines say who counts among whom; one tally does the arithmetic for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.lines import (
    Domains,
    NumberLine,
    Place,
    ShareLine,
    list_domains,
    list_number_lines,
    list_segment_lines,
    list_share_lines,
)
from analysis.sample import Sample
from analysis.statistics.domains import sum_numbers, tally_codes
from analysis.statistics.intervals import wilson
from analysis.statistics.quantiles import weighted_quantiles
from survey.estimates import ESTIMATE_COLUMNS, Estimates
from survey.study import Study


def estimate_wave(study: Study, sample: Sample) -> Estimates:
    """Estimate every closed question of one wave, over all and by every level of every segment.

    Shares have Wilson's 95 % interval on the effective base: what a random sample of this size
    would give. Means and medians have none yet. Nothing is rounded or suppressed.
    """
    responses = sample.responses
    domains = list_domains(study, responses)
    shares: list[ShareLine] = []
    numbers: list[NumberLine] = []
    for question in study.asked(responses.wave):
        if question.is_closed:
            shares += list_share_lines(study, responses, question)
            numbers += list_number_lines(study, responses, question)
    shares += list_segment_lines(study, responses)
    parts = [
        estimate_shares(shares, responses.weights, domains),
        *(estimate_numbers(numbers, responses.weights, domains)),
    ]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows.insert(0, "wave", responses.wave)
    own = rows["question"] + "/" + rows["segment"]
    trivial = {f"{q}/{s}" for q, s in zip(domains.questions, domains.segments, strict=True) if s}
    trivial |= {f"_segments/{s}" for s in domains.segments if s}
    rows = rows[~own.isin(trivial)]  # a segment by itself is 100 % and 0 %
    rows = rows.reindex(columns=list(ESTIMATE_COLUMNS))
    rows = rows[(rows["segment"] == "") | (rows["asked"] > 0)]  # levels nobody was asked in
    return Estimates(rows.astype(ESTIMATE_COLUMNS)[list(ESTIMATE_COLUMNS)].reset_index(drop=True))


def estimate_shares(lines: list[ShareLine], weights: pd.Series, domains: Domains) -> pd.DataFrame:
    """Tally share lines: one row a line and domain."""
    if not lines:
        return pd.DataFrame()
    numerator = np.column_stack([line.numerator for line in lines])
    base = np.column_stack([line.base for line in lines])
    codes = np.where(base, numerator, -1).astype(np.int8)
    tally = tally_codes(codes, 2, weights.to_numpy(float), domains.members)
    value = tally.share[:, 1, :]
    effective = tally.effective_base
    known = np.nan_to_num(value)
    low, high = wilson(np.clip(known, 0, 1), effective)
    frame = _frame_lines([line.place for line in lines], domains)
    size = len(domains.levels)
    frame["answer"] = np.repeat([line.answer for line in lines], size)
    frame["statistic"] = np.repeat([line.statistic for line in lines], size)
    empty = np.isnan(value)
    for name, array in (("low", low), ("high", high)):
        frame[name] = np.where(empty, np.nan, array).ravel()
    frame["value"] = value.ravel()
    frame["count"] = tally.count[:, 1, :].ravel()
    frame["base"] = tally.base.ravel()
    frame["effective"] = effective.ravel()
    frame["weight"] = tally.base_weight.ravel()
    return frame


def estimate_numbers(
    lines: list[NumberLine], weights: pd.Series, domains: Domains
) -> Iterator[pd.DataFrame]:
    """Yield one frame for each statistic of the number lines: one row a line and domain."""
    weight = weights.to_numpy(float)
    for statistic in ("mean", "median", "rank_mean"):
        chosen = [line for line in lines if statistic in line.statistics]
        if not chosen:
            continue
        values = np.column_stack([line.values for line in chosen])
        sums = sum_numbers(values, weight, domains.members)
        if statistic == "median":
            value = weighted_quantiles(values, 0.5, weight, domains.members)
        else:
            value = sums.mean
        frame = _frame_lines([line.place for line in chosen], domains)
        frame["answer"] = np.repeat([line.answer for line in chosen], len(domains.levels))
        frame["statistic"] = statistic
        frame["value"] = value.ravel()
        frame["low"] = frame["high"] = np.nan
        frame["count"] = frame["base"] = sums.base.ravel()
        frame["effective"] = sums.effective_base.ravel()
        frame["weight"] = sums.weight.ravel()
        yield frame


def _frame_lines(places: list[Place], domains: Domains) -> pd.DataFrame:
    """Return the naming and counting columns of lines × domains."""
    size = len(domains.levels)
    asked = np.column_stack([place.asked for place in places]).astype(np.int64)
    answered = np.column_stack([place.answered for place in places]).astype(np.int64)
    members = domains.members.astype(np.int64)
    return pd.DataFrame(
        {
            "question": np.repeat([place.question for place in places], size),
            "item": np.repeat([place.item for place in places], size),
            "segment": np.tile(domains.segments, len(places)),
            "level": np.tile(domains.levels, len(places)),
            "asked": (asked.T @ members).ravel(),
            "answered": (answered.T @ members).ravel(),
            "base_rule": np.repeat([place.base_rule for place in places], size),
        }
    )
