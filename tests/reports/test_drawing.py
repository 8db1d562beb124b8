"""A drawing stands on a page as one line of HTML whose ids are the page's own."""

from __future__ import annotations

from analysis.charts.boxes import Boxes
from analysis.charts.draw import Drawn
from reports.drawing import Drawing

SVG = '<svg id="fab12{suffix}">\n<path d="M 0 0\nL 1 1" />\n<use href="#fab12{suffix}-a" />\n</svg>'


def draw(suffix: str) -> Drawn:
    return Drawn(
        SVG.format(suffix=suffix), None, 720, 200, "alt", "description", Boxes(720, 200, ())
    )


def test_a_drawing_is_placed_on_one_line_with_ids_of_its_page() -> None:
    assert Drawing(draw(""), draw("n")).place("ab12", "stand") == (
        '<div class="drawing-wide"><svg id="stand-ab12"> <path d="M 0 0 L 1 1" /> '
        '<use href="#stand-ab12-a" /> </svg></div>'
        '<div class="drawing-narrow"><svg id="stand-ab12n"> <path d="M 0 0 L 1 1" /> '
        '<use href="#stand-ab12n-a" /> </svg></div>'
    )
