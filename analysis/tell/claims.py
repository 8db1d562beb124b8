"""Published numbers in, the words of a sentence out: shares, bases, ranks and directions.

Everything a page's running text may say of a number comes from here, in the page's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.tell.ranked import Ranked, name_cells, name_rankable
from analysis.tell.scope import Scope
from analysis.wording import format_date, format_number, format_percent, join_words
from survey.faults import Fault, Refusal, list_few, suggest
from survey.published import SHARES, is_percentage
from survey.questionnaire import Question


@dataclass(frozen=True)
class Claims(Scope):
    """The numbers of one study as words of a sentence."""

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
        """Return a share as text, such as "58%"; where it is withheld, words that fit there.

        "less than 1%" where somebody gave an answer that rounds to nothing.
        """
        row = self.find_row(question, SHARES, answer, item, segment, level, wave)
        if row["value"] == 0 and row["count"] > 0:
            least = format_percent(1, self.language)
            return self.say("claims.less_than", share=least)
        return self.write_percent(row)

    def mean(self, question: str, item: str = "", **where: str) -> str:
        """Return a mean as text with one decimal."""
        return self.write_number(self.find_row(question, ("mean",), "", item, **_fill(where)))

    def median(self, question: str, item: str = "", **where: str) -> str:
        """Return a median as text with one decimal."""
        return self.write_number(self.find_row(question, ("median",), "", item, **_fill(where)))

    def is_skewed(self, question: str, item: str = "") -> bool:
        """Return whether the mean of a question lies above its median, both as published."""
        mean, median = (
            float(self.find_row(question, (name,), "", item)["value"])
            for name in ("mean", "median")
        )
        return mean > median

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

    def is_firm(
        self, question: str, answer: str = "", item: str = "", segment: str = "", level: str = ""
    ) -> bool:
        """Return whether a share, or without `answer` a mean, rests on enough respondents."""
        self.find_question(question)
        rows = self.published.pick(
            question,
            self.wave,
            item=item,
            answer=answer,
            statistic=SHARES if answer else "mean",
            segment=segment,
            level=level,
        )
        return len(rows) == 1 and rows["state"].iloc[0] == "published"

    def weighted_beside(
        self, question: str, answer: str = "", item: str = "", wave: str | None = None
    ) -> str:
        """Return a number and what it would be unweighted: "41% (zonder weging 38%)".

        The number alone where the wave is not weighted or the number is withheld.
        """
        at = wave or self.wave
        row = self.find_row(question, SHARES if answer else ("mean",), answer, item, wave=at)
        told = self.write_value(row)
        if self.study.wave(at).weighting.method == "none" or pd.isna(row["unweighted"]):
            return told
        plain = self.write_value(row.drop("value").rename({"unweighted": "value"}))
        return self.say("claims.weighted_beside", value=told, unweighted=plain)

    def course(self, question: str, answer: str = "", item: str = "") -> str:
        """Return a share over the waves, "31% in 2024 and 40% in 2025", since its last break."""
        told = [
            self.say("claims.at_wave", value=self.write_value(row), wave=row["wave"])
            for row in self.find_course(question, answer, item)
        ]
        return join_words(told, self.language)

    def find_course(self, question: str, answer: str, item: str) -> list[pd.Series]:
        """Return a number's rows up to the page's wave, from its last break in comparability on.

        Without `answer` those of the mean.
        """
        self.find_question(question)
        found: list[pd.Series] = []
        for passport in self.study.passports:
            rows = self.published.pick(
                question, passport.wave, item=item, answer=answer,
                statistic=SHARES if answer else "mean",
            )  # fmt: skip
            if rows.empty or rows["grade"].iloc[0] != "same":
                found = []
            if len(rows):
                found.append(rows.iloc[0])
            if passport.wave == self.wave:
                break
        return found

    def rank(
        self,
        question: str,
        answer: str | None = None,
        *,
        statistic: str = "share",
        segment: str = "",
        item: str = "",
        among: Iterable[str] | None = None,
        without: Iterable[str] = (),
    ) -> list[Ranked]:
        """Return what is ranked by its number, highest first; ties keep the declared order.

        Without `answer`: the answers of the question, except those outside the scale, "other,
        namely" and exclusive ones such as "none". With `answer`: the items of a grid by that
        answer or net. With `segment`: the levels of the segment by that answer or net, except
        those with few respondents. Withheld numbers are left out. `among` keeps and `without`
        leaves out ids.
        """
        asked = self.find_question(question)
        if segment:
            rows = self.published.pick(
                question, self.wave, item=item, answer=answer, segment=segment
            )
            rows = rows[rows["state"] == "published"]
            key = "level"
            named = {v.code: v.text for v in self.study.levels(self.study.segment(segment))}
        elif asked.kind == "grid":
            rows = self.published.pick(question, self.wave, answer=answer)
            key = "item"
            named = name_cells(asked, short=True)
        else:
            rows = self.published.pick(question, self.wave, item=item, statistic=statistic)
            key = "answer"
            named = name_rankable(asked)
        worded = name_cells(asked) if key == "item" else named
        rows = rows[rows["statistic"].isin(SHARES) & rows["value"].notna() & rows[key].isin(named)]
        kept = rows[key].isin(list(named) if among is None else list(among))
        rows = rows[kept & ~rows[key].isin(list(without))]
        rows = rows.sort_values("value", ascending=False, kind="stable")
        return [
            Ranked(
                id=str(row[key]),
                label=named[row[key]][self.language].rstrip("."),
                wording=worded[row[key]][self.language].rstrip("."),
                text=self.write_percent(row),
                value=float(row["value"]),
                base=self._count(row["base"]),
            )
            for _, row in rows.iterrows()
        ]

    def leaders(
        self,
        question: str,
        answer: str | None = None,
        *,
        top: int = 1,
        lowest: bool = False,
        quoted: bool = False,
        named: bool = False,
        **where: Any,
    ) -> str:
        """Return the first `top` of a ranking as "training (71%) and grants (64%)".

        Whatever ties with the last of them is told too. `lowest` counts from the other end;
        `quoted` gives what was asked, word for word, in quotation marks; `named` labels as they
        stand, without.
        `where` is what `rank` takes.
        """
        ranked = self.rank(question, answer, **where)
        if not ranked:
            return self.say("claims.nothing")
        if lowest:
            ranked = sorted(ranked, key=lambda one: one.value)
        limit = ranked[min(top, len(ranked)) - 1].value
        first = [one for one in ranked if (one.value <= limit if lowest else one.value >= limit)]
        told = []
        for one in first:
            label = one.label if named else one.inline
            if quoted:
                label = self.say("claims.quoted", text=one.wording)
            told.append(self.say("claims.ranked", label=label, share=one.text))
        return join_words(told, self.language)

    def spread(self, question: str, answer: str, segment: str, item: str = "") -> str:
        """Return the lowest and the highest share of a segment's levels, "9% (a) to 40% (b)".

        Levels with few respondents are left out, and the words say so.
        """
        ranked = self.rank(question, answer, segment=segment, item=item)
        if len(ranked) < 2:
            return self.say("claims.no_spread")
        high, low = ranked[0], ranked[-1]
        told = self.say(
            "claims.spread",
            low=low.text,
            low_label=low.inline,
            high=high.text,
            high_label=high.inline,
        )
        rows = self.published.pick(
            question, self.wave, item=item, answer=answer, segment=segment, statistic=SHARES
        )
        if (rows["state"] == "published").all():
            return told
        return self.say("claims.spread_part", spread=told)

    def label(self, question: str, code: str = "") -> str:
        """Return a question as the page's wave worded it, or one of its answers, nets or items."""
        asked = self.find_question(question)
        if not code:
            ask = self.study.wave(self.wave).find_ask(question)
            return ((ask and ask.text) or asked.text)[self.language]
        named = {
            **{answer.code: answer.text for answer in asked.all_answers},
            **{net.code: net.text for net in asked.nets},
            **name_cells(asked),
        }
        if code not in named:
            raise self._unknown(f"{question} {code}", code, named)
        return named[code][self.language]

    def was_asked(self, question: str, wave: str | None = None) -> bool:
        """Return whether a wave of the run asked a question."""
        self.find_question(question)
        return not self.published.pick(question, wave or self.wave).empty

    def wave_title(self, wave: str | None = None) -> str:
        """Return what a wave is called, as it stands within a sentence."""
        return self.title(wave or self.wave)

    def fielded(self, wave: str | None = None) -> str:
        """Return the days on which a wave was in the field, from – to."""
        first, last = self.study.wave(wave or self.wave).fielded
        return self.say(
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
                 "sharing", "is_firm", "is_skewed", "course", "rank", "leaders", "spread", "label",
                 "was_asked", "wave_title", "fielded", "list_words", "weighted_beside")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def find_question(self, question: str) -> Question:
        if question not in self.study.questionnaire.by_id:
            raise self._unknown(question, question, self.study.questionnaire.by_id)
        return self.study.questionnaire[question]

    def find_row(
        self,
        question: str,
        statistics: tuple[str, ...],
        answer: str = "",
        item: str = "",
        segment: str = "",
        level: str = "",
        wave: str | None = None,
    ) -> pd.Series:
        self.find_question(question)
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

    def write_value(self, row: pd.Series) -> str:
        """Return the value of a published row in its usual notation, or the words for withheld."""
        if is_percentage(row["statistic"], row["answer"]):
            return self.write_percent(row)
        return self.write_number(row)

    def write_percent(self, row: pd.Series) -> str:
        if pd.isna(row["value"]):
            return self.say("claims.too_few_share")
        return format_percent(float(row["value"]), self.language)

    def write_number(self, row: pd.Series) -> str:
        if pd.isna(row["value"]):
            return self.say("claims.too_few_number")
        return format_number(float(row["value"]), self.language)

    def _count(self, value: float) -> str:
        if pd.isna(value):
            return self.say("claims.too_few_count")
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


def _fill(where: dict[str, str]) -> dict[str, str]:
    """Refuse a misspelt place instead of ignoring it."""
    unknown = set(where) - {"segment", "level", "wave"}
    if unknown:
        raise TypeError(f"unknown place {sorted(unknown)}; allowed: segment, level, wave")
    return where
