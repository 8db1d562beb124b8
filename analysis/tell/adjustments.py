"""Standardised numbers and model effects in, the sentences that tell them out.

What a change would be at a fixed composition of the respondents, and how an outcome goes with the
segments when the others are held equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.phrases import phrase
from analysis.tell.claims import Claims
from analysis.tell.differences import sign_of
from analysis.tell.ranked import lower_start
from analysis.wording import format_difference, format_number, join_words
from survey.faults import Fault, Refusal, list_few, suggest
from survey.plan import Outcome

RELATIONS = "_relations"


@dataclass(frozen=True)
class Adjustments:
    """What may be said at a fixed composition, in the language and the wave of `claims`."""

    claims: Claims

    @property
    def functions(self) -> dict[str, Callable[..., object]]:
        """What a page's cells may call, by name."""
        names = ("standardised_change", "relation", "relation_findings")
        return {name: getattr(self, name) for name in names}

    def standardised_change(self, question: str, answer: str = "", item: str = "") -> str:
        """Return the sentence on a number over the waves at the reference wave's composition.

        "" where the plan fixes no composition or fewer than two waves compare.
        """
        study, language = self.claims.study, self.claims.language
        trend = study.plan.trend
        told = []
        for row in self.claims.find_course(question, answer, item):
            found = self.claims.published.pick(
                question, str(row["wave"]), item=item, answer=answer, statistic="standardised"
            )
            if len(found) and not pd.isna(found["value"].iloc[0]):
                value = self.claims.write_value(found.iloc[0])
                told.append(phrase(language, "claims.at_wave", value=value, wave=row["wave"]))
        if trend is None or len(told) < 2:
            return ""
        named = [lower_start(study.segment(segment).text[language]) for segment in trend.segments]
        return phrase(
            language,
            "adjusted.standardised",
            segments=join_words(named, language),
            reference=trend.reference,
            course=join_words(told, language),
        )

    def relation(self, outcome: str, segment: str, level: str) -> str:
        """Return the sentence on one level: the outcome's share beside that of the first level.

        The difference is the average marginal effect: all else in the model held equal.
        """
        declared = self.find_outcome(outcome)
        rows = self._effects(outcome, segment)
        rows = rows[rows["level"] == level]
        if rows.empty:
            place = f'the relation of "{outcome}" with {segment} / {level}'
            found = f"no such effect in wave {self.claims.wave}"
            allowed = "levels of the outcome's segments, except the first, that respondents have"
            raise Refusal(Fault(place, found, allowed, "look up its rows in comparisons.csv"))
        return self._tell(declared, rows.iloc[0])

    def relation_findings(self, outcome: str) -> str:
        """Return a sentence for every level that clearly differs, or that there is none."""
        declared = self.find_outcome(outcome)
        level = self.claims.study.plan.testing.level
        text = declared.text[self.claims.language]
        rows = self._effects(outcome)
        if rows.empty or not (rows["outcome"] == "tested").any():
            return self.claims.say("adjusted.no_model", outcome=text)
        clear = [row for _, row in rows.iterrows() if sign_of(row, level)]
        if not clear:
            return self.claims.say("adjusted.no_relation", outcome=text)
        return " ".join(self._tell(declared, row) for row in clear)

    def find_outcome(self, outcome: str) -> Outcome:
        """Return a declared outcome. Raises Refusal where the plan has none of that name."""
        named = {one.id: one for one in self.claims.study.plan.outcomes}
        if outcome not in named:
            allowed = list_few(list(named), 30) if named else "none is declared in plan.toml"
            raise Refusal(
                Fault("an outcome", f'"{outcome}"', allowed, suggest(outcome, list(named)))
            )
        return named[outcome]

    def _effects(self, outcome: str, segment: str | None = None) -> pd.DataFrame:
        rows = self.claims.published.compare(
            RELATIONS, self.claims.wave, item=outcome, statistic="effect", segment=segment
        )
        return rows[rows["level"] != ""]

    def _tell(self, outcome: Outcome, row: pd.Series) -> str:
        language = self.claims.language
        study = self.claims.study
        named = {
            level.code: level.text[language]
            for level in study.levels(study.segment(row["segment"]))
        }
        sign = sign_of(row, study.plan.testing.level)
        values = {
            "outcome": outcome.text[language],
            "segment": study.segment(row["segment"]).text[language],
            "level": named[row["level"]],
            "versus": named[row["versus"]],
        }
        if sign is None:
            return self.claims.say("adjusted.untested", **values)
        low, value, high = (float(row[name]) for name in ("low", "value", "high"))
        if sign < 0:
            low, value, high = -high, -value, -low
        size = format_number(abs(value), language).replace("-", "−")
        key = {1: "adjusted.more", -1: "adjusted.less", 0: "adjusted.unclear"}[sign]
        return self.claims.say(
            key,
            **values,
            size=self.claims.say(
                "claims.points", n=size if sign else format_difference(value, language)
            ),
            low=format_difference(low, language),
            high=format_difference(high, language),
        )
