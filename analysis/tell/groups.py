"""Published comparisons in, which groups and waves clearly differ out: sentence, title, table.

A range of groups says nothing of whether they differ: these words stand beside every range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.phrases import phrase
from analysis.tell.claims import SHARES
from analysis.tell.differences import Differences, Sign, sign_of
from analysis.tell.effects import write_effect
from analysis.tell.method.scope import Scope
from analysis.tell.ranked import lower_start
from analysis.tell.tables import Cell, Table
from analysis.wording import format_difference, format_number, format_p, join_words

STATISTICS = (*SHARES, "mean")
MOST_ROWS = 8


@dataclass(frozen=True)
class Groups:
    """What may be said of the levels of segments, in the language and the wave of `differences`."""

    differences: Differences
    scope: Scope

    @property
    def functions(self) -> dict[str, Callable[..., str]]:
        """What a page's cells may call, by name."""
        return {"group_verdict": self.group_verdict, "differing": self.differing}

    def group_verdict(self, question: str, answer: str, segment: str, item: str = "") -> str:
        """Return the sentence on which levels clearly differ from the other respondents.

        Without `answer` it is about means. Levels with too few answers are named as not tested.
        """
        judged = self._judge(question, answer, segment, item)
        names = self.scope.levels(segment)
        parts = [self._tell(row, names, answer) for row in judged.values() if self._sign(row)]
        untested = [names[level] for level, row in judged.items() if self._sign(row) is None]
        if len(untested) == len(judged):
            return self._say("groups.untested")
        said = [
            self._say("groups.clear", parts="; ".join(parts)) if parts else self._say("groups.none")
        ]
        if untested:
            listed = join_words([lower_start(name) for name in untested], self._language)
            said.append(self._say("groups.too_few", levels=listed))
        return " ".join(said)

    def differing(self, question: str, answer: str, segment: str, item: str = "") -> str:
        """Return which levels differ in a few words, for a title: "hoger bij a, lager bij b"."""
        judged = self._judge(question, answer, segment, item)
        names = self.scope.levels(segment)
        signs = {level: self._sign(row) for level, row in judged.items()}
        if all(sign is None for sign in signs.values()):
            return self._say("groups.title_untested")
        said = []
        for key, wanted in (("title_higher", 1), ("title_lower", -1)):
            levels = [lower_start(names[level]) for level in signs if signs[level] == wanted]
            if levels:
                said.append(self._say(f"groups.{key}", levels=join_words(levels, self._language)))
        return ", ".join(said) or self._say("groups.title_none")

    def clear_differences(self, questions: Iterable[str], top: int = MOST_ROWS) -> Table:
        """One row a question or item and segment: the group that differs most from the others.

        Of explored comparisons of numbers on enough answers, the clear ones, largest effect first.
        """
        return self._tabulate(set(questions), "rest", top)

    def clear_changes(self, questions: Iterable[str], top: int = MOST_ROWS) -> Table:
        """One row a question or item: the number that changed most since the wave before."""
        return self._tabulate(set(questions), "previous", top)

    # the published comparisons

    def _judge(self, question: str, answer: str, segment: str, item: str) -> dict[str, pd.Series]:
        """Return for each level the comparison with the rest to judge by."""
        found = {
            level: self.differences.find(question, answer, item, segment=segment, level=level)
            for level in self.scope.levels(segment)
        }
        return {level: row for level, row in found.items() if row is not None}

    def _sign(self, row: pd.Series) -> Sign | None:
        return sign_of(row, self.scope.study.plan.testing.level)

    def _tabulate(self, questions: set[str], versus: str, top: int) -> Table:
        scope = self.scope
        found = scope.published.comparisons
        found = found[
            (found["wave"] == scope.wave) & (found["versus"] == versus) & ~found["planned"]
            & (found["outcome"] == "tested") & found["statistic"].isin(STATISTICS)
            & found["question"].isin(questions)
        ]  # fmt: skip
        if versus == "previous":
            found = found[found["segment"] == ""]
        clear = found[found["p_adjusted"] < scope.study.plan.testing.level]
        order = clear["effect"].abs().sort_values(ascending=False, kind="stable").index
        shown = clear.loc[order].drop_duplicates(["question", "item", "segment"]).head(top)
        body = [self._row(row, versus) for _, row in shown.iterrows()]
        counts = (format_number(len(rows), scope.language, 0) for rows in (clear, found))
        note = scope.say(f"groups.note_{versus}", clear=next(counts), tested=next(counts))
        heads = ["what", *(["group"] if versus == "rest" else []), "number", versus, "effect", "p"]
        header = tuple(scope.say(f"groups.head_{head}") for head in heads)
        if not body:
            body = [(scope.say("groups.nothing"), *(Cell("–") for _ in header[1:]))]
        caption = scope.say(f"groups.caption_{versus}", wave=scope.title(scope.wave))
        return scope.table(caption, header, body, (note,))

    def _row(self, row: pd.Series, versus: str) -> tuple[str | Cell, ...]:
        scope = self.scope
        place = ".".join(part for part in (row["question"], row["item"]) if part)
        cells: list[str | Cell] = [scope.row(place, row["answer"] or None)]
        if versus == "rest":
            name = scope.levels(row["segment"])[row["level"]]
            cells.append(f"{name} ({lower_start(scope.segment(row['segment']))})")
        claims = self.differences.claims
        number = claims.find_row(
            row["question"], STATISTICS if row["answer"] else ("mean",), row["answer"],
            row["item"], row["segment"], row["level"],
        )  # fmt: skip
        cells.append(Cell(claims.write_value(number)))
        cells.append(Cell(scope.difference(row, is_share=row["statistic"] in SHARES)))
        cells.append(Cell(write_effect(row, scope.language, short=True)))
        cells.append(Cell(format_p(float(row["p_adjusted"]), scope.language).removeprefix("= ")))
        return tuple(cells)

    # words

    def _tell(self, row: pd.Series, names: dict[str, str], answer: str) -> str:
        """Return a level with its difference: "gebruikers (32,0 procentpunt hoger; …)"."""
        value, ends = float(row["value"]), [float(row["low"]), float(row["high"])]
        if value < 0:
            value, ends = -value, [-ends[1], -ends[0]]
        low, high = (format_difference(end, self._language) for end in ends)
        size = self.differences.size(value, is_share=bool(answer))
        key = "groups.higher" if row["value"] > 0 else "groups.lower"
        level = lower_start(names[row["level"]])
        return self._say(key, level=level, size=size, low=low, high=high)

    def _say(self, key: str, **values: str) -> str:
        return phrase(self._language, key, **values)

    @property
    def _language(self) -> str:
        return self.scope.language
