"""A wave's export at the door: passport, personal columns, rules for test answers."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from analysis.read import read_export
from survey.faults import Refusal
from survey.load import load_study

KLEIN = Path(__file__).parents[2] / "data" / "klein"


@pytest.fixture
def klein(tmp_path) -> Path:
    return Path(shutil.copytree(KLEIN, tmp_path / "klein"))


def deliver(folder: Path, wave: str, content: bytes, rows: int) -> None:
    """Put another export in the place of a wave's, with a passport that agrees."""
    target = folder / "data_raw" / wave
    (target / "antwoorden.csv").write_bytes(content)
    passport = target / "SOURCE.toml"
    lines = passport.read_text("utf-8").splitlines()
    sums = {"n = ": f"n = {rows}", "sha256": f'sha256 = "{hashlib.sha256(content).hexdigest()}"'}
    passport.write_text(
        "\n".join(
            next((new for start, new in sums.items() if line.startswith(start)), line)
            for line in lines
        ),
        "utf-8",
    )


def test_an_export_is_read_as_delivered_without_personal_columns():
    raw = read_export(load_study(KLEIN), "2023")
    assert raw.n == 31
    assert raw.file == "antwoorden.csv"
    assert raw.cells.index[0] == 3  # below two header rows
    assert raw.cells["Waarvoor gebruik je AI? | Tekst"].iloc[0] == "Tekst"
    assert raw.cells.dtypes.astype(str).unique().tolist() == ["string"]
    text = raw.cells.to_csv()
    assert "192.0.2." not in text
    assert "@" not in text
    assert "Jan Jansen" not in text
    assert raw.excluded.dropna().to_dict() == {15: 0}  # row 15 met the first rule


def test_a_repeated_personal_column_is_refused_at_the_door_too(klein):
    content = b"id;naam;naam;Naam\n1;a;b;c\n"
    deliver(klein, "2024", content, 1)
    assert read_export(load_study(klein), "2024").cells.columns.tolist() == ["id"]


def test_the_tenth_repetition_of_a_personal_column_is_refused_at_the_door_too(klein):
    content = b"id;" + b";".join([b"naam"] * 11) + b";naam (x);naam (2) b\n1" + b";a" * 13 + b"\n"
    deliver(klein, "2024", content, 1)
    kept = read_export(load_study(klein), "2024").cells.columns.tolist()
    assert kept == ["id", "naam (x)", "naam (2) b"]


def test_a_changed_export_is_refused_with_both_sums(klein):
    path = klein / "data_raw" / "2024" / "antwoorden.csv"
    stated = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b" ")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(Refusal) as refusal:
        read_export(load_study(klein), "2024")
    assert str(refusal.value) == (
        f"{path} (wave 2024)\n"
        f"  found:   a file with sha256 {found}\n"
        f"  allowed: the file as delivered, with sha256 {stated} (SOURCE.toml)\n"
        "  to do:   put the delivered file back; or, if this is a new delivery, write its sum, "
        "date and number of rows in SOURCE.toml"
    )


def test_an_export_that_lost_its_content_is_told_so_rather_than_its_sum(klein):
    path = klein / "data_raw" / "2024" / "antwoorden.csv"
    path.write_bytes(b"")
    with pytest.raises(Refusal, match="an empty file\n  allowed: the file as delivered"):
        read_export(load_study(klein), "2024")


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "an empty file"), (b"id;kans\n1;2;3\n", "row 2 with 3 cells")],
)
def test_a_damaged_export_is_told_with_its_path_and_its_wave(klein, content, found):
    deliver(klein, "2024", content, 1)
    with pytest.raises(Refusal) as refusal:
        read_export(load_study(klein), "2024")
    (fault,) = refusal.value.faults
    path = klein / "data_raw" / "2024" / "antwoorden.csv"
    assert (fault.where, fault.found) == (f"{path} (wave 2024)", found)


def test_an_absent_export_is_refused_with_what_lies_there(klein):
    folder = klein / "data_raw" / "2024"
    (folder / "antwoorden.csv").rename(folder / "antwoorden (1).csv")
    with pytest.raises(Refusal, match=r"no such file; in its folder: antwoorden \(1\)\.csv"):
        read_export(load_study(klein), "2024")


def test_a_file_outside_the_folder_is_refused(klein):
    passport = klein / "data_raw" / "2024" / "SOURCE.toml"
    text = passport.read_text("utf-8").replace('"antwoorden.csv"', '"../2023/antwoorden.csv"')
    passport.write_text(text, "utf-8")
    with pytest.raises(Refusal, match="a plain file name, without folders"):
        read_export(load_study(klein), "2024")


@pytest.mark.parametrize(
    ("content", "rows", "message"),
    [
        (b"id;kans\n", 0, "no rows of answers"),
        (
            b"id;kans\n1;2\n",
            3,
            "n = 3\n  allowed: the number of rows delivered: antwoorden.csv has 1",
        ),
    ],
)
def test_the_number_of_rows_must_agree(klein, content, rows, message):
    deliver(klein, "2024", content, rows)
    with pytest.raises(Refusal, match=message):
        read_export(load_study(klein), "2024")
