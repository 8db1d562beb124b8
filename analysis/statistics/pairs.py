"""Shares or means of domains go in, the differences of chosen pairs of domains come out.

The fast road for a whole questionnaire: what a respondent adds to the variance is found once a
domain (a level of a segment, the rest of it, a level in the wave before), and every pair of
domains takes the difference of two such matrices. ``comparisons.py`` is the plain road, one
comparison a column; both give the same numbers (tested)::

    found = compare_pairs(design, values, domains, pairs)
        values   (n, k), NaN or −1 where integer for no answer
        domains  (n, D) booleans, which may overlap
        pairs    (P, 2) places of domains: first less second
    found.tests            Comparisons, each field (k, P)
    found.effective_first  (k, P), effective bases of Kish; .effective_second likewise
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.comparisons import Comparisons, judge_differences
from analysis.statistics.design import Design, spread_influence, sum_by_group
from analysis.statistics.domains import Floats, Integers, divide, effective_size
from analysis.statistics.intervals import student
from analysis.statistics.share_differences import ShareSide, assume_equal, difference_bounds

Booleans = NDArray[np.bool_]

_ENTRIES_A_BLOCK = 8_000_000  # numbers that all domains of a block of columns hold: 64 MB


@dataclass(frozen=True)
class PairTests:
    """Differences of k columns between P pairs of domains; each field (k, P)."""

    tests: Comparisons
    effective_first: Floats
    effective_second: Floats


def compare_pairs(
    design: Design,
    values: ArrayLike,
    domains: ArrayLike,
    pairs: ArrayLike,
    level: float = 0.95,
    least_base: int = 2,
    shares: bool = True,
) -> PairTests:
    """As ``compare_shares`` for every column of ``values`` and every pair of domains.

    Without ``shares`` the values are any numbers and the effect size, Cohen's h, is left NaN.
    Raises ValueError for shapes that disagree, and shares other than 0 and 1.
    """
    given = np.asarray(values)
    members = np.asarray(domains, np.bool_)
    places = np.asarray(pairs, np.int64).reshape(-1, 2)
    if given.ndim != 2 or len(given) != design.n or members.shape[:1] != (design.n,):
        raise ValueError(
            f"pairs: values have shape {given.shape}, domains {members.shape}; "
            f"give {design.n} rows of each."
        )
    if shares and np.any((given > 0) & (given != 1) | (given > -1) & (given < 0)):
        raise ValueError("pairs: a share is neither 0 nor 1; say shares=False for other numbers.")
    width = max(1, _ENTRIES_A_BLOCK // max(design.n * members.shape[1], 1))
    blocks = [
        _compare_block(design, part, members, places, level, least_base, shares)
        for part in _blocks(given, width)
    ]
    names = Comparisons.__dataclass_fields__
    joined = {name: np.concatenate([getattr(b.tests, name) for b in blocks]) for name in names}
    return PairTests(
        Comparisons(**joined),
        np.concatenate([block.effective_first for block in blocks]),
        np.concatenate([block.effective_second for block in blocks]),
    )


def _blocks(given: NDArray, width: int) -> Iterator[Floats]:
    """Columns in blocks, as floats with NaN for no answer; one empty block of no columns."""
    whole = np.issubdtype(given.dtype, np.integer)
    for start in range(0, max(given.shape[1], 1), width):
        part = given[:, start : start + width]
        yield np.where(part < 0, np.nan, part) if whole else np.asarray(part, np.float64)


@dataclass(frozen=True)
class _Domain:
    """One domain of k columns."""

    mean: Floats  # (k,), NaN where nobody answered
    base: Integers  # (k,)
    effective: Floats  # (k,)
    spread: Floats  # (rows, k): the squares of a column sum to the variance of its mean
    units: Booleans  # (units, k): who of the sampled units answered
    strata: Booleans  # (strata, k)

    @cached_property
    def side(self) -> ShareSide:
        """Its shares, with what the comparison of two of them needs."""
        return ShareSide(self.mean, np.sqrt(_square(self.spread)), self.base, self.effective)

    @classmethod
    def of(cls, design: Design, y: Floats, answered: Booleans, members: Booleans) -> _Domain:
        inside = answered & members[:, None]
        weight = design.weights @ inside
        mean = divide(design.weights @ (inside * y), weight)
        influence = inside * (y - np.nan_to_num(mean)) / np.where(weight > 0, weight, 1.0)
        effective = effective_size(weight, design.weights**2 @ inside)
        stage = design.stages[0]
        units = inside
        if not stage.every_row_a_unit:
            units = sum_by_group(stage.unit, stage.units, inside.astype(np.float64)) > 0
        if len(stage.sampled) == 1:
            strata = np.asarray(units.any(axis=0))[None, :]
        else:
            counted = units.astype(np.float64)
            strata = sum_by_group(stage.unit_stratum, len(stage.sampled), counted) > 0
        spread = spread_influence(design, influence)
        return cls(mean, inside.sum(axis=0), effective, spread, units, strata)


def _compare_block(
    design: Design,
    y: Floats,
    members: Booleans,
    pairs: Integers,
    level: float,
    least_base: int,
    shares: bool,
) -> PairTests:
    answered = ~np.isnan(y) & (design.weights > 0)[:, None]
    filled = np.where(answered, y, 0.0)
    used = {int(place) for place in np.unique(pairs)}
    found = {d: _Domain.of(design, filled, answered, members[:, d]) for d in used}
    tests = [_compare_pair(found[i], found[j], level, least_base, shares) for i, j in pairs]
    names = Comparisons.__dataclass_fields__
    joined = {name: _join(getattr(test, name) for test in tests) for name in names}
    effective = (_join(found[int(place)].effective for place in side) for side in pairs.T)
    return PairTests(Comparisons(**joined), *effective)


def _compare_pair(
    a: _Domain, b: _Domain, level: float, least_base: int, shares: bool
) -> Comparisons:
    """Test all columns, (k,), between two domains."""
    error = np.sqrt(_square(a.spread - b.spread))
    units = (a.units | b.units).sum(axis=0)
    degrees = np.maximum(units - (a.strata | b.strata).sum(axis=0) - 1.0, 0.0)
    means, bases = (a.mean, b.mean), (a.base, b.base)
    if not shares:
        bounds = student(a.mean - b.mean, error, degrees, level)
        return judge_differences(means, bases, error, error, bounds, degrees, least_base)
    equal = assume_equal(a.side, b.side)
    equal_error = np.sqrt(_square(equal.first * a.spread - equal.second * b.spread) + equal.extra)
    bounds = difference_bounds(a.side, b.side, error, degrees, level)
    tests = judge_differences(means, bases, error, equal_error, bounds, degrees, least_base)
    return tests.with_effects(*_effect_h(a, b), level)


def _join(columns: Iterable[NDArray]) -> NDArray:
    return np.column_stack(list(columns))


def _effect_h(a: _Domain, b: _Domain) -> tuple[Floats, Floats]:
    """Cohen's h and its standard error, (k,); shares of 0 and 1 as in ``compare_shares``."""
    angle, extra = np.zeros(len(a.mean)), np.zeros(len(a.mean))
    spread = np.zeros(a.spread.shape)
    for sign, domain in ((1.0, a), (-1.0, b)):
        p = np.clip(np.nan_to_num(domain.mean), 0.0, 1.0)
        slope = np.sqrt(p * (1 - p))
        inner = slope > 0
        angle = angle + sign * 2 * np.arcsin(np.sqrt(p))
        spread = spread + domain.spread * np.divide(sign, slope, out=np.zeros(len(p)), where=inner)
        outer = ~inner & (domain.effective > 0)
        extra = extra + np.where(outer, 1 / np.maximum(domain.effective, 1), 0.0)
    known = ~(np.isnan(a.mean) | np.isnan(b.mean))
    return np.where(known, angle, np.nan), np.sqrt(_square(spread) + extra)


def _square(matrix: Floats) -> Floats:
    """Sum of the squares of every column."""
    return np.asarray(np.einsum("uk,uk->k", matrix, matrix))
