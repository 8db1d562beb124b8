"""What each reader of a file format returns: cells by column, header rows still on top."""

from __future__ import annotations

from dataclasses import dataclass, field

Cell = str | None


@dataclass(frozen=True)
class ReadTable:
    """Cells of one file, column by column; an empty cell is None.

    columns are equally long; `lines` holds the row of the file of each, counted from 1;
    `header` is set where the format itself names its columns (SPSS, Stata).
    """

    columns: list[list[Cell]]
    lines: list[int]
    header: list[str] | None = None
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, list[str]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return len(self.lines)
