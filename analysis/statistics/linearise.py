"""Answers and domains go in, estimates with the influence of every respondent come out.

This is the plain road: one influence column per estimate, for tests, contrasts and models. The
fast road for whole questionnaires is ``batch.py``; the two agree (tested). Domains never cut the
design: who is outside has influence 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.design import Design, covariance, standard_errors
from analysis.statistics.domains import Floats


@dataclass(frozen=True)
class Linearised:
    """k estimates and what each respondent adds to their variance."""

    value: Floats  # (k,)
    influence: Floats  # (n, k), before the weight

    def standard_error(self, design: Design) -> Floats:
        """Standard errors, (k,)."""
        return standard_errors(design, self.influence)

    def covariance(self, design: Design) -> Floats:
        """Covariance matrix, (k, k)."""
        return covariance(design, self.influence)

    def combine(self, contrast: ArrayLike) -> Linearised:
        """Linear combinations: ``contrast`` is (combinations, k)."""
        factors = np.atleast_2d(np.asarray(contrast, np.float64))
        return Linearised(factors @ self.value, self.influence @ factors.T)


def linearise_ratio(
    design: Design, above: ArrayLike, below: ArrayLike, members: ArrayLike | None = None
) -> Linearised:
    """Ratio of totals Σwa / Σwb over each domain; influence (a − R b) / Σwb (Woodruff 1971).

    ``above`` and ``below`` are (n,) or (n, k), ``members`` (n,) or (n, k) booleans. A row with a
    missing value on either side is outside. Raises ValueError where Σwb is 0.
    """
    a, b, inside = _arrange(design, members, above, below)
    weight = design.weights[:, None]
    bottom = (weight * b).sum(axis=0)
    if np.any(bottom == 0):
        raise ValueError(
            f"ratio: domain {int(np.argmax(bottom == 0))} has nothing to divide by "
            f"({int(inside.sum(axis=0)[int(np.argmax(bottom == 0))])} answers); leave it out."
        )
    value = (weight * a).sum(axis=0) / bottom
    return Linearised(value, (a - value * b) / bottom)


def linearise_mean(
    design: Design, values: ArrayLike, members: ArrayLike | None = None
) -> Linearised:
    """Weighted means (shares for 0/1 values) over domains; influence (y − ȳ) / Σw.

    Shapes and errors as ``linearise_ratio``; NaN is no answer.
    """
    return linearise_ratio(design, values, np.ones(design.n), members)


def linearise_total(
    design: Design, values: ArrayLike, members: ArrayLike | None = None
) -> Linearised:
    """Weighted totals over domains; influence y. Missing values add nothing."""
    (y, _) = _arrange(design, members, values)
    return Linearised((design.weights[:, None] * y).sum(axis=0), y)


def standardise_mean(
    design: Design,
    values: ArrayLike,
    segments: ArrayLike,
    composition: ArrayLike,
    members: ArrayLike | None = None,
) -> Linearised:
    """Mean that the domains would have with a fixed composition of segments, Σ πₛ ȳₛ.

    ``values`` (n,), ``segments`` (n,) codes (−1 outside), ``composition`` (segments,) shares or
    counts, ``members`` (n,) or (n, k) domains, such as waves: their differences are then free of
    changes in composition (direct standardisation; Korn and Graubard 1999, section 3.4). Raises
    ValueError for a segment of the composition without answers in a domain.
    """
    share = np.asarray(composition, np.float64)
    if np.any(~(share >= 0)) or not share.sum() > 0:
        raise ValueError("composition: give shares or counts of 0 or more, not all 0.")
    domains = np.ones((design.n, 1), np.bool_)
    if members is not None:
        domains = np.asarray(members, np.bool_).reshape(design.n, -1)
    used = np.nonzero(share)[0]
    inside = np.asarray(segments)[:, None] == used
    blocks = (domains[:, :, None] & inside[:, None, :]).reshape(design.n, -1)
    answered = blocks & ~np.isnan(np.asarray(values, np.float64))[:, None]
    empty = design.weights @ answered == 0
    if np.any(empty):
        domain, place = divmod(int(np.argmax(empty)), len(used))
        raise ValueError(
            f"composition: segment {used[place]} has no answers in domain {domain}; merge it."
        )
    weights = np.kron(np.eye(domains.shape[1]), share[used] / share.sum())
    return linearise_mean(design, values, blocks).combine(weights)


def standardise_columns(
    design: Design, values: ArrayLike, segments: ArrayLike, composition: ArrayLike
) -> Linearised:
    """``standardise_mean`` of many values (n, k) over all members of the segments at once.

    Value NaN and influence 0 where a segment of the composition has no answers.
    """
    share = np.asarray(composition, np.float64)
    used = np.nonzero(share > 0)[0]
    inside = np.asarray(segments)[:, None] == used
    y = np.asarray(values, np.float64)
    answered = (~np.isnan(y)).astype(np.float64)
    member = inside * design.weights[:, None]
    weight = member.T @ answered
    filled = np.where(weight > 0, weight, 1.0)
    mean = member.T @ np.where(answered > 0, y, 0.0) / filled
    part = (share[used] / share.sum())[:, None]
    whole = np.all(weight > 0, axis=0)
    around = np.where(answered > 0, y, 0.0) - answered * (inside @ mean)
    influence = (inside @ (part / filled)) * around
    return Linearised(
        np.where(whole, (part * mean).sum(axis=0), np.nan), np.where(whole, influence, 0.0)
    )


def design_effect(
    design: Design, values: ArrayLike, members: ArrayLike | None = None, replacement: bool = True
) -> Floats:
    """Variance of the means over that of a simple random sample as large (Kish 1965), (k,).

    Without ``replacement`` the simple sample gets its own finite population correction, with the
    sum of the weights as the population. NaN where all answers are equal: 0 over 0.
    """
    mean = linearise_mean(design, values, members)
    y, inside = _arrange(design, members, values)
    weight = design.weights[:, None] * inside
    n = (weight > 0).sum(axis=0)
    total = weight.sum(axis=0)
    if np.any(n < 2):
        raise ValueError("design effect: a domain has fewer than two answers; leave it out.")
    spread = (weight * (y - mean.value) ** 2).sum(axis=0) / total * n / (n - 1)
    simple = spread / n
    if not replacement:
        if np.any(total < n):
            raise ValueError(
                f"design effect: the weights add up to {total.min():g}, less than the "
                f"{n.max()} answers; scale them to the population."
            )
        simple = simple * (total - n) / total
    variance = mean.standard_error(design) ** 2
    return np.divide(variance, simple, out=np.full(simple.shape, np.nan), where=simple > 0)


def _arrange(design: Design, members: ArrayLike | None, *values: ArrayLike) -> tuple[Floats, ...]:
    """Values as (n, k) with 0 for those outside, and who is inside, all of one shape."""
    matrices = [np.asarray(part, np.float64).reshape(design.n, -1) for part in values]
    inside = np.ones((design.n, 1), np.bool_)
    if members is not None:
        inside = np.asarray(members, np.bool_).reshape(design.n, -1)
    for matrix in matrices:
        if np.any(np.isinf(matrix)):
            raise ValueError("values: one is infinite; use NaN for no answer.")
        inside = inside & ~np.isnan(matrix)
    return (*(np.where(inside, matrix, 0.0) for matrix in matrices), inside)
