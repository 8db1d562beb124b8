"""The verbs hand their arguments on, end with the right code, and start quickly."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import reports.build
from reports import command
from reports.build import Built
from reports.check.run import CheckResult
from survey.faults import Fault, Refusal

RUNNER = CliRunner()
VERBS = (
    "report", "rehearse", "new-wave", "diff", "bench", "check", "serve", "schema",
)  # fmt: skip


def make_built(folder: Path, unchanged: bool = False) -> Built:
    return Built(folder, ("2024", "2025"), ("nl", "en"), 24, 180, 37, "quarto", unchanged)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict:
    """What `build_report` was called with."""
    seen: dict = {}

    def build_report(study, **options):
        seen.update(options, study=study)
        options["progress"].step("draw")
        return make_built(tmp_path / "build" / "one")

    monkeypatch.setattr(reports.build, "build_report", build_report)
    return seen


def test_help_lists_every_verb():
    told = RUNNER.invoke(command.app, ["--help"])
    assert told.exit_code == 0
    assert [verb for verb in VERBS if f"\n  {verb} " not in told.output] == []


def test_help_imports_nothing_heavy(repository: Path):
    program = (
        "import sys; sys.argv = ['verkenning', '--help']\n"
        "from reports.command import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'pandas', 'matplotlib', 'scipy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_report_hands_its_options_on(asked: dict, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    arguments = ["-s", "one", "--wave", "2024, 2025", "--langs", "nl", "--engine", "quarto"]
    told = RUNNER.invoke(command.app, ["report", *arguments, "--jobs", "3", "--out", str(tmp_path)])
    assert told.exit_code == 0
    del asked["progress"]
    assert asked == {
        "study": "one",
        "waves": ["2024", "2025"],
        "languages": ["nl"],
        "engine": "quarto",
        "jobs": 3,
        "out": tmp_path,
        "now": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_without_options_everything_is_made(asked: dict):
    RUNNER.invoke(command.app, ["report"])
    assert (asked["study"], asked["waves"], asked["languages"]) == ("ai-cultuur", None, None)
    assert (asked["engine"], asked["jobs"], asked["out"]) == ("auto", 0, Path("build"))


def test_the_last_lines_tell_what_was_made_where_and_how_many_findings():
    folder = Path("build/ai-cultuur")
    told = command.describe_built(make_built(folder), 12.34)
    assert told.splitlines() == [
        "Made 24 pages and 180 figures of 2024, 2025 in nl, en with quarto, 12.3 s.",
        f"Open {folder / 'site' / 'index.html'}, or run `make serve`.",
        f"The data check raised 37 findings; they are in {folder / 'private'}.",
    ]


@pytest.mark.parametrize(
    ("folder", "served"),
    [
        ("build/bakery", "make serve STUDY=bakery"),
        ("build/reading room", "make serve STUDY='reading room'"),
        ("made here/bakery", "verkenning serve --study bakery --out 'made here'"),
    ],
)
def test_another_study_or_folder_is_served_by_the_command_told(folder: str, served: str):
    told = command.describe_built(make_built(Path(folder)), 12.34)
    assert f"or run `{served}`." in told


def test_nothing_new_is_not_told_as_made(tmp_path: Path):
    assert "Made" not in command.describe_built(make_built(tmp_path, unchanged=True), 0.1)


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Refusal(Fault("q.toml", "x", "y", "z")), 2, "q.toml\n  found:   x"),
        (RuntimeError("secret"), 70, "Please report it with"),
        (KeyboardInterrupt(), 130, "Stopped by Ctrl-C"),
    ],
)
def test_a_run_that_stops_says_why(monkeypatch, tmp_path: Path, error, code, told):
    def build_report(study, **options):
        raise error

    monkeypatch.setattr(reports.build, "build_report", build_report)
    result = RUNNER.invoke(command.app, ["report", "--out", str(tmp_path)])
    assert result.exit_code == code
    assert told in result.stderr
    assert "secret" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments", [["report", "--engine", "word"], ["report", "--jobs", "-1"], ["rapport"]]
)
def test_a_wrong_argument_gives_2(arguments: list[str]):
    assert RUNNER.invoke(command.app, arguments).exit_code == 2


def test_a_broken_epoch_is_refused(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(Refusal, match="seconds since 1970"):
        command.read_clock()


def test_check_ends_with_1_when_any_check_found_a_fault(monkeypatch, tmp_path: Path):
    fault = Fault("a.qmd:3", "12", "a cell", "write one")
    for outcomes, code in (([CheckResult("one", (fault,))], 1), ([CheckResult("one")], 0)):
        monkeypatch.setattr("reports.check.run.list_checks", lambda *_: [])
        monkeypatch.setattr("reports.check.run.run_checks", lambda _, found=outcomes: found)
        assert RUNNER.invoke(command.app, ["check", "--root", str(tmp_path)]).exit_code == code


def test_rehearse_writes_the_waves_asked_for(monkeypatch, tmp_path: Path):
    asked: list[tuple] = []

    def rehearse_wave(study, wave, out, **options):
        asked.append((study.id, wave, out, options))
        return (out / "answers.csv",)

    monkeypatch.setattr("analysis.rehearse.rehearse_wave", rehearse_wave)
    arguments = ["rehearse", "--wave", "2025", "--shape", "plain", "--n", "40", "--seed", "3"]
    told = RUNNER.invoke(command.app, [*arguments, "--out", str(tmp_path)])
    options = {"n": 40, "shape": "plain", "seed": 3}
    assert asked == [("ai-cultuur", "2025", tmp_path / "2025", options)]
    assert told.output == f"{tmp_path / '2025' / 'answers.csv'}\n"


def test_waves_are_all_unless_asked_for():
    assert command.choose_waves(["2024", "2025"], "") == ["2024", "2025"]
    assert command.choose_waves(["2024", "2025"], "2025") == ["2025"]
    with pytest.raises(Refusal, match='write "2025"'):
        command.choose_waves(["2024", "2025"], "20255")


def test_serve_refuses_what_is_not_built(tmp_path: Path):
    result = RUNNER.invoke(command.app, ["serve", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "run `make report STUDY=ai-cultuur` first" in result.stderr


def test_an_old_python_is_told_so(repository: Path):
    program = (
        "import sys; sys.version_info = (3, 10, 2); sys.version = '3.10.2 (main)'\n"
        "import reports.command"
    )
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "verkenning needs Python 3.11 or newer; this is 3.10.2.\n"


# what a variable of make feeds, by the name of its option
VARIABLES = {
    "--study": "STUDY", "--wave": "WAVE", "--langs": "LANGS", "--engine": "ENGINE",
    "--jobs": "JOBS", "--file": "FILE", "--port": "PORT",
}  # fmt: skip


@pytest.mark.parametrize(
    "verb", ["report", "rehearse", "new-wave", "diff", "serve", "check", "bench"]
)
def test_a_recipe_of_make_passes_every_option_that_its_verb_knows(
    repository: Path, verb: str
) -> None:
    given = [f"{variable}=given" for variable in VARIABLES.values()]
    run = subprocess.run(
        ["make", "--dry-run", verb, *given],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    (recipe,) = re.findall(rf"^\S*verkenning {verb}\b.*$", run.stdout, re.MULTILINE)
    known = {
        option for one in get_command(command.app).commands[verb].params for option in one.opts
    }
    passed = set(re.findall(r"--[a-z]+", recipe))
    assert passed == known & VARIABLES.keys()
