"""Workbooks, SPSS and Stata files, whole and damaged: read, or refused in plain words."""

from __future__ import annotations

import datetime
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from analysis.read.export import DELIMITED, ISOLATED, read_file
from analysis.read.isolated import MOST_UNPACKED, read_isolated
from analysis.read.table import ReadTable
from survey.faults import Refusal

EXPORTS = Path(__file__).parents[4] / "shared" / "exports"
needs_exports = pytest.mark.skipif(not EXPORTS.is_dir(), reason="../shared/exports is absent")


def write_workbook(path: Path, cells: dict[tuple[int, int], object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Answers")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for (row, column), value in cells.items():
            if isinstance(value, datetime.datetime):
                page.write_datetime(row, column, value, moment)
            else:
                page.write(row, column, value)
    return path


def test_a_workbook_is_read_as_texts(tmp_path):
    moment = datetime.datetime(2024, 1, 5, 13, 20, 11)
    path = write_workbook(
        tmp_path / "a.xlsx",
        {(0, 0): "id", (0, 1): "n", (1, 0): 1, (1, 1): 2.5, (3, 0): moment, (3, 1): True},
    )
    table = read_isolated(path)
    assert table.columns == [["id", "1", "2024-01-05 13:20:11"], ["n", "2.5", "TRUE"]]
    assert table.lines == [1, 2, 4]


def test_an_unknown_sheet_is_refused_with_the_names_of_those_there(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", {(0, 0): "id"})
    with pytest.raises(Refusal) as refusal:
        read_isolated(path, sheet="Answer")
    (fault,) = refusal.value.faults
    assert (fault.where, fault.found, fault.allowed, fault.todo) == (
        str(path),
        'no sheet "Answer"',
        "Answers",
        'write "Answers"',
    )


def test_a_truncated_workbook_is_refused(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", {(row, 0): f"text {row}" for row in range(200)})
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(Refusal) as refusal:
        read_isolated(path)
    assert str(refusal.value) == (
        f"{path}\n"
        "  found:   no whole workbook: its end is missing, it is damaged, or it has a password\n"
        "  allowed: a whole Excel, SPSS or Stata file\n"
        "  to do:   download the export again, complete and without a password"
    )


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_zip_of_other_files_is_no_workbook(tmp_path, name):
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("answers.csv", "id;use\n1;never\n")
    with pytest.raises(Refusal) as refusal:
        read_isolated(tmp_path / name)
    (fault,) = refusal.value.faults
    assert fault.found == "a zip file that is no workbook; in it: answers.csv"
    assert fault.todo == "unpack it and deliver the file of answers that is in it"


@pytest.mark.parametrize("name", ["a.xlsx", "a.sav", "a.csv"])
def test_an_empty_file_is_refused(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(Refusal) as refusal:
        read_file(tmp_path / name)
    (fault,) = refusal.value.faults
    assert (fault.where, fault.found) == (str(tmp_path / name), "an empty file")


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 1000)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24  # the declared size in the central directory
    content[at : at + 4] = struct.pack("<I", MOST_UNPACKED + 1)
    path.write_bytes(bytes(content))
    with pytest.raises(Refusal, match="unpack to 2,147,483,649") as refusal:
        read_isolated(path)
    assert refusal.value.faults[0].where == str(path)


def test_a_far_cell_takes_only_the_reading_process_with_it(tmp_path):
    path = write_workbook(tmp_path / "far.xlsx", {(0, 0): "id", (1_048_575, 16_383): 1})
    with pytest.raises(Refusal) as refusal:
        read_isolated(path)
    (fault,) = refusal.value.faults
    assert fault.found == "a file that takes more than 4,294,967,296 bytes of memory to read"
    assert fault.todo.startswith("look for a stray cell far from the table")


def test_a_cell_far_down_costs_nothing(tmp_path):
    path = write_workbook(tmp_path / "down.xlsx", {(0, 0): "id", (0, 1): "b", (90_000, 1): 1})
    table = read_isolated(path)
    assert (table.height, table.lines) == (2, [1, 90_001])


def test_limits_are_kept(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", {(0, 0): "id"})
    with pytest.raises(Refusal, match="more than 0 seconds to read"):
        read_isolated(path, seconds=0)
    with pytest.raises(Refusal):
        read_isolated(path, memory=1 << 20)


def test_a_sav_keeps_codes_labels_and_user_missing_codes(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    frame = pd.DataFrame(
        {
            "use": [1.0, 2.0, 99.0, None],
            "town": ["Delft", "", "Ede", "x"],
            "day": [datetime.date(2024, 1, 5), None, None, None],
        }
    )
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={"use": "How often?"},
        variable_value_labels={"use": {1.0: "Never", 2.0: "Often", 99.0: "No idea"}},
        missing_ranges={"use": [99.0]},
    )
    table = read_isolated(path)
    assert table == ReadTable(
        columns=[["1", "2", "99", None], ["Delft", None, "Ede", "x"], ["2024-01-05", *[None] * 3]],
        lines=[1, 2, 3, 4],
        header=["use", "town", "day"],
        labels={"use": "How often?"},
        value_labels={"use": {"1": "Never", "2": "Often", "99": "No idea"}},
        user_missing={"use": ["99"]},
    )


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(Refusal, match=r'a file that ends in "\.pdf"'):
        read_file(tmp_path / "answers.pdf")


ODD = [
    ("spss/haven/datetime.sav", (2, 3)),  # a date beyond the year 9999
    ("spss/haven/tagged-na-double.dta", (8, 1)),
    ("spss/foreign/electric.por", (240, 13)),
    ("spss/pspp/llz.zsav", (4670, 18)),
    ("spss/pspp/CVE-2017-10792.sav", (10, 4)),
    ("spss/pspp/simple.ods", (4, 3)),
    ("spss/pspp/CVE-2017-10791.sav", None),
    ("spss/pspp/hotel-encrypted.sav", None),
    ("spss/pspp_synthetic/19_no_variables.le.sav", None),
    ("spss/pspp_synthetic/68_too_many_value_labels.be.sav", None),
    ("spss/pspp_synthetic/80_fewer_data_records_than_indicated_by_file_header.le.sav", None),
    ("spss/pspp_synthetic/94_zcompressed_data_compressed_sizes_don_t_add_up.le.sav", None),
]


@needs_exports
@pytest.mark.parametrize(("name", "shape"), ODD)
def test_odd_exports_are_read_or_refused(name, shape):
    if shape is None:
        with pytest.raises(Refusal, match="a file that cannot be read"):
            read_file(EXPORTS / name)
    else:
        table = read_file(EXPORTS / name)
        assert (table.height, len(table.columns)) == shape


@needs_exports
def test_every_text_export_of_the_tools_is_read():
    paths = [path for path in sorted(EXPORTS.rglob("*")) if path.suffix[1:] in ("csv", "tsv")]
    assert len(paths) > 20
    for path in paths:
        table = read_file(path)
        assert table.height > 0
        assert {len(column) for column in table.columns} == {table.height}


def test_no_ending_is_read_in_two_ways():
    assert not set(DELIMITED) & set(ISOLATED)
