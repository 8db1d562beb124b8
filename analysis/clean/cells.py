"""Cells of one delivered column in, answer positions, ticks or numbers out.

Each distinct text is looked at once and its meaning spread over the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from survey.raw import squeeze_text

EMPTY, UNKNOWN = -1, -2  # positions of cells that are no answer
POINT_ZERO = re.compile(r"^(-?\d+)\.0+$")
SEVERAL_GROUPS = re.compile(r"^-?\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})+$")
TWO_MARKS = re.compile(r"^-?\d{1,3}(?:\.\d{3})+,\d+$|^-?\d{1,3}(?:,\d{3})+\.\d+$")
ONE_MARK = re.compile(r"^-?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?$")
AMBIGUOUS = re.compile(r"^-?[1-9]\d{0,2}[.,]\d{3}$")


def spread(cells: pd.Series, meaning: Callable[[str], int]) -> np.ndarray:
    """Return `meaning` of each cell's squeezed text as int; `EMPTY` where nothing stands."""
    places, texts = pd.factorize(cells.array)
    squeezed = (squeeze_text(str(text)) for text in texts)
    known = [meaning(text) if text else EMPTY for text in squeezed]
    return np.array([*known, EMPTY], dtype=np.int64)[places]


def look_up(text: str, known: Mapping[str, str], labels: Mapping[str, str]) -> str | None:
    """Return the answer code of a delivered text: as declared, as "1" for "1.0", by its label."""
    found = known.get(text)
    if found is None and (whole := POINT_ZERO.match(text)):
        found = known.get(whole.group(1))
    if found is None and text in labels:
        found = known.get(squeeze_text(labels[text]))
    return found


def squeeze_keys(known: Mapping[str, str]) -> dict[str, str]:
    """Return delivered texts as they are compared, with their answer codes."""
    return {squeeze_text(text): code for text, code in known.items()}


def find_label_conflicts(
    known: Mapping[str, str], labels: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return (delivered code, its label, the code it is mapped to) where the label says another."""
    conflicts = []
    for delivered, label in labels.items():
        mapped, said = known.get(delivered), known.get(squeeze_text(label))
        if mapped is not None and said is not None and mapped != said:
            conflicts.append((delivered, label, mapped))
    return conflicts


def parse_number(text: str) -> float | None:
    """Return a number as people write it: "12", "3,5", "3.5", "1.234,5", "1.234.567", "1 200".

    A single comma or point is the decimal mark. None for anything else.
    """
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").strip()
    if SEVERAL_GROUPS.match(plain) or re.match(r"^-?\d{1,3}( \d{3})+([.,]\d+)?$", plain):
        plain = re.sub(r"[ ']", "", plain)
        plain = plain if plain.count(".") + plain.count(",") < 2 else re.sub("[.,]", "", plain)
    elif TWO_MARKS.match(plain):
        decimal = max(plain.rfind("."), plain.rfind(","))
        plain = re.sub("[.,]", "", plain[:decimal]) + "." + plain[decimal + 1 :]
    elif not ONE_MARK.match(plain):
        return None
    number = float(plain.replace(",", "."))
    return number if np.isfinite(number) else None


def is_ambiguous(text: str) -> bool:
    """Say whether a mark may be the decimal one or part thousands: "1.234"."""
    return AMBIGUOUS.match(text.strip()) is not None


def read_numbers(cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return floats (NaN for none) and which cells hold a text that is no number."""
    places, texts = pd.factorize(cells.array)
    squeezed = [squeeze_text(str(text)) for text in texts]
    parsed = [parse_number(text) if text else None for text in squeezed]
    numbers = np.array([np.nan if one is None else one for one in [*parsed, None]], dtype=float)
    wrong = [one is None and bool(text) for one, text in zip(parsed, squeezed, strict=True)]
    return numbers[places], np.array([*wrong, False], dtype=bool)[places]
