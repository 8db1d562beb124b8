"""A seeded generator goes in, how often intervals cover and tests reject comes out.

Answers are drawn from a known population many times; the columns of one questionnaire are the
repetitions, so that a thousand surveys cost one call of the fast road.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.statistics.associations import associate_table
from analysis.statistics.batch import estimate_codes
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.comparisons import compare_means, compare_ranks, compare_shares
from analysis.statistics.design import Design, declare_design
from analysis.statistics.domains import Floats, Integers
from analysis.statistics.families import adjust_families
from analysis.statistics.intervals import logit, wilson
from analysis.statistics.pairs import compare_pairs

CLUSTER_SIZE = 5
CLUSTER_CORRELATION = 0.1  # of two answers within one cluster
WEIGHT_SPREAD = 0.5  # standard deviation of the logarithm: a design effect of about 1.28
DRAWS = 10  # of weights and groups, over which the repetitions of a comparison are spread
MARGIN_SHARES = (0.2, 0.3, 0.5)  # of the levels of both margins that are raked to
FAMILY_PARTS = (0.1, 0.15, 0.2, 0.25, 0.3)  # of the levels of the segment that a family tests
FAMILY_SHARES = np.repeat((0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5), 5)  # of its answers


@dataclass(frozen=True)
class Situation:
    """One population and sample size."""

    n: int
    share: float
    weighted: bool = False
    clustered: bool = False
    raked: bool = False

    @property
    def name(self) -> str:
        """What is unusual about the sample."""
        marks = (
            ("weights", self.weighted), ("clusters", self.clustered), ("margins", self.raked)
        )  # fmt: skip
        parts = [word for word, on in marks if on]
        return " and ".join(parts) or "simple"


@dataclass(frozen=True)
class Coverage:
    """Share of repetitions whose interval holds the true share, by interval."""

    situation: Situation
    repetitions: int
    house: float
    logit: float
    wilson: float


@dataclass(frozen=True)
class Rejection:
    """Share of repetitions with p below 5 and 1 %, where nothing differs, by test.

    ``part`` is how many of the respondents are in the first group; ``held`` the share of
    repetitions whose interval of the difference holds 0, NaN for tests without one.
    """

    situation: Situation
    part: float
    repetitions: int
    test: str
    below_5: float
    below_1: float
    held: float


def list_situations() -> Iterator[Situation]:
    """Sizes 10 to 1,000 (30 in clusters), shares 1 to 50 %, with and without weights."""
    for weighted, clustered in ((False, False), (True, False), (False, True), (True, True)):
        for n in (10, 30, 100, 300, 1000):
            if clustered and n < 30:
                continue  # two clusters: no variance can be told from them
            for share in (0.01, 0.05, 0.2, 0.5):
                yield Situation(n, share, weighted, clustered)


def list_comparisons() -> Iterator[tuple[Situation, float]]:
    """Where nothing differs: n = 300, two halves and a tenth against the rest, shares 2 to 50 %."""
    for marks in ({}, {"weighted": True}, {"weighted": True, "clustered": True}, {"raked": True}):
        for part in (0.5, 0.1):
            for share in (0.02, 0.05, 0.2, 0.5):
                yield Situation(300, share, **marks), part


def simulate_coverage(
    generator: np.random.Generator, situation: Situation, repetitions: int, level: float = 0.95
) -> Coverage:
    """Draw ``repetitions`` samples and count how often each interval holds the true share."""
    design = _draw_design(generator, situation)
    codes = _draw_answers(generator, situation, repetitions)
    found = estimate_codes(design, codes, 2)
    share, base = found.share[:, 1, 0], found.base[:, 0]
    bounds = {
        "house": tuple(part[:, 1, 0] for part in found.interval(level)),
        "logit": logit(share, found.standard_error[:, 1, 0], found.degrees[0], level),
        "wilson": wilson(share, base, level),
    }
    held = {
        name: float(np.mean((lower <= situation.share) & (situation.share <= upper)))
        for name, (lower, upper) in bounds.items()
    }
    return Coverage(situation, repetitions, **held)


def simulate_rejections(
    generator: np.random.Generator,
    situation: Situation,
    repetitions: int,
    tables: int,
    part: float = 0.5,
) -> list[Rejection]:
    """Test a part of a sample against the rest, from which it does not differ.

    ``tables`` are the repetitions of Rao and Scott's test, which takes one column at a time.
    """
    draws = [
        _reject(generator, situation, repetitions // DRAWS, tables // DRAWS, part)
        for _ in range(DRAWS)
    ]
    made = []
    for name in ("shares", "means", "ranks", "table"):
        p, held = (np.concatenate([draw[name][at] for draw in draws]) for at in (0, 1))
        tested = p[~np.isnan(p)]
        below_5, below_1 = (float(np.mean(tested < limit)) for limit in (0.05, 0.01))
        hold = float(np.mean(held)) if held.size else np.nan
        made.append(Rejection(situation, part, len(tested), name, below_5, below_1, hold))
    return made


def _reject(
    generator: np.random.Generator, situation: Situation, repetitions: int, tables: int, part: float
) -> dict[str, tuple[Floats, Floats]]:
    """Draw weights and groups once; return p, and whether an interval held 0, by test."""
    design = _draw_design(generator, situation)
    codes = _draw_answers(generator, situation, repetitions)
    first = generator.permutation(situation.n) < round(part * situation.n)
    points = codes + generator.normal(size=codes.shape)
    shares = compare_shares(design, codes, first, ~first)
    means = compare_means(design, points, first, ~first)
    ranks = compare_ranks(design, points, first, ~first).p
    columns = codes.T[:tables]
    table = np.array([associate_table(design, one, first.astype(int)).p for one in columns])
    none = np.empty(0)
    return {
        "shares": (shares.p, _hold_nought(shares.lower, shares.upper)),
        "means": (means.p, _hold_nought(means.lower, means.upper)),
        "ranks": (ranks, none),
        "table": (table, none),
    }


def _hold_nought(lower: Floats, upper: Floats) -> Floats:
    """Whether each interval there is holds 0."""
    known = ~np.isnan(lower)
    return ((lower <= 0) & (upper >= 0))[known].astype(np.float64)


def simulate_families(generator: np.random.Generator, situation: Situation, families: int) -> float:
    """Return in how many families of tests anything is clear though nothing differs.

    A family is 40 answers by five levels, each against the rest, adjusted by Benjamini and
    Hochberg; ``situation.share`` counts for nothing, the answers are of 1 to 50 %.
    """
    false = 0
    edges = np.cumsum(FAMILY_PARTS)
    for _ in range(families):
        design = _draw_design(generator, situation)
        level = np.searchsorted(edges, generator.random(situation.n), side="right")
        members = level[:, None] == np.arange(len(FAMILY_PARTS))
        codes = (generator.random((situation.n, len(FAMILY_SHARES))) < FAMILY_SHARES).astype(int)
        both = np.column_stack([members, ~members])
        places = np.arange(len(FAMILY_PARTS))
        pairs = np.column_stack([places, places + len(places)])
        p = compare_pairs(design, codes, both, pairs, least_base=30).tests.p.ravel()
        adjusted = adjust_families(p, np.zeros(len(p)))
        false += bool(np.nanmin(adjusted) < 0.05)
    return false / families


def _draw_design(generator: np.random.Generator, situation: Situation) -> Design:
    weights: Floats | None = None
    if situation.weighted:
        weights = generator.lognormal(0.0, WEIGHT_SPREAD, situation.n)
    clusters = _name_clusters(situation) if situation.clustered else None
    design = declare_design(situation.n, weights, clusters=clusters)
    return rake(design, _draw_margins(generator, situation)).design if situation.raked else design


def _draw_margins(generator: np.random.Generator, situation: Situation) -> list[Margin]:
    """Two margins of three levels, drawn from the population that they describe."""
    levels = tuple("abc")
    targets = situation.n * np.array(MARGIN_SHARES)
    draws = [generator.choice(len(levels), situation.n, p=MARGIN_SHARES) for _ in range(2)]
    return [Margin(f"margin {at}", codes, levels, targets) for at, codes in enumerate(draws)]


def _draw_answers(
    generator: np.random.Generator, situation: Situation, repetitions: int
) -> Integers:
    """0/1 answers (n, repetitions); a beta-binomial share per cluster where clustered."""
    chance: Floats | float = situation.share
    if situation.clustered:
        strength = 1 / CLUSTER_CORRELATION - 1
        clusters = _name_clusters(situation)
        alpha, beta = situation.share * strength, (1 - situation.share) * strength
        chance = generator.beta(alpha, beta, (clusters[-1] + 1, repetitions))[clusters]
    return (generator.random((situation.n, repetitions)) < chance).astype(np.int64)


def _name_clusters(situation: Situation) -> Integers:
    return np.arange(situation.n) // CLUSTER_SIZE
