"""A design and population margins go in, the design with weights that meet the margins comes out.

Raking is calibration by the multiplicative distance: weights d·Π f(level), which meet all margins
at once, reached by turning to one margin after the other (Deming and Stephan 1940; Deville,
Särndal and Sautory 1993, JASA 88, 1013–1020). Bounds keep every ratio of new to old weight within
limits *and* the margins met. The linear method is the regression estimator (GREG).
Post-stratification is raking to one margin whose levels are the post-strata.

Every fault (missing values, margins that disagree, empty levels, no convergence) is a ValueError
that names the margin, the level and the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.statistics.design import CalibrationFrame, Design, compact_codes
from analysis.statistics.domains import Floats, Integers, effective_size

Bounds = tuple[float, float]

TOLERANCE = 1e-12  # largest |reached − target| / target that counts as met
MOST_ROUNDS = 2000


@dataclass(frozen=True)
class Margin:
    """A known distribution of the population: the levels of a variable and their counts."""

    name: str
    codes: Integers  # (n,) level of every respondent, 0…levels−1
    levels: tuple[str, ...]
    targets: Floats  # (levels,) population counts


@dataclass(frozen=True)
class MarginBalance:
    """Shares of the levels of one margin, each (levels,)."""

    name: str
    levels: tuple[str, ...]
    target: Floats
    before: Floats
    after: Floats


@dataclass(frozen=True)
class WeightSummary:
    """How far weights spread, and what that costs."""

    n: int  # rows with a weight above 0
    effective_n: float  # (Σw)² / Σw²
    design_effect: float  # n Σw² / (Σw)², Kish's 1 + the squared variation of the weights
    smallest: float  # as a multiple of the mean weight
    largest: float


@dataclass(frozen=True)
class Calibrated:
    """The calibrated design and what the fitting did."""

    design: Design
    factor: Floats  # (n,) new weight over old
    rounds: int
    before: WeightSummary
    after: WeightSummary
    balance: tuple[MarginBalance, ...]


def rake(
    design: Design,
    margins: Sequence[Margin],
    bounds: Bounds | None = None,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> Calibrated:
    """Rake the weights of ``design`` to ``margins``.

    ``bounds`` limits the factor between new and old weight; the margins are met all the same: the
    factor is min(max(Π f, lowest), highest), the solution of Deville and Särndal's truncated
    distance. Raises ValueError where a margin cannot be met (see the module).
    """
    check_margins(design, margins)
    if bounds is not None:
        _check_bounds(bounds, design, margins)
    cell, level_of = _collapse(margins)
    mass = np.bincount(cell, design.weights, minlength=len(level_of)).astype(np.float64)
    _check_agreement(level_of[mass > 0], margins)
    product = np.ones(len(level_of))
    rounds = 0
    while True:
        factor = product if bounds is None else np.clip(product, *bounds)
        misfit = _largest_misfit(mass * factor, level_of, margins)
        if misfit[0] <= tolerance:
            break
        if rounds == most_rounds:
            _refuse_convergence(misfit, rounds, bounds)
        rounds += 1
        for place, margin in enumerate(margins):
            product = _turn_to(margin, level_of[:, place], mass, product, bounds)
    frame = CalibrationFrame(cell, _indicator_matrix(level_of, margins), design.weights)
    return _finish(design, factor[cell], frame, rounds, margins)


def post_stratify(design: Design, margin: Margin) -> Calibrated:
    """Scale the weights within every level of one margin to its target."""
    return rake(design, [margin])


def calibrate_linear(
    design: Design,
    matrix: ArrayLike,
    totals: ArrayLike,
    names: Sequence[str],
    bounds: Bounds | None = None,
    tolerance: float = 1e-10,
    most_rounds: int = 200,
) -> Calibrated:
    """Calibrate by the regression estimator: factor 1 + x'λ, kept within ``bounds`` if given.

    ``matrix`` (n, columns) holds known variables (a column of ones for the population size) and
    ``totals`` (columns,) their population totals. Raises ValueError where the totals cannot be
    met, or where a weight would turn negative.
    """
    x, wanted = np.asarray(matrix, np.float64), np.asarray(totals, np.float64)
    _check_linear(design, x, wanted, names)
    if bounds is not None and not 0 <= bounds[0] < 1 < bounds[1]:
        raise ValueError(f"bounds are {bounds}; give factors around 1, such as (0.3, 3).")
    rows, cell = np.unique(x, axis=0, return_inverse=True)
    frame = CalibrationFrame(cell.reshape(-1), rows, design.weights)
    mass = np.bincount(frame.cell, design.weights, minlength=len(rows))
    scale = np.abs(rows * mass[:, None]).sum(axis=0) + np.abs(wanted)
    slope = np.zeros(len(wanted))
    low, high = (-np.inf, np.inf) if bounds is None else bounds
    rounds = 0
    while True:
        inside = (1 + rows @ slope > low) & (1 + rows @ slope < high)
        factor = np.clip(1 + rows @ slope, low, high)
        gap = wanted - rows.T @ (mass * factor)
        if np.all(np.abs(gap) <= tolerance * scale):
            break
        if rounds == most_rounds:
            worst = int(np.argmax(np.abs(gap) / scale))
            raise ValueError(
                f"calibration: {names[worst]} reaches {wanted[worst] - gap[worst]:g} of the target "
                f"{wanted[worst]:g} after {rounds} rounds; check totals that contradict each "
                "other, or widen the bounds."
            )
        rounds += 1
        cross = (rows * (mass * inside)[:, None]).T @ rows
        slope = slope + np.linalg.pinv(cross, rcond=1e-11, hermitian=True) @ gap
    if np.any(factor < 0):
        raise ValueError(
            f"calibration: the linear method makes a weight negative (factor {factor.min():.3g}); "
            "give bounds such as (0.3, 3), or rake."
        )
    return _finish(design, factor[frame.cell], frame, rounds, ())


def summarise_weights(weights: Floats) -> WeightSummary:
    """Effective number, design effect and range of weights (Kish 1992, J. Off. Stat. 8, 183)."""
    used = weights[weights > 0]
    effective = float(effective_size(np.array(used.sum()), np.array((used**2).sum())))
    mean = used.mean()
    return WeightSummary(
        len(used),
        effective,
        len(used) / effective,
        float(used.min() / mean),
        float(used.max() / mean),
    )


def compare_balance(margin: Margin, before: Floats, after: Floats) -> MarginBalance:
    """Shares of the levels in the population and in the sample under two sets of weights."""
    count = len(margin.levels)
    sums = [np.bincount(margin.codes, w, minlength=count) for w in (before, after)]
    shares = [part / part.sum() for part in (margin.targets, *sums)]
    return MarginBalance(margin.name, margin.levels, *shares)


def check_margins(design: Design, margins: Sequence[Margin]) -> None:
    """Raise ValueError for the first fault of the margins, naming margin, level and numbers."""
    if not margins:
        raise ValueError("margins: none given; give at least one margin to rake to.")
    for margin in margins:
        _check_margin(design, margin)
    totals = [float(np.sum(margin.targets)) for margin in margins]
    for margin, total in zip(margins[1:], totals[1:], strict=True):
        if abs(total - totals[0]) > 1e-9 * totals[0]:
            raise ValueError(
                f"margins: {margins[0].name} adds up to {totals[0]:.10g} and {margin.name} to "
                f"{total:.10g}; margins of one population have one total. Scale or correct them."
            )


def _check_margin(design: Design, margin: Margin) -> None:
    codes, targets = np.asarray(margin.codes), np.asarray(margin.targets, np.float64)
    where = f"margin {margin.name}"
    if len(targets) != len(margin.levels):
        raise ValueError(
            f"{where}: {len(margin.levels)} levels but {len(targets)} targets; give one each."
        )
    if codes.shape != (design.n,) or not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(
            f"{where}: codes have shape {codes.shape} and type {codes.dtype}; "
            f"give {design.n} integers."
        )
    missing = (codes < 0) & (design.weights > 0)
    if np.any(missing):
        raise ValueError(
            f"{where}: {int(missing.sum())} respondents have no value (row "
            f"{int(np.argmax(missing))} first); impute it, make it a level, or leave them out."
        )
    if np.any(codes >= len(targets)):
        unknown, found = int(codes.max()), int((codes >= len(targets)).sum())
        raise ValueError(
            f"{where}: level {unknown} has no target ({found} respondents beyond the "
            f"{len(targets)} levels); add its target or merge the level."
        )
    mass = np.bincount(np.maximum(codes, 0), design.weights, minlength=len(targets))
    for level, target, weight in zip(margin.levels, targets, mass, strict=True):
        if not (np.isfinite(target) and target >= 0):
            raise ValueError(f"{where}: level {level} has target {target}; give a count.")
        if target > 0 and weight == 0:
            raise ValueError(
                f"{where}: level {level} has target {target:g} but no respondents; merge it "
                "with another level, or leave the margin out."
            )
        if target == 0 and weight > 0:
            raise ValueError(
                f"{where}: level {level} has target 0 but respondents (weight {weight:g}); "
                "give its target, or leave the respondents out of the population."
            )


def _check_agreement(level_of: Integers, margins: Sequence[Margin]) -> None:
    """Levels of one margin with the same respondents as levels of another need as large a target.

    They are the connected components of a graph of the levels of both, with a line where a cell,
    a row of ``level_of``, has both.
    """
    for (i, one), (j, other) in combinations(enumerate(margins), 2):
        count, size = len(one.levels), len(one.levels) + len(other.levels)
        ends = level_of[:, i], count + level_of[:, j]
        graph = coo_array((np.ones(len(level_of)), ends), shape=(size, size))
        parts, part = connected_components(graph, directed=False)
        sides = ((one, part[:count]), (other, part[count:]))
        sums = [np.bincount(of, margin.targets, minlength=parts) for margin, of in sides]
        apart = np.abs(sums[0] - sums[1]) > 1e-9 * np.maximum(*sums)
        if np.any(apart):
            place = int(np.argmax(apart))
            told = [
                f"{' + '.join(np.array(margin.levels)[of == place])} of {margin.name} has target "
                f"{total[place]:.10g}"
                for (margin, of), total in zip(sides, sums, strict=True)
            ]
            raise ValueError(
                f"margins {one.name} and {other.name} contradict each other: {told[0]} and "
                f"{told[1]}, for the same respondents; correct one of them, or merge levels."
            )


def _check_bounds(bounds: Bounds, design: Design, margins: Sequence[Margin]) -> None:
    low, high = bounds
    if not 0 <= low < high:
        raise ValueError(f"bounds are {bounds}; the lowest factor is 0 or more, the highest above.")
    for margin in margins:
        mass = np.bincount(margin.codes, design.weights, minlength=len(margin.levels))
        for level, target, weight in zip(margin.levels, margin.targets, mass, strict=True):
            slack = 1e-9 * target
            if target > high * weight + slack or target < low * weight - slack:
                raise ValueError(
                    f"margin {margin.name}: level {level} has weight {weight:g} and target "
                    f"{target:g}, a factor of {target / weight:.4g}, outside the bounds "
                    f"{low:g} to {high:g}; widen the bounds or merge the level."
                )


def _check_linear(design: Design, x: Floats, wanted: Floats, names: Sequence[str]) -> None:
    if x.shape != (design.n, len(wanted)) or len(names) != len(wanted):
        raise ValueError(
            f"calibration: matrix {x.shape}, {len(wanted)} totals and {len(names)} names for "
            f"{design.n} rows; give (n, columns), and a total and a name for each column."
        )
    wrong = ~np.isfinite(x).all(axis=0) | ~np.isfinite(wanted)
    if np.any(wrong):
        name = names[int(np.argmax(wrong))]
        raise ValueError(f"calibration: {name} has missing values; complete it, or leave it out.")


def _collapse(margins: Sequence[Margin]) -> tuple[Integers, Integers]:
    """Cell of every respondent and level of every cell in every margin, (cells, margins)."""
    key = np.zeros(len(margins[0].codes), np.int64)
    for margin in margins:
        key = compact_codes(key)[1] * len(margin.levels) + np.maximum(margin.codes, 0)
    _, cell = compact_codes(key)
    level_of = np.zeros((int(cell.max()) + 1, len(margins)), np.int64)
    for place, margin in enumerate(margins):
        level_of[cell, place] = np.maximum(margin.codes, 0)
    return cell, level_of


def _turn_to(
    margin: Margin, level: Integers, mass: Floats, product: Floats, bounds: Bounds | None
) -> Floats:
    """Multiply the factors of every level so that this margin is met."""
    count = len(margin.levels)
    if bounds is None:
        reached = np.bincount(level, mass * product, minlength=count)
        step = np.divide(margin.targets, reached, out=np.ones(count), where=reached > 0)
        return product * step[level]
    step = np.ones(count)
    for place in range(count):
        inside = (level == place) & (mass > 0)
        if np.any(inside):
            step[place] = _bounded_step(
                mass[inside], product[inside], float(margin.targets[place]), bounds
            )
    return product * step[level]


def _bounded_step(mass: Floats, product: Floats, target: float, bounds: Bounds) -> float:
    """The f with Σ mass · clip(f · product, bounds) = target, exact between its breakpoints."""
    low, high = bounds
    breaks = np.unique(np.concatenate([low / product, high / product]))
    breaks = breaks[breaks > 0]
    sums = (mass * np.clip(breaks[:, None] * product, low, high)).sum(axis=1)
    place = int(np.searchsorted(sums, target))
    if place == 0:
        return float(breaks[0] * target / sums[0]) if low == 0 else float(breaks[0])
    if place == len(breaks):
        return float(breaks[-1])
    part = (target - sums[place - 1]) / (sums[place] - sums[place - 1])
    return float(breaks[place - 1] + part * (breaks[place] - breaks[place - 1]))


def _largest_misfit(
    mass: Floats, level_of: Integers, margins: Sequence[Margin]
) -> tuple[float, str, str, float, float]:
    """Largest relative misfit with its margin, level, reached and target."""
    worst = (0.0, "", "", 0.0, 0.0)
    for place, margin in enumerate(margins):
        reached = np.bincount(level_of[:, place], mass, minlength=len(margin.levels))
        gap = np.abs(reached - margin.targets) / np.where(margin.targets > 0, margin.targets, 1.0)
        level = int(np.argmax(gap))
        if gap[level] > worst[0]:
            found = (float(reached[level]), float(margin.targets[level]))
            worst = (float(gap[level]), margin.name, margin.levels[level], *found)
    return worst


def _refuse_convergence(
    misfit: tuple[float, str, str, float, float], rounds: int, bounds: Bounds | None
) -> None:
    _, name, level, reached, target = misfit
    advice = "widen the bounds, or merge levels" if bounds else "merge levels that hardly meet"
    raise ValueError(
        f"raking did not converge: margin {name}, level {level} reaches {reached:.10g} of "
        f"{target:.10g} after {rounds} rounds; {advice}."
    )


def _indicator_matrix(level_of: Integers, margins: Sequence[Margin]) -> Floats:
    columns = [
        (level_of[:, place, None] == np.arange(len(margin.levels))).astype(np.float64)
        for place, margin in enumerate(margins)
    ]
    return np.concatenate(columns, axis=1)


def _finish(
    design: Design,
    factor: Floats,
    frame: CalibrationFrame,
    rounds: int,
    margins: Sequence[Margin],
) -> Calibrated:
    if design.calibration is not None:
        raise ValueError("the design is calibrated already; calibrate the design before that one.")
    weights = design.weights * factor
    balance = tuple(compare_balance(margin, design.weights, weights) for margin in margins)
    return Calibrated(
        replace(design, weights=weights, calibration=frame),
        factor,
        rounds,
        summarise_weights(design.weights),
        summarise_weights(weights),
        balance,
    )
