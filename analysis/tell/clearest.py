"""A page's theme in, what differs clearly in it out: between groups, and since the wave before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.tell.effects import write_effect
from analysis.tell.ranked import lower_start
from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table, make_cell
from analysis.wording import Unit, format_number, format_p, say_unit
from survey.published import SHARES

COMPARED = ("share", "net", "mean")


@dataclass(frozen=True)
class Clearest:
    """The explored comparisons of the questions of a theme in the page's wave.

    Without a theme those of all questions. What was planned beforehand stands elsewhere.
    """

    scope: Scope
    theme: str = ""

    @property
    def is_tested(self) -> bool:
        """Whether anything was tested between groups or since the wave before."""
        return bool(len(self._tested("rest")) or len(self._tested("previous")))

    def clear_differences(self, top: int = 8) -> Table | str | None:
        """The clearest differences of a group from the other respondents.

        One row a question, or row of a grid, and segment: the largest effect of those that are
        clear, of groups with enough respondents. The sentence that none is clear where none is;
        None where nothing was tested.
        """
        tested = self._tested("rest")
        if tested.empty:
            return None
        clear = self._clear(tested)
        numbers = self._count(tested, clear)
        if clear.empty:
            return self.scope.say("clearest.no_differences", tested=numbers["tested"])
        first = _take_first(clear, ["question", "item", "segment"], top)
        body = [(*self._name(row), *self._measure(row)) for _, row in first.iterrows()]
        header = self._heads("row", "group", "number", "from_rest", "effect", "p")
        caption = self.scope.say("clearest.differences_caption", wave=self._wave)
        told = self.scope.say("clearest.differences_note", **numbers)
        notes = (told, self.scope.say("clearest.rest"), *self._notes(len(first), "segment"))
        return self.scope.table(caption, header, body, notes, row_headers=2)

    def clear_changes(self, top: int = 8) -> Table | str | None:
        """The clearest changes among all respondents since the wave before; else likewise."""
        tested = self._tested("previous")
        before = self.scope.study.previous(self.scope.wave)
        if tested.empty or before is None:
            return None
        clear = self._clear(tested)
        since = {"before": self.scope.title(before.id)}
        numbers = self._count(tested, clear) | since
        if clear.empty:
            return self.scope.say("clearest.no_changes", tested=numbers["tested"], **since)
        first = _take_first(clear, ["question", "item"], top)
        body = [
            (self._name_row(row), self._number(row, before.id), *self._measure(row))
            for _, row in first.iterrows()
        ]
        waves = (self.scope.head(before.id), self.scope.head(self.scope.wave))
        header = (*self._heads("row"), *waves, *self._heads("change", "effect", "p"))
        caption = self.scope.say("clearest.changes_caption", wave=self._wave, **since)
        told = self.scope.say("clearest.changes_note", **numbers)
        return self.scope.table(caption, header, body, (told, *self._notes(len(first), "row")))

    # which comparisons

    def _tested(self, versus: str) -> pd.DataFrame:
        """The tested, explored comparisons of shares and means of the theme's questions.

        Single points of a rating are left out, for its mean is what is said of it.
        """
        study, found = self.scope.study, self.scope.published.comparisons
        asked = [q for q in study.asked(self.scope.wave) if self.theme in ("", q.theme)]
        ratings = {q.id for q in asked if q.kind == "rating"}
        here = (found["wave"] == self.scope.wave) & (found["outcome"] == "tested")
        here &= found["question"].isin([q.id for q in asked]) & ~found["planned"]
        here &= (found["versus"] == versus) & found["statistic"].isin(COMPARED)
        here &= ~(found["question"].isin(ratings) & (found["statistic"] == "share"))
        segments = ("",) if versus == "previous" else [one.id for one in study.segments]
        return found[here & found["segment"].isin(segments)]

    def _clear(self, tested: pd.DataFrame) -> pd.DataFrame:
        """Those that are clear and whose number rests on enough respondents, largest first."""
        clear = tested[tested["p_adjusted"] < self.scope.study.plan.testing.level]
        firm = [self._find(row, self.scope.wave)["state"] == "published"
                for _, row in clear.iterrows()]  # fmt: skip
        clear = clear[pd.Series(firm, index=clear.index, dtype=bool)]
        order = clear["effect"].abs().sort_values(ascending=False, kind="stable").index
        return clear.loc[order]

    def _count(self, tested: pd.DataFrame, clear: pd.DataFrame) -> dict[str, str]:
        numbers = {"tested": len(tested), "clear": len(clear)}
        return {k: format_number(n, self.scope.language, 0) for k, n in numbers.items()}

    def _find(self, row: pd.Series, wave: str) -> pd.Series:
        """The published number that a comparison is of, in this or another wave."""
        found = self.scope.published.pick(
            row["question"], wave, item=row["item"], answer=row["answer"],
            statistic=row["statistic"], segment=row["segment"], level=row["level"],
        )  # fmt: skip
        return found.iloc[0]

    # cells

    def _name(self, row: pd.Series) -> tuple[str, str]:
        level = self.scope.levels(row["segment"])[row["level"]]
        return self._name_row(row), level

    def _name_row(self, row: pd.Series) -> str:
        name = ".".join(part for part in (row["question"], row["item"]) if part)
        return self.scope.row(name, row["answer"] or None)

    def _measure(self, row: pd.Series) -> Sequence[str | Cell]:
        return (
            self._number(row, self.scope.wave),
            self.scope.difference(row, is_share=row["statistic"] in SHARES),
            write_effect(row, self.scope.language, short=True),
            format_p(float(row["p_adjusted"]), self.scope.language).removeprefix("= "),
        )

    def _number(self, row: pd.Series, wave: str) -> Cell:
        unit: Unit = "percent" if row["statistic"] in SHARES else "mean"
        return make_cell(float(self._find(row, wave)["value"]), unit, self.scope.language)

    def _heads(self, *keys: str) -> tuple[str, ...]:
        return tuple(self.scope.say(f"clearest.{key}") for key in keys)

    def _notes(self, shown: int, rule: str) -> tuple[str, ...]:
        study = self.scope.study
        sample = study.about.sample.replace("-", "_")
        number = format_number(shown, self.scope.language, 0)
        return (
            self.scope.say(f"clearest.shown_{rule}", shown=number),
            self.scope.say(
                "clearest.rule",
                level=format_number(study.plan.testing.level, self.scope.language, 2),
            ),
            self.scope.say(f"banner.sample_{sample}"),
            say_unit(study, self.scope.language),
        )  # fmt: skip

    @property
    def _wave(self) -> str:
        return lower_start(self.scope.title(self.scope.wave))


def _take_first(clear: pd.DataFrame, per: list[str], top: int) -> pd.DataFrame:
    """Return the first row of each combination of `per`, `top` at most."""
    return clear.drop_duplicates(per).head(top)
