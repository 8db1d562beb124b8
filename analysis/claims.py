"""Published numbers in, the words of a sentence out: shares, bases, ranks and directions.

Everything a page's running text may say of a number comes from here, in the page's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.phrases import phrase
from analysis.wording import format_date, format_number, format_percent, join_words
from survey.faults import Fault, Refusal, list_few, suggest
from survey.published import Published
from survey.questionnaire import Question
from survey.study import Study

SHARES = ("share", "net", "bin", "ranked")


@dataclass(frozen=True)
class Ranked:
    """One row of a ranking: what it is called, its number as text and as value, its base."""

    id: str
    label: str
    text: str
    value: float
    base: str

    @property
    def inline(self) -> str:
        """The label as it stands within a sentence: a lower-case start, unless an abbreviation."""
        return lower_start(self.label)

    def __str__(self) -> str:
        return self.inline


def lower_start(label: str) -> str:
    """Lower the first letter, except of abbreviations such as AI or names with inner capitals."""
    word = label.split(" ", 1)[0]
    return (
        label if len(word) > 1 and word[1:] != word[1:].lower() else label[:1].lower() + label[1:]
    )


@dataclass(frozen=True)
class Claims:
    """The numbers of one study in one language; `wave` is the wave that pages speak of."""

    study: Study
    published: Published
    language: str
    wave: str

    def share(
        self,
        question: str,
        answer: str,
        item: str = "",
        *,
        segment: str = "",
        level: str = "",
        wave: str | None = None,
    ) -> str:
        """Return a share as text, such as "58%"; "too few answers" where it is withheld."""
        return self._percent(self._row(question, SHARES, answer, item, segment, level, wave))

    def mean(self, question: str, item: str = "", **where: str) -> str:
        """Return a mean as text with one decimal."""
        return self._number(self._row(question, ("mean",), "", item, **_fill(where)))

    def median(self, question: str, item: str = "", **where: str) -> str:
        """Return a median as text with one decimal."""
        return self._number(self._row(question, ("median",), "", item, **_fill(where)))

    def base(self, question: str, item: str = "", wave: str | None = None) -> str:
        """Return how many respondents are in the 100 % of a question."""
        rows = self.published.pick(question, wave or self.wave, item=item, segment="")
        rows = rows[rows["base_rule"] == self.study.questionnaire[question].base_rule]
        if rows.empty:
            raise self._missing(question, "a base", item)
        return self._count(rows["base"].iloc[0])

    def analysed(self, wave: str | None = None) -> str:
        """Return how many respondents of a wave were analysed."""
        flow = self.published.pick("_flow", wave or self.wave)
        return self._count(flow["value"].iloc[-1])

    def received(self, wave: str | None = None) -> str:
        """Return how many answers of a wave were received."""
        flow = self.published.pick("_flow", wave or self.wave)
        return self._count(flow["value"].iloc[0])

    def organisations(self, wave: str | None = None) -> str:
        """Return how many organisations answered, where a wave has an organisation code."""
        rows = self.published.pick("_clusters", wave or self.wave, answer="organisations")
        return self._count(rows["value"].iloc[0]) if len(rows) else ""

    def sharing(self, wave: str | None = None) -> str:
        """Return how many respondents share their organisation with another respondent."""
        rows = self.published.pick("_clusters", wave or self.wave, answer="sharing")
        return self._count(rows["value"].iloc[0]) if len(rows) else ""

    def change(self, question: str, answer: str, item: str = "", wave: str | None = None) -> str:
        """Return the change since the wave before in percentage points, without its sign.

        Where the two waves cannot be compared, the phrase that says so.
        """
        value = self._change(question, answer, item, wave)
        if pd.isna(value):
            return phrase(self.language, "claims.not_comparable")
        return phrase(self.language, "claims.points", n=format_number(abs(value), self.language, 0))

    def direction(
        self,
        question: str,
        answer: str,
        item: str = "",
        *,
        up: str,
        down: str,
        same: str,
        unknown: str,
    ) -> str:
        """Return the words that fit the sign of a change; `unknown` where nothing compares.

        A change that rounds to nothing, or whose two intervals overlap, is "same".
        """
        value = self._change(question, answer, item, None)
        if pd.isna(value):
            return unknown
        row = self._row(question, SHARES, answer, item)
        earlier = self.study.previous(self.wave)
        before = self._row(question, SHARES, answer, item, wave=earlier.id if earlier else None)
        if value > 0 and row["low"] > before["high"]:
            return up
        if value < 0 and row["high"] < before["low"]:
            return down
        return same

    def rank(
        self,
        question: str,
        answer: str | None = None,
        *,
        statistic: str = "share",
        segment: str = "",
        item: str = "",
        among: Iterable[str] | None = None,
    ) -> list[Ranked]:
        """Return what is ranked by its number, highest first; ties keep the declared order.

        Without `answer`: the answers of the question. With `answer`: the items of a grid by that
        answer or net; with `segment`: the levels of the segment by that answer or net. Withheld
        numbers are left out.
        """
        asked = self._question(question)
        if segment:
            rows = self.published.pick(
                question, self.wave, item=item, answer=answer, segment=segment
            )
            key = "level"
            named = {v.code: v.text for v in self.study.levels(self.study.segment(segment))}
        elif asked.kind == "grid":
            rows = self.published.pick(question, self.wave, answer=answer)
            key = "item"
            named = _name_cells(asked)
        else:
            rows = self.published.pick(question, self.wave, item=item, statistic=statistic)
            key = "answer"
            outside = {a.code for _, a in asked.outside}
            named = {a.code: a.text for a in asked.answers if a.code not in outside}
        rows = rows[rows["statistic"].isin(SHARES) & rows["value"].notna() & rows[key].isin(named)]
        if among is not None:
            rows = rows[rows[key].isin(list(among))]
        rows = rows.sort_values("value", ascending=False, kind="stable")
        return [
            Ranked(
                id=str(row[key]),
                label=named[row[key]][self.language],
                text=self._percent(row),
                value=float(row["value"]),
                base=self._count(row["base"]),
            )
            for _, row in rows.iterrows()
        ]

    def label(self, question: str, code: str = "") -> str:
        """Return the text of a question, or of one of its answers, nets or items."""
        asked = self._question(question)
        if not code:
            return asked.text[self.language]
        named = {
            **{answer.code: answer.text for answer in asked.all_answers},
            **{net.code: net.text for net in asked.nets},
            **_name_cells(asked),
        }
        if code not in named:
            raise self._unknown(f"{question} {code}", code, named)
        return named[code][self.language]

    def wave_title(self, wave: str | None = None) -> str:
        """Return what a wave is called."""
        return self.study.wave(wave or self.wave).title[self.language]

    def fielded(self, wave: str | None = None) -> str:
        """Return the days on which a wave was in the field, from – to."""
        first, last = self.study.wave(wave or self.wave).fielded
        return phrase(
            self.language,
            "claims.from_to",
            first=format_date(first, self.language),
            last=format_date(last, self.language),
        )

    def list_words(self, words: Iterable[object]) -> str:
        """Return "a, b and c" in the language of the page."""
        return join_words([str(word) for word in words], self.language)

    @property
    def functions(self) -> dict[str, Callable[..., object]]:
        """What a page's cells may call, by name."""
        names = ("share", "mean", "median", "base", "analysed", "received", "organisations",
                 "sharing", "change", "direction", "rank", "label", "wave_title", "fielded",
                 "list_words")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def _question(self, question: str) -> Question:
        if question not in self.study.questionnaire.by_id:
            raise self._unknown(question, question, self.study.questionnaire.by_id)
        return self.study.questionnaire[question]

    def _row(
        self,
        question: str,
        statistics: tuple[str, ...],
        answer: str = "",
        item: str = "",
        segment: str = "",
        level: str = "",
        wave: str | None = None,
    ) -> pd.Series:
        self._question(question)
        rows = self.published.pick(
            question,
            wave or self.wave,
            item=item,
            answer=answer,
            statistic=statistics,
            segment=segment,
            level=level,
        )
        if len(rows) != 1:
            raise self._missing(question, "/".join(statistics), item, answer, segment, level)
        return rows.iloc[0]

    def _change(self, question: str, answer: str, item: str, wave: str | None) -> float:
        return float(self._row(question, SHARES, answer, item, wave=wave)["change"])

    def _percent(self, row: pd.Series) -> str:
        if pd.isna(row["value"]):
            return phrase(self.language, "claims.too_few")
        return format_percent(float(row["value"]), self.language)

    def _number(self, row: pd.Series) -> str:
        if pd.isna(row["value"]):
            return phrase(self.language, "claims.too_few")
        return format_number(float(row["value"]), self.language)

    def _count(self, value: float) -> str:
        if pd.isna(value):
            return phrase(self.language, "claims.too_few")
        return format_number(float(value), self.language, 0)

    def _missing(self, question: str, what: str, *where: str) -> Refusal:
        place = " / ".join(part for part in where if part) or "over all respondents"
        return Refusal(
            Fault(
                where=f'{what} of "{question}" in wave {self.wave} ({place})',
                found="no such number in the published table",
                allowed="the numbers in published.csv of this study",
                todo="look up question, item, answer and level there, or choose another wave",
            )
        )

    def _unknown(self, where: str, found: str, allowed: Iterable[str]) -> Refusal:
        names = list(allowed)
        return Refusal(Fault(where, f'"{found}"', list_few(names, 30), suggest(found, names)))


def _name_cells(question: Question) -> dict[str, dict[str, str]]:
    """The items of a grid, and item.period where it has periods, with their texts."""
    names = {item.id: item.text for item in question.items}
    for item in question.items:
        for period in question.periods:
            names[f"{item.id}.{period.code}"] = {
                language: f"{text} – {period.text[language]}"
                for language, text in item.text.items()
            }
    return names


def _fill(where: dict[str, str]) -> dict[str, str]:
    """Refuse a misspelt place instead of ignoring it."""
    unknown = set(where) - {"segment", "level", "wave"}
    if unknown:
        raise TypeError(f"unknown place {sorted(unknown)}; allowed: segment, level, wave")
    return where
