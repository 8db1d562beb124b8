"""An export as delivered: one row a delivered row, every cell text, nothing converted yet."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import pandas as pd

CELL_TYPE = pd.StringDtype("python")  # the same with and without pyarrow
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class RawTable:
    """One export, read and not interpreted.

    cells         columns = column keys (`squeeze_text`), each `CELL_TYPE`, an empty cell NA;
                  index "row" = the row of the file, counted from 1 as a spreadsheet does
    labels        column key → what the tool calls the column (second header row, variable label)
    value_labels  column key → {delivered code: its label}
    user_missing  column key → delivered codes that the file itself declares as missing
    excluded      position in `wave.exclude` of the first rule that a row meets, NA for none; found
                  at the door, since a rule may look at a personal column that goes no further

    Columns with personal data are not in it.
    """

    wave: str
    file: str
    cells: pd.DataFrame
    excluded: pd.Series
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.cells)


def squeeze_text(text: str) -> str:
    """Return a text as it is compared: one Unicode form, single plain spaces, none at the ends."""
    if text.isascii() and text.isalnum():
        return text
    return SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
