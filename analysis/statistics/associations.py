"""Two questions or a question and several groups go in, one test of their association comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from analysis.statistics.comparisons import rank_scores
from analysis.statistics.design import (
    Design,
    compact_codes,
    covariance,
    degrees_of_freedom,
    spread_influence,
)
from analysis.statistics.domains import Floats, Integers, check_codes
from analysis.statistics.linearise import Linearised, linearise_mean

_ENTRIES_A_BLOCK = 4_000_000  # respondents × cells of all tables of a block: 32 MB


@dataclass(frozen=True)
class Association:
    """One test. ``reason`` is "" where tested; else p is NaN and it says why not."""

    statistic: float  # F
    degrees: float
    degrees_below: float
    p: float
    pearson: float  # Pearson's X² of the weighted table, not corrected for the design
    first_order_p: float  # first-order correction of Rao and Scott, for comparison
    effect: float  # Cramér's V
    effect_lower: float
    effect_upper: float
    base: int
    reason: str


def associate_table(
    design: Design,
    rows: ArrayLike,
    columns: ArrayLike,
    members: ArrayLike | None = None,
    level: float = 0.95,
    least_base: int = 10,
) -> Association:
    """Rao and Scott's second-order test of a two-way table of codes (n,), −1 for no answer.

    F = X² / tr Δ on d = (tr Δ)² / tr Δ² and d · (sampled units − strata) degrees of freedom,
    where Δ holds the generalised design effects of the interactions (Rao and Scott 1984, Annals
    of Statistics 12, 46–60; Thomas and Rao 1990). ``members`` is the domain the table is of: its
    units count, whoever did not answer included, as in R's ``svychisq`` on the subset.

    Cramér's V is √(X²/(n·(min(r, c)−1))). Its interval inverts the noncentral χ² of X² over the
    mean design effect (Steiger 2004, Psychological Methods 9, 164–182). V is above 0 by chance
    alone, as X² is its degrees of freedom on average, so these are added to the upper bound
    (Smithson 2003, section 4.3): V lies in its interval, which is wider than it need be. The lower
    bound is 0 where no association is among what could be. Empty levels are left out.

    Not tested: "base" (fewer answers than ``least_base``), "one level", "no variation" and
    "degrees of freedom".
    """
    given = _codes(rows, design.n)[:, None]
    return associate_tables(design, given, columns, members, level, least_base)[0]


def associate_tables(
    design: Design,
    rows: ArrayLike,
    columns: ArrayLike,
    members: ArrayLike | None = None,
    level: float = 0.95,
    least_base: int = 10,
) -> list[Association]:
    """As ``associate_table`` for k questions by the same columns: ``rows`` (n, k), ``members`` too.

    Tables of one shape are tested at once.
    """
    r, c = check_codes(rows, int(np.max(rows, initial=0)) + 1), _codes(columns, design.n)
    inside = np.ones(r.shape, np.bool_)
    if members is not None:
        given = np.asarray(members, np.bool_)
        inside = np.broadcast_to(given[:, None] if given.ndim == 1 else given, r.shape)
    answered = inside & (r >= 0) & (c >= 0)[:, None] & (design.weights > 0)[:, None]
    found: dict[int, Association] = {}
    alike: dict[tuple[int, int], list[_Table]] = {}
    for place in range(r.shape[1]):
        table = _arrange(place, r[:, place], c, answered[:, place], inside[:, place], design)
        reason = table.find_reason(least_base)
        if reason:
            found[place] = _not_tested(reason, table.base)
        else:
            alike.setdefault(table.shape, []).append(table)
    for tables in alike.values():
        size = tables[0].shape[0] * tables[0].shape[1]
        width = max(1, _ENTRIES_A_BLOCK // (design.n * size))
        for start in range(0, len(tables), width):
            block = tables[start : start + width]
            tested = _rao_scott(design, block, level)
            found |= {table.place: one for table, one in zip(block, tested, strict=True)}
    return [found[place] for place in range(r.shape[1])]


def associate_ranks(
    design: Design,
    values: ArrayLike,
    groups: ArrayLike,
    members: ArrayLike | None = None,
    least_base: int = 2,
    ties: str = "mass",
) -> Association:
    """Design-based Kruskal–Wallis test of numbers over groups (codes (n,), −1 for none).

    Wald test that the mean rank scores of the groups are equal, F on groups − 1 and sampled
    units − strata − (groups − 1) degrees of freedom (Lumley and Scott 2013). Effect and X² are
    NaN: there is no table. ``least_base`` holds for every group.
    """
    y, g = np.asarray(values, np.float64), _codes(groups, design.n)
    inside = ~np.isnan(y) & (g >= 0) & (design.weights > 0)
    if members is not None:
        inside = inside & np.asarray(members, np.bool_)
    levels, code = np.unique(g[inside], return_inverse=True)
    base = int(inside.sum())
    if len(levels) < 2:
        return _not_tested("one level", base)
    if np.bincount(code).min() < least_base:
        return _not_tested("base", base)
    scores = rank_scores(design, y, inside, ties)
    means = linearise_mean(design, scores, (g[:, None] == levels) & inside[:, None])
    contrast = np.column_stack([-np.ones(len(levels) - 1), np.eye(len(levels) - 1)])
    return associate_wald(design, means.combine(contrast), degrees_of_freedom(design, inside), base)


def associate_wald(design: Design, estimate: Linearised, units: int, base: int) -> Association:
    """Wald test that k estimates are all 0: F on k and units − k degrees of freedom."""
    k = len(estimate.value)
    below = units - k
    if below < 1:
        return _not_tested("degrees of freedom", base)
    matrix = covariance(design, estimate.influence)
    if np.linalg.matrix_rank(matrix) < k:
        return _not_tested("no variation", base)
    statistic = float(estimate.value @ np.linalg.solve(matrix, estimate.value)) / k
    p = float(special.fdtrc(k, below, statistic))
    nan = float("nan")
    return Association(statistic, k, below, p, nan, nan, nan, nan, nan, base, "")


@dataclass(frozen=True)
class _Table:
    """One table, its empty rows and columns left out."""

    place: int
    cell: Integers  # (n,), −1 outside
    shape: tuple[int, int]
    base: int
    size: int  # respondents in the domain
    degrees: int  # sampled units − strata of the domain

    def find_reason(self, least_base: int) -> str:
        if self.base < max(least_base, 1):
            return "base"
        if min(self.shape) < 2:
            return "one level"
        return "" if self.degrees >= 1 else "degrees of freedom"


def _arrange(
    place: int,
    rows: NDArray[np.integer],
    columns: NDArray[np.integer],
    answered: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    design: Design,
) -> _Table:
    r, r_code = compact_codes(rows[answered])
    c, c_code = compact_codes(columns[answered])
    cell = np.full(len(rows), -1)
    cell[answered] = r_code * len(c) + c_code
    degrees = degrees_of_freedom(design, inside)
    shape = (len(r), len(c))
    return _Table(place, cell, shape, int(answered.sum()), int(inside.sum()), degrees)


def _rao_scott(design: Design, tables: list[_Table], level: float) -> list[Association]:
    """Test tables of one shape."""
    shape = tables[0].shape
    cells = shape[0] * shape[1]
    cell = np.column_stack([table.cell for table in tables])
    size = np.array([table.size for table in tables], np.float64)
    given = (cell[:, :, None] == np.arange(cells)).astype(np.float64)
    weight = design.weights @ (cell >= 0)
    p = np.einsum("n,nbc->bc", design.weights, given) / weight[:, None]
    influence = (given - p * (cell >= 0)[:, :, None]) / weight[:, None]
    spread = spread_influence(design, influence.reshape(design.n, -1))
    spread = spread.reshape(len(spread), len(tables), cells).transpose(1, 2, 0)
    scaled = spread @ spread.transpose(0, 2, 1) * size[:, None, None]
    table_p = p.reshape(-1, *shape)
    expected = table_p.sum(axis=2, keepdims=True) * table_p.sum(axis=1, keepdims=True)
    pearson = ((table_p - expected) ** 2 / expected).sum(axis=(1, 2)) * size
    effects = _generalised_effects(p, scaled, shape)
    trace = np.trace(effects, axis1=1, axis2=2)
    squares = np.einsum("bij,bji->b", effects, effects)
    return [
        _conclude(table, float(pearson[i]), float(trace[i]), float(squares[i]), level)
        for i, table in enumerate(tables)
    ]


def _conclude(
    table: _Table, pearson: float, trace: float, squares: float, level: float
) -> Association:
    """The test of one table, given X² and the traces of Δ and of its square."""
    if trace <= 1e-12:
        return _not_tested("no variation", table.base)
    d = trace**2 / squares
    count = (table.shape[0] - 1) * (table.shape[1] - 1)
    statistic = pearson / trace
    value = float(special.fdtrc(d, d * table.degrees, statistic))
    first = float(special.chdtrc(count, pearson / (trace / count)))
    effective = table.size / (trace / count)
    smaller = min(table.shape) - 1
    v = float(np.sqrt(pearson / table.size / smaller))
    low, high = _noncentral_bounds(pearson / (trace / count), count, level)
    high += count
    low, high = (min(float(np.sqrt(part / (effective * smaller))), 1.0) for part in (low, high))
    return Association(
        statistic,
        d,
        d * table.degrees,
        value,
        pearson,
        first,
        min(v, 1.0),
        low,
        high,
        table.base,
        "",
    )


def _generalised_effects(shares: Floats, scaled: Floats, shape: tuple[int, int]) -> Floats:
    """Δ per table: design effects of the interaction contrasts; an empty cell weighs nothing.

    ``shares`` (tables, cells), ``scaled`` (tables, cells, cells) their covariance times the size.
    """
    r, c = (part.ravel() for part in np.indices(shape))
    row = (r[:, None] == np.arange(1, shape[0])).astype(np.float64)
    column = (c[:, None] == np.arange(1, shape[1])).astype(np.float64)
    main = np.column_stack([np.ones(len(r)), row, column])
    both = (row[:, :, None] * column[:, None, :]).reshape(len(r), -1)
    contrasts = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.divide(1, shares, out=np.zeros(shares.shape), where=shares > 0)
    weighted = contrasts * inverse[:, :, None]
    simple = contrasts.T @ weighted
    within = weighted.transpose(0, 2, 1) @ scaled @ weighted
    rounding = np.finfo(np.float64).eps * contrasts.shape[1]
    return np.asarray(np.linalg.pinv(simple, rcond=rounding, hermitian=True) @ within)


def _noncentral_bounds(statistic: float, degrees: int, level: float) -> tuple[float, float]:
    """Noncentralities at which the statistic lies at either tail of χ²."""

    def find(tail: float) -> float:
        def excess(noncentrality: float) -> float:
            return float(special.chndtr(statistic, degrees, noncentrality)) - tail

        if excess(0.0) <= 0:
            return 0.0
        top = 4 * statistic + 40
        return float(optimize.brentq(excess, 0.0, top, xtol=1e-12))

    tail = (1 - level) / 2
    return find(1 - tail), find(tail)


def _codes(values: ArrayLike, n: int) -> NDArray:
    given = np.asarray(values)
    if given.shape != (n,):
        raise ValueError(f"codes have shape {given.shape}, there are {n} rows; give one each.")
    return check_codes(given[:, None], int(given.max(initial=0)) + 1)[:, 0]


def _not_tested(reason: str, base: int) -> Association:
    nan = float("nan")
    return Association(nan, nan, nan, nan, nan, nan, nan, nan, nan, base, reason)
