"""Figures in, drawings out: those not in the store yet are drawn, in parallel over the cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.charts.draw import Drawn, draw_figure
from analysis.charts.figure import FigureData
from analysis.charts.theme import Theme
from reports.page import PlacedFigure
from reports.parallel import Batch, Workers
from reports.store import Store, digest_bytes

KIND = "drawing"


@dataclass(frozen=True)
class Drawing:
    """One figure drawn twice: wide for screens and paper, narrow for phones (SVG alone)."""

    wide: Drawn
    narrow: Drawn

    def place(self, key: str, page: str) -> str:
        """Return both drawings as HTML; the style sheet shows one, by the width of the window.

        `key` begins every id in the drawing; the page is put before it, since a figure may stand
        on two pages and both in the report. One line: pages are read and checked by the line.
        """
        both = (
            f'<div class="drawing-wide">{self.wide.svg}</div>'
            f'<div class="drawing-narrow">{self.narrow.svg}</div>'
        )
        return both.replace(f"f{key}", f"{page}-{key}").replace("\n", " ")


def draw_both(data: FigureData, theme: Theme) -> Drawing:
    """Draw a figure for screens and paper, and for phones."""
    narrow = draw_figure(data, theme.for_phone(), png=False, suffix="n")
    return Drawing(draw_figure(data, theme), narrow)


class Drawings:
    """The drawings of figures that are handed in page by page, while the next page is knit.

    `code` is the digest of the drawing code: what is drawn again when it changes.
    """

    def __init__(self, theme: Theme, store: Store, code: str, workers: Workers) -> None:
        self._theme = theme
        self._store = store
        self._code = code
        self._keys: dict[tuple[str, str], str] = {}
        self._drawn: dict[str, Drawing | None] = {}
        self._batch: Batch[Drawing] = Batch(workers)

    def begin(self, figures: Iterable[PlacedFigure]) -> None:
        """Take figures: what is not in the store yet is drawn, in parallel over the cores."""
        for figure in figures:
            key = _key(figure.data, self._theme, self._code)
            self._keys[figure.spec.language, figure.name] = key
            if key in self._drawn:
                continue
            self._drawn[key] = self._store.find(KIND, key)
            if self._drawn[key] is None:
                self._batch.add(key, draw_both, figure.data, self._theme)

    def finish(self, advance: Callable[[int, int], None]) -> dict[tuple[str, str], Drawing]:
        """Return the drawing of every figure by (language, name)."""
        ready = {key: drawing for key, drawing in self._drawn.items() if drawing is not None}
        advance(len(ready), len(self._drawn))
        for key, drawing in self._batch.finish():
            self._store.keep(KIND, key, drawing)
            ready[key] = drawing
            advance(len(ready), len(self._drawn))
        return {name: ready[key] for name, key in self._keys.items()}


def _key(data: FigureData, theme: Theme, code: str) -> str:
    """A digest of everything that is drawn, by value."""
    plain = {name: value for name, value in vars(data).items() if name in data.__match_args__}
    frame = plain.pop("frame")
    return digest_bytes(
        code.encode(), repr(theme).encode(), repr(plain).encode(), frame.to_csv().encode()
    )


def choose_theme() -> Theme:
    """Return the look of the charts, in the font that pages and PDF use too."""
    return Theme(family="Inter", font_folder=str(Path(__file__).parent / "theme" / "fonts"))
