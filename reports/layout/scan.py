"""A page goes in; its lines come out with what the checks need to know about each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.layout.faults import Fault
from reports.layout.fences import Fence, find_fences
from reports.layout.sources import Page, SourceLine

# What stands at a place of a line, tried in this order: only what begins first counts, so that a
# mark after a backslash opens nothing and a backslash within code escapes nothing.
_MARKS = re.compile(
    r"""
      (?P<escape>\\[^\w\s])
    | (?P<ticks>`+)(?:(?P<code>(?!`).*?(?<!`)(?P=ticks)(?!`))|(?!`))
    | <!--.*?-->
    | \[\$[^$]+\$\](?=\{[^}]*\balt=[^}]*\})  # a formula whose words are given
    | \$\$(?P<display>.+?)\$\$
    | (?<!\$)\$(?P<inline>[^\s$](?:[^$]*[^\s$\\])?)\$(?!\d)
    """,
    re.VERBOSE,
)
_LITERAL = "\N{REPLACEMENT CHARACTER}"  # stands for a mark that is meant as it is
_DIV = re.compile(r"^\s*:{3,}\s*(?P<attributes>\{.*\}|[\w-]+)?\s*:*\s*$")


@dataclass(frozen=True)
class Line:
    """One line: `prose` is its text without code, comments and formulas, empty within a fence.

    `raw` is the format of the raw block it lies in, or empty.
    """

    source: SourceLine
    prose: str
    formulas: tuple[str, ...]
    raw: str

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
        Line(line, *(("", ()) if in_fence else split_formulas(line.text)), raw_format)
        for line, in_fence, raw_format in zip(page.lines, fenced, raw, strict=True)
    )
    divs, stray = _find_divs([line.prose for line in lines])
    return ScannedPage(page, settings, lines, fences, divs, stray)


def split_formulas(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Return one line without code, comments and formulas, and the formulas that need words.

    An escaped mark is no mark: `\<script` holds no tag.
    """
    formulas: list[str] = []

    def replace_mark(match: re.Match[str]) -> str:
        if match["escape"]:
            return _LITERAL
        if match["ticks"] and match["code"] is None:
            return match[0]  # opens nothing: no run of as many closes it
        formula = match["display"] or match["inline"]
        formulas.extend([formula] if formula else [])
        return " "

    return _MARKS.sub(replace_mark, text), tuple(formulas)


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
