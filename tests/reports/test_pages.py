"""The written pages: both languages place and tell the same, and no number is typed by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.chapters import PAGES, list_chapters, list_page_folders
from reports.check.typed_numbers import find_typed_numbers, list_pages
from reports.knit.cells import Cell, split_page
from survey.load import load_study
from survey.study import Study

PLACED = re.compile(r"\b(figure|trend)\(\s*\"(\w+)\"")
KEPT = re.compile(r"\b(segment|items|answers)=(\[[^\]]*\]|\"\w+\")")
CALLED = re.compile(r"""\b(\w+)\(\s*["'](\w+)["'](?:,\s*["'](\w+)["'])?(?:,\s*["']([\w.]+)["'])?""")


@pytest.fixture(scope="module")
def culture() -> Study:
    return load_study("ai-cultuur", need_exports=False)


def read_cells(page: Path) -> list[str]:
    parts, faults = split_page(page.read_text(encoding="utf-8"), page)
    assert faults == ()
    return [part.code for part in parts if isinstance(part, Cell)]


def list_twins() -> list[tuple[Path, Path]]:
    return [
        (page, page.parent.parent / "en" / page.name) for page in sorted(PAGES.rglob("nl/_*.qmd"))
    ]


def test_each_dutch_page_has_an_english_twin() -> None:
    twins = list_twins()
    assert len(twins) >= 11
    assert [page for page, twin in twins if not twin.is_file()] == []
    assert len(list(PAGES.rglob("en/_*.qmd"))) == len(twins)


@pytest.mark.parametrize(("page", "twin"), list_twins(), ids=lambda path: path.name)
def test_twins_place_the_same_figures_in_the_same_order(page: Path, twin: Path) -> None:
    cells, others = read_cells(page), read_cells(twin)
    assert len(cells) == len(others)
    for cell, other in zip(cells, others, strict=True):
        assert PLACED.findall(cell) == PLACED.findall(other)
        assert KEPT.findall(cell) == KEPT.findall(other)


@pytest.mark.parametrize(("page", "twin"), list_twins(), ids=lambda path: path.name)
def test_twins_tell_the_same_numbers(page: Path, twin: Path) -> None:
    dutch, english = (
        sorted(CALLED.findall(path.read_text(encoding="utf-8"))) for path in (page, twin)
    )
    assert dutch == english


def test_every_question_of_a_theme_has_a_figure_on_its_page(culture: Study) -> None:
    for chapter in list_chapters(culture, "nl"):
        if not chapter.theme:
            continue
        placed = {name for code in read_cells(chapter.source) for _, name in PLACED.findall(code)}
        wanted = {
            question.id
            for question in culture.questionnaire.questions
            if question.theme == chapter.theme and question.is_closed
        }
        assert wanted - placed == set(), chapter.page


def test_a_study_s_own_page_goes_before_the_general_one(culture: Study) -> None:
    sources = {chapter.page: chapter.source for chapter in list_chapters(culture, "nl")}
    assert sources["stand"] == PAGES / "ai-cultuur" / "nl" / "_stand.qmd"
    assert sources["method"] == PAGES / "nl" / "_method.qmd"
    assert list_page_folders(culture, "nl")[0] == culture.folder / "pages" / "nl"


def test_no_number_is_typed_by_hand(repository: Path) -> None:
    pages = list_pages(repository)
    assert len(pages) >= 22
    assert find_typed_numbers(pages, ("2024", "2025", "2026"), repository) == []


@pytest.mark.parametrize(
    ("folder", "words"),
    [("nl", "representatief|significant|foutmarge"),
     ("en", "representative|significant|margin of error")],
)  # fmt: skip
def test_pages_never_claim_more_than_the_sample_can(folder: str, words: str) -> None:
    pages = sorted(PAGES.rglob(f"{folder}/_*.qmd"))
    assert pages
    for page in pages:
        assert re.findall(words, page.read_text(encoding="utf-8"), re.IGNORECASE) == [], page
