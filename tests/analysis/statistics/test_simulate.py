"""A short version of the simulations, and the committed long one within its promises."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis.statistics.simulate import (
    Situation,
    list_situations,
    simulate_coverage,
    simulate_rejections,
)
from survey.rounding import round_all

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "analysis" / "statistics" / "simulation.csv"


@pytest.mark.parametrize(
    "situation",
    [
        Situation(10, 0.01, False, False),
        Situation(30, 0.05, True, False),
        Situation(100, 0.2, True, True),
        Situation(300, 0.5, False, True),
        Situation(1000, 0.05, True, False),
    ],
    ids=lambda s: f"{s.name} n={s.n} share={s.share}",
)
def test_the_house_interval_covers_as_it_claims(situation):
    """2,000 surveys: at most three standard errors (0.015) below 95 %."""
    found = simulate_coverage(np.random.default_rng(11), situation, 2000)
    assert found.house > 0.935
    assert found.repetitions == 2000


def test_a_lower_level_covers_less():
    situation = Situation(300, 0.5, False, False)
    found = simulate_coverage(np.random.default_rng(12), situation, 2000, level=0.8)
    assert 0.77 < found.house < 0.84


def test_wilson_ignores_weights_and_clusters_and_so_covers_less():
    situation = Situation(300, 0.5, True, True)
    found = simulate_coverage(np.random.default_rng(13), situation, 2000)
    assert found.wilson < 0.92 < found.house


def test_tests_reject_as_often_as_they_say():
    """1,000 surveys, 300 tables: 5 % within three standard errors, plus a little for n = 200."""
    found = simulate_rejections(
        np.random.default_rng(14), Situation(200, 0.2, True, False), 1000, 300
    )
    assert [(part.test, part.repetitions) for part in found] == [
        ("shares", 1000),
        ("means", 1000),
        ("ranks", 1000),
        ("table", 300),
    ]
    for part in found:
        assert abs(part.below_5 - 0.05) < 3.5 * np.sqrt(0.0475 / part.repetitions)
        assert part.below_1 < 0.03


def test_the_committed_result_holds_every_situation_and_its_promises():
    with COMMITTED.open() as file:
        rows = list(csv.DictReader(file))
    house = [row for row in rows if (row["what"], row["method"]) == ("coverage", "house")]
    names = {(row["sample"], int(row["n"]), float(row["share"])) for row in house}
    assert names == {(s.name, s.n, s.share) for s in list_situations()}
    assert min(float(row["value"]) for row in house) > 0.935
    below = [float(row["value"]) for row in rows if row["what"] == "p < 0.05"]
    assert 0.04 < min(below) <= max(below) < 0.065


def test_the_table_of_the_maths_page_is_the_committed_result():
    """Run tests/bench/run_simulation.py, then write its numbers into docs/maths.md."""
    page = (ROOT / "docs" / "maths.md").read_text(encoding="utf-8")
    with COMMITTED.open() as file:
        rows = list(csv.DictReader(file))
    house = {
        (row["sample"], int(row["n"]), float(row["share"])): float(row["value"])
        for row in rows
        if row["method"] == "house"
    }
    for sample, n in {(sample, n) for sample, n, _ in house}:
        found = np.array([100 * house[sample, n, share] for share in (0.01, 0.05, 0.2, 0.5)])
        values = [f"{value:.1f}" for value in round_all(found, 1)]
        assert f"| {sample} | {n:,} | " + " | ".join(values) + " |" in page
    below = [float(row["value"]) for row in rows if row["what"] == "p < 0.05"]
    low, high = round_all(100 * np.array([min(below), max(below)]), 1)
    assert f"reject in {low:.1f} to {high:.1f} per cent" in page
