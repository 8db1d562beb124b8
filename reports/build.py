"""The way of one run: a study's name in; its site, reports, open data and manifest out.

Everything is made beside the last good build and takes its place at the end, so that a run which
stops half-way leaves what was there untouched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reports.manifest import (
    Manifest,
    digest_inputs,
    digest_run,
    digest_versions,
    fingerprint_run,
    is_build,
    is_current,
    read_manifest,
    write_manifest,
)
from reports.progress import Progress
from reports.store import Store

if TYPE_CHECKING:
    from reports.assemble import Assembly
    from reports.computed import Computed
    from reports.layout.engine import Engine
    from reports.layout.faults import Fault as PageFault
    from survey.faults import Fault
    from survey.study import Study

STORE = ".store"
LAID_OUT = "pages that Quarto 1.9 or newer, or the embedded engine, lays out without a warning"
ENGINES = "embedded; quarto, where version 1.9 or newer is on the path; auto, which takes either"
ONE_RUN = "one run at a time for a study and a folder"
WAIT = "wait until the other has ended, or choose another folder with --out"
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
    """The settings of one run, and the sums of what it is made from."""

    folder: Path
    waves: tuple[str, ...] | None
    languages: tuple[str, ...] | None
    engine: str
    jobs: int
    out: Path
    now: datetime
    inputs: dict[str, str] = field(repr=False)
    fingerprint: str

    @property
    def target(self) -> Path:
        """Where the finished build stands."""
        return self.out / self.folder.name


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
    _refuse_file(out)
    _refuse_no_build(out / folder.name)
    chosen = tuple(waves) if waves else None
    named = tuple(languages) if languages else None
    inputs = digest_inputs(folder, out)
    fingerprint = fingerprint_run(inputs, chosen, named, engine)
    cores = jobs or os.cpu_count() or 1
    run = Run(folder, chosen, named, engine, cores, out, now, inputs, fingerprint)
    last = read_manifest(run.target)
    if last is not None and last.fingerprint == fingerprint and is_current(run.target, last):
        progress.done(f"nothing changed since {last.made}")
        return _describe(run.target, last, unchanged=True)
    return _make(run, progress)


def _make(run: Run, progress: Progress) -> Built:
    """Make everything beside the last good build, then put it in its place."""
    from reports.supported import refuse_unsupported
    from survey.faults import Fault, Refusal
    from survey.load import load_study

    engine = _choose_engine(run.engine)
    progress.step("read the study")
    study = narrow_languages(order_waves(load_study(run.folder, run.waves)), run.languages)
    refuse_unsupported(study)
    store = Store(run.out / STORE / run.folder.name, made_with=digest_versions())
    following = run.target.with_name(f".{run.folder.name}.next")
    with store.hold() as is_alone:
        if not is_alone:
            raise Refusal(Fault(str(run.target), "another run is making it", ONE_RUN, WAIT))
        _bring_back(run.target)
        _refuse_another_study(run, store)
        shutil.rmtree(following, ignore_errors=True)
        try:
            manifest = _fill(run, study, engine, following, store, progress)
            _take_place(following, run.target)
            store.sign(run.folder)
        finally:
            shutil.rmtree(following, ignore_errors=True)
        store.drop_older_than(run.now.timestamp() - UNUSED_DAYS * 86400)
    progress.done()
    return _describe(run.target, manifest, unchanged=False)


def _fill(
    run: Run, study: Study, engine: Engine, folder: Path, store: Store, progress: Progress
) -> Manifest:
    """Compute, assemble and lay out everything into `folder`; return its manifest, written too."""
    from reports.assemble import assemble_project
    from reports.computed import compute
    from reports.layout.faults import LayoutFailed, PageFaults
    from reports.outputs import make_tables, write_open_data, write_private, write_workbooks
    from reports.parallel import Workers
    from reports.site import lay_out_site
    from survey.faults import Fault, Refusal

    key = digest_run(study)
    try:
        with Workers(run.jobs) as workers:
            computed = compute(study, store, key, workers, progress)
            write_private(computed.private, folder / "private")
            published, site = computed.published, folder / "site"
            assembly = assemble_project(
                study, published, engine, folder, store, key, workers, progress
            )
        progress.step("open data and workbooks")
        with Workers(run.jobs) as workers:  # new ones: who drew holds on to the memory
            books, texts = make_tables(study, published, store, key, workers)
        write_workbooks(books, site)
        with ThreadPoolExecutor(1) as beside:  # laying out is the work of other programs
            data = (study, published, assembly, site / "data", texts)
            written = beside.submit(write_open_data, *data)
            lay_out_site(study, assembly, engine, folder, store, run.jobs, progress)
            written.result()
    except PageFaults as error:
        raise Refusal([_explain(fault) for fault in error.faults]) from error
    except LayoutFailed as error:
        raise Refusal(Fault("the lay-out", str(error), LAID_OUT, "mend what it names")) from error
    manifest = _record(run, study, computed, assembly, engine)
    write_manifest(folder, manifest)
    return manifest


def _choose_engine(choice: str) -> Engine:
    from reports.layout.engine import choose_engine
    from reports.layout.faults import LayoutFailed
    from survey.faults import Fault, Refusal

    try:
        return choose_engine(choice)
    except LayoutFailed as error:
        todo = "install Quarto, or use ENGINE=embedded"
        raise Refusal(Fault(f"ENGINE={choice}", str(error), ENGINES, todo)) from error


def _refuse_file(out: Path) -> None:
    from survey.faults import Fault, Refusal

    if out.exists() and not out.is_dir():
        todo = "choose another folder with --out"
        raise Refusal(Fault(str(out), "a file", "a folder for everything made", todo))


def _refuse_no_build(target: Path) -> None:
    """Refuse to put a build where something else stands, as the folder of the study itself."""
    from survey.faults import Fault, Refusal

    if target.exists() and not is_build(target):
        found = "a study" if (target / "study.toml").exists() else "no build of this package"
        allowed = "an earlier build, which the new one replaces, or nothing"
        todo = "choose another folder with --out"
        raise Refusal(Fault(str(target), f"{found}, which would be lost", allowed, todo))


def _refuse_another_study(run: Run, store: Store) -> None:
    """Refuse to replace the build of another study, whose folder has the same name."""
    from survey.faults import Fault, Refusal

    if run.target.exists() and not store.belongs_to(run.folder):
        raise Refusal(
            Fault(
                str(run.target),
                f"the build of another folder that is called {run.folder.name} as well",
                "the builds of one study folder under a name",
                "choose another folder with --out; or, if this study was moved, delete that build",
            )
        )


def order_waves(study: Study) -> Study:
    """Return the study with its waves in their order, each once, however they were asked for."""
    by_wave = {passport.wave: passport for passport in study.passports}
    ordered = tuple(by_wave[wave] for wave in study.wave_order if wave in by_wave)
    return study.model_copy(update={"passports": ordered})


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
    run: Run, study: Study, computed: Computed, assembly: Assembly, engine: Engine
) -> Manifest:
    return Manifest(
        study=study.id,
        made=run.now.isoformat(timespec="seconds"),
        fingerprint=run.fingerprint,
        engine=f"{engine.name} ({engine.version})",
        waves=computed.waves,
        languages=study.languages,
        invented=study.invented,
        pages=assembly.page_count,
        figures=assembly.figure_count,
        findings=computed.findings,
        inputs=run.inputs,
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
    former = _name_former(target)
    shutil.rmtree(former, ignore_errors=True)
    try:
        if target.exists():
            target.rename(former)
        following.rename(target)
    except BaseException:  # Ctrl-C between the two would leave no build at all
        _bring_back(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _bring_back(target: Path) -> None:
    """Put the last build back where a run was cut off between taking it away and replacing it."""
    former = _name_former(target)
    if former.exists() and not target.exists():
        former.rename(target)


def _name_former(target: Path) -> Path:
    return target.with_name(f".{target.name}.last")
