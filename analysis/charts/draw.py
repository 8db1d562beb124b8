"""From FigureData to files: one draw by plotnine, saved as SVG and PNG, its text boxes measured."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.charts.alt import write_alt, write_description
from analysis.charts.boxes import Boxes, measure_boxes
from analysis.charts.figure import FigureData
from analysis.charts.fonts import list_families
from analysis.charts.forms import load_form
from analysis.charts.svg import finish_svg
from analysis.charts.theme import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Text stays text, `$` stays a dollar, and nothing depends on the clock or on chance.
SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "figure",
    "text.parse_math": False,
    "text.hinting": "no_hinting",
    "path.simplify": False,
    "backend": "agg",
    "interactive": False,
}

# The figures are flat colours: level 6 is as small as 9 and four times as fast.
PNG_COMPRESSION = 6


@dataclass(frozen=True)
class Drawn:
    """A figure as files: SVG to be inlined, PNG at the theme's scale, and what they say.

    `width` and `height` are in CSS pixels; `png` is None where it was not asked for.
    """

    svg: str
    png: bytes | None
    width: float
    height: float
    alt: str
    description: str
    boxes: Boxes


def draw_figure(data: FigureData, theme: Theme, *, png: bool = True, suffix: str = "") -> Drawn:
    """Draw a figure once and return it as SVG and, unless `png` is false, as PNG.

    `suffix` tells two drawings of one figure on a page apart (the narrow one). The same data and
    theme give the same bytes.
    """
    import matplotlib as mpl
    import pandas as pd
    from matplotlib import pyplot

    # A list, so that a sign that the family lacks is taken from the fallback.
    families = list_families(theme.family, theme.font_folder)
    settings: Any = {**SETTINGS, "font.sans-serif": families}
    # Tables of a few rows: texts as plain Python objects cost a tenth less than by Arrow.
    with mpl.rc_context(settings), pd.option_context("mode.string_storage", "python"):
        figure = load_form(data.form).draw(data, theme).draw()
        try:
            figure.set_layout_engine("none")
            figure.subplots_adjust(left=0, right=1, bottom=0, top=1)
            raw = _save_svg(figure)
            image = _save_png(figure, theme.png_scale) if png else None
            boxes = measure_boxes(figure)
        finally:
            pyplot.close(figure)
    alt = write_alt(data)
    svg = finish_svg(raw, f"f{data.key}{suffix}", title=data.title, description=alt,
                     family=theme.family)  # fmt: skip
    return Drawn(svg, image, boxes.width, boxes.height, alt, write_description(data), boxes)


def _save_svg(figure: Figure) -> str:
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    target = io.StringIO()
    # Straight to the canvas: Figure.savefig draws a second time for its layout.
    FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None, "Creator": None})
    return target.getvalue()


def _save_png(figure: Figure, scale: float) -> bytes:
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    target = io.BytesIO()
    before = figure.dpi
    figure.dpi = 72 * scale
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    image.save(target, "png", compress_level=PNG_COMPRESSION, dpi=(72 * scale, 72 * scale))
    figure.dpi = before
    return target.getvalue()
