"""The way of one run: a study's name in; its site, reports, open data and manifest out.

Everything is made beside the last good build and takes its place at the end, so that a run which
stops half-way leaves what was there untouched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reports.manifest import (
    Manifest,
    digest_run,
    fingerprint_run,
    is_current,
    list_inputs,
    read_manifest,
    write_manifest,
)
from reports.progress import Progress
from reports.store import Store, digest_file

if TYPE_CHECKING:
    from analysis.pipeline import StudyResult
    from reports.assemble import Assembly
    from reports.layout.faults import Fault as PageFault
    from survey.faults import Fault
    from survey.study import Study

STORE = ".store"
ENGINES = "pages that Quarto 1.9 or newer, or the embedded engine, lays out without a warning"
CHOOSE = "install Quarto, or use ENGINE=embedded"
UNUSED_DAYS = 14  # what no run asked for in so many days leaves the store


@dataclass(frozen=True)
class Built:
    """What a run made."""

    folder: Path
    waves: tuple[str, ...]
    languages: tuple[str, ...]
    pages: int
    figures: int
    findings: int
    engine: str
    unchanged: bool

    @property
    def site(self) -> Path:
        return self.folder / "site"


@dataclass(frozen=True)
class Run:
    """The settings of one run."""

    study: str | Path
    waves: tuple[str, ...] | None
    languages: tuple[str, ...] | None
    engine: str
    jobs: int
    out: Path
    now: datetime


def build_report(
    study: str | Path,
    *,
    waves: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    engine: str = "auto",
    jobs: int = 0,
    out: Path,
    now: datetime,
    progress: Progress,
) -> Built:
    """Make everything of a study below `out`; do nothing where nothing has changed.

    `jobs` 0 means one for each core. Raises `Refusal` for input that cannot be worked with; the
    last good build is then as it was.
    """
    from survey.load import find_study

    folder = find_study(study)
    run = Run(
        study=folder,
        waves=tuple(waves) if waves else None,
        languages=tuple(languages) if languages else None,
        engine=engine,
        jobs=jobs or os.cpu_count() or 1,
        out=out,
        now=now,
    )
    fingerprint = fingerprint_run(folder, run.waves, run.languages, engine)
    last = read_manifest(out / folder.name)
    if last is not None and last.fingerprint == fingerprint and is_current(out / folder.name, last):
        progress.done(f"nothing changed since {last.made}")
        return _describe(out / folder.name, last, unchanged=True)
    return _make(run, folder, fingerprint, progress)


def _make(run: Run, folder: Path, fingerprint: str, progress: Progress) -> Built:
    from reports.assemble import assemble_project
    from reports.layout.engine import choose_engine
    from reports.layout.faults import LayoutFailed, PageFaults
    from reports.outputs import write_open_data, write_private, write_workbooks
    from reports.site import lay_out_site
    from survey.faults import Fault, Refusal
    from survey.load import load_study

    try:
        engine = choose_engine(run.engine)
    except LayoutFailed as error:
        raise Refusal(Fault(f"ENGINE={run.engine}", str(error), ENGINES, CHOOSE)) from error
    progress.step("read the study")
    study = load_study(folder, run.waves)
    study = narrow_languages(study, run.languages)
    store = Store(run.out / STORE / folder.name)
    store.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = digest_run(study)
    result = compute(study, store, key, progress)

    target, following = run.out / folder.name, run.out / f".{folder.name}.next"
    shutil.rmtree(following, ignore_errors=True)
    following.mkdir(parents=True)
    try:
        write_private(study, result, following / "private", store, key)
        published = result.published
        assembly = assemble_project(study, published, following, store, key, run.jobs, progress)
        progress.step("open data and workbooks")
        site = following / "site"
        write_open_data(study, published, assembly, site / "data", store, key)
        write_workbooks(study, published, site, store, key, run.jobs)
        lay_out_site(study, assembly, engine, following, store, run.jobs, progress)
        manifest = _record(run, study, result, assembly, engine.name, engine.version, fingerprint)
        write_manifest(following, manifest)
        _take_place(following, target)
    except PageFaults as error:
        raise Refusal([_explain(fault) for fault in error.faults]) from error
    except LayoutFailed as error:
        raise Refusal(Fault("the lay-out", str(error), ENGINES, "mend what it names")) from error
    finally:
        shutil.rmtree(following, ignore_errors=True)
    store.drop_older_than(run.now.timestamp() - UNUSED_DAYS * 86400)
    return _describe(target, manifest, unchanged=False)


def compute(study: Study, store: Store, key: str, progress: Progress) -> StudyResult:
    """Take each wave from its export to its estimates, from the store where nothing changed."""
    from analysis.pipeline import WaveResult, run_study, run_wave
    from reports.manifest import digest_wave

    progress.step("clean and estimate the waves")
    names = [passport.wave for passport in study.passports]

    def take(wave: str) -> WaveResult:
        made = store.get_or_make("wave", digest_wave(study, wave), lambda: run_wave(study, wave))
        progress.advance(names.index(wave) + 1, len(names))
        return made

    steps = {wave: partial(take, wave) for wave in names}
    return store.get_or_make("result", key, lambda: run_study(study, steps))


def narrow_languages(study: Study, languages: tuple[str, ...] | None) -> Study:
    """Return the study with only the languages asked for; refuse one that it lacks."""
    from survey.faults import Fault, Refusal, list_few, suggest

    if languages is None:
        return study
    unknown = [name for name in languages if name not in study.languages]
    if unknown:
        raise Refusal(
            Fault(
                where=f"LANGS={','.join(languages)}",
                found=f"the study {study.id} has no texts in {list_few(unknown)}",
                allowed=list_few(study.languages),
                todo=suggest(unknown[0], study.languages),
            )
        )
    chosen = tuple(name for name in study.languages if name in languages)
    return study.model_copy(update={"about": study.about.model_copy(update={"languages": chosen})})


def _explain(fault: PageFault) -> Fault:
    """Return a fault of a page in the words of every other fault."""
    from survey.faults import Fault

    where = f"{fault.file}:{fault.line}"
    return Fault(where, fault.what, "what docs/pages.md describes", fault.way_out)


def _record(
    run: Run,
    study: Study,
    result: StudyResult,
    assembly: Assembly,
    engine: str,
    version: str,
    fingerprint: str,
) -> Manifest:
    return Manifest(
        study=study.id,
        made=run.now.isoformat(timespec="seconds"),
        fingerprint=fingerprint,
        engine=f"{engine} ({version})",
        waves=tuple(result.waves),
        languages=study.languages,
        invented=study.invented,
        pages=assembly.page_count,
        figures=assembly.figure_count,
        findings=len(result.findings),
        inputs={name: digest_file(path) for name, path in list_inputs(study.folder).items()},
    )


def _describe(folder: Path, manifest: Manifest, unchanged: bool) -> Built:
    return Built(
        folder=folder,
        waves=manifest.waves,
        languages=manifest.languages,
        pages=manifest.pages,
        figures=manifest.figures,
        findings=manifest.findings,
        engine=manifest.engine,
        unchanged=unchanged,
    )


def _take_place(following: Path, target: Path) -> None:
    """Put the new build where the last one stood; the last one is gone only after that."""
    former = target.with_name(f".{target.name}.last")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    try:
        following.rename(target)
    except OSError:
        if former.exists():
            former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)
