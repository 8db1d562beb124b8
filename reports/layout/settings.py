"""An assembled project and one of its pages go in; what holds for that page in a format comes out.

Later overrules earlier, as in Quarto: `_quarto.yml`, its `format:` entry, the `_metadata.yml` of
the page's folder (and its `format:` entry), the page's own front matter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.layout.sources import Page, parse_yaml

FORMATS = ("html", "typst", "docx")
SUFFIXES = {"html": ".html", "typst": ".pdf", "docx": ".docx"}
# These name files: relative to the file that holds them, written here relative to the project.
PATH_KEYS = ("template", "reference-doc", "css", "bibliography", "csl", "filters", "font-paths")


def resolve_settings(project: Path, page: Page, fmt: str) -> dict[str, Any]:
    """Merge the layers for one page and format; paths come out relative to the project folder."""
    folder = page.path.resolve().parent
    layers = (
        (project, _read_yaml(project / "_quarto.yml")),
        (folder, _read_yaml(folder / "_metadata.yml")),
        (folder, page.metadata),
    )
    settings: dict[str, Any] = {}
    for base, layer in layers:
        general = {key: value for key, value in layer.items() if key not in ("format", "project")}
        settings |= _rebase_paths(general, base, project)
        formats = layer.get("format")
        of_format = formats.get(fmt) if isinstance(formats, dict) else None
        if isinstance(of_format, dict):
            settings |= _rebase_paths(of_format, base, project)
    return settings


def read_output_folder(project: Path) -> str:
    """Say where Quarto puts what it makes, relative to the project folder."""
    described = _read_yaml(project / "_quarto.yml").get("project") or {}
    return str(described.get("output-dir", "."))


def _read_yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    return dict(parse_yaml(path.read_text(encoding="utf-8")) or {})


def _rebase_paths(layer: dict[str, Any], folder: Path, project: Path) -> dict[str, Any]:
    rebased = dict(layer)
    for key in PATH_KEYS:
        if key not in rebased:
            continue
        value = rebased[key]
        names = value if isinstance(value, list) else [value]
        paths = [os.path.relpath(folder.resolve() / str(name), project.resolve()) for name in names]
        rebased[key] = paths if isinstance(value, list) else paths[0]
    return rebased


def list_of(settings: Mapping[str, Any], key: str) -> list[str]:
    """Read a setting that may be absent, one value or a list of them."""
    value = settings.get(key, [])
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
