"""Published numbers in, the tables of a fixed composition and of composite scores out."""

from __future__ import annotations

import pandas as pd

from analysis.tell.method.scope import Scope
from analysis.tell.method.weighting import find_figure
from analysis.tell.ranked import lower_start
from analysis.tell.tables import Cell, Table, make_cell
from analysis.wording import format_number, join_words


def standardised(scope: Scope) -> Table:
    """Key figures × waves: as published, and at the composition of the reference wave."""
    trend = scope.study.plan.trend
    body: list[tuple[str | Cell, ...]] = []
    for figure in scope.study.plan.key_figures:
        name = scope.row(figure.row, figure.answer)
        fixed = {w: find_figure(scope, figure, w, "standardised") for w in scope.waves}
        if all(row is None for row in fixed.values()):
            continue
        plain = {wave: find_figure(scope, figure, wave) for wave in scope.waves}
        for key, rows in (("as_published", plain), ("at_reference", fixed)):
            cells = (_value(scope, rows[wave]) for wave in scope.waves)
            body.append((name, scope.say(f"method.{key}"), *cells))
    header = (*scope.heads("figure", "composition"), *(scope.head(wave) for wave in scope.waves))
    segments = [lower_start(scope.segment(one)) for one in trend.segments] if trend else []
    caption = scope.say(
        "method.standardised_caption",
        segments=join_words(segments, scope.language),
        reference=scope.title(trend.reference) if trend else "",
    )
    return scope.table(caption, header, body, row_headers=2)


def _value(scope: Scope, row: pd.Series | None) -> Cell:
    if row is None:
        return Cell("–")
    unit = "percent" if row["answer"] else "mean"
    broken = row["grade"] not in ("same", "new", "") and row["statistic"] != "standardised"
    mark = scope.say("table.break_mark") if broken else ""
    return make_cell(float(row["value"]), unit, scope.language, mark)  # type: ignore[arg-type]


def scores(scope: Scope) -> Table:
    """Composite scores × waves: their mean with its interval, and Cronbach's alpha."""
    body: list[tuple[str | Cell, ...]] = []
    for score in scope.study.plan.scores:
        name = scope.text(score.text)
        for statistic in ("mean", "alpha"):
            cells = (_with_interval(scope, score.id, wave, statistic) for wave in scope.waves)
            body.append((name, scope.say(f"method.score_{statistic}"), *cells))
    header = (*scope.heads("score", "measure"), *(scope.head(wave) for wave in scope.waves))
    caption, note = scope.say("method.scores_caption"), scope.say("method.scores_note")
    return scope.table(caption, header, body, (note,), row_headers=2)


def _with_interval(scope: Scope, score: str, wave: str, statistic: str) -> Cell:
    rows = scope.published.pick("_scores", wave, item=score, statistic=statistic)
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        return Cell("–")
    row = rows.iloc[0]
    decimals = 2 if statistic == "alpha" else 1
    value, low, high = (
        format_number(float(row[name]), scope.language, decimals)
        for name in ("value", "low", "high")
    )
    text = scope.say("method.units", value=value, low=low, high=high) if low and high else value
    return Cell(text, float(row["value"]), "number")
