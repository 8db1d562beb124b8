"""The sentences around a figure: what it counts, of whom, how many, and with what reserve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.charts.figure import Break, Side
from analysis.charts.shapes import MOST_BANDED, Request, Shaped, ShapeName
from analysis.phrases import phrase
from analysis.wording import (
    begin_with_capital,
    format_number,
    format_percent,
    format_value,
    join_words,
    say_unit,
)


def write_subtitle(request: Request, shaped: Shaped, shape: ShapeName) -> str:
    """Return the measure, the one item shown, the wave and the base, parted by dots."""
    parts = [
        *_name_item(request, shaped),
        *_name_measure(request, shaped, shape),
        *_name_average(request, shape),
        _name_waves(request),
        _count_respondents(request, shaped),
    ]
    text = " · ".join(part for part in parts if part)
    return begin_with_capital(text, request.language)


def write_caption(
    request: Request, shaped: Shaped, shape: ShapeName, breaks: tuple[Break, ...]
) -> tuple[str, ...]:
    """Return two paragraphs: how to read the figure, and where its numbers come from."""
    notes = [
        *_say_base(request, shaped),
        *_say_classes(request, shaped),
        *_say_rounding(request, shaped, shape),
        *_say_interval(request, shaped, shape),
        *_say_breaks(request, shaped, breaks),
        *_say_small_bases(request, shaped),
        say_unit(request.study, request.language),
        _say_weights(request),
    ]
    about = request.study.about
    source = about.title[request.language]
    if about.publisher is not None:
        source = f"{about.publisher[request.language]}, {source}"
    origin = request.say("source", source=source, waves=_list_waves(request))
    return tuple(paragraph for paragraph in (" ".join(notes), origin) if paragraph)


def _say_classes(request: Request, shaped: Shaped) -> list[str]:
    """Warn that columns of one width stand for classes of several."""
    bins = [label.id.split("..") for label in shaped.rows if label.kind == "bin"]
    unequal = len({float(high) - float(low) for low, high in bins}) > 1
    return [request.say("unequal_bins")] if unequal else []


def _name_item(request: Request, shaped: Shaped) -> list[str]:
    """Name the only item where neither a row nor a panel does."""
    items = request.spec.items
    shown = {label.id for label in (*shaped.rows, *shaped.facets, *shaped.series)}
    if len(items) != 1 or items[0] in shown:
        return []
    return [request.question.find_item(items[0]).text[request.language]]


def _name_measure(request: Request, shaped: Shaped, shape: ShapeName) -> list[str]:
    question = request.question
    if shape in ("options", "course") and shaped.measure is None:
        if question.kind == "multiple" and question.most:
            return [request.say("pick_at_most", n=question.most)]
        if question.kind == "ranking":
            return [request.say("ranked_first")]
        return [request.say("pick_several")] if question.kind == "multiple" else []
    if shaped.measure is None or shape in ("distribution", "bins"):
        return []
    if shaped.measure.statistic == "mean":
        return [_name_mean(request)]
    return [request.say("share_of", answer=shaped.measure.text)]


def _name_mean(request: Request) -> str:
    question, language = request.question, request.language
    if question.unit is not None:
        return request.say("mean_in", unit=question.unit[language])
    if question.minimum is not None and question.maximum is not None:
        ends = (format_number(end, language, 0) for end in (question.minimum, question.maximum))
        low, high = ends
        return request.say("mean_between", low=low, high=high)
    return request.say("mean")


def _name_average(request: Request, shape: ShapeName) -> list[str]:
    """Give the mean, or for numbers with a long tail the median too, beside a histogram."""
    if shape != "bins":
        return []
    said = []
    for statistic in ("mean", "median"):
        cell = request.cells.find(wave=request.waves[-1], statistic=statistic)
        if cell is not None and cell.state != "withheld":
            value = format_value(cell.value, "mean", request.language)
            said.append(request.say(f"{statistic}_is", value=value))
    if request.question.unit is not None:
        said.insert(0, request.say("in_unit", unit=request.question.unit[request.language]))
    return said


def _name_waves(request: Request) -> str:
    if request.spec.wave is not None:
        return request.study.wave(request.spec.wave).title[request.language]
    return f"{request.waves[0]}–{request.waves[-1]}"


def _list_waves(request: Request) -> str:
    return join_words(request.waves, request.language)


def _count_respondents(request: Request, shaped: Shaped) -> str:
    """Say how many respondents stand behind the figure: "287 cultuurprofessionals".

    Nothing where every number is withheld, its base with it.
    """
    outside = [answer.code for _, answer in request.question.outside]
    frame = shaped.frame[~shaped.frame["row"].isin(outside)]
    if request.spec.segment and (frame["row"] == "").any():
        frame = frame[frame["row"] == ""]
    elif request.spec.segment and (frame["facet"] == "").any():
        frame = frame[frame["facet"] == ""]
    elif request.spec.segment and (frame["series"] == "").any():
        frame = frame[frame["series"] == ""]
    respondents = request.study.about.respondents[request.language]
    n = _span(frame["base"], request.language)
    return request.say("respondents", n=n, respondents=respondents) if n else ""


def _span(bases: pd.Series, language: str) -> str:
    """Return "287", "250–287", or nothing where no base may be told."""
    known = bases.dropna()
    if known.empty:
        return ""
    low, high = (format_number(float(n), language, 0) for n in (known.min(), known.max()))
    return low if low == high else f"{low}–{high}"


def _say_base(request: Request, shaped: Shaped) -> list[str]:
    """Say who is in the 100 % and, where routing made it fewer, how many were asked."""
    rows = [row for wave in request.waves for row in _rows_in_base(request, wave)]
    if not rows:
        return []
    key = "whole" if shaped.unit == "percent" else "basis"
    said = [request.say(key, who=request.say(f"base.{rows[0].base_rule}"))]
    if request.question.asked_if is not None:
        asked = _span(pd.Series([row.asked for row in rows]), request.language)
        said += [request.say("asked", n=asked)] if asked else []
    drawn = {label.id for label in shaped.rows if label.muted}
    outside = [
        *(side.heading for side in shaped.sides if side.outside),
        *(a.text[request.language] for _, a in request.question.outside if a.code in drawn),
    ]
    if outside:
        answers = join_words([_quote(request, text) for text in outside], request.language)
        said.append(request.say("outside", answers=answers))
    return said


def _quote(request: Request, text: str) -> str:
    return phrase(request.language, "claims.quoted", text=text)


def _rows_in_base(request: Request, wave: str) -> list[Any]:
    """Return the published rows over all respondents of a wave that are in the 100 %."""
    outside = {answer.code for _, answer in request.question.outside}
    return [
        row
        for row in request.cells.overall(wave)
        if row.answer not in outside and row.statistic != "median"
    ]


def _say_weights(request: Request) -> str:
    """Say whether the numbers are weighted, wave by wave where that differs."""
    chosen = [(wave, request.study.wave(wave).weighting.method != "none") for wave in request.waves]
    weighted = [wave for wave, is_weighted in chosen if is_weighted]
    others = [wave for wave, is_weighted in chosen if not is_weighted]
    if not weighted or not others:
        return request.say("weights.all" if weighted else "weights.none")
    told = (join_words(waves, request.language) for waves in (weighted, others))
    return request.say("weights.some", weighted=next(told), unweighted=next(told))


def _say_rounding(request: Request, shaped: Shaped, shape: ShapeName) -> list[str]:
    """Name the totals that the shares as printed miss: the 100 %, or a net beside its parts."""
    missed = (
        [format_percent(100, request.language)] if _misses_whole(request, shaped, shape) else []
    )
    missed += [
        _quote(request, side.heading)
        for side in shaped.sides
        if side.parts and _misses_parts(shaped, side)
    ]
    if not missed:
        return []
    return [request.say("rounding", totals=join_words(missed, request.language, "or"))]


def _misses_whole(request: Request, shaped: Shaped, shape: ShapeName) -> bool:
    """Whether shares that make a whole, all of them printed, add up to another number than 100."""
    in_columns = shape == "bins" or (
        shape == "options"
        and shaped.measure is None
        and request.question.kind in ("single", "grid")
        and not request.spec.answers
    )
    if shape != "distribution" and not in_columns:
        return False
    frame = shaped.frame
    outside = [answer.code for _, answer in request.question.outside]
    if in_columns:
        frame = frame[~frame["row"].isin(outside)]
    wholes = frame.groupby(["facet"] if in_columns else ["facet", "row"])["value"]
    sums = wholes.sum(min_count=1)[wholes.count() == wholes.size()]
    return bool(((sums != 100) & (sums > 0)).any())


def _misses_parts(shaped: Shaped, side: Side) -> bool:
    """Whether a net somewhere differs from the sum of its parts in the same row, all printed."""
    frame = shaped.frame[shaped.frame["series"].isin(side.parts)]
    rows = frame.groupby(["facet", "row"])["value"]
    sums = rows.sum()[rows.count() == rows.size()]
    return any(side.values.get(place, total) != total for place, total in sums.items())


def _say_interval(request: Request, shaped: Shaped, shape: ShapeName) -> list[str]:
    banded = shape == "course" and len(shaped.series) <= MOST_BANDED
    if not (shape == "comparison" or banded) or shaped.frame["low"].isna().all():
        return []
    kind = "random" if request.study.about.sample == "random" else "as_if_random"
    mark = "line" if shape == "comparison" else "band"
    return [request.say(f"interval.{kind}", mark=request.say(f"interval.{mark}"))]


def _say_breaks(request: Request, shaped: Shaped, breaks: Iterable[Break]) -> list[str]:
    said = []
    names = {label.id: label.text for label in (*shaped.series, *shaped.facets)}
    for gap in breaks:
        ask = request.study.wave(gap.wave).find_ask(request.question.id)
        note = ask.note[request.language] if ask is not None and ask.note is not None else gap.text
        note = begin_with_capital(note, request.language).rstrip(".")
        if gap.everywhere:
            said.append(request.say("broken", wave=gap.wave, note=note))
        elif not gap.series:  # the question changed, no line is divided
            said.append(request.say("changed", wave=gap.wave, note=note))
        else:
            lines = [names.get(series) or names.get(facet, "") for facet, series in gap.series]
            listed = join_words(list(dict.fromkeys(lines)), request.language)
            said.append(request.say("broken_for", wave=gap.wave, lines=listed, note=note))
    return said


def _say_small_bases(request: Request, shaped: Shaped) -> list[str]:
    thresholds = request.study.about.thresholds
    said = []
    if (shaped.frame["state"] == "indicative").any():
        said.append(request.say("indicative", n=thresholds.indicative_below))
    withheld = shaped.frame[shaped.frame["state"] == "withheld"]
    if not withheld.empty:
        small = (withheld["base"] < thresholds.withhold_below).all()
        key = "withheld_small" if small else "withheld_any"
        said.append(request.say(key, word=request.say("withheld"), n=thresholds.withhold_below))
    return said
