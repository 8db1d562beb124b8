"""Number lines, a design and domains in, rows of means, medians and quantiles out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimate.frames import frame_lines, frame_precision, weigh_base
from analysis.lines import Domains, NumberLine
from analysis.statistics.batch import estimate_numbers
from analysis.statistics.design import Design, count_degrees
from analysis.statistics.domains import sum_numbers
from analysis.statistics.intervals import student
from analysis.statistics.quantiles import estimate_quantiles, weighted_quantiles

Floats = NDArray[np.float64]


def estimate_means(
    lines: Sequence[NumberLine], design: Design, domains: Domains, statistic: str = "mean"
) -> pd.DataFrame:
    """Return one row a mean and domain for the lines published with `statistic`; t interval."""
    chosen = [line for line in lines if statistic in line.statistics]
    if not chosen or not domains.levels:
        return pd.DataFrame()
    values, members = np.column_stack([line.values for line in chosen]), domains.members
    answered = ~np.isnan(values)
    found = estimate_numbers(design, values, members)
    error = np.where(find_constant(values, members), 0.0, found.standard_error)
    degrees = count_degrees(design, answered, members)
    counted = weigh_base(answered, design.weights, members)
    numbers = {
        "value": found.mean,
        **frame_precision(student(found.mean, error, degrees), error, counted["base"], degrees),
        "unweighted": sum_numbers(values, None, members).mean,
        "count": counted["base"],
        **counted,
    }
    return _frame(chosen, [line.answer for line in chosen], statistic, domains, numbers)


def estimate_medians(
    lines: Sequence[NumberLine],
    design: Design,
    domains: Domains,
    statistic: str = "median",
    probability: float = 0.5,
) -> pd.DataFrame:
    """Return one row a quantile and domain for the lines published with `statistic`.

    Woodruff's interval (`quantiles.estimate_quantiles`). A "quantile" is published under its
    probability as answer, a median under none.
    """
    chosen = [line for line in lines if statistic in line.statistics]
    if not chosen or not domains.levels:
        return pd.DataFrame()
    values, members = np.column_stack([line.values for line in chosen]), domains.members
    found = estimate_quantiles(design, values, probability, members)
    counted = weigh_base(~np.isnan(values), design.weights, members)
    numbers = {
        "value": found.value,
        **frame_precision(
            (found.lower, found.upper), found.standard_error, found.base, found.degrees
        ),
        "unweighted": weighted_quantiles(values, probability, None, members),
        "count": counted["base"],
        **counted,
    }
    named = f"{probability:g}" if statistic == "quantile" else ""
    return _frame(chosen, [named or line.answer for line in chosen], statistic, domains, numbers)


def estimate_all_numbers(
    lines: Sequence[NumberLine],
    design: Design,
    domains: Domains,
    probabilities: Sequence[float] = (),
) -> Iterator[pd.DataFrame]:
    """Yield the rows of every statistic that the lines are published with."""
    yield estimate_means(lines, design, domains)
    yield estimate_medians(lines, design, domains)
    for probability in probabilities:
        yield estimate_medians(lines, design, domains, "quantile", probability)
    yield estimate_means(lines, design, domains, "rank_mean")


def find_constant(values: Floats, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which items have equal answers only in which domains, (items, domains)."""
    lowest, highest = (
        np.array([reduce(values[inside], axis=0, initial=np.nan) for inside in members.T])
        for reduce in (np.fmin.reduce, np.fmax.reduce)
    )
    return np.asarray(lowest == highest).T


def _frame(
    lines: Sequence[NumberLine],
    answers: Sequence[str],
    statistic: str,
    domains: Domains,
    numbers: dict[str, NDArray],
) -> pd.DataFrame:
    places = [line.place for line in lines]
    return frame_lines(places, answers, [statistic] * len(lines), domains, numbers)
