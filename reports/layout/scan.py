"""A page goes in; its lines come out with what the checks need to know about each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.layout.faults import Fault
from reports.layout.fences import Fence, find_fences
from reports.layout.sources import Page, SourceLine

_CODE = re.compile(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->")
_MATH = re.compile(
    r"(?<![\\$])\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^\s$](?:[^$]*[^\s$\\])?)\$(?!\d)"
)
_DIV = re.compile(r"^\s*:{3,}\s*(?P<attributes>\{.*\}|[\w-]+)?\s*:*\s*$")


@dataclass(frozen=True)
class Line:
    """One line: `prose` is its text without code, comments and formulas, empty within a fence.

    `raw` is the format of the raw block it lies in, or empty.
    """

    source: SourceLine
    prose: str
    raw: str
    formulas: tuple[str, ...]

    def fault(self, what: str, way_out: str) -> Fault:
        """Say that this line is at fault."""
        return Fault(self.source.file, self.source.number, what, way_out)


@dataclass(frozen=True)
class Div:
    """A fenced Div: its opening and closing lines by index, `closing` None where it is missing."""

    opening: int
    closing: int | None
    attributes: str
    depth: int


@dataclass(frozen=True)
class ScannedPage:
    """A page with its lines, fences and Divs found; `settings` are those of its PDF."""

    page: Page
    settings: dict[str, Any]
    lines: tuple[Line, ...]
    fences: tuple[Fence, ...]
    divs: tuple[Div, ...]
    stray: tuple[int, ...]

    def read_prose(self) -> Iterator[Line]:
        """Give the lines outside fences that hold anything."""
        return (line for line in self.lines if line.prose.strip())


def scan_page(page: Page, settings: dict[str, Any]) -> ScannedPage:
    """Find the fences, Divs and prose of a page."""
    texts = [line.text for line in page.lines]
    fences = find_fences(texts)
    raw = [""] * len(texts)
    fenced = [False] * len(texts)
    for fence in fences:
        end = len(texts) - 1 if fence.closing is None else fence.closing
        match = re.match(r"\{=(\w+)\}", fence.info)
        for index in range(fence.opening, end + 1):
            fenced[index] = True
            raw[index] = match[1] if match else ""
    lines = tuple(
        Line(
            line,
            "" if in_fence else _MATH.sub(" ", strip_code(line.text)),
            raw_format,
            () if in_fence else _find_formulas(line.text),
        )
        for line, in_fence, raw_format in zip(page.lines, fenced, raw, strict=True)
    )
    divs, stray = _find_divs([line.prose for line in lines])
    return ScannedPage(page, settings, lines, fences, divs, stray)


def strip_code(text: str) -> str:
    """Blank out code spans and comments of one line."""
    return _COMMENT.sub(" ", _CODE.sub(" ", text))


def _find_formulas(text: str) -> tuple[str, ...]:
    # A formula whose words are given needs no words of ours.
    without_own = re.sub(r"\[\$[^$]+\$\]\{[^}]*\balt=[^}]*\}", " ", strip_code(text))
    return tuple(match["display"] or match["inline"] for match in _MATH.finditer(without_own))


def _find_divs(prose: list[str]) -> tuple[tuple[Div, ...], tuple[int, ...]]:
    divs: list[Div] = []
    stray: list[int] = []
    still_open: list[tuple[int, str]] = []
    for index, text in enumerate(prose):
        match = _DIV.match(text)
        if match is None:
            continue
        if match["attributes"]:
            still_open.append((index, match["attributes"]))
        elif still_open:
            opening, attributes = still_open.pop()
            divs.append(Div(opening, index, attributes, len(still_open)))
        else:
            stray.append(index)
    divs += [Div(opening, None, attributes, 0) for opening, attributes in still_open]
    return tuple(sorted(divs, key=lambda div: div.opening)), tuple(stray)
