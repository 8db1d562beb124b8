"""Runs the simulations of analysis/statistics/simulate.py and writes their packaged result.

python tests/bench/run_simulation.py          about three minutes; the committed result
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from analysis.statistics.simulate import (
    Situation,
    list_comparisons,
    list_situations,
    simulate_coverage,
    simulate_families,
    simulate_rejections,
)

SEED = 20240601
REPETITIONS = 10_000
TABLES = 2_000
FAMILIES = 1_000
FAMILY = (Situation(300, 0.0), Situation(300, 0.0, weighted=True), Situation(300, 0.0, raked=True))
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
    for place, (situation, part) in enumerate(list_comparisons()):
        generator = np.random.default_rng([SEED, 1000 + place])
        for one in simulate_rejections(generator, situation, REPETITIONS, TABLES, part):
            counted = (one.test, one.repetitions)
            yield describe(situation, "p < 0.05", *counted, one.below_5, part)
            yield describe(situation, "p < 0.01", *counted, one.below_1, part)
            if one.test == "shares":
                yield describe(situation, "coverage", "difference", one.repetitions, one.held, part)
    for place, situation in enumerate(FAMILY):
        generator = np.random.default_rng([SEED, 2000 + place])
        found = simulate_families(generator, situation, FAMILIES)
        yield describe(situation, "families", "shares", FAMILIES, found)


def describe(situation, what, method, repetitions, value, part=""):
    place = (situation.name, situation.n, part, situation.share)
    return (what, method, *place, repetitions, f"{value:.4f}")


def main():
    header = ("what", "method", "sample", "n", "part", "share", "repetitions", "value")
    with TARGET.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in list_rows():
            writer.writerow(row)
            file.flush()


if __name__ == "__main__":
    main()
