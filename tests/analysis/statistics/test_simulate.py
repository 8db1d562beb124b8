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
    simulate_families,
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


def test_a_small_group_and_a_rare_answer_reject_no_more_often():
    """30 beside 270, share 5 %: the t of each group's own variance rejects in a fifth."""
    generator = np.random.default_rng(15)
    shares, *_ = simulate_rejections(generator, Situation(300, 0.05), 2000, 10, part=0.1)
    assert shares.below_5 < 0.06
    assert shares.held > 0.94


def test_a_family_of_tests_finds_little_where_nothing_differs():
    found = simulate_families(np.random.default_rng(16), Situation(300, 0.0, raked=True), 60)
    assert found < 0.2


def list_rates(rows: list[dict[str, str]], what: str, method: str) -> list[float]:
    return [float(r["value"]) for r in rows if (r["what"], r["method"]) == (what, method)]


def test_the_committed_result_holds_every_situation_and_its_promises():
    with COMMITTED.open() as file:
        rows = list(csv.DictReader(file))
    house = [row for row in rows if (row["what"], row["method"]) == ("coverage", "house")]
    names = {(row["sample"], int(row["n"]), float(row["share"])) for row in house}
    assert names == {(s.name, s.n, s.share) for s in list_situations()}
    assert min(float(row["value"]) for row in house) > 0.93
    below = {kind: list_rates(rows, "p < 0.05", kind) for kind in ("shares", "means", "ranks")}
    assert 0.03 < min(below["shares"]) <= max(below["shares"]) < 0.07
    assert (
        0.04 < min(below["means"] + below["ranks"]) <= max(below["means"] + below["ranks"]) < 0.08
    )
    assert max(list_rates(rows, "p < 0.05", "table")) < 0.1  # 2 % of 300 in clusters: six answers
    assert min(list_rates(rows, "coverage", "difference")) > 0.92
    assert max(list_rates(rows, "families", "shares")) < 0.11


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
    others = [r for kind in ("means", "ranks", "table") for r in list_rates(rows, "p < 0.05", kind)]
    for said, rates in (
        ("reject in {} to {} per cent of 10,000", list_rates(rows, "p < 0.05", "shares")),
        ("whole tables in {} to {} per cent", others),
        ("holds it in {} to {} per cent", list_rates(rows, "coverage", "difference")),
        ("find something in {} to {} per cent", list_rates(rows, "families", "shares")),
    ):
        ends = round_all(100 * np.array([min(rates), max(rates)]), 1)
        assert said.format(*(f"{end:.1f}" for end in ends)) in page
