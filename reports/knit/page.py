"""The text of a page and the names its cells may use go in; the page without cells comes out.

Cells run in this process, in order, in one namespace a page, as in a notebook; nothing outside the
page is touched, so pages can be knitted side by side in worker processes. A cell is plain Python:
there are no magics and no shell lines, and what it needs is in the namespace or imported.
"""

from __future__ import annotations

import ast
import contextlib
import io
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from analysis.tell.tables import escape_markdown
from reports.knit.cells import Cell, Prose, find_inline_cells, split_page
from reports.layout.faults import Fault, PageFaults
from reports.layout.fences import mark_fenced_lines
from survey.faults import Refusal


@dataclass(frozen=True)
class KnittedPage:
    """A Quarto document without cells, and for each of its lines the line of the page it is from.

    Lines that a cell wrote come from the line on which the code of that cell starts.
    """

    text: str
    source_lines: tuple[int, ...]


def knit_page(source: str, where: Path, namespace: Mapping[str, Any]) -> KnittedPage:
    """Run the cells of a page and put what they yield in their places.

    `where` names the page in faults; `namespace` holds the components pages may call and is not
    changed. The last expression of a cell may be a component (an object with `to_markdown()`,
    written as that Markdown), a list of components, text (written literally, every mark escaped)
    or None. An inline cell yields text or a component of one line.

    Raises PageFaults: all faults of form at once, or the first failing cell with its line.
    """
    parts, faults = split_page(source, where)
    if faults:
        raise PageFaults(faults)
    names = {**namespace, "__name__": "__page__"}
    lines: list[tuple[int, str]] = []
    for part in parts:
        lines += (
            _knit_prose(part, where, names)
            if isinstance(part, Prose)
            else (_knit_cell(part, where, names))
        )
    text = "".join(f"{line}\n" for _, line in lines)
    return KnittedPage(text, tuple(number for number, _ in lines))


def _knit_prose(prose: Prose, where: Path, names: dict[str, Any]) -> list[tuple[int, str]]:
    lines = []
    fenced = mark_fenced_lines(prose.texts)
    for offset, (text, in_fence) in enumerate(zip(prose.texts, fenced, strict=True)):
        number = prose.line + offset
        knitted, position = "", 0
        for inline in () if in_fence else find_inline_cells(text):
            knitted += text[position : inline.start] + _run_inline(
                inline.code, number, where, names
            )
            position = inline.end
        lines.append((number, knitted + text[position:]))
    return lines


def _run_inline(code: str, line: int, where: Path, names: dict[str, Any]) -> str:
    compiled = _compile(lambda: ast.parse(code, mode="eval"), "eval", line, where)
    value = _run(lambda: eval(compiled, names), line, where)
    if isinstance(value, str):
        return escape_markdown(value)
    written = _write_component(value)
    if written is None or "\n" in written.strip():
        raise PageFaults([Fault(where, line, *_refuse(value, "An inline cell"))])
    return written.strip()


def _knit_cell(cell: Cell, where: Path, names: dict[str, Any]) -> list[tuple[int, str]]:
    if not cell.is_run:
        return []
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        value = _run_cell(cell, where, names)
    if printed.getvalue() and cell.output == "true":
        way_out = "End the cell with the value, or say `#| output: asis` to print Markdown."
        raise PageFaults([Fault(where, cell.line, "The cell prints.", way_out)])
    if cell.output == "false":
        return []
    written = _write_value(value)
    if written is None:
        raise PageFaults([Fault(where, cell.line, *_refuse(value, "The cell"))])
    # A blank line on either side, or the Markdown runs into its neighbours.
    text = f"\n{printed.getvalue()}{written}".rstrip("\n") + "\n"
    return [(cell.line, line) for line in text.split("\n")] if text.strip() else []


def _run_cell(cell: Cell, where: Path, names: dict[str, Any]) -> Any:
    """Execute the statements and give the value of the last one, if that is an expression."""
    tree = _parse(cell, where)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    ast.increment_lineno(tree, cell.line - 1)
    body = _compile(lambda: tree, "exec", cell.line, where)
    _run(lambda: exec(body, names), cell.line, where)
    if not isinstance(last, ast.Expr):
        return None
    expression = ast.Expression(last.value)
    ast.increment_lineno(expression, cell.line - 1)
    compiled = _compile(lambda: expression, "eval", cell.line, where)
    return _run(lambda: eval(compiled, names), cell.line, where)


def _parse(cell: Cell, where: Path) -> ast.Module:
    try:
        return ast.parse(cell.code)
    except SyntaxError as error:
        raise _syntax_fault(error, cell.line + (error.lineno or 1) - 1, where) from None


def _compile(
    parse: Callable[[], ast.Module | ast.Expression], mode: str, line: int, where: Path
) -> CodeType:
    try:
        return compile(parse(), str(where), mode)
    except SyntaxError as error:
        raise _syntax_fault(error, max(line, error.lineno or 0), where) from None


def _syntax_fault(error: SyntaxError, line: int, where: Path) -> PageFaults:
    way_out = "Cells hold plain Python, without magics or shell lines."
    return PageFaults([Fault(where, line, f"The cell is not Python: {error.msg}.", way_out)])


def _run(action: Callable[[], Any], line: int, where: Path) -> Any:
    try:
        return action()
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame.lineno for frame in frames if frame.filename == str(where) and frame.lineno]
        # An inline cell is compiled by itself and counts from its own first line.
        number = max(own[-1], line) if own else line
        told = _tell_refusal(error) if isinstance(error, Refusal) else [_tell_failure(error)]
        raise PageFaults([Fault(where, number, *one) for one in told]) from error


def _tell_refusal(error: Refusal) -> list[tuple[str, str]]:
    """What a cell asked for and may ask for, and the way out, for each fault."""
    return [
        (
            f"The cell asks for {fault.where}: {fault.found}. Allowed: {fault.allowed}.",
            f"{fault.todo[:1].upper()}{fault.todo[1:]}.",
        )
        for fault in error.faults
    ]


def _tell_failure(error: BaseException) -> tuple[str, str]:
    return f"The cell fails: {type(error).__name__}: {_first_line(error)}.", "Correct the cell."


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or ["no message"])[0].rstrip(".")


def _write_value(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, str):
        return escape_markdown(value)
    if isinstance(value, list | tuple):
        written = [_write_component(item) for item in value]
        return None if None in written else "\n\n".join(str(item).strip("\n") for item in written)
    return _write_component(value)


def _write_component(value: Any) -> str | None:
    # A data frame has a method of this name too, but its numbers never passed the gate.
    is_frame = type(value).__module__.partition(".")[0] in ("pandas", "polars")
    if is_frame or not callable(getattr(value, "to_markdown", None)):
        return None
    return str(value.to_markdown())


def _refuse(value: Any, what: str) -> tuple[str, str]:
    found = type(value).__name__
    if isinstance(value, int | float):
        way_out = (
            "Numbers are formatted for the language of the page: use share(), mean() or base()."
        )
    elif hasattr(value, "columns"):
        way_out = "Only published tables are shown: docs/pages.md lists them."
    else:
        way_out = "Allowed: a component (figure, table, heading), text, or nothing."
    return f"{what} yields {found}.", way_out
