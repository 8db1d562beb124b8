"""A page of an assembled project goes in; what Quarto itself makes of it comes out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from reports.layout.faults import LayoutFailed
from reports.layout.settings import SUFFIXES, read_output_folder
from reports.layout.word import finish_word

MINIMUM = (1, 9)
_WARNING = re.compile(r"^\s*(\[?WARN(ING)?\b|\(W\))", re.MULTILINE)
# What a fresh Quarto says at every PDF: a checker beside it is not installed (Typst itself holds
# the file to the standard, and stops where it cannot), or its finder of Typst packages is missing.
_HARMLESS = re.compile(
    r"^WARN(ING)?: (PDF standard validation requested but verapdf is not installed"
    r"|typst-gather analyze failed).*$",
    re.MULTILINE,
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class QuartoEngine:
    """Quarto on the path; it keeps state in the project folder, so pages go one by one."""

    executable: str
    version: str
    name: str = "quarto"
    runs_in_parallel: bool = False
    # What it writes beside the pages: state, packages and a second copy of every figure.
    leaves: tuple[str, ...] = (".quarto", "_output")

    @property
    def version_number(self) -> tuple[int, ...]:
        """The version as numbers, to compare."""
        return tuple(int(part) for part in re.findall(r"\d+", self.version)[:3])

    def lay_out(self, project: Path, page: Path, fmt: str, out: Path, published: date) -> None:
        """Write one page in one format to `out`; a warning of Quarto is a stop (LayoutFailed)."""
        midnight = datetime(published.year, published.month, published.day, tzinfo=UTC)
        relative = page.resolve().relative_to(project.resolve())
        made = project / read_output_folder(project) / relative.with_suffix(SUFFIXES[fmt])
        made.unlink(missing_ok=True)
        run = subprocess.run(
            [self.executable, "render", str(relative), "--to", fmt],
            cwd=project,
            capture_output=True,
            text=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(int(midnight.timestamp()))},
        )
        said = _COLOUR.sub("", run.stderr + run.stdout).strip()
        warned = _WARNING.search(_HARMLESS.sub("", said))
        if run.returncode != 0 or warned or not made.is_file():
            raise LayoutFailed(f"{page} could not be laid out as {fmt}. Quarto says: {said}")
        content = made.read_bytes()
        if fmt == "docx":
            content = finish_word(content, published)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)


def find_quarto() -> QuartoEngine | None:
    """Find Quarto on the path, of any version; None where there is none or it does not start."""
    executable = shutil.which("quarto")
    if executable is None:
        return None
    run = subprocess.run([executable, "--version"], capture_output=True, text=True)
    version = run.stdout.strip()
    return QuartoEngine(executable, version) if run.returncode == 0 and version else None
