"""Run as a script of its own: a workbook, SPSS or Stata file in, its cells as JSON out.

It stands alone (imports nothing of this package), so that a reader written in C or Rust that
crashes or eats memory on a damaged file takes only this process with it.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

SPSS_EPOCH = "1582-10-14"
STATA_EPOCH = "1960-01-01"
MOST_EXACT = 1e15  # above it a float no longer tells every whole number


def limit_resources(memory: int, seconds: int) -> None:
    """Bound this process; where the system has no such limits the caller's clock remains."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS refuses some
            continue


def format_number(value: float) -> str:
    """Return a number as it was typed: 1.0 → "1", 0.5 → "0.5"."""
    if value == int(value) and abs(value) < MOST_EXACT:
        return str(int(value))
    return repr(float(value))


def format_cell(value: Any) -> str | None:
    """Return a cell of a workbook as text; None if empty."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return format_number(value.total_seconds())
    return str(value)  # what a later version of the reader may deliver


def read_workbook(path: str, sheet: str) -> dict[str, Any]:
    """Return the cells of one sheet column by column, empty rows left out."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        names = book.sheet_names
        if sheet and sheet not in names:
            return {"sheets": names}
        if not names:
            return {"sheets": []}
        page = book.get_sheet_by_name(sheet or names[0])
        top = page.start[0] + 1 if page.start else 1
        rows, lines = [], []
        for number, row in enumerate(page.to_python(skip_empty_area=True), start=top):
            cells = [format_cell(value) for value in row]
            if any(cell is not None for cell in cells):
                rows.append(cells)
                lines.append(number)
    return {"columns": [list(column) for column in zip(*rows, strict=True)], "lines": lines}


def read_statistical(path: str, kind: str) -> dict[str, Any]:
    """Return the cells of an SPSS or Stata file with their labels and user-missing codes."""
    import pyreadstat

    readers: dict[str, Any] = {"dta": pyreadstat.read_dta, "por": pyreadstat.read_por}
    reader = readers.get(kind, pyreadstat.read_sav)
    options: dict[str, Any] = {"disable_datetime_conversion": True, "output_format": "dict"}
    if kind != "por":
        options["user_missing"] = True
    try:
        data, meta = reader(path, **options)
    except UnicodeDecodeError:  # files from before SPSS stated its encoding
        data, meta = reader(path, encoding="WINDOWS-1252", **options)
    columns = [_format_values(data[name], _find_epoch(meta, name, kind)) for name in data]
    height = max((len(column) for column in columns), default=0)
    return {
        "header": list(data),
        "columns": columns,
        "lines": list(range(1, height + 1)),
        "labels": {name: label for name, label in meta.column_names_to_labels.items() if label},
        "value_labels": {
            name: {key: str(text) for code, text in labels.items() if (key := _format_value(code))}
            for name, labels in meta.variable_value_labels.items()
        },
        "user_missing": _find_user_missing(meta, dict(zip(data, columns, strict=True))),
    }


def _find_epoch(meta: Any, name: str, kind: str) -> tuple[str, str, str] | None:
    """Return epoch, unit counted and unit shown of a date column; None for other columns."""
    shown = str(meta.original_variable_types.get(name, "")).upper()
    if kind == "dta":
        units = {"%TC": ("ms", "s"), "%TD": ("D", "D")}
        found = units.get(shown[:3])
        return (STATA_EPOCH, *found) if found else None
    if shown.startswith(("DATETIME", "YMDHMS")):
        return (SPSS_EPOCH, "s", "s")
    if shown.startswith(("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "MOYR", "QYR", "WKYR")):
        return (SPSS_EPOCH, "s", "D")
    return None


def _format_values(values: Any, epoch: tuple[str, str, str] | None) -> list[str | None]:
    """Return a column as texts; each distinct number is formatted once."""
    known: dict[Any, str | None] = {}
    texts = []
    for value in values.tolist() if hasattr(values, "tolist") else values:
        if value not in known:
            known[value] = _format_value(value, epoch)
        texts.append(known[value])
    return texts


def _format_value(value: Any, epoch: tuple[str, str, str] | None = None) -> str | None:
    if value is None or value != value:  # NaN is not itself
        return None
    if isinstance(value, str):
        return value.rstrip() or None
    if value in (float("inf"), float("-inf")):
        return repr(float(value))
    if epoch is not None:
        return _format_date(float(value), *epoch)
    return format_number(value)


def _format_date(value: float, start: str, counted: str, shown: str) -> str:
    import numpy as np

    if abs(value) > MOST_EXACT:
        return format_number(value)
    count = np.array(int(value), dtype=f"timedelta64[{counted}]")
    moment = np.array(start, dtype=f"datetime64[{counted}]") + count
    return str(moment.astype(f"datetime64[{shown}]")).replace("T", " ")


def _find_user_missing(meta: Any, columns: dict[str, list[str | None]]) -> dict[str, list[str]]:
    """Return for each column the delivered codes that the file declares as missing."""
    found: dict[str, list[str]] = {}
    for name, ranges in meta.missing_ranges.items():
        present = sorted({text for text in columns.get(name, []) if text is not None})
        found[name] = [text for text in present if any(_lies_in(text, one) for one in ranges)]
    for name, codes in meta.missing_user_values.items():
        found.setdefault(name, []).extend(str(code) for code in codes)
    return {name: codes for name, codes in found.items() if codes}


def _lies_in(text: str, span: dict[str, Any]) -> bool:
    low, high = span["lo"], span["hi"]
    if isinstance(low, str) or isinstance(high, str):
        return str(low).rstrip() <= text <= str(high).rstrip()
    try:
        return bool(low <= float(text) <= high)
    except ValueError:
        return False


def main(path: str, kind: str, sheet: str, memory: str, seconds: str) -> None:
    limit_resources(int(memory), int(seconds))
    try:
        if kind in ("sav", "zsav", "por", "dta"):
            answer = read_statistical(path, kind)
        else:
            answer = read_workbook(path, sheet)
    except MemoryError:
        answer = {"memory": True}
    except BaseException as error:  # a panic in Rust is no Exception
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


if __name__ == "__main__":
    main(*sys.argv[1:])
