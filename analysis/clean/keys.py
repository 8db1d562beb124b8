"""Raw rows in, the columns that are no answers out: dates, durations, pages, weights, keys."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.clean.cells import read_numbers
from analysis.clean.match import list_key_columns
from analysis.clean.notebook import Notebook
from survey.raw import CELL_TYPE, RawTable
from survey.responses import KEYS, name_design_key
from survey.study import Study

DATES = ("started", "finished")
NUMBERS = ("seconds", "last_page", "weight")


def read_keys(study: Study, raw: RawTable, keys: np.ndarray, book: Notebook) -> pd.DataFrame:
    """Return the columns of `KEYS` and of the design that the wave has, indexed as the raw rows.

    Without a delivered duration, `seconds` is the time between started and finished.
    """
    wave = study.wave(raw.wave)
    names = list_key_columns(wave.columns)
    known = (*KEYS, *(name_design_key(column) for column in wave.columns.design))
    present = {key: name for key, name in names.items() if name in raw.cells and key in known}
    read: dict[str, pd.Series] = {}
    for key, name in present.items():
        cells = raw.cells[name]
        if key in DATES:
            read[key] = _read_dates(cells, wave.columns.date_format, keys, name, book)
        elif key in NUMBERS:
            read[key] = _read_plain_numbers(cells)
        else:
            read[key] = cells.str.strip().astype(CELL_TYPE)
    if "seconds" not in read and set(DATES) <= set(read):
        elapsed = (read["finished"] - read["started"]).dt.total_seconds()
        read["seconds"] = elapsed.where(elapsed >= 0).astype("Float64")
    return pd.DataFrame({key: read[key] for key in known if key in read}, index=raw.cells.index)


def _read_dates(
    cells: pd.Series, form: str | None, keys: np.ndarray, name: str, book: Notebook
) -> pd.Series:
    """Return moments: by the declared format, else ISO 8601 (as real dates of a workbook come)."""
    texts = cells.str.strip().replace("", pd.NA)
    plain = texts.astype(object).where(texts.notna(), None)
    moments = pd.to_datetime(plain, format="ISO8601", errors="coerce", utc=False)
    if form is not None:
        moments = pd.to_datetime(plain, format=form, errors="coerce").fillna(moments)
    unread = (texts.notna() & moments.isna()).to_numpy(bool)
    allowed = f"a date of the form {form or 'YYYY-MM-DD HH:MM:SS'}"
    book.note_rows("unreadable_date", unread, keys, "", name, cells, allowed)
    return moments


def _read_plain_numbers(cells: pd.Series) -> pd.Series:
    numbers, _ = read_numbers(cells)
    return pd.Series(pd.array(numbers, dtype="Float64"), index=cells.index)
