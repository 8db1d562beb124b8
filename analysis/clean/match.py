"""A raw table and its wave in, the columns that stand in it out; the others become findings."""

from __future__ import annotations

from analysis.clean.notebook import Notebook, quote_all
from survey.columns import Column, list_columns, list_personal_columns
from survey.faults import Fault, Refusal, suggest
from survey.raw import RawTable, squeeze_text
from survey.responses import name_design_key
from survey.study import Study
from survey.wave import KeyColumns

ANOTHER_SURVEY = 1 / 3  # below this share of its columns an export is taken for another's
NO_ANSWERS = ("respondent", "started", "finished", "seconds", "last_page")
OTHER_KEYS = ("weight", "stratum", "cluster", "panel")


def list_key_columns(keys: KeyColumns) -> dict[str, str]:
    """Return key → name of its column, of those that the wave has."""
    named = {key: getattr(keys, key) for key in (*NO_ANSWERS, *OTHER_KEYS)}
    named |= {name_design_key(column): column for column in keys.design}
    return {key: squeeze_text(name) for key, name in named.items() if name is not None}


def match_columns(study: Study, raw: RawTable, book: Notebook) -> None:
    """Hold the declared columns beside the delivered ones.

    Raises `Refusal` at once if the export is plainly another survey's; everything else is noted.
    """
    wave = study.wave(raw.wave)
    delivered = set(raw.cells.columns)
    columns = list_columns(study, raw.wave)
    present = tuple(column for column in columns if squeeze_text(column.name) in delivered)
    if len(present) < ANOTHER_SURVEY * len(columns):
        raise Refusal(_describe_other(study, raw, present, columns))
    absent = tuple(column for column in columns if column not in present)
    answers = {squeeze_text(column.name) for column in columns}
    keys = list_key_columns(wave.columns)
    personal = {squeeze_text(name) for name in list_personal_columns(study, raw.wave)}
    rules = {squeeze_text(rule.column) for rule in wave.exclude} - personal
    ignored = {squeeze_text(name) for name in wave.columns.ignored}
    spare = [
        name
        for name in raw.cells.columns
        if name not in answers | ignored | rules | set(keys.values())
    ]
    for column in absent:
        _note_missing(book, column.name, column.variable.question, spare)
    for key, name in keys.items():
        if name not in delivered:
            _note_missing(book, name, "", spare, always=key == "respondent")
    for name in sorted(rules - delivered):
        _note_missing(book, name, "", spare)
    lacking = [squeeze_text(column.name) for column in absent]
    for name in spare:
        near = suggest(name, lacking) if lacking else ""
        hint = f"; {near} if it is that" if near.startswith("write") else ""
        book.note(
            "unmapped_column",
            book.decide("unmapped_column"),
            column=name,
            found="a column that is not declared",
            allowed=f"the columns of wave {raw.wave}{hint}",
        )


def _note_missing(
    book: Notebook, name: str, question: str, spare: list[str], always: bool = False
) -> None:
    near = suggest(squeeze_text(name), spare)
    hint = f"; {near} if that is its new name" if near.startswith("write") else ""
    book.note(
        "missing_column",
        "stop" if always else book.decide("missing_column"),
        question=question,
        column=name,
        found="no such column in the export",
        allowed=f"a column of that name{hint}",
    )


def _describe_other(
    study: Study, raw: RawTable, present: tuple[Column, ...], columns: tuple[Column, ...]
) -> Fault:
    names = [column.name for column in present]
    return Fault(
        where=f"{raw.file} (wave {raw.wave})",
        found=f"{len(names)} of the {len(columns)} declared columns ({quote_all(names)}); "
        f"its columns are {quote_all(raw.cells.columns, 6)}",
        allowed=f"the export of wave {raw.wave} of {study.id}, with columns such as "
        f"{quote_all([column.name for column in columns], 6)}",
        todo="deliver the export of this survey; or, if it is, mend shape, language and the "
        f"column patterns in waves/{raw.wave}.toml",
    )
