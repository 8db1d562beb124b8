"""What a page's cells may say: figures, tables and numbers of one study in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.charts.alt import write_alt
from analysis.charts.figure import FigureData, FigureSpec
from analysis.charts.select import select_data
from analysis.phrases import phrase
from analysis.tell.adjustments import Adjustments
from analysis.tell.banner import Banners
from analysis.tell.claims import Claims
from analysis.tell.clearest import Clearest
from analysis.tell.differences import Differences
from analysis.tell.groups import Groups
from analysis.tell.method.page import list_facts, list_tables, list_texts
from analysis.tell.overview import Overview
from analysis.tell.ranked import lower_start, name_cells
from analysis.tell.scope import Scope
from analysis.tell.tables import Table, table_of
from analysis.tell.topline import list_entries
from reports.components import Component, FigureFloat, Heading, Paragraph, Parts, TableFloat
from survey.published import Published
from survey.questionnaire import Question
from survey.study import Study

TREND_FORM = "trend"


@dataclass(frozen=True, eq=False)
class PlacedFigure:
    """A figure that a page asked for: what is drawn, and under which name its files are kept."""

    name: str
    spec: FigureSpec
    data: FigureData
    table: Table


@dataclass
class Page:
    """The scope of one page while it is knit; collects the figures that the page asks for."""

    study: Study
    published: Published
    language: str
    wave: str
    engine: str
    page: str
    theme: str = ""
    placed: list[PlacedFigure] = field(default_factory=list)

    @property
    def namespace(self) -> dict[str, Any]:
        """The names that a page's cells see."""
        claims = Claims(self.study, self.published, self.language, self.wave)
        overview = Overview(self.study, self.published, self.language, self.wave)
        banners = Banners(self.study, self.published, self.language, self.wave)
        scope = Scope(self.study, self.published, self.language, self.wave)
        clearest = Clearest(scope, self.theme)
        differences = Differences(claims)
        tables = {**overview.tables, **list_tables(scope), "banner": banners.banner}
        return {
            **claims.functions,
            **differences.functions,
            **Groups(differences).functions,
            **Adjustments(claims).functions,
            **{name: self._float(name, make) for name, make in tables.items()},
            "clear_differences": self._float("clear_differences", clearest.clear_differences),
            "clear_changes": self._float("clear_changes", clearest.clear_changes),
            "is_tested": clearest.is_tested,
            "heading": Heading,
            "paragraph": Paragraph,
            "figure": self.figure,
            "trend": self.trend,
            "theme_figures": self.theme_figures,
            "headline_figures": self.headline_figures,
            **overview.texts,
            **overview.facts,
            **list_texts(scope),
            **list_facts(scope),
            "topline": self.topline,
            "theme": self.theme,
            "engine": self.engine,
            "theme_lead": self.theme_lead,
        }

    def figure(
        self,
        question: str,
        *,
        title: str | None = None,
        form: str | None = None,
        segment: str = "",
        items: Sequence[str] = (),
        answers: Sequence[str] = (),
        wave: str | None = None,
    ) -> FigureFloat:
        """Place a figure of `question`: its chart, alternative text, data table and downloads.

        `wave` is the page's wave unless given; the form "trend" takes all waves. Without a
        title the question is the title, as the wave worded it.
        """
        chosen = None if form == TREND_FORM else wave or self.wave
        spec = FigureSpec(
            question=question,
            language=self.language,
            wave=chosen,
            form=form,
            segment=segment,
            items=tuple(items),
            answers=tuple(answers),
            title=title or self._word_question(question, chosen),
        )
        data = select_data(self.study, self.published, spec)
        table = table_of(data)
        placed = PlacedFigure(self._name(spec), spec, data, table)
        self.placed.append(placed)
        return FigureFloat(
            id=f"fig-{placed.name}",
            name=placed.name,
            language=self.language,
            alt=write_alt(data),
            caption=self._caption(spec, is_titled=title is not None),
            table=table,
        )

    def trend(self, question: str, **named: Any) -> FigureFloat | Parts:
        """Place the figure of a question over all waves; nothing where only one wave asked it."""
        if len(self._waves_of(question)) < 2:
            return Parts(())
        return self.figure(question, form=TREND_FORM, **named)

    def theme_figures(self, without: Iterable[str] = ()) -> Parts:
        """Place a section for every question of the page's theme in the page's wave, in order.

        A section has the figure of the question, its trend for a single choice that more than one
        wave asked, and for an open question the sentence that its answers are not published.
        """
        left_out = set(without)
        parts: list[Component] = []
        for question in self._theme_questions():
            if question.id in left_out:
                continue
            parts.append(Heading(question.label[self.language]))
            if question.is_closed:
                parts.append(self.figure(question.id))
                if question.kind == "single":
                    parts.append(self.trend(question.id))
            else:
                said = question.text[self.language], phrase(self.language, "topline.open")
                parts += map(Paragraph, said)
        return Parts(tuple(parts))

    def headline_figures(self) -> Parts:
        """Place for every theme its name, its leading sentence and its first figure.

        A theme without a closed question in the page's wave is left out.
        """
        parts: list[Component] = []
        for declared in self.study.questionnaire.themes:
            questions = [
                q for q in self.study.asked(self.wave) if q.theme == declared.id and q.is_closed
            ]
            if questions:
                parts.append(Heading(declared.text[self.language]))
                if declared.lead:
                    parts.append(Paragraph(declared.lead[self.language]))
                parts.append(self.figure(questions[0].id))
        return Parts(tuple(parts))

    def topline(self) -> Parts:
        """Place the whole questionnaire: every block, question, routing, base and frequency."""
        blocks = {b.id: b.text[self.language] for b in self.study.questionnaire.blocks}
        parts: list[Component] = []
        last = ""
        for entry in list_entries(self.study, self.published, self.language):
            if entry.block != last:
                parts.append(Heading(blocks[entry.block]))
                last = entry.block
            parts.append(Heading(entry.heading, depth=3))
            parts += map(Paragraph, entry.remarks)
            if entry.table is not None:
                parts.append(self._float_of(entry.table, entry.question))
        return Parts(tuple(parts))

    def theme_lead(self) -> str:
        """Return the sentence that leads a theme; empty where none is declared."""
        for theme in self.study.questionnaire.themes:
            if theme.id == self.theme and theme.lead:
                return theme.lead[self.language]
        return ""

    def _theme_questions(self) -> list[Question]:
        asked = self.study.asked(self.wave)
        return [q for q in asked if q.theme == self.theme]

    def _waves_of(self, question: str) -> list[str]:
        """The waves of the run that asked a question."""
        waves = [passport.wave for passport in self.study.passports]
        return [wave for wave in waves if self.study.wave(wave).find_ask(question)]

    def _caption(self, spec: FigureSpec, is_titled: bool) -> str:
        """What sets a figure apart: the question, the only item shown, the breakdown, the wave.

        The question stands as it was asked beneath a title that tells a finding; else, and over
        waves that worded it in different ways, by its short name.
        """
        asked = self.study.questionnaire[spec.question]
        waves = [spec.wave] if spec.wave else self._waves_of(asked.id)
        wordings = {self._word_question(asked.id, wave) for wave in waves}
        said = [asked.label[self.language]]
        if is_titled and len(wordings) == 1:
            said = [wordings.pop() or asked.text[self.language]]
        if len(spec.items) == 1:
            said.append(name_cells(asked)[spec.items[0]][self.language])
        if spec.segment:
            name = lower_start(self.study.segment(spec.segment).text[self.language])
            said.append(phrase(self.language, "page.caption_by", segment=name))
        about = " – ".join(said)
        if spec.wave is None:
            return phrase(self.language, "page.caption_trend", question=about)
        wave = self.study.wave(spec.wave).title[self.language]
        return phrase(self.language, "page.caption", question=about, wave=wave)

    def _word_question(self, question: str, wave: str | None) -> str | None:
        """The question as a wave worded it; None where that is the questionnaire's own wording."""
        ask = self.study.wave(wave).find_ask(question) if wave else None
        return ask.text[self.language] if ask and ask.text else None

    def _name(self, spec: FigureSpec) -> str:
        """A name for the figure's files, the same from wave to wave; unique within the language."""
        wave = spec.wave if spec.wave not in (None, self.wave) else ""
        parts = [self.page, spec.question, spec.segment, spec.form or "", wave]
        name = "-".join(part for part in parts if part)
        taken = {placed.name for placed in self.placed}
        return next(
            candidate
            for candidate in (name, *(f"{name}-{n}" for n in range(2, len(taken) + 3)))
            if candidate not in taken
        )

    def _float(
        self, name: str, make: Callable[..., Table | str | None]
    ) -> Callable[..., Component]:
        """Place a table; the sentence that stands for it, or nothing, where there is none."""

        def place(*arguments: Any, **named: Any) -> Component:
            key = "-".join([name, *(str(value) for value in (*arguments, *named.values()))])
            made = make(*arguments, **named)
            if made is None:
                return Parts(())
            return Paragraph(made) if isinstance(made, str) else self._float_of(made, key)

        return place

    def _float_of(self, table: Table, key: str) -> TableFloat:
        return TableFloat(id=f"tbl-{self.page}-{key}", table=table)
