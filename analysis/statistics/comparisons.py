"""Two groups of respondents go in, their difference, its test and its effect size come out.

All comparisons are one: the means of two domains of one design and the variance of the
difference of their influences, so that strata, clusters, calibration and any overlap are in it::

    each segment against the rest     first = members, second = answered & ~members
    overlapping segments              first and second share respondents; their covariance counts
    wave against the previous wave    on ``stack_waves``; a panel key brings in the covariance

Every function takes k comparisons at once, as columns. What cannot be tested has p NaN and a
``reason``: "base", "no variation" or "degrees of freedom"; a tested one has the reason "".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.statistics.design import (
    CalibrationFrame,
    Design,
    Stage,
    declare_design,
    standard_errors,
)
from analysis.statistics.domains import Floats, Integers, divide, effective_size
from analysis.statistics.intervals import Bounds, korn_graubard, student, student_quantile
from analysis.statistics.share_differences import ShareSide, assume_equal, difference_bounds

Booleans = NDArray[np.bool_]

_ENTRIES_A_BLOCK = 8_000_000  # numbers of one influence matrix: 64 MB


@dataclass(frozen=True)
class Comparisons:
    """k differences first − second, each field (k,); see the module for ``reason``."""

    first: Floats
    second: Floats
    base_first: Integers
    base_second: Integers
    difference: Floats
    standard_error: Floats  # of the difference; t of shares divides by another, see compare_shares
    lower: Floats
    upper: Floats
    statistic: Floats
    degrees: Floats
    p: Floats
    effect: Floats
    effect_lower: Floats
    effect_upper: Floats
    reason: NDArray[np.str_]

    def with_effects(self, effect: Floats, error: Floats, level: float) -> Comparisons:
        """Return the same with effect sizes and their bounds, ± t · error, where tested."""
        half = student_quantile(0.5 + level / 2, self.degrees) * error
        tested = self.reason == ""
        low, high = (np.where(tested, effect + sign * half, np.nan) for sign in (-1, 1))
        return replace(self, effect=effect, effect_lower=low, effect_upper=high)


def compare_means(
    design: Design,
    values: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float = 0.95,
    least_base: int = 2,
) -> Comparisons:
    """Design-based t test of two means per column, with Cohen's d (Lumley 2010, section 5.1).

    ``values`` (n,) or (n, k), NaN for no answer; ``first`` and ``second`` (n,) or (n, k)
    booleans. t = difference / se on sampled units − strata − 1 degrees of freedom, those of R's
    ``svyttest``. d divides by √(((n₁−1)s₁² + (n₂−1)s₂²)/(n₁+n₂−2)) with weighted s², and its
    interval linearises the deviations too.
    """
    return _compare(design, values, first, second, level, least_base, _effect_d)


def compare_shares(
    design: Design,
    picked: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float = 0.95,
    least_base: int = 2,
) -> Comparisons:
    """As ``compare_means`` for 0/1 values, with Cohen's h = 2 asin √p₁ − 2 asin √p₂.

    t divides by the error that the difference would have if both shares were equal, and bounds
    with a rare answer come from both shares' intervals (``share_differences``); R's ``svyttest``,
    which does neither, is ``compare_means`` of the same 0/1 values.

    Where a share is 0 or 1 its part of the variance of h is 1 over its effective base, the
    large-sample variance of 2 asin √p (Cohen 1988, section 6.2). Raises ValueError for values
    other than 0, 1 and NaN.
    """
    given = np.asarray(picked, np.float64)
    wrong = ~(np.isnan(given) | (given == 0) | (given == 1))
    if np.any(wrong):
        raise ValueError(f"shares: found the value {given[wrong].flat[0]}; give 0, 1 or NaN.")
    return _compare(design, given, first, second, level, least_base, _effect_h)


def compare_ranks(
    design: Design,
    values: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float = 0.95,
    least_base: int = 2,
    ties: str = "mass",
) -> Comparisons:
    """Design-based Wilcoxon rank-sum test per column, with the rank-biserial correlation.

    The mean rank scores of both groups are compared as means (Lumley and Scott 2013, Biometrika
    100, 831–842); see ``rank_scores`` for ``ties``. The effect is P(Y₁ > Y₂) − P(Y₁ < Y₂), its
    interval symmetric in artanh; where the groups do not overlap at all, that of a share of 0 or
    1 (``korn_graubard``) on the smaller base.
    """
    y, a, b = _columns(design, values, first, second)
    ranked = _Ranked.of(design, y, a | b)
    if ties == "mass":
        scores = ranked.take(ranked.middle_ranks(design))
    else:
        each = (rank_scores(design, *column, ties) for column in zip(y.T, (a | b).T, strict=True))
        scores = np.column_stack(list(each))
    tests = _compare(design, scores, a, b, level, least_base, _effect_d)
    effect, influence = _rank_biserial(design, ranked, a, b)
    errors = standard_errors(design, influence)
    inner = np.abs(effect) < 1
    spread = divide(errors, np.where(inner, 1 - effect**2, 0.0))
    z = np.arctanh(np.where(inner, effect, 0.0))
    lower, upper = student(z, np.where(inner, spread, 0.0), tests.degrees, level)
    apart = korn_graubard(
        np.where(inner, 0.5, (1 + np.nan_to_num(effect)) / 2),
        np.zeros(len(effect)),
        np.minimum(tests.base_first, tests.base_second),
        tests.degrees,
        level,
    )
    lower, upper = (
        np.where(tests.reason != "", np.nan, np.where(inner, np.tanh(near), 2 * far - 1))
        for near, far in zip((lower, upper), apart, strict=True)
    )
    return replace(tests, effect=effect, effect_lower=lower, effect_upper=upper)


def rank_scores(
    design: Design, values: ArrayLike, members: ArrayLike, ties: str = "mass"
) -> Floats:
    """Estimated population midrank of every member, between 0 and 1; NaN for the others.

    ``ties="mass"``: the weight below plus half the weight of the equal answers, which does not
    depend on the order of rows. ``ties="rows"`` repeats R survey 4.1-1, which averages over
    equal answers row by row and so depends on their order where their weights differ.
    """
    y = np.asarray(values, np.float64)
    inside = np.asarray(members, np.bool_) & ~np.isnan(y) & (design.weights > 0)
    weight = design.weights[inside]
    _, place = np.unique(y[inside], return_inverse=True)
    if ties == "mass":
        mass = np.bincount(place, weight)
        middle = np.cumsum(mass) - mass / 2
    elif ties == "rows":
        order = np.argsort(place, kind="stable")
        running = np.cumsum(weight[order]) - weight[order] / 2
        middle = np.bincount(place[order], running) / np.bincount(place)
    else:
        raise ValueError(f"ties is {ties!r}; allowed are 'mass' and 'rows'.")
    scores = np.full(len(y), np.nan)
    scores[inside] = middle[place] / weight.sum() if len(place) else np.nan
    return scores


def stack_waves(
    previous: Design,
    current: Design,
    previous_keys: ArrayLike | None = None,
    current_keys: ArrayLike | None = None,
) -> Design:
    """One design of two waves, the rows of the previous one first.

    Without keys the waves are independent samples and every stratum is the wave's own. With
    keys (of respondents or organisations in a panel) equal keys are one sampled unit, whose
    answers in both waves vary together; strata of the same name are then one stratum. Margins
    stay those of each wave. Raises ValueError for one set of keys only, keys that lie in two
    strata, and finite populations together with keys (the fraction of a union of two samples is
    not known from theirs).
    """
    if (previous_keys is None) != (current_keys is None):
        raise ValueError("keys: one wave has keys and the other none; give both or neither.")
    weights = np.concatenate([previous.weights, current.weights])
    frame = _stack_frames(previous, current)
    if previous_keys is None or current_keys is None:
        if len(previous.stages) != len(current.stages):
            raise ValueError(
                f"waves: {len(previous.stages)} and {len(current.stages)} stages; "
                "give designs of equal stages."
            )
        stages = tuple(
            _stack_stages(a, b) for a, b in zip(previous.stages, current.stages, strict=True)
        )
        return Design(weights, stages, frame, previous.lonely)
    for design in (previous, current):
        if np.any(np.isfinite(design.stages[0].population)):
            raise ValueError(
                "waves: a finite population together with panel keys; leave the population out "
                "(the standard errors are then slightly too large), or the keys."
            )
    strata = np.concatenate(
        [design.stages[0].names[design.stratum] for design in (previous, current)]
    )
    keys = np.concatenate([np.asarray(previous_keys), np.asarray(current_keys)])
    joint = declare_design(len(weights), weights, strata, keys, lonely=previous.lonely)
    return replace(joint, calibration=frame)


def _compare(
    design: Design,
    values: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float,
    least_base: int,
    effect_of: EffectOf,
) -> Comparisons:
    """Cut the columns into blocks that fit in memory, and join the results."""
    y, a, b = _columns(design, values, first, second)
    width = max(1, _ENTRIES_A_BLOCK // max(design.n, 1))
    parts = []
    for start in range(0, y.shape[1], width):
        part = slice(start, start + width)
        parts.append(
            _compare_block(design, y[:, part], a[:, part], b[:, part], level, least_base, effect_of)
        )
    names = Comparisons.__dataclass_fields__
    return Comparisons(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _compare_block(
    design: Design,
    y: Floats,
    a: Booleans,
    b: Booleans,
    level: float,
    least_base: int,
    effect_of: EffectOf,
) -> Comparisons:
    one, other = _Group.of(design, y, a), _Group.of(design, y, b)
    error = standard_errors(design, one.influence - other.influence)
    degrees = np.maximum(_joint_degrees(design, one.inside | other.inside) - 1, 0)
    equal_error, bounds = error, student(one.mean - other.mean, error, degrees, level)
    if effect_of is _effect_h:
        sides = [
            ShareSide(g.mean, standard_errors(design, g.influence), g.base, g.effective)
            for g in (one, other)
        ]
        equal = assume_equal(*sides)
        influence = equal.first * one.influence - equal.second * other.influence
        equal_error = np.sqrt(standard_errors(design, influence) ** 2 + equal.extra)
        bounds = difference_bounds(sides[0], sides[1], error, degrees, level)
    tests = judge_differences(
        (one.mean, other.mean), (one.base, other.base), error, equal_error, bounds, degrees,
        least_base,
    )  # fmt: skip
    effect, effect_error = effect_of(design, one, other)
    return tests.with_effects(effect, effect_error, level)


def judge_differences(
    mean: tuple[Floats, Floats],
    base: tuple[Integers, Integers],
    error: Floats,
    equal_error: Floats,
    bounds: Bounds,
    degrees: Floats,
    least_base: int,
) -> Comparisons:
    """Return the tests of differences, or why there are none; the effects are still NaN.

    ``equal_error`` is the standard error if nothing differed, by which t divides.
    """
    difference = mean[0] - mean[1]
    rounding = 1e-12 * (np.abs(np.nan_to_num(mean[0])) + np.abs(np.nan_to_num(mean[1])))
    reason = np.select(
        [np.minimum(*base) < max(least_base, 1), degrees < 1, equal_error <= rounding],
        ["base", "degrees of freedom", "no variation"],
        "",
    ).astype(np.str_)
    tested = reason == ""
    empty = np.full(difference.shape, np.nan)
    statistic = np.divide(difference, equal_error, out=empty.copy(), where=tested)
    p = empty.copy()
    p[tested] = 2 * special.stdtr(degrees[tested], -np.abs(statistic[tested]))
    low, high = (np.where(tested, bound, np.nan) for bound in bounds)
    tests = (difference, error, low, high, statistic, degrees, p)
    return Comparisons(*mean, *base, *tests, empty, empty, empty, reason)


@dataclass(frozen=True)
class _Group:
    """One side of k comparisons."""

    y: Floats  # (n, k), 0 outside
    inside: Booleans  # (n, k)
    weight: Floats  # (k,)
    base: Integers  # (k,) answers with a weight
    mean: Floats  # (k,), NaN where empty
    influence: Floats  # (n, k), 0 where empty
    effective: Floats  # (k,)

    @classmethod
    def of(cls, design: Design, y: Floats, members: Booleans) -> _Group:
        inside = members & ~np.isnan(y) & (design.weights > 0)[:, None]
        value = np.where(inside, y, 0.0)
        weight = design.weights @ inside
        mean = divide(design.weights @ value, weight)
        safe = np.where(weight > 0, weight, 1.0)
        influence = inside * (value - np.nan_to_num(mean)) / safe
        effective = effective_size(weight, design.weights**2 @ inside)
        return cls(value, inside, weight, inside.sum(axis=0), mean, influence, effective)

    def spread(self, design: Design) -> tuple[Floats, Floats]:
        """Weighted variance with its n/(n−1), (k,), and the influence on it, (n, k)."""
        correction = np.divide(
            self.base, self.base - 1, out=np.ones(len(self.base)), where=self.base > 1
        )
        squares = self.inside * (self.y - np.nan_to_num(self.mean)) ** 2 * correction
        safe = np.where(self.weight > 0, self.weight, 1.0)
        variance = design.weights @ squares / safe
        return variance, self.inside * (squares - variance) / safe


EffectOf = Callable[[Design, _Group, _Group], tuple[Floats, Floats]]


def _effect_d(design: Design, one: _Group, other: _Group) -> tuple[Floats, Floats]:
    """Cohen's d and its linearised standard error; NaN where nothing varies."""
    (s1, u1), (s2, u2) = one.spread(design), other.spread(design)
    a, b = np.maximum(one.base - 1, 0), np.maximum(other.base - 1, 0)
    total = np.maximum(a + b, 1)
    pooled = (a * s1 + b * s2) / total
    root = np.sqrt(pooled)
    d = divide(one.mean - other.mean, root)
    safe = np.where(pooled > 0, pooled, 1.0)
    move = (one.influence - other.influence) / np.sqrt(safe)
    stretch = np.nan_to_num(d) / (2 * safe) * (a * u1 + b * u2) / total
    return d, standard_errors(design, move - stretch)


def _effect_h(design: Design, one: _Group, other: _Group) -> tuple[Floats, Floats]:
    """Cohen's h and its standard error."""
    h, influence, extra = np.zeros(len(one.mean)), np.zeros(one.y.shape), np.zeros(len(one.mean))
    for sign, group in ((1.0, one), (-1.0, other)):
        p = np.clip(np.nan_to_num(group.mean), 0.0, 1.0)
        h = h + sign * 2 * np.arcsin(np.sqrt(p))
        slope = np.sqrt(p * (1 - p))
        inner = slope > 0
        influence = influence + np.where(
            inner, sign * group.influence / np.where(inner, slope, 1.0), 0.0
        )
        extra = extra + np.where(
            inner | (group.effective == 0), 0.0, 1 / np.maximum(group.effective, 1)
        )
    known = ~(np.isnan(one.mean) | np.isnan(other.mean))
    return np.where(known, h, np.nan), np.sqrt(standard_errors(design, influence) ** 2 + extra)


@dataclass(frozen=True)
class _Ranked:
    """k columns of answers as places among their distinct values, from low to high."""

    code: Integers  # (n, k), −1 outside
    width: int  # most distinct values of a column

    @classmethod
    def of(cls, design: Design, y: Floats, members: Booleans) -> _Ranked:
        inside = members & ~np.isnan(y) & (design.weights > 0)[:, None]
        code = np.full(y.shape, -1)
        for place in range(y.shape[1]):
            given = inside[:, place]
            code[given, place] = np.unique(y[given, place], return_inverse=True)[1]
        return cls(code, int(code.max(initial=0)) + 1)

    def weigh(self, design: Design, members: Booleans) -> Floats:
        """Sum of the weights of every value, (k, width)."""
        inside = members & (self.code >= 0)
        row, column = np.nonzero(inside)
        flat = column * self.width + self.code[row, column]
        size = self.code.shape[1] * self.width
        sums = np.bincount(flat, design.weights[row], minlength=size)
        return np.asarray(sums.reshape(-1, self.width), np.float64)

    def take(self, table: Floats) -> Floats:
        """The entry of a table (k, width) for every answer, (n, k), NaN outside."""
        found = np.take_along_axis(table.T, np.maximum(self.code, 0), axis=0)
        return np.where(self.code >= 0, found, np.nan)

    def middle_ranks(self, design: Design) -> Floats:
        """Weight below every value plus half of its own, over the sum, (k, width)."""
        mass = self.weigh(design, self.code >= 0)
        return divide(np.cumsum(mass, axis=1) - mass / 2, mass.sum(axis=1, keepdims=True))


def _rank_biserial(
    design: Design, ranked: _Ranked, a: Booleans, b: Booleans
) -> tuple[Floats, Floats]:
    """P(Y₁ > Y₂) − P(Y₁ < Y₂) over the weights, (k,), and the influence on it, (n, k).

    The influence is the Hájek projection; an empty side gives NaN and 0.
    """
    sides = [members & (ranked.code >= 0) for members in (a, b)]
    masses = [ranked.weigh(design, side) for side in sides]
    totals = [mass.sum(axis=1) for mass in masses]
    known = (totals[0] > 0) & (totals[1] > 0)
    above, below = (ranked.take(_net_share_below(mass)) for mass in reversed(masses))
    value = divide((masses[0] * _net_share_below(masses[1])).sum(axis=1), totals[0])
    value = np.where(known, np.clip(value, -1, 1), np.nan)
    influence = np.zeros(ranked.code.shape)
    for side, total, lead in ((sides[0], totals[0], above), (sides[1], totals[1], -below)):
        part = (lead - value) / np.where(total > 0, total, 1.0)
        influence += np.where(side & known, part, 0.0)
    return value, influence


def _net_share_below(mass: Floats) -> Floats:
    """Share of the weight below every value less the share above it, (k, width)."""
    running = np.cumsum(mass, axis=1)
    total = running[:, -1:]
    return divide(running - mass - (total - running), total)


def _joint_degrees(design: Design, inside: Booleans) -> Floats:
    """Sampled units less strata among those inside each column, (k,)."""
    stage = design.stages[0]
    if stage.every_row_a_unit:
        present = inside
    else:
        present = np.zeros((stage.units, inside.shape[1]), np.bool_)
        row, column = np.nonzero(inside)
        present[stage.unit[row], column] = True
    strata = np.zeros((len(stage.sampled), inside.shape[1]), np.bool_)
    unit, column = np.nonzero(present)
    strata[stage.unit_stratum[unit], column] = True
    return (present.sum(axis=0) - strata.sum(axis=0)).astype(np.float64)


def _columns(
    design: Design, values: ArrayLike, first: ArrayLike, second: ArrayLike
) -> tuple[Floats, Booleans, Booleans]:
    y = np.asarray(values, np.float64).reshape(design.n, -1)
    a, b = (np.asarray(part, np.bool_).reshape(design.n, -1) for part in (first, second))
    if np.any(np.isinf(y)):
        raise ValueError("values: one is infinite; use NaN for no answer.")
    shape = np.broadcast_shapes(y.shape, a.shape, b.shape)
    return np.broadcast_to(y, shape), np.broadcast_to(a, shape), np.broadcast_to(b, shape)


def _stack_stages(a: Stage, b: Stage) -> Stage:
    return Stage(
        np.concatenate([a.unit, b.unit + a.units]),
        np.concatenate([a.unit_stratum, b.unit_stratum + len(a.sampled)]),
        np.concatenate([a.sampled, b.sampled]),
        np.concatenate([a.population, b.population]),
        np.concatenate([a.fraction_before, b.fraction_before]),
        np.concatenate([a.names, b.names]),
    )


def _stack_frames(previous: Design, current: Design) -> CalibrationFrame | None:
    """Margins of each wave side by side; an uncalibrated wave has a cell without margins."""
    if previous.calibration is None and current.calibration is None:
        return None
    frames = [
        design.calibration
        or CalibrationFrame(np.zeros(design.n, np.int64), np.zeros((1, 0)), design.weights)
        for design in (previous, current)
    ]
    a, b = (frame.matrix for frame in frames)
    matrix = np.zeros((len(a) + len(b), a.shape[1] + b.shape[1]))
    matrix[: len(a), : a.shape[1]] = a
    matrix[len(a) :, a.shape[1] :] = b
    return CalibrationFrame(
        np.concatenate([frames[0].cell, frames[1].cell + len(a)]),
        matrix,
        np.concatenate([frame.base_weights for frame in frames]),
    )
