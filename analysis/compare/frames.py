"""Test results in, rows of comparisons out: named, with their outcome and the power of their bases.

Rows have the columns of COMPARISON_COLUMNS that concern them; the family and what depends on it
come last, when all comparisons of a wave are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from survey.plan import Testing

OUTCOMES = {
    "": "tested",
    "base": "not-tested-base",
    "no variation": "not-tested-variation",
    "one level": "not-tested-variation",
    "degrees of freedom": "not-tested-degrees",
}
METHODS: dict[str, Adjustment] = {"benjamini-hochberg": "fdr_bh", "holm": "holm"}
WITHOUT_DIFFERENCE = ("value", "low", "high")


def frame_tests(
    names: pd.DataFrame,
    ends: Mapping[str, str | Sequence[str]],
    tests: Comparisons,
    test: str,
    effect_size: str,
    detectable: Floats,
) -> pd.DataFrame:
    """Return one row a column and pair.

    `names` (k rows), the fields of `tests` and `detectable` (k, P) or (k,), `ends` the columns
    segment, level and versus: texts, or P of them.
    """
    count = len(names)
    pairs = tests.p.size // count if count else 0
    rows = names.take(np.repeat(np.arange(count), pairs)).reset_index(drop=True)
    for name, end in ends.items():
        rows[name] = np.tile(np.broadcast_to(np.asarray(end, object), pairs), count)
    rows["test"] = test
    for name, values in (
        ("value", tests.difference),
        ("low", tests.lower),
        ("high", tests.upper),
        ("base", tests.base_first),
        ("versus_base", tests.base_second),
        ("score", tests.statistic),
        ("degrees", np.where(tests.reason == "", tests.degrees, np.nan)),
        ("p", tests.p),
        ("effect", tests.effect),
        ("effect_low", tests.effect_lower),
        ("effect_high", tests.effect_upper),
        ("detectable", detectable),
    ):
        rows[name] = np.asarray(values, np.float64).ravel()
    rows["effect_size"] = effect_size
    rows["outcome"] = _name_outcomes(tests.reason)
    if test == "rank":
        rows[list(WITHOUT_DIFFERENCE)] = np.nan
    return rows


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
) -> list[pd.DataFrame]:
    """Return the comparisons of P pairs of groups, (n, P) booleans each, for columns of one kind.

    Shares (whole numbers) and means by a t test, scales (statistic "rank") by their ranks. `ends`
    as in `frame_tests`.
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
) -> pd.DataFrame:
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
    return frame_tests(columns.names, ends, tests, "t", "h", able)


def _compare_numbers(
    testing: Testing,
    design: Design,
    columns: Columns,
    ends: Mapping[str, str],
    sides: tuple[Booleans, Booleans],
) -> pd.DataFrame:
    if columns.names["statistic"].iloc[0] == "rank":
        ranks = compare_ranks(design, columns.values, *sides, least_base=testing.least_base)
        unknown = np.full(len(columns), np.nan)
        return frame_tests(columns.names, ends, ranks, "rank", "r", unknown)
    means = compare_means(design, columns.values, *sides, least_base=testing.least_base)
    able = detect_means(testing, design, columns.values, *sides)
    return frame_tests(columns.names, ends, means, "t", "d", able)


def frame_associations(
    names: pd.DataFrame, segment: str, found: list[Association], test: str
) -> pd.DataFrame:
    """Return one row a test of a whole segment; `names` has a row for each."""
    rows = names.reset_index(drop=True)
    table = test == "rao-scott"
    rows["segment"], rows["level"], rows["versus"], rows["test"] = segment, "", "", test
    rows["base"] = [float(one.base) for one in found]
    rows["score"] = [one.statistic for one in found]
    rows["degrees"] = [one.degrees for one in found]
    rows["degrees_within"] = [one.degrees_below for one in found]
    rows["p"] = [one.p for one in found]
    rows["effect_size"] = "v" if table else ""
    rows["effect"] = [one.effect for one in found]
    rows["effect_low"] = [one.effect_lower for one in found]
    rows["effect_high"] = [one.effect_upper for one in found]
    rows["outcome"] = [OUTCOMES[one.reason] for one in found]
    return rows


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


def adjust_rows(testing: Testing, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return all rows with p adjusted within family, kind and wave; planned ones by themselves."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame()
    rows = pd.concat(filled, ignore_index=True)
    by = [rows["wave"], rows["family"], rows["kind"]]
    groups = pd.MultiIndex.from_arrays(by).factorize()[0]
    method = METHODS[testing.adjust]
    p = rows["p"].to_numpy(float)
    return rows.assign(p_adjusted=adjust_families(p, groups, rows["planned"], method))
