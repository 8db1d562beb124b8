"""Two published tables in, what a reader of both would see changed out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.faults import Fault, Refusal

SEEN = ("value", "low", "high", "base", "state", "grade", "change")  # columns that readers see
Rows = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Change:
    """One published number that is no longer as it was."""

    id: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.id}: {self.column} {self.before or 'empty'} -> {self.after or 'empty'}"


@dataclass(frozen=True)
class Changes:
    """What differs between two published tables, in the order of their rows."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def read_published(path: Path) -> Rows:
    """Return the rows of a `published.csv` by their id; a Refusal where it is none."""
    allowed = "a published.csv of this package, with the column id"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Refusal(Fault(str(path), found, allowed, "name the file with FILE=")) from None
    if not rows or "id" not in rows[0]:
        raise Refusal(Fault(str(path), "a table without ids", allowed, "name another with FILE="))
    return {row["id"]: row for row in rows}


def compare_published(before: Rows, after: Rows) -> Changes:
    """Return new and gone ids, and every seen value that differs."""
    changed = [
        Change(key, column, before[key].get(column) or "", row.get(column) or "")
        for key, row in after.items()
        if key in before
        for column in SEEN
        if (before[key].get(column) or "") != (row.get(column) or "")
    ]
    return Changes(
        new=tuple(key for key in after if key not in before),
        gone=tuple(key for key in before if key not in after),
        changed=tuple(changed),
    )


def describe_changes(changes: Changes) -> str:
    """Return one line a change, and their sums last."""
    lines = [f"gone  {key}" for key in changes.gone]
    lines += [f"new   {key}" for key in changes.new]
    lines += [f"other {change}" for change in changes.changed]
    if not changes:
        return "No published number differs."
    numbers = len({change.id for change in changes.changed})
    sums = f"{len(changes.gone)} gone, {len(changes.new)} new, {numbers} changed"
    return "\n".join([*lines, "", sums])
