"""A report's chapters, in reading order: a page of the study's own goes before the general one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import chapters
from reports.chapters import PAGES, list_chapters, list_page_folders
from survey.faults import Refusal
from survey.load import load_study
from survey.study import Study

ORDER = ("index", "stand", "verwachting", "respondents", "topline", "method", "quality", "data")


@pytest.fixture
def study(klein_copy: Path) -> Study:
    return load_study(klein_copy)


def write(page: Path) -> Path:
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("Eigen tekst.\n", encoding="utf-8")
    return page


def find_sources(study: Study, language: str) -> dict[str, Path]:
    return {chapter.page: chapter.source for chapter in list_chapters(study, language)}


@pytest.mark.parametrize(
    ("language", "theme"), [("nl", "Stand van zaken"), ("en", "Current state")]
)
def test_any_study_has_every_chapter(study: Study, language: str, theme: str) -> None:
    found = list_chapters(study, language)
    assert tuple(chapter.page for chapter in found) == ORDER
    assert [chapter.theme for chapter in found] == ["", "stand", "verwachting", *[""] * 5]
    assert found[1].title == theme
    assert all(chapter.title for chapter in found)
    general = {chapter.page: PAGES / language / f"_{chapter.page}.qmd" for chapter in found}
    general |= dict.fromkeys(("stand", "verwachting"), PAGES / language / "_theme.qmd")
    assert find_sources(study, language) == general


def test_a_page_beside_the_study_goes_before_all(study: Study) -> None:
    own = write(study.folder / "pages" / "nl" / "_index.qmd")
    theme = write(study.folder / "pages" / "nl" / "_stand.qmd")
    found = find_sources(study, "nl")
    assert (found["index"], found["stand"]) == (own, theme)
    assert found["verwachting"] == PAGES / "nl" / "_theme.qmd"
    assert find_sources(study, "en")["index"] == PAGES / "en" / "_index.qmd"


def test_a_page_under_the_studys_name_goes_before_the_general_one(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "pages"
    monkeypatch.setattr(chapters, "PAGES", pages)
    for page in (*ORDER, "theme"):
        write(pages / "nl" / f"_{page}.qmd")
    named = write(pages / "klein" / "nl" / "_method.qmd")
    assert find_sources(study, "nl")["method"] == named
    assert find_sources(study, "nl")["quality"] == pages / "nl" / "_quality.qmd"
    beside = write(study.folder / "pages" / "nl" / "_method.qmd")
    assert find_sources(study, "nl")["method"] == beside
    assert list_page_folders(study, "nl") == (
        study.folder / "pages" / "nl", pages / "klein" / "nl", pages / "nl",
    )  # fmt: skip


def test_a_language_without_pages_is_refused(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "pages"
    monkeypatch.setattr(chapters, "PAGES", pages)
    for page in (*ORDER, "theme"):
        write(pages / "nl" / f"_{page}.qmd")
    for theme in ("stand", "verwachting"):
        write(study.folder / "pages" / "en" / f"_{theme}.qmd")
    with pytest.raises(Refusal) as caught:
        list_chapters(study, "en")
    [fault] = caught.value.faults
    assert fault.where == 'study klein: page "index" in the language "en"'
    assert fault.allowed == "the languages with general pages: nl"
    assert f"write {study.folder / 'pages' / 'en' / '_index.qmd'}" in fault.todo
