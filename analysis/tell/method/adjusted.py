"""Published numbers in, the tables of a fixed composition and of composite scores out."""

from __future__ import annotations

import pandas as pd

from analysis.tell.method.weighting import find_figure
from analysis.tell.ranked import lower_start, name_cells
from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table, make_cell
from analysis.wording import format_number, join_words
from survey.plan import Score


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


# Below the first a scale is not used as one, below the second with care: Nunnally and Bernstein
# (1994), Psychometric Theory, 264–265, and for short scales Robinson, Shaver and Wrightsman (1991).
ALPHA_LEAST, ALPHA_ENOUGH = 0.6, 0.7


def scores(scope: Scope) -> Table:
    """Composite scores × waves: their mean with its interval, and Cronbach's alpha.

    The notes say what each scale is made of, and how far its alpha lets it count as one scale.
    """
    body: list[tuple[str | Cell, ...]] = []
    for score in scope.study.plan.scores:
        name = scope.text(score.text)
        for statistic in ("mean", "alpha"):
            cells = (_with_interval(scope, score.id, wave, statistic) for wave in scope.waves)
            body.append((name, scope.say(f"method.score_{statistic}"), *cells))
    header = (*scope.heads("score", "measure"), *(scope.head(wave) for wave in scope.waves))
    notes = [note for score in scope.study.plan.scores for note in _describe_score(scope, score)]
    notes.append(scope.say("method.scores_note"))
    return scope.table(scope.say("method.scores_caption"), header, body, tuple(notes), 2)


def _describe_score(scope: Scope, score: Score) -> tuple[str, str]:
    """Say what a scale is made of, and judge it by its alpha in the page's wave."""
    items, answers = [], 0
    for row in score.items:
        question = scope.study.questionnaire[row.partition(".")[0]]
        text = name_cells(question)[row.partition(".")[2]] if "." in row else question.label
        items.append(scope.say("claims.quoted", text=scope.text(text).rstrip(".")))
        answers = max(answers, len(question.answers))
    name = scope.text(score.text)
    made = scope.say(
        "method.score_items",
        score=name,
        items=join_words(items, scope.language),
        high=format_number(answers, scope.language, 0),
        least=format_number(score.least_answered, scope.language, 0),
        of=format_number(len(items), scope.language, 0),
    )
    rows = scope.published.pick("_scores", scope.wave, item=score.id, statistic="alpha")
    value = float(rows["value"].iloc[0]) if len(rows) else float("nan")
    if value != value:
        return made, scope.say("method.alpha_unknown", score=name)
    key = "low" if value < ALPHA_LEAST else "moderate" if value < ALPHA_ENOUGH else "enough"
    bounds = {"low": ALPHA_LEAST, "moderate": ALPHA_ENOUGH, "enough": ALPHA_ENOUGH}
    bound = format_number(bounds[key], scope.language, 1)
    return made, scope.say(f"method.alpha_{key}", score=name, bound=bound)


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
