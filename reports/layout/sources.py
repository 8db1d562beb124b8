"""The path of a .qmd goes in; its front matter and its lines, includes expanded, come out.

Every line keeps the file and number it was written at, so that a fault names the place where it
is repaired. Where the knitted text differs from the page somebody wrote, `origins` leads back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from reports.layout.faults import Fault
from reports.layout.fences import mark_fenced_lines

_INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<name>[^\s>]+)\s*>\}\}\s*$")

# The one in C reads the same ten times as fast; it is missing where PyYAML was built without it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Origins = Mapping[Path, tuple[Path, tuple[int, ...]]]
"""Knitted file -> the page it was knit from, and for each knitted line the line there."""


@dataclass(frozen=True)
class SourceLine:
    """One line of text and where it was written; `folder` is what its relative paths count from."""

    file: Path
    number: int
    text: str
    folder: Path


@dataclass(frozen=True)
class Page:
    """A page as an engine sees it: metadata apart, includes expanded, faults found on the way."""

    path: Path
    metadata: dict[str, Any]
    lines: tuple[SourceLine, ...]
    faults: tuple[Fault, ...] = field(default=())

    @property
    def text(self) -> str:
        """The body, ready for Pandoc."""
        return "\n".join(line.text for line in self.lines) + "\n"


def read_page(path: Path, origins: Origins | None = None) -> Page:
    """Read a page with everything it includes; what cannot be read becomes a fault of the page."""
    faults: list[Fault] = []
    lines = _read_lines(path, origins or {})
    metadata, body = _split_front_matter(lines, faults)
    expanded = _expand_includes(body, (path.resolve(),), origins or {}, faults)
    return Page(path, metadata, tuple(expanded), tuple(faults))


def parse_yaml(text: str) -> Any:
    """Read plain YAML values; raise yaml.YAMLError with the place of what cannot be read."""
    return yaml.load(text, Loader=_LOADER)


def _read_lines(path: Path, origins: Origins) -> list[SourceLine]:
    texts = path.read_text(encoding="utf-8").splitlines()
    source, numbers = origins.get(path.resolve(), (path, tuple(range(1, len(texts) + 1))))
    folder = path.parent
    return [
        SourceLine(source, number, text, folder)
        for number, text in zip(numbers, texts, strict=True)
    ]


def _split_front_matter(
    lines: list[SourceLine], faults: list[Fault]
) -> tuple[dict[str, Any], list[SourceLine]]:
    if not lines or lines[0].text.rstrip() != "---":
        return {}, lines
    ends = [i for i, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")]
    if not ends:
        way_out = "Close it with a line `---`."
        faults.append(Fault(lines[0].file, lines[0].number, "Front matter is not closed.", way_out))
        return {}, lines[1:]
    try:
        metadata = parse_yaml("\n".join(line.text for line in lines[1 : ends[0]])) or {}
        if not isinstance(metadata, dict):
            raise yaml.YAMLError(f"found {type(metadata).__name__}")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        number = lines[1 + mark.line if mark and 1 + mark.line < ends[0] else 0].number
        what = f"Front matter is not a YAML mapping: {getattr(error, 'problem', None) or error}."
        way_out = "Write `key: value` lines; put a value with a colon in quotes."
        faults.append(Fault(lines[0].file, number, what, way_out))
        metadata = {}
    return metadata, lines[ends[0] + 1 :]


def _expand_includes(
    lines: list[SourceLine], open_files: tuple[Path, ...], origins: Origins, faults: list[Fault]
) -> list[SourceLine]:
    expanded: list[SourceLine] = []
    fenced = mark_fenced_lines([line.text for line in lines])
    for line, in_fence in zip(lines, fenced, strict=True):
        match = None if in_fence else _INCLUDE.match(line.text)
        if match is None:
            expanded.append(line)
            continue
        target = (line.folder / match["name"]).resolve()
        fault = _refuse_include(line, match["name"], target, open_files)
        if fault:
            faults.append(fault)
            continue
        included = _read_lines(target, origins)
        expanded += _expand_includes(included, (*open_files, target), origins, faults)
    return expanded


def _refuse_include(
    line: SourceLine, name: str, target: Path, open_files: tuple[Path, ...]
) -> Fault | None:
    if target in open_files:
        return Fault(line.file, line.number, f"{name} includes itself.", "Remove one include.")
    if not target.is_file():
        beside = sorted(path.name for path in line.folder.glob("_*.qmd"))
        way_out = f"Chapters in this folder: {', '.join(beside) or 'none'}."
        return Fault(line.file, line.number, f"Included file {name} does not exist.", way_out)
    if target.read_text(encoding="utf-8").startswith("---"):
        what = f"Included file {name} has front matter."
        return Fault(line.file, line.number, what, "Keep the front matter on the including page.")
    return None
