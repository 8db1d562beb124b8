"""The packaged result of the simulations in, the table of what intervals and tests kept out."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from analysis.tell.method.scope import Scope
from analysis.tell.tables import Cell, Table
from analysis.wording import format_number, format_percent
from survey.rounding import round_half_up

RESULT = Path(__file__).parents[2] / "statistics" / "simulation.csv"


@cache
def read_simulation() -> tuple[dict[str, str], ...]:
    """Return the rows that tests/bench/run_simulation.py wrote, as texts."""
    with RESULT.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def simulation(scope: Scope) -> Table:
    """Samples × shares: how often the house's 95 % interval held the true share."""
    house = [r for r in read_simulation() if (r["what"], r["method"]) == ("coverage", "house")]
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
    note = scope.say("simulation.note", repetitions=repetitions)
    return scope.table(scope.say("method.simulation_caption"), header, body, (note,), row_headers=2)


def simulated_lowest(scope: Scope) -> str:
    """Say where the house's interval held the true share least often, and how often."""
    house = [r for r in read_simulation() if (r["what"], r["method"]) == ("coverage", "house")]
    worst = min(house, key=lambda row: float(row["value"]))
    return scope.say(
        "simulation.lowest",
        share=format_percent(100 * float(worst["share"]), scope.language),
        sample=scope.say(f"simulation.{worst['sample'].replace(' ', '_')}"),
        n=format_number(float(worst["n"]), scope.language, 0),
        rate=format_percent(round_half_up(100 * float(worst["value"]), 1), scope.language, 1),
    )


def simulated_rejections(scope: Scope) -> str:
    """Return how often tests at 5 % reject where nothing differs: "4,9 tot 6,3%"."""
    rates = [100 * float(r["value"]) for r in read_simulation() if r["what"] == "p < 0.05"]
    low, high = (
        format_percent(round_half_up(rate, 1), scope.language, 1)
        for rate in (min(rates), max(rates))
    )
    return scope.say("simulation.between", low=low, high=high)
