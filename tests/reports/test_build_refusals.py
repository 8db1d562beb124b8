"""Bad input, a full disk, Ctrl-C and bugs: one clear message, its exit code, the last build stays.

Everything goes through the command line, as a person meets it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from reports import command
from reports.store import OWNER, Store

if TYPE_CHECKING:
    from tests.reports.conftest import Report

EXPORT = "data_raw/2024/antwoorden.csv"
STAYS = "othing was made, the last build stays."


@dataclass(frozen=True)
class Attempt:
    """A study that something is wrong with, and the last good build, which must stay."""

    report: Report

    @property
    def study(self) -> Path:
        return self.report.study

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file of the study, and its sum in the passport where it is the export."""
        path = self.study / name
        text = path.read_bytes()
        assert old.encode() in text, old
        path.write_bytes(text.replace(old.encode(), new.encode(), 1))
        if name == EXPORT:
            self.seal(path)

    def seal(self, path: Path) -> None:
        """Write the file's name and sum in the passport of 2024, as a delivery would have it."""
        passport = self.study / "data_raw" / "2024" / "SOURCE.toml"
        text = passport.read_text(encoding="utf-8")
        total = hashlib.sha256(path.read_bytes()).hexdigest()
        text = re.sub(r'sha256 = ".*"', f'sha256 = "{total}"', text)
        passport.write_text(re.sub(r'name = ".*"', f'name = "{path.name}"', text), "utf-8")

    def write_page(self, text: str) -> Path:
        page = self.study / "pages" / "nl" / "_index.qmd"
        page.parent.mkdir(parents=True)
        page.write_text(text, encoding="utf-8")
        return page

    def run(self, *options: str) -> Result:
        """Run `verkenning report`; whatever comes of it, the last good build is as it was."""
        before = self.report.sum_files()
        arguments = ["report", "-s", str(self.study), "--out", str(self.report.out)]
        told = CliRunner().invoke(
            command.app, [*arguments, "--engine", "embedded", "--jobs", "2", *options]
        )
        assert self.report.sum_files() == before
        left = {path.name for path in self.report.out.iterdir()}
        assert left <= {".store", "klein", "private"}
        return told

    def refuse(self, *options: str) -> str:
        """Run, expect a refusal, and return what it said, the study's folder left out."""
        told = self.run(*options)
        assert told.exit_code == 2, told.stderr
        assert STAYS in told.stderr
        assert "Traceback" not in told.output
        assert told.stdout == ""
        return told.stderr.replace(f"{self.study.resolve()}/", "").replace(f"{self.study}/", "")


@pytest.fixture(scope="module")
def last_build(klein: Report, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return klein.copy(tmp_path_factory.mktemp("last"))


@pytest.fixture
def attempt(klein: Report, last_build: Report, tmp_path: Path) -> Attempt:
    """A fresh copy of the study, built into the folder of the last good build."""
    shutil.copytree(klein.study, tmp_path / "klein")
    return Attempt(type(klein)(tmp_path / "klein", last_build.out))


def tell(where: str, found: str, allowed: str, todo: str) -> str:
    return f"{where}\n  found:   {found}\n  allowed: {allowed}\n  to do:   {todo}\n"


def empty(attempt: Attempt) -> None:
    path = attempt.study / EXPORT
    path.write_bytes(b"")
    attempt.seal(path)


def truncate_workbook(attempt: Attempt) -> None:
    path = attempt.study / EXPORT
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.unlink()
    target = path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(str(target)) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line.split(";"))
    target.write_bytes(target.read_bytes()[:4000])
    attempt.seal(target)


def take_another_survey(attempt: Attempt) -> None:
    path = attempt.study / EXPORT
    rows = [f"{number};blauw;{number * 2}" for number in range(1, 34)]
    path.write_text("\n".join(["id;kleur;maat", *rows]) + "\n", encoding="utf-8")
    attempt.seal(path)


def lose_rows(attempt: Attempt) -> None:
    path = attempt.study / EXPORT
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:20]))
    attempt.seal(path)


def rename_column(attempt: Attempt) -> None:
    attempt.replace(EXPORT, ";beleid;", ";beleidje;")


def change_sum(attempt: Attempt) -> None:
    path = attempt.study / EXPORT
    path.write_bytes(path.read_bytes() + b"\n")


def answer_unknown(attempt: Attempt) -> None:
    attempt.replace("study.toml", 'unknown_answer = "blank"', 'unknown_answer = "stop"')


def ask_unknown_question(attempt: Attempt) -> None:
    attempt.replace("waves/2024.toml", 'question = "beleid"', 'question = "beleidd"')


def mix_real_with_invented(attempt: Attempt) -> None:
    attempt.replace("data_raw/2024/SOURCE.toml", "invented = true", "invented = false")


def fail_in_a_cell(attempt: Attempt) -> None:
    attempt.write_page("## Kop\n\nTekst.\n\n```{python}\n1 / 0\n```\n")


def refer_to_nothing(attempt: Attempt) -> None:
    attempt.write_page("## Kop\n\nZie @fig-bestaat-niet.\n")


def ask_unknown_form(attempt: Attempt) -> None:
    attempt.replace("questionnaire.toml", 'id = "sector"', 'id = "sector"\nchart = "bar"')


BAD_INPUTS: list[tuple[Callable[[Attempt], None], str]] = [
    (empty, "found:   an empty file"),
    (truncate_workbook,
     "found:   no whole workbook: its end is missing, it is damaged, or it has a password"),
    (take_another_survey,
     "antwoorden.csv (wave 2024)\n  found:   0 of the 29 declared columns (nothing); its columns"),
    (lose_rows, "found:   n = 33\n  allowed: the number of rows delivered: antwoorden.csv has 16"),
    (rename_column, 'column "beleid", question "beleid" (wave 2024, missing_column)\n'
     "  found:   no such column in the export\n"
     '  allowed: a column of that name; write "beleidje" if that is its new name'),
    (change_sum, "allowed: the file as delivered, with sha256 6a9d17d39faa0c81f4068f9cd297913d2ce"),
    (answer_unknown, 'question "sector" (wave 2023, unknown_answer)\n'
     "  found:   Musseum (1 ×: respondents 114000007)\n"
     '  allowed: "Museum", "Bibliotheek", "Theater", "Anders, namelijk"; write "Museum"'),
    (ask_unknown_question,
     'waves/2024.toml: ask "beleidd"\n  found:   the unknown question "beleidd"\n'),
    (ask_unknown_form, tell(
        'questionnaire: question "sector" chart', '"bar"',
        "bars, dots, histogram, multiples, ranking, stacked, trend", 'write "bars"')),
    (mix_real_with_invented, tell(
        "the waves of this run", "invented waves (2023) and real ones (2024)",
        "only real or only invented waves in one run",
        "run the real waves from a study folder of their own, or narrow with WAVE=")),
    (fail_in_a_cell, tell(
        "pages/nl/_index.qmd:6", "The cell fails: ZeroDivisionError: division by zero.",
        "what docs/pages.md describes", "Correct the cell.")),
    (refer_to_nothing, "pages/nl/_index.qmd:3\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "told"), BAD_INPUTS, ids=lambda one: getattr(one, "__name__", "")
)
def test_bad_input_is_told_in_one_clear_message(
    attempt: Attempt, spoil: Callable[[Attempt], None], told: str
) -> None:
    spoil(attempt)
    assert told in attempt.refuse()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--langs", "nl,de"), tell("LANGS=nl,de", "the study klein has no texts in de", "nl, en",
                                    "use one of the allowed values or declare it")),
        (("--wave", "2042"), tell("WAVE=2042", "the study klein has no wave 2042", "2023, 2024",
                                  'write "2024"')),
        (("--study", "klien"), "STUDY=klien\n  found:   neither a study of this repository nor a"),
    ],
)  # fmt: skip
def test_an_impossible_wish_is_refused(
    attempt: Attempt, options: tuple[str, ...], told: str
) -> None:
    assert told in attempt.refuse(*options)


def test_quarto_is_refused_where_it_is_not_installed(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(attempt.study))
    told = attempt.refuse("--engine", "quarto")
    assert "no quarto is on the path" in told
    assert "to do:   install Quarto, or use ENGINE=embedded\n" in told


def test_a_file_in_the_place_of_the_build_is_refused(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    where = str(tmp_path / "taken")
    told = tell(where, "a file", "a folder for everything made", "choose another folder with --out")
    assert told in attempt.refuse("--out", where)


@pytest.mark.parametrize(
    ("made", "found"), [("study.toml", "a study"), ("notes.txt", "no build of this package")]
)
def test_what_is_no_build_is_never_replaced(
    attempt: Attempt, tmp_path: Path, made: str, found: str
) -> None:
    taken = tmp_path / "surveys" / "klein"
    taken.mkdir(parents=True)
    (taken / made).write_text("x")
    told = attempt.refuse("--out", str(taken.parent))
    assert told.startswith(f"{taken}\n  found:   {found}, which would be lost\n")
    assert [path.name for path in taken.parent.rglob("*")] == ["klein", made]


def test_a_study_is_not_replaced_by_its_own_build(attempt: Attempt, tmp_path: Path) -> None:
    assert "a study, which would be lost" in attempt.refuse("--out", str(tmp_path))
    assert (attempt.study / EXPORT).exists()


def test_a_respondent_who_comes_twice_is_a_finding(attempt: Attempt, tmp_path: Path) -> None:
    path = attempt.study / EXPORT
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], lines[1], *lines[2:]]))
    attempt.seal(path)
    assert "the number of rows delivered: antwoorden.csv has 34" in attempt.refuse()
    attempt.replace("data_raw/2024/SOURCE.toml", "n = 33", "n = 34")
    attempt.write_page("## Kop\n\n```{python}\n1 / 0\n```\n")
    assert "division by zero" in attempt.refuse()  # the export itself is taken


def test_a_bug_asks_for_a_report_and_keeps_answers_to_itself(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def estimate_wave(*_: object) -> None:
        raise KeyError("geheim antwoord")

    monkeypatch.setattr("analysis.pipeline.estimate_wave", estimate_wave)
    attempt.replace("study.toml", "complete_at = 0.5", "complete_at = 0.4")
    told = attempt.run()
    assert told.exit_code == 70
    assert "verkenning stopped on a bug of its own: KeyError in analysis/pipeline.py" in told.stderr
    assert "Please report it with " in told.stderr
    assert "geheim" not in told.output
    [written] = (attempt.report.out / "private").iterdir()
    assert "geheim antwoord" in written.read_text(encoding="utf-8")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


@pytest.fixture
def small_disk(last_build: Report, tmp_path: Path) -> Iterator[Path]:
    """A disk with room for the last good build and little more."""
    folder = tmp_path / "disk"
    folder.mkdir()
    files = [path for path in last_build.folder.rglob("*") if path.is_file()]
    room = sum(path.stat().st_size // 4096 + 1 for path in files) * 4096 + 1_000_000
    command_line = ["mount", "-t", "tmpfs", "-o", f"size={room}", "none", str(folder)]
    try:
        subprocess.run(command_line, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def test_a_full_disk_is_no_bug(klein: Report, attempt: Attempt, small_disk: Path) -> None:
    shutil.copytree(klein.folder, small_disk / "klein")
    full = Attempt(type(klein)(attempt.study, small_disk))
    (attempt.study / "note.txt").write_text("something changed")
    told = full.refuse()
    found = rf"No space left on device; [\d.]+ MB free in {small_disk}\S* once the run had stopped"
    assert re.search(rf"^{small_disk}\S*\n  found:   {found}\n", told, re.MULTILINE)
    assert "to do:   make room, or choose another folder with --out" in told


def test_ctrl_c_while_figures_are_drawn(klein: Report, attempt: Attempt, tmp_path: Path) -> None:
    shutil.copytree(klein.folder, tmp_path / "build" / "klein")
    (attempt.study / "note.txt").write_text("something changed")
    last = type(klein)(attempt.study, tmp_path / "build")
    before = last.sum_files()
    options = ["-s", str(attempt.study), "--out", str(last.out), "--jobs", "2"]
    running = subprocess.Popen(
        [sys.executable, "-m", "reports.command", "report", *options, "--engine", "embedded"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a group of its own, as a terminal gives it
    )
    assert running.stderr is not None
    lines = iter(running.stderr.readline, "")
    assert any(line.startswith("knit the pages") for line in lines)  # drawing has begun
    os.killpg(running.pid, signal.SIGINT)
    told, failed = running.communicate(timeout=60)
    assert failed == "Stopped by Ctrl-C; the last good build is as it was.\n"
    assert (running.returncode, told) == (130, "")
    assert last.sum_files() == before
    assert {path.name for path in last.out.iterdir()} == {".store", "klein"}


def test_a_study_of_the_same_name_does_not_replace_the_build_of_another(
    attempt: Attempt, last_build: Report
) -> None:
    store = Store(last_build.out / ".store" / "klein")
    store.sign(last_build.study)
    attempt.replace("study.toml", 'unknown_answer = "blank"', 'unknown_answer = "drop"')
    told = attempt.refuse()
    assert "the build of another folder that is called klein as well" in told
    assert "choose another folder with --out" in told
    (store.folder / OWNER).unlink()  # the other tests share this build
