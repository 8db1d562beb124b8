"""A study in, how long its report takes out: cold, with nothing changed, with one sentence changed.

Works on a copy of the study, and starts a new process for each build, as a person does.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from survey.faults import Fault, Refusal

if TYPE_CHECKING:
    from survey.study import Study

PAUSE = 0.1  # seconds between two looks at the memory in use
SENTENCE = "\nDeze zin kwam erbij om te meten hoe lang dat duurt.\n"


@dataclass(frozen=True)
class Build:
    """One measured build. `peak` is the memory of all its processes together, in MB."""

    name: str
    seconds: float
    peak: float
    pages: int
    figures: int

    @property
    def aim(self) -> float:
        """Seconds aimed at on two cores with the embedded engine."""
        return {"cold": 20 + 0.35 * self.figures, "nothing changed": 2.0}.get(self.name, 6.0)


Run = Callable[[Sequence[str]], tuple[float, float]]


def measure_builds(
    study: Study, pages: Path, work: Path, options: Sequence[str], run: Run
) -> list[Build]:
    """Build a copy of `study` three times below `work` and return the three measurements.

    `pages` holds the package's own pages; `options` go to `verkenning report`; `run` runs a
    command and returns its seconds and its peak memory in MB.
    """
    from reports.manifest import read_manifest

    copy, out = work / study.id, work / "build"
    copy_study(study, pages, copy)
    command = [sys.executable, "-m", "reports.command", "report", "--study", str(copy)]
    command += ["--out", str(out), *options]
    builds = []
    for name in ("cold", "nothing changed", "one sentence changed"):
        if name == "one sentence changed":
            add_sentence(copy, study.languages[0])
        seconds, peak = run(command)
        made = read_manifest(out / copy.name)
        if made is None:
            raise RuntimeError("a build ended well without a manifest")
        builds.append(Build(name, seconds, peak, made.pages, made.figures))
    return builds


def copy_study(study: Study, pages: Path, copy: Path) -> None:
    """Copy declarations, raw exports and pages, so that a page can be changed without harm."""
    shutil.copytree(study.folder, copy)
    shutil.copytree(study.data_folder, copy / "data_raw", dirs_exist_ok=True)
    for language in study.languages:
        target = copy / "pages" / language
        for source in (pages / study.id / language, pages / language):
            for page in sorted(source.glob("*.qmd")):
                if not (target / page.name).exists():
                    target.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(page, target / page.name)


def add_sentence(study: Path, language: str) -> Path:
    """Add a sentence to the first page of a language and return that page."""
    pages = sorted((study / "pages" / language).glob("_*.qmd"))
    if not pages:
        found, allowed = "no page", "a page _name.qmd"
        raise Refusal(Fault(str(study / "pages" / language), found, allowed, "write a page"))
    with pages[0].open("a", encoding="utf-8") as file:
        file.write(SENTENCE)
    return pages[0]


def run_measured(command: Sequence[str]) -> tuple[float, float]:
    """Run a command and return its seconds and the peak memory of all its processes, in MB.

    Raises `Refusal` with its last words where it fails.
    """
    import psutil

    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peaks = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(PAUSE):
            peaks.append(_sum_memory(psutil, child.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    told, _ = child.communicate()
    over.set()
    watcher.join()
    if child.returncode:
        todo = "correct what it tells, then measure again"
        raise Refusal(
            Fault("a build", " ".join(told.split())[-400:], "a build that ends well", todo)
        )
    return time.perf_counter() - began, max(peaks)


def describe_builds(builds: Sequence[Build]) -> str:
    """Return the measurements as a table, with the aims and the sizes beside them."""
    lines = [f"{'build':<22}{'seconds':>9}{'aim':>9}{'MB':>8}{'pages':>8}{'figures':>9}"]
    lines += [
        f"{one.name:<22}{one.seconds:>9.1f}{one.aim:>9.1f}{one.peak:>8.0f}{one.pages:>8}{one.figures:>9}"
        for one in builds
    ]
    return "\n".join(lines)


def _sum_memory(psutil: ModuleType, pid: int) -> float:
    """Return the memory of a process and those it started; what they share counts once."""
    total = 0
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0.0
    for process in processes:
        try:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
        except psutil.Error:
            continue  # it ended meanwhile
    return total / 1e6
