"""A study and another export shape in, the study as it would be declared for that shape out."""

from __future__ import annotations

import re

from survey.questionnaire import Question
from survey.study import Study
from survey.wave import Ask, KeyColumns, Shape

UNFIT = re.compile(r"[^A-Za-z0-9_]")


def reshape_wave(study: Study, wave_id: str, shape: Shape | None) -> Study:
    """Return the study with one wave declared for another shape; as it is where that is its own.

    Columns and delivered answers declared for the old shape are left aside, so the new shape's
    own patterns hold: to read such an export, the wave file needs its `shape` changed and these
    declarations removed, no more. SPSS knows no hyphens and spaces in names; there they become _.
    """
    wave = study.wave(wave_id)
    if shape is None or shape == wave.shape:
        return study
    asks = tuple(_plain_ask(study.questionnaire[ask.question], ask, shape) for ask in wave.asks)
    columns = _fit_fields(wave.columns) if shape == "spss" else wave.columns
    exclude = tuple(
        rule.model_copy(update={"column": _fit(rule.column)}) if shape == "spss" else rule
        for rule in wave.exclude
    )
    changed = wave.model_copy(
        update={
            "shape": shape,
            "sheet": None,
            "asks": asks,
            "columns": columns,
            "exclude": exclude,
        }
    )
    waves = tuple(changed if one.id == wave_id else one for one in study.waves)
    return study.model_copy(update={"waves": waves})


def _plain_ask(question: Question, ask: Ask, shape: Shape) -> Ask:
    """Return an ask without the columns and delivered answers of its former shape."""
    plain = ask.model_copy(
        update={"column": None, "other_column": None, "items": (), "answers": (), "ticked": None}
    )
    if shape != "spss":
        return plain
    items = tuple((_fit(i.id), i.id) for i in question.items if _fit(i.id) != i.id)
    options = question.answers if question.kind in ("multiple", "ranking") else ()
    answers = tuple((_fit(a.code), a.code) for a in options if _fit(a.code) != a.code)
    return plain.model_copy(
        update={"column": _fit_pattern(question), "items": items, "answers": answers}
    )


def _fit_pattern(question: Question) -> str | None:
    """Return the column pattern of a question whose id SPSS would refuse; None for the others."""
    if _fit(question.id) == question.id:
        return None
    parts = ["{item}"] if question.items else []
    parts += ["{period}"] if question.periods else []
    parts += ["{answer}"] if question.kind in ("multiple", "ranking") else []
    return "_".join([_fit(question.id), *parts])


def _fit_fields(columns: KeyColumns) -> KeyColumns:
    """Return the key columns under names that SPSS accepts."""

    def fit(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(_fit(name) for name in value)
        return _fit(value) if isinstance(value, str) else value

    names = {name: fit(value) for name, value in columns if name != "date_format"}
    return columns.model_copy(update=names)


def _fit(name: str) -> str:
    fitted = UNFIT.sub("_", name)[:64]
    return fitted if fitted[:1].isalpha() else f"v{fitted}"[:64]
