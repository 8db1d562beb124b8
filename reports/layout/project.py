"""Frozen settings and an empty folder go in; a Quarto project, ready for its pages, comes out.

Both engines lay out this project; docs/pages.md says what a page may use. The rules it follows were
learnt by trying Quarto. The caller adds pages (`<language>/*.qmd`), figures and, where pages cite,
the bibliography.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from reports.layout.reference import make_reference
from reports.layout.words import name_token, words_for

THEME = Path(__file__).parent.parent / "theme"
THEME_FILES = ("page.html", "report.typ", "style.css", "house.lua", "tables.lua")
# What a published site needs beside its pages, relative to the project folder.
PUBLISHED = ("theme/style.css", "theme/fonts/*.woff2", "theme/fonts/OFL.txt")


@dataclass(frozen=True)
class NavigationEntry:
    """One page in the navigation of a language: `<page_id>.html`, shown as `title`."""

    page_id: str
    title: str


@dataclass(frozen=True)
class ProjectSettings:
    """What holds for a whole project; mappings are keyed by language.

    `published` is the date every file carries. `notices` is the sentence about invented data,
    empty for real data. `bibliography` is the name of a file within the project folder.
    """

    languages: tuple[str, ...]
    titles: Mapping[str, str]
    published: date
    publishers: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    notices: Mapping[str, str] = field(default_factory=dict)
    navigation: Mapping[str, tuple[NavigationEntry, ...]] = field(default_factory=dict)
    bibliography: str = ""


def write_project(settings: ProjectSettings, folder: Path) -> None:
    """Write `_quarto.yml`, `<language>/_metadata.yml` and `theme/` into `folder`."""
    _write_yaml(folder / "_quarto.yml", describe_project(settings))
    for language in settings.languages:
        _write_yaml(folder / language / "_metadata.yml", describe_language(settings, language))
        reference = make_reference(
            settings.notices.get(language, ""), settings.titles[language], settings.published
        )
        (folder / "theme").mkdir(exist_ok=True)
        (folder / "theme" / f"reference-{language}.docx").write_bytes(reference)
    for name in THEME_FILES:
        shutil.copyfile(THEME / name, folder / "theme" / name)
    shutil.copytree(
        THEME / "fonts",
        folder / "theme" / "fonts",
        copy_function=shutil.copyfile,
        dirs_exist_ok=True,
    )


def publish_resources(project: Path, site: Path) -> None:
    """Copy what pages of the site load (style and fonts) to the same places under `site`."""
    for pattern in PUBLISHED:
        for source in sorted(project.glob(pattern)):
            target = site / source.relative_to(project)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def describe_project(settings: ProjectSettings) -> dict[str, Any]:
    """Give the content of `_quarto.yml`; no language here, or Quarto turns it into a path."""
    description: dict[str, Any] = {
        "project": {
            "type": "default",
            "output-dir": "_output",
            "render": [f"{language}/*.qmd" for language in settings.languages],
        },
        "format": {
            "html": _describe_html(),
            "typst": _describe_typst(),
            "docx": {"toc": True, "toc-depth": 2, "default-image-extension": "png"},
        },
        "filters": ["theme/house.lua", "theme/tables.lua"],
        "document-date": {
            "year": settings.published.year,
            "month": settings.published.month,
            "day": settings.published.day,
        },
    }
    if settings.licence:
        description["licence"] = escape_metadata(settings.licence)
    if settings.bibliography:
        description["bibliography"] = settings.bibliography
    return description


def _describe_html() -> dict[str, Any]:
    return {
        "template": "theme/page.html",
        "theme": "none",
        "minimal": True,
        "css": "theme/style.css",
        "toc": True,
        "toc-depth": 2,
        "section-divs": True,
        "html-math-method": "mathml",
        "default-image-extension": "svg",
    }


def _describe_typst() -> dict[str, Any]:
    return {
        "template": "theme/report.typ",
        "papersize": "a4",
        "pdf-standard": "ua-1",
        "number-sections": True,
        # Quarto's own is 1.1.a.
        "section-numbering": "1.1.1",
        "toc": True,
        "toc-depth": 2,
        "default-image-extension": "svg",
        "font-paths": ["theme/fonts"],
        # Typst's own citations are numbered; the same sources read the same in every format.
        "citeproc": True,
    }


def describe_language(settings: ProjectSettings, language: str) -> dict[str, Any]:
    """Give the content of `<language>/_metadata.yml`: language, flags and the words of layout."""
    words = words_for(language)
    description: dict[str, Any] = {
        "lang": language,
        f"is-{language}": True,
        "site-title": escape_metadata(settings.titles[language]),
        "toc-title": words.contents,
        "words": {
            "contents": words.contents,
            "skip": words.skip,
            "pages": words.pages,
            "languages": words.languages,
            "sources": words.sources,
        },
        "spoken-formulas": {name_token(key): said for key, said in words.spoken.items()},
        "other-lang": [
            {"code": other, "name": words_for(other).language}
            for other in settings.languages
            if other != language
        ],
        "format": {"docx": {"reference-doc": f"../theme/reference-{language}.docx"}},
    }
    entries = settings.navigation.get(language, ())
    if entries:
        description["nav"] = [
            {"id": entry.page_id, "title": escape_metadata(entry.title)} for entry in entries
        ]
    if settings.publishers.get(language):
        description["publisher"] = escape_metadata(settings.publishers[language])
    if settings.notices.get(language):
        description["invented-notice"] = escape_metadata(settings.notices[language])
    return description


def escape_metadata(text: str) -> str:
    """Escape plain text for metadata, which Pandoc reads as Markdown.

    Only what has a meaning there is escaped: Quarto also writes a title where it reads no
    Markdown, and would show the backslashes.
    """
    escaped = re.sub(r"([\\`*_\[\]<>#$@^~{}|])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])(?= )", r"\1\\\2", escaped)


def _write_yaml(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")
