"""The plan of analysis and the published comparisons in, what was tested and planned out."""

from __future__ import annotations

import pandas as pd

from analysis.tell.claims import Claims
from analysis.tell.differences import Differences, choose_comparison, sign_of
from analysis.tell.effects import write_effect
from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table
from analysis.wording import format_date, format_number, format_p, format_percent
from survey.plan import Contrast
from survey.published import SHARES

# what a comparison is with, in the order of the columns; pair: two groups beside each other
KINDS = ("rest", "previous", "whole", "pair")


def testing_rule(scope: Scope, name: str) -> str:
    """Return "level", "least_base", "power" or "adjust" of the plan's testing as text."""
    testing = scope.study.plan.testing
    match name:
        case "level":
            return format_number(testing.level, scope.language, 2)
        case "least_base":
            return format_number(testing.least_base, scope.language, 0)
        case "power":
            return format_percent(100 * testing.power, scope.language)
        case "adjust":
            return scope.say(f"adjustment.{testing.adjust.replace('-', '_')}")
    raise ValueError(f"testing_rule: {name!r}; allowed are level, least_base, power, adjust")


def tests_made(scope: Scope) -> Table:
    """Families × kinds of comparison in the page's wave: how many were tested, and clear."""
    found = scope.published.comparisons
    found = found[(found["wave"] == scope.wave) & (found["question"] != "_relations")]
    known = found["versus"].replace({"": "whole"})
    found = found.assign(kind=known.where(known.isin(KINDS), "pair"))
    kinds = [kind for kind in KINDS if (found["kind"] == kind).any()]
    body: list[tuple[str | Cell, ...]] = []
    explored = found[~found["planned"]]
    for family in scope.study.families:
        mine = explored[explored["family"] == family.id]
        if len(mine):
            body.append((scope.text(family.text), *_count_kinds(scope, mine, kinds)))
    planned = found[found["planned"]]
    if len(planned):
        body.append((scope.say("method.planned_family"), *_count_kinds(scope, planned, kinds)))
    caption = scope.say("method.tests_caption", wave=scope.title(scope.wave))
    header = scope.heads("family", *(f"tests_{kind}" for kind in kinds), "not_tested")
    return scope.table(caption, header, body, (scope.say("method.tests_note"),))


def _count_kinds(scope: Scope, rows: pd.DataFrame, kinds: list[str]) -> list[Cell]:
    """ "12 van 140" for each kind, and how many have no outcome."""
    tested = rows["outcome"] == "tested"
    clear = tested & (rows["p_adjusted"] < scope.study.plan.testing.level)
    cells = []
    for kind in kinds:
        mine = rows["kind"] == kind
        made, found = int((tested & mine).sum()), int((clear & mine).sum())
        numbers = (format_number(n, scope.language, 0) for n in (found, made))
        told = scope.say("method.of", clear=next(numbers), tested=next(numbers))
        cells.append(Cell(told, float(found), "count") if made else Cell("–"))
    return [*cells, scope.count(float((~tested).sum()))]


def planned(scope: Scope) -> Table:
    """One row a planned contrast and wave: the difference, its effect, its p and the judgement."""
    body: list[tuple[str | Cell, ...]] = []
    for contrast in scope.study.plan.contrasts:
        for wave in scope.waves:
            if wave in contrast.waves:
                body.append(_planned_row(scope, contrast, wave))
    header = scope.heads("contrast", "wave", "planned_on", "difference", "effect", "p", "judgement")
    return scope.table(scope.say("method.planned_caption"), header, body)


def _planned_row(scope: Scope, contrast: Contrast, wave: str) -> tuple[str | Cell, ...]:
    claims = Claims(scope.study, scope.published, scope.language, wave)
    row = Differences(claims).find_planned(contrast, wave)
    first = (
        scope.text(contrast.text).rstrip("."),
        scope.head(wave),
        format_date(contrast.planned, scope.language),
    )
    sign = sign_of(row, scope.study.plan.testing.level)
    if row is None or sign is None:
        reason = scope.say("outcome.not_tested_base") if row is None else scope.outcome(row)
        return (*first, "–", "–", "–", scope.say("method.judged_untested", reason=reason))
    return (
        *first,
        scope.difference(row, is_share=contrast.answer is not None),
        write_effect(row, scope.language, short=True),
        _write_p(scope, row),
        scope.say(
            {1: "method.judged_more", -1: "method.judged_less", 0: "method.judged_same"}[sign]
        ),
    )


def power(scope: Scope, segment: str) -> Table:
    """Levels of a segment: the smallest difference from the rest that their bases can show.

    Of all shares compared in the page's wave the middle one, and the smallest and the largest: it
    is smaller where a share is near 0 or 100 % and where more people were asked.
    """
    found = scope.published.comparisons
    here = (found["wave"] == scope.wave) & found["statistic"].isin(SHARES)
    found = found[here & (found["segment"] == segment) & (found["versus"] == "rest")]
    body: list[tuple[str | Cell, ...]] = []
    for level, text in scope.levels(segment).items():
        if not (found["level"] == level).any():
            continue  # another wave's
        mine = found[(found["level"] == level) & (found["outcome"] == "tested")]
        sizes = mine["detectable"].dropna()
        if sizes.empty:
            body.append((text, Cell("–"), Cell(scope.say("method.none_tested"))))
            continue
        bases = (float(mine["base"].min()), float(mine["base"].max()))
        told = scope.say(
            "method.range",
            middle=format_number(float(sizes.median()), scope.language),
            low=format_number(float(sizes.min()), scope.language),
            high=format_number(float(sizes.max()), scope.language),
        )
        body.append((text, _span(scope, *bases), Cell(told, float(sizes.max()), "number")))
    header = (scope.segment(segment), *scope.heads("base", "smallest_difference"))
    power_of = testing_rule(scope, "power")
    caption = scope.say(
        "method.power_caption", segment=scope.segment(segment), wave=scope.title(scope.wave),
        power=power_of,
    )  # fmt: skip
    return scope.table(caption, header, body)


def _span(scope: Scope, low: float, high: float) -> Cell:
    texts = [format_number(n, scope.language, 0) for n in (low, high)]
    return Cell("–".join(dict.fromkeys(texts)), low, "count")


def relations(scope: Scope, outcome: str) -> Table:
    """Levels of the segments of a model: the difference from the first level, all else equal."""
    declared = next(one for one in scope.study.plan.outcomes if one.id == outcome)
    found = scope.published.compare("_relations", scope.wave, item=outcome, statistic="effect")
    body: list[tuple[str | Cell, ...]] = []
    for segment in declared.segments:
        mine = found[(found["segment"] == segment) & (found["level"] != "")]
        for level, text in scope.levels(segment).items():
            if (mine["versus"] == level).any():
                reference = scope.say("method.reference_level")
                body.append((scope.segment(segment), text, reference, "–", "–"))
            row = choose_comparison(mine[mine["level"] == level])
            if row is not None:
                body.append((scope.segment(segment), text, *_tell_effect(scope, row)))
    header = scope.heads("segment", "group", "difference", "p", "judgement")
    caption = scope.say(
        "method.relations_caption", outcome=scope.text(declared.text),
        wave=scope.title(scope.wave),
    )  # fmt: skip
    return scope.table(caption, header, body, row_headers=2)


def _tell_effect(scope: Scope, row: pd.Series) -> tuple[str, str, str]:
    sign = sign_of(row, scope.study.plan.testing.level)
    if sign is None:
        return "–", "–", scope.say("method.judged_untested", reason=scope.outcome(row))
    word = {1: "method.judged_more", -1: "method.judged_less", 0: "method.judged_same"}[sign]
    p = _write_p(scope, row)
    return scope.difference(row, is_share=True), p, scope.say(word)


def _write_p(scope: Scope, row: pd.Series) -> str:
    """Return an adjusted p as it stands in a column of its own: "0,010" or "< 0,001"."""
    level = scope.study.plan.testing.level
    return format_p(float(row["p_adjusted"]), scope.language, level).removeprefix("= ")
