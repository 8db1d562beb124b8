"""What was made is kept whole, found by what it was made from, and never trusted when damaged."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.store import Store, digest_bytes, digest_files, list_code, write_whole


class Maker:
    """Counts how often it is asked to make something."""

    def __init__(self, made: object) -> None:
        self.made, self.asked = made, 0

    def __call__(self) -> object:
        self.asked += 1
        return self.made


def test_a_thing_is_made_once_for_each_key(tmp_path: Path) -> None:
    store, maker = Store(tmp_path / "store"), Maker({"n": 3})
    assert store.get_or_make("csv", "a", maker) == {"n": 3}
    assert store.get_or_make("csv", "a", maker) == {"n": 3}
    assert maker.asked == 1
    store.get_or_make("csv", "b", maker)
    store.get_or_make("svg", "a", maker)
    Store(tmp_path / "store", made_with="pandas 4").get_or_make("csv", "a", maker)
    assert maker.asked == 4


@pytest.mark.parametrize("damage", [b"", b"\x80\x05X", b"cabsent\nName\n.", b"some text"])
def test_a_damaged_entry_is_made_again(tmp_path: Path, damage: bytes) -> None:
    store, maker = Store(tmp_path), Maker("whole")
    store.keep("csv", "a", "whole")
    store.path("csv", "a").write_bytes(damage)
    assert store.find("csv", "a") is None
    assert store.get_or_make("csv", "a", maker) == "whole"
    assert (maker.asked, store.find("csv", "a")) == (1, "whole")


def test_what_cannot_be_made_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def fail() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.get_or_make("csv", "a", fail)
    assert store.find("csv", "a") is None


def test_only_its_owner_reads_a_store(tmp_path: Path) -> None:
    folder = tmp_path / "build" / ".store" / "one"
    folder.mkdir(parents=True, mode=0o755)
    store = Store(folder)
    with store.hold() as is_alone:
        assert is_alone
        store.keep("responses", "a", 1)
    for path in (folder, folder / "responses"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.path("responses", "a").stat().st_mode) == 0o600


def test_one_process_at_a_time_holds_a_store(tmp_path: Path, repository: Path) -> None:
    store = Store(tmp_path / "store")
    program = (
        "import sys; from pathlib import Path; from reports.store import Store\n"
        "with Store(Path(sys.argv[1])).hold() as is_alone: print(is_alone)"
    )

    def ask_another() -> str:
        command = [sys.executable, "-c", program, str(store.folder)]
        done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    with store.hold() as is_alone:
        assert is_alone
        assert ask_another() == "False"
    assert ask_another() == "True"


def test_a_store_knows_the_folder_of_its_study_without_telling_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    mine, other = tmp_path / "a" / "klein", tmp_path / "b" / "klein"
    with store.hold():
        assert store.belongs_to(mine)
        store.sign(mine)
    assert store.belongs_to(tmp_path / "b" / ".." / "a" / "klein")
    assert not store.belongs_to(other)
    assert not any(b"klein" in path.read_bytes() for path in store.folder.iterdir())


def test_what_nobody_asked_for_goes_after_a_while(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in ("old", "asked for", "new"):
        store.keep("csv", name, name)
        if name != "new":
            os.utime(store.path("csv", name), (1000, 1000))
    assert store.find("csv", "asked for") == "asked for"
    with store.hold():
        assert store.drop_older_than(2000) == 1
    assert [store.find("csv", name) for name in ("old", "asked for", "new")] == [
        None, "asked for", "new",
    ]  # fmt: skip


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_whole(path, b"first")

    def refuse(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@given(st.lists(st.binary()), st.lists(st.binary()))
def test_other_parts_have_another_digest(ours: list[bytes], theirs: list[bytes]) -> None:
    assert (digest_bytes(*ours) == digest_bytes(*theirs)) is (ours == theirs)


def test_files_are_digested_by_name_and_content(tmp_path: Path) -> None:
    for name, text in (("b/x.py", "1"), ("a.py", "2"), ("c.txt", "3"), ("__pycache__/d.py", "4")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = list_code(tmp_path, ".py")
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.py", "b/x.py"]
    before = digest_files(found, tmp_path)
    assert digest_files(found[::-1], tmp_path) == before
    (tmp_path / "a.py").rename(tmp_path / "e.py")
    renamed = digest_files(list_code(tmp_path, ".py"), tmp_path)
    (tmp_path / "e.py").write_text("5")
    changed = digest_files(list_code(tmp_path, ".py"), tmp_path)
    assert len({before, renamed, changed}) == 3
