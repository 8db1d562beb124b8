"""A sheet in, the bytes of a workbook as SurveyMonkey exports it out: two header rows."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from analysis.phrases import phrase
from analysis.rehearse.sheet import Sheet

SEPARATOR = " | "
# The oldest moment that a zip file can carry; a fixed one keeps the bytes the same.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_surveymonkey(sheet: Sheet, delivered: date) -> bytes:
    """Return the workbook; `delivered` is the creation date in its properties."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    notice = phrase(sheet.wave.language, "rehearse.notice")
    book.set_properties(
        {
            "title": f"{notice}: {sheet.study.about.title[sheet.wave.language]} ({sheet.wave.id})",
            "comments": notice,
            "created": datetime(delivered.year, delivered.month, delivered.day),
        }
    )
    page = book.add_worksheet((sheet.wave.sheet or notice)[:31])
    for at, (first, second) in enumerate(split_headers(sheet)):
        _write_cell(page, 0, at, first)
        _write_cell(page, 1, at, second)
    for line, row in enumerate(sheet.cells.itertuples(index=False, name=None), start=2):
        for at, cell in enumerate(row):
            _write_cell(page, line, at, cell)
    book.close()
    return store_zip(stream.getvalue())


def split_headers(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the two header cells of each column; a question's text stands once, at its first.

    Names are split at the first separator after the question's own text, so that the reader
    joins them to the same name.
    """
    pairs = [_split_name(sheet, name) for name in sheet.cells.columns]
    headers = [pairs[0]] if pairs else []
    for before, (text, option) in pairwise(pairs):
        repeated = option and before[0] == text and before[1] not in ("Response", "")
        headers.append(("" if repeated else text, option))
    return headers


def _split_name(sheet: Sheet, name: str) -> tuple[str, str]:
    column = sheet.answers.get(name)
    if column is None:
        return name, "Open-Ended Response" if sheet.fields.get(name) == "cluster" else ""
    if column.role in ("text", "number") and SEPARATOR not in name:
        return name, "Open-Ended Response"
    if SEPARATOR not in name:
        return name, "Response"
    text, option = name.rsplit(SEPARATOR, 1)
    return text, option


def _write_cell(page: Any, line: int, at: int, cell: Any) -> None:
    """Write texts as texts, even if they look like a formula, and numbers as numbers."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(line, at, cell)
    else:
        page.write_number(line, at, cell)


def store_zip(content: bytes) -> bytes:
    """Return the same archive without compression, whose bytes differ between zlib versions."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.create_system = 0  # else the archive tells on which system it was made
            target.writestr(entry, source.read(name), zipfile.ZIP_STORED)
    return stream.getvalue()
