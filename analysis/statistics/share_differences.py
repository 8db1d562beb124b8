"""Two shares with their errors go in; the error of their difference if they were equal comes out.

Each group's own variance misleads where an answer is rare: nobody of 34 has a variance of 0, and
the test of "0 % against 10 %" then rejects far too often (``simulation.csv``). So a test of shares
asks what the difference would vary if both groups had one share, as the usual chi-squared test
does, and the bounds of a difference with a rare answer are built from those of both shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.domains import Floats, divide
from analysis.statistics.intervals import Bounds, is_rare, share_interval, student


@dataclass(frozen=True)
class ShareSide:
    """One side of k comparisons of shares, each field (k,)."""

    share: Floats  # NaN where nobody answered
    error: Floats
    base: NDArray
    effective: Floats  # Kish's effective base

    @property
    def known(self) -> Floats:
        """The shares, 0 where nobody answered."""
        return np.clip(np.nan_to_num(self.share), 0.0, 1.0)

    @property
    def own_variance(self) -> Floats:
        """p (1 − p); 0 where all answers are equal."""
        return self.known * (1 - self.known)

    @property
    def is_exact(self) -> NDArray[np.bool_]:
        """Whether the share varies within the group but not over samples, as in a census."""
        return (self.own_variance > 0) & (self.error == 0)


@dataclass(frozen=True)
class Equality:
    """What turns the influences on two shares into those that they would have if equal, (k,).

    The variance is that of ``first`` · influence − ``second`` · influence, plus ``extra``.
    """

    first: Floats
    second: Floats
    extra: Floats


def assume_equal(one: ShareSide, other: ShareSide) -> Equality:
    """Give each side the variance of the joint share p: √(p(1−p) / p₁(1−p₁)) times its influence.

    Each side so keeps its design effect; weights, strata, clusters, margins and respondents in
    common stay in the covariance. p weighs the shares by effective bases. Where all answers of a
    side are equal it has no influence, and p(1−p) over its effective base stands in for it, unless
    the other side says that samples do not vary. Of a simple random sample the test is Pearson's
    (Agresti 2013, Categorical Data Analysis, section 3.2.1).
    """
    size = one.effective + other.effective
    joint = divide(one.effective * one.known + other.effective * other.known, size)
    joint = np.clip(np.nan_to_num(joint), 0.0, 1.0)
    variance = joint * (1 - joint)
    factors, extra = [], np.zeros(np.shape(variance))
    for side, against in ((one, other), (other, one)):
        own = side.own_variance
        factors.append(np.sqrt(np.divide(variance, own, out=np.zeros(own.shape), where=own > 0)))
        stands_in = (own == 0) & (side.effective > 0) & ~against.is_exact
        extra += np.where(stands_in, variance / np.maximum(side.effective, 1.0), 0.0)
    return Equality(factors[0], factors[1], extra)


def difference_bounds(
    one: ShareSide, other: ShareSide, error: Floats, degrees: Floats, level: float
) -> Bounds:
    """Bounds of the difference of two shares: ± t · error, or from both intervals if one is rare.

    ``error`` is the standard error of the difference. Rare is what ``is_rare`` says; the bounds
    are then at the root of the squared distances to the bounds of both shares, less twice their
    product times the correlation (Newcombe 1998, Stat. Med. 17, 873–890, method 10; Zou and
    Donner 2008, Stat. Med. 27, 1693–1702, for the correlation).
    """
    difference = one.share - other.share
    lower, upper = student(difference, error, degrees, level)
    sides = (one, other)
    rare = np.any([is_rare(side.known, side.error, side.base) for side in sides], axis=0)
    if not np.any(rare):
        return lower, upper
    (low_1, high_1), (low_2, high_2) = (
        share_interval(side.known, side.error, side.base, degrees, level) for side in sides
    )
    both = one.error * other.error
    shared = (one.error**2 + other.error**2 - error**2) / 2
    r = np.clip(np.divide(shared, both, out=np.zeros(both.shape), where=both > 0), -1.0, 1.0)
    down = _join_distances(one.known - low_1, high_2 - other.known, r)
    up = _join_distances(high_1 - one.known, other.known - low_2, r)
    return np.where(rare, difference - down, lower), np.where(rare, difference + up, upper)


def _join_distances(one: Floats, other: Floats, correlation: Floats) -> Floats:
    squares = one**2 - 2 * correlation * one * other + other**2
    return np.sqrt(np.maximum(squares, 0.0))
