"""The published table in, a workbook out: cover and notes, then one table a sheet, real numbers."""

from __future__ import annotations

import io
import math
from datetime import datetime
from itertools import product
from textwrap import shorten
from typing import Any, NamedTuple, get_args

import pandas as pd

from analysis.phrases import phrase
from analysis.statistics.letters import name_columns
from analysis.tell.topline import name_answers
from analysis.wording import begin_with_capital, format_percent, join_words, say_unit
from survey.published import Published, State
from survey.questionnaire import Question
from survey.study import Study

COMBINED = ("_scores", "_ratios")
PERCENT = ("share", "net", "bin", "ranked")
# A title may begin with "=" or "http": it stays a text, and is no formula and no link.
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
NAME_LIMIT = 31  # Excel's limit for the name of a sheet
FORBIDDEN = str.maketrans("", "", "[]:*?/\\")


class Key(NamedTuple):
    """What a number is of; a row of a sheet."""

    item: str
    statistic: str
    answer: str
    segment: str
    level: str


class Numbers(NamedTuple):
    """What one wave says of it; the columns of a wave, in order."""

    value: float
    low: float
    high: float
    base: float
    effective: float
    letters: str
    state: State


def make_workbook(study: Study, published: Published, language: str) -> bytes:
    """Return the bytes of an .xlsx: a cover with notes, and a sheet for each closed question.

    A sheet has a row for each number over all respondents and for each level of each segment, and
    for each wave the number (shares as percentages), the bounds of its interval, its base, its
    effective base, its letters and its state. Scores and ratios of the plan share a last sheet.
    The same input gives the same bytes.
    """
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, PLAIN)
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
    sheets.write_scores(len(_closed(study)) + 1)
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
        self.percents = book.add_format({"num_format": "0.0%"})
        self.decimal = book.add_format({"num_format": "0.0"})
        self.decimals = book.add_format({"num_format": "0.00"})
        self.whole = book.add_format({"num_format": "0"})
        self.waves = [passport.wave for passport in study.passports]
        self.scores = pd.concat([published.pick(name, segment=None) for name in COMBINED])
        self.levels = self._name_levels()
        self.withheld = phrase(language, "chart.withheld")
        self.states = {state: phrase(language, f"state.{state}") for state in get_args(State)}

    def write_cover(self) -> None:
        """Write the cover with the notice, the notes and a list of the sheets with links."""
        sheet = self.book.add_worksheet(phrase(self.language, "workbook.cover"))
        sheet.set_column(0, 0, 100, self.wrap)
        sheet.write(0, 0, self.study.about.title[self.language], self.title)
        row = self._write_notice(sheet, 1)
        for note in self._list_notes():
            sheet.write(row, 0, note, self.wrap)
            row += 1
        tables = [(q.label[self.language], q.text[self.language]) for q in _closed(self.study)]
        if not self.scores.empty:
            title = phrase(self.language, "workbook.more.scores")
            tables.append((title, title))
        for number, (label, text) in enumerate(tables, start=1):
            name = _sheet_name(number, label).replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=f"{number}. {text}")
            row += 1

    def _list_notes(self) -> list[str]:
        """Return what a reader of any sheet must know, as sentences."""
        limits = self.study.about.thresholds
        notes = [self._tell_weights()]
        for key, values in (
            ("workbook.numbers", {}),
            ("workbook.bases", {}),
            ("workbook.more.intervals", {}),
            ("workbook.more.lettered", {}),
            ("workbook.withheld", {"n": limits.withhold_below}),
            ("workbook.more.revealing", {}),
            ("workbook.indicative", {"n": limits.indicative_below}),
            ("workbook.comparable", {}),
            ("workbook.more.comparisons", {}),
            ("workbook.licence", {"licence": self.study.about.licence}),
        ):
            notes.append(phrase(self.language, key, **values))
        if self.study.plan.trend is not None:
            term, meaning = (
                phrase(self.language, f"glossary.standardised.{key}") for key in ("term", "meaning")
            )
            notes.insert(-1, f"{term}: {meaning}")
        return notes

    def _tell_weights(self) -> str:
        """Say whether the numbers are weighted, wave by wave where that differs."""
        methods = {wave: self.study.wave(wave).weighting.method for wave in self.waves}
        weighted = [wave for wave, method in methods.items() if method != "none"]
        others = [wave for wave, method in methods.items() if method == "none"]
        if not weighted or not others:
            return phrase(self.language, f"chart.weights.{'all' if weighted else 'none'}")
        told, untold = (join_words(waves, self.language) for waves in (weighted, others))
        return phrase(self.language, "chart.weights.some", weighted=told, unweighted=untold)

    def write_question(self, number: int, question: Question) -> None:
        """Write one question: what each row is, then its numbers per wave."""
        answers = name_answers(self.study, self.published, question, self.waves, self.language)
        rows = self.published.pick(question.id, segment=None)
        name = _sheet_name(number, question.label[self.language])
        title = question.text[self.language]
        self._write_table(name, title, rows, self._item_names(question), answers)

    def write_scores(self, number: int) -> None:
        """Write the scores and ratios of the study's plan; no sheet where there are none."""
        if self.scores.empty:
            return
        title = phrase(self.language, "workbook.more.scores")
        plan = self.study.plan
        names = {score.id: score.text[self.language] for score in plan.scores}
        names |= {ratio.id: ratio.text[self.language] for ratio in plan.ratios}
        answers = {
            ("mean", ""): phrase(self.language, "topline.mean"),
            ("median", ""): phrase(self.language, "topline.median"),
            ("alpha", ""): phrase(self.language, "workbook.more.alpha"),
            ("ratio", ""): phrase(self.language, "workbook.more.ratio"),
        }
        self._write_table(_sheet_name(number, title), title, self.scores, names, answers)

    def _write_table(
        self,
        name: str,
        title: str,
        rows: pd.DataFrame,
        items: dict[str, str],
        answers: dict[tuple[str, str], str],
    ) -> None:
        """Write a sheet: item, answer, segment, level and its letter, then each wave's numbers."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 1, 34, self.wrap)
        sheet.set_column(2, 3, 26, self.wrap)
        sheet.write(0, 0, title, self.title)
        top = self._write_notice(sheet, 1)
        sheet.write_string(top, 0, say_unit(self.study, self.language))
        top += 1
        for column, head in enumerate(self._heads()):
            sheet.write(top, column, head, self.bold)
        sheet.freeze_panes(top + 1, 2)
        everybody = ("", phrase(self.language, "chart.all"), "")
        found = _gather_rows(rows)
        ordered = sorted(found, key=lambda key: key.segment != "")
        for row, key in enumerate(ordered, start=top + 1):
            level = self.levels.get((key.segment, key.level), everybody)
            labels = (items.get(key.item, key.item), self._name_number(key, answers), *level)
            for column, label in enumerate(labels):
                if label:
                    sheet.write_string(row, column, label)
            formats = self._choose_formats(key)
            for at, wave in enumerate(self.waves):
                if wave in found[key]:
                    column = len(labels) + len(Numbers._fields) * at
                    self._write_numbers(sheet, row, column, found[key][wave], formats)

    def _heads(self) -> list[str]:
        heads = [phrase(self.language, f"table.{key}") for key in ("item", "answer")]
        heads += [phrase(self.language, f"workbook.{key}") for key in ("segment", "level")]
        heads.append(phrase(self.language, "workbook.more.letter"))
        for wave in self.waves:
            title = self.study.wave(wave).title[self.language]
            base = f"{phrase(self.language, 'table.base')} {title}"
            for head in Numbers._fields:
                match head:
                    case "value":
                        heads.append(begin_with_capital(title, self.language))
                    case "base":
                        heads.append(base)
                    case "state":
                        heads.append(phrase(self.language, "workbook.state", wave=title))
                    case _:
                        key = f"workbook.wave.{head}"
                        heads.append(phrase(self.language, key, wave=title))
        return heads

    def _name_number(self, key: Key, answers: dict[tuple[str, str], str]) -> str:
        """Say what a number is: its answer, and its statistic where that is not plain."""
        statistic, answer = key.statistic, key.answer
        if statistic == "standardised":
            kinds = ("share", "net") if answer else ("mean",)
            named = next((answers[k, answer] for k in kinds if (k, answer) in answers), answer)
            return phrase(self.language, "workbook.more.standardised", answer=named)
        if statistic == "quantile":
            share = format_percent(100 * float(answer), self.language)
            return phrase(self.language, "workbook.more.quantile", share=share)
        if statistic == "total":
            return phrase(self.language, "workbook.more.total")
        return answers.get((statistic, answer), answer)

    def _choose_formats(self, key: Key) -> tuple[float, Any, Any]:
        """Return what values are divided by, and the formats of the number and of its bounds."""
        if key.statistic in PERCENT or (key.statistic == "standardised" and key.answer):
            return 100.0, self.percent, self.percents
        if key.statistic in ("ratio", "alpha"):
            return 1.0, self.decimals, self.decimals
        if key.statistic == "total":
            return 1.0, self.whole, self.whole
        return 1.0, self.decimal, self.decimal

    def _item_names(self, question: Question) -> dict[str, str]:
        names = {item.id: item.text[self.language] for item in question.items}
        for item in question.items:
            for period in question.periods:
                label = f"{item.text[self.language]} – {period.text[self.language]}"
                names[f"{item.id}.{period.code}"] = label
        return names

    def _name_levels(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        """Return (segment, level) → their texts and the level's letter; crossed ones have none."""
        names: dict[tuple[str, str], tuple[str, str, str]] = {}
        for segment in self.study.segments:
            levels = self.study.levels(segment)
            letters = name_columns(len(levels))
            for level, letter in zip(levels, letters, strict=True):
                texts = segment.text[self.language], level.text[self.language]
                names[segment.id, level.code] = (*texts, letter)
        for nested in self.study.plan.nested:
            outer, inner = (self.study.segment(s) for s in (nested.outer, nested.inner))
            title = f"{outer.text[self.language]} – {inner.text[self.language]}"
            for first, second in product(self.study.levels(outer), self.study.levels(inner)):
                both = first.text[self.language], second.text[self.language]
                names[nested.id, f"{first.code}.{second.code}"] = (title, " – ".join(both), "")
        return names

    def _write_numbers(
        self, sheet: Any, row: int, column: int, numbers: Numbers, formats: tuple[float, Any, Any]
    ) -> None:
        """Write what a wave says of one number; a withheld one has a word and nothing else."""
        divisor, of_value, of_bound = formats
        if math.isnan(numbers.value):
            sheet.write_string(row, column, self.withheld)
        else:
            sheet.write_number(row, column, numbers.value / divisor, of_value)
        for at, bound in ((1, numbers.low), (2, numbers.high)):
            if not math.isnan(bound):
                sheet.write_number(row, column + at, bound / divisor, of_bound)
        for at, size, form in (
            (3, numbers.base, self.whole),
            (4, numbers.effective, self.decimal),
        ):
            if not math.isnan(size):
                sheet.write_number(row, column + at, size, form)
        if numbers.letters:
            sheet.write_string(row, column + 5, numbers.letters)
        sheet.write_string(row, column + 6, self.states[numbers.state])

    def _write_notice(self, sheet: Any, row: int) -> int:
        """Write the notice of invented data where there is need; return the next free row."""
        if not self.study.invented:
            return row + 1
        sheet.write_string(row, 0, phrase(self.language, "page.invented_notice"), self.warn)
        return row + 2


def _gather_rows(rows: pd.DataFrame) -> dict[Key, dict[str, Numbers]]:
    """Return the numbers of each wave by what they are of, in table order."""
    found: dict[Key, dict[str, Numbers]] = {}
    columns = [rows[name].tolist() for name in ("wave", *Key._fields, *Numbers._fields)]
    size = len(Key._fields) + 1
    for values in zip(*columns, strict=True):
        found.setdefault(Key(*values[1:size]), {})[values[0]] = Numbers(*values[size:])
    return found


def _sheet_name(number: int, label: str) -> str:
    """Return "3 Province": the name of a table, shortened at a word to Excel's limit."""
    name = f"{number} {label.translate(FORBIDDEN)}"
    return shorten(name, NAME_LIMIT, placeholder="").strip("'")
