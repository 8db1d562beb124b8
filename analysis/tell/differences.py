"""Published comparisons in, the words of a judgement out: more, less, or not clearly different.

A difference is clear where its comparison was tested and its adjusted p lies below the level of
the study's plan; nothing here computes a test of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.statistics.letters import name_columns
from analysis.tell.claims import Claims
from analysis.tell.course import Judged, Sign, judge_course
from analysis.tell.effects import word_effect, write_effect
from analysis.tell.ranked import lower_start
from analysis.wording import (
    format_date,
    format_difference,
    format_number,
    format_p,
    format_percent,
)
from survey.faults import Fault, Refusal, list_few, suggest
from survey.plan import Contrast
from survey.published import SHARES
from survey.study import Study

STATISTICS = (*SHARES, "mean")


def sign_of(comparison: pd.Series | None, level: float) -> Sign | None:
    """Return 1 or -1 for a clear difference, 0 for one that is not, None where none was tested."""
    if comparison is None or comparison["outcome"] != "tested" or pd.isna(comparison["value"]):
        return None
    if not comparison["p_adjusted"] < level:
        return 0
    return 1 if comparison["value"] > 0 else -1


def choose_comparison(found: pd.DataFrame) -> pd.Series | None:
    """Return the one comparison to judge by, of the same two numbers in several families.

    One planned beforehand comes first; else the one with the largest adjusted p, for a difference
    is not clear because it is so in one family of two.
    """
    if found.empty:
        return None
    if found["planned"].any():
        found = found[found["planned"]]
    ordered = found.sort_values("p_adjusted", ascending=False, na_position="first", kind="stable")
    return ordered.iloc[0]


def turn_comparison(comparison: pd.Series) -> pd.Series:
    """Return the same comparison seen from its other side: differences change their sign."""
    turned = comparison.copy()
    turned["level"], turned["versus"] = comparison["versus"], comparison["level"]
    turned["base"], turned["versus_base"] = comparison["versus_base"], comparison["base"]
    for low, value, high in (("low", "value", "high"), ("effect_low", "effect", "effect_high")):
        turned[value] = -comparison[value]
        turned[low], turned[high] = -comparison[high], -comparison[low]
    return turned


def name_letters(study: Study, segment: str) -> dict[str, str]:
    """Return the letter of each level of a segment: A for the first that is declared."""
    levels = [level.code for level in study.levels(study.segment(segment))]
    return dict(zip(levels, name_columns(len(levels)), strict=True))


def split_letters(letters: str, columns: int) -> list[str]:
    """Return the letters beneath a number one by one, as `assign_letters` joined them."""
    return letters.split() if columns > 26 else list(letters)


def table_freedom(study: Study, question: str, segment: str) -> int:
    """Return the smaller number of answers and levels of a table, less one; 1 at least."""
    levels = len(study.levels(study.segment(segment)))
    return max(1, min(levels, len(study.questionnaire[question].answers)) - 1)


@dataclass(frozen=True)
class Differences:
    """What may be said of differences, in the language and the wave of `claims`."""

    claims: Claims

    @property
    def functions(self) -> dict[str, Callable[..., object]]:
        """What a page's cells may call, by name."""
        names = ("change", "change_since", "direction", "contrast", "movement",
                 "since", "difference_from_rest", "effect_size", "smallest_difference",
                 "planned_contrast")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    # between waves

    def change(self, question: str, answer: str, item: str = "", wave: str | None = None) -> str:
        """Return the change since the wave before in percentage points, without its sign.

        Where the two waves cannot be compared, the phrase that says so.
        """
        value = float(self.claims.find_row(question, SHARES, answer, item, wave=wave)["change"])
        if pd.isna(value):
            return self.claims.say("claims.not_comparable")
        return self._points(abs(value), 0)

    def change_since(
        self, question: str, answer: str = "", item: str = "", wave: str | None = None
    ) -> str:
        """Return a change with its interval: "9,1 procentpunt hoger dan in 2025 (…)".

        Without `answer` it is the mean that changed.
        """
        at = wave or self.claims.wave
        before = self.claims.study.previous(at)
        found = self.find(question, answer, item, versus="previous", wave=at)
        if before is None or found is None:
            return self.claims.say("difference.no_change")
        return self._tell(
            found, self.claims.say("difference.in_wave", wave=before.id), is_share=answer
        )

    def direction(
        self,
        question: str,
        answer: str = "",
        item: str = "",
        *,
        up: str,
        down: str,
        same: str,
        unknown: str,
    ) -> str:
        """Return the words that fit the change since the wave before.

        "same" where it is not clear, `unknown` where nothing compares or nothing was tested.
        """
        self._check(question, answer, item)
        sign = self._sign(self.find(question, answer, item, versus="previous"))
        return unknown if sign is None else {1: up, -1: down, 0: same}[sign]

    def movement(self, question: str, answer: str = "", item: str = "") -> str:
        """Return how a number moved over its course, in the few words of a title.

        Only neighbouring waves are tested, so the steps that are clear are named: "tussen 2025 en
        2026 duidelijk meer". A course that goes one way without a clear step, and ends outside the
        interval it began in, is not told as standing still: that the whole was not tested is.
        """
        self._check(question, answer, item)
        key, values = self._judge_course(question, answer, item)
        return (
            self.claims.say(f"claims.moved_{key}", **values) if key != "moved" else values["steps"]
        )

    def since(self, question: str, answer: str = "", item: str = "") -> str:
        """Return the sentence that tells a number's course and its clear steps.

        "" for a single wave.
        """
        asked = [p for p in self.claims.study.passports if self.claims.was_asked(question, p.wave)]
        if len(asked) < 2:
            return ""
        key, values = self._judge_course(question, answer, item)
        if key != "unknown":
            values = values | {"course": self.claims.course(question, answer, item)}
        return self.claims.say(f"claims.since_{key}", **values)

    def _judge_course(self, question: str, answer: str, item: str) -> Judged:
        rows = self.claims.find_course(question, answer, item)
        steps = [
            self.find(question, answer, item, versus="previous", wave=str(row["wave"]))
            for row in rows[1:]
        ]
        return judge_course(rows, steps, [self._sign(step) for step in steps], self.claims.language)

    # between groups

    def contrast(
        self,
        question: str,
        answer: str = "",
        item: str = "",
        *,
        segment: str,
        level: str,
        other: str,
        more: str,
        less: str,
        same: str,
        unknown: str,
    ) -> str:
        """Return the words that fit how `level` compares with `other` level of a segment.

        "same" where they are not clearly different; `unknown` where one of them does not exist,
        rests on few respondents or was not tested. A planned comparison of the two decides, else
        the letters of the two columns do.
        """
        if not all(self.claims.is_firm(question, answer, item, segment, at)
                   for at in (level, other)):  # fmt: skip
            return unknown
        sign = self._contrast_sign(question, answer, item, segment, level, other)
        return unknown if sign is None else {1: more, -1: less, 0: same}[sign]

    def _contrast_sign(
        self, question: str, answer: str, item: str, segment: str, level: str, other: str
    ) -> Sign | None:
        if level == other:
            return 0
        found = self.find(question, answer, item, segment=segment, level=level, versus=other)
        if found is not None:
            return self._sign(found)
        one, two = (
            self.claims.find_row(question, STATISTICS, answer, item, segment, at)
            for at in (level, other)
        )
        if min(one["base"], two["base"]) < self.claims.study.plan.testing.least_base:
            return None
        letters = name_letters(self.claims.study, segment)
        above, below = (split_letters(str(row["letters"]), len(letters)) for row in (one, two))
        if letters[other] in above:
            return 1
        return -1 if letters[level] in below else 0

    def difference_from_rest(
        self,
        question: str,
        answer: str = "",
        item: str = "",
        *,
        segment: str,
        level: str,
        wave: str | None = None,
    ) -> str:
        """Return how a level differs from the other respondents, with its interval.

        "12,3 procentpunt hoger dan bij de andere respondenten (95%-interval 3,1 tot 21,5)";
        without `answer` it is about the mean.
        """
        self._check(question, answer, item, segment, level)
        found = self.find(question, answer, item, segment=segment, level=level, wave=wave)
        return self._tell(found, self.claims.say("difference.with_rest"), is_share=answer)

    def effect_size(
        self,
        question: str,
        answer: str = "",
        item: str = "",
        *,
        segment: str = "",
        level: str = "",
        versus: str = "rest",
    ) -> str:
        """Return the effect size of a comparison in words, "een klein verschil (h = 0,31 …)".

        Without `level` it is that of the whole table of `question` by `segment` (Cramér's V). Of
        what is not clear only the number is told, not whether it would be small or large.
        """
        if segment and not level:
            found = self.claims.published.compare(
                question, self.claims.wave, item=item, answer=answer, segment=segment,
                statistic="table",
            )  # fmt: skip
            row, freedom = (
                choose_comparison(found),
                1 if answer else table_freedom(self.claims.study, question, segment),
            )
        else:
            row = self.find(question, answer, item, segment=segment, level=level, versus=versus)
            freedom = 1
        told = "" if row is None else word_effect(row, self.claims.language, freedom)
        if row is not None and told and not self._is_clear(row):
            return self.claims.say(
                "difference.effect_unclear", number=write_effect(row, self.claims.language)
            )
        return told or self.claims.say("difference.no_effect")

    def smallest_difference(
        self,
        question: str,
        answer: str = "",
        item: str = "",
        *,
        segment: str = "",
        wave: str | None = None,
    ) -> str:
        """Return the sentence on the smallest difference that these bases can show.

        With `segment` that of its levels from the rest, else that from the wave before.
        """
        versus = "rest" if segment else "previous"
        rows = self._compare(question, answer, item, segment, None, versus, wave)
        sizes = rows.loc[rows["outcome"] == "tested", "detectable"].dropna()
        if sizes.empty:
            return self.claims.say("difference.no_power")
        ends = [format_number(float(n), self.claims.language) for n in (sizes.min(), sizes.max())]
        low, high = ends
        told = low if low == high else self.claims.say("difference.span", low=low, high=high)
        told = self.claims.say("claims.points", n=told) if answer else told
        power = format_percent(100 * self.claims.study.plan.testing.power, self.claims.language)
        named = {"size": told, "power": power}
        if segment:
            named["segment"] = lower_start(
                self.claims.study.segment(segment).text[self.claims.language]
            )
            versus = "rest" if low == high else "rest_span"
        return self.claims.say(f"difference.power_{versus}", **named)

    def planned_contrast(self, contrast: str, wave: str | None = None) -> str:
        """Return the sentence on a comparison planned before fieldwork; "" for other waves."""
        named = {one.id: one for one in self.claims.study.plan.contrasts}
        if contrast not in named:
            allowed = list_few(list(named), 30) if named else "none is planned in plan.toml"
            todo = suggest(contrast, list(named))
            raise Refusal(Fault("a planned contrast", f'"{contrast}"', allowed, todo))
        planned, at = named[contrast], wave or self.claims.wave
        if at not in planned.waves:
            return ""
        found = self.find_planned(planned, at)
        return self.claims.say(
            "difference.planned",
            text=planned.text[self.claims.language].rstrip("."),
            date=format_date(planned.planned, self.claims.language),
            told=self._tell(found, self.name_versus(planned), is_share=planned.answer or ""),
        )

    def find_planned(self, planned: Contrast, wave: str) -> pd.Series | None:
        """Return the published comparison of a planned contrast in a wave."""
        question, _, item = planned.row.partition(".")
        return self.find(
            question, planned.answer or "", item, segment=planned.segment or "",
            level=planned.level or "", versus=planned.versus, wave=wave,
        )  # fmt: skip

    def name_versus(self, planned: Contrast) -> str:
        """Return what a planned contrast compares with, as words after "than"."""
        if planned.versus == "rest":
            return self.claims.say("difference.with_rest")
        if planned.versus == "previous":
            return self.claims.say("difference.with_previous")
        levels = self.claims.study.levels(self.claims.study.segment(planned.segment or ""))
        named = {one.code: one.text[self.claims.language] for one in levels}
        return self.claims.say("difference.with_level", level=named[planned.versus])

    # the published comparison

    def find(
        self,
        question: str,
        answer: str = "",
        item: str = "",
        *,
        segment: str = "",
        level: str = "",
        versus: str = "rest",
        wave: str | None = None,
    ) -> pd.Series | None:
        """Return the comparison to judge by (see `choose_comparison`), None where there is none.

        Two levels are found whichever of them comes first in the table.
        """
        here = choose_comparison(
            self._compare(question, answer, item, segment, level, versus, wave)
        )
        if here is not None or versus in ("rest", "previous"):
            return here
        back = choose_comparison(
            self._compare(question, answer, item, segment, versus, level, wave)
        )
        return None if back is None else turn_comparison(back)

    def _compare(
        self,
        question: str,
        answer: str,
        item: str,
        segment: str,
        level: str | None,
        versus: str,
        wave: str | None,
    ) -> pd.DataFrame:
        return self.claims.published.compare(
            question, wave or self.claims.wave, item=item, answer=answer,
            statistic=SHARES if answer else "mean", segment=segment, level=level, versus=versus,
        )  # fmt: skip

    def _check(
        self, question: str, answer: str, item: str, segment: str = "", level: str = ""
    ) -> None:
        """Refuse a place that the published table does not have, instead of finding no test."""
        self.claims.find_row(
            question, SHARES if answer else ("mean",), answer, item, segment, level
        )

    # words

    def _sign(self, comparison: pd.Series | None) -> Sign | None:
        return sign_of(comparison, self.claims.study.plan.testing.level)

    def _is_clear(self, row: pd.Series) -> bool:
        """Whether a comparison is clear, also one without a direction, such as of a whole table."""
        return bool(row["p_adjusted"] < self.claims.study.plan.testing.level)

    def _tell(self, found: pd.Series | None, other: str, *, is_share: str) -> str:
        """Return a difference in words; `other` is what stands after "than"."""
        sign = self._sign(found)
        if found is None or sign is None:
            outcome = "not-tested-base" if found is None else str(found["outcome"])
            reason = self.claims.say(f"outcome.{outcome.replace('-', '_')}")
            return self.claims.say("difference.untested", other=other, reason=reason)
        value = float(found["value"])
        low, high = (
            format_difference(float(found[name]), self.claims.language) for name in ("low", "high")
        )
        if sign == 0:
            size = self._size(value, bool(is_share))
            p = format_p(float(found["p_adjusted"]), self.claims.language)
            return self.claims.say(
                "difference.unclear", other=other, size=size, low=low, high=high, p=p
            )
        key = "difference.higher" if sign > 0 else "difference.lower"
        if sign < 0:
            low, high = (
                format_difference(-float(found[name]), self.claims.language)
                for name in ("high", "low")
            )
        size = self._size(abs(value), bool(is_share))
        return self.claims.say(key, size=size, other=other, low=low, high=high)

    def _size(self, value: float, is_share: bool) -> str:
        if is_share:
            return self._points(value, 1)
        return format_difference(value, self.claims.language)

    def _points(self, value: float, decimals: int) -> str:
        key = "claims.point" if abs(value) == 1 else "claims.points"
        number = format_number(value, self.claims.language, decimals).replace("-", "−")
        return self.claims.say(key, n=number)
