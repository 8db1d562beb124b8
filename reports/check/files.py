"""A repository's folder in, its own files out: what git has or would take, nothing made."""

from __future__ import annotations

import subprocess
from pathlib import Path

MADE = {".git", ".venv", "build", "node_modules", "__pycache__"}


def list_files(root: Path) -> list[Path]:
    """Return the files that git tracks or would take, sorted; without git, all but what is made."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = {name for name in listing.stdout.decode().split("\0") if name}
        found = [root / name for name in names]
    else:
        found = [path for path in root.rglob("*") if not MADE & set(path.relative_to(root).parts)]
    return sorted(path for path in found if path.is_file())


def read_text(path: Path) -> str | None:
    """Return the text of a file; None where it is no UTF-8 text (a picture, a workbook)."""
    content = path.read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def name_within(root: Path, path: Path) -> str:
    """Return the path as a reader of the repository writes it; whole where it lies outside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
