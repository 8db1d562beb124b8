"""A question and a segment in, a banner table out: everybody and each level as lettered columns.

As readers of Dutch research reports expect it: behind a number stand the letters of the columns
that are clearly lower, beneath it the bases, and under the table what was tested and how.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.statistics.letters import name_columns
from analysis.tell.differences import (
    choose_comparison,
    name_letters,
    table_freedom,
)
from analysis.tell.effects import word_effect, write_effect
from analysis.tell.ranked import lower_start, name_cells
from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table, make_cell, make_table
from analysis.tell.topline import name_answers
from analysis.wording import Unit, format_number, format_p, format_value, say_unit
from survey.faults import Fault, Refusal
from survey.plan import Family
from survey.published import SHARES
from survey.questionnaire import Question
from survey.study import Segment

# behind a number that was not tested for want of answers
UNTESTED = "°"
ROWS = (*SHARES, "rank_mean", "mean", "median")


@dataclass(frozen=True)
class Banners(Scope):
    """The banner tables of one study in one language."""

    def banner(
        self, question: str, segment: str, item: str = "", answer: str = "", wave: str | None = None
    ) -> Table:
        """Answers, nets and means of a question, or of one row of a grid, by a segment.

        With `answer` the rows are the items of a grid, each by that answer or net. A number of
        everybody stands with its 95 % interval; those of the levels have theirs in the open data.
        Raises Refusal where the published table has nothing of the kind.
        """
        asked = self.study.questionnaire[question]
        place = _Banner(self, asked, self.study.segment(segment), item, answer, wave or self.wave)
        return place.draw()


@dataclass(frozen=True)
class _Line:
    """One row of a banner: what it is called and which published row it takes."""

    label: str
    statistic: str
    answer: str
    item: str

    @property
    def unit(self) -> Unit:
        if self.statistic in SHARES:
            return "percent"
        return "rank" if self.statistic == "rank_mean" else "mean"


@dataclass(frozen=True)
class _Banner:
    """One banner table while it is drawn."""

    banners: Banners
    question: Question
    segment: Segment
    item: str
    answer: str
    wave: str

    def draw(self) -> Table:
        if self.rows.empty or not self.levels:
            raise self._nothing()
        body: list[Sequence[str | Cell]] = []
        for line in self.lines:
            cells = [self._cell(line, level) for level in ("", *self.levels)]
            if any(cell.text for cell in cells):
                body.append((line.label, *cells))
        header = (
            self.banners.say("topline.item" if self.answer else "topline.answer"),
            self.banners.say("banner.everybody"),
            *(self._head(level) for level in self.levels),
        )
        return make_table(self._caption(), header, [*body, *self._bases()], self._notes())

    # what stands where

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The published rows of everybody and of the levels."""
        found = self.banners.published.pick(
            self.question.id, self.wave, item=None if self.answer else self.item,
            answer=self.answer or None, statistic=ROWS, segment=None,
        )  # fmt: skip
        return found[found["segment"].isin(("", self.segment.id))]

    @cached_property
    def levels(self) -> dict[str, str]:
        """Code → text of the levels that the published table has, in declared order."""
        present = set(self.rows.loc[self.rows["segment"] == self.segment.id, "level"])
        declared = self.banners.study.levels(self.segment)
        return {
            one.code: one.text[self.banners.language] for one in declared if one.code in present
        }

    @cached_property
    def letters(self) -> dict[str, str]:
        return name_letters(self.banners.study, self.segment.id)

    @cached_property
    def lines(self) -> list[_Line]:
        if self.answer:
            kinds = self.rows["statistic"].unique()
            names = name_cells(self.question, short=True)
            return [
                _Line(text[self.banners.language], str(kind), self.answer, item)
                for item, text in names.items()
                for kind in kinds
            ]
        named = name_answers(
            self.banners.study,
            self.banners.published,
            self.question,
            [self.wave],
            self.banners.language,
        )
        return [_Line(text, kind, code, self.item) for (kind, code), text in named.items()]

    @cached_property
    def _by_place(self) -> dict[tuple[str, ...], pd.Series]:
        names = ["statistic", "answer", "item", "level"]
        keys = self.rows[names].itertuples(index=False, name=None)
        return {key: row for key, (_, row) in zip(keys, self.rows.iterrows(), strict=True)}

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The explored comparisons with the rest, and of the table; planned ones stand apart."""
        found = self.banners.published.compare(
            self.question.id, self.wave, item=None if self.answer else self.item,
            answer=self.answer or None, segment=self.segment.id,
        )  # fmt: skip
        return found[~found["planned"]]

    # cells

    def _head(self, level: str) -> str:
        return self.banners.say("banner.head", letter=self.letters[level], level=self.levels[level])

    def _cell(self, line: _Line, level: str) -> Cell:
        row = self._by_place.get((line.statistic, line.answer, line.item, level))
        if row is None:
            return Cell("")
        mark = "*" if row["state"] == "indicative" else UNTESTED if self._is_untested(row) else ""
        cell = make_cell(float(row["value"]), line.unit, self.banners.language, mark)
        if cell.value is None:
            return cell
        text = cell.text + (self._interval(row) if not level else f" {row['letters']}")
        return Cell(text.rstrip(), cell.value, cell.unit)

    def _interval(self, row: pd.Series) -> str:
        if pd.isna(row["low"]) or pd.isna(row["high"]):
            return ""
        low, high = (
            format_number(float(row[name]), self.banners.language) for name in ("low", "high")
        )
        return f" ({low}–{high})"

    def _bases(self) -> Iterable[Sequence[str | Cell]]:
        """n, and the effective n where weights make it another number."""
        inside = self.rows[self.rows["base_rule"] == self.question.base_rule]
        groups = [inside[inside["level"] == level] for level in ("", *self.levels)]
        yield (self.banners.say("table.base"), *(self._count(group["base"]) for group in groups))
        known = inside.dropna(subset=["base", "effective"])
        if (known["base"] - known["effective"]).abs().max() >= 0.5:
            counts = (self._count(group["effective"]) for group in groups)
            yield (self.banners.say("banner.effective"), *counts)

    def _count(self, counts: pd.Series) -> Cell:
        known = counts.dropna()
        if known.empty:
            return make_cell(float("nan"), "count", self.banners.language)
        low, high = float(known.min()), float(known.max())
        text = [format_value(n, "count", self.banners.language) for n in (low, high)]
        return Cell("–".join(dict.fromkeys(text)), low, "count")

    # notes

    def _notes(self) -> list[str]:
        said = [
            *self._say_apart(),
            *self._say_letters(),
            *self._say_table(),
            *self._say_rest(),
            *self._say_sample(),
            *self._say_small(),
        ]
        study = self.banners.study
        weighted = study.wave(self.wave).weighting.method != "none"
        counted = say_unit(study, self.banners.language)
        return [*said, *([self.banners.say("banner.weighted")] if weighted else []), counted]

    def _say_table(self) -> list[str]:
        """Cramér's V of all answers by all levels; of one answer at a time for multiple choice."""
        found = self.compared[self.compared["statistic"] == "table"]
        tested = found[found["outcome"] == "tested"]
        if self.answer or found.empty:
            return []
        if tested.empty:
            return [self.banners.say("banner.table_untested", reason=self._reason(found.iloc[0]))]
        level = self.banners.study.plan.testing.level
        freedom = table_freedom(self.banners.study, self.question.id, self.segment.id)
        if (tested["answer"] == "").all():
            row = tested.iloc[0]
            if not row["p_adjusted"] < level:
                number = write_effect(row, self.banners.language)
                return [self.banners.say("banner.table_unclear", number=number, p=self._p(row))]
            effect = word_effect(row, self.banners.language, freedom)
            return [self.banners.say("banner.table", effect=effect, p=self._p(row))]
        return [self._say_answers(tested, level)]

    def _say_answers(self, tested: pd.DataFrame, level: float) -> str:
        """How many answers differ clearly, and the strongest of those; "none" names no effect."""
        clear = tested[tested["p_adjusted"] < level]
        number = format_number(len(tested), self.banners.language, 0)
        if clear.empty:
            return self.banners.say("banner.table_by_answer_unclear", tested=number)
        strongest = clear.sort_values("effect", ascending=False, kind="stable").iloc[0]
        texts = {a.code: a.text[self.banners.language] for a in self.question.all_answers}
        return self.banners.say(
            "banner.table_by_answer",
            clear=format_number(len(clear), self.banners.language, 0),
            tested=number,
            answer=texts.get(strongest["answer"], strongest["answer"]),
            effect=word_effect(strongest, self.banners.language),
        )

    def _say_rest(self) -> list[str]:
        """The effect of each level against the rest: of ranks or means, else of its answer most
        unlike the rest's."""
        found = self.compared[self.compared["versus"] == "rest"]
        for statistic in ("rank", "mean"):
            one = found[(found["statistic"] == statistic) & (found["item"] == self.item)]
            if len(one) and not self.answer:
                parts = [self._rest(one, level) for level in self.levels]
                return [self.banners.say(f"banner.rest_{statistic}", parts="; ".join(parts))]
        shares = found[found["statistic"].isin(SHARES)]
        if shares.empty:
            return []
        parts = [self._rest_of_answers(shares, level) for level in self.levels]
        return [self.banners.say("banner.rest_share", parts="; ".join(parts))]

    def _rest(self, rows: pd.DataFrame, level: str) -> str:
        row = choose_comparison(rows[rows["level"] == level])
        letter = self.letters[level]
        if row is None or row["outcome"] != "tested":
            return self.banners.say("banner.rest_untested", letter=letter)
        effect = write_effect(row, self.banners.language, short=True)
        return self.banners.say("banner.rest_part", letter=letter, effect=effect, p=self._p(row))

    def _rest_of_answers(self, rows: pd.DataFrame, level: str) -> str:
        mine = rows[(rows["level"] == level) & (rows["outcome"] == "tested")]
        if mine.empty:
            return self.banners.say("banner.rest_untested", letter=self.letters[level])
        order = mine["effect"].abs().sort_values(ascending=False, kind="stable").index
        row = mine.loc[order[0]]
        return self.banners.say(
            "banner.rest_part_of",
            letter=self.letters[level],
            label=self._label(row).rstrip("."),
            effect=write_effect(row, self.banners.language, short=True),
            p=self._p(row),
        )

    def _label(self, row: pd.Series) -> str:
        """What a compared row is called in this table."""
        for line in self.lines:
            if (line.statistic, line.answer, line.item) == (
                row["statistic"], row["answer"], row["item"]
            ):  # fmt: skip
                return line.label
        return str(row["answer"])

    def _say_apart(self) -> list[str]:
        """Why letters are left out, before any of them is met."""
        if name_columns(len(self.levels)) == [self.letters[level] for level in self.levels]:
            return []
        return [self.banners.say("banner.letters_apart")]

    def _say_letters(self) -> list[str]:
        """What the letters mean and how they were judged; or that no two columns differ."""
        if not self._has_columns:
            return [self.banners.say("banner.no_letters")]
        if not self._is_lettered:
            return [self.banners.say("banner.no_pair")]
        testing = self.banners.study.plan.testing
        return [
            self.banners.say("banner.letters"),
            self.banners.say(
                "banner.letters_tested",
                level=format_number(testing.level, self.banners.language, 2),
                method=self.banners.say(f"adjustment.{testing.adjust.replace('-', '_')}"),
                family=self._family.text[self.banners.language] if self._family else "",
            ),
        ]

    def _say_sample(self) -> list[str]:
        """How to read intervals and p-values, and that those of the rest are adjusted apart."""
        said = []
        if self._is_lettered and (self.compared["versus"] == "rest").any():
            said.append(self.banners.say("banner.rest_adjusted"))
        sample = self.banners.study.about.sample.replace("-", "_")
        return [*said, self.banners.say(f"banner.sample_{sample}")]

    @cached_property
    def _is_lettered(self) -> bool:
        """Whether any number of the table has a letter."""
        return self._has_columns and bool((self.rows["letters"] != "").any())

    @property
    def _has_columns(self) -> bool:
        return self._family is not None and "columns" in self._family.kinds

    @cached_property
    def _family(self) -> Family | None:
        """The family that tests this question by this segment."""
        headline = self.banners.study.headline_segments
        return next(
            (
                family
                for family in self.banners.study.families
                if self.question.id in family.questions
                and self.segment.id in (family.segments or headline)
            ),
            None,
        )

    def _say_small(self) -> list[str]:
        """What the marks and the word for withheld mean."""
        thresholds = self.banners.study.about.thresholds
        said = []
        if (self.rows["state"] == "indicative").any():
            untested = self._has_columns and self._least >= thresholds.indicative_below
            key = "banner.indicative" if untested else "chart.indicative"
            said.append(self.banners.say(key, n=str(thresholds.indicative_below)))
        if any(self._is_untested(row) for _, row in self.rows.iterrows()):
            least = format_number(self._least, self.banners.language, 0)
            said.append(self.banners.say("banner.untested", mark=UNTESTED, n=least))
        if (self.rows["state"] == "withheld").any():
            word = self.banners.say("chart.withheld")
            n = str(thresholds.withhold_below)
            said.append(self.banners.say("chart.withheld_any", word=word, n=n))
        return said

    def _is_untested(self, row: pd.Series) -> bool:
        """Whether the number of a column could not be tested, and no asterisk says so."""
        shown = row["level"] != "" and row["state"] == "published"
        return bool(self._has_columns and shown and row["base"] < self._least)

    @property
    def _least(self) -> int:
        return self.banners.study.plan.testing.least_base

    # smaller words

    def _caption(self) -> str:
        """The question, its item or answer, the segment and the wave."""
        parts = [self.question.label[self.banners.language].rstrip(".")]
        if self.item:
            parts.append(name_cells(self.question)[self.item][self.banners.language].rstrip("."))
        if self.answer:
            texts = {a.code: a.text for a in self.question.all_answers}
            texts |= {net.code: net.text for net in self.question.nets}
            text = texts[self.answer][self.banners.language]
            parts.append(self.banners.say("claims.quoted", text=text))
        return self.banners.say(
            "banner.caption",
            question=" – ".join(parts),
            segment=lower_start(self.segment.text[self.banners.language]),
            wave=self.banners.title(self.wave),
        )

    def _reason(self, row: pd.Series) -> str:
        return self.banners.say(f"outcome.{str(row['outcome']).replace('-', '_')}")

    def _p(self, row: pd.Series) -> str:
        return format_p(float(row["p_adjusted"]), self.banners.language)

    def _nothing(self) -> Refusal:
        return Refusal(
            Fault(
                where=f'a banner table of "{self.question.id}" by "{self.segment.id}"',
                found=f"no number by that segment in wave {self.wave}",
                allowed="questions and segments that published.csv has numbers of",
                todo="choose another segment (not the one made from the question) or another wave",
            )
        )
