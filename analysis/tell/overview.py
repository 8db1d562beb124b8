"""A study and its published table in, the tables and words about the survey itself out.

Who answered, what was left out, what was found in the data, what changed between waves, what the
columns of the open data hold, and how to cite it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table, explain_cells, make_cell, make_table
from analysis.wording import (
    format_date,
    format_number,
    format_percent,
    format_period,
    join_words,
    say_unit,
)
from survey.published import COLUMNS, COMPARED, ORIGIN

GRAVITY: tuple[str, ...] = ("stop", "drop", "blank", "note")


@dataclass(frozen=True)
class Overview(Scope):
    """The tables and words about a survey itself, in one language."""

    @property
    def tables(self) -> dict[str, Callable[..., Table]]:
        """The tables that a page's cells may place, by name."""
        names = ("flow", "findings", "composition", "sources", "wave_notes", "rules", "columns",
                 "compared_columns")  # fmt: skip
        return {"waves": self.list_waves, **{name: getattr(self, name) for name in names}}

    @property
    def texts(self) -> dict[str, Callable[..., str]]:
        """The words that a page's cells may place, by name."""
        names = ("study_title", "recruitment", "population", "respondents", "threshold", "licence",
                 "citation", "wave_titles", "share_of_asked", "data_date")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    @property
    def facts(self) -> dict[str, bool | tuple[str, ...]]:
        """What a page's cells may ask in an `if`, by name."""
        latest = self.published.pick("_clusters", self.wave, answer="sharing")
        return {
            "is_invented": self.study.invented,
            "is_self_selected": self.study.about.sample == "self-selected",
            "is_random": self.study.about.sample == "random",
            "is_census": self.study.about.sample == "census",
            "drops_incomplete": self.study.about.cleaning.incomplete == "drop",
            "has_sharing": bool(len(latest)) and latest["value"].iloc[0] != 0,
            "has_trend": len(self.study.passports) > 1,
            "has_margins": any(
                self.study.margin(s.id, self.wave) for s in self.study.segments if s.headline
            ),
            "has_notes": any(self.study.wave(wave).notes for wave in self.waves),
            "segments": tuple(segment.id for segment in self.study.segments),
            "headline_segments": tuple(s.id for s in self.study.segments if s.headline),
            "wave_ids": tuple(passport.wave for passport in self.study.passports),
        }

    # tables

    def flow(self) -> Table:
        """Reasons × waves: how many were received, left out for each reason, and analysed."""
        waves = self.waves
        flows = {wave: self.published.pick("_flow", wave) for wave in waves}
        reasons = list(dict.fromkeys(r for flow in flows.values() for r in flow["answer"]))
        rows: list[Sequence[str | Cell]] = []
        for reason in reasons:
            bold = reason in ("received", "analysed")
            cells: list[str | Cell] = []
            for wave in waves:
                found = flows[wave][flows[wave]["answer"] == reason]
                column = "value" if bold else "count"
                cells.append(self.count(found[column].iloc[0]) if len(found) else "")
            rows.append((self.say(f"flow.{reason}"), *cells))
        header = (self.say("overview.submissions"), *map(self.head, waves))
        return self._table(header, rows, "overview.flow_caption")

    def findings(self) -> Table:
        """Checks × waves: how many findings and what followed, the gravest and most first."""
        waves = self.waves
        found = self.published.rows[self.published.rows["question"] == "_findings"]
        rows: list[Sequence[str | Cell]] = []
        groups = found.groupby(["answer", "level"], sort=False)
        for (check, action), part in sorted(groups, key=lambda group: _rank_finding(*group)):
            counts = part.groupby("wave")["value"].sum()
            cells = [self.count(counts.get(wave, 0.0)) for wave in waves]
            rows.append((self.say(f"check.{check}"), self.say(f"action.{action}"), *cells))
        words = (self.say(f"overview.{key}") for key in ("check", "consequence"))
        header = (*words, *map(self.head, waves))
        if not rows:
            rows = [(self.say("overview.no_findings"), "", *("0" for _ in waves))]
        return self._table(header, rows, "overview.findings_caption")

    def composition(self, segment: str) -> Table:
        """Levels × waves: the respondents as they came in, unweighted, beside the population."""
        waves = self.waves
        declared = self.study.segment(segment)
        margins = {w: m for w in waves if (m := self.study.margin(segment, w))}
        header: list[str] = [self.text(declared.text)]
        for wave in waves:
            header.append(self.head(wave))
            if wave in margins:
                header.append(self.say("overview.population_in", wave=self.title(wave)))
        rows: list[Sequence[str | Cell]] = []
        for level in self.study.levels(declared):
            cells: list[Cell] = []
            for wave in waves:
                found = self.published.pick("_segments", wave, item=segment, answer=level.code)
                cells.append(self._percent(found, "share", "unweighted"))
                if wave in margins:
                    cells.append(self._percent(found, "margin"))
            if any(cell.text for cell in cells):
                rows.append((self.text(level.text), *cells))
        base: list[str | Cell] = [self.say("table.base")]
        for wave in waves:
            shares = self.published.pick("_segments", wave, item=segment, statistic="share")
            base.append(self.count(shares["base"].iloc[0]) if len(shares) else "")
            if wave in margins:
                base.append("")
        known: dict[tuple[str, str], list[str]] = {}
        for wave, margin in margins.items():
            told = (self.text(margin.source), format_date(margin.date, self.language))
            known.setdefault(told, []).append(self.title(wave))
        notes = tuple(
            self.say(
                "overview.margin_source",
                waves=join_words(titles, self.language),
                source=source,
                date=date,
            )
            for (source, date), titles in known.items()
        )
        caption = self.say("overview.composition_caption", segment=self.text(declared.text))
        absent = self.say("topline.not_offered")
        marks = explain_cells(rows, self.study.about.thresholds, self.language, absent)
        notes = (*marks, *notes, say_unit(self.study, self.language))
        return make_table(caption, header, [*rows, base], notes)

    def list_waves(self) -> Table:
        """One row a wave: fieldwork, received and analysed."""
        rows: list[Sequence[str | Cell]] = []
        for wave in self.waves:
            flow = self.published.pick("_flow", wave)
            fielded = format_period(*self.study.wave(wave).fielded, self.language)
            ends = (self.count(flow["value"].iloc[at]) for at in (0, -1))
            rows.append((self.head(wave), fielded, *ends))
        words = ("wave", "fielded", "received", "analysed")
        header = tuple(self.say(f"overview.{word}") for word in words)
        return self._table(header, rows, "overview.waves_caption")

    def sources(self) -> Table:
        """One row a wave: how it was filled in, where it comes from and when it was delivered."""
        rows = [
            (
                self.head(passport.wave),
                self.text(passport.mode),
                self.text(passport.origin),
                format_date(passport.delivered, self.language),
            )
            for passport in self.study.passports
        ]
        words = ("wave", "mode", "origin", "delivered")
        header = tuple(self.say(f"overview.{word}") for word in words)
        return self._table(header, rows, "overview.sources_caption")

    def wave_notes(self) -> Table:
        """One row a note: what a reader must know of a wave."""
        rows = [
            (self.head(wave), self.text(note))
            for wave in self.waves
            for note in self.study.wave(wave).notes
        ]
        header = tuple(self.say(f"overview.{key}") for key in ("wave", "explanation"))
        return self._table(header, rows, "overview.wave_notes_caption")

    def rules(self) -> Table:
        """One row a kind of doubtful submission: how it is recognised and what happens to it."""
        rules = self.study.about.cleaning
        least = format_number(rules.straightline_items, self.language, 0)
        share = self.share_of_asked
        told = {
            "duplicate": ({}, rules.duplicates),
            "incomplete": ({"share": share("complete_at")}, rules.incomplete),
            "speeder": ({"share": share("speeder_below")}, rules.speeders),
            "straightliner": ({"n": least}, rules.straightliners),
        }
        reasons = (out.reason for wave in self.waves for out in self.study.wave(wave).exclude)
        named = [self.text(reason).rstrip(".") for reason in reasons]
        tests = [
            (self.say("flow.test_answer"), "; ".join(dict.fromkeys(named)),
             self.say("treatment.drop"))
        ] if named else []  # fmt: skip
        rows = tests + [
            (
                self.say(f"flow.{doubt}"),
                self.say(f"rule.{doubt}", **values),
                self.say(f"treatment.{treatment.replace('-', '_')}"),
            )
            for doubt, (values, treatment) in told.items()
        ]
        words = ("doubt", "recognised", "treatment")
        header = tuple(self.say(f"overview.{word}") for word in words)
        return self._table(header, rows, "overview.rules_caption")

    def columns(self) -> Table:
        """One row a column of the published table: its name and what it holds."""
        return self._explain(COLUMNS, "column", "overview.columns_caption")

    def compared_columns(self) -> Table:
        """One row a column of the published comparisons: its name and what it holds."""
        return self._explain(COMPARED, "compared", "compared.caption")

    def _explain(self, columns: Iterable[str], section: str, caption: str) -> Table:
        rows = [(name, self.say(f"{section}.{name}")) for name in (*columns, ORIGIN[0])]
        header = (self.say("overview.column"), self.say("overview.meaning"))
        return self._table(header, rows, caption)

    # words

    def study_title(self) -> str:
        return self.text(self.study.about.title)

    def recruitment(self) -> str:
        return self.text(self.study.about.recruitment)

    def population(self) -> str:
        return self.text(self.study.about.population)

    def respondents(self) -> str:
        return self.text(self.study.about.respondents)

    def threshold(self, name: str) -> str:
        """Return "withhold_below" or "indicative_below" as text."""
        return format_number(getattr(self.study.about.thresholds, name), self.language, 0)

    def share_of_asked(self, name: str) -> str:
        """Return "complete_at" or "speeder_below" of the cleaning rules as a percentage."""
        return format_percent(100 * getattr(self.study.about.cleaning, name), self.language)

    def licence(self) -> str:
        return self.study.about.licence

    def data_date(self) -> str:
        """Return the day on which the last wave of the run was delivered."""
        return format_date(max(p.delivered for p in self.study.passports), self.language)

    def wave_titles(self) -> str:
        return join_words([self.title(wave) for wave in self.waves], self.language)

    def citation(self) -> str:
        """Return how to cite this report."""
        about = self.study.about
        latest = max(p.delivered for p in self.study.passports)
        key = "overview.citation" if about.publisher else "overview.citation_anonymous"
        values = {"publisher": self.text(about.publisher)} if about.publisher else {}
        cited = self.say(
            key,
            title=self.text(about.title),
            year=str(latest.year),
            waves=self.wave_titles(),
            delivered=format_date(latest, self.language),
            licence=about.licence,
            **values,
        )
        if not self.study.invented:
            return cited
        return f"{cited} {self.say('overview.citation_invented')}"

    # smaller words

    def _table(
        self, header: tuple[str, ...], rows: Sequence[Sequence[str | Cell]], caption: str
    ) -> Table:
        return make_table(self.say(caption), header, rows)

    def _percent(self, rows: pd.DataFrame, statistic: str, column: str = "value") -> Cell:
        found = rows[rows["statistic"] == statistic]
        value = float(found[column].iloc[0]) if len(found) else None
        return make_cell(value, "percent", self.language)


def _rank_finding(names: tuple[str, str], rows: pd.DataFrame) -> tuple[int, float, str]:
    check, action = names
    return GRAVITY.index(action), -float(rows["value"].sum()), check
