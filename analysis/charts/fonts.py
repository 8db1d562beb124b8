"""Fonts of the charts: a folder of font files in, measured widths of text out."""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

# Comes with matplotlib, so it is there on every machine.
FALLBACK_FAMILY = "DejaVu Sans"
BOLD = 600
REGULAR = 400
SIZE = 100  # at which texts are measured; widths grow with the size


@cache
def register_fonts(folder: str) -> tuple[str, ...]:
    """Make the TTF and OTF files of a folder known to matplotlib; return their families.

    Raises FileNotFoundError where the folder has none.
    """
    from matplotlib import font_manager

    paths = sorted(path for path in Path(folder).glob("*") if path.suffix in (".ttf", ".otf"))
    if not paths:
        raise FileNotFoundError(f"{folder}: no .ttf or .otf file found; the charts need one")
    for path in paths:
        font_manager.fontManager.addfont(str(path))
    families = {font_manager.get_font(str(path)).family_name for path in paths}
    return tuple(sorted(families))


def list_families(family: str, folder: str | None) -> list[str]:
    """Return the families to draw with, the fallback last; registers the folder's fonts.

    Raises ValueError where the folder does not hold `family`.
    """
    if folder is not None:
        found = register_fonts(folder)
        if family not in found:
            raise ValueError(
                f"{folder}: no font of the family {family!r}; found {', '.join(found)}; "
                "name one of these in the theme"
            )
    _hush_weights()
    return [family] if family == FALLBACK_FAMILY else [family, FALLBACK_FAMILY]


def measure_text(
    text: str,
    size: float,
    bold: bool = False,
    family: str = FALLBACK_FAMILY,
    folder: str | None = None,
) -> float:
    """Return the width of one line of text in pixels, from the font's own metrics."""
    families = tuple(list_families(family, folder))
    return measure_ink(text, size, BOLD if bold else REGULAR, families)[0]


def measure_ink(
    text: str, size: float, weight: int, families: tuple[str, ...]
) -> tuple[float, float, float]:
    """Return width, height and depth below the baseline of one line of text, in pixels.

    The font is the first of `families` that has a sign; they are registered already.
    """
    width, height, descent = _measure(text, weight, families)
    return width * size / SIZE, height * size / SIZE, descent * size / SIZE


@cache
def _hush_weights() -> None:
    """Drop matplotlib's remark that the fallback's bold is 700 and not 600, made at every size."""
    logger = logging.getLogger("matplotlib.font_manager")
    logger.addFilter(lambda record: "Failed to find font weight" not in record.getMessage())


@lru_cache(maxsize=65536)
def _measure(text: str, weight: int, families: tuple[str, ...]) -> tuple[float, float, float]:
    from matplotlib.textpath import text_to_path

    font = _font(weight, families)
    measured: tuple[float, float, float] = text_to_path.get_text_width_height_descent(
        text, font, ismath=False
    )
    return measured


@cache
def _font(weight: int, families: tuple[str, ...]) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=families, weight=weight, size=SIZE)
