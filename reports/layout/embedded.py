"""A page of an assembled project goes in; HTML, PDF or Word by Pandoc and Typst comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from reports.layout.faults import LayoutFailed, PageFaults
from reports.layout.fences import leave_out_raw
from reports.layout.pandoc import convert, read_pandoc_version
from reports.layout.settings import FORMATS, list_of, resolve_settings
from reports.layout.sources import read_page
from reports.layout.word import finish_word

THEME = Path(__file__).parent.parent / "theme"
TYPESET = Path(__file__).with_name("typeset.py")
DEFAULT_TEMPLATES = {"html": THEME / "page.html", "typst": THEME / "report.typ"}


@dataclass(frozen=True)
class EmbeddedEngine:
    """The package's own renderer: Pandoc, one Lua filter, Typst."""

    name: str = "embedded"
    runs_in_parallel: bool = True
    leaves: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The versions of what it stands on: typst-py counts apart from the Typst within it."""
        from importlib.metadata import version

        return f"pandoc {read_pandoc_version()}, typst-py {version('typst')}"

    def lay_out(self, project: Path, page: Path, fmt: str, out: Path, published: date) -> None:
        """Write one page in one format to `out`.

        Raises PageFaults for what cannot be read and LayoutFailed for what Pandoc or Typst refuse.
        The same input gives the same bytes; `published` is the only date in them.
        """
        if fmt not in FORMATS:
            raise LayoutFailed(f"{fmt} is not a format. Allowed: {', '.join(FORMATS)}.")
        read = read_page(page)
        if read.faults:
            raise PageFaults(read.faults)
        settings = resolve_settings(project, read, fmt)
        if fmt in DEFAULT_TEMPLATES:
            settings.setdefault("template", str(DEFAULT_TEMPLATES[fmt]))
        settings.setdefault("document-date", _split_date(published))
        epoch = int(
            datetime(published.year, published.month, published.day, tzinfo=UTC).timestamp()
        )
        # the drawings of a page are most of its text, and no other format could show them
        text = read.text if fmt == "html" else leave_out_raw(read.text, "html")
        made = convert(text, project.resolve(), page, fmt, settings, epoch)
        if fmt == "typst":
            made = _compile(made, project, page, settings, epoch)
        if fmt == "docx":
            made = finish_word(made, published)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(made)


def _split_date(published: date) -> dict[str, int]:
    return {"year": published.year, "month": published.month, "day": published.day}


def _compile(
    source: bytes, project: Path, page: Path, settings: dict[str, Any], epoch: int
) -> bytes:
    fonts = [project / folder for folder in list_of(settings, "font-paths")] or [THEME / "fonts"]
    described = {
        "root": str(project.resolve()),
        "font_paths": [str(folder) for folder in fonts],
        "ignore_system_fonts": True,
        "pdf_standards": list_of(settings, "pdf-standard"),
        "timestamp": epoch,
    }
    # -P: beside the program lie modules of ours that would stand before others of the same name
    command = [sys.executable, "-P", str(TYPESET), json.dumps(described)]
    run = subprocess.run(command, input=source, capture_output=True)
    if run.returncode != 0:
        said = run.stderr.decode("utf-8", "replace").strip()
        raise LayoutFailed(f"{page} could not be laid out as PDF. Typst says: {said}")
    return run.stdout
