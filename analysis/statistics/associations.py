"""Two questions or a question and several groups go in, one test of their association comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from analysis.statistics.comparisons import rank_scores
from analysis.statistics.design import Design, covariance, degrees_of_freedom
from analysis.statistics.domains import Floats, Integers, check_codes
from analysis.statistics.linearise import Linearised, linearise_mean


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

    Cramér's V is √(X²/(n·(min(r, c)−1))); its interval inverts the noncentral χ² of X² over the
    mean design effect (Steiger 2004, Psychological Methods 9, 164–182). Empty levels are left
    out. Not tested: "base" (fewer answers than ``least_base``), "one level", "no variation" and
    "degrees of freedom".
    """
    inside = np.ones(design.n, np.bool_) if members is None else np.asarray(members, np.bool_)
    r, c = (_codes(part, design.n) for part in (rows, columns))
    answered = inside & (r >= 0) & (c >= 0) & (design.weights > 0)
    base = int(answered.sum())
    if base < max(least_base, 1):
        return _not_tested("base", base)
    row_levels, r_code = np.unique(r[answered], return_inverse=True)
    column_levels, c_code = np.unique(c[answered], return_inverse=True)
    if len(row_levels) < 2 or len(column_levels) < 2:
        return _not_tested("one level", base)
    degrees = degrees_of_freedom(design, inside)
    if degrees < 1:
        return _not_tested("degrees of freedom", base)
    shape = (len(row_levels), len(column_levels))
    cell = np.full(design.n, -1)
    cell[answered] = r_code * shape[1] + c_code
    return _rao_scott(design, cell, shape, base, int(inside.sum()), degrees, level)


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


def _rao_scott(
    design: Design,
    cell: Integers,
    shape: tuple[int, int],
    base: int,
    size: int,
    degrees: int,
    level: float,
) -> Association:
    indicators = (cell[:, None] == np.arange(shape[0] * shape[1])).astype(np.float64)
    indicators[cell < 0] = np.nan
    shares = linearise_mean(design, indicators)
    p = shares.value.reshape(shape)
    expected = np.outer(p.sum(axis=1), p.sum(axis=0))
    pearson = float(((p - expected) ** 2 / expected).sum()) * size
    effects = _generalised_effects(shares.value, shares.covariance(design) * size, shape)
    trace, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    if trace <= 1e-12:
        return _not_tested("no variation", base)
    d = trace**2 / squares
    count = len(effects)
    statistic = pearson / trace
    value = float(special.fdtrc(d, d * degrees, statistic))
    first = float(special.chdtrc(count, pearson / (trace / count)))
    effective = size / (trace / count)
    smaller = min(shape) - 1
    v = np.sqrt(pearson / size / smaller)
    low, high = _noncentral_bounds(pearson / (trace / count), count, level)
    low, high = (min(np.sqrt(part / (effective * smaller)), 1.0) for part in (low, high))
    return Association(
        statistic, d, d * degrees, value, pearson, first, min(v, 1.0), low, high, base, ""
    )


def _generalised_effects(shares: Floats, scaled: Floats, shape: tuple[int, int]) -> Floats:
    """Δ: design effects of the interaction contrasts; an empty cell weighs nothing."""
    r, c = (part.ravel() for part in np.indices(shape))
    row = (r[:, None] == np.arange(1, shape[0])).astype(np.float64)
    column = (c[:, None] == np.arange(1, shape[1])).astype(np.float64)
    main = np.column_stack([np.ones(len(r)), row, column])
    both = (row[:, :, None] * column[:, None, :]).reshape(len(r), -1)
    contrasts = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.divide(1, shares, out=np.zeros(len(shares)), where=shares > 0)
    weighted = contrasts * inverse[:, None]
    simple = contrasts.T @ weighted
    return np.asarray(np.linalg.lstsq(simple, weighted.T @ scaled @ weighted, rcond=None)[0])


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
