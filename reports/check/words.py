"""A language in, what the checks of prose know of it out: `words/<language>.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("words")


@cache
def list_languages() -> tuple[str, ...]:
    """Return the languages whose prose can be checked, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def read_words(language: str) -> dict[str, Any]:
    """Return the word lists and patterns of a language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
