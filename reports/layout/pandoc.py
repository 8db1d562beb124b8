"""Markdown, settings and a format go in; what Pandoc makes of them comes out, or a stop.

Pandoc comes with the package `pypandoc_binary`; its executable is called directly, once a page.
Any warning is a stop: Pandoc itself lets an unknown citation or a missing image pass.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from reports.layout.faults import LayoutFailed
from reports.layout.settings import list_of
from reports.layout.words import words_for

FILTER = Path(__file__).with_name("filter.lua")
# Settings that are Pandoc options rather than metadata of the document.
SWITCHES = {"section-divs": "--section-divs", "number-sections": "--number-sections"}
VALUES = {"default-image-extension": "--default-image-extension", "toc-depth": "--toc-depth"}


@lru_cache(maxsize=1)
def find_pandoc() -> Path:
    """Find the Pandoc executable that pypandoc_binary ships, without importing it."""
    spec = importlib.util.find_spec("pypandoc")
    folders = list(spec.submodule_search_locations or []) if spec else []
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    for folder in folders:
        executable = Path(folder) / "files" / name
        if executable.is_file():
            return executable
    message = "Pandoc was not found: the package pypandoc_binary is missing. Install it again."
    raise LayoutFailed(message)


@lru_cache(maxsize=1)
def read_pandoc_version() -> str:
    """Ask Pandoc for its version, for the manifest and the colophon."""
    output = subprocess.run([find_pandoc(), "--version"], capture_output=True, text=True).stdout
    return output.split()[1]


def convert(
    text: str,
    project: Path,
    page: Path,
    fmt: str,
    settings: Mapping[str, Any],
    epoch: int,
) -> bytes:
    """Convert a page's Markdown to HTML, Typst source or Word; raise LayoutFailed on a warning.

    `epoch` (seconds since 1970) is the only time that reaches the file.
    """
    folder = page.resolve().parent
    with tempfile.TemporaryDirectory() as scratch:
        metadata = Path(scratch) / "metadata.json"
        described = _metadata_of(project, folder, fmt, settings)
        # YAML reads a bare 2026-01-31 as a date.
        metadata.write_text(json.dumps(described, default=str), encoding="utf-8")
        output = Path(scratch) / "output"
        command = [
            str(find_pandoc()),
            "--from=markdown",
            f"--to={_writer_of(fmt, settings)}",
            "--standalone",
            "--wrap=none",
            "--fail-if-warnings",
            "--syntax-highlighting=none",
            f"--metadata-file={metadata}",
            f"--output={output}",
            f"--resource-path={folder}",
            *_options_of(project, fmt, settings),
        ]
        run = subprocess.run(
            command,
            input=text.encode("utf-8"),
            capture_output=True,
            cwd=folder,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        )
        if run.returncode != 0:
            said = run.stderr.decode("utf-8", "replace").strip()
            raise LayoutFailed(f"{page} could not be laid out as {fmt}. Pandoc says: {said}")
        return output.read_bytes()


def _uses_citeproc(fmt: str, settings: Mapping[str, Any]) -> bool:
    # Typst has citations of its own, and Quarto leaves them to it unless told otherwise.
    return "bibliography" in settings and bool(settings.get("citeproc", fmt != "typst"))


def _writer_of(fmt: str, settings: Mapping[str, Any]) -> str:
    if fmt == "typst" and _uses_citeproc(fmt, settings):
        return "typst-citations"
    return {"html": "html5", "typst": "typst", "docx": "docx"}[fmt]


def _options_of(project: Path, fmt: str, settings: Mapping[str, Any]) -> list[str]:
    options = [f"--lua-filter={project / name}" for name in list_of(settings, "filters")]
    options.append(f"--lua-filter={FILTER}")
    if _uses_citeproc(fmt, settings):
        options.append("--citeproc")
    options += [option for key, option in SWITCHES.items() if settings.get(key) is True]
    options += [f"{option}={settings[key]}" for key, option in VALUES.items() if key in settings]
    if settings.get("toc"):
        options.append("--toc")
    if fmt == "html" and settings.get("html-math-method") == "mathml":
        options.append("--mathml")
    if fmt == "docx" and "reference-doc" in settings:
        options.append(f"--reference-doc={project / settings['reference-doc']}")
    if fmt != "docx":
        options.append(f"--template={project / settings['template']}")
    return options


def _metadata_of(
    project: Path, folder: Path, fmt: str, settings: Mapping[str, Any]
) -> dict[str, Any]:
    words = words_for(str(settings.get("lang", "en")))
    metadata = {"toc-title": words.contents, **settings}
    metadata["float-names"] = {"fig": words.figure, "tbl": words.table, "sec": words.section}
    metadata["page-folder"] = folder.relative_to(project.resolve()).as_posix()
    metadata["css"] = [
        Path(os.path.relpath(project.resolve() / name, folder)).as_posix()
        for name in list_of(settings, "css")
    ]
    # Typst counts from the project folder, Pandoc's citation processor from where it runs.
    root = "/" if fmt == "typst" and not _uses_citeproc(fmt, settings) else f"{project.resolve()}/"
    for key in ("bibliography", "csl"):
        if key in settings:
            metadata[key] = [root + name for name in list_of(settings, key)]
    for consumed in (*SWITCHES, *VALUES, "toc", "template", "reference-doc", "filters"):
        metadata.pop(consumed, None)
    if fmt == "typst" and settings.get("number-sections"):
        metadata.setdefault("section-numbering", "1.1.1")
    return metadata
