"""The contrasts of a plan in, their faults out: sides that do not fit, or planned too late."""

from __future__ import annotations

from collections.abc import Iterator

from survey.check.names import find_repeated, find_twice, find_unknown
from survey.check.rows import (
    check_answer,
    check_row,
    check_segments,
    find_source,
    list_offered,
    offers_level,
    offers_row,
)
from survey.faults import Fault, list_few
from survey.plan import Contrast
from survey.study import Level, Study


def check_contrasts(study: Study) -> Iterator[Fault]:
    contrasts = study.plan.contrasts
    yield from find_twice("plan.toml", "contrast", (contrast.id for contrast in contrasts))
    for contrast in contrasts:
        where = f'plan.toml: contrast "{contrast.id}"'
        faults = [
            *check_row(study, f"{where} row", contrast.row),
            *(f for w in contrast.waves for f in _check_wave(study, f"{where} waves", w)),
            *find_repeated(f"{where} waves", contrast.waves, "wave", "name it once"),
            *_check_sides(study, where, contrast),
        ]
        if not faults:
            question = find_source(study, contrast.row)
            faults = list(check_answer(f"{where} answer", question, contrast.answer))
            faults += _check_planned(study, f"{where} planned", contrast)
        yield from faults or _check_possible(study, where, contrast)


def _check_wave(study: Study, where: str, wave: str) -> Iterator[Fault]:
    yield from find_unknown(where, wave, study.wave_order, "wave")


def _check_sides(study: Study, where: str, contrast: Contrast) -> Iterator[Fault]:
    """Segment, level and versus fit together."""
    if contrast.segment is None:
        if contrast.level is not None:
            yield Fault(
                f"{where} level",
                f'"{contrast.level}" without a segment',
                "a level of a segment",
                'add segment = "…"',
            )
        if contrast.versus != "previous":
            yield Fault(
                f"{where} versus",
                f'"{contrast.versus}" for all respondents',
                '"previous", since all respondents have no rest',
                "add segment and level, or compare with the wave before",
            )
        return
    unknown = list(check_segments(study, f"{where} segment", [contrast.segment]))
    yield from unknown
    if unknown:
        return
    segment = study.segment(contrast.segment)
    levels = [level.code for level in study.levels(segment)]
    if contrast.level is None:
        yield Fault(f"{where} level", "nothing", list_few(levels), "name a level of the segment")
    else:
        yield from find_unknown(f"{where} level", contrast.level, levels, "level")
    others = ["rest", "previous", *(level for level in levels if level != contrast.level)]
    yield from find_unknown(f"{where} versus", contrast.versus, others, "side")
    if segment.question == contrast.row.partition(".")[0]:
        yield Fault(
            f"{where} segment",
            f'"{segment.id}", which is made from the question "{segment.question}" itself',
            "a segment made from another question",
            "choose another segment or row",
        )


def _check_planned(study: Study, where: str, contrast: Contrast) -> Iterator[Fault]:
    for wave in contrast.waves:
        began = study.wave(wave).fielded[0]
        if contrast.planned >= began:
            yield Fault(
                where,
                f"{contrast.planned}, while the fieldwork of wave {wave} began on {began}",
                "a day before the fieldwork of each of its waves",
                f"take wave {wave} out of waves; what was thought of later belongs to a family",
            )


def _check_possible(study: Study, where: str, contrast: Contrast) -> Iterator[Fault]:
    """Each wave has both sides of the contrast."""
    question = find_source(study, contrast.row)
    for wave in contrast.waves:
        here = f"{where} waves"
        if not offers_row(study, contrast.row, wave):
            yield _lack(here, f'the row "{contrast.row}"', wave)
            continue
        if contrast.answer and contrast.answer not in list_offered(study, question, wave):
            yield _lack(here, f'the answer "{contrast.answer}"', wave)
        for level in _list_sides(study, contrast):
            if not offers_level(study, study.segment(contrast.segment or "").question, level, wave):
                yield _lack(here, f'the level "{level.code}"', wave)
        if contrast.versus == "previous":
            yield from _check_previous(study, f"{where} versus", contrast, wave)


def _lack(where: str, what: str, wave: str) -> Fault:
    return Fault(
        where,
        f"wave {wave}, which did not offer {what}",
        "waves that have both sides of the contrast",
        f"take {wave} out of waves, or compare something else",
    )


def _list_sides(study: Study, contrast: Contrast) -> list[Level]:
    if contrast.segment is None:
        return []
    named = (contrast.level, contrast.versus)
    return [one for one in study.levels(study.segment(contrast.segment)) if one.code in named]


def _check_previous(study: Study, where: str, contrast: Contrast, wave: str) -> Iterator[Fault]:
    """The wave before exists and compares: row, answer and level are graded the same."""
    if study.previous(wave) is None:
        yield Fault(
            where,
            f'"previous" for wave {wave}, the first',
            "waves that have one before them",
            f"take {wave} out of waves",
        )
        return
    code, _, item = contrast.row.partition(".")
    parts = [part for part in (item, contrast.answer or "") if part] or [""]
    graded = [study.grade(code, wave, part) for part in parts]
    grades = {f'"{contrast.row}"': next((g for g in graded if g != "same"), "same")}
    for level in _list_sides(study, contrast):
        source = study.segment(contrast.segment or "").question
        graded = [study.grade(source, wave, answer) for answer in level.answers]
        grades[f'the level "{level.code}"'] = next((g for g in graded if g != "same"), "same")
    for what, grade in grades.items():
        if grade != "same":
            yield Fault(
                where,
                f'{what}, graded "{grade}" in wave {wave}',
                "what compares with the wave before",
                f"take {wave} out of waves, or compare something else",
            )
