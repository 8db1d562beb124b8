"""The lines of a Markdown text go in; its fenced code blocks come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OPENING = re.compile(r"^(?P<indent>[ \t]*)(?P<marks>`{3,}|~{3,})(?P<info>[^`]*)$")


@dataclass(frozen=True)
class Fence:
    """A fenced block: `opening` and `closing` are line indices; `closing` is None if missing."""

    opening: int
    closing: int | None
    info: str
    indent: str

    @property
    def is_python_cell(self) -> bool:
        """True for ```` ```{python} ````, with or without options after the name."""
        return bool(re.match(r"\{python\b", self.info))


def find_fences(lines: Sequence[str]) -> tuple[Fence, ...]:
    """Find the fenced code blocks in reading order; one left open runs to the last line."""
    fences: list[Fence] = []
    index = 0
    while index < len(lines):
        match = _OPENING.match(lines[index])
        if match is None:
            index += 1
            continue
        closing = _find_closing(lines, index + 1, match["marks"])
        fences.append(Fence(index, closing, match["info"].strip(), match["indent"]))
        index = len(lines) if closing is None else closing + 1
    return tuple(fences)


def _find_closing(lines: Sequence[str], start: int, marks: str) -> int | None:
    closing = re.compile(rf"^\s*{re.escape(marks[0])}{{{len(marks)},}}\s*$")
    for index in range(start, len(lines)):
        if closing.match(lines[index]):
            return index
    return None


def mark_fenced_lines(lines: Sequence[str]) -> tuple[bool, ...]:
    """Say for each line whether it is a fence or lies within one."""
    fenced = [False] * len(lines)
    for fence in find_fences(lines):
        end = len(lines) - 1 if fence.closing is None else fence.closing
        for index in range(fence.opening, end + 1):
            fenced[index] = True
    return tuple(fenced)


def leave_out_raw(text: str, name: str) -> str:
    """Return the text without its raw blocks of a format, such as "html"; other blocks stay."""
    lines = text.split("\n")
    kept, start = [], 0
    for fence in find_fences(lines):
        if fence.info == f"{{={name}}}" and fence.closing is not None:
            kept += lines[start : fence.opening]
            start = fence.closing + 1
    return "\n".join([*kept, *lines[start:]])
