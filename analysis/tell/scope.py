"""A study, its published tables, a language and a wave in, the words that tables share out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.phrases import phrase
from analysis.tell.ranked import name_cells
from analysis.tell.tables import Cell, Table, make_table
from analysis.wording import begin_with_capital, format_difference, format_number, format_value
from survey.declaration import Text
from survey.published import Published
from survey.study import Study


@dataclass(frozen=True)
class Scope:
    """One study in one language; `wave` is the wave that pages speak of."""

    study: Study
    published: Published
    language: str
    wave: str

    @property
    def waves(self) -> list[str]:
        """The waves of the run, in order of time."""
        return [passport.wave for passport in self.study.passports]

    @property
    def weighted(self) -> list[str]:
        """The waves of the run that are weighted."""
        return [w for w in self.waves if self.study.wave(w).weighting.is_weighted]

    def say(self, key: str, **values: str) -> str:
        """Return a phrase of the page's language."""
        return phrase(self.language, key, **values)

    def heads(self, *keys: str) -> tuple[str, ...]:
        """Return the headings of columns, phrases of the section "method"."""
        return tuple(self.say(f"method.{key}") for key in keys)

    def text(self, text: Text) -> str:
        """Return a declared text in the page's language."""
        return text[self.language]

    def title(self, wave: str) -> str:
        """Return the title of a wave within a sentence."""
        return self.text(self.study.wave(wave).title)

    def head(self, wave: str) -> str:
        """Return the title of a wave where it stands alone."""
        return begin_with_capital(self.title(wave), self.language)

    def segment(self, segment: str) -> str:
        """Return the name of a segment."""
        return self.text(self.study.segment(segment).text)

    def levels(self, segment: str) -> dict[str, str]:
        """Return code → text of the levels of a segment."""
        declared = self.study.levels(self.study.segment(segment))
        return {level.code: self.text(level.text) for level in declared}

    def row(self, row: str, answer: str | None = None) -> str:
        """Return what a row of the questionnaire is called, with one of its answers."""
        name, _, item = row.partition(".")
        question = self.study.questionnaire[name]
        parts = [self.text(question.label).rstrip(".")]
        if item:
            parts.append(self.text(name_cells(question, short=True)[item]).rstrip("."))
        if answer is not None:
            named = {a.code: a.text for a in question.all_answers}
            named |= {net.code: net.text for net in question.nets}
            parts.append(self.say("claims.quoted", text=self.text(named[answer])))
        return " – ".join(parts)

    def number(self, value: float, decimals: int) -> Cell:
        """Return a number as a cell; empty for NaN."""
        return Cell(format_number(value, self.language, decimals), value, "number")

    def count(self, value: float) -> Cell:
        """Return a count as a cell; empty for NaN."""
        return Cell(format_value(value, "count", self.language), value, "count")

    def difference(self, row: pd.Series, *, is_share: bool) -> str:
        """Return a difference with its interval, "9,0 (5,0 tot 13,0)"; "" where there is none."""
        if pd.isna(row["value"]):
            return ""
        value, low, high = (
            format_difference(float(row[name]), self.language) for name in ("value", "low", "high")
        )
        key = "method.points" if is_share else "method.units"
        return self.say(key, value=value, low=low, high=high)

    def outcome(self, row: pd.Series) -> str:
        """Return why a comparison was not tested."""
        return self.say(f"outcome.{str(row['outcome']).replace('-', '_')}")

    def table(
        self,
        caption: str,
        header: tuple[str, ...],
        rows: list[tuple[str | Cell, ...]],
        notes: tuple[str, ...] = (),
        row_headers: int = 1,
    ) -> Table:
        """Return a table whose first `row_headers` columns name the rows."""
        return replace(make_table(caption, header, rows, notes), row_headers=row_headers)
