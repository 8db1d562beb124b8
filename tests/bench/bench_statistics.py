"""Times the estimates of a whole questionnaire beside R survey and svy, where they are installed.

    python tests/bench/bench_statistics.py            under 10 minutes; FULL=1 adds svy at a million

60 items by 8 segments, 5 strata with a finite population (clusters of 10 in the last rows), plain
and raked to two margins, declaring the design and raking included. Prints a Markdown table:
seconds, each rival's seconds over ours, and the largest relative difference of a standard error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.statistics.batch import estimate_numbers, estimate_scores
from analysis.statistics.calibration import Margin, rake
from analysis.statistics.design import declare_design

ITEMS, SEGMENTS, STRATA, CLUSTER_SIZE = 60, 8, 5, 10
RIVAL = Path(__file__).with_name("rival.R")
SEED = 20240602


@dataclass(frozen=True)
class Sample:
    """One invented sample."""

    kind: str  # "0/1", "non-response" (1 to 5, 15 % missing) or "clustered" (0/1)
    answers: np.ndarray  # (n, items) int8, −1 no answer
    segment: np.ndarray
    stratum: np.ndarray
    population: np.ndarray
    cluster: np.ndarray
    margins: tuple[Margin, Margin]


def invent_sample(kind: str, n: int) -> Sample:
    """A sample whose margins are those of its strata's population, a little shifted."""
    rng = np.random.default_rng([SEED, n, len(kind)])
    stratum = np.arange(n) * STRATA // n
    sizes = np.bincount(stratum) * np.array([2, 3, 4, 5, 6])
    total = 3 * n if kind == "clustered" else sizes.sum()
    if kind == "non-response":
        answers = rng.integers(1, 6, (n, ITEMS), dtype=np.int8)
        answers[rng.random((n, ITEMS), dtype=np.float32) < 0.15] = -1
    else:
        answers = (rng.random((n, ITEMS), dtype=np.float32) < 0.3).astype(np.int8)
    margins = []
    for name, levels in (("a", 4), ("b", 3)):
        codes = rng.integers(0, levels, n)
        target = np.bincount(codes, minlength=levels) * np.linspace(0.9, 1.1, levels)
        labels = tuple(str(level) for level in range(levels))
        margins.append(Margin(name, codes, labels, target / target.sum() * total))
    cluster = np.arange(n) // CLUSTER_SIZE
    return Sample(
        kind,
        answers,
        rng.integers(0, SEGMENTS, n),
        stratum,
        sizes[stratum],
        cluster,
        (margins[0], margins[1]),
    )


def estimate(sample: Sample, raked: bool, as_numbers: bool = False):
    """Ours: declare, rake, and all means by segment."""
    n = len(sample.answers)
    if sample.kind == "clustered":
        weights = np.full(n, 3.0)
        design = declare_design(n, weights, sample.stratum, sample.cluster, nested=True)
    else:
        design = declare_design(n, strata=sample.stratum, population=sample.population)
    if raked:
        design = rake(design, sample.margins).design
    if as_numbers:
        return estimate_numbers(design, sample.answers, sample.segment, SEGMENTS)
    scores = np.arange(6.0) if sample.kind == "non-response" else np.array([0.0, 1.0])
    return estimate_scores(design, sample.answers, scores, sample.segment, SEGMENTS)


def time_ours(sample: Sample, raked: bool, as_numbers: bool = False):
    """Best of some runs, and the standard errors."""
    runs = 5 if len(sample.answers) <= 10_000 else 2
    best = np.inf
    for _ in range(runs):
        started = time.perf_counter()
        found = estimate(sample, raked, as_numbers)
        best = min(best, time.perf_counter() - started)
    return best, found.standard_error


def time_r(sample: Sample, raked: bool):
    """Seconds and standard errors (items, segments) of R survey."""
    n = len(sample.answers)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.asfortranarray(sample.answers).T.tofile(folder / "answers.bin")
        columns = [sample.segment, sample.stratum, sample.population, sample.cluster]
        columns += [margin.codes for margin in sample.margins]
        np.array(columns, np.int32).tofile(folder / "people.bin")
        a, b = (margin.targets for margin in sample.margins)
        names = ["(Intercept)", "a1", "a2", "a3", "b1", "b2"]
        rows = zip(names, [a.sum(), *a[1:], *b[1:]], strict=True)
        lines = ["name,total", *(f"{key},{float(total)!r}" for key, total in rows)]
        (folder / "margins.csv").write_text("\n".join(lines) + "\n")
        words = [str(n), str(ITEMS), sample.kind, "raked" if raked else "plain"]
        done = subprocess.run(
            ["Rscript", str(RIVAL), name, *words], capture_output=True, text=True, check=True
        )
        errors = np.fromfile(folder / "errors.bin").reshape(ITEMS, SEGMENTS)
        return float(done.stdout), errors


def time_svy(sample: Sample, raked: bool):
    """Seconds and standard errors (items, segments) of svy."""
    import polars
    import svy

    names = [f"i{k}" for k in range(ITEMS)]
    frame = polars.DataFrame(
        {name: sample.answers[:, k].astype(float) for k, name in enumerate(names)}
    )
    if sample.kind == "non-response":
        frame = frame.with_columns(
            polars.when(polars.col(name) < 0).then(None).otherwise(polars.col(name)).alias(name)
            for name in names
        )
    a, b = sample.margins
    population = np.bincount(sample.stratum, sample.population) / np.bincount(sample.stratum)
    sampled = np.bincount(sample.stratum)
    frame = frame.with_columns(
        segment=polars.Series(sample.segment),
        stratum=polars.Series(sample.stratum),
        population=polars.Series(sample.population.astype(float)),
        cluster=polars.Series(sample.cluster),
        a=polars.Series(a.codes.astype(str)),
        b=polars.Series(b.codes.astype(str)),
        weight=polars.Series(
            np.full(len(sample.answers), 3.0)
            if sample.kind == "clustered"
            else (population / sampled)[sample.stratum]
        ),
    )
    started = time.perf_counter()
    if sample.kind == "clustered":
        design = svy.Design(stratum="stratum", psu="cluster", wgt="weight")
    else:
        design = svy.Design(stratum="stratum", wgt="weight", pop_size="population")
    survey: Any = svy.Sample(frame, design)
    if raked:
        controls = {m.name: dict(zip(m.levels, map(float, m.targets), strict=True)) for m in (a, b)}
        survey = survey.weighting.rake(controls=controls, tol=1e-10)
    found: list[Any] = [
        survey.estimation.mean(name, by="segment", drop_nulls=sample.kind == "non-response")
        for name in names
    ]
    seconds = time.perf_counter() - started
    return seconds, np.array([[part.se for part in one.estimates] for one in found])


def list_rows():
    """(kind, n, raked, ask R, ask svy): what fits in ten minutes."""
    full = os.environ.get("FULL") == "1"
    for kind in ("0/1", "non-response", "clustered"):
        for n in (1_500, 10_000, 100_000, 1_000_000):
            for raked in (False, True):
                small = n <= 10_000
                if kind == "clustered" and n > 100_000:
                    continue
                ask_r = small or (n == 100_000 and kind == "0/1") or (kind == "0/1" and not raked)
                ask_svy = small or full or (n == 100_000 and kind == "0/1")
                yield kind, n, raked, ask_r, ask_svy


def describe_rival(ask: bool, run, sample: Sample, raked: bool, ours: float, errors) -> list[str]:
    """Seconds, ratio and difference of one rival, or dashes."""
    if not ask:
        return ["–", "–", "–"]
    seconds, theirs = run(sample, raked)
    difference = np.max(np.abs(theirs / errors - 1))
    return [f"{seconds:.2f}", f"{seconds / ours:.0f} ×", f"{difference:.0e}"]


def main() -> None:
    """Print the table row by row."""
    has_r = shutil.which("Rscript") is not None
    try:
        import svy

        version = svy.__version__
    except ImportError:
        version = None
    print(f"R survey: {'present' if has_r else 'absent'}; svy: {version or 'absent'}\n")
    columns = ["items", "n", "weights", "ours, s"]
    for rival in ("R", "svy"):
        columns += [f"{rival}, s", f"{rival} / ours", "difference"]
    print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    for kind, n, raked, ask_r, ask_svy in list_rows():
        sample = invent_sample(kind, n)
        ours, errors = time_ours(sample, raked)
        cells = [kind, f"{n:,}", "raked" if raked else "plain", f"{ours:.4f}"]
        cells += describe_rival(ask_r and has_r, time_r, sample, raked, ours, errors)
        cells += describe_rival(ask_svy and bool(version), time_svy, sample, raked, ours, errors)
        print("| " + " | ".join(cells) + " |", flush=True)
        if kind == "0/1":
            numbers, again = time_ours(sample, raked, as_numbers=True)
            difference = np.max(np.abs(again / errors - 1))
            note = ["as numbers", f"{n:,}", cells[2], f"{numbers:.4f}", "", "", f"{difference:.0e}"]
            print("| " + " | ".join([*note, "", "", ""]) + " |", flush=True)


if __name__ == "__main__":
    main()
