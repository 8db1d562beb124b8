"""Which numbers a figure shows: a request in, its rows, series, panels and numbers out.

A shape is an arrangement that several forms may draw. Each is a function of a `Request`; a form
names the one that it draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from analysis.charts.cells import ONE, WHOLE, Cells, Entry
from analysis.charts.figure import FigureSpec, Label, Palette, Side
from analysis.charts.theme import QUALITATIVE
from analysis.phrases import phrase
from analysis.wording import Unit, begin_with_capital, format_value, name_bins
from survey.questionnaire import Answer, Question
from survey.study import Study

ShapeName = Literal["distribution", "options", "comparison", "course", "bins"]

# More lines in one panel cannot be told apart, nor their labels kept from one another.
MOST_LINES = 5

# With more lines the bands of their intervals hide them; the table beneath has the bounds.
MOST_BANDED = 3


@dataclass(frozen=True)
class Measure:
    """What a figure shows one number of per row: a share, a net or a mean."""

    id: str
    text: str
    statistic: str
    unit: Unit

    @property
    def entry(self) -> Entry:
        is_answer = self.statistic not in ("mean", "median")
        label = Label(self.id, self.text, kind="answer" if is_answer else "")
        return Entry(label, {"answer": self.id if is_answer else "", "statistic": self.statistic})


@dataclass(frozen=True)
class Request:
    """A spec with what it is about: the question, its published cells and its waves."""

    study: Study
    question: Question
    cells: Cells
    spec: FigureSpec
    waves: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.spec.language

    @property
    def base(self) -> dict[str, str]:
        return {} if self.spec.wave is None else {"wave": self.spec.wave}

    def say(self, key: str, **values: object) -> str:
        return phrase(self.language, f"chart.{key}", **values)


@dataclass(frozen=True)
class Shaped:
    """The numbers of a figure and their order, before any sentence about them.

    `scale` holds every answer of the scale that the series are some of, in drawing order.
    """

    frame: pd.DataFrame
    rows: tuple[Label, ...]
    series: tuple[Label, ...] = ()
    facets: tuple[Label, ...] = ()
    palette: Palette = "single"
    scale: tuple[str, ...] = ()
    unit: Unit = "percent"
    measure: Measure | None = None
    sides: tuple[Side, ...] = ()


def list_measures(request: Request) -> tuple[Measure, ...]:
    """Return what the question is measured by: the answers asked for, or those of its kind.

    Ratings and numbers: the mean. Multiple choice with nets: every net. Other questions with
    nets: the first, by which a scale is summed up. Else: every answer's share.
    Raises ValueError for an answer that the question does not have.
    """
    question, language = request.question, request.language
    nets = {net.code: net.text[language] for net in question.nets}
    answers = {answer.code: answer.text[language] for answer in question.all_answers}
    unknown = [code for code in request.spec.answers if code not in nets and code not in answers]
    if unknown:
        raise ValueError(
            f"figure of {question.id}: no answer or net {', '.join(unknown)}; "
            f"allowed are {', '.join([*answers, *nets])}"
        )
    chosen = request.spec.answers
    if not chosen and question.kind in ("rating", "number"):
        return (Measure("mean", request.say("mean"), "mean", "mean"),)
    chosen = (
        chosen
        or (tuple(nets) if question.kind == "multiple" else tuple(nets)[:1])
        or tuple(answer.code for answer in question.answers if answer.part_of is None)
    )
    return tuple(
        Measure(code, nets[code], "net", "percent") if code in nets
        else Measure(code, answers[code], "share", "percent")
        for code in chosen
    )  # fmt: skip


def item_entries(request: Request, short: bool = False) -> list[Entry]:
    """Return the items of a grid, or those that the spec names; raises for an unknown one."""
    question, language = request.question, request.language
    known = [item.id for item in question.items]
    unknown = [item for item in request.spec.items if item not in known]
    if unknown:
        raise ValueError(
            f"figure of {question.id}: no item {', '.join(unknown)}; allowed are {', '.join(known)}"
        )
    texts = {item.id: item.short if short and item.short else item.text for item in question.items}
    return [
        Entry(Label(item, text[language], kind="item"), {"item": item})
        for item, text in texts.items()
        if not request.spec.items or item in request.spec.items
    ]


def period_entries(request: Request) -> list[Entry]:
    texts = {period.code: period.text[request.language] for period in request.question.periods}
    return [
        Entry(Label(code, text, kind="period"), {"period": code}) for code, text in texts.items()
    ]


def level_entries(request: Request) -> list[Entry]:
    """Return all respondents, in the background, and the levels of the spec's segment."""
    segment, language = request.study.segment(request.spec.segment), request.language
    levels = {level.code: level.text[language] for level in request.study.levels(segment)}
    return [
        Entry(Label("", request.say("all"), muted=True, kind="group")),
        *(
            Entry(Label(code, text, kind="group"), {"segment": segment.id, "level": code})
            for code, text in levels.items()
        ),
    ]


def wave_entries(request: Request, titled: bool = False) -> list[Entry]:
    """Return the waves; their place in time is the middle of their fieldwork, in days."""
    entries = []
    for wave in request.waves:
        first, last = request.study.wave(wave).fielded
        middle = (first.toordinal() + last.toordinal()) / 2
        title = request.study.wave(wave).title[request.language]
        text = begin_with_capital(title, request.language) if titled else wave
        entries.append(Entry(Label(wave, text, position=middle, kind="wave"), {"wave": wave}))
    return entries


def shape_distribution(request: Request) -> Shaped:
    """Rows that each add up to 100 %: items, levels, waves or periods by the answers."""
    _check_whole(request)
    question = request.question
    items = item_entries(request) if question.kind == "grid" else []
    if question.periods and request.spec.segment:
        facets, rows = _cross_periods(request, items), level_entries(request)
    elif question.periods:
        facets, rows = items, period_entries(request)
    elif request.spec.segment:
        facets, rows = items, level_entries(request)
    elif request.spec.wave is None:
        facets, rows = items, wave_entries(request, titled=True)
    else:
        facets, rows = [], items or [ONE]
    if request.spec.wave is None and (question.periods or request.spec.segment):
        raise ValueError(
            f"figure of {question.id}: a distribution over waves cannot be divided further; "
            "name a wave, or ask for the form trend"
        )
    frame = request.cells.collect(facets or [ONE], rows, _answer_entries(request), request.base)
    sides = _distribution_sides(request, facets or [ONE], rows)
    labels = [entry.label for entry in rows]
    if rows is items and sides and sides[0].bold:
        total = sides[0].values
        labels.sort(key=lambda label: -total.get(("", label.id), -1.0))
    return Shaped(
        frame=frame,
        rows=_present(frame, "row", labels),
        series=_present(frame, "series", [e.label for e in _answer_entries(request)]),
        facets=_present(frame, "facet", [e.label for e in facets]),
        palette=_scale_palette(question),
        sides=tuple(side for side in sides if side.cells),
    )


def shape_options(request: Request) -> Shaped:
    """One bar a row: options of a multiple choice, things of a ranking, or periods by a net."""
    question = request.question
    first = list_measures(request)[0]
    measure = first if question.kind == "grid" and first.statistic == "net" else None
    facets: list[Entry] = []
    if question.periods and measure:
        facets, rows = item_entries(request, short=True), period_entries(request)
    elif measure:
        rows = item_entries(request)
    elif question.kind == "grid":
        facets, rows = item_entries(request), _option_entries(request)
    else:
        rows = _option_entries(request)
    if request.spec.segment or request.spec.wave is None:
        if facets:
            raise ValueError(
                f"figure of {question.id}: panels by item cannot be divided by segment or wave "
                "too; name one item, or ask for the form dots or trend"
            )
        facets = level_entries(request) if request.spec.segment else wave_entries(request)
    frame = request.cells.collect(
        facets or [ONE],
        rows,
        [replace(measure.entry, label=Label("", "")) if measure else ONE],
        request.base,
    )
    labels = [entry.label for entry in rows]
    if not (question.ordered and not measure) and not question.periods:
        leading = facets[-1 if request.spec.wave is None else 0].label.id if facets else ""
        panel = frame[frame["facet"] == leading]
        value = dict(zip(panel["row"], panel["value"].fillna(-1.0), strict=True))
        labels.sort(key=lambda label: (label.muted, label.outside, -value.get(label.id, -1.0)))
    sides: list[Side] = []
    if question.kind == "ranking" and not facets:
        means = {label.id: Entry(label, {"answer": label.id, "statistic": "rank_mean"})
                 for label in labels}  # fmt: skip
        sides = [_side(request, [ONE], list(means.values()), ONE, request.say("rank"), unit="rank")]
    return Shaped(
        frame=frame,
        rows=_present(frame, "row", labels),
        facets=_present(frame, "facet", [entry.label for entry in facets]),
        measure=measure,
        sides=tuple(side for side in sides if side.cells),
    )


def shape_comparison(request: Request) -> Shaped:
    """One number with its interval a row: levels of a segment, or items of a grid."""
    question = request.question
    measures = list_measures(request)
    items = item_entries(request) if question.kind == "grid" else []
    if question.periods:
        raise ValueError(
            f"figure of {question.id}: dots do not divide by period; ask for multiples or stacked"
        )
    several = [measure.entry for measure in measures]
    if request.spec.segment:
        rows = level_entries(request)
        facets = items if len(measures) == 1 or not items else []
        facets = facets or several
        base = {**request.base, **(several[0].at if items else {})}
    else:
        rows, facets = (items, several) if items else (several, [ONE])
        base = request.base
    frame = request.cells.collect(facets, rows, [ONE], base)
    labels = [entry.label for entry in rows]
    segment = request.study.segment(request.spec.segment) if request.spec.segment else None
    ordered = segment is not None and request.study.questionnaire[segment.question].ordered
    named = facets if len(facets) > 1 else []
    if not ordered and not named:
        value = dict(zip(frame["row"], frame["value"].fillna(-1e9), strict=True))
        labels.sort(key=lambda label: (not label.muted, -value.get(label.id, -1e9)))
    if not named:
        frame = frame.assign(facet="")
    return Shaped(
        frame=frame,
        rows=_present(frame, "row", labels),
        facets=_present(frame, "facet", [entry.label for entry in named]),
        unit=measures[0].unit,
        measure=measures[0] if len(measures) == 1 else None,
    )


def shape_course(request: Request) -> Shaped:
    """One number a wave and line: items, answers, periods or levels over the waves."""
    question = request.question
    measures = list_measures(request)
    several = [_follow_splits(measure.entry) for measure in measures]
    items = item_entries(request, short=True) if question.kind == "grid" else []
    facets: list[Entry] = []
    base = several[0].at if len(several) == 1 or items else {}
    if request.spec.segment:
        series = level_entries(request)
        facets = items or (several if len(several) > 1 else [])
    elif question.periods:
        series, facets = period_entries(request), items
    else:
        series = items or (several if len(several) > 1 else [ONE])
    whole = request.cells.collect(facets or [ONE], wave_entries(request), series, base)
    series = [entry for entry in series if entry.label.id in set(whole["series"])]
    if not facets and len(series) > MOST_LINES:
        facets, series = series, [ONE]
    if len(series) > len(QUALITATIVE) + 1:
        raise ValueError(
            f"figure of {question.id}: {len(series)} lines a panel, at most "
            f"{len(QUALITATIVE) + 1} can be told apart; name one item or one answer"
        )
    frame = request.cells.collect(facets or [ONE], wave_entries(request), series, base)
    scale = _scale_of(request, series)
    return Shaped(
        frame=frame,
        rows=_present(frame, "row", [entry.label for entry in wave_entries(request)]),
        series=_present(frame, "series", [entry.label for entry in series]),
        facets=_present(frame, "facet", [entry.label for entry in facets]),
        palette=_scale_palette(question) if scale else "qualitative",
        scale=scale,
        unit=measures[0].unit,
        measure=measures[0] if len(measures) == 1 else None,
    )


def _scale_of(request: Request, series: list[Entry]) -> tuple[str, ...]:
    """Return the answers of the last wave's scale where several lines are answers of it.

    Such lines take the colours that stacked bars give the same answers.
    """
    ids = {entry.label.id for entry in series}
    if len(ids) < 2 or _scale_palette(request.question) == "qualitative":
        return ()
    last = replace(request, spec=replace(request.spec, wave=request.waves[-1]))
    scale = tuple(entry.label.id for entry in _answer_entries(last))
    return scale if ids <= set(scale) else ()


def _follow_splits(entry: Entry) -> Entry:
    """An answer that was split goes on over the waves as the sum of its parts."""
    if entry.at["statistic"] != "share":
        return entry
    return replace(entry, at={**entry.at, "statistic": WHOLE})


def shape_bins(request: Request) -> Shaped:
    """One column a bin of numbers or a step of a rating, in their order."""
    wave = request.waves[-1]
    outside = {answer.code for _, answer in request.question.outside}
    texts = {answer.code: answer.text[request.language] for answer in request.question.answers}
    found = request.cells.list_answers(wave, ("bin", "share"))
    bins = [answer for answer, statistic in found if statistic == "bin"]
    texts |= name_bins(bins, request.language)
    rows = [
        Entry(
            Label(
                answer, texts.get(answer, answer), kind="bin" if statistic == "bin" else "answer"
            ),
            {"answer": answer, "statistic": statistic},
        )
        for answer, statistic in found
        if answer not in outside
    ]
    frame = request.cells.collect([ONE], rows, [ONE], {"wave": wave})
    return Shaped(frame=frame, rows=_present(frame, "row", [entry.label for entry in rows]))


SHAPES: dict[str, Callable[[Request], Shaped]] = {
    "distribution": shape_distribution,
    "options": shape_options,
    "comparison": shape_comparison,
    "course": shape_course,
    "bins": shape_bins,
}


def _cross_periods(request: Request, items: list[Entry]) -> list[Entry]:
    """Return every item in every period, as one panel each."""
    return [
        Entry(
            Label(
                f"{item.label.id}.{period.label.id}",
                phrase(request.language, "alt.parts", first=item.label.text,
                       second=period.label.text),
                kind="item",
            ),
            {**item.at, **period.at},
        )
        for item in items
        for period in period_entries(request)
    ]  # fmt: skip


def _check_whole(request: Request) -> None:
    """Raise ValueError where the answers make no whole, or more colours than can be told apart."""
    question = request.question
    if question.kind not in ("single", "grid", "rating"):
        raise ValueError(
            f"figure of {question.id}: the shares of a {question.kind} question make no 100 %; "
            "ask for the form bars"
        )
    if _scale_palette(question) == "qualitative" and len(question.answers) > len(QUALITATIVE):
        raise ValueError(
            f"figure of {question.id}: {len(question.answers)} unordered answers, at most "
            f"{len(QUALITATIVE)} colours can be told apart; ask for the form bars or multiples"
        )


def _answer_entries(request: Request) -> list[Entry]:
    """Return the answers of a scale from low to high, or as declared where unordered."""
    question = request.question
    answers: list[Answer] = list(question.answers)
    if request.spec.wave is not None:
        answers = list(request.study.offered_answers(question, request.spec.wave)) or answers
    if question.kind == "rating" and not answers:
        outside = {answer.code for _, answer in question.outside}
        listed = request.cells.list_answers(request.waves[-1], ("share",))
        return [_answer_entry(code, code) for code, _ in listed if code not in outside]
    if question.ordered and question.direction == "high-to-low":
        answers.reverse()
    return [_answer_entry(answer.code, answer.text[request.language]) for answer in answers]


def _answer_entry(code: str, text: str) -> Entry:
    return Entry(Label(code, text, kind="answer"), {"answer": code})


def _option_entries(request: Request) -> list[Entry]:
    """Return the options; exclusive ones, "other" and those outside the scale are muted."""
    question = request.question
    outside = {answer.code for _, answer in question.outside}
    background = {*question.exclusive, question.other, *outside}
    wanted = request.spec.answers
    labels = [
        Label(answer.code, answer.text[request.language], muted=answer.code in background,
              kind="answer", outside=answer.code in outside)
        for answer in question.all_answers
        if not wanted or answer.code in wanted
    ]  # fmt: skip
    return [Entry(label, {"answer": label.id}) for label in labels]


def _scale_palette(question: Question) -> Palette:
    if question.midpoint is not None:
        return "diverging"
    return "sequential" if question.ordered or question.kind == "rating" else "qualitative"


def _present(frame: pd.DataFrame, column: str, labels: list[Label]) -> tuple[Label, ...]:
    """Return the labels that have a number, in their order, each once."""
    found = set(frame[column])
    return tuple(dict.fromkeys(label for label in labels if label.id in found))


def _distribution_sides(request: Request, facets: list[Entry], rows: list[Entry]) -> list[Side]:
    """Return the columns beside whole bars: the net or mean, and each answer outside the 100 %."""
    question, measure = request.question, list_measures(request)[0]
    sides = []
    if measure.statistic != "share":
        total = _side(request, facets, rows, measure.entry, measure.text, bold=True,
                      unit=measure.unit)  # fmt: skip
        parts = next((net.answers for net in question.nets if net.code == measure.id), ())
        sides.append(replace(total, parts=parts))
    for _, answer in question.outside:
        entry = Entry(Label("", ""), {"answer": answer.code})
        heading = answer.text[request.language]
        sides.append(_side(request, facets, rows, entry, heading, outside=True))
    return sides


def _side(
    request: Request,
    facets: list[Entry],
    rows: list[Entry],
    measure: Entry,
    heading: str,
    *,
    bold: bool = False,
    outside: bool = False,
    unit: Unit = "percent",
) -> Side:
    """Return a column at the right: one number of `measure` per panel and row."""
    cells: dict[tuple[str, str], str] = {}
    values: dict[tuple[str, str], float] = {}
    for facet in facets:
        for row in rows:
            at = {**request.base, **facet.at, **row.at, **measure.at}
            cell = request.cells.find(**at)
            if cell is None:
                continue
            place = (facet.label.id, row.label.id)
            mark = "*" if cell.state == "indicative" else ""
            withheld = cell.state == "withheld"
            cells[place] = (
                "–" if withheld else format_value(cell.value, unit, request.language) + mark
            )
            if not withheld:
                values[place] = float(cell.value)
    return Side(heading, cells, values, unit, bold, outside)
