"""The packaged result of the simulations in, the table of what intervals and tests kept out."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import Literal

from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table
from analysis.wording import format_number, format_percent
from survey.rounding import round_half_up

RESULT = Path(__file__).parents[2] / "statistics" / "simulation.csv"


@cache
def read_simulation() -> tuple[dict[str, str], ...]:
    """Return the rows that tests/bench/run_simulation.py wrote, as texts."""
    with RESULT.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _pick(what: str, method: str) -> list[dict[str, str]]:
    return [row for row in read_simulation() if (row["what"], row["method"]) == (what, method)]


def simulation(scope: Scope) -> Table:
    """Samples × shares: how often the house's 95 % interval held the true share."""
    from analysis.statistics.simulate import CLUSTER_CORRELATION, CLUSTER_SIZE, WEIGHT_SPREAD

    house = _pick("coverage", "house")
    found = {(r["sample"], r["n"], r["share"]): float(r["value"]) for r in house}
    shares = list(dict.fromkeys(row["share"] for row in house))
    body: list[tuple[str | Cell, ...]] = []
    for sample, n in dict.fromkeys((row["sample"], row["n"]) for row in house):
        values = [100 * found[sample, n, share] for share in shares]
        cells = [
            Cell(format_percent(round_half_up(v, 1), scope.language, 1), v, "text") for v in values
        ]
        name = scope.say(f"simulation.{sample.replace(' ', '_')}")
        body.append((name, scope.count(float(n)), *cells))
    header = (
        *scope.heads("sample", "base"),
        *(format_percent(100 * float(share), scope.language) for share in shares),
    )
    repetitions = format_number(float(house[0]["repetitions"]), scope.language, 0)
    note = scope.say(
        "simulation.note",
        repetitions=repetitions,
        effect=format_number(math.exp(WEIGHT_SPREAD**2), scope.language, 2),
        size=format_number(CLUSTER_SIZE, scope.language, 0),
        correlation=format_number(CLUSTER_CORRELATION, scope.language, 1),
    )
    return scope.table(scope.say("method.simulation_caption"), header, body, (note,), row_headers=2)


def simulated_lowest(scope: Scope) -> str:
    """Say where the house's interval held the true share least often, and how often."""
    worst = min(_pick("coverage", "house"), key=lambda row: float(row["value"]))
    return scope.say(
        "simulation.lowest",
        share=format_percent(100 * float(worst["share"]), scope.language),
        sample=scope.say(f"simulation.{worst['sample'].replace(' ', '_')}"),
        n=format_number(float(worst["n"]), scope.language, 0),
        rate=format_percent(round_half_up(100 * float(worst["value"]), 1), scope.language, 1),
    )


def simulated_rejections(scope: Scope, of: Literal["shares", "others"]) -> str:
    """Return how often tests at 5 % reject where nothing differs: "4,9 tot 6,3%".

    Those of shares, or the others: of means, of ranks and of whole tables.
    """
    tests = [row for row in read_simulation() if row["what"] == "p < 0.05"]
    return _range(scope, [row for row in tests if (row["method"] == "shares") == (of == "shares")])


def simulated_families(scope: Scope) -> str:
    """Return in how many families of adjusted tests something is clear though nothing differs."""
    return _range(scope, _pick("families", "shares"))


def simulated_differences(scope: Scope) -> str:
    """Return how often the interval of a difference of two shares held the true difference."""
    return _range(scope, _pick("coverage", "difference"))


def _range(scope: Scope, rows: list[dict[str, str]]) -> str:
    rates = [100 * float(row["value"]) for row in rows]
    low, high = (
        format_percent(round_half_up(rate, 1), scope.language, 1)
        for rate in (min(rates), max(rates))
    )
    return scope.say("simulation.between", low=low, high=high)
