"""The pages of a report in, one fault out for every number in them that no cell computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from reports.check.files import name_within
from reports.check.prose import blank_all_but_prose
from reports.check.words import list_languages, read_words
from survey.faults import Fault

DIGITS = re.compile(r"(?<![\w])[€$£]?\s?\d(?:[\d.,]*\d)?\s?%?|\d+")
YEAR = r"(?<![\d.,\w])(?:19|20)\d\d(?![\d\w%]|[.,]\d)"
# Names with a number in them that are the same in every language; never a result.
NAMES = (
    r"top-?2\b", r"bottom-?2\b", r"EUPL[- ]1\.2", r"CC[ -]BY(?:-SA)?[ -]4\.0", "CC0", "UTF-8",
)  # fmt: skip
# After or before these a figure like 2024 is no year, in any language.
AFTER_AMOUNT = ("%", r"euro\b", r"fte\b")
BEFORE_AMOUNT = ("€", r"\$", "£", r"n\s*=")
SPACES = re.compile(r"\(\?<[!=][^()]*\)|\[[^\]]*\]| \?| ")
ALLOWED = "numbers that a cell computes; years, wave ids, names of scales and [names]{.name}"
WAY_OUT = "use `{python} share(…)` or another cell, or say it without a number"


def list_pages(root: Path, studies: Iterable[Path] = ()) -> list[Path]:
    """Return the pages of the repository and of studies that lie elsewhere, sorted."""
    folders = [root / "reports" / "pages", *(root / "survey" / "studies").glob("*/pages")]
    folders += [study / "pages" for study in studies]
    return sorted({page.resolve() for folder in folders for page in folder.rglob("*.qmd")})


def find_typed_numbers(
    pages: Iterable[Path], waves: Iterable[str] = (), root: Path = Path()
) -> list[Fault]:
    """Return a fault for every number typed by hand in the prose of `pages`.

    `waves` are the ids of the declared waves, which may stand in the text.
    """
    return [
        Fault(f"{name_within(root.resolve(), page)}:{line}", found, ALLOWED, WAY_OUT)
        for page in pages
        for line, found in find_in_text(
            page.read_text(encoding="utf-8"), waves, _tell_languages(page)
        )
    ]


def find_in_text(
    page: str, waves: Iterable[str] = (), languages: Iterable[str] | None = None
) -> list[tuple[int, str]]:
    """Return (line number, what was found with its surroundings) of every typed number.

    Number words are those of `languages`, of all that are known where it is None.
    """
    languages = list_languages() if languages is None else languages
    prose = blank_all_but_prose(page)
    places = {place for language in languages for place in _find_words(prose, language)}
    places |= set(_find_digits(_blank_allowed(prose, tuple(waves))))
    return [
        (prose.count("\n", 0, start) + 1, _quote(page, start, end))
        for start, end in _drop_nested(places)
    ]


def _find_words(prose: str, language: str) -> Iterator[tuple[int, int]]:
    # a sentence may break its line anywhere
    flat = prose.replace("\n", " ").replace("\u00a0", " ")
    flat = re.sub(r"[*_]", " ", flat)
    for pattern in compile_phrases(language):
        for found in pattern.finditer(flat):
            yield found.start(), found.end()


def _find_digits(prose: str) -> Iterator[tuple[int, int]]:
    for found in DIGITS.finditer(prose):
        text = found.group()
        yield found.start() + len(text) - len(text.lstrip()), found.end()


def _drop_nested(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _blank_allowed(prose: str, waves: tuple[str, ...]) -> str:
    """Blank the names of scales, the ids of waves, and the years that are no amounts."""
    for pattern in _compile_names(waves):
        prose = pattern.sub(lambda found: " " * len(found.group()), prose)
    before, after = _compile_amounts()

    def blank_year(found: re.Match[str]) -> str:
        is_amount = before.search(prose, max(0, found.start() - 8), found.start())
        is_amount = is_amount or after.match(prose, found.end())
        return found.group() if is_amount else " " * len(found.group())

    return re.sub(YEAR, blank_year, prose)


@cache
def _compile_names(waves: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    known = [read_words(language) for language in list_languages()]
    scales = [pattern for words in known for pattern in words["names"]["patterns"]]
    names = [rf"(?<![\w,.])(?:{name})(?!\w)" for name in (*NAMES, *scales)]
    told = rf"\b(?:{'|'.join(word for words in known for word in words['waves'])})\s+"
    for wave in waves:
        if re.fullmatch(YEAR, wave):
            continue  # obeys the rule of years
        # a bare "1" is an id only where the text says that a wave is meant
        before = told if re.fullmatch(r"\d{1,3}", wave) else ""
        names.append(rf"{before}(?<![\w-]){re.escape(wave)}(?![\w-])")
    return tuple(re.compile(name, re.IGNORECASE) for name in names)


@cache
def _compile_amounts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what, before and after a figure such as 2024, makes it an amount and no year."""
    known = [read_words(language) for language in list_languages()]
    counted = [one for words in known for one in (*words["years"]["after"], *words["counted"])]
    return (
        re.compile(rf"(?:{'|'.join(BEFORE_AMOUNT)})\s*\Z", re.IGNORECASE),
        re.compile(rf"\s*(?:{'|'.join((*AFTER_AMOUNT, *counted))})", re.IGNORECASE),
    )


@cache
def compile_phrases(language: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of number words in one language."""
    words = read_words(language)
    return tuple(
        re.compile(_fill(phrase["pattern"], words), re.IGNORECASE) for phrase in words["phrase"]
    )


def _fill(pattern: str, words: dict[str, Any]) -> str:
    """Write the word lists into a pattern's braces and hold it to whole words."""
    number = _spell_numbers(words)
    one = "|".join(words["one"])
    filled = pattern.replace("{number}", number)
    filled = filled.replace("{any}", f"(?:{number}|{one})")
    filled = filled.replace("{counted}", f"(?:{'|'.join(words['counted'])})")
    spaced = SPACES.sub(_widen, filled)
    return rf"(?<![\w-])(?:{spaced})(?!\w)"


def _widen(found: re.Match[str]) -> str:
    """Let a space in a pattern match any white space; a look behind needs a fixed width."""
    text = found.group()
    if text.startswith(("(?<", "[")):
        return text.replace(" ", r"\s")
    return r"\s*" if text == " ?" else r"\s+"


def _spell_numbers(words: dict[str, Any]) -> str:
    """Return a pattern for the cardinals from two to some thousands, in words."""
    units, teens, tens = ("|".join(words[name]) for name in ("units", "teens", "tens"))
    single = "|".join([*words["one"], *words["units"]])
    joint = words["joint"]
    below = (
        rf"(?:(?:{single}){joint}(?:{tens})|(?:{tens}){joint}(?:{single})|{tens}|{teens}|{units})"
    )
    large = "|".join(words["large"])
    return rf"(?:(?:{below}|{single})?\s?(?:{large})\s?(?:{below})?|{below})"


def _tell_languages(page: Path) -> tuple[str, ...]:
    """Return the language that a page's folder or name tells, else all."""
    told = {*page.parts, *page.name.split(".")}
    return tuple(one for one in list_languages() if one in told) or list_languages()


def _quote(page: str, start: int, end: int) -> str:
    before, after = page[max(0, start - 25) : start], page[end : end + 25]
    around = f"{before.rsplit(chr(10), 1)[-1]}{page[start:end]}{after.split(chr(10), 1)[0]}"
    return f'"{" ".join(page[start:end].split())}" in "…{" ".join(around.split())}…"'
