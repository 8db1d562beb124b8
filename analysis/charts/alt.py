"""Alternative texts: what a figure draws in, the same in a sentence or two and at length out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.charts.figure import FigureData, Label, Number
from analysis.charts.panels import value_text
from analysis.phrases import phrase

# Of more numbers that tie for the highest or the lowest, a listener has heard enough.
MOST_NAMED = 3
# Of more lines the whole is told by its ends; the description has every number.
MOST_LINES = 8


def write_alt(data: FigureData) -> str:
    """Return the short alternative text: kind, what, its ends, breaks, n and wave.

    The ends are the highest and the lowest value, or of several lines the first and the last.
    """
    language = data.language
    chart = phrase(language, f"alt.{data.form}")
    title = data.title if data.title.endswith((".", "?", "!")) else f"{data.title}."
    parts = [phrase(language, "alt.summary", chart=chart, title=title)]
    parts += _say_lines(data) or _say_extremes(data)
    parts += _say_breaks(data)
    parts.append(data.subtitle if data.subtitle.endswith(".") else f"{data.subtitle}.")
    return " ".join(parts)


def write_description(data: FigureData) -> str:
    """Return every number of the figure in words: a sentence a row, or a line over the waves."""
    sentences = []
    labels = {label.id: label.text for label in data.panels}
    by_wave = bool(data.waves)
    for facet in data.panels:
        find = data.numbers_along if by_wave else data.numbers_of
        lines = data.series if by_wave else data.rows
        for line in lines:
            cells = find(facet.id, line.id)
            if not cells:
                continue
            points = ", ".join(_say_point(data, cell) for cell in cells)
            side = "; ".join(_say_sides(data, facet.id, line))
            name = _join(data, labels[facet.id], line.text)
            whole = "; ".join(part for part in (points, side) if part)
            sentences.append(
                phrase(data.language, "alt.group", label=name, points=whole)
                if name
                else f"{whole}."
            )
    return " ".join(sentences)


def _say_point(data: FigureData, cell: Any) -> str:
    name = cell.wave if data.waves else cell.series_label
    value = value_text(data, cell)
    return phrase(data.language, "alt.point", label=name, value=value) if name else value


def _say_sides(data: FigureData, facet: str, line: Label) -> Iterator[str]:
    for side in data.sides:
        text = side.cells.get((facet, line.id))
        if text:
            yield phrase(data.language, "alt.point", label=side.heading, value=text)


def _say_lines(data: FigureData) -> list[str]:
    """Return a sentence a line over the waves, where there are several and not too many."""
    if not data.waves:
        return []
    names = _name_lines(data)
    shown = {
        place: [cell for cell in data.numbers_along(*place) if cell.is_shown] for place in names
    }
    lines = {names[place]: cells for place, cells in shown.items() if cells}
    if not 1 < len(lines) <= MOST_LINES:
        return []
    return [_say_line(data, name, cells) for name, cells in lines.items()]


def _say_line(data: FigureData, name: str, cells: list[Number]) -> str:
    first, last = cells[0], cells[-1]
    if first == last:
        return phrase(data.language, "alt.group", label=name, points=_say_point(data, last))
    return phrase(data.language, "alt.line", label=name, first=value_text(data, first),
                  first_wave=first.wave, last=value_text(data, last),
                  last_wave=last.wave)  # fmt: skip


def _name_lines(data: FigureData) -> dict[tuple[str, str], str]:
    """Return what each line is called, by panel and series."""
    return {
        (panel.id, line.id): _join(data, panel.text, line.text)
        for panel in data.panels
        for line in data.series
    }


def _say_breaks(data: FigureData) -> list[str]:
    """Return a sentence a break: before which wave, what changed, and which lines it divides."""
    names = _name_lines(data)
    said = []
    for gap in data.breaks:
        if gap.everywhere:
            said.append(phrase(data.language, "alt.broken", wave=gap.wave, change=gap.text))
        elif gap.series:
            lines = "; ".join(names.get(place, "") for place in gap.series)
            said.append(phrase(data.language, "alt.broken_for", wave=gap.wave, change=gap.text,
                               lines=lines))  # fmt: skip
    return said


def _say_extremes(data: FigureData) -> list[str]:
    """Return the sentences on the highest and the lowest value."""
    language = data.language
    values = _list_values(data)
    if not values:
        return [phrase(language, "alt.nothing")]
    highest, lowest = (end(value for value, _, _ in values) for end in (max, min))
    if len(values) == 1 and values[0][1]:
        return [phrase(language, "alt.single", label=values[0][1], value=values[0][2])]
    if highest == lowest:
        return [phrase(language, "alt.equal", value=values[0][2])]
    said = []
    total = next((side for side in data.sides if side.bold), None)
    if total is not None and len(data.rows) > 1:
        said.append(phrase(language, "alt.total", measure=f"‘{total.heading}’"))
    return [
        *said,
        _say_end(language, "highest", highest, values),
        _say_end(language, "lowest", lowest, values),
    ]


def _say_end(language: str, end: str, value: float, values: list[tuple[float, str, str]]) -> str:
    """Return the sentence on one extreme; whatever ties is named too, up to `MOST_NAMED`."""
    tied = [(name, text) for number, name, text in values if number == value]
    label = "; ".join(name for name, _ in tied[:MOST_NAMED])
    if len(tied) > MOST_NAMED:
        label = phrase(language, "alt.among", label=label)
    return phrase(language, f"alt.{end}", label=label, value=tied[0][1])


def _list_values(data: FigureData) -> list[tuple[float, str, str]]:
    """Return (number, label, text) of what is compared: the totals of rows, else every number.

    All respondents, drawn beside their groups, are not one of the groups, nor is an answer outside
    the 100 % one of those within.
    """
    panels = {label.id: label.text for label in data.panels}
    rows = {
        label.id: label.text
        for label in data.rows
        if (label.id or len(data.rows) == 1) and not label.outside
    }
    total = next((side for side in data.sides if side.bold), None)
    if total is not None and len(data.rows) > 1:
        return [
            (value, _join(data, panels.get(facet, ""), rows.get(row, "")), total.cells[facet, row])
            for (facet, row), value in total.values.items()
            if row in rows
        ]
    found = []
    for cell in data.numbers:
        beside = (not cell.facet and len(panels) > 1) or (not cell.series and len(data.series) > 1)
        if not cell.is_shown or cell.row not in rows or beside:
            continue
        row = cell.wave if data.waves else cell.row_label
        name = _join(data, panels.get(cell.facet, ""), _join(data, row, cell.series_label))
        found.append((float(cell.value), name, value_text(data, cell)))
    return found


def _join(data: FigureData, first: str, second: str) -> str:
    if not first or not second:
        return first or second
    return phrase(data.language, "alt.parts", first=first, second=second)
