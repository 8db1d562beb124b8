"""A scanned page goes in; the faults of what it refers to come out: ids, sources, notes, images."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from reports.layout.faults import Fault
from reports.layout.scan import Line, ScannedPage
from reports.layout.settings import list_of

_ID = re.compile(r"\{[^{}]*?#([A-Za-z][\w:.-]*)[^{}]*\}")
_RAW_ID = re.compile(r"\sid=[\"']([^\"']+)[\"']")
_CITATION = re.compile(r"(?<![\w\\@./])-?@(?:\{([^}]+)\}|([A-Za-z0-9_][\w:.#$%&\-+?<>~/]*))")
_GROUP = re.compile(r"\[[^\[\]]*;[^\[\]]*\]")
_REFERENCE = re.compile(r"(fig|tbl|sec)-.")
_NOTE = re.compile(r"\[\^([^\]\s]+)\](:?)")
_IMAGE = re.compile(r"!\[(?P<text>[^\]]*)\]\((?P<path>[^)\s]*)[^)]*\)(?P<attributes>\{[^}]*\})?")
_ALTERNATIVE = re.compile(r"\b(?:fig-)?alt=(?:\"[^\"]+\"|'[^']+')")
_EXTENSIONS = (".svg", ".png")


def check_references(scanned: ScannedPage, project: Path) -> Iterator[Fault]:
    """Find every fault of the ids, references, citations, notes and images of a page."""
    ids = _collect_ids(scanned)
    yield from _check_duplicates(ids)
    yield from _check_citations(scanned, project, {name for name, _ in ids})
    yield from _check_notes(scanned)
    for line in scanned.read_prose():
        yield from _check_images(line, project)


def _collect_ids(scanned: ScannedPage) -> list[tuple[str, Line]]:
    ids = []
    for line in scanned.lines:
        if line.raw:
            ids += [(name, line) for name in _RAW_ID.findall(line.source.text)]
        else:
            ids += [(name, line) for name in _ID.findall(line.prose)]
    return ids


def _check_duplicates(ids: list[tuple[str, Line]]) -> Iterator[Fault]:
    first: dict[str, Line] = {}
    for name, line in ids:
        if name in first:
            place = first[name].source
            what = f"The id {name} stands on {place.file.name} line {place.number} too."
            yield line.fault(what, "Give one of the two another id.")
        first.setdefault(name, line)


def _check_citations(scanned: ScannedPage, project: Path, ids: set[str]) -> Iterator[Fault]:
    sources = read_source_keys(project, list_of(scanned.settings, "bibliography"))
    for line in scanned.read_prose():
        for group in _GROUP.findall(line.prose):
            if any(_REFERENCE.match(key) for key in _find_keys(group)):
                way_out = "Refer to them one by one."
                yield line.fault(f"{group} refers to several things at once.", way_out)
        for key in _find_keys(line.prose):
            if _REFERENCE.match(key):
                yield from _check_reference(line, key, ids, scanned)
            elif key not in sources:
                yield line.fault(f"There is no source {key}.", _suggest(key, sources))


def _find_keys(text: str) -> list[str]:
    # A key does not end in punctuation: `@rao1984.` cites rao1984.
    return [(braced or bare.rstrip(":.#$%&-+?<>~/")) for braced, bare in _CITATION.findall(text)]


def _check_reference(line: Line, key: str, ids: set[str], scanned: ScannedPage) -> Iterator[Fault]:
    if key not in ids:
        same = {name for name in ids if name.startswith(key[:4])}
        yield line.fault(f"@{key} refers to nothing on this page.", _suggest(key, same))
    elif key.startswith("sec-") and not scanned.settings.get("number-sections"):
        way_out = "Set number-sections: true for typst, or name the section in words."
        yield line.fault(f"@{key} refers to a section, and sections have no numbers.", way_out)


def _suggest(key: str, known: set[str]) -> str:
    near = get_close_matches(key, sorted(known), n=1)
    if near:
        return f"Is {near[0]} meant?"
    return f"Allowed: {', '.join(sorted(known)) or 'none are declared'}."


def read_source_keys(project: Path, bibliographies: list[str]) -> set[str]:
    """Read the citation keys of BibTeX (.bib) and CSL JSON files; a missing file has none."""
    keys: set[str] = set()
    for name in bibliographies:
        path = project / name
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            keys |= {str(entry["id"]) for entry in json.loads(text)}
        else:
            keys |= set(re.findall(r"^\s*@\w+\s*\{\s*([^,\s]+)\s*,", text, re.MULTILINE))
    return keys


def _check_notes(scanned: ScannedPage) -> Iterator[Fault]:
    used: dict[str, Line] = {}
    written: dict[str, Line] = {}
    for line in scanned.read_prose():
        for match in _NOTE.finditer(line.prose):
            is_text = match[2] == ":" and match.start() == 0
            (written if is_text else used).setdefault(match[1], line)
    for name in used.keys() - written.keys():
        yield used[name].fault(f"Note {name} has no text.", f"Write [^{name}]: and its text.")
    for name in written.keys() - used.keys():
        yield written[name].fault(f"Note {name} is not called.", f"Write [^{name}] in the text.")


def _check_images(line: Line, project: Path) -> Iterator[Fault]:
    for match in _IMAGE.finditer(line.prose):
        path, attributes = match["path"], match["attributes"] or ""
        is_float = "#fig-" in attributes
        if not _ALTERNATIVE.search(attributes) and (is_float or not match["text"].strip()):
            way_out = 'Say what it shows: {fig-alt="…"}.'
            yield line.fault(f"The image {path} has no alternative text.", way_out)
        yield from _check_image_file(line, path, project)


def _check_image_file(line: Line, path: str, project: Path) -> Iterator[Fault]:
    if re.match(r"[a-z]+:|//", path):
        way_out = "Put the file in the project: nothing is loaded from elsewhere."
        yield line.fault(f"The image {path} lies elsewhere.", way_out)
        return
    target = (line.source.folder / path).resolve()
    if not target.is_relative_to(project.resolve()):
        yield line.fault(f"The image {path} is not in the project folder.", "Put it there.")
        return
    names = [target] if target.suffix else [target.with_suffix(end) for end in _EXTENSIONS]
    for name in names:
        if not name.is_file():
            way_out = "A name without extension needs .svg for page and PDF, and .png for Word."
            yield line.fault(f"The image {path} is missing: no {name.name}.", way_out)
