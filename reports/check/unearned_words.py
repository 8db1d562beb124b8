"""Pages, phrases and declarations in, a fault out for every word that a sample has not earned.

Who selected themselves stand for nobody else, so there is no margin of error and nothing is
significant for the sector, whatever the page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from reports.check.files import name_within
from reports.check.words import list_languages, read_words
from survey.faults import Fault

ALLOWED = "words that hold for respondents who chose to take part themselves"
WAY_OUT = (
    "say “clearly different”, “of the respondents”, “what a random sample of this size and design "
    "would give”"
)


def list_texts(root: Path, studies: Iterable[Path]) -> list[Path]:
    """Return the files whose words a self-selected study shows its readers, sorted.

    Phrases and shared pages always; pages and declarations of such studies, in the repository
    (`reports/pages/<study>`) or in a folder of their own.
    """
    files = set((root / "analysis" / "phrases").glob("*.toml"))
    pages = root / "reports" / "pages"
    for shared in list_languages():
        files |= set((pages / shared).rglob("*.qmd"))
    for study in studies:
        if _is_self_selected(study):
            files |= {*study.rglob("*.toml"), *study.rglob("*.qmd")}
            files |= set((pages / study.name).rglob("*.qmd"))
    return sorted(file.resolve() for file in files)


def find_unearned_words(files: Iterable[Path], root: Path = Path()) -> list[Fault]:
    """Return a fault for every such word, in any language, with its file and line."""
    return [
        Fault(f"{name_within(root.resolve(), file)}:{line}", f"“{found}”", ALLOWED, WAY_OUT)
        for file in files
        for line, found in find_in_text(_drop_remarks(file))
    ]


def find_in_text(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, word) of every unearned word, wherever it breaks its line."""
    flat = re.sub(r"\s", " ", text)
    for found in compile_words().finditer(flat):
        yield text.count("\n", 0, found.start()) + 1, found.group()


@cache
def compile_words() -> re.Pattern[str]:
    """Return one pattern of the words of every language."""
    listed = (word for language in list_languages() for word in read_words(language)["unearned"])
    words = [word.replace(" ", " +") for word in listed]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _is_self_selected(study: Path) -> bool:
    try:
        declared = tomllib.loads((study / "study.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # the check of studies tells
    return declared.get("sample") == "self-selected"


def _drop_remarks(file: Path) -> str:
    """Return a file's text; remarks of TOML are blanked, for no reader sees them."""
    text = file.read_text(encoding="utf-8")
    return re.sub(r"(?m)^\s*#.*$", "", text) if file.suffix == ".toml" else text
