"""A sheet in, the bytes of an SPSS file out: numbers with labels, user-missing codes, 0 and 1."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.phrases import phrase
from analysis.rehearse.sheet import TICK_ROLES, Sheet, deliver_codes
from survey.faults import Fault, Refusal

NAME = re.compile(r"^[A-Za-z@][A-Za-z0-9_.@#$]{0,63}$")
MOST_LABEL = 120  # characters, well within the format's 255 bytes
# Where the header of the format holds the day and the time of writing.
DATE_AT, TIME_AT = 92, 101
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def write_spss(sheet: Sheet, delivered: date) -> bytes:
    """Return the file, its header dated `delivered` at noon instead of now."""
    import pyreadstat

    _check_names(sheet)
    notice = phrase(sheet.wave.language, "rehearse.notice")
    data, labels, missing = {}, {}, {}
    for name in sheet.cells:
        cells = sheet.cells[name].tolist()
        data[name] = _form_column(cells)
        if name in sheet.answers:
            labels[name], missing[name] = _label_values(sheet, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            pd.DataFrame(data),
            path,
            row_compress=True,
            file_label=_label_file(sheet),
            column_labels={name: _label_column(sheet, name) for name in data},
            note=[f"{notice} (INVENTED): no person gave these answers."],
            variable_value_labels={n: v for n, v in labels.items() if v and _numeric(data[n])},
            missing_ranges={n: v for n, v in missing.items() if v and _numeric(data[n])},
            variable_measure={name: _measure(sheet, name) for name in data},
        )
        return stamp_header(path.read_bytes(), delivered)


def stamp_header(content: bytes, delivered: date) -> bytes:
    """Return the file with the moment of writing in its header set to noon of a day."""
    day = f"{delivered.day:02d} {MONTHS[delivered.month - 1]} {delivered.year % 100:02d}"
    stamp = f"{day}12:00:00".encode("ascii")
    return content[:DATE_AT] + stamp + content[TIME_AT + 8 :]


def _check_names(sheet: Sheet) -> None:
    wrong = [name for name in sheet.cells if not NAME.match(str(name))]
    if wrong:
        raise Refusal(
            [
                Fault(
                    f"waves/{sheet.wave.id}.toml",
                    f'"{name}" as the name of an SPSS variable',
                    "a letter, then letters, digits, _ . @ # $, at most 64 in all",
                    "declare another column (or items, answers) for its question",
                )
                for name in wrong
            ]
        )


def _form_column(cells: list[Any]) -> pd.Series:
    """Return floats where every cell is a number, else texts, "" for nothing."""
    if all(cell is None or isinstance(cell, int | float) for cell in cells):
        return pd.Series([None if cell is None else float(cell) for cell in cells], dtype="float64")
    return pd.Series(["" if cell is None else str(cell) for cell in cells], dtype=object)


def _numeric(series: pd.Series) -> bool:
    return bool(series.dtype == "float64")


def _label_file(sheet: Sheet) -> str:
    title = sheet.study.about.title[sheet.wave.language]
    return f"{phrase(sheet.wave.language, 'rehearse.notice')}: {title} {sheet.wave.id}"[:60]


def _label_column(sheet: Sheet, name: str) -> str:
    """Return the question, with the item or option that the column is about."""
    if name not in sheet.answers:
        return name
    language, question = sheet.wave.language, sheet.question(name)
    ask = sheet.wave.find_ask(question.id)
    variable = sheet.answers[name].variable
    text = ((ask and ask.text) or question.text)[language]
    parts = []
    if variable.item:
        parts.append(question.find_item(variable.item).text[language])
    parts += [p.text[language] for p in question.periods if p.code == variable.period]
    if variable.answer:
        parts.append(question.find_answer(variable.answer).text[language])
    return " - ".join([text, *parts]) if len(text) + 3 < MOST_LABEL else text[:MOST_LABEL]


def _label_values(sheet: Sheet, name: str) -> tuple[dict[float, str], list[Any]]:
    """Return the labels of a column's codes, and which of them the file declares missing."""
    question, role = sheet.question(name), sheet.answers[name].role
    language = sheet.wave.language
    if role in TICK_ROLES:
        left, picked = phrase(language, "rehearse.not_picked"), phrase(language, "rehearse.picked")
        return {0.0: left, 1.0: picked}, []
    ask = sheet.wave.find_ask(question.id)
    if role not in ("answer", "number") or ask is None:
        return {}, []
    known = deliver_codes(sheet.wave, question, ask)
    offered = {a.code for a in sheet.study.offered_answers(question, sheet.wave.id)}
    outside = {answer.code for _, answer in question.outside}
    numbers = {code: float(cell) for code, cell in known.items() if isinstance(cell, int)}
    labels = {
        number: question.find_answer(code).text[language]
        for code, number in numbers.items()
        if code in offered | outside
    }
    return labels, sorted(numbers[code] for code in numbers if code in outside)


def _measure(sheet: Sheet, name: str) -> str:
    if name not in sheet.answers:
        return "nominal"
    question = sheet.question(name)
    if question.kind in ("rating", "number"):
        return "scale"
    return "ordinal" if question.ordered or question.kind == "ranking" else "nominal"
