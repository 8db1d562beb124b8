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
from analysis.statistics.comparisons import compare_means, compare_ranks, compare_shares
from analysis.statistics.design import Design, declare_design
from analysis.statistics.domains import Floats, Integers
from analysis.statistics.intervals import logit, wilson

CLUSTER_SIZE = 5
CLUSTER_CORRELATION = 0.1  # of two answers within one cluster
WEIGHT_SPREAD = 0.5  # standard deviation of the logarithm: a design effect of about 1.28


@dataclass(frozen=True)
class Situation:
    """One population and sample size."""

    n: int
    share: float
    weighted: bool
    clustered: bool

    @property
    def name(self) -> str:
        """What is unusual about the sample."""
        parts = [
            word for word, on in (("weights", self.weighted), ("clusters", self.clustered)) if on
        ]
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
    """Share of repetitions with p below 5 and 1 %, where nothing differs, by test."""

    situation: Situation
    repetitions: int
    test: str
    below_5: float
    below_1: float


def list_situations() -> Iterator[Situation]:
    """Sizes 10 to 1,000, shares 1 to 50 %, with and without weights and clusters."""
    for weighted, clustered in ((False, False), (True, False), (False, True), (True, True)):
        for n in (10, 30, 100, 300, 1000):
            if clustered and n < 100:
                continue  # fewer than 20 clusters: a design nobody should field
            for share in (0.01, 0.05, 0.2, 0.5):
                yield Situation(n, share, weighted, clustered)


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
    generator: np.random.Generator, situation: Situation, repetitions: int, tables: int
) -> list[Rejection]:
    """Test two halves of a sample that do not differ; ``tables`` repetitions of Rao and Scott."""
    design = _draw_design(generator, situation)
    codes = _draw_answers(generator, situation, repetitions)
    first = generator.random(situation.n) < 0.5
    points = codes + generator.normal(size=codes.shape)
    p = {
        "shares": compare_shares(design, codes, first, ~first).p,
        "means": compare_means(design, points, first, ~first).p,
        "ranks": compare_ranks(design, points, first, ~first).p,
        "table": np.array(
            [
                associate_table(design, codes[:, k], first.astype(int)).p
                for k in range(min(tables, repetitions))
            ]
        ),
    }
    made = []
    for name, values in p.items():
        tested = values[~np.isnan(values)]
        below = [float(np.mean(tested < limit)) for limit in (0.05, 0.01)]
        made.append(Rejection(situation, len(tested), name, *below))
    return made


def _draw_design(generator: np.random.Generator, situation: Situation) -> Design:
    weights: Floats | None = None
    if situation.weighted:
        weights = generator.lognormal(0.0, WEIGHT_SPREAD, situation.n)
    clusters = _name_clusters(situation) if situation.clustered else None
    return declare_design(situation.n, weights, clusters=clusters)


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
