"""A sheet in, the bytes of a CSV file out: LimeSurvey's manner, or a plain one."""

from __future__ import annotations

import csv
import io

import pandas as pd

from analysis.rehearse.sheet import Sheet

BOM = "\ufeff"


def write_limesurvey(sheet: Sheet) -> bytes:
    """Return a CSV as LimeSurvey exports codes: semicolons, everything quoted, UTF-8 with BOM."""
    return (BOM + _write_rows(sheet.cells, ";", csv.QUOTE_ALL)).encode("utf-8")


def write_plain(sheet: Sheet) -> bytes:
    """Return an ordinary CSV: commas, quotes where needed, UTF-8."""
    return _write_rows(sheet.cells, ",", csv.QUOTE_MINIMAL).encode("utf-8")


def _write_rows(cells: pd.DataFrame, delimiter: str, quoting: int) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(cells.columns)
    for row in cells.itertuples(index=False, name=None):
        writer.writerow(["" if cell is None else cell for cell in row])
    return stream.getvalue()
