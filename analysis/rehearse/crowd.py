"""A wave and its profile in, the people who will answer it out: traits, colleagues, old friends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from survey.rehearsal import Rehearsal, WaveProfile
from survey.study import Study

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]
Rows = NDArray[np.int64]

STANDARD = NormalDist()
# Of colleagues who both answer, most come in pairs, some as three or four.
COLLEAGUES = (2, 2, 3, 2, 4)
# Of what is a person's own in an answer, the share of variance that lasts from wave to wave.
CONSTANCY = 0.6


def invert_normal(uniform: Numbers) -> Numbers:
    """Return standard normal quantiles; by the standard library, the same on every machine."""
    inside = np.clip(uniform, 1e-12, 1 - 1e-12)
    return np.array([STANDARD.inv_cdf(u) for u in inside.ravel()]).reshape(inside.shape)


@dataclass(frozen=True)
class Dice:
    """Random numbers by subject: a new question leaves the answers to the others as they were.

    Only uniform doubles are drawn, whose stream numpy keeps between versions; every other
    distribution is made of them by our own arithmetic.
    """

    root: int

    @classmethod
    def from_generator(cls, generator: np.random.Generator) -> Dice:
        return cls(int(generator.random() * 2**53))

    def throw(self, subject: str, size: int) -> Numbers:
        """Return `size` uniform numbers in [0, 1), always the same for a subject."""
        bits = np.random.PCG64([self.root, crc32(subject.encode())])
        return np.random.Generator(bits).random(size)

    def shuffle(self, subject: str, size: int) -> Rows:
        """Return 0 … size − 1 in a random order, always the same for a subject."""
        return np.argsort(self.throw(subject, size), kind="stable").astype(np.int64)


@dataclass(frozen=True)
class Crowd:
    """The respondents of one wave before the first question; one array entry a respondent.

    leader     the row whose facts this respondent shares: a colleague's or the own
    cluster    the code of the organisation
    panel      the key by which a person is known in other waves
    partial, speeder, straightliner   how somebody will answer
    former     the crowd of the wave before, with the row there of those who return (else −1)
    """

    wave: str
    dice: Dice
    leader: Rows
    cluster: tuple[str, ...]
    panel: tuple[str, ...]
    partial: Marks
    speeder: Marks
    straightliner: Marks
    former: Crowd | None
    former_row: Rows

    @property
    def n(self) -> int:
        return len(self.leader)

    @cached_property
    def returns(self) -> Marks:
        return self.former_row >= 0

    def throw(self, subject: str, fact: bool = False, stable: bool = False) -> Numbers:
        """Return a uniform number each; colleagues share a fact, who returns keeps the stable."""
        thrown = self.dice.throw(subject, self.n)
        if stable and self.former is not None:
            earlier = self.former.throw(subject, fact, stable)
            thrown = np.where(self.returns, earlier[self.former_row], thrown)
        return thrown[self.leader] if fact else thrown

    def draw_own(self, subject: str, fact: bool = False, stable: bool = False) -> Numbers:
        """Return a standard normal number each; who returns has something of the former one."""
        own = invert_normal(self.throw(subject, fact, stable))
        if self.former is None or stable:
            return own
        earlier = self.former.draw_own(subject, fact)[self.former_row]
        mixed = np.sqrt(CONSTANCY) * earlier + np.sqrt(1 - CONSTANCY) * own
        return np.where(self.returns, mixed, own)

    def draw_trait(self, trait: str, common: float) -> Numbers:
        """Return a standard normal value each, of whose variance colleagues share `common`."""
        own = invert_normal(self.throw(f"trait {trait}", stable=True))
        shared = invert_normal(self.throw(f"climate {trait}", fact=True, stable=True))
        return np.sqrt(common) * shared + np.sqrt(1 - common) * own


def gather_crowd(
    study: Study, wave: str, rehearsal: Rehearsal, n: int, generator: np.random.Generator
) -> Crowd:
    """Return the crowd of a wave with `n` completes; partials and marks grow in proportion."""
    profile = rehearsal.wave(wave, study.wave_order.index(wave))
    dice = Dice.from_generator(generator)
    partials = scale_count(profile.partials, profile, n)
    total = n + partials
    order = dice.shuffle("roles", total)
    completes = order[partials:]
    speeders = scale_count(profile.speeders, profile, n)
    straightliners = scale_count(profile.straightliners, profile, n)
    former = _find_former(study, wave, rehearsal, profile)
    returning = scale_count(profile.returning, profile, n) if former else 0
    former_row = np.full(total, -1)
    if former is not None:
        finished = np.flatnonzero(~former.partial)
        known = finished[former.dice.shuffle("returning", len(finished))][:returning]
        former_row[completes[::-1][: len(known)]] = known
    leader, cluster = _form_organisations(dice, wave, profile, former, former_row)
    return Crowd(
        wave=wave,
        dice=dice,
        leader=leader,
        cluster=cluster,
        panel=tuple(
            former.panel[row] if former and row >= 0 else f"p-{wave}-{at:04d}"
            for at, row in enumerate(former_row, start=1)
        ),
        partial=_mark(total, order[:partials]),
        speeder=_mark(total, completes[:speeders]),
        straightliner=_mark(total, completes[speeders : speeders + straightliners]),
        former=former,
        former_row=former_row,
    )


def scale_count(count: int, profile: WaveProfile, n: int) -> int:
    """Return a count declared for `profile.completes` respondents as it is for `n` of them."""
    return round(count * n / profile.completes)


def _mark(size: int, rows: Rows) -> Marks:
    marked = np.zeros(size, dtype=bool)
    marked[rows] = True
    return marked


def _find_former(
    study: Study, wave: str, rehearsal: Rehearsal, profile: WaveProfile
) -> Crowd | None:
    """Return the crowd of the wave before as its own profile makes it, if anyone returns."""
    previous = study.previous(wave)
    if previous is None or not profile.returning:
        return None
    earlier = rehearsal.wave(previous.id, study.wave_order.index(previous.id))
    generator = np.random.default_rng(earlier.seed)
    return gather_crowd(study, previous.id, rehearsal, earlier.completes, generator)


def _form_organisations(
    dice: Dice, wave: str, profile: WaveProfile, former: Crowd | None, former_row: Rows
) -> tuple[Rows, tuple[str, ...]]:
    """Return leader rows and organisation codes; who returns keeps the organisation of then."""
    total = len(former_row)
    leader = np.arange(total)
    cluster = [f"o-{wave}-{at:04d}" for at in range(1, total + 1)]
    first: dict[str, int] = {}
    for row in np.flatnonzero(former_row >= 0).tolist():
        if former is not None:
            cluster[row] = former.cluster[former_row[row]]
            leader[row] = first.setdefault(cluster[row], row)
    fresh = [int(row) for row in dice.shuffle("colleagues", total) if former_row[row] < 0]
    shared = fresh[: round(total * profile.sharing / 100)]
    group = 0
    while len(shared) >= 2:
        members, shared = shared[: COLLEAGUES[group % 5]], shared[COLLEAGUES[group % 5] :]
        for row in members:
            leader[row], cluster[row] = members[0], cluster[members[0]]
        group += 1
    return leader, tuple(cluster)
