"""Why a run stopped is said once, plainly, with the exit code that scripts rely on."""

from __future__ import annotations

import errno
import stat
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from reports.exits import run_guarded
from survey.faults import Fault, Refusal

NOW = datetime(2026, 1, 2, 3, 4, 5)


def stop_with(error: BaseException, build: Path) -> tuple[int, str]:
    def work() -> None:
        raise error

    lines: list[str] = []
    code = run_guarded(work, build, NOW, lines.append)
    return code, "\n".join(lines)


def test_the_code_of_the_work_is_the_code_of_the_run(tmp_path: Path):
    assert run_guarded(lambda: 1, tmp_path, NOW, print) == 1
    assert run_guarded(lambda: None, tmp_path, NOW, print) == 0


def test_bad_input_tells_every_fault_and_gives_2(tmp_path: Path):
    faults = [Fault("a.toml: n", "-1", "0 or more", "count again"), Fault("b", "x", "y", "z")]
    code, told = stop_with(Refusal(faults), tmp_path)
    assert code == 2
    assert told.startswith("a.toml: n\n  found:   -1\n  allowed: 0 or more\n  to do:   count again")
    assert "2 faults; nothing was made, the last build stays." in told
    assert list(tmp_path.iterdir()) == []


def test_a_bug_keeps_answers_off_the_screen_and_in_a_private_file(tmp_path: Path):
    code, told = stop_with(KeyError("an answer of a respondent"), tmp_path / "build")
    report = tmp_path / "build" / "private" / "bug-20260102-030405.txt"
    assert code == 70
    assert "an answer" not in told
    assert "KeyError in " in told
    assert str(report) in told
    assert "an answer of a respondent" in report.read_text(encoding="utf-8")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert stat.S_IMODE(report.parent.stat().st_mode) == 0o700


def test_a_bug_is_located_in_our_own_code(tmp_path: Path):
    lines: list[str] = []
    broken = None
    run_guarded(lambda: Refusal(broken), tmp_path, NOW, lines.append)
    assert "TypeError in survey/faults.py, line " in lines[0]


def test_a_bug_whose_report_cannot_be_written_is_still_told(tmp_path: Path):
    (tmp_path / "build").write_text("in the way")
    code, told = stop_with(ValueError("secret"), tmp_path / "build")
    assert code == 70
    assert "could not be written" in told
    assert "secret" not in told


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_closed_disk_is_no_bug(tmp_path: Path, number: int):
    code, told = stop_with(OSError(number, "No room", "build/site/index.html"), tmp_path)
    assert code == 2
    assert "build/site/index.html\n  found:   No room" in told


def fill_up(monkeypatch: pytest.MonkeyPatch, free: dict[Path, int]) -> None:
    """Let the disk of each folder have so many bytes free."""
    monkeypatch.setattr(
        "reports.exits.shutil.disk_usage", lambda folder: SimpleNamespace(free=free[Path(folder)])
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_that_names_no_file_is_told_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    fill_up(monkeypatch, {tmp_path: 1_240_000, tmp_path / "scratch": 9_000_000})
    build = tmp_path / "build"  # not made yet: the disk is that of the folder above it
    code, told = stop_with(OSError(number, "No space left"), build)
    assert code == 2
    assert told.splitlines() == [
        str(build),
        f"  found:   No space left; 1.2 MB free in {build} once the run had stopped",
        "  allowed: a folder with room to write in",
        "  to do:   make room, or choose another folder with --out",
        "",
        "Nothing was made, the last build stays.",
    ]


def test_a_full_disk_of_passing_files_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    fill_up(monkeypatch, {tmp_path: 2_000_000, tmp_path / "scratch": 0})
    _, told = stop_with(OSError(errno.ENOSPC, "No space left"), tmp_path)
    assert told.startswith(f"{tmp_path / 'scratch'}\n  found:   No space left; 0.0 MB free in ")
    assert "to do:   make room, or name another folder for passing files in TMPDIR" in told


def test_of_a_copy_the_full_side_is_told(tmp_path: Path) -> None:
    target = str(tmp_path / "site" / "page.html")
    error = OSError(errno.ENOSPC, "No space left", "/elsewhere/page.html", None, target)
    _, told = stop_with(error, tmp_path)
    assert told.startswith(f"{target}\n  found:   No space left; ")
    assert f" MB free in {tmp_path / 'site'} once" in told


def test_a_closed_disk_that_names_no_file_is_told_by_the_build(tmp_path: Path) -> None:
    _, told = stop_with(OSError(errno.EROFS, "Read-only file system"), tmp_path / "build")
    assert told.startswith(f"{tmp_path / 'build'}\n  found:   Read-only file system\n")


def test_another_fault_of_the_system_is_a_bug(tmp_path: Path):
    assert stop_with(OSError(errno.EBADF, "Bad file"), tmp_path)[0] == 70


def test_ctrl_c_gives_130_in_one_line(tmp_path: Path):
    assert stop_with(KeyboardInterrupt(), tmp_path) == (
        130,
        "Stopped by Ctrl-C; the last good build is as it was.",
    )


def test_a_disk_without_locks_is_told_as_that(tmp_path: Path) -> None:
    code, told = stop_with(OSError(errno.ENOLCK, "No locks available"), tmp_path)
    assert code == 2
    assert "found:   No locks available\n  allowed: a folder on a disk that keeps locks" in told
    assert "to do:   choose another folder with --out\n" in told
