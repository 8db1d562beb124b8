"""A text file of delimited cells in, a `ReadTable` out; encoding and separator are found out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from analysis.read.table import Cell, ReadTable
from survey.faults import Fault, Refusal

SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
SNIFFED_RECORDS = 200  # enough to see every block of a form answered at least once
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC = {b"PK\x03\x04": "an Excel or zip file", b"$FL2": "an SPSS file", b"$FL3": "an SPSS file"}


def read_delimited(path: Path) -> ReadTable:
    """Read a CSV or TSV file; refuse what is no table of equally long rows."""
    where = str(path)
    text = decode_text(where, path.read_bytes())
    separator = find_separator(where, text)
    columns, lines = _read_columns(where, text, separator)
    return ReadTable(columns, lines)


def decode_text(where: str, content: bytes) -> str:
    """Return the text of a file: by its byte order mark, else UTF-8, else Windows-1252."""
    for start, kind in MAGIC.items():
        if content.startswith(start):
            raise _refuse(where, f"{kind} under the name of a text file", "give it its own ending")
    if not content.strip():
        raise _refuse(where, "an empty file", "deliver the export again")
    encodings = [encoding for bom, encoding in BOMS if content.startswith(bom)]
    for encoding in encodings or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refuse(
        where,
        "bytes that are no text in UTF-8, UTF-16 with a mark, or Windows-1252",
        "export it again as CSV in UTF-8",
    )


def find_separator(where: str, text: str) -> str:
    """Return the separator under which the first records are most equally wide.

    Judged in turn: the share of records as wide as the first, then the width; on a tie the
    earlier in `SEPARATORS` wins. Refuses a text in which none gives two columns.
    """
    best, best_score = "", (0.0, 0)
    for separator in SEPARATORS:
        sample = []
        with suppress(csv.Error):  # told by row when all is read
            for row in islice(_iterate(text, separator), SNIFFED_RECORDS):
                if row:
                    sample.append(row)
        if not sample or len(sample[0]) < 2:
            continue
        width = len(sample[0])
        score = (sum(len(row) == width for row in sample) / len(sample), width)
        if score > best_score:
            best, best_score = separator, score
    if not best:
        raise _refuse(
            where,
            "no row of two or more cells",
            f"export it as CSV; separators known are {', '.join(SEPARATORS.values())}",
        )
    return best


def _iterate(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _read_columns(where: str, text: str, separator: str) -> tuple[list[list[Cell]], list[int]]:
    """Parse every record; rows with nothing in them are left out, their numbers kept."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = _iterate(text, separator)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(row):
                rows.append(row)
                lines.append(number)
    except csv.Error as error:
        raise _refuse(
            where,
            f"row {number + 1} cannot be read: {error}",
            "look for a quotation mark that is never closed, or export the file again",
        ) from None
    if not rows:
        raise _refuse(where, "separators with nothing between them", "deliver the export again")
    _check_widths(where, rows, lines)
    return [[cell or None for cell in column] for column in zip(*rows, strict=True)], lines


def _check_widths(where: str, rows: list[list[str]], lines: list[int]) -> None:
    """Cut empty cells beyond the width of the header; refuse rows of another width."""
    width = len(rows[0])
    wrong = []
    for at, row in enumerate(rows):
        if len(row) > width and not any(row[width:]):
            del row[width:]
        if len(row) != width:
            wrong.append(f"row {lines[at]} with {len(row)}")
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise Refusal(
            Fault(
                where=where,
                found=f"{', '.join(wrong[:3])}{more} cells",
                allowed=f"{width} cells in every row, as in the first",
                todo="export the file again; it is cut off, or a separator stands unquoted",
            )
        )


def _refuse(where: str, found: str, todo: str) -> Refusal:
    allowed = "a CSV file: rows of equally many cells, separated by ; , tab or |"
    return Refusal(Fault(where, found, allowed, todo))
