"""The published table in, a workbook out: cover and notes, then one table a sheet, real numbers."""

from __future__ import annotations

import io
import math
from datetime import datetime
from textwrap import shorten
from typing import Any

import pandas as pd

from analysis.phrases import phrase
from analysis.topline import name_answers
from analysis.wording import begin_with_capital
from survey.published import Published
from survey.questionnaire import Question
from survey.study import Study

PERCENT = ("share", "net", "bin", "ranked")
NAME_LIMIT = 31  # Excel's limit for the name of a sheet
FORBIDDEN = str.maketrans("", "", "[]:*?/\\")


def make_workbook(study: Study, published: Published, language: str) -> bytes:
    """Return the bytes of an .xlsx: a cover, the notes, and a sheet for each closed question.

    A sheet has a row for each number over all respondents and for each level of each segment, and
    two columns for each wave: the number (shares as percentages) and its base. The same input
    gives the same bytes.
    """
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    delivered = max(passport.delivered for passport in study.passports)
    book.set_properties(
        {
            "title": study.about.title[language],
            "comments": phrase(language, "page.invented_notice") if study.invented else "",
            "created": datetime(delivered.year, delivered.month, delivered.day),
        }
    )
    sheets = _Sheets(book, study, published, language)
    sheets.write_cover()
    for number, question in enumerate(_closed(study), start=1):
        sheets.write_question(number, question)
    book.close()
    return content.getvalue()


def _closed(study: Study) -> list[Question]:
    asked = {q.id for p in study.passports for q in study.asked(p.wave)}
    return [q for q in study.questionnaire.questions if q.id in asked and q.is_closed]


class _Sheets:
    """Writes the sheets of one workbook, one after the other."""

    def __init__(self, book: Any, study: Study, published: Published, language: str) -> None:
        self.book, self.study, self.published, self.language = book, study, published, language
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        self.warn = book.add_format({"bold": True, "font_color": "#A33B00"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.percent = book.add_format({"num_format": "0%"})
        self.decimal = book.add_format({"num_format": "0.0"})
        self.whole = book.add_format({"num_format": "0"})
        self.waves = [passport.wave for passport in study.passports]

    def write_cover(self) -> None:
        """Write the cover with the notice, the notes and a list of the sheets with links."""
        sheet = self.book.add_worksheet(phrase(self.language, "workbook.cover"))
        sheet.set_column(0, 0, 100, self.wrap)
        sheet.write(0, 0, self.study.about.title[self.language], self.title)
        row = self._write_notice(sheet, 1)
        limits = self.study.about.thresholds
        for key, values in (
            ("workbook.numbers", {}),
            ("workbook.bases", {}),
            ("workbook.withheld", {"n": limits.withhold_below}),
            ("workbook.indicative", {"n": limits.indicative_below}),
            ("workbook.comparable", {}),
            ("workbook.licence", {"licence": self.study.about.licence}),
        ):
            sheet.write(row, 0, phrase(self.language, key, **values), self.wrap)
            row += 1
        for number, question in enumerate(_closed(self.study), start=1):
            name = _sheet_name(number, question, self.language).replace("'", "''")
            link = f"internal:'{name}'!A1"
            sheet.write_url(row, 0, link, string=f"{number}. {question.text[self.language]}")
            row += 1

    def write_question(self, number: int, question: Question) -> None:
        """Write one question: item, answer, segment and level, then value and base per wave."""
        sheet = self.book.add_worksheet(_sheet_name(number, question, self.language))
        sheet.set_column(0, 1, 34, self.wrap)
        sheet.set_column(2, 3, 26, self.wrap)
        sheet.write(0, 0, question.text[self.language], self.title)
        top = self._write_notice(sheet, 1)
        heads = [phrase(self.language, f"table.{key}") for key in ("item", "answer")]
        heads += [phrase(self.language, f"workbook.{key}") for key in ("segment", "level")]
        for wave in self.waves:
            title = self.study.wave(wave).title[self.language]
            base = phrase(self.language, "table.base")
            heads += [begin_with_capital(title, self.language), f"{base} {title}"]
            heads += [phrase(self.language, "workbook.state", wave=title)]
        for column, head in enumerate(heads):
            sheet.write(top, column, head, self.bold)
        sheet.freeze_panes(top + 1, 2)
        for row, (labels, cells) in enumerate(self._rows(question), start=top + 1):
            for column, label in enumerate(labels):
                sheet.write_string(row, column, label)
            for at, wave in enumerate(self.waves):
                self._write_number(sheet, row, len(labels) + 3 * at, cells.get(wave))

    def _rows(self, question: Question) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
        """Labels and the published row of each wave, over all respondents first."""
        rows = self.published.pick(question.id, segment=None)
        answers = name_answers(self.study, self.published, question, self.waves, self.language)
        items = self._item_names(question)
        levels = self._level_names()
        keys = ["item", "statistic", "answer", "segment", "level"]
        found: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in rows.itertuples(index=False):
            key = tuple(str(getattr(row, name)) for name in keys)
            found.setdefault(key, {})[str(row.wave)] = row
        ordered = sorted(found, key=lambda key: key[3] != "")
        return [
            (
                (
                    items.get(item, item),
                    answers.get((statistic, answer), answer),
                    *levels.get((segment, level), ("", phrase(self.language, "chart.all"))),
                ),
                found[item, statistic, answer, segment, level],
            )
            for item, statistic, answer, segment, level in ordered
        ]

    def _item_names(self, question: Question) -> dict[str, str]:
        names = {item.id: item.text[self.language] for item in question.items}
        for item in question.items:
            for period in question.periods:
                label = f"{item.text[self.language]} – {period.text[self.language]}"
                names[f"{item.id}.{period.code}"] = label
        return names

    def _level_names(self) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            (segment.id, level.code): (segment.text[self.language], level.text[self.language])
            for segment in self.study.segments
            for level in self.study.levels(segment)
        }

    def _write_number(self, sheet: Any, row: int, column: int, cell: Any) -> None:
        """Write value, base and state of one published row; nothing where there is none."""
        if cell is None:
            return
        if math.isnan(cell.value):
            sheet.write_string(row, column, phrase(self.language, "chart.withheld"))
        elif cell.statistic in PERCENT:
            sheet.write_number(row, column, cell.value / 100, self.percent)
        else:
            sheet.write_number(row, column, cell.value, self.decimal)
        if not pd.isna(cell.base):
            sheet.write_number(row, column + 1, cell.base, self.whole)
        sheet.write_string(row, column + 2, phrase(self.language, f"state.{cell.state}"))

    def _write_notice(self, sheet: Any, row: int) -> int:
        """Write the notice of invented data where there is need; return the next free row."""
        if not self.study.invented:
            return row + 1
        sheet.write_string(row, 0, phrase(self.language, "page.invented_notice"), self.warn)
        return row + 2


def _sheet_name(number: int, question: Question, language: str) -> str:
    """Return "3 Province": the short name of a question, shortened at a word to Excel's limit."""
    label = question.label[language].translate(FORBIDDEN)
    return shorten(f"{number} {label}", NAME_LIMIT, placeholder="").strip("'")
