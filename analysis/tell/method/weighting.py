"""Decisions on weighting and published diagnostics in, the tables that account for them out."""

from __future__ import annotations

import pandas as pd

from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table, make_cell
from analysis.wording import format_date, format_number, join_words
from survey.plan import KeyFigure
from survey.published import SHARES
from survey.wave import Weighting

NO_LEVEL = "_none"  # respondents without a level of a margin
# as published, in reading order, with their decimals
DIAGNOSTICS = {
    "respondents": 0,
    "effective_n": 1,
    "design_effect": 2,
    "smallest": 2,
    "largest": 2,
    "rounds": 0,
}


def weighting(scope: Scope) -> Table:
    """One row a wave: the decision on weighting, its terms and its reason."""
    rows: list[tuple[str | Cell, ...]] = []
    for wave in scope.waves:
        decision = scope.study.wave(wave).weighting
        method = scope.say(f"weighting.{decision.method.replace('-', '_')}")
        rows.append((scope.head(wave), method, _tell_terms(scope, decision),
                     scope.text(decision.reason)))  # fmt: skip
    header = scope.heads("wave", "decision", "terms", "reason")
    return scope.table(scope.say("method.weighting_caption"), header, rows)


def _tell_terms(scope: Scope, decision: Weighting) -> str:
    """What the weights start from, their bounds, who has no level, the rule that refuses."""
    if not decision.is_weighted:
        return scope.say("method.none")
    said = []
    if decision.is_fitted:
        said.append(scope.say(f"method.base_{decision.base}"))
        if decision.bounds is not None:
            low, high = (format_number(bound, scope.language, 2) for bound in decision.bounds)
            said.append(scope.say("method.bounds", low=low, high=high))
        said.append(scope.say(f"method.missing_{decision.missing.replace('-', '_')}"))
    limit = format_number(decision.most_design_effect, scope.language, 1)
    said.append(scope.say("method.limit", limit=limit))
    if decision.decided is not None:
        said.append(scope.say("method.decided", date=format_date(decision.decided, scope.language)))
    return " ".join(said)


def weighting_margins(scope: Scope) -> Table:
    """One row a margin that some wave is weighted to: its source, date and origin."""
    used: dict[str, list[str]] = {}
    for wave in scope.weighted:
        for name in scope.study.wave(wave).weighting.margins:
            used.setdefault(name, []).append(scope.title(wave))
    rows: list[tuple[str | Cell, ...]] = []
    for margin in scope.study.margins:
        if margin.id in used:
            origin = "invented" if margin.invented else "real"
            rows.append(
                (scope.segment(margin.segment), join_words(used[margin.id], scope.language),
                 scope.text(margin.source), format_date(margin.date, scope.language),
                 scope.say(f"method.{origin}"))
            )  # fmt: skip
    header = scope.heads("margin", "used_in", "source", "as_of", "origin")
    return scope.table(scope.say("method.margins_caption"), header, rows)


def weighting_diagnostics(scope: Scope) -> Table:
    """Diagnostics × weighted waves: how far the weights spread and what that costs."""
    found = {}
    for wave in scope.weighted:
        rows = scope.published.pick("_weighting", wave, statistic="diagnostic")
        found[wave] = dict(zip(rows["answer"], rows["value"], strict=True))
    body: list[tuple[str | Cell, ...]] = []
    for name, decimals in DIAGNOSTICS.items():
        cells = [
            scope.number(float(found[wave][name]), decimals) if name in found[wave] else Cell("–")
            for wave in scope.weighted
        ]
        body.append((scope.say(f"diagnostic.{name}"), *cells))
    header = (*scope.heads("diagnostic"), *(scope.head(wave) for wave in scope.weighted))
    return scope.table(scope.say("method.diagnostics_caption"), header, body)


def weighting_balance(scope: Scope, wave: str | None = None) -> Table:
    """Levels of the margins of a wave × before weighting, after, and in the population."""
    at = wave or scope.wave
    before = scope.published.pick("_weighting", at, statistic="balance")
    body: list[tuple[str | Cell, ...]] = []
    notes = []
    for segment in dict.fromkeys(before["item"]):
        names = scope.levels(segment)
        for _, row in before[before["item"] == segment].iterrows():
            level = str(row["answer"])
            if level == NO_LEVEL:
                if float(row["value"]) > 0:
                    value = format_number(float(row["value"]), scope.language)
                    told = {"segment": scope.segment(segment), "share": value}
                    notes.append(scope.say("method.no_level", **told))
                continue
            first = _percent(scope, at, segment, level, "share", "unweighted")
            after = _percent(scope, at, segment, level, "share")
            target = _percent(scope, at, segment, level, "margin")
            body.append((scope.segment(segment), names[level], first, after, target))
    header = scope.heads("margin", "group", "before", "after", "population")
    caption = scope.say("method.balance_caption", wave=scope.title(at))
    return scope.table(caption, header, body, tuple(notes), row_headers=2)


def _percent(
    scope: Scope, wave: str, segment: str, level: str, statistic: str, column: str = "value"
) -> Cell:
    """Before or after weighting (share) or in the population (margin), as whole percentages."""
    rows = scope.published.pick(
        "_segments", wave, item=segment, answer=level, statistic=statistic
    )  # fmt: skip
    return make_cell(float(rows[column].iloc[0]) if len(rows) else None, "percent", scope.language)


def key_figures(scope: Scope) -> Table:
    """Key figures × waves: weighted beside unweighted."""
    weighted = scope.weighted
    header = [scope.say("method.figure")]
    for wave in scope.waves:
        if wave in weighted:
            header += [
                scope.say("method.weighted_in", wave=scope.head(wave)),
                scope.say("method.unweighted_in", wave=scope.head(wave)),
            ]
        else:
            header.append(scope.head(wave))
    body: list[tuple[str | Cell, ...]] = []
    for figure in scope.study.plan.key_figures:
        cells: list[Cell] = []
        for wave in scope.waves:
            row = find_figure(scope, figure, wave)
            cells.append(_value(scope, row, "value"))
            if wave in weighted:
                cells.append(_value(scope, row, "unweighted"))
        body.append((scope.row(figure.row, figure.answer), *cells))
    return scope.table(scope.say("method.key_figures_caption"), tuple(header), body)


def find_figure(
    scope: Scope, figure: KeyFigure, wave: str, statistic: str | None = None
) -> pd.Series | None:
    """Return the published row of a key figure; None where a wave did not ask it."""
    question, _, item = figure.row.partition(".")
    named = statistic or (SHARES if figure.answer else "mean")
    rows = scope.published.pick(
        question, wave, item=item, answer=figure.answer or "", statistic=named
    )  # fmt: skip
    return rows.iloc[0] if len(rows) else None


def _value(scope: Scope, row: pd.Series | None, column: str) -> Cell:
    if row is None:
        return Cell("–")
    unit = "percent" if row["answer"] else "mean"
    return make_cell(float(row[column]), unit, scope.language)  # type: ignore[arg-type]
