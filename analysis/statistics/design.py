"""Weights, strata, clusters and populations go in, a frozen Design and its variances come out.

The design is that of the whole sample and is never cut: a subgroup is a domain, an influence of 0
for everybody outside it. Every standard error of the package is the variance of a sum of
influences under the design::

    design = declare_design(n, weights, strata, clusters, population)
    covariance(design, influence)        influence (n, k) -> (k, k)
    standard_errors(design, influence)   influence (n, k) -> (k,)
    degrees_of_freedom(design, members)  sampled units less strata, among the members

The influence of a respondent is what the estimate changes when her weight grows by one, divided
out (Deville 1999; Lumley 2010, section 2.2). Calibration replaces it by its residual on the
margins (Deville and Särndal 1992, JASA 87, 376–382).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.statistics.domains import Floats, Integers, check_weights

LonelyRule = Literal["refuse", "certainty", "centre"]


@dataclass(frozen=True)
class Stage:
    """One stage of sampling: which unit every respondent lies in, and how units were drawn."""

    unit: Integers  # (n,) sampled unit of every respondent
    unit_stratum: Integers  # (units,) stratum of every sampled unit
    sampled: Integers  # (strata,) units drawn
    population: Floats  # (strata,) units to draw from; inf where unknown or very many
    fraction_before: Floats  # (strata,) product of the sampling fractions of earlier stages
    names: NDArray  # (strata,) the strata as they were given

    @property
    def units(self) -> int:
        """Number of sampled units."""
        return len(self.unit_stratum)

    @property
    def every_row_a_unit(self) -> bool:
        """Whether respondents themselves were drawn, in row order."""
        return self.units == len(self.unit) and bool(
            np.array_equal(self.unit, np.arange(self.units))
        )

    @property
    def fraction(self) -> Floats:
        """Sampling fraction of every stratum."""
        return np.asarray(self.sampled / self.population, np.float64)


@dataclass(frozen=True)
class CalibrationFrame:
    """Margins the weights were fitted to, with respondents collapsed to cells of equal rows."""

    cell: Integers  # (n,)
    matrix: Floats  # (cells, columns)
    base_weights: Floats  # (n,) weights before calibration

    @property
    def inverse(self) -> Floats:
        """Generalised inverse of X'DX, so that redundant margins do no harm."""
        mass = np.bincount(self.cell, self.base_weights, minlength=len(self.matrix))
        cross = (self.matrix * mass[:, None]).T @ self.matrix
        return np.asarray(np.linalg.pinv(cross, rcond=1e-11, hermitian=True), np.float64)

    def fit(self, cell_sums: Floats) -> Floats:
        """Fitted influence per cell, (cells, k), from Σ d u per cell, (cells, k)."""
        return self.matrix @ (self.inverse @ (self.matrix.T @ cell_sums))


@dataclass(frozen=True)
class Design:
    """How the respondents came into the sample; made by ``declare_design``."""

    weights: Floats  # (n,)
    stages: tuple[Stage, ...]
    calibration: CalibrationFrame | None = None
    lonely: LonelyRule = "refuse"

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.weights)

    @property
    def stratum(self) -> Integers:
        """Stratum of the first stage of every row, (n,)."""
        return self.stages[0].unit_stratum[self.stages[0].unit]


def declare_design(
    n: int,
    weights: ArrayLike | None = None,
    strata: ArrayLike | Sequence[ArrayLike | None] | None = None,
    clusters: ArrayLike | Sequence[ArrayLike] | None = None,
    population: ArrayLike | Sequence[ArrayLike] | None = None,
    nested: bool = False,
    lonely: LonelyRule = "refuse",
) -> Design:
    """Declare a design of one or more stages.

    ``strata``, ``clusters`` and ``population`` are (n,), or (n, stages) with the first stage first.
    ``population`` counts the units in the respondent's stratum from which were drawn (inf: too
    many to matter). Without ``weights`` they are the inverse sampling fractions, or 1.
    ``nested`` says that cluster names start again in every stratum; otherwise a cluster in two
    strata is an error. ``lonely`` says what a stratum with a single sampled unit (not a census)
    does: stop ("refuse"), count as drawn with certainty and add nothing ("certainty"), or count
    around zero, the mean of influences ("centre"; ``survey.lonely.psu="adjust"`` in R).

    Raises ValueError naming the stratum or cluster and the numbers.
    """
    rows = np.arange(n)
    units = _columns(clusters, n, "clusters") or [rows]
    groups = _columns(strata, n, "strata")
    sizes = _columns(population, n, "population")
    if sizes and len(sizes) != len(units):
        raise ValueError(
            f"population has {len(sizes)} columns, there are {len(units)} stages; give one each."
        )
    if len(groups) > len(units):
        raise ValueError(f"strata has {len(groups)} columns, there are {len(units)} stages.")
    stages: list[Stage] = []
    parent, before = np.zeros(n, np.int64), np.ones(n)
    for place, unit in enumerate(units):
        group = groups[place] if place < len(groups) else np.zeros(n, np.int64)
        size = np.asarray(sizes[place], np.float64) if sizes else np.full(n, np.inf)
        stage = _make_stage(unit, group, size, parent, before, nested or place > 0, place)
        row_stratum = stage.unit_stratum[stage.unit]
        before = before * stage.fraction[row_stratum]
        parent = stage.unit
        stages.append(stage)
        if not sizes:
            break  # without population sizes the first stage carries the whole variance
    if weights is None and sizes and np.all(before > 0):
        given = 1 / before
    else:
        given = check_weights(weights, n)
    _check_lonely(stages, lonely)
    return Design(given, tuple(stages), None, lonely)


def covariance(design: Design, influence: ArrayLike) -> Floats:
    """Covariance matrix (k, k) of the k weighted sums of ``influence`` (n, k)."""
    spread = spread_influence(design, influence)
    return spread.T @ spread


def standard_errors(design: Design, influence: ArrayLike) -> Floats:
    """Standard errors (k,) of the k weighted sums of ``influence`` (n, k)."""
    return np.sqrt((spread_influence(design, influence) ** 2).sum(axis=0))


def spread_influence(design: Design, influence: ArrayLike) -> Floats:
    """What the sampled units add to a variance, of all stages one below the other, (units, k).

    The product of two columns is the covariance of their weighted sums of ``influence`` (n, k).
    """
    contributions = weighted_residuals(design, influence)
    parts = []
    for stage in design.stages:
        factor, around_zero = variance_factors(design, stage)
        sums = contributions
        if not stage.every_row_a_unit:
            sums = sum_by_group(stage.unit, stage.units, contributions)
        means = sum_by_group(stage.unit_stratum, len(factor), sums) / stage.sampled[:, None]
        means[around_zero] = 0.0
        centred = sums - means[stage.unit_stratum]
        parts.append(centred * np.sqrt(factor[stage.unit_stratum])[:, None])
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def weighted_residuals(design: Design, influence: ArrayLike) -> Floats:
    """Weight times influence, less its fit on the margins where the design is calibrated."""
    matrix = np.asarray(influence, np.float64)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if len(matrix) != design.n or not np.all(np.isfinite(matrix)):
        raise ValueError(
            f"influence has shape {matrix.shape} or missing values; give {design.n} complete rows, "
            "0 for those outside the domain."
        )
    frame = design.calibration
    if frame is not None:
        sums = sum_by_group(frame.cell, len(frame.matrix), matrix, frame.base_weights)
        matrix = matrix - frame.fit(sums)[frame.cell]
    return matrix * design.weights[:, None]


def degrees_of_freedom(design: Design, members: ArrayLike | None = None) -> int:
    """Sampled units less strata, among the members with a weight: those of a t distribution.

    Without ``members`` (n,) of the whole sample; never below 0.
    """
    stage = design.stages[0]
    inside = design.weights > 0
    if members is not None:
        inside = inside & np.asarray(members, np.bool_)
    present = np.zeros(stage.units, np.bool_)
    present[stage.unit[inside]] = True
    strata = len(np.unique(stage.unit_stratum[present]))
    return max(int(present.sum()) - strata, 0)


def count_degrees(design: Design, base: ArrayLike, members: ArrayLike) -> Floats:
    """``degrees_of_freedom`` of every base (n, k) within every domain (n, D), (k, D)."""
    answers = np.asarray(base, np.bool_)
    inside = np.asarray(members, np.bool_) & (design.weights > 0)[:, None]
    stage = design.stages[0]
    degrees = np.zeros((answers.shape[1], inside.shape[1]))
    for place, answered in enumerate(answers.T):
        units: NDArray = inside & answered[:, None]
        if not stage.every_row_a_unit:
            units = sum_by_group(stage.unit, stage.units, units) > 0
        strata = sum_by_group(stage.unit_stratum, len(stage.sampled), units) > 0
        degrees[place] = np.maximum(units.sum(axis=0) - strata.sum(axis=0), 0)
    return degrees


def sum_by_group(
    group: Integers, count: int, matrix: NDArray, weights: Floats | None = None
) -> Floats:
    """Sums of the rows of ``matrix`` (n, k) per group, (count, k), times weights if given."""
    n = len(group)
    data = np.ones(n) if weights is None else weights
    gather = sparse.csc_array((data, group, np.arange(n + 1)), shape=(count, n))
    return np.asarray(gather @ matrix)


def variance_factors(design: Design, stage: Stage) -> tuple[Floats, NDArray[np.bool_]]:
    """Per stratum: the factor of the squares around the mean, and which are squared around 0.

    (1 − n/N) · n/(n−1), times the sampling fractions of earlier stages (Särndal, Swensson and
    Wretman 1992, result 4.3.1); a single unit follows the rule of the design.
    """
    n = stage.sampled.astype(np.float64)
    left = np.maximum(1 - stage.fraction, 0.0) * stage.fraction_before
    lonely = n == 1
    factor = left * np.divide(n, n - 1, out=np.ones(len(n)), where=~lonely)
    around_zero = lonely & (left > 0) & (design.lonely == "centre")
    return np.where(lonely & ~around_zero, 0.0, factor), around_zero


def _make_stage(
    unit: NDArray,
    group: NDArray,
    size: Floats,
    parent: Integers,
    before: Floats,
    nested: bool,
    place: int,
) -> Stage:
    group_names, group_code = compact_codes(group)
    pair_names, stratum = compact_codes(parent * (len(group_names) + 1) + group_code)
    unit_names, unit_code = compact_codes(unit)
    joint_names, joint = compact_codes(stratum * (len(unit_names) + 1) + unit_code)
    if not nested and len(joint_names) > len(unit_names):
        _refuse_straddling(unit_names, unit_code, joint_names, group_names)
    if len(joint_names) == len(unit):
        joint = np.arange(len(unit))  # respondents themselves: keep the order of the rows
    unit_stratum = np.zeros(len(joint_names), np.int64)
    unit_stratum[joint] = stratum
    sampled = np.bincount(unit_stratum, minlength=len(pair_names))
    stratum_size, stratum_before = np.full(len(pair_names), np.inf), np.ones(len(pair_names))
    stratum_size[stratum], stratum_before[stratum] = size, before
    names = group_names[pair_names % (len(group_names) + 1)]
    _check_population(size, stratum, stratum_size, sampled, names, place)
    return Stage(joint, unit_stratum, sampled, stratum_size, stratum_before, names)


def compact_codes(values: ArrayLike) -> tuple[NDArray, Integers]:
    """The distinct values in order, and the place of every value among them.

    Integers of a small range are counted instead of sorted: 20 times as fast at a million rows.
    """
    given = np.asarray(values)
    if np.issubdtype(given.dtype, np.integer) and given.size:
        low, high = int(given.min()), int(given.max())
        if high - low <= 4 * given.size + 1000:
            shifted = given.astype(np.int64) - low
            present = np.bincount(shifted, minlength=high - low + 1) > 0
            return np.nonzero(present)[0] + low, (np.cumsum(present) - 1)[shifted]
    names, code = np.unique(given, return_inverse=True)
    return names, code.reshape(given.shape).astype(np.int64)


def _columns(
    given: ArrayLike | Sequence[ArrayLike | None] | None, n: int, what: str
) -> list[NDArray]:
    """One array per stage, complete and of n rows."""
    if given is None:
        return []
    if isinstance(given, (list, tuple)) and given and np.ndim(given[0]) == 1:
        columns = [np.asarray(part) for part in given]
    else:
        array = np.asarray(given)
        columns = [array] if array.ndim == 1 else list(array.T)
    for column in columns:
        if column.shape != (n,):
            raise ValueError(f"{what} has shape {column.shape}, there are {n} rows; give one each.")
        missing = _find_missing(column)
        if np.any(missing):
            raise ValueError(
                f"{what}: row {int(np.argmax(missing))} is missing ({int(np.sum(missing))} such "
                "rows); give every respondent one, or leave the row out."
            )
    return columns


def _find_missing(column: NDArray) -> NDArray[np.bool_]:
    if np.issubdtype(column.dtype, np.floating):
        return np.isnan(column)
    if column.dtype == object:
        return np.array([value is None or value != value for value in column], np.bool_)
    return np.zeros(len(column), np.bool_)


def _refuse_straddling(
    unit_names: NDArray, unit_code: Integers, joint_names: NDArray, group_names: NDArray
) -> None:
    owner = joint_names % (len(unit_names) + 1)
    twice = int(np.argmax(np.bincount(owner) > 1))
    where = joint_names[owner == twice] // (len(unit_names) + 1)
    named = ", ".join(str(group_names[g % (len(group_names) + 1)]) for g in where[:3])
    raise ValueError(
        f"clusters: {unit_names[twice]} lies in the strata {named}; a cluster lies in one stratum. "
        "Say nested=True if cluster names start again in every stratum."
    )


def _check_population(
    size: Floats,
    stratum: Integers,
    stratum_size: Floats,
    sampled: Integers,
    names: NDArray,
    place: int,
) -> None:
    if np.any(~(size > 0)):
        row = int(np.argmax(~(size > 0)))
        raise ValueError(f"population: row {row} has {size[row]}; give counts above 0, or inf.")
    uneven = size != stratum_size[stratum]
    if np.any(uneven):
        code = stratum[int(np.argmax(uneven))]
        found = np.unique(size[stratum == code])[:3]
        raise ValueError(
            f"population: stratum {names[code]} has the sizes {', '.join(f'{v:g}' for v in found)} "
            f"at stage {place + 1}; give every row of a stratum the same."
        )
    small = stratum_size < sampled
    if np.any(small):
        code = int(np.argmax(small))
        raise ValueError(
            f"population: stratum {names[code]} has {stratum_size[code]:g} units at stage "
            f"{place + 1}, but {sampled[code]} were sampled; give the number before sampling."
        )


def _check_lonely(stages: list[Stage], lonely: LonelyRule) -> None:
    if lonely not in ("refuse", "certainty", "centre"):
        raise ValueError(f"lonely is {lonely!r}; allowed are 'refuse', 'certainty' and 'centre'.")
    for place, stage in enumerate(stages):
        single = (stage.sampled == 1) & (stage.population > 1)
        if lonely == "refuse" and np.any(single):
            raise ValueError(
                f"strata: {stage.names[int(np.argmax(single))]} has one sampled unit at stage "
                f"{place + 1} ({int(single.sum())} such of {len(single)}), so its variance cannot "
                "be known; merge strata, or choose lonely='certainty' or lonely='centre'."
            )
