"""Of two published tables, every difference that a reader sees is told, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.changes import Change, compare_published, describe_changes, read_published
from survey.faults import Refusal


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["id,value,state,asked", *rows]) + "\n", encoding="utf-8")
    return path


def test_new_gone_and_changed_numbers_are_told(tmp_path: Path):
    before = write(tmp_path / "a.csv", "a,12,published,9", "b,3,indicative,9", "c,1,published,9")
    after = write(tmp_path / "b.csv", "a,13,published,9", "b,,withheld,9", "d,1,published,9")
    changes = compare_published(read_published(before), read_published(after))
    assert (changes.new, changes.gone) == (("d",), ("c",))
    assert changes.changed == (
        Change("a", "value", "12", "13"),
        Change("b", "value", "3", ""),
        Change("b", "state", "indicative", "withheld"),
    )
    told = describe_changes(changes)
    assert "other b: value 3 -> empty" in told
    assert told.endswith("1 gone, 1 new, 2 changed")


def test_what_no_reader_sees_is_no_change(tmp_path: Path):
    before = read_published(write(tmp_path / "a.csv", "a,12,published,9"))
    after = read_published(write(tmp_path / "b.csv", "a,12,published,10"))
    assert describe_changes(compare_published(before, after)) == "No published number differs."


def test_another_file_is_refused(tmp_path: Path):
    other = tmp_path / "other.csv"
    other.write_text("x,y\n1,2\n")
    for path, found in ((other, "a table without ids"), (tmp_path / "none.csv", "No such file")):
        with pytest.raises(Refusal, match=found):
            read_published(path)
