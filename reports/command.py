"""The command line: arguments, clock and environment in; one verb's work and its exit code out."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 an older one may still start this file
    sys.exit(f"verkenning needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

import functools
import os
import shlex
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reports.build import Built
    from reports.progress import Progress
    from survey.wave import Shape

FIRST_STUDY = "ai-cultuur"
BUILD = Path("build")
app = typer.Typer(
    name="verkenning",
    help="From the raw exports of a sector survey to published findings.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Engine(StrEnum):
    """Who lays the pages out."""

    AUTO = "auto"
    QUARTO = "quarto"
    EMBEDDED = "embedded"


class ExportShape(StrEnum):
    """The survey tool whose export is imitated."""

    SURVEYMONKEY = "surveymonkey"
    LIMESURVEY = "limesurvey"
    SPSS = "spss"
    PLAIN = "plain"


Study = Annotated[
    str, typer.Option("--study", "-s", help="name of a study, or the folder of one anywhere")
]
Waves = Annotated[str, typer.Option("--wave", help="only these waves: 2024,2025 (all, if absent)")]
Languages = Annotated[str, typer.Option("--langs", help="only these languages: nl,en")]
EngineName = Annotated[
    Engine, typer.Option("--engine", help="who lays pages out; auto: Quarto where it is installed")
]
Jobs = Annotated[int, typer.Option("--jobs", min=0, help="processes at once; 0: one for each core")]
Out = Annotated[Path, typer.Option("--out", help="folder for everything made")]


def guarded(verb: Callable[..., int | None]) -> Callable[..., None]:
    """Give a verb the exit codes and plain messages of `reports.exits`."""

    @functools.wraps(verb)
    def run(*arguments: Any, **options: Any) -> None:
        from reports.exits import run_guarded

        code = run_guarded(
            lambda: verb(*arguments, **options),
            build=options.get("out") or BUILD,
            now=datetime.now(UTC),
            tell=lambda text: typer.echo(text, err=True),
        )
        raise typer.Exit(code)

    return run


@app.command()
@guarded
def report(
    study: Study = FIRST_STUDY,
    wave: Waves = "",
    langs: Languages = "",
    engine: EngineName = Engine.AUTO,
    jobs: Jobs = 0,
    out: Out = BUILD,
) -> None:
    """Make site, PDF, Word, workbooks and open data of a study."""
    from reports.build import build_report

    progress = choose_progress()
    began = time.monotonic()
    try:
        built = build_report(
            study,
            waves=split_list(wave),
            languages=split_list(langs),
            engine=engine.value,
            jobs=jobs,
            out=out,
            now=read_clock(),
            progress=progress,
        )
    finally:
        stop_progress(progress)
    typer.echo(describe_built(built, time.monotonic() - began))


@app.command()
@guarded
def rehearse(
    study: Study = FIRST_STUDY,
    wave: Waves = "",
    shape: Annotated[
        ExportShape | None, typer.Option("--shape", help="export shape, if not the wave's own")
    ] = None,
    n: Annotated[
        int | None, typer.Option("--n", min=1, help="completes, if not as rehearsal.toml says")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="if not that of rehearsal.toml")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="folder for the waves, if not the study's raw data")
    ] = None,
) -> None:
    """Invent a wave's answers, written as its tool would."""
    from analysis.rehearse import rehearse_wave
    from survey.load import load_study, locate_export

    declared = load_study(study, need_exports=False)
    for one in choose_waves(declared.about.waves, wave):
        out = folder / one if folder else locate_export(declared, one)
        shaped: Shape | None = shape.value if shape else None
        for path in rehearse_wave(declared, one, out, n=n, shape=shaped, seed=seed):
            typer.echo(path)


@app.command("new-wave")
@guarded
def new_wave(
    wave: Annotated[str, typer.Option("--wave", help="id of the new wave")],
    file: Annotated[Path, typer.Option("--file", help="its export, as the tool delivered it")],
    study: Study = FIRST_STUDY,
) -> None:
    """Draft the wave file and passport of a new export."""
    from reports.new_wave import describe_draft, draft_wave
    from survey.load import load_study

    typer.echo(describe_draft(draft_wave(load_study(study, need_exports=False), wave, file)))


@app.command()
@guarded
def diff(
    file: Annotated[Path, typer.Option("--file", help="a published.csv of before")],
    study: Study = FIRST_STUDY,
    out: Out = BUILD,
) -> None:
    """Tell which published numbers changed."""
    from reports.changes import compare_published, describe_changes, read_published
    from reports.serve import find_site

    before = read_published(file)
    after = read_published(find_site(out, study) / "data" / "published.csv")
    typer.echo(describe_changes(compare_published(before, after)))


@app.command()
@guarded
def bench(
    study: Study = FIRST_STUDY,
    wave: Waves = "",
    langs: Languages = "",
    engine: EngineName = Engine.EMBEDDED,
    jobs: Jobs = 0,
) -> None:
    """Measure how long a report takes."""
    import tempfile

    from reports.bench import describe_builds, measure_builds, run_measured
    from survey.load import load_study

    options = ["--engine", engine.value, "--jobs", str(jobs)]
    options += ["--wave", wave] if wave else []
    options += ["--langs", langs] if langs else []
    pages = Path(__file__).parent / "pages"
    with tempfile.TemporaryDirectory() as work:
        loaded = load_study(study, split_list(wave))
        builds = measure_builds(loaded, pages, Path(work), options, run_measured)
    typer.echo(describe_builds(builds))


@app.command()
@guarded
def check(
    study: Annotated[
        str, typer.Option("--study", "-s", help="folder of a study elsewhere, checked as well")
    ] = "",
    out: Out = BUILD,
    root: Annotated[Path, typer.Option("--root", help="the repository")] = Path(),
) -> int:
    """Run every check, then report them all at once."""
    from reports.check.run import describe_outcomes, list_checks, run_checks
    from survey.load import find_study

    root = root.resolve()
    folder = find_study(study).resolve() if study else None
    studies = [folder] if folder and not folder.is_relative_to(root) else []
    outcomes = run_checks(list_checks(root, out.resolve(), studies))
    typer.echo(describe_outcomes(outcomes))
    return int(any(outcome.faults for outcome in outcomes))


@app.command()
@guarded
def serve(
    study: Study = FIRST_STUDY,
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8000,
    out: Out = BUILD,
) -> None:
    """Show the built site, to this machine alone."""
    from reports.serve import find_site, open_server, serve_until_stopped, tell_address

    site = find_site(out, study)
    server = open_server(site, port)
    typer.echo(f"{site} is at {tell_address(server)}   (Ctrl-C ends it)")
    serve_until_stopped(server)


@app.command()
@guarded
def schema() -> None:
    """Write the JSON Schemas of the study format from its types."""
    from survey.schema import FOLDER, make_schemas, write_schemas

    write_schemas()
    typer.echo(f"{len(make_schemas())} schemas in {FOLDER}")


def describe_built(built: Built, seconds: float) -> str:
    """Return the last lines of a run: what was made, where it is, what the data check raised."""
    from reports.progress import format_seconds

    lines = []
    if not built.unchanged:
        made = f"{built.pages} pages and {built.figures} figures"
        of = f"{', '.join(built.waves)} in {', '.join(built.languages)}"
        lines.append(f"Made {made} of {of} with {built.engine}, {format_seconds(seconds)}.")
    lines.append(f"Open {built.site / 'index.html'}, or run `{_say_how_to_serve(built.folder)}`.")
    private = built.folder / "private"
    lines.append(f"The data check raised {built.findings} findings; they are in {private}.")
    return "\n".join(lines)


def _say_how_to_serve(built: Path) -> str:
    """Return the shortest command that shows the site in a study's folder of builds."""
    name = shlex.quote(built.name)
    if built.parent != BUILD:
        return f"verkenning serve --study {name} --out {shlex.quote(str(built.parent))}"
    return "make serve" if name == FIRST_STUDY else f"make serve STUDY={name}"


def choose_progress() -> Progress:
    """Return bars for a terminal, plain lines for anything else."""
    from rich.console import Console

    from reports.progress import PlainProgress, TerminalProgress

    console = Console(stderr=True)
    if console.is_terminal and not console.is_dumb_terminal:
        return TerminalProgress(console, time.monotonic)
    return PlainProgress(lambda line: typer.echo(line, err=True), time.monotonic)


def stop_progress(progress: Progress) -> None:
    """Take a running bar off the screen, also when the work stopped half-way."""
    stop = getattr(progress, "stop", None)
    if stop:
        stop()


def read_clock() -> datetime:
    """Return now, or the moment of SOURCE_DATE_EPOCH, with which a build can be repeated."""
    from survey.faults import Fault, Refusal

    asked = os.environ.get("SOURCE_DATE_EPOCH")
    if asked is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(asked), UTC)
    except (ValueError, OverflowError, OSError):
        todo = "unset it, or set it to a number"
        allowed = "seconds since 1970"
        raise Refusal(Fault("SOURCE_DATE_EPOCH", repr(asked), allowed, todo)) from None


def choose_waves(declared: Sequence[str], asked: str) -> list[str]:
    """Return the waves asked for, all where none is; a Refusal for one that is not declared."""
    from survey.faults import Fault, Refusal, list_few, suggest

    waves = split_list(asked) or list(declared)
    unknown = [wave for wave in waves if wave not in declared]
    if unknown:
        allowed = list_few(declared)
        found, new = "no such wave in study.toml", "for a new wave write waves/{}.toml and add it"
        raise Refusal(
            Fault(f"WAVE={wave}", found, allowed, f"{suggest(wave, declared)}; {new.format(wave)}")
            for wave in unknown
        )
    return waves


def split_list(text: str) -> list[str] | None:
    """Return the parts of "nl,en"; None for nothing, which means all."""
    return [part.strip() for part in text.split(",") if part.strip()] or None


def main() -> None:
    """Run the verb that the arguments name."""
    try:
        app()
    except KeyboardInterrupt:  # before a verb began
        sys.exit(130)


if __name__ == "__main__":
    main()
