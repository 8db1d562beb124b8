"""The text of a page goes in; its prose, its cells and its inline cells come out, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.layout.faults import Fault
from reports.layout.fences import Fence, find_fences

_OPTION = re.compile(r"^#\|\s*(?P<name>[\w-]+)\s*:\s*(?P<value>.*?)\s*$")
_INLINE = re.compile(r"`\{python\}\s*(?P<code>[^`]*)`")
ALLOWED = {
    "label": None,
    "echo": ("false",),
    "output": ("asis", "true", "false"),
    "eval": ("true", "false"),
}


@dataclass(frozen=True)
class Prose:
    """Lines that pass as they are, inline cells apart; `line` counts from 1."""

    line: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One ```` ```{python} ```` cell: `line` is that of its first line of code."""

    line: int
    code: str
    label: str = ""
    output: str = "true"
    is_run: bool = True


@dataclass(frozen=True)
class Inline:
    """One `` `{python} expression` `` of a line: where it starts and ends in it."""

    start: int
    end: int
    code: str


def split_page(source: str, where: Path) -> tuple[tuple[Prose | Cell, ...], tuple[Fault, ...]]:
    """Split a page into prose and cells; what is no cell of the subset becomes a fault."""
    lines = source.splitlines()
    parts: list[Prose | Cell] = []
    faults: list[Fault] = []
    start = 0
    for fence in find_fences(lines):
        faults += _check_fence(fence, where)
        if not fence.is_python_cell or fence.closing is None:
            continue
        if fence.opening > start:
            parts.append(Prose(start + 1, tuple(lines[start : fence.opening])))
        cell, cell_faults = _read_cell(lines, fence, where)
        parts.append(cell)
        faults += cell_faults
        start = fence.closing + 1
    if start < len(lines):
        parts.append(Prose(start + 1, tuple(lines[start:])))
    return tuple(parts), tuple(faults)


def _check_fence(fence: Fence, where: Path) -> list[Fault]:
    line = fence.opening + 1
    faults = []
    if fence.closing is None:
        kind = "Cell" if fence.is_python_cell else "Code block"
        way_out = "Close it with a line of the same marks, alone on its line."
        faults.append(Fault(where, line, f"{kind} is not closed.", way_out))
    if fence.is_python_cell and fence.indent:
        way_out = "Start it at the left margin, outside lists and quotations."
        faults.append(Fault(where, line, "Cell is indented.", way_out))
    if fence.is_python_cell and fence.info != "{python}":
        way_out = "Write ```{python} and put options on `#|` lines below it."
        faults.append(Fault(where, line, f"Cell opens with {fence.info}.", way_out))
    elif re.match(r"\{[a-z]+\}?", fence.info) and not fence.is_python_cell:
        way_out = "Cells are in Python; for text in code type write ```text."
        faults.append(Fault(where, line, f"Cell opens with {fence.info}.", way_out))
    return faults


def _read_cell(lines: Sequence[str], fence: Fence, where: Path) -> tuple[Cell, list[Fault]]:
    options: dict[str, str] = {}
    faults = []
    index = fence.opening + 1
    closing = fence.closing or len(lines)
    while index < closing and lines[index].startswith("#|"):
        match = _OPTION.match(lines[index])
        name, value = (match["name"], match["value"]) if match else (lines[index], "")
        fault = _check_option(name, value)
        if fault:
            faults.append(Fault(where, index + 1, *fault))
        options[name] = value
        index += 1
    cell = Cell(
        line=index + 1,
        code="\n".join(lines[index:closing]),
        label=options.get("label", ""),
        output=options.get("output", "true"),
        is_run=options.get("eval", "true") == "true",
    )
    return cell, faults


def _check_option(name: str, value: str) -> tuple[str, str] | None:
    if name not in ALLOWED:
        return f"Cell option `{name}` is not known.", f"Allowed: {', '.join(ALLOWED)}."
    values = ALLOWED[name]
    if values is not None and value not in values:
        return f"Cell option `{name}` is `{value}`.", f"Allowed: {', '.join(values)}."
    return None


def find_inline_cells(text: str) -> tuple[Inline, ...]:
    """Find the inline cells of one line of prose."""
    return tuple(
        Inline(match.start(), match.end(), match["code"].strip())
        for match in _INLINE.finditer(text)
    )
