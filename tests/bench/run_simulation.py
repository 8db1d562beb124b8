"""Runs the simulations of analysis/statistics/simulate.py and writes their packaged result.

python tests/bench/run_simulation.py          about ten minutes; the committed result
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from analysis.statistics.simulate import (
    Situation,
    list_situations,
    simulate_coverage,
    simulate_rejections,
)

SEED = 20240601
REPETITIONS = 10_000
TABLES = 2_000
TARGET = Path(__file__).parents[2] / "analysis" / "statistics" / "simulation.csv"


def list_rows():
    """Rows of the result, each with its own generator, so that one can be run alone."""
    for place, situation in enumerate(list_situations()):
        generator = np.random.default_rng([SEED, place])
        found = simulate_coverage(generator, situation, REPETITIONS)
        for interval in ("house", "logit", "wilson"):
            yield describe(
                situation, "coverage", interval, found.repetitions, getattr(found, interval)
            )
    for place, (weighted, clustered) in enumerate(((False, False), (True, False), (True, True))):
        for n in (100, 300):
            generator = np.random.default_rng([SEED, 1000 + place, n])
            situation = Situation(n, 0.2, weighted, clustered)
            for part in simulate_rejections(generator, situation, TABLES, TABLES):
                yield describe(situation, "p < 0.05", part.test, part.repetitions, part.below_5)
                yield describe(situation, "p < 0.01", part.test, part.repetitions, part.below_1)


def describe(situation, what, method, repetitions, value):
    return (what, method, situation.name, situation.n, situation.share, repetitions, f"{value:.4f}")


def main():
    header = ("what", "method", "sample", "n", "share", "repetitions", "value")
    with TARGET.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in list_rows():
            writer.writerow(row)
            file.flush()


if __name__ == "__main__":
    main()
