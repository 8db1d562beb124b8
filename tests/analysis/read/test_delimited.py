"""Text exports: encoding and separator found out, damage refused in plain words."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.read.delimited import decode_text, find_separator, read_delimited
from survey.faults import Refusal

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=12
)


def write(folder: Path, content: bytes, name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=8
        )
    ),
    separator=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read_whatever_the_separator(tmp_path, rows, separator, encoding):
    header = [f"column{at}" for at in range(len(rows[0]))]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows([header, *rows])
    path = write(tmp_path, buffer.getvalue().encode(encoding))

    table = read_delimited(path)

    kept = [row for row in rows if any(row)]
    expected = [[header[at], *(row[at] or None for row in kept)] for at in range(len(header))]
    assert table.columns == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("é;b".encode(), "é;b"),
        ("\ufeffé;b".encode(), "é;b"),
        ("é;€".encode("cp1252"), "é;€"),
        ("é;b".encode("utf-16"), "é;b"),
    ],
)
def test_the_encoding_is_found_out(content, expected):
    assert decode_text("answers.csv", content) == expected


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b\n1,5;2,5\n1,25;3\n", ";"),
        ('a,b\n"x;y",2\n', ","),
        ("a\tb\n1;2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('"one, two";"three"\n"1";"2"\n', ";"),
    ],
)
def test_the_separator_is_found_out(text, separator):
    assert find_separator("answers.csv", text) == separator


def test_newlines_within_quotes_stay_in_their_cell_and_empty_rows_keep_their_number(tmp_path):
    table = read_delimited(write(tmp_path, b'id;text\n1;"two\nlines"\n;\n3;x\n'))
    assert table.columns == [["id", "1", "3"], ["text", "two\nlines", "x"]]
    assert table.lines == [1, 2, 4]


def test_empty_cells_beyond_the_header_are_no_columns(tmp_path):
    table = read_delimited(write(tmp_path, b"a,b\n1,2,,\n"))
    assert table.columns == [["a", "1"], ["b", "2"]]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b" \n\n", "an empty file"),
        (b";;\n;;\n", "separators with nothing between them"),
        (b"PK\x03\x04 zip", "an Excel or zip file under the name of a text file"),
        (b"one column\nof words\n", "no row of two or more cells"),
        (b"a;b\n1;2\n3\n", "row 3 with 1 cells"),
        (b"a;b\n1;2\n1;2;3\n", "row 3 with 3 cells"),
        (b'a;b\n1;2\n3;"never closed\n', "row 3 cannot be read: unexpected end of data"),
        (b"a;\x81\x8d\n", "bytes that are no text in UTF-8, UTF-16 with a mark, or Windows-1252"),
        (b"a\0b;c\n", "bytes that are no text in UTF-8, UTF-16 with a mark, or Windows-1252"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, found):
    path = write(tmp_path, content)
    with pytest.raises(Refusal) as refusal:
        read_delimited(path)
    (fault,) = refusal.value.faults
    assert (fault.where, fault.found) == (str(path), found)
    assert fault.allowed
    assert fault.todo
