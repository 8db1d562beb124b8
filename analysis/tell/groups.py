"""The comparisons of a segment's levels in, a verdict on the segment out: a sentence, or a title.

A range from the lowest to the highest group is no finding: with enough groups two are always far
apart. What is said here follows the published comparison of each level with the other respondents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from analysis.tell.claims import Claims
from analysis.tell.course import Sign
from analysis.tell.differences import Differences, sign_of, turn_comparison
from analysis.tell.effects import word_effect
from analysis.tell.ranked import lower_start, name_cells, name_rankable
from analysis.wording import format_difference, join_words
from survey.published import SHARES

# A title names at most this many rows that differ between groups.
MOST_IN_TITLE = 2


@dataclass(frozen=True)
class Level:
    """A level beside the other respondents: what it is called, and how it was judged."""

    name: str
    sign: Sign | None
    comparison: pd.Series | None

    @property
    def effect(self) -> float:
        """The size of its effect, 0 where none was computed."""
        found = self.comparison
        if found is None or pd.isna(found["effect"]):
            return 0.0
        return abs(float(found["effect"]))


@dataclass(frozen=True)
class Groups:
    """What may be said of all levels of a segment at once."""

    differences: Differences

    @property
    def functions(self) -> dict[str, Callable[..., object]]:
        """What a page's cells may call, by name."""
        names = ("group_verdict", "differing", "differing_most", "most_differing", "changing",
                 "most_changed", "telling_segment")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    # one number by a segment

    def group_verdict(
        self,
        question: str,
        answer: str,
        segment: str,
        item: str = "",
        *,
        effects: bool = False,
    ) -> str:
        """Return the sentences on which levels differ clearly from the other respondents.

        Each with its difference and 95 % interval, and with `effects` its size in words; or that
        no level does. Levels that were not tested are named. Without `answer` it is the mean.
        """
        levels = self.judge(question, answer, segment, item)
        if all(level.sign is None for level in levels):
            return self.claims.say("groups.untested")
        said = []
        for key, sign in (("groups.higher", 1), ("groups.lower", -1)):
            clear = [self._tell(one, answer, effects) for one in levels if one.sign == sign]
            if clear:
                said.append(self.claims.say(key, groups=self._join(clear)))
        if not said:
            whole = self._judge_whole(question, answer, segment, item)
            said.append(self.claims.say("groups.none_but_whole" if whole else "groups.none"))
        small = [one.name for one in levels if one.sign is None]
        if small:
            said.append(self.claims.say("groups.too_small", groups=self._join(small)))
        return " ".join(said)

    def differing(self, question: str, answer: str, segment: str, item: str = "") -> str:
        """Return the verdict in the few words of a title: "hoger bij musea, lager bij muziek"."""
        levels = self.judge(question, answer, segment, item)
        if all(level.sign is None for level in levels):
            return self.claims.say("groups.title_untested")
        told = self._name_signs(levels)
        if told:
            return told
        whole = self._judge_whole(question, answer, segment, item)
        return self.claims.say("groups.title_none_but_whole" if whole else "groups.title_none")

    def judge(self, question: str, answer: str, segment: str, item: str = "") -> list[Level]:
        """Return each level that the page's wave published, in declared order, as judged.

        Raises Refusal where the published table has no such number at all.
        """
        self.claims.find_row(question, SHARES if answer else ("mean",), answer, item)
        rows = self.claims.published.pick(
            question, self.claims.wave, item=item, answer=answer,
            statistic=SHARES if answer else "mean", segment=segment,
        )  # fmt: skip
        present = set(rows["level"])
        found = []
        for one in self.claims.study.levels(self.claims.study.segment(segment)):
            if one.code in present:
                comparison = self.differences.find(
                    question, answer, item, segment=segment, level=one.code
                )
                sign = sign_of(comparison, self._level)
                found.append(Level(lower_start(one.text[self.claims.language]), sign, comparison))
        return found

    # several answers or items by a segment

    def differing_most(
        self, question: str, segment: str, answer: str = "", among: Iterable[str] | None = None
    ) -> str:
        """Return the rows that differ most between groups, in the few words of a title.

        The rows are the answers of a question, or with `answer` the items of a grid by it, of
        `among` if given: "‘inkomen van makers’ hoger bij beeld, film en ontwerp".
        """
        judged = self._judge_rows(question, segment, answer, among)
        signs = [one.sign for levels in judged.values() for one in levels]
        if all(sign is None for sign in signs):
            return self.claims.say("groups.title_untested")
        clear = [row for row in judged if any(one.sign for one in judged[row])]
        clear.sort(key=lambda row: -_strongest(judged[row]))
        if not clear:
            return self.claims.say("groups.title_no_row")
        named = self._name_rows(question, answer)
        told = [
            self.claims.say("groups.row", row=named[row], verdict=self._name_signs(judged[row]))
            for row in clear[:MOST_IN_TITLE]
        ]
        return "; ".join(told)

    def most_differing(
        self,
        question: str,
        segment: str,
        answer: str = "",
        top: int = 4,
        among: Iterable[str] | None = None,
    ) -> list[str]:
        """Return the ids of rows for a figure: first what differs clearly, filled up by rank."""
        judged = self._judge_rows(question, segment, answer, among)
        clear = [row for row in judged if any(one.sign for one in judged[row])]
        clear.sort(key=lambda row: -_strongest(judged[row]))
        return self._fill(clear, list(judged), top)

    def telling_segment(self, question: str, answer: str = "") -> str:
        """Return the headline segment by which most of a question's rows differ clearly.

        Between two of its levels (the letters of a banner); next, from the other respondents. The
        first that is declared where none stands out.
        """

        def count(segment: str) -> tuple[int, int]:
            judged = self._judge_rows(question, segment, answer, None)
            clear = sum(any(one.sign for one in levels) for levels in judged.values())
            rows = self.claims.published.pick(
                question, self.claims.wave, answer=answer or None, segment=segment,
                statistic=SHARES,
            )  # fmt: skip
            lettered = rows.loc[rows["letters"] != "", ["item", "answer"]].drop_duplicates()
            return len(lettered), clear

        return max(self.claims.study.headline_segments, key=count)

    # several answers or items since the wave before

    def changing(self, question: str, answer: str = "", among: Iterable[str] | None = None) -> str:
        """Return which rows changed clearly since the wave before, in the few words of a title.

        Rows as for `differing_most`.
        """
        judged = self._judge_changes(question, answer, among)
        before = self.claims.study.previous(self.claims.wave)
        if before is None or all(one.sign is None for one in judged.values()):
            return self.claims.say("groups.title_no_change_tested")
        named, told = self._name_rows(question, answer), []
        for key, sign in (("groups.more_than", 1), ("groups.less_than", -1)):
            clear = [row for row, one in judged.items() if one.sign == sign]
            clear.sort(key=lambda row: -judged[row].effect)
            if clear:
                rows = self._join([named[row] for row in clear[:MOST_IN_TITLE]])
                told.append(self.claims.say(key, wave=before.id, rows=rows))
        if not told:
            return self.claims.say("groups.title_no_change", wave=before.id)
        return "; ".join(told)

    def most_changed(
        self, question: str, answer: str = "", top: int = 3, among: Iterable[str] | None = None
    ) -> list[str]:
        """Return the ids of rows for a figure over waves: what changed clearly, filled by rank."""
        judged = self._judge_changes(question, answer, among)
        clear = [row for row, one in judged.items() if one.sign]
        clear.sort(key=lambda row: -judged[row].effect)
        return self._fill(clear, list(judged), top)

    # what the parts share

    def _judge_rows(
        self, question: str, segment: str, answer: str, among: Iterable[str] | None
    ) -> dict[str, list[Level]]:
        """Id of an item, or of an answer, → its judged levels; in order of rank."""
        kept = self._rows(question, answer, among)
        if answer:
            return {item: self.judge(question, answer, segment, item) for item in kept}
        return {one: self.judge(question, one, segment) for one in kept}

    def _judge_changes(
        self, question: str, answer: str, among: Iterable[str] | None
    ) -> dict[str, Level]:
        """Id of an item, or of an answer, → its judged change since the wave before."""
        found = {}
        find = partial(self.differences.find, question, versus="previous")
        for row in self._rows(question, answer, among):
            comparison = find(answer, row) if answer else find(row)
            found[row] = Level(row, sign_of(comparison, self._level), comparison)
        return found

    def _rows(self, question: str, answer: str, among: Iterable[str] | None) -> list[str]:
        ranked = self.claims.rank(question, answer or None, among=among)
        return [one.id for one in ranked]

    def _name_rows(self, question: str, answer: str) -> dict[str, str]:
        asked = self.claims.find_question(question)
        texts = name_cells(asked, short=True) if answer else name_rankable(asked)
        quoted = {code: text[self.claims.language].rstrip(".") for code, text in texts.items()}
        return {code: self.claims.say("claims.quoted", text=text) for code, text in quoted.items()}

    def _fill(self, first: list[str], others: list[str], top: int) -> list[str]:
        """Return `top` ids in order of rank: those of `first`, then of the others."""
        chosen = [*first, *(one for one in others if one not in first)][:top]
        return [one for one in others if one in chosen]

    def _judge_whole(self, question: str, answer: str, segment: str, item: str) -> bool:
        """Whether a test of this number over all levels at once was clear."""
        found = self.claims.published.compare(
            question, self.claims.wave, item=item, answer=answer, segment=segment, level="",
            statistic="table" if answer else "rank",
        )  # fmt: skip
        tested = found[found["outcome"] == "tested"]
        return bool((tested["p_adjusted"] < self._level).any())

    def _name_signs(self, levels: list[Level]) -> str:
        told = []
        for key, sign in (("groups.title_higher", 1), ("groups.title_lower", -1)):
            names = [one.name for one in levels if one.sign == sign]
            if names:
                told.append(self.claims.say(key, groups=self._join(names)))
        return ", ".join(told)

    def _tell(self, level: Level, answer: str, effects: bool) -> str:
        """Return a level that differs clearly with its difference, "musea (25,7 procentpunt …)"."""
        found = level.comparison
        if found is None or not level.sign:
            raise ValueError(f"{level.name}: not clearly different; tell those that are")
        if level.sign < 0:  # the words say that it is lower, so its size has no sign
            found = turn_comparison(found)
        size, low, high = (
            format_difference(float(found[name]), self.claims.language)
            for name in ("value", "low", "high")
        )
        size = (
            self.claims.say("claims.points", n=size)
            if answer
            else self.claims.say("groups.size", size=size)
        )
        told = {"group": level.name, "size": size, "low": low, "high": high}
        effect = word_effect(found, self.claims.language) if effects else ""
        if effect:
            return self.claims.say("groups.one_with_effect", effect=effect, **told)
        return self.claims.say("groups.one", **told)

    def _join(self, words: list[str]) -> str:
        return join_words(words, self.claims.language)

    @property
    def claims(self) -> Claims:
        return self.differences.claims

    @property
    def _level(self) -> float:
        return self.claims.study.plan.testing.level


def _strongest(levels: list[Level]) -> float:
    return max((one.effect for one in levels if one.sign), default=0.0)
