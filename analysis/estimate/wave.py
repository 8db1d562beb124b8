"""One sample in, its estimates out: over all, by every segment and by crossed segments.

The lines say who counts among whom; all arithmetic runs over whole arrays of lines and domains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from analysis.estimate.frames import complete_rows
from analysis.estimate.numbers import estimate_all_numbers
from analysis.estimate.shares import estimate_shares
from analysis.estimate.totals import estimate_alphas, estimate_ratios, estimate_totals
from analysis.lines import (
    Domains,
    NumberLine,
    ShareLine,
    cross_domains,
    list_domains,
    list_number_lines,
    list_score_lines,
    list_segment_lines,
    list_share_lines,
)
from analysis.sample import Sample
from survey.estimates import Estimates
from survey.study import Study


def estimate_wave(study: Study, sample: Sample) -> Estimates:
    """Estimate every closed question of one wave, over all and by every level of every segment.

    Standard errors and intervals respect the design and its calibration: what a random sample of
    this size and design would give. Segments are domains of the whole sample. A respondent with
    weight 0 stands in no base. Where nobody answered the value is NaN and the base 0; where a
    base has no degrees of freedom (one respondent, one cluster) `low` and `high` are NaN. Nothing
    is rounded or suppressed. Raises `Refusal` for totals without a known population.
    """
    responses, design = sample.responses, sample.design
    domains = list_domains(study, responses)
    counted = design.weights > 0
    domains = replace(domains, members=domains.members & counted[:, None])
    closed = [question for question in study.asked(responses.wave) if question.is_closed]
    shares = [line for one in closed for line in list_share_lines(study, responses, one)]
    numbers = [line for one in closed for line in list_number_lines(study, responses, one)]
    scores = list_score_lines(study, responses)
    composition = list_segment_lines(study, responses)
    scored = [*numbers, *(score.line for score in scores)]
    quantiles = study.plan.quantiles
    parts = [
        estimate_shares([*shares, *composition], design, domains),
        *estimate_all_numbers(scored, design, domains, quantiles),
        estimate_alphas(scores, sample, domains),
        estimate_totals(study, sample, domains),
        estimate_ratios(study, sample, domains),
        *_estimate_nested(study, sample, domains, shares, numbers),
    ]
    return Estimates(_leave_out(complete_rows(parts, responses.wave), domains))


def _estimate_nested(
    study: Study,
    sample: Sample,
    domains: Domains,
    shares: Sequence[ShareLine],
    numbers: Sequence[NumberLine],
) -> Iterator[pd.DataFrame]:
    """Yield the estimates by crossed segments, for the questions that the plan names."""
    for nested in study.plan.nested:
        made_from = {study.segment(one).question for one in (nested.outer, nested.inner)}
        wanted = set(nested.questions) - made_from
        crossed = cross_domains(domains, nested)
        yield estimate_shares(
            [line for line in shares if line.place.question in wanted], sample.design, crossed
        )
        yield from estimate_all_numbers(
            [line for line in numbers if line.place.question in wanted],
            sample.design,
            crossed,
            study.plan.quantiles,
        )


def _leave_out(rows: pd.DataFrame, domains: Domains) -> pd.DataFrame:
    """Leave out a segment by itself, which is 100 % and 0 %, and levels nobody was asked in."""
    own = rows["question"].astype(object) + "/" + rows["segment"].astype(object)
    trivial = {f"{q}/{s}" for q, s in zip(domains.questions, domains.segments, strict=True) if s}
    trivial |= {f"_segments/{s}" for s in domains.segments if s}
    kept = ~own.isin(trivial) & ((rows["segment"] == "") | (rows["asked"] > 0))
    return rows[kept].reset_index(drop=True)
