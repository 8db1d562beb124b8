"""A design goes in, jackknife replicate weights come out, raked anew in every replicate.

The second road to a standard error: leave out one sampled unit at a time, repeat the whole
weighting and the whole estimate, and see how much the estimate moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.calibration import Bounds, Margin, rake
from analysis.statistics.design import Design
from analysis.statistics.domains import Floats, divide


@dataclass(frozen=True)
class Replicates:
    """Weights without one sampled unit each, and how much each replicate counts."""

    whole: Floats  # (n,) weights of the full sample
    weights: Floats  # (n, replicates)
    scale: Floats  # (replicates,) (n−1)/n of the stratum, times 1 − its sampling fraction


def jackknife_weights(
    design: Design, margins: Sequence[Margin] = (), bounds: Bounds | None = None
) -> Replicates:
    """Stratified delete-one-unit jackknife (JKn; Rust and Rao 1996, Stat. Methods Med. Res. 5).

    Of the first stage only. The others of the stratum take over the weight of the unit left out,
    n/(n−1), and all are raked to ``margins`` again. Strata with a single unit or taken whole add
    no replicate. Raises ValueError for a design that is calibrated already (give the one before,
    with its margins), for ``lonely="centre"``, and as ``rake`` where a replicate loses a level.
    """
    if design.calibration is not None:
        raise ValueError("jackknife: the design is calibrated; give the one before, and margins.")
    stage = design.stages[0]
    if design.lonely == "centre" and np.any(stage.sampled == 1):
        raise ValueError("jackknife: a stratum has one unit and lonely='centre'; merge strata.")
    left = 1 - stage.fraction
    stratum_scale = left * (stage.sampled - 1) / stage.sampled
    units = np.nonzero(stratum_scale[stage.unit_stratum] > 0)[0]
    weights = np.empty((design.n, len(units)))
    for place, unit in enumerate(units):
        size = stage.sampled[stage.unit_stratum[unit]]
        same = design.stratum == stage.unit_stratum[unit]
        moved = np.where(same, design.weights * size / (size - 1), design.weights)
        moved[stage.unit == unit] = 0.0
        weights[:, place] = _rake_weights(design, moved, margins, bounds)
    whole = _rake_weights(design, design.weights, margins, bounds)
    return Replicates(whole, weights, stratum_scale[stage.unit_stratum[units]])


def replicate_covariance(
    replicates: Replicates, estimate: Callable[[Floats], ArrayLike]
) -> tuple[Floats, Floats]:
    """Estimates (k,) and their covariance (k, k); ``estimate`` maps weights (n,) to (k,).

    Σ scale · (θᵣ − θ̄)(θᵣ − θ̄)ᵀ around the mean of the replicates, as R survey does by default.
    """
    value = np.atleast_1d(np.asarray(estimate(replicates.whole), np.float64))
    found = np.array([np.atleast_1d(estimate(column)) for column in replicates.weights.T])
    around = found - found.mean(axis=0)
    return value, (around * replicates.scale[:, None]).T @ around


def replicate_means(
    replicates: Replicates, values: ArrayLike, members: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Means (k,) of ``values`` (n,) or (n, k) over domains and their covariance (k, k)."""
    y = np.asarray(values, np.float64).reshape(len(replicates.whole), -1)
    inside = ~np.isnan(y)
    if members is not None:
        inside = inside & np.asarray(members, np.bool_).reshape(len(y), -1)
    filled = np.where(inside, y, 0.0)

    def estimate(weights: Floats) -> Floats:
        return divide(weights @ filled, weights @ inside.astype(np.float64))

    return replicate_covariance(replicates, estimate)


def _rake_weights(
    design: Design, weights: Floats, margins: Sequence[Margin], bounds: Bounds | None
) -> Floats:
    if not margins:
        return weights
    return rake(replace(design, weights=weights), margins, bounds).design.weights
