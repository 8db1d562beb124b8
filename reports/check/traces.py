"""The repository's files in, one fault out for every trace of the machine they were made on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from reports.check.files import name_within, read_text
from survey.faults import Fault

REGISTRY = re.compile(
    r"\b(?:pypi\.org|pypi\.python\.org|files\.pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com"
    r"|repo\.anaconda\.com|conda\.anaconda\.org|cran\.r-project\.org)\b"
)
INDEX = re.compile(r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b")
FOLDER = re.compile(r"(?:(?<![\w.:}*/-])|(?<=file://))/(?:work|root|home|tmp|Users)/[\w.~-]+")
LARGEST = 5_000_000  # bytes; larger files are data, written by programs


def find_traces(root: Path, files: Iterable[Path]) -> list[Fault]:
    """Return a fault for every registry's host, index option and absolute machine path."""
    own = str(root.resolve())
    faults = []
    for file in files:
        text = read_text(file) if file.stat().st_size <= LARGEST else None
        for number, line in enumerate((text or "").splitlines(), start=1):
            where = f"{name_within(root, file)}:{number}"
            faults += [Fault(where, *reason) for reason in _judge_line(line, file, own)]
    return faults


def _judge_line(line: str, file: Path, own: str) -> list[tuple[str, str, str]]:
    """Return (found, allowed, todo) for each trace in a line."""
    reasons = []
    host = REGISTRY.search(line)
    if host or (file.parent.name == "requirements" and INDEX.match(line)):
        found = f'the host "{host.group()}"' if host else f'"{line.strip()}"'
        reasons.append(
            (found, "packages by name", "take the address out; each machine has its own index")
        )
    folder = FOLDER.search(line)
    if folder or (len(own) > 1 and own in line):
        found = f'the path "{folder.group() if folder else own}"'
        reasons.append(
            (found, "paths relative to the repository", "write the path from the repository's root")
        )
    return reasons
