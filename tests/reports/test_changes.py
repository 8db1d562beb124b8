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


def test_a_whole_number_is_the_same_however_it_was_written(tmp_path: Path):
    before = read_published(write(tmp_path / "a.csv", "a,12.0,published,9", "b,1.5,published,9"))
    after = read_published(write(tmp_path / "b.csv", "a,12,published,9", "b,1.0,published,9"))
    assert compare_published(before, after).changed == (Change("b", "value", "1.5", "1"),)


COMPARED = "id,versus,value,p_adjusted,outcome,origin"


def write_pairs(folder: Path, *rows: str) -> Path:
    """A build with one number and some comparisons beside it."""
    folder.mkdir()
    (folder / "comparisons.csv").write_text("\n".join([COMPARED, *rows]) + "\n", encoding="utf-8")
    return write(folder / "published.csv", "a,12,published,9")


def test_comparisons_beside_the_numbers_are_compared_too(tmp_path: Path) -> None:
    before = write_pairs(tmp_path / "a", "x,rest,3.1,0.04,tested,real", "y,rest,1,0.5,tested,real")
    after = write_pairs(tmp_path / "b", "x,rest,3.1,0.06,tested,real", "z,rest,,,withheld,real")
    changes = compare_published(read_published(before), read_published(after))
    assert changes.changed == (Change("x", "p_adjusted", "0.04", "0.06"),)
    assert (changes.new, changes.gone) == (("z",), ("y",))
    assert not changes.without_comparisons
    assert compare_published(read_published(before), read_published(before)).changed == ()


@pytest.mark.parametrize("turned", [False, True])
def test_a_build_without_comparisons_says_that_they_were_left_out(
    tmp_path: Path, turned: bool
) -> None:
    old = read_published(write(tmp_path / "published.csv", "a,12,published,9"))
    new = read_published(write_pairs(tmp_path / "b", "x,rest,3.1,0.04,tested,real"))
    changes = compare_published(new, old) if turned else compare_published(old, new)
    assert describe_changes(changes) == (
        "No published number differs.\n"
        "Comparisons were left out: one of the two builds has no comparisons.csv."
    )


def test_a_build_without_any_comparison_has_none(tmp_path: Path) -> None:
    rows = read_published(write_pairs(tmp_path / "a"))
    assert list(rows) == ["a"]


def test_a_column_that_an_earlier_build_did_not_have_is_no_change(tmp_path: Path) -> None:
    before = read_published(write(tmp_path / "a.csv", "a,12,published,9"))
    later = tmp_path / "b.csv"
    later.write_text("id,value,state,letters,effective\na,12,published,BC,9.5\n")
    assert describe_changes(compare_published(before, read_published(later))) == (
        "No published number differs."
    )
    again = tmp_path / "c.csv"
    again.write_text("id,value,state,letters,effective\na,12,published,B,9.5\n")
    changes = compare_published(read_published(later), read_published(again))
    assert changes.changed == (Change("a", "letters", "BC", "B"),)


def test_another_file_is_refused(tmp_path: Path):
    other = tmp_path / "other.csv"
    other.write_text("x,y\n1,2\n")
    for path, found in ((other, "a table without ids"), (tmp_path / "none.csv", "No such file")):
        with pytest.raises(Refusal, match=found):
            read_published(path)
