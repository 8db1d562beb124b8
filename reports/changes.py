"""The published tables of two builds in, what a reader of both would see changed out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.faults import Fault, Refusal

COMPARISONS = "comparisons.csv"  # lies beside a published.csv since comparisons are published
# columns that readers see, of numbers and of comparisons
SEEN = ("value", "low", "high", "base", "effective", "state", "grade", "change", "letters",
        "p_adjusted", "effect", "outcome")  # fmt: skip
Rows = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Change:
    """One published number or comparison that is no longer as it was."""

    id: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.id}: {self.column} {self.before or 'empty'} -> {self.after or 'empty'}"


@dataclass(frozen=True)
class Changes:
    """What differs between the published tables of two builds, in the order of their rows."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Change, ...]
    without_comparisons: bool = False  # one build has none, so those of the other stay unsaid

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def read_published(path: Path) -> Rows:
    """Return the rows of a `published.csv`, and of the comparisons beside it, by their id.

    A Refusal where the file is no such table.
    """
    beside = path.with_name(COMPARISONS)
    more = _read_rows(beside) if beside.is_file() and beside != path else {}
    return {**_read_rows(path), **more}


def _read_rows(path: Path) -> Rows:
    allowed = "a published.csv of this package, with the column id"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Refusal(Fault(str(path), found, allowed, "name the file with FILE=")) from None
    if not rows and path.name == COMPARISONS:
        return {}
    if not rows or "id" not in rows[0]:
        raise Refusal(Fault(str(path), "a table without ids", allowed, "name another with FILE="))
    # an earlier version of the package wrote a whole number as 223.0
    plain = [{name: (text or "").removesuffix(".0") for name, text in row.items()} for row in rows]
    return {row["id"]: row for row in plain}


def compare_published(before: Rows, after: Rows) -> Changes:
    """Return new and gone ids, and every seen value that differs.

    A column that one of the two builds does not have is no change. Nor are comparisons where one
    build has none at all, since an earlier version of the package did not publish them.
    """
    paired = [any("versus" in row for row in rows.values()) for rows in (before, after)]
    uneven = paired[0] != paired[1]
    if uneven:
        before, after = (
            {key: row for key, row in rows.items() if "versus" not in row}
            for rows in (before, after)
        )
    changed = [
        Change(key, column, before[key][column], row[column])
        for key, row in after.items()
        if key in before
        for column in SEEN
        if column in row and column in before[key]
        if before[key][column] != row[column]
    ]
    return Changes(
        new=tuple(key for key in after if key not in before),
        gone=tuple(key for key in before if key not in after),
        changed=tuple(changed),
        without_comparisons=uneven,
    )


def describe_changes(changes: Changes) -> str:
    """Return one line a change, and their sums last."""
    lines = [f"gone  {key}" for key in changes.gone]
    lines += [f"new   {key}" for key in changes.new]
    lines += [f"other {change}" for change in changes.changed]
    numbers = len({change.id for change in changes.changed})
    sums = f"{len(changes.gone)} gone, {len(changes.new)} new, {numbers} changed"
    lines = [*lines, "", sums] if changes else ["No published number differs."]
    if changes.without_comparisons:
        lines.append(f"Comparisons were left out: one of the two builds has no {COMPARISONS}.")
    return "\n".join(lines)
