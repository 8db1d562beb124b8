"""A design and a whole questionnaire go in, estimates with standard errors per segment come out.

This is the fast road. Respondents are collapsed once to cells (stratum or sampled unit ×
calibration cell × domain); every estimate of every item and domain then follows from the sums of
w, wy, w², w²y and w²y² per cell, by formulas over whole arrays. ``linearise.py`` is the plain
road; both give the same numbers (tested).

    shares = estimate_codes(design, codes, categories, domains)
        .share, .standard_error, .interval()        (items, categories, D)
        .base, .effective_base                      (items, D)     .degrees (D,)
    nets = estimate_scores(design, codes, scores, domains)     means of scores, as MeanEstimates
    means = estimate_numbers(design, values, domains)
        .mean, .standard_error, .interval(), .base, .effective_base   (items, D)

Arguments are those of ``domains.py``. A domain without answers has base 0 and NaN elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.statistics.design import (
    Design,
    compact_codes,
    sum_by_group,
    variance_factors,
)
from analysis.statistics.domains import (
    ROWS_A_BLOCK,
    Floats,
    Integers,
    Membership,
    check_codes,
    constant_within,
    divide,
    effective_size,
    tally_groups,
)
from analysis.statistics.intervals import Bounds, share_interval, student

_SUMS_A_BLOCK = 4_000_000  # cells × domains × items × categories held at once


@dataclass(frozen=True)
class MeanEstimates:
    """Means with their standard errors, (items, domains); ``degrees`` is (domains,)."""

    mean: Floats
    standard_error: Floats
    base: Integers
    effective_base: Floats
    degrees: Floats

    def interval(self, level: float = 0.95) -> Bounds:
        """Bounds mean ± t · standard error on the degrees of freedom of the domain."""
        return student(self.mean, self.standard_error, self.degrees, level)


@dataclass(frozen=True)
class ShareEstimates:
    """Shares with their standard errors; shapes in the module."""

    share: Floats
    standard_error: Floats
    count: Integers  # (items, categories, domains), unweighted
    base: Integers
    effective_base: Floats
    degrees: Floats

    def interval(self, level: float = 0.95) -> Bounds:
        """The house interval of every share, ``intervals.share_interval``."""
        base = np.broadcast_to(self.base[:, None, :], self.share.shape)
        error = np.where(base > 0, self.standard_error, 0.0)
        return share_interval(self.share, error, base, self.degrees, level)


def estimate_codes(
    design: Design,
    codes: ArrayLike,
    categories: int | ArrayLike,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
) -> ShareEstimates:
    """Shares of every category of every item in every domain, with linearised standard errors.

    ``codes`` (n, items) integers, −1 outside the base. Raises ValueError as ``tally_codes``.
    """
    batch, matrix = _start_codes(design, codes, categories, domains, domain_count)
    width = int(np.max(np.asarray(categories)))
    parts = [_share_block(batch, sums) for sums in batch.tally_blocks(matrix, width)]
    share, error, count = (
        np.concatenate([part[place] for part in parts], axis=1).transpose(1, 2, 0)
        for place in range(3)
    )
    base, effective = (
        np.concatenate([part[place] for part in parts], axis=1).T for place in (3, 4)
    )
    return ShareEstimates(share, error, count, base, effective, batch.degrees())


def estimate_scores(
    design: Design,
    codes: ArrayLike,
    scores: ArrayLike,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
) -> MeanEstimates:
    """Means of the scores of coded items, ``scores`` (categories,) or (items, categories).

    A net such as the top two of a scale is the mean of scores 0 and 1.
    """
    given = np.asarray(scores, np.float64)
    batch, matrix = _start_codes(design, codes, given.shape[-1], domains, domain_count)
    points = np.broadcast_to(given, (matrix.shape[1], given.shape[-1]))
    centre = points.mean(axis=1, keepdims=True)
    parts, done = [], 0
    for count, first, second in batch.tally_blocks(matrix, given.shape[-1]):
        items = slice(done, done + count.shape[2])
        y = (points - centre)[items]
        done = items.stop
        one = np.ones(y.shape)
        squares = (y, y**2) if batch.by_element else (one, one)  # units need no squares
        sums = _Sums(
            _weigh(count, one),
            _weigh(first, one),
            _weigh(first, y),
            _weigh(second, one),
            *(_weigh(second, part) for part in squares),
        )
        parts.append(_mean_block(batch, sums))
    return _join_means(batch, parts, centre)


def estimate_numbers(
    design: Design,
    values: ArrayLike,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
) -> MeanEstimates:
    """Means of numeric items (n, items) in every domain, NaN being no answer.

    Raises ValueError for infinite values and arrays of unequal length.
    """
    matrix = np.asarray(values)
    if matrix.ndim != 2 or len(matrix) != design.n:
        raise ValueError(f"values has shape {matrix.shape}; give ({design.n}, items).")
    batch = _Batch.of(design, Membership.of(domains, design.n, domain_count))
    start = np.asarray(matrix[:ROWS_A_BLOCK], np.float64)
    answered = np.isfinite(start)
    centre = np.where(answered, start, 0.0).sum(axis=0) / np.maximum(answered.sum(axis=0), 1)
    parts = []
    for items in batch.item_blocks(matrix.shape[1], 1):
        parts.append(_mean_block(batch, batch.sum_values(matrix[:, items], centre[items])))
    return _join_means(batch, parts, centre[:, None])


@dataclass(frozen=True)
class _Sums:
    """Sums per cell, domain and item, each (cells, domains, items)."""

    count: Floats
    w: Floats
    wy: Floats
    w2: Floats
    w2y: Floats
    w2y2: Floats


@dataclass(frozen=True)
class _Batch:
    """Respondents collapsed to cells, so that every estimate follows from sums per cell.

    Where respondents were drawn themselves a cell is stratum × margin cell. Where clusters were,
    a cell is a sampled unit, and the margin cells follow as cells of their own: far fewer than
    their combinations.
    """

    design: Design
    membership: Membership
    by_element: bool
    cell: Integers  # (n,) own cell of every respondent
    row: Integers  # (own cells,) a respondent of every cell, to look up its unit and stratum
    weight: Floats  # (own cells,) Σ w of all respondents
    weight_squared: Floats  # (own cells,) Σ w²

    @classmethod
    def of(cls, design: Design, membership: Membership) -> _Batch:
        """Collapse once."""
        by_element = len(design.stages) == 1 and design.stages[0].every_row_a_unit
        unit = design.stratum if by_element else design.stages[-1].unit
        key = unit
        if design.calibration is not None and by_element:
            key = unit * len(design.calibration.matrix) + design.calibration.cell
        names, cell = compact_codes(key)
        row = np.zeros(len(names), np.int64)
        row[cell] = np.arange(design.n)
        weight = np.bincount(cell, design.weights).astype(np.float64)
        squared = np.bincount(cell, design.weights**2).astype(np.float64)
        return cls(design, membership, by_element, cell, row, weight, squared)

    @property
    def own(self) -> int:
        """Number of cells that hold every respondent once."""
        return len(self.row)

    @property
    def cells(self) -> int:
        """Number of all cells, the margin cells of clustered designs among them."""
        frame = self.design.calibration
        return self.own + (0 if self.by_element or frame is None else len(frame.matrix))

    def degrees(self) -> Floats:
        """Degrees of freedom of every domain, (domains,)."""
        groups = self.grouped()
        weighted = groups.take((self.design.weights > 0).astype(np.float64))
        members = np.bincount(groups.domain, weighted, minlength=groups.count)
        members = members.reshape(self.cells, self.membership.count)[: self.own]
        stage = self.design.stages[0]
        stratum = sum_by_group(self.design.stratum[self.row], len(stage.sampled), members)
        strata = (stratum > 0).sum(axis=0)
        if self.by_element:
            return np.maximum(members.sum(axis=0) - strata, 0.0)
        units = (sum_by_group(stage.unit[self.row], stage.units, members) > 0).sum(axis=0)
        return np.maximum(units - strata, 0).astype(np.float64)

    def item_blocks(self, items: int, slots: int) -> Iterator[slice]:
        """Items in blocks, so that the sums of one block stay within memory."""
        width = max(1, _SUMS_A_BLOCK // (self.cells * max(self.membership.count, 1) * slots))
        for start in range(0, items, width):
            yield slice(start, min(start + width, items))

    def grouped(self) -> Membership:
        """The membership with cell × domain in the place of the domain."""
        rows, domain, count = self.membership.rows, self.membership.domain, self.membership.count
        group = (self.cell if rows is None else self.cell[rows]) * count + domain
        frame = self.design.calibration
        if frame is not None and self.cells > self.own:
            margin = self.own + (frame.cell if rows is None else frame.cell[rows])
            group = np.concatenate([group, margin * count + domain])
            once = np.arange(self.design.n) if rows is None else rows
            rows = np.concatenate([once, once])
        return Membership(rows, group, self.cells * count)

    def tally_blocks(self, matrix: NDArray, width: int) -> Iterator[tuple]:
        """Counts, Σw and Σw² per block of items, each (cells, domains, items, categories)."""
        groups = self.grouped()
        level = constant_within(groups, self.design.weights)
        slots = width + 1
        for items in self.item_blocks(matrix.shape[1], slots):
            sums = tally_groups(matrix[:, items], slots, groups, self.design.weights, level)
            shape = (self.cells, self.membership.count, items.stop - items.start, slots)
            yield tuple(part.reshape(shape)[..., 1:] for part in sums)

    def sum_values(self, matrix: NDArray, centre: Floats) -> _Sums:
        """Sums of numbers around ``centre`` per cell, domain and item."""
        groups = self.grouped()
        level = constant_within(groups, self.design.weights)
        shape = (self.cells, self.membership.count, matrix.shape[1])
        sums = _sum_rows(matrix, centre, groups, self.design.weights, level)
        return _Sums(*(part.reshape(shape) for part in sums))

    def variance(self, wu: Floats, w2u: Callable[[], Floats], w2u2: Callable[[], Floats]) -> Floats:
        """Variances (k,) from Σwu, Σw²u and Σw²u² per cell, (cells, k); u is the influence."""
        frame = self.design.calibration
        if not self.by_element:
            total = wu[: self.own]
            if frame is not None:
                fitted = frame.fit(wu[self.own :] * self._base_ratio(frame.cell)[:, None])
                place = (self.cell, frame.cell)
                shape = (self.own, len(frame.matrix))
                total = total - sparse.csr_array((self.design.weights, place), shape) @ fitted
            return self._unit_variance(total)
        total, slope = wu, None
        if frame is not None:
            cell = frame.cell[self.row]
            ratio = self._base_ratio(self.cell)
            slope = frame.fit(sum_by_group(cell, len(frame.matrix), wu, ratio))[cell]
            total = wu - slope * self.weight[:, None]
        squares = w2u2()
        if slope is not None:
            squares = squares - 2 * slope * w2u() + slope**2 * self.weight_squared[:, None]
        stage = self.design.stages[0]
        factor, around_zero = variance_factors(self.design, stage)
        stratum = self.design.stratum[self.row]
        sums = sum_by_group(stratum, len(factor), total)
        square = sum_by_group(stratum, len(factor), squares)
        mean_part = np.where(around_zero[:, None], 0.0, sums**2 / stage.sampled[:, None])
        return np.maximum(factor @ (square - mean_part), 0.0)

    def _base_ratio(self, cell: Integers) -> Floats:
        """Base weight over calibrated weight of every cell: the factor is one per margin cell."""
        frame = self.design.calibration
        base = np.bincount(cell, self.design.weights if frame is None else frame.base_weights)
        weight = np.bincount(cell, self.design.weights)
        return np.divide(base, weight, out=np.zeros(len(base)), where=weight > 0)

    def _unit_variance(self, total: Floats) -> Floats:
        """Variance of sums over sampled units, stage by stage."""
        variance = np.zeros(total.shape[1])
        for stage in self.design.stages:
            factor, around_zero = variance_factors(self.design, stage)
            sums = sum_by_group(stage.unit[self.row], stage.units, total)
            mean = sum_by_group(stage.unit_stratum, len(factor), sums) / stage.sampled[:, None]
            mean[around_zero] = 0.0
            centred = sums - mean[stage.unit_stratum]
            variance += factor[stage.unit_stratum] @ centred**2
        return variance


def _start_codes(
    design: Design,
    codes: ArrayLike,
    categories: int | ArrayLike,
    domains: ArrayLike | None,
    domain_count: int | None,
) -> tuple[_Batch, NDArray]:
    matrix = check_codes(codes, categories)
    if len(matrix) != design.n:
        raise ValueError(f"codes has {len(matrix)} rows, the design has {design.n}.")
    return _Batch.of(design, Membership.of(domains, design.n, domain_count)), matrix


def _weigh(sums: NDArray, points: Floats) -> Floats:
    """Sums over categories times points (items, categories), one category after the other.

    numpy is slow in sums over a short last axis.
    """
    total = sums[..., 0] * points[:, 0]
    for category in range(1, points.shape[1]):
        total += sums[..., category] * points[:, category]
    return total


def _share_block(batch: _Batch, sums: tuple) -> tuple:
    """Share, error and count (domains, items, categories), base and effective base."""
    count, first, second = sums
    shape, own = first.shape, slice(batch.own)
    one = np.ones(shape[2:])
    w, w2 = _weigh(first, one), _weigh(second, one)
    base_weight = w[own].sum(axis=0)
    share = divide(first[own].sum(axis=0), base_weight[:, :, None])
    p = np.nan_to_num(share)
    bottom = np.where(base_weight > 0, base_weight, 1.0)[:, :, None]
    flat = (shape[0], -1)
    variance = batch.variance(
        ((first - p * w[..., None]) / bottom).reshape(flat),
        lambda: ((second - p * w2[..., None]) / bottom).reshape(flat),
        lambda: (((1 - 2 * p) * second + p**2 * w2[..., None]) / bottom**2).reshape(flat),
    )
    error = np.where(base_weight[:, :, None] > 0, np.sqrt(variance).reshape(shape[1:]), np.nan)
    counts = count[own].sum(axis=0)
    effective = effective_size(base_weight, w2[own].sum(axis=0))
    return share, error, counts, counts.sum(axis=2), effective


def _mean_block(batch: _Batch, sums: _Sums) -> tuple:
    """Mean around the centre, error, base and effective base, each (domains, items)."""
    own = slice(batch.own)
    base_weight = sums.w[own].sum(axis=0)
    mean = divide(sums.wy[own].sum(axis=0), base_weight)
    m = np.nan_to_num(mean)
    bottom = np.where(base_weight > 0, base_weight, 1.0)
    flat = (len(sums.w), -1)
    variance = batch.variance(
        ((sums.wy - m * sums.w) / bottom).reshape(flat),
        lambda: ((sums.w2y - m * sums.w2) / bottom).reshape(flat),
        lambda: ((sums.w2y2 - 2 * m * sums.w2y + m**2 * sums.w2) / bottom**2).reshape(flat),
    )
    error = np.where(base_weight > 0, np.sqrt(variance).reshape(mean.shape), np.nan)
    effective = effective_size(base_weight, sums.w2[own].sum(axis=0))
    return mean, error, sums.count[own].sum(axis=0), effective


def _join_means(batch: _Batch, parts: list[tuple], centre: Floats) -> MeanEstimates:
    mean, error, base, effective = (
        np.concatenate([part[place] for part in parts], axis=1).T for place in range(4)
    )
    return MeanEstimates(mean + centre, error, base.astype(np.int64), effective, batch.degrees())


def _sum_rows(
    matrix: NDArray, centre: Floats, groups: Membership, weights: Floats, level: Floats | None
) -> list[Floats]:
    """Number of answers, Σw, Σwy, Σw², Σw²y and Σw²y² per group and item."""
    size = (groups.count, matrix.shape[1])
    powers = (0,) if level is not None else (0, 1, 2)
    sums = {(power, degree): np.zeros(size) for power in powers for degree in range(3)}
    for rows, group in groups.blocks(max(ROWS_A_BLOCK, groups.count)):
        y = np.asarray(matrix[rows], np.float64) - centre
        answered = ~np.isnan(y)
        if not answered.all():
            y[~answered] = 0.0
        if np.isinf(y).any():
            raise ValueError("values: one is infinite; use NaN for no answer.")
        place = np.arange(len(group) + 1)
        mask = answered.astype(np.float64)
        for power in powers:
            gather = sparse.csc_array(
                (weights[rows] ** power, group, place), shape=(groups.count, len(group))
            )
            for degree, part in enumerate((mask, y, y * y)):
                if (power, degree) != (1, 2) and (level is not None or power or not degree):
                    sums[power, degree] += gather @ part
    if level is not None:
        one, two = level[:, None], level[:, None] ** 2
        n, y1, y2 = (sums[0, degree] for degree in range(3))
        return [n, n * one, y1 * one, n * two, y1 * two, y2 * two]
    return [sums[0, 0], sums[1, 0], sums[1, 1], sums[2, 0], sums[2, 1], sums[2, 2]]
