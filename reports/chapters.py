"""A study and a language in, the chapters of its report out: which page, which source file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.phrases import phrase
from survey.faults import Fault, Refusal
from survey.study import Study

PAGES = Path(__file__).parent / "pages"
BEFORE_THEMES = ("index",)
AFTER_THEMES = ("respondents", "topline", "method", "quality", "data")


@dataclass(frozen=True)
class Chapter:
    """One page of the site and chapter of the report; `theme` is set on a page of a theme."""

    page: str
    title: str
    source: Path
    theme: str = ""


def list_chapters(study: Study, language: str) -> tuple[Chapter, ...]:
    """Return the chapters in reading order.

    A chapter's source is the study's own page where it has one (`<study>/pages/<language>/` or
    `reports/pages/<study>/<language>/`), else the general one in `reports/pages/<language>/`.
    """
    themes = [
        Chapter(t.id, t.text[language], _find_source(study, language, t.id, "theme"), t.id)
        for t in study.questionnaire.themes
    ]
    before, after = (
        [
            Chapter(
                page, phrase(language, f"page.{page}"), _find_source(study, language, page, page)
            )
            for page in pages
        ]
        for pages in (BEFORE_THEMES, AFTER_THEMES)
    )
    return (*before, *themes, *after)


def list_page_folders(study: Study, language: str) -> tuple[Path, ...]:
    """Return where pages are looked for, the study's own first."""
    return (
        study.folder / "pages" / language,
        PAGES / study.id / language,
        PAGES / language,
    )


def _find_source(study: Study, language: str, page: str, general: str) -> Path:
    folders = list_page_folders(study, language)
    for folder in folders[:-1]:
        if (folder / f"_{page}.qmd").is_file():
            return folder / f"_{page}.qmd"
    source = folders[-1] / f"_{general}.qmd"
    if source.is_file():
        return source
    ready = sorted(path.parent.name for path in PAGES.glob("*/_theme.qmd"))
    raise Refusal(
        Fault(
            where=f'study {study.id}: page "{page}" in the language "{language}"',
            found="no page of the study's own and no general one",
            allowed=f"the languages with general pages: {', '.join(ready)}",
            todo=f"write {folders[0]}/_{page}.qmd, or add reports/pages/{language}/ as "
            "CONTRIBUTING describes",
        )
    )
