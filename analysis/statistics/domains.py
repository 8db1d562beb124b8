"""Answers, weights and domains (subgroups) go in, their sums per item and domain come out.

Quick use, for many items at once and with no loop per estimate::

    tally = tally_codes(codes, categories, weights, domains)     # coded answers
        codes       (n, items) integers 0…categories−1; −1 is outside the base of the item
        categories  categories of every item: one number, or (items,) numbers
        weights     (n,) or None (everybody 1)
        domains     None (all together) | (n,) integers, −1 is in no domain | (n, D) booleans,
                    which may overlap
    tally.count, .weight, .weight_squared                        (items, categories, D)
    tally.base, .base_weight, .base_weight_squared               (items, D)
    tally.share, .effective_base                                 (items, categories, D), (items, D)
    tally.mean(scores)                                           (items, D)

    sums = sum_numbers(values, weights, domains)                 # numbers; NaN is outside the base
        values      (n, items) floats
    sums.base, .weight, .weight_squared, .weighted_sum, .weighted_square, .mean, .effective_base,
    .deviation                                                   (items, D)

    medians = weighted_quantiles(values, 0.5, weights, domains)  # (items, D), in quantiles.py

Items with fewer categories than the widest keep empty rows behind. What has no answers has base 0
and NaN as its share, mean, deviation and quantile: the only NaN there is. Counts are unweighted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROWS_A_BLOCK = 4_096  # keeps a block of 60 items within the processor's cache


@dataclass(frozen=True)
class CodeTally:
    """Sums of coded answers, each of shape (items, categories, domains)."""

    count: Integers
    weight: Floats
    weight_squared: Floats

    @property
    def base(self) -> Integers:
        """Answers per item and domain."""
        return self.count.sum(axis=1)

    @property
    def base_weight(self) -> Floats:
        """Sum of the weights of the base."""
        return self.weight.sum(axis=1)

    @property
    def base_weight_squared(self) -> Floats:
        """Sum of the squared weights of the base."""
        return self.weight_squared.sum(axis=1)

    @property
    def share(self) -> Floats:
        """Weighted share of every category; NaN where nobody with a weight answered."""
        return divide(self.weight, self.base_weight[:, None, :])

    @property
    def effective_base(self) -> Floats:
        """(Σw)² / Σw² of the base (Kish 1965, section 11.7); 0 where nobody answered."""
        return effective_size(self.base_weight, self.base_weight_squared)

    def mean(self, scores: ArrayLike) -> Floats:
        """Weighted mean of the categories' scores, (categories,) or (items, categories)."""
        points = np.broadcast_to(np.asarray(scores, np.float64), self.weight.shape[:2])
        return divide(np.einsum("kc,kcd->kd", points, self.weight), self.base_weight)


@dataclass(frozen=True)
class NumberSums:
    """Sums of numeric answers y with weights w, each of shape (items, domains)."""

    base: Integers
    weight: Floats  # Σ w
    weight_squared: Floats  # Σ w²
    weighted_sum: Floats  # Σ w y
    weighted_square: Floats  # Σ w (y − item mean)²
    item_mean: Floats  # (items, 1), the unweighted mean that squares are taken around

    @property
    def mean(self) -> Floats:
        """Weighted mean; NaN where nobody with a weight answered."""
        return divide(self.weighted_sum, self.weight)

    @property
    def effective_base(self) -> Floats:
        """(Σw)² / Σw² of the base (Kish 1965, section 11.7); 0 where nobody answered."""
        return effective_size(self.weight, self.weight_squared)

    @property
    def deviation(self) -> Floats:
        """Weighted standard deviation √(Σw(y−ȳ)²/Σw · n/(n−1)); NaN below two answers."""
        spread = divide(self.weighted_square, self.weight) - (self.mean - self.item_mean) ** 2
        n = self.base
        correction = np.divide(n, n - 1, out=np.full(n.shape, np.nan), where=n > 1)
        return np.sqrt(np.maximum(spread, 0.0) * correction)


def tally_codes(
    codes: ArrayLike,
    categories: int | ArrayLike,
    weights: ArrayLike | None = None,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
) -> CodeTally:
    """Count and weigh coded answers per item, category and domain (shapes: see the module).

    ``domain_count`` fixes the number of domains where ``domains`` are codes and the last ones may
    be empty. Raises ValueError for codes outside their categories, weights that are negative,
    missing or all zero, and arrays of unequal length.
    """
    matrix = check_codes(codes, categories)
    n, items = matrix.shape
    width = int(np.max(np.asarray(categories)))
    weight = check_weights(weights, n)
    membership = Membership.of(domains, n, domain_count)
    level = constant_within(membership, weight)
    slots = width + 1  # the first slot takes the −1 of those outside the base
    shape = (membership.count, items, slots)
    count, first, second = tally_groups(matrix, slots, membership, weight, level)

    def arrange(part: NDArray) -> NDArray:
        return np.ascontiguousarray(part.reshape(shape)[:, :, 1:].transpose(1, 2, 0))

    return CodeTally(arrange(count), arrange(first), arrange(second))


def tally_groups(
    matrix: NDArray, slots: int, groups: Membership, weights: Floats, level: Floats | None
) -> tuple[Integers, Floats, Floats]:
    """Count, Σw and Σw² per group, item and slot, flat; slot 0 takes the codes −1.

    Where ``level`` gives one weight per group, counting is enough.
    """
    items = matrix.shape[1]
    size = groups.count * items * slots
    offset = np.arange(items, dtype=np.int64) * slots + 1
    count = np.zeros(size, np.int64)
    first, second = (np.zeros(size if level is None else 0) for _ in range(2))
    for rows, group in groups.blocks(max(ROWS_A_BLOCK, size // max(items, 1))):
        flat = ((group * (items * slots))[:, None] + offset + matrix[rows]).ravel()
        count += np.bincount(flat, minlength=size)
        if level is None:
            spread = np.repeat(weights[rows], items)
            first += np.bincount(flat, spread, minlength=size)
            second += np.bincount(flat, spread * spread, minlength=size)
    if level is None:
        return count, first, second
    scale = np.repeat(level, items * slots)
    return count, count * scale, count * scale**2


def sum_numbers(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    domains: ArrayLike | None = None,
    domain_count: int | None = None,
) -> NumberSums:
    """Sum weighted numbers per item and domain (shapes: see the module); NaN is no answer.

    Raises ValueError for infinite values, weights that are negative, missing or all zero, and
    arrays of unequal length.
    """
    matrix = check_values(values)
    n, items = matrix.shape
    weight = check_weights(weights, n)
    membership = Membership.of(domains, n, domain_count)
    answered = ~np.isnan(matrix)
    item_mean = divide(
        np.where(answered, matrix, 0.0).sum(axis=0), answered.sum(axis=0).astype(np.float64)
    )
    size = membership.count * items
    sums = np.zeros((5, size))
    columns = np.arange(items, dtype=np.int64)
    for rows, domain in membership.blocks(ROWS_A_BLOCK):
        given = answered[rows]
        key = ((domain * items)[:, None] + columns)[given]
        w = np.broadcast_to(weight[rows][:, None], given.shape)[given]
        y = matrix[rows][given]
        around = (matrix[rows] - item_mean)[given]
        for place, part in enumerate((None, w, w * w, w * y, w * around**2)):
            sums[place] += np.bincount(key, part, minlength=size)
    shaped = sums.reshape(5, membership.count, items).transpose(0, 2, 1)
    base = shaped[0].astype(np.int64)
    return NumberSums(base, shaped[1], shaped[2], shaped[3], shaped[4], item_mean[:, None])


@dataclass(frozen=True)
class Membership:
    """Who belongs to which domain: pairs of a row and a domain, ordered by row."""

    rows: Integers | None  # None: every row once
    domain: Integers
    count: int

    @classmethod
    def of(cls, domains: ArrayLike | None, n: int, count: int | None = None) -> Membership:
        """Read the three ways to say who is in which domain (see the module)."""
        if domains is None:
            return cls(None, np.zeros(n, np.int64), 1)
        given = np.asarray(domains)
        if len(given) != n:
            raise ValueError(f"domains has {len(given)} rows, the answers have {n}; give one each.")
        if given.ndim == 2:
            if given.dtype != np.bool_:
                raise ValueError(
                    f"domains has two dimensions and type {given.dtype}; "
                    "a matrix of domains is boolean, (n, domains)."
                )
            rows, domain = np.nonzero(given)
            return cls(rows, domain, given.shape[1])
        if not np.issubdtype(given.dtype, np.integer):
            raise ValueError(f"domains has type {given.dtype}; codes of domains are integers.")
        found = int(given.max()) + 1 if n else 0
        if given.size and given.min() < -1:
            raise ValueError(f"domains holds {given.min()}; codes are 0, 1, … and −1 for none.")
        if count is not None and found > count:
            raise ValueError(f"domains holds {found - 1}, but there are only {count} domains.")
        total = max(found, 0) if count is None else count
        if found and given.min() >= 0:
            return cls(None, given.astype(np.int64), total)
        rows = np.nonzero(given >= 0)[0]
        return cls(rows, given[rows].astype(np.int64), total)

    def blocks(self, size: int) -> Iterator[tuple[slice | Integers, Integers]]:
        """Pairs in blocks, so that memory stays bounded at a million rows."""
        for start in range(0, len(self.domain), size):
            part = slice(start, min(start + size, len(self.domain)))
            yield (part if self.rows is None else self.rows[part]), self.domain[part]

    def take(self, values: Floats) -> Floats:
        """The values of the rows, once for every pair."""
        return values if self.rows is None else values[self.rows]


def constant_within(membership: Membership, weight: Floats) -> Floats | None:
    """The weight of each domain where all its members weigh the same, else None."""
    level = np.zeros(membership.count)
    members = membership.take(weight)
    level[membership.domain] = members
    same = np.array_equal(level[membership.domain], members)
    return level if same else None


def check_weights(weights: ArrayLike | None, n: int) -> Floats:
    """Weights as floats; ValueError for missing, negative or all-zero weights, naming the row."""
    if weights is None:
        return np.ones(n)
    given = np.asarray(weights, np.float64)
    if given.shape != (n,):
        raise ValueError(f"weights has shape {given.shape}, there are {n} rows; give one for each.")
    wrong = ~(np.isfinite(given) & (given >= 0))
    if np.any(wrong):
        row = int(np.argmax(wrong))
        raise ValueError(
            f"weights: row {row} has {given[row]} ({int(wrong.sum())} such rows); a weight is a "
            "number of 0 or more. Give a respondent without a weight 0, or leave the row out."
        )
    if n and not np.any(given > 0):
        raise ValueError(f"weights: all {n} are 0; at least one must be above 0.")
    return given


def check_codes(codes: ArrayLike, categories: int | ArrayLike) -> NDArray[np.integer]:
    """Codes as an integer matrix; ValueError where one lies outside −1…categories−1."""
    matrix = np.asarray(codes)
    if matrix.ndim != 2 or not np.issubdtype(matrix.dtype, np.integer):
        raise ValueError(
            f"codes has shape {matrix.shape} and type {matrix.dtype}; give integers (n, items)."
        )
    limits = np.broadcast_to(np.asarray(categories, np.int64), matrix.shape[1:])
    if np.any(limits < 1):
        raise ValueError(f"categories holds {limits.min()}; an item has at least one category.")
    if matrix.size:
        lowest, highest = matrix.min(axis=0), matrix.max(axis=0)
        wrong = (lowest < -1) | (highest >= limits)
        if np.any(wrong):
            item = int(np.argmax(wrong))
            found = lowest[item] if lowest[item] < -1 else highest[item]
            raise ValueError(
                f"codes: item {item} holds {found}; allowed are 0 to {limits[item] - 1}, "
                "and −1 for those outside its base."
            )
    return matrix


def check_values(values: ArrayLike) -> Floats:
    """Numbers as a float matrix; ValueError for infinite ones."""
    matrix = np.asarray(values, np.float64)
    if matrix.ndim != 2:
        raise ValueError(f"values has shape {matrix.shape}; give (n, items).")
    if np.any(np.isinf(matrix)):
        row, item = np.argwhere(np.isinf(matrix))[0]
        raise ValueError(f"values: row {row}, item {item} is infinite; use NaN for no answer.")
    return matrix


def divide(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0: nothing was answered there."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)


def effective_size(weight: Floats, weight_squared: Floats) -> Floats:
    """(Σw)² / Σw², 0 where there are no weights (Kish 1965, Survey Sampling, section 11.7)."""
    return np.divide(
        weight**2, weight_squared, out=np.zeros(weight.shape), where=weight_squared > 0
    )
