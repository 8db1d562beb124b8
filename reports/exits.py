"""A verb's work in; the lines that a person reads when it stops, and the exit code, out."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

REFUSED, BUG, INTERRUPTED = 2, 70, 130
FULL = {errno.ENOSPC, errno.EDQUOT}
LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP}  # a network disk may keep no locks
DISK = {*FULL, *LOCKS, errno.EROFS, errno.EACCES, errno.EPERM}
MEGABYTE = 1_000_000
ROOMS = {"survey", "analysis", "reports"}


def run_guarded(
    work: Callable[[], int | None], build: Path, now: datetime, tell: Callable[[str], None]
) -> int:
    """Run `work` and return its exit code; say plainly why it stopped, if it did.

    2: the input cannot be worked with, every reason is told. 70: a bug; its traceback goes to a
    private file below `build`, since its message may quote an answer. 130: Ctrl-C.
    """
    from survey.faults import Refusal

    try:
        return work() or 0
    except KeyboardInterrupt:
        tell("Stopped by Ctrl-C; the last good build is as it was.")
        return INTERRUPTED
    except Refusal as refusal:
        tell(describe_refusal(refusal))
        return REFUSED
    except OSError as error:
        if error.errno not in DISK:
            return _tell_bug(error, build, now, tell)
        tell(_describe_disk(error, build))
        return REFUSED
    except Exception as error:
        return _tell_bug(error, build, now, tell)


def describe_refusal(refusal: ValueError) -> str:
    """Return every fault of a refusal and how many there are."""
    faults = getattr(refusal, "faults", ())
    count = f"{len(faults)} faults" if len(faults) > 1 else "1 fault"
    return "\n".join([*map(str, faults), "", f"{count}; nothing was made, the last build stays."])


def _describe_disk(error: OSError, build: Path) -> str:
    found, todo = str(error.strerror or error), "choose another folder with --out"
    named = error.filename2 or error.filename  # of a copy, the second is the one written
    where = str(named or build)
    allowed = "a folder with room to write in"
    if error.errno in LOCKS:
        allowed = "a folder on a disk that keeps locks, so that no two runs write it at once"
    if error.errno in FULL:
        scratch = Path(tempfile.gettempdir())
        # a write that fails names no file: of the folders written in, take the fullest
        folder = Path(os.fsdecode(named)).parent if named else min(build, scratch, key=_count_free)
        where = str(named or folder)
        found += f"; {_count_free(folder) / MEGABYTE:,.1f} MB free in {folder}"
        found += " once the run had stopped"
        if not named and folder == scratch:
            todo = "name another folder for passing files in TMPDIR"
    return (
        f"{where}\n  found:   {found}\n"
        f"  allowed: {allowed}\n"
        f"  to do:   {'' if error.errno in LOCKS else 'make room, or '}{todo}\n\n"
        "Nothing was made, the last build stays."
    )


def _count_free(folder: Path) -> int:
    """Return the free bytes of the disk that holds `folder`, which need not exist yet."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free


def _tell_bug(error: Exception, build: Path, now: datetime, tell: Callable[[str], None]) -> int:
    # the message of the error stays out of sight: it may quote what a respondent answered
    tell(f"verkenning stopped on a bug of its own: {type(error).__name__} in {_locate(error)}.")
    try:
        report = write_bug_report(error, build, now)
    except OSError as unwritten:
        tell(f"Its report could not be written ({unwritten.strerror}). Please tell the makers.")
    else:
        tell(
            f"Please report it with {report}.\n"
            "Read that file first: it may quote answers of respondents."
        )
    return BUG


def write_bug_report(error: BaseException, build: Path, now: datetime) -> Path:
    """Write the traceback where only its owner reads it, and return the file."""
    folder = build / "private"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"bug-{now:%Y%m%d-%H%M%S}.txt"
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return path


def _locate(error: BaseException) -> str:
    """Return the innermost place of ours in the traceback: "analysis/clean/cells.py, line 12"."""
    root = Path(__file__).resolve().parents[1]
    place = "an unknown place"
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(root) and file.relative_to(root).parts[0] in ROOMS:
            place = f"{file.relative_to(root).as_posix()}, line {frame.lineno}"
    return place
