"""A study and a wave in, the wave's export as a `RawTable` out, once its passport agrees."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.read.delimited import read_delimited
from analysis.read.headers import name_columns
from analysis.read.isolated import read_isolated
from survey.columns import list_personal_columns
from survey.faults import Fault, Refusal, list_few
from survey.load import PASSPORT, locate_export
from survey.raw import CELL_TYPE, RawTable, squeeze_text
from survey.wave import Delivered, Exclusion

if TYPE_CHECKING:
    import pandas as pd

    from analysis.read.table import Cell, ReadTable
    from survey.study import Study

DELIMITED = ("csv", "tsv", "txt", "tab")
ISOLATED = ("xlsx", "xlsm", "xlsb", "xls", "ods", "sav", "zsav", "por", "dta")


def read_export(study: Study, wave_id: str) -> RawTable:
    """Read the answers of one wave as delivered, without the columns of personal data.

    Raises `Refusal` where a file is absent, is not the one in its passport, cannot be read, holds
    no rows, or not the number of rows that the passport gives; every fault names file and wave.
    """
    try:
        return _read_export(study, wave_id)
    except Refusal as refusal:
        named = [replace(one, where=f"{one.where} (wave {wave_id})") for one in refusal.faults]
        raise Refusal(named) from None


def _read_export(study: Study, wave_id: str) -> RawTable:
    folder, passport = locate_export(study, wave_id), study.passport(wave_id)
    faults = [fault for file in passport.files for fault in check_file(folder, file)]
    if faults:
        raise Refusal(faults)
    path = folder / passport.answers.name
    wave = study.wave(wave_id)
    table = read_file(path, wave.sheet)
    keys, labels, header_rows = name_columns(table, wave.shape)
    cells = _frame_cells(table, keys, header_rows)
    _check_rows(path, folder / PASSPORT, len(cells), passport.n)
    plain = dict(zip(keys, table.header or keys, strict=True))
    personal = set(find_personal(study, wave_id, keys))
    kept = [key for key in keys if key not in personal]
    return RawTable(
        wave=wave_id,
        file=path.name,
        cells=cells[kept],
        excluded=find_excluded(cells, wave.exclude),
        labels={k: label for k, label in zip(keys, labels, strict=True) if label and k in kept},
        value_labels={k: named for k in kept if (named := table.value_labels.get(plain[k]))},
        user_missing={
            k: frozenset(codes) for k in kept if (codes := table.user_missing.get(plain[k]))
        },
    )


def check_file(folder: Path, file: Delivered) -> list[Fault]:
    """Return a fault if a delivered file is absent or differs from its passport."""
    path = folder / file.name
    if Path(file.name).name != file.name:
        return [
            Fault(
                f"{folder / PASSPORT}: file name",
                f'"{file.name}"',
                "a plain file name, without folders",
                "put the file beside SOURCE.toml and write its name only",
            )
        ]
    if not path.is_file():
        present = sorted(one.name for one in folder.iterdir() if one.name != PASSPORT)
        absent = f"no such file; in its folder: {list_few(present)}"
        return [
            Fault(
                str(path),
                "a folder" if path.is_dir() else absent,
                "the file that SOURCE.toml names",
                "put the export there as delivered, or mend the name in SOURCE.toml",
            )
        ]
    found = compute_checksum(path)
    if found == file.sha256:
        return []
    return [
        Fault(
            str(path),
            f"a file with sha256 {found}" if path.stat().st_size else "an empty file",
            f"the file as delivered, with sha256 {file.sha256} (SOURCE.toml)",
            "put the delivered file back; or, if this is a new delivery, write its sum, date "
            "and number of rows in SOURCE.toml",
        )
    ]


def compute_checksum(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_file(path: Path, sheet: str | None = None) -> ReadTable:
    """Read a file by the reader of its ending."""
    ending = path.suffix.lower().lstrip(".")
    if ending in DELIMITED:
        return read_delimited(path)
    if ending in ISOLATED:
        return read_isolated(path, sheet)
    raise Refusal(
        Fault(
            str(path),
            f'a file that ends in "{path.suffix}"',
            list_few((*DELIMITED, *ISOLATED), most=20),
            "export the answers as Excel, CSV, SPSS or Stata",
        )
    )


def find_personal(study: Study, wave_id: str, keys: list[str]) -> list[str]:
    """Return the keys that hold personal data, whatever their capitals or repetition."""
    names = [squeeze_text(name).casefold() for name in list_personal_columns(study, wave_id)]
    return [
        key
        for key in keys
        if any(key.casefold() == name or _repeats(key.casefold(), name) for name in names)
    ]


def find_excluded(cells: pd.DataFrame, rules: tuple[Exclusion, ...]) -> pd.Series:
    """Return for each row the position of the first rule that it meets, NA for none.

    A rule whose column the export lacks meets nobody here; the cleaner reports it.
    """
    import pandas as pd

    excluded = pd.Series(pd.NA, index=cells.index, dtype="Int64")
    for position, rule in enumerate(rules):
        name = squeeze_text(rule.column)
        if name not in cells:
            continue
        texts = cells[name].fillna("")
        if rule.equals is not None:
            meets = texts.str.strip() == rule.equals
        else:
            meets = texts.str.contains(rule.contains or "", case=False, regex=False)
        excluded = excluded.mask(excluded.isna() & meets.astype(bool), position)
    return excluded


def _repeats(key: str, name: str) -> bool:
    """Say whether `key` is a numbered repetition of `name`, as `number_keys` writes it."""
    return re.fullmatch(rf"{re.escape(name)} \(\d+\)", key) is not None


def _frame_cells(table: ReadTable, keys: list[str], header_rows: int) -> pd.DataFrame:
    """Return the cells below the header as texts, indexed by their row in the file."""
    import numpy as np
    import pandas as pd

    index = pd.Index(table.lines[header_rows:], name="row", dtype="int64")

    def read_cells(column: list[Cell]) -> pd.Series:
        values = np.array(column[header_rows:], dtype=object)
        return pd.Series(pd.array(values, dtype=CELL_TYPE), index=index)

    columns = {key: read_cells(column) for key, column in zip(keys, table.columns, strict=True)}
    return pd.DataFrame(columns, index=index)


def _check_rows(path: Path, passport: Path, found: int, stated: int) -> None:
    """Refuse an export without rows, or with another number than its passport gives."""
    if not found:
        raise Refusal(
            Fault(
                str(path),
                "no rows of answers",
                "a row for each respondent below the header",
                "export the answers again, all of them rather than a selection",
            )
        )
    if found != stated:
        raise Refusal(
            Fault(
                f"{passport}: n",
                f"n = {stated}",
                f"the number of rows delivered: {path.name} has {found}",
                f"deliver the whole export of this wave; or, if it is that, write n = {found}",
            )
        )
