"""A wave in, the contrasts that the study planned before its fieldwork out, kept by themselves."""

from __future__ import annotations

import numpy as np

from analysis.compare.columns import Booleans, Columns, Material, Row, Stack, code_line
from analysis.compare.frames import Part, compare_groups
from analysis.compare.previous import Step, pair_levels, stack_columns
from analysis.lines import list_number_lines, list_share_lines
from survey.plan import Contrast
from survey.study import Study

FAMILY = "planned"


def compare_contrasts(study: Study, material: Material, step: Step | None) -> list[Part]:
    """Compare what was planned for this wave; `step` joins it to the wave before, if there is one.

    With the wave before nothing is compared unless the row, and the level, are graded "same".
    """
    parts: list[Part] = []
    for contrast in study.plan.contrasts:
        if material.wave in contrast.waves:
            found = (
                _compare_with_before(study, contrast, step)
                if contrast.versus == "previous"
                else _compare_within(study, contrast, material)
            )
            own = {"family": FAMILY, "kind": FAMILY, "planned": True}
            parts += [{**part, **own} for part in found]
    return parts


def _compare_within(study: Study, contrast: Contrast, material: Material) -> list[Part]:
    """Compare a level with the rest or with another level."""
    columns = _find_column(study, contrast, material)
    first = _find_members(contrast, material, contrast.level or "")
    rest = contrast.versus == "rest"
    second = ~first if rest else _find_members(contrast, material, contrast.versus)
    return compare_groups(
        study.plan.testing, material.sample.design, columns, _name_ends(contrast), first, second
    )


def _compare_with_before(study: Study, contrast: Contrast, step: Step | None) -> list[Part]:
    if step is None:
        return []
    sides = pair_levels(step, contrast.segment or "").get(contrast.level or "")
    if sides is None:
        return []
    past, present = sides
    columns = stack_columns(
        step, *(_find_column(study, contrast, wave) for wave in (step.before, step.after))
    )
    found = compare_groups(
        study.plan.testing,
        step.design,
        columns,
        _name_ends(contrast),
        present[:, None],
        past[:, None],
    )
    return [{**part, "overlap": step.overlap} for part in found]


def _name_ends(contrast: Contrast) -> dict[str, str]:
    return {
        "segment": contrast.segment or "",
        "level": contrast.level or "",
        "versus": contrast.versus,
    }


def _find_members(contrast: Contrast, material: Material, level: str) -> Booleans:
    """Return who is in a level, (n, 1); nobody where the wave lacks it."""
    banner = material.banners.get(contrast.segment or "")
    if banner is None or level not in banner.levels:
        return np.zeros((material.sample.design.n, 1), np.bool_)
    return banner.members[:, [banner.levels.index(level)]]


def _find_column(study: Study, contrast: Contrast, material: Material) -> Columns:
    """Return the one column that a contrast is of: an answer's share, or the mean."""
    responses = material.sample.responses
    code, _, item = contrast.row.partition(".")
    stack = Stack(responses.n)
    kind: type = np.float64 if contrast.answer is None else np.int8
    if study.wave(responses.wave).find_ask(code) is None:
        return stack.columns(kind)
    question = study.questionnaire[code]
    if contrast.answer is None:
        for number in list_number_lines(study, responses, question):
            if "mean" in number.statistics and number.place.item == item:
                stack.add(Row(code, item, "", "mean"), number.values, number.place.asked)
        return stack.columns(kind)
    for line in list_share_lines(study, responses, question):
        is_row = line.statistic in ("share", "net") and line.place.item == item
        if is_row and line.answer == contrast.answer:
            row = Row(code, item, line.answer, line.statistic)
            stack.add(row, code_line(line), line.place.asked)
    return stack.columns(kind)
