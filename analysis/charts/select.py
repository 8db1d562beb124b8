"""From the published table to one figure: a study, its numbers and a spec in, FigureData out."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from analysis.charts.captions import write_caption, write_subtitle
from analysis.charts.cells import Cells
from analysis.charts.figure import Break, FigureData, FigureSpec, list_numbers
from analysis.charts.forms import load_form
from analysis.charts.shapes import SHAPES, Request, Shaped, ShapeName
from analysis.charts.theme import QUALITATIVE
from survey.published import Published
from survey.questionnaire import Question
from survey.study import Study

FORM_OF_KIND = {
    "single": "bars",
    "multiple": "bars",
    "grid": "stacked",
    "rating": "histogram",
    "number": "histogram",
    "ranking": "ranking",
}


def select_data(study: Study, published: Published, spec: FigureSpec) -> FigureData:
    """Return what the figure of `spec` draws, every number of it from `published`.

    Raises ValueError, with what was allowed, where the question, wave, form, item, answer or
    segment does not exist or has no published numbers.
    """
    request = open_request(study, published, spec)
    form = choose_form(request.question, request.spec)
    shape: ShapeName = load_form(form).SHAPE
    if request.spec.wave is None and (
        shape in ("comparison", "bins") or (shape == "options" and spec.segment)
    ):
        raise ValueError(
            f"figure of {spec.question}: the form {form} shows one wave; name one of "
            f"{', '.join(request.waves)}, or ask for the form trend"
        )
    shaped = SHAPES[shape](request)
    if shaped.frame.empty:
        raise ValueError(
            f"figure of {spec.question}: nothing is published in the shape of the form {form}; "
            "choose another form or another wave"
        )
    over_waves = request.spec.wave is None
    breaks = find_breaks(request, shaped, shape) if over_waves else ()
    return FigureData(
        key=spec.digest,
        form=form,
        language=spec.language,
        frame=shaped.frame,
        rows=shaped.rows,
        series=shaped.series,
        facets=shaped.facets,
        waves=shaped.rows if shape == "course" else (),
        title=spec.title or request.question.text[spec.language],
        subtitle=write_subtitle(request, shaped, shape),
        caption=write_caption(request, shaped, shape, breaks),
        unit=shaped.unit,
        measure=shaped.measure.text if shaped.measure else "",
        palette=shaped.palette,
        scale=shaped.scale,
        sides=shaped.sides,
        breaks=breaks,
        limits=_find_limits(request.question, shaped, shape),
        ends=_name_ends(request, shape),
        reference=_find_reference(request, shaped) if shape == "comparison" else {},
        notes=_note_rows(request, shaped, shape),
        warning=request.say("invented") if published.invented else "",
    )


def open_request(study: Study, published: Published, spec: FigureSpec) -> Request:
    """Return the request of a spec; raises ValueError where it names what is not there."""
    known = study.questionnaire.by_id
    if spec.question not in known:
        raise ValueError(f"figure of {spec.question}: no such question; see the questionnaire")
    question = known[spec.question]
    if question.personal or not question.is_closed:
        raise ValueError(f"figure of {spec.question}: its answers are not published, so no figure")
    if spec.language not in study.languages:
        raise ValueError(
            f"figure of {spec.question}: no texts in {spec.language}; "
            f"the study has {', '.join(study.languages)}"
        )
    segments = [segment.id for segment in study.segments]
    if spec.segment and spec.segment not in segments:
        raise ValueError(
            f"figure of {spec.question}: no segment {spec.segment}; "
            f"allowed are {', '.join(segments) or 'none'}"
        )
    rows = published.pick(spec.question, segment=None)
    asked = tuple(wave for wave in study.wave_order if wave in set(rows["wave"]))
    if not asked or (spec.wave is not None and spec.wave not in asked):
        raise ValueError(
            f"figure of {spec.question}: nothing is published for wave {spec.wave or 'any'}; "
            f"waves with numbers: {', '.join(asked) or 'none'}"
        )
    if spec.wave is None and len(asked) == 1:
        spec = replace(spec, wave=asked[0])
    waves = asked if spec.wave is None else (spec.wave,)
    cells = Cells(rows[rows["wave"].isin(asked)], study.wave_order)
    return Request(study, question, cells, spec, waves)


def choose_form(question: Question, spec: FigureSpec) -> str:
    """Return the spec's form, else the question's own, else the usual one of its kind."""
    if spec.form is not None:
        return spec.form
    if spec.wave is None:
        return "trend"
    if question.chart is not None and not spec.segment:
        return question.chart
    if spec.segment:
        return _form_by_segment(question, spec)
    if question.kind == "grid" and question.periods and question.nets:
        return "multiples"
    if (
        question.kind == "grid"
        and not question.ordered
        and len(question.answers) > len(QUALITATIVE)
    ):
        return "multiples"
    if question.kind == "single" and question.ordered:
        return "stacked"
    return FORM_OF_KIND[question.kind]


def find_breaks(request: Request, shaped: Shaped, shape: ShapeName) -> tuple[Break, ...]:
    """Return where waves cannot be compared with the one before, and which lines that divides."""
    if shape != "course":
        broken = [wave for wave in request.waves[1:] if _name_break(request, wave)]
        return tuple(Break(wave, _name_break(request, wave), (), True) for wave in broken)
    order = request.study.wave_order
    points = {
        (row.facet, row.series, row.wave): row.joins_previous
        for row in list_numbers(shaped.frame)
        if row.is_shown
    }
    breaks = []
    for before, wave in pairwise(order):
        both = [(f, s) for f, s, w in points if w == wave and (f, s, before) in points]
        divided = tuple(place for place in both if not points[(*place, wave)])
        text = _name_break(request, wave)
        if divided or (text and any(w == wave for _, _, w in points)):
            everywhere = bool(both) and len(divided) == len(both)
            breaks.append(Break(wave, text or request.say("break.other"), divided, everywhere))
    return tuple(breaks)


def _name_break(request: Request, wave: str) -> str:
    """Return what changed in the question itself before a wave; "" where it is comparable."""
    grade = request.study.grade(request.question.id, wave)
    return "" if grade in ("same", "new", "dropped") else request.say(f"break.{grade}")


def _form_by_segment(question: Question, spec: FigureSpec) -> str:
    if question.kind == "single" and question.ordered:
        return "stacked"
    if question.kind == "grid" and not question.periods:
        return "stacked" if len(spec.items) == 1 and question.ordered else "dots"
    if question.kind in ("rating", "number"):
        return "dots"
    return "stacked" if question.periods else "multiples"


def _note_rows(request: Request, shaped: Shaped, shape: ShapeName) -> dict[tuple[str, str], str]:
    """Return what stands behind each row's label: its base where bases differ, and its mark."""
    if shape in ("course", "bins") or (shape == "options" and shaped.facets):
        return {}
    firsts = shaped.frame.drop_duplicates(["facet", "row"])
    usual = firsts["base"].mode()
    few = shape == "options"
    alike = firsts["base"].nunique() == 1
    notes = {}
    for cell in list_numbers(firsts):
        mark = "*" if cell.state == "indicative" else ""
        plain = alike or math.isnan(cell.base) or (few and cell.base == usual.iloc[0])
        base = "" if plain else request.say("row_base", n=int(cell.base))
        notes[cell.facet, cell.row] = base + mark
    return notes


def _find_limits(question: Question, shaped: Shaped, shape: ShapeName) -> tuple[float, float]:
    """Return the ends of the axis of values: 0 to 100 %, the rating's, or a round number."""
    highest = float(pd.concat([shaped.frame["value"], shaped.frame["high"]]).max(skipna=True))
    if math.isnan(highest):
        highest = 0.0
    if shaped.unit == "percent":
        if shape == "bins":
            highest = float(shaped.frame["value"].max(skipna=True))
            return 0.0, highest if highest > 0 else 1.0
        if shape == "course":
            return 0.0, min(100.0, max(20.0, 20.0 * math.ceil(highest / 20)))
        return 0.0, 100.0
    if question.minimum is not None and question.maximum is not None and question.kind == "rating":
        return question.minimum, question.maximum
    magnitude = 10.0 ** math.floor(math.log10(highest)) if highest > 0 else 1.0
    steps = next(step for step in (1, 2, 4, 5, 8, 10) if step * magnitude >= highest)
    return 0.0, float(max(steps * magnitude, magnitude))


def _name_ends(request: Request, shape: ShapeName) -> tuple[str, str]:
    question, language = request.question, request.language
    if question.low_end is None or question.high_end is None or shape == "course":
        return "", ""
    return question.low_end[language], question.high_end[language]


def _find_reference(request: Request, shaped: Shaped) -> dict[str, float]:
    """Return the number of all respondents per panel, where a segment is compared with it."""
    if not request.spec.segment:
        return {}
    overall = shaped.frame[shaped.frame["row"] == ""]
    return {row.facet: float(row.value) for row in list_numbers(overall) if row.is_shown}
