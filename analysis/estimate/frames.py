"""Places, domains and arrays of numbers in, rows of the table of estimates out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.lines import Domains, Place
from analysis.statistics.domains import effective_size
from analysis.statistics.intervals import Bounds
from analysis.statistics.picks import distinct_columns
from survey.estimates import ESTIMATE_COLUMNS

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


def frame_lines(
    places: Sequence[Place],
    answers: Sequence[str],
    statistics: Sequence[str],
    domains: Domains,
    numbers: Mapping[str, NDArray],
) -> pd.DataFrame:
    """Return one row a line and domain, lines outermost.

    `numbers` holds the columns of numbers, each (lines, domains); who was asked and who answered
    is counted here.
    """
    size = len(domains.levels)
    members = domains.members.astype(np.float64)

    def count(who: Iterable[Booleans]) -> NDArray:
        distinct, line = distinct_columns(np.column_stack(list(who)))
        return (distinct.astype(np.float64).T @ members)[line].ravel()

    def spread(names: Iterable[str]) -> NDArray:
        return np.repeat(np.array(list(names), object), size)

    def repeat(names: Sequence[str]) -> NDArray:
        return np.tile(np.array(names, object), len(places))

    columns = {
        "question": spread(place.question for place in places),
        "item": spread(place.item for place in places),
        "answer": spread(answers),
        "statistic": spread(statistics),
        "segment": repeat(domains.segments),
        "level": repeat(domains.levels),
        **{name: np.asarray(array, np.float64).ravel() for name, array in numbers.items()},
        "asked": count(place.asked for place in places),
        "answered": count(place.answered for place in places),
        "base_rule": spread(place.base_rule for place in places),
    }
    return pd.DataFrame(columns)


def frame_precision(
    bounds: Bounds, error: Floats, base: NDArray, degrees: Floats
) -> dict[str, Floats]:
    """Return `low`, `high` and `standard_error`, NaN without answers or degrees of freedom.

    One respondent, or a domain within one cluster, says nothing of how others would differ.
    """
    known = (base > 0) & (degrees > 0)
    parts = {"low": bounds[0], "high": bounds[1], "standard_error": error}
    precision = {name: np.where(known, part, np.nan) for name, part in parts.items()}
    return {**precision, "degrees": degrees}


def weigh_base(inside: Booleans, weights: Floats, members: Booleans) -> dict[str, Floats]:
    """Return base, weight and effective base of `inside` (n, lines) in `members` (n, domains)."""
    given, m = inside.astype(np.float64), members.astype(np.float64)
    base = given.T @ m
    weight, squared = ((given * (weights**power)[:, None]).T @ m for power in (1, 2))
    return {"base": base, "weight": weight, "effective": effective_size(weight, squared)}


def complete_rows(parts: Iterable[pd.DataFrame], wave: str) -> pd.DataFrame:
    """Return the parts as one frame of ESTIMATE_COLUMNS."""
    filled = [part for part in parts if len(part)]
    rows = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    rows = rows.assign(wave=wave).reindex(columns=list(ESTIMATE_COLUMNS))
    return rows.astype(ESTIMATE_COLUMNS)
