"""A workbook, SPSS or Stata file in, a `ReadTable` out, read in a process with limits."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from analysis.read.table import ReadTable
from survey.faults import Fault, Refusal, list_few, suggest

CHILD = Path(__file__).parent / "child.py"
MOST_MEMORY = 4 << 30  # bytes of address space; 100,000 × 150 cells need about a quarter
MOST_SECONDS = 300
MOST_UNPACKED = 2 << 30  # bytes that a workbook may declare; the same table needs about 0.7 GB
ZIPPED = ("xlsx", "xlsm", "xlsb", "ods")
CONTENTS = {"[content_types].xml", "content.xml"}  # what Office and OpenDocument cannot lack


def read_isolated(
    path: Path, sheet: str | None = None, memory: int = MOST_MEMORY, seconds: int = MOST_SECONDS
) -> ReadTable:
    """Read a binary export; a damaged or oversized one is refused, whatever its reader does."""
    kind = path.suffix.lower().lstrip(".")
    if path.stat().st_size == 0:
        raise _refuse(path, "an empty file", "deliver the export again")
    if kind in ZIPPED:
        check_zip(path)
    answer = _run_child(path, kind, sheet or "", memory, seconds)
    if "sheets" in answer:
        names = answer["sheets"]
        raise Refusal(
            Fault(str(path), f'no sheet "{sheet}"', list_few(names), suggest(sheet or "", names))
        )
    return ReadTable(**answer)


def check_zip(path: Path) -> None:
    """Refuse a zip file that is cut off, is no workbook or declares more than `MOST_UNPACKED`."""
    try:
        with zipfile.ZipFile(path) as archive:
            declared = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _refuse(
            path,
            "no whole workbook: its end is missing, it is damaged, or it has a password",
            "download the export again, complete and without a password",
        ) from None
    if declared > MOST_UNPACKED:
        raise Refusal(
            Fault(
                str(path),
                f"{path.stat().st_size:,} bytes that unpack to {declared:,}",
                f"at most {MOST_UNPACKED:,} bytes unpacked",
                "do not open it: ask where it comes from, or deliver the answers as CSV",
            )
        )
    if not {name.casefold() for name in names} & CONTENTS:
        raise _refuse(
            path,
            f"a zip file that is no workbook; in it: {list_few(names)}",
            "unpack it and deliver the file of answers that is in it",
        )


def _run_child(path: Path, kind: str, sheet: str, memory: int, seconds: int) -> dict[str, Any]:
    """Return what the reading process says; refuse in plain words where it fails."""
    arguments = [str(path), kind, sheet, str(memory), str(seconds)]
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(CHILD), *arguments],
            capture_output=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refuse(
            path, f"a file that takes more than {seconds} seconds to read", "export it again as CSV"
        ) from None
    too_much = b"memory allocation" in done.stderr or b"MemoryError" in done.stderr
    answer = json.loads(done.stdout) if done.returncode == 0 and done.stdout else {}
    if too_much or "memory" in answer:
        raise _refuse(
            path,
            f"a file that takes more than {memory:,} bytes of memory to read",
            "look for a stray cell far from the table, or export it again as CSV",
        )
    if "error" in answer or not answer:
        reason = answer.get("error") or f"its reader stopped with code {done.returncode}"
        raise _refuse(path, f"a file that cannot be read ({reason})", "deliver the export again")
    return answer


def _refuse(path: Path, found: str, todo: str) -> Refusal:
    return Refusal(Fault(str(path), found, "a whole Excel, SPSS or Stata file", todo))
