"""What a page's cells may place: sections of a theme, trends, headings, and their captions."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reports.components import FigureFloat, Heading, Paragraph, Parts
from reports.knit.page import knit_page
from reports.page import Page
from survey.published import COLUMNS, Published
from survey.questionnaire import Questionnaire
from survey.study import Study, StudyFile
from survey.wave import Passport, Wave

LANGUAGES = {"languages": ("en",)}
WAVES = ("2025", "2026")
ANSWERS = [["yes", "Yes"], ["no", "No"]]
THEMES = [
    {"id": "room", "text": {"en": "The room"}, "lead": {"en": "Is it *quiet*?"}},
    {"id": "later", "text": {"en": "Later"}},
]


def ask(name: str, theme: str, **more: Any) -> dict[str, Any]:
    text = {"en": f"The question {name}?"}
    single = {"kind": "single", "answers": ANSWERS}
    return {"id": name, "block": "all", "theme": theme, "text": text, **single, **more}


QUESTIONS = [
    ask("quiet", "room", short={"en": "Quiet"}),
    ask("fresh", "room"),
    ask("wish", "room", kind="open", answers=[]),
    ask("dream", "later", kind="open", answers=[]),
]


def make_wave(wave: str) -> Wave:
    asks: list[dict[str, Any]] = [{"question": q["id"]} for q in QUESTIONS]
    if wave == "2025":
        asks = [one for one in asks if one["question"] != "fresh"]
    else:
        asks[0]["text"] = {"en": "Is your seat quiet?"}
    return Wave.model_validate(
        {"id": wave, "title": {"en": f"{wave} wave"}, "shape": "plain", "language": "en",
         "fielded": [date(int(wave), 1, 8), date(int(wave), 2, 2)],
         "columns": {"respondent": "id"}, "ask": asks, "weighting": {"reason": {"en": "None."}}},
        context=LANGUAGES,
    )  # fmt: skip


def make_passport(wave: str) -> Passport:
    day = date(int(wave), 2, 5)
    return Passport.model_validate(
        {"wave": wave, "origin": {"en": "Desk"}, "tool": "paper", "mode": {"en": "on paper"},
         "fielded": [day, day], "delivered": day, "n": 200, "invented": True,
         "file": [{"name": "a.csv", "role": "answers", "sha256": "0" * 64}]},
        context=LANGUAGES,
    )  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    about = {
        "id": "room", "title": {"en": "The reading room"}, "licence": "CC0-1.0",
        "languages": ["en"], "sample": "random", "waves": list(WAVES),
        "respondents": {"en": "readers"}, "recruitment": {"en": "By lot."},
        "population": {"en": "all readers"},
    }  # fmt: skip
    asked = {
        "block": [{"id": "all", "text": {"en": "All"}}],
        "theme": THEMES,
        "question": QUESTIONS,
    }
    return Study(
        folder=Path("room"),
        data_folder=Path("room"),
        about=StudyFile.model_validate(about, context=LANGUAGES),
        questionnaire=Questionnaire.model_validate(asked, context=LANGUAGES),
        waves=tuple(make_wave(wave) for wave in WAVES),
        passports=tuple(make_passport(wave) for wave in WAVES),
    )


@pytest.fixture
def page(study: Study) -> Page:
    rows = [
        {
            "id": f"{wave}{question}{answer}", "study": "room", "wave": wave, "question": question,
            "item": "", "answer": answer, "statistic": "share", "segment": "", "level": "",
            "value": value, "low": value - 5, "high": value + 5, "count": 2 * value, "asked": 200,
            "answered": 200, "base": 200, "effective": 200, "base_rule": "substantive",
            "state": "published", "reason": "", "grade": study.grade(question, wave),
            "change": float("nan"), "rest": float("nan"),
        }
        for wave in WAVES
        for question in ("quiet", "fresh")
        for answer, value in (("yes", 70.0), ("no", 30.0))
        if (wave, question) != ("2025", "fresh")
    ]  # fmt: skip
    published = Published("room", True, pd.DataFrame(rows, columns=list(COLUMNS)))
    return Page(study, published, "en", "2026", "Quarto 1.9", "room", "room")


def test_a_theme_has_a_section_for_every_question(page: Page) -> None:
    parts = page.theme_figures().parts
    kinds = [(type(part).__name__, getattr(part, "text", "")) for part in parts]
    assert kinds == [
        ("Heading", "Quiet"), ("FigureFloat", ""), ("FigureFloat", ""),
        ("Heading", "The question fresh?"), ("FigureFloat", ""), ("Parts", ""),
        ("Heading", "The question wish?"), ("Paragraph", "The question wish?"),
        ("Paragraph", "This is an open question. Its answers are not published, since they could "
                      "be traced to people or organisations."),
    ]  # fmt: skip
    assert [figure.spec.form for figure in page.placed] == [None, "trend", None]


def test_a_theme_may_leave_questions_out(page: Page) -> None:
    headings = [p.text for p in page.theme_figures(["quiet", "wish"]).parts if type(p) is Heading]
    assert headings == ["The question fresh?"]


def test_the_summary_takes_the_first_figure_of_each_theme(page: Page) -> None:
    parts = page.headline_figures().parts
    assert [type(part) for part in parts] == [Heading, Paragraph, FigureFloat]
    assert [figure.spec.question for figure in page.placed] == ["quiet"]


def test_a_trend_needs_two_waves(page: Page) -> None:
    assert page.trend("fresh") == Parts(())
    assert page.placed == []
    assert type(page.trend("quiet", title="Less noise", answers=["yes"])) is FigureFloat
    spec = page.placed[0].spec
    assert (spec.wave, spec.form, spec.title, spec.answers) == (
        None, "trend", "Less noise", ("yes",),
    )  # fmt: skip


def test_a_figure_is_titled_and_captioned_as_its_wave_asked(page: Page) -> None:
    plain = page.figure("quiet")
    assert page.placed[0].data.title == "Is your seat quiet?"
    assert plain.caption == "Quiet – 2026 wave"
    told = page.figure("quiet", title="Quiet enough")
    assert page.placed[1].data.title == "Quiet enough"
    assert told.caption == "Is your seat quiet? – 2026 wave"
    page.figure("quiet", wave="2025")
    assert page.placed[2].data.title == "The question quiet?"
    assert page.trend("quiet").caption == "Quiet – all waves"  # type: ignore[union-attr]
    titled = page.trend("quiet", title="Less noise")  # the waves worded it in two ways
    assert titled.caption == "Quiet – all waves"  # type: ignore[union-attr]


def test_texts_of_a_study_are_only_text(page: Page) -> None:
    source = "`{python} theme_lead()`\n\n```{python}\nheading('A # B')\n```\n"
    assert knit_page(source, Path("p.qmd"), page.namespace).text == (
        "Is it \\*quiet\\*\\?\n\n\n## A \\# B\n\n"
    )


def test_the_topline_has_its_blocks_and_questions(page: Page) -> None:
    headings = [(p.text, p.depth) for p in page.topline().parts if type(p) is Heading]
    assert headings[:2] == [("All", 2), ("The question quiet?", 3)]


def test_the_page_on_pages_names_everything_that_a_cell_may_call(
    page: Page, repository: Path
) -> None:
    text = (repository / "docs" / "pages.md").read_text(encoding="utf-8")
    section = text.split("## What a cell may call")[1].split("\n## ")[0]
    named = set(re.findall(r"`([a-z_]+)(?:\([^`]*\))?`", section))
    assert named == set(page.namespace)
