"""The published table in, a workbook out: cover and notes, then one table a sheet, real numbers."""

from __future__ import annotations

import io
import math
from datetime import datetime
from decimal import Decimal
from itertools import product
from textwrap import shorten, wrap
from typing import Any, NamedTuple, get_args

import pandas as pd

from analysis.phrases import phrase
from analysis.statistics.letters import name_columns
from analysis.tell.topline import name_answers
from analysis.wording import begin_with_capital, format_percent, join_words, say_unit
from survey.published import Published, State, is_percentage
from survey.questionnaire import Question
from survey.study import Study

COMBINED = ("_scores", "_ratios")
NAME_LIMIT = 31  # Excel's limit for the name of a sheet
FORBIDDEN = str.maketrans("", "", "[]:*?/\\")
# Text stays text, also where it begins with "=" or looks like an address.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
# In letters, as Excel counts widths: of the cover, and of item, answer, segment and level.
COVER, LABELS, NUMBER = 100, (34, 34, 26, 26), 13
LINE = 15  # points
A4 = 9  # Excel's number of the paper
SMALL_WORD = 4  # letters


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
    book = xlsxwriter.Workbook(content, {"in_memory": True, **AS_TEXT})
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
        self.plain = book.add_format({"valign": "top"})
        self.link = book.add_format(
            {"text_wrap": True, "valign": "top", "font_color": "#0B4F7D", "underline": 1}
        )
        self.percent = book.add_format({"num_format": "0%", "valign": "top"})
        self.percents = book.add_format({"num_format": "0.0%", "valign": "top"})
        self.decimal = book.add_format({"num_format": "0.0", "valign": "top"})
        self.decimals = book.add_format({"num_format": "0.00", "valign": "top"})
        self.whole = book.add_format({"num_format": "0", "valign": "top"})
        self.waves = [passport.wave for passport in study.passports]
        self.scores = pd.concat([published.pick(name, segment=None) for name in COMBINED])
        self.levels = self._name_levels()
        self.withheld = phrase(language, "chart.withheld")
        self.states = {state: phrase(language, f"state.{state}") for state in get_args(State)}

    def write_cover(self) -> None:
        """Write the cover with the notice, the notes and a list of the sheets with links."""
        sheet = self.book.add_worksheet(phrase(self.language, "workbook.cover"))
        self._set_paper(sheet)
        sheet.set_column(0, 0, COVER, self.wrap)
        sheet.write_string(0, 0, self.study.about.title[self.language], self.title)
        row = self._write_notice(sheet, 1)
        for note in self._list_notes():
            sheet.write_string(row, 0, note, self.wrap)
            _fit_row(sheet, row, [(note, COVER)])
            row += 1
        tables = [(q.label[self.language], q.text[self.language]) for q in _closed(self.study)]
        if not self.scores.empty:
            title = phrase(self.language, "workbook.more.scores")
            tables.append((title, title))
        for number, (label, text) in enumerate(tables, start=1):
            name = _sheet_name(number, label).replace("'", "''")
            told = f"{number}. {text}"
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, told)
            _fit_row(sheet, row, [(told, COVER)])
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
        sheet.write_string(0, 0, title, self.title)
        top = self._write_notice(sheet, 1)
        # what stands above the heads has no neighbours, and runs on over their columns
        sheet.write_string(top, 0, say_unit(self.study, self.language), self.plain)
        top += 1
        self._write_heads(sheet, top)
        everybody = ("", phrase(self.language, "chart.all"), "")
        found = _gather_rows(rows)
        ordered = sorted(found, key=lambda key: key.segment != "")
        for row, key in enumerate(ordered, start=top + 1):
            level = self.levels.get((key.segment, key.level), everybody)
            labels = (items.get(key.item, key.item), self._name_number(key, answers), *level)
            for column, label in enumerate(labels):
                if label:
                    sheet.write_string(row, column, label)
            _fit_row(sheet, row, list(zip(labels, LABELS, strict=False)))
            formats = self._choose_formats(key)
            for at, wave in enumerate(self.waves):
                if wave in found[key]:
                    column = len(labels) + len(Numbers._fields) * at
                    self._write_numbers(sheet, row, column, found[key][wave], formats)
        sheet.autofilter(top, 0, top + len(ordered), len(self._heads()) - 1)

    def _write_heads(self, sheet: Any, row: int) -> None:
        """Write the heads of a table, which stay in sight on the screen and on every page."""
        heads = self._heads()
        widths = [*LABELS, *[NUMBER] * (len(heads) - len(LABELS))]
        for column, width in enumerate(widths):
            form = self.wrap if column < len(LABELS) else self.plain
            sheet.set_column(column, column, width, form)
            sheet.write_string(row, column, heads[column], self.bold)
        # in bold, and beside the button of the filter
        _fit_row(sheet, row, [(head, width - 3) for head, width in zip(heads, widths, strict=True)])
        sheet.freeze_panes(row + 1, 2)
        self._set_paper(sheet)
        sheet.set_landscape()
        sheet.repeat_rows(row)

    def _set_paper(self, sheet: Any) -> None:
        """Print a sheet one page wide, with the notice of invented data at the head of each."""
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        if self.study.invented:
            notice = phrase(self.language, "page.invented_notice")
            sheet.set_header("&C" + notice.replace("&", "&&"))

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

    def _choose_formats(self, key: Key) -> tuple[int, Any, Any]:
        """Return what values are divided by, and the formats of the number and of its bounds."""
        if is_percentage(key.statistic, key.answer):
            return 100, self.percent, self.percents
        if key.statistic in ("ratio", "alpha"):
            return 1, self.decimals, self.decimals
        if key.statistic == "total":
            return 1, self.whole, self.whole
        return 1, self.decimal, self.decimal

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
        self, sheet: Any, row: int, column: int, numbers: Numbers, formats: tuple[int, Any, Any]
    ) -> None:
        """Write what a wave says of one number; a withheld one has a word and nothing else."""
        divisor, of_value, of_bound = formats
        if math.isnan(numbers.value):
            sheet.write_string(row, column, self.withheld)
        else:
            sheet.write_number(row, column, _divide(numbers.value, divisor), of_value)
        for at, bound in ((1, numbers.low), (2, numbers.high)):
            if not math.isnan(bound):
                sheet.write_number(row, column + at, _divide(bound, divisor), of_bound)
        for at, size, form in (
            (3, numbers.base, self.whole),
            (4, numbers.effective, self.decimal),
        ):
            if not math.isnan(size):
                sheet.write_number(row, column + at, _divide(size, 1), form)
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


def _divide(value: float, divisor: int) -> Decimal:
    """Divide a published number as it is written: a binary fraction leaves 0.07000000000000001."""
    return Decimal(str(value)) / divisor


def _fit_row(sheet: Any, row: int, texts: list[tuple[str, int]]) -> None:
    """Make a row as high as the longest of its texts in its width: not every program does."""
    lines = max(len(wrap(text, width)) for text, width in texts)
    if lines > 1:
        sheet.set_row(row, LINE * lines)


def _sheet_name(number: int, label: str) -> str:
    """Return "3 Province": the name of a table, shortened at a word to Excel's limit.

    Where it is shortened, up to two small words at its end go too: "18 Mark for the" is no name.
    """
    name = f"{number} {label.translate(FORBIDDEN)}"
    words = shorten(name, NAME_LIMIT, placeholder="").split()
    for _ in range(2 if len(name) > NAME_LIMIT else 0):
        if len(words) > 2 and words[-1].islower() and len(words[-1]) <= SMALL_WORD:
            words.pop()
    return " ".join(words).strip("'")
