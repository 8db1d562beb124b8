"""Text that fits: a text, a width and a language in, wrapped and hyphenated lines out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.charts.fonts import measure_text
from analysis.wording import WORD_JOINER, split_words

if TYPE_CHECKING:
    from analysis.charts.theme import Theme

Measure = Callable[[str], float]

# Hyphenating shorter words saves no room and reads badly.
SHORTEST_HYPHENATED = 8


def text_width(text: str, theme: Theme, size: float, bold: bool = False) -> float:
    """Return the width of a line of text in the theme's font, in pixels."""
    return measure_text(text, size, bold, theme.family, theme.font_folder)


def fit_text(
    text: str,
    width: float,
    theme: Theme,
    size: float,
    language: str,
    bold: bool = False,
    balanced: bool = False,
) -> tuple[str, ...]:
    """Return `text` in lines of at most `width` pixels in the theme's font."""
    wrap = balance_text if balanced else wrap_text
    return wrap(text, width, lambda line: text_width(line, theme, size, bold), language)


def balance_text(text: str, width: float, measure: Measure, language: str) -> tuple[str, ...]:
    """Return `text` in as few lines as `wrap_text` needs, but of like length.

    The width is narrowed as long as that costs neither a line nor a broken word.
    """
    lines = wrap_text(text, width, measure, language)
    if len(lines) < 2:
        return lines
    least, most = width / 2, width
    while most - least > 4:
        middle = (least + most) / 2
        narrower = wrap_text(text, middle, measure, language)
        if len(narrower) > len(lines) or _count_breaks(narrower) > _count_breaks(lines):
            least = middle
        else:
            most, lines = middle, narrower
    return lines


def wrap_text(text: str, width: float, measure: Measure, language: str) -> tuple[str, ...]:
    """Return `text` in lines that measure at most `width`.

    A word breaks where it has a hyphen, slash or dash, else by the language's hyphenation: one
    that does not fit on a line of its own always, another only where that saves a line. A word
    without a place to break is cut, so that nothing ever stands outside its room.
    """

    # The joiner has no width, and few fonts have it: it holds words together and is not drawn.
    def measure_drawn(line: str) -> float:
        return measure(line.replace(WORD_JOINER, ""))

    whole = _fill_lines(text, width, measure_drawn, language, eager=False)
    broken = _fill_lines(text, width, measure_drawn, language, eager=True)
    chosen = broken if len(broken) < len(whole) else whole
    return tuple(line.replace(WORD_JOINER, "") for line in chosen)


def _count_breaks(lines: tuple[str, ...]) -> int:
    return sum(line.endswith("-") for line in lines)


def _fill_lines(
    text: str, width: float, measure: Measure, language: str, eager: bool
) -> tuple[str, ...]:
    """Fill line after line; `eager` breaks a word that would fit on the next line too."""
    lines: list[str] = []
    line = ""
    for word in split_words(text):
        joined = f"{line} {word}" if line else word
        if measure(joined) <= width:
            line = joined
            continue
        head, tail = "", word
        if not line or eager or measure(word) > width:
            head, tail = _break_word(word, line, width, measure, language)
        if head:
            line = f"{line} {head}" if line else head
        if line:
            lines.append(line)
        while tail and measure(tail) > width:
            head, tail = _break_word(tail, "", width, measure, language)
            lines.append(head)
        line = tail
    return (*lines, line) if line else tuple(lines)


def _break_word(
    word: str, line: str, width: float, measure: Measure, language: str
) -> tuple[str, str]:
    """Return (part that still fits behind `line`, rest); the part may be empty behind a line."""
    before = f"{line} " if line else ""
    for head, tail in _break_places(word, language):
        if measure(before + head) <= width:
            return head, tail
    if line:
        return "", word
    for end in range(len(word) - 1, 1, -1):
        if measure(word[:end]) <= width:
            return word[:end], word[end:]
    return word[:1], word[1:]


def _break_places(word: str, language: str) -> list[tuple[str, str]]:
    """Return where a word may break, the longest first part first."""
    places = [
        (word[: found.end()], word[found.end() :])
        for found in re.finditer(r"(?<=\w)[-/–](?=\w)", word)
    ]
    dictionary = _hyphenation(language)
    bare = word.strip("()[]‘’“”\"'.,;:?!*")
    if dictionary is not None and len(bare) >= SHORTEST_HYPHENATED and bare.isalpha():
        offset = word.index(bare)
        for at in dictionary.positions(bare):
            if at >= 3 and len(bare) - at >= 4:
                places.append((word[: offset + at] + "-", word[offset + at :]))
    return sorted(places, key=lambda place: -len(place[0]))


@cache
def _hyphenation(language: str) -> Any:
    """Return pyphen's dictionary of a language, None where there is none."""
    import pyphen

    name = {"nl": "nl_NL", "en": "en_GB"}.get(language) or pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=name) if name else None
