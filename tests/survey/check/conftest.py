"""A function that puts a fault into a file of the small study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(klein_copy: Path) -> Edit:
    """Return a function that puts a text in the place of another, once, in a file of the study."""

    def replace_text(file: str, old: str, new: str) -> None:
        path = klein_copy / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")

    return replace_text
