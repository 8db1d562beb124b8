"""Test results in, rows of comparisons out: named, with their outcome and the power of their bases.

Rows have the columns of COMPARISON_COLUMNS that concern them; the family and what depends on it
come last, when all comparisons of a wave are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.compare.columns import Booleans, Columns
from analysis.statistics.associations import Association
from analysis.statistics.comparisons import Comparisons, compare_means, compare_ranks
from analysis.statistics.design import Design
from analysis.statistics.domains import Floats, effective_size
from analysis.statistics.families import Adjustment, adjust_families
from analysis.statistics.pairs import compare_pairs
from analysis.statistics.power import smallest_effect, smallest_share_difference
from survey.estimates import COMPARISON_COLUMNS, frame_comparisons
from survey.plan import Testing

OUTCOMES = {
    "": "tested",
    "base": "not-tested-base",
    "no variation": "not-tested-variation",
    "one level": "not-tested-variation",
    "degrees of freedom": "not-tested-degrees",
}
METHODS: dict[str, Adjustment] = {"benjamini-hochberg": "fdr_bh", "holm": "holm"}
Part = dict[str, Any]  # columns of some rows: an array each, or one value for all of them
WITHOUT_DIFFERENCE = ("value", "low", "high")


def name_tests(
    columns: Columns,
    ends: Mapping[str, str | Sequence[str]],
    tests: Comparisons,
    test: str,
    effect_size: str,
    detectable: Floats,
) -> Part:
    """Return one row a column and pair.

    The fields of `tests` and `detectable` are (k, P) or (k,); `ends` the columns segment, level
    and versus: a text, or P of them.
    """
    count = len(columns)
    pairs = tests.p.size // count
    part: Part = {k: np.repeat(name, pairs) for k, name in columns.name_rows().items()}
    for name, end in ends.items():
        part[name] = end if isinstance(end, str) else np.tile(np.array(end, object), count)
    numbers = {
        "value": tests.difference,
        "low": tests.lower,
        "high": tests.upper,
        "base": tests.base_first,
        "versus_base": tests.base_second,
        "score": tests.statistic,
        "degrees": np.where(tests.reason == "", tests.degrees, np.nan),
        "p": tests.p,
        "effect": tests.effect,
        "effect_low": tests.effect_lower,
        "effect_high": tests.effect_upper,
        "detectable": detectable,
    }
    if test == "rank":
        numbers |= dict.fromkeys(WITHOUT_DIFFERENCE, np.full(tests.p.shape, np.nan))
    part |= {name: np.asarray(values, np.float64).ravel() for name, values in numbers.items()}
    named = {"test": test, "effect_size": effect_size, "outcome": _name_outcomes(tests.reason)}
    return {**part, **named}


def _name_outcomes(reasons: NDArray[np.str_]) -> NDArray:
    flat = reasons.ravel()
    outcomes = np.full(len(flat), OUTCOMES[""], object)
    for reason, outcome in OUTCOMES.items():
        outcomes[flat == reason] = outcome
    return outcomes


def compare_groups(
    testing: Testing,
    design: Design,
    columns: Columns,
    ends: Mapping[str, str | Sequence[str]],
    first: Booleans,
    second: Booleans,
) -> list[Part]:
    """Return the comparisons of P pairs of groups, (n, P) booleans each, for columns of one kind.

    Shares (whole numbers) and means by a t test, scales (statistic "rank") by their ranks. `ends`
    as in `name_tests`.
    """
    if not len(columns):
        return []
    if np.issubdtype(columns.values.dtype, np.integer):
        return [_compare_shares(testing, design, columns, ends, first, second)]
    return [
        _compare_numbers(testing, design, columns, _take_end(ends, place), (one, other))
        for place, (one, other) in enumerate(zip(first.T, second.T, strict=True))
    ]


def _take_end(ends: Mapping[str, str | Sequence[str]], place: int) -> dict[str, str]:
    return {k: end if isinstance(end, str) else end[place] for k, end in ends.items()}


def _compare_shares(
    testing: Testing,
    design: Design,
    columns: Columns,
    ends: Mapping[str, str | Sequence[str]],
    first: Booleans,
    second: Booleans,
) -> Part:
    count = first.shape[1]
    found = compare_pairs(
        design,
        columns.values,
        np.column_stack([first, second]),
        np.column_stack([np.arange(count), count + np.arange(count)]),
        least_base=testing.least_base,
    )
    tests = found.tests
    able = detect_shares(testing, tests.second, found.effective_first, found.effective_second)
    return name_tests(columns, ends, tests, "t", "h", able)


def _compare_numbers(
    testing: Testing,
    design: Design,
    columns: Columns,
    ends: Mapping[str, str],
    sides: tuple[Booleans, Booleans],
) -> Part:
    if columns.rows[0].statistic == "rank":
        ranks = compare_ranks(design, columns.values, *sides, least_base=testing.least_base)
        unknown = np.full(len(columns), np.nan)
        return name_tests(columns, ends, ranks, "rank", "r", unknown)
    means = compare_means(design, columns.values, *sides, least_base=testing.least_base)
    able = detect_means(testing, design, columns.values, *sides)
    return name_tests(columns, ends, means, "t", "d", able)


def name_associations(
    columns: Columns, segment: str, found: list[Association], test: str
) -> list[Part]:
    """Return one row a test of a whole segment, one a column."""
    if not found:
        return []
    numbers = {
        "base": [one.base for one in found],
        "score": [one.statistic for one in found],
        "degrees": [one.degrees for one in found],
        "degrees_within": [one.degrees_below for one in found],
        "p": [one.p for one in found],
        "effect": [one.effect for one in found],
        "effect_low": [one.effect_lower for one in found],
        "effect_high": [one.effect_upper for one in found],
    }
    part: Part = dict(columns.name_rows())
    part |= {name: np.array(values, np.float64) for name, values in numbers.items()}
    part |= {"segment": segment, "level": "", "versus": "", "test": test}
    part["effect_size"] = "v" if test == "rao-scott" else ""
    part["outcome"] = np.array([OUTCOMES[one.reason] for one in found], object)
    return [part]


def detect_shares(
    testing: Testing, second: Floats, first_effective: Floats, second_effective: Floats
) -> Floats:
    """Smallest difference of shares that the bases can show from the share compared with."""
    share = np.clip(np.nan_to_num(second), 0.0, 1.0)
    found = smallest_share_difference(
        share, first_effective, second_effective, testing.level, testing.power
    )
    return np.where(np.isnan(second), np.nan, found)


def detect_means(
    testing: Testing, design: Design, values: Floats, first: ArrayLike, second: ArrayLike
) -> Floats:
    """Smallest difference of means that the bases can show, (k,): the effect times the spread.

    The spread is that of both sides together around their own means; NaN where a side is empty.
    """
    weight = design.weights[:, None]
    inside = [np.asarray(side)[:, None] & ~np.isnan(values) for side in (first, second)]
    filled = np.nan_to_num(values)
    squares, total, bases = np.zeros(values.shape[1]), np.zeros(values.shape[1]), []
    for side in inside:
        sum_weight = (weight * side).sum(axis=0)
        safe = np.where(sum_weight > 0, sum_weight, 1.0)
        mean = (weight * side * filled).sum(axis=0) / safe
        squares += (weight * side * (filled - mean) ** 2).sum(axis=0)
        total += sum_weight
        bases.append(effective_size(sum_weight, (weight**2 * side).sum(axis=0)))
    spread = np.sqrt(squares / np.where(total > 0, total, 1.0))
    found = smallest_effect(bases[0], bases[1], testing.level, testing.power)
    return np.where(np.isfinite(found), np.nan_to_num(found, posinf=0.0) * spread, np.nan)


def frame_parts(testing: Testing, parts: Sequence[Part]) -> pd.DataFrame:
    """Return all parts as one frame of COMPARISON_COLUMNS, p adjusted within its family.

    That is within wave, family and kind of comparison: contrasts planned beforehand are a family
    and a kind of their own.
    """
    columns: dict[str, NDArray] = {}
    for name, kind in {**COMPARISON_COLUMNS, "kind": "string"}.items():
        empty = np.nan if kind == "float64" else False if kind == "bool" else ""
        dtype = object if kind == "string" else kind
        spread = [np.broadcast_to(part.get(name, empty), part["p"].shape) for part in parts]
        columns[name] = np.concatenate([np.empty(0, dtype), *spread]).astype(dtype)
    families = [columns[name].tolist() for name in ("wave", "family", "kind")]
    places: dict[tuple, int] = {}
    group = [places.setdefault(key, len(places)) for key in zip(*families, strict=True)]
    columns["p_adjusted"] = adjust_families(
        columns["p"], np.array(group, np.int64), columns["planned"], METHODS[testing.adjust]
    )
    return frame_comparisons([pd.DataFrame(columns)])
