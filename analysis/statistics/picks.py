"""Who picked and who could, line by line, go in; shares with standard errors per domain come out.

The arrangement for a whole questionnaire of one wave: a thousand lines of a few hundred
respondents in dozens of domains, each line with a base of its own. Sums over respondents are
matrix products (lines × respondents × domains), and only units of several respondents and strata
are gone through one by one. ``batch.py`` collapses respondents to cells instead, which wins where
thousands of respondents were drawn themselves and is taken there; both give the same numbers
(tested).

    found = estimate_picks(design, picked, base, domains)
        picked, base  (n, lines) booleans; who picked outside the base does not count
        domains       (n, D) booleans, which may overlap, or None (all together)
    found.share, .standard_error, .count, .base, .weight, .effective_base, .degrees   (lines, D)

With T the sum over a unit of w (a − p b), a share p = Σ w a / Σ w b has the variance
Σ factor (T − mean T of the stratum)² / (Σ w b)²; where weights are calibrated T loses its fit on
the margins (``design.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.batch import estimate_codes
from analysis.statistics.design import Design, Stage, count_degrees, sum_by_group, variance_factors
from analysis.statistics.domains import Floats, Integers, divide, effective_size
from analysis.statistics.intervals import Bounds, share_interval

Booleans = NDArray[np.bool_]

_ENTRIES_A_BLOCK = 4_000_000  # respondents × lines held at once: 32 MB
# respondents drawn themselves, from which cells are faster (measured: 500 lines × 33 domains)
_CELLS_FROM = 5_000
# a variance below this part of Σ w² is rounding: the share is known, as a calibrated margin is
_ROUNDING = 1e-14


@dataclass(frozen=True)
class PickEstimates:
    """Shares with their standard errors, all (lines, domains).

    ``count`` and ``base`` are respondents with a weight above 0, ``weight`` the sum of their
    weights, ``degrees`` sampled units less strata among them. Base 0: share and error NaN.
    """

    share: Floats
    standard_error: Floats
    count: Integers
    base: Integers
    weight: Floats
    effective_base: Floats
    degrees: Floats

    def interval(self, level: float = 0.95) -> Bounds:
        """The house interval of every share, ``intervals.share_interval``."""
        error = np.where(self.base > 0, self.standard_error, 0.0)
        return share_interval(self.share, error, self.base, self.degrees, level)


def estimate_picks(
    design: Design, picked: ArrayLike, base: ArrayLike, domains: ArrayLike | None = None
) -> PickEstimates:
    """Shares of every line in every domain, with linearised standard errors (see the module).

    Raises ValueError for arrays that are not (n, lines) and (n, domains).
    """
    inside = _check_matrix("base", base, design.n)
    chosen = _check_matrix("picked", picked, design.n, inside.shape[1]) & inside
    given = np.ones((design.n, 1), np.bool_) if domains is None else domains
    members = _check_matrix("domains", given, design.n) & (design.weights > 0)[:, None]
    drawn_themselves = len(design.stages) == 1 and design.stages[0].every_row_a_unit
    if drawn_themselves and design.n >= _CELLS_FROM:
        return _estimate_cells(design, chosen, inside, members)
    margins = _Margins.of(design)
    width = max(1, _ENTRIES_A_BLOCK // max(design.n, 1))
    parts = [
        _estimate_block(design, margins, chosen[:, lines], inside[:, lines], members)
        for lines in (slice(i, i + width) for i in range(0, inside.shape[1], width))
    ] or [_estimate_block(design, margins, chosen, inside, members)]
    fields = PickEstimates.__dataclass_fields__
    return PickEstimates(*(np.concatenate([getattr(p, name) for p in parts]) for name in fields))


def _estimate_cells(
    design: Design, picked: Booleans, base: Booleans, members: Booleans
) -> PickEstimates:
    """The same estimates by the cells of ``batch.py``."""
    distinct, line = distinct_columns(base)
    codes = np.where(base & (design.weights > 0)[:, None], picked, -1).astype(np.int8)
    found = estimate_codes(design, codes, 2, members)
    weight = ((distinct * design.weights[:, None]).T @ members.astype(np.float64))[line]
    return PickEstimates(
        found.share[:, 1],
        found.standard_error[:, 1],
        found.count[:, 1],
        found.base,
        weight,
        found.effective_base,
        count_degrees(design, distinct, members)[line],
    )


def _check_matrix(name: str, given: ArrayLike, n: int, width: int | None = None) -> Booleans:
    matrix = np.asarray(given)
    wide = matrix.ndim == 2 and (width is None or matrix.shape[1] == width)
    if not wide or len(matrix) != n or matrix.dtype != np.bool_:
        raise ValueError(
            f"{name} has shape {matrix.shape} and type {matrix.dtype}; give booleans "
            f"({n}, {'columns' if width is None else width})."
        )
    return matrix


@dataclass(frozen=True)
class _Margins:
    """What calibration takes off: the fit of an influence on margins made orthonormal.

    With x̃ orthonormal under the base weights d, the fit is x̃'β with β = Σ d x̃ u, and the
    variance of what is left Q(u, u) − 2 β'Q(x̃, u) + β'Q(x̃, x̃) β, Q the variance under the design.
    """

    project: Floats  # (n, r) d x̃: its sum with u is β
    cross: Floats  # (n, r): its sum with u is Q(x̃, u)
    square: Floats  # (r, r) Q(x̃, x̃)

    @classmethod
    def of(cls, design: Design) -> _Margins | None:
        frame = design.calibration
        if frame is None:
            return None
        mass = np.bincount(frame.cell, frame.base_weights, minlength=len(frame.matrix))
        roots, vectors = np.linalg.eigh((frame.matrix * mass[:, None]).T @ frame.matrix)
        kept = roots > 1e-11 * roots.max()  # as `CalibrationFrame.inverse`
        x = (frame.matrix @ (vectors[:, kept] / np.sqrt(roots[kept])))[frame.cell]
        weighted = x * design.weights[:, None]
        cross, square = np.zeros(x.shape), np.zeros((x.shape[1], x.shape[1]))
        for stage in design.stages:
            factor, around_zero = variance_factors(design, stage)
            sums = sum_by_group(stage.unit, stage.units, weighted)
            means = sum_by_group(stage.unit_stratum, len(factor), sums) / stage.sampled[:, None]
            means[around_zero] = 0.0
            centred = (sums - means[stage.unit_stratum]) * factor[stage.unit_stratum][:, None]
            square += centred.T @ sums
            cross += centred[stage.unit]
        return cls(x * frame.base_weights[:, None], cross * design.weights[:, None], square)


@dataclass(frozen=True)
class _Block:
    """Some lines as numbers: a who picked, b who could, both per respondent, m the domains."""

    a: Floats  # (n, lines)
    b: Floats  # (n, distinct bases)
    line: Integers  # (lines,) place of the base of every line
    m: Floats  # (n, domains)

    def sums(self, weights: Floats, rows: slice | Integers = slice(None)) -> tuple[Floats, Floats]:
        """Σ weights·a and Σ weights·b over the rows, each (lines, domains)."""
        v, m = weights[rows, None], self.m[rows]
        above, below = (v * self.a[rows]).T @ m, (v * self.b[rows]).T @ m
        return above, below[self.line]

    def residual(self, share: Floats, weights: Floats, rows: slice | Integers) -> Floats:
        """Σ weights·(a − p b) over the rows, (lines, domains)."""
        above, below = self.sums(weights, rows)
        return above - share * below


def _estimate_block(
    design: Design,
    margins: _Margins | None,
    picked: Booleans,
    base: Booleans,
    members: Booleans,
) -> PickEstimates:
    """The estimates of some lines."""
    distinct, line = distinct_columns(base)
    a, b, m = (part.astype(np.float64) for part in (picked, distinct, members))
    block = _Block(a, b, line, m)
    count, size = (np.rint(part).astype(np.int64) for part in block.sums(np.ones(design.n)))
    above, weight = block.sums(design.weights)
    _, squared = block.sums(design.weights**2)
    known = size > 0
    share = divide(above, np.where(known, weight, 0.0))
    share = np.where(known & (count == 0), 0.0, np.where(known & (count == size), 1.0, share))
    p = np.clip(np.nan_to_num(share), 0.0, 1.0)
    variance = _sum_variance(design, margins, block, p)
    steady = (count == 0) | (count == size) | (variance <= _ROUNDING * squared)
    spread = np.sqrt(np.where(steady, 0.0, variance))
    degrees = count_degrees(design, distinct, members)[line]
    return PickEstimates(
        np.where(known, p, np.nan),
        divide(spread, np.where(known, weight, 0.0)),
        count,
        size,
        np.where(known, weight, 0.0),
        effective_size(np.where(known, weight, 0.0), squared),
        degrees,
    )


def _sum_variance(design: Design, margins: _Margins | None, block: _Block, share: Floats) -> Floats:
    """Variance of Σ w (a − p b), (lines, domains)."""
    variance = np.zeros(share.shape)
    for stage in design.stages:
        variance += _stage_variance(design, stage, block, share)
    if margins is not None:
        every = slice(None)
        fits = [block.residual(share, column, every) for column in margins.project.T]
        for i, beta in enumerate(fits):
            gain = 2 * block.residual(share, margins.cross[:, i], every)
            for j, other in enumerate(fits):
                gain -= margins.square[i, j] * other
            variance -= beta * gain
    return np.asarray(np.maximum(variance, 0.0))


def _stage_variance(design: Design, stage: Stage, block: _Block, share: Floats) -> Floats:
    """One stage's part: squares of units, less those of the means of strata."""
    factor, around_zero = variance_factors(design, stage)
    weights = design.weights
    size = np.bincount(stage.unit, minlength=stage.units)
    alone = size[stage.unit] == 1
    row_factor = factor[stage.unit_stratum[stage.unit]]
    # of a unit of one respondent: (a − p b)² = (1 − 2p) a + p² b, since a is 0 or 1 and within b
    above, below = block.sums(np.where(alone, row_factor * weights**2, 0.0))
    variance = (1 - 2 * share) * above + share**2 * below
    for unit, rows in _rows_by_group(stage.unit, np.nonzero(size > 1)[0]):
        part = factor[stage.unit_stratum[unit]]
        if part > 0:
            variance += part * block.residual(share, weights, rows) ** 2
    centred = np.nonzero((factor > 0) & ~around_zero)[0]
    for stratum, rows in _rows_by_group(stage.unit_stratum[stage.unit], centred):
        part = factor[stratum] / stage.sampled[stratum]
        variance -= part * block.residual(share, weights, rows) ** 2
    return np.asarray(variance)


def _rows_by_group(group: Integers, wanted: Integers) -> Iterator[tuple[int, Integers]]:
    """The wanted groups with the rows of each."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], wanted, side="right")
    starts = np.searchsorted(group[order], wanted, side="left")
    for name, start, end in zip(wanted, starts, ends, strict=True):
        yield int(name), order[start:end]


def distinct_columns(matrix: Booleans) -> tuple[Booleans, Integers]:
    """The columns of ``matrix`` (n, k) that differ, and the place of every column among them."""
    packed = np.ascontiguousarray(np.packbits(matrix, axis=0).T)
    places: dict[bytes, int] = {}
    line = np.array([places.setdefault(row.tobytes(), len(places)) for row in packed], np.int64)
    first = np.zeros(len(places), np.int64)
    first[line[::-1]] = np.arange(len(line))[::-1]
    return matrix[:, first], line
