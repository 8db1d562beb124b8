"""The top rows of a table in, one key per column and what the tool calls it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.read.table import Cell, ReadTable
from survey.raw import squeeze_text
from survey.wave import Shape

ANSWER_WORDS = ("Response", "Open-Ended Response", "Antwoord", "Open antwoord")
QUALTRICS_IMPORT = "ImportId"
QUALTRICS_LEGACY = ("V1", "V2", "V3")


def name_columns(table: ReadTable, shape: Shape) -> tuple[list[str], list[str], int]:
    """Return keys, labels ("" for none) and the number of header rows.

    SurveyMonkey: two rows, question text (carried forward over its options) and option; the key
    is "text | option", or the text alone. Other shapes: one row, or Qualtrics' two or three.
    A repeated key gets " (2)", an empty one "column 7".
    """
    if table.header is not None:
        names = [squeeze_text(name) for name in table.header]
        return number_keys(names), [table.labels.get(name, "") for name in table.header], 0
    if not table.height:
        return [], [], 0
    first = _take_row(table, 0)
    if shape == "surveymonkey" and table.height > 1:
        keys, labels = join_headers(first, _take_row(table, 1))
        return number_keys(keys), labels, 2
    rows = count_header_rows(table)
    labels = _take_row(table, 1) if rows > 1 else [""] * len(first)
    return number_keys(first), labels, rows


def join_headers(texts: Sequence[str], options: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return SurveyMonkey's keys and the question text that each belongs to."""
    keys, carried, current = [], [], ""
    for text, option in zip(texts, options, strict=True):
        current = text or (current if option else "")
        alone = not option or option in ANSWER_WORDS
        keys.append(current if alone else f"{current} | {option}")
        carried.append(current)
    return keys, carried


def count_header_rows(table: ReadTable) -> int:
    """Return 3 or 2 for Qualtrics' exports, else 1."""
    cells = [_take_row(table, at) for at in range(min(3, table.height))]
    if len(cells) > 2 and all(QUALTRICS_IMPORT in cell for cell in cells[2][:3]):
        return 3
    if len(cells) > 1:
        start = tuple(cells[0][:3])
        if start == QUALTRICS_LEGACY or (start == tuple(cells[1][:3]) and all(start)):
            return 2
    return 1


def number_keys(keys: Sequence[str]) -> list[str]:
    """Return the keys with each one once: " (2)" behind a repetition, a name for an empty one."""
    seen: Counter[str] = Counter()
    numbered = []
    for at, key in enumerate(keys, start=1):
        key = key or f"column {at}"
        seen[key] += 1
        numbered.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return numbered


def _take_row(table: ReadTable, at: int) -> list[str]:
    cells: list[Cell] = [column[at] for column in table.columns]
    return [squeeze_text(cell) if cell else "" for cell in cells]
