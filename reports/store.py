"""A key made of content in, the thing made for it out: made once, kept until its inputs change."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")
LOCK, OWNER = "lock", "study"


def digest_bytes(*parts: bytes) -> str:
    """Return the sha256 of the parts, each with its length, as hexadecimal text."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


def digest_file(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_files(paths: Iterable[Path], root: Path) -> str:
    """Return one digest of files' names below `root` and contents, in the order of their names."""
    parts = []
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix().encode(), path.read_bytes()]
    return digest_bytes(*parts)


def list_code(folder: Path, *suffixes: str) -> list[Path]:
    """Return the files below `folder` with one of the suffixes, caches left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts and path.is_file()
    )


@dataclass(frozen=True)
class Store:
    """Made things in a private folder, named by what they were made from.

    `made_with` names what every thing depends on beside its own key: the versions of libraries.
    """

    folder: Path
    made_with: str = ""

    def path(self, kind: str, key: str) -> Path:
        return self.folder / kind / digest_bytes(self.made_with.encode(), key.encode())

    def find(self, kind: str, key: str) -> Any | None:
        """Return the thing kept under `key`; None where there is none that can be read."""
        path = self.path(kind, key)
        try:
            kept = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        try:
            return pickle.loads(kept)  # written by ourselves, in a folder of mode 0700
        except Exception:  # cut short when the machine stopped: pickle raises almost anything
            return None

    def get_or_make(self, kind: str, key: str, make: Callable[[], Made]) -> Made:
        """Return the thing kept under `key`, or make, keep and return it (never None)."""
        made: Made | None = self.find(kind, key)
        if made is None:
            made = make()
            self.keep(kind, key, made)
        return made

    @contextlib.contextmanager
    def hold(self) -> Iterator[bool]:
        """Make the folder, for its owner alone; yield whether no other process holds it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        with (self.folder / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True  # the system lets go of it when the process ends, however it ends

    def belongs_to(self, folder: Path) -> bool:
        """Say whether what was kept last was made for the study in `folder`, or for none yet."""
        try:
            return (self.folder / OWNER).read_text(encoding="utf-8") == _identify(folder)
        except FileNotFoundError:
            return True

    def sign(self, folder: Path) -> None:
        """Write down for which study's folder things are kept here."""
        write_whole(self.folder / OWNER, _identify(folder).encode())

    def keep(self, kind: str, key: str, made: Any) -> None:
        """Write `made` under `key`, whole or not at all."""
        path = self.path(kind, key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, pickle.dumps(made, protocol=5))

    def drop_older_than(self, moment: float) -> int:
        """Remove what was neither made nor asked for since `moment` (seconds); return how many."""
        old = [path for path in self.folder.glob("*/*") if path.stat().st_mtime < moment]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _identify(folder: Path) -> str:
    # a digest, since a path tells the name of who works on this machine
    return digest_bytes(str(folder.resolve()).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
