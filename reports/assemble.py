"""Chapters in, one self-contained Quarto project without cells out, with every figure drawn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from analysis.phrases import phrase
from analysis.wording import format_date
from reports.chapters import PAGES, Chapter, list_chapters
from reports.components import fill_drawings
from reports.drawing import Drawing, Drawings, choose_theme
from reports.knit.page import KnittedPage, knit_page
from reports.layout.engine import Engine
from reports.layout.project import NavigationEntry, ProjectSettings, escape_metadata, write_project
from reports.layout.sources import Origins
from reports.manifest import digest_code
from reports.page import Page, PlacedFigure
from reports.parallel import Workers
from reports.progress import Progress
from reports.store import Store, digest_bytes
from survey.published import Published
from survey.study import Study

BIBLIOGRAPHY = "references.bib"
REPORT = "report"
KNIT_CODE = ("survey", "analysis", "reports/knit", "reports/page.py", "reports/components.py",
             "reports/assemble.py", "reports/layout/faults.py",
             "reports/layout/fences.py")  # fmt: skip
DRAWING_CODE = ("survey", "analysis/charts", "analysis/phrases", "analysis/phrases.py",
                "analysis/wording.py", "reports/drawing.py")  # fmt: skip


@dataclass(frozen=True)
class KnitChapter:
    """One chapter in one language, its cells run; drawings still stand as marks."""

    chapter: Chapter
    language: str
    text: KnittedPage
    figures: tuple[PlacedFigure, ...]


@dataclass(frozen=True)
class Assembly:
    """The assembled project and what stands in it."""

    project: Path
    settings: ProjectSettings
    chapters: tuple[KnitChapter, ...]
    drawings: dict[tuple[str, str], Drawing]
    origins: Origins

    @property
    def page_count(self) -> int:
        return len(self.chapters)

    @property
    def figure_count(self) -> int:
        """Figures, each language counted."""
        return len(self.drawings)

    @property
    def figures(self) -> dict[tuple[str, str], PlacedFigure]:
        """Every figure once, by (language, name)."""
        return {
            (knit.language, figure.name): figure
            for knit in self.chapters
            for figure in knit.figures
        }


def assemble_project(
    study: Study,
    published: Published,
    engine: Engine,
    folder: Path,
    store: Store,
    key: str,
    workers: Workers,
    progress: Progress,
) -> Assembly:
    """Knit every chapter, draw every figure, and write the project into `folder`/quarto.

    The figures of a chapter are drawn while the next is knit.

    `key` is the digest of what the published table was made from; `engine` is named in the
    colophon.
    """
    progress.step("knit the pages")
    plan = [(language, c) for language in study.languages for c in list_chapters(study, language)]
    drawn = Drawings(choose_theme(), store, digest_code(*DRAWING_CODE), workers)
    knit: list[KnitChapter] = []
    for number, (language, chapter) in enumerate(plan, start=1):
        laid_out_by = name_engine(engine, language)
        name = digest_chapter(language, chapter, laid_out_by, key)
        make = partial(knit_chapter, study, published, language, chapter, laid_out_by)
        knit.append(store.get_or_make("knit", name, make))
        drawn.begin(knit[-1].figures)
        progress.advance(number, len(plan))
    progress.step("draw the figures")
    drawings = drawn.finish(progress.advance)
    project = folder / "quarto"
    settings = describe_report(study, knit)
    write_project(settings, project)
    shutil.copyfile(PAGES / BIBLIOGRAPHY, project / BIBLIOGRAPHY)
    _write_figures(project, drawings)
    origins = _write_chapters(project, study, knit, drawings)
    return Assembly(project, settings, tuple(knit), drawings, origins)


def name_engine(engine: Engine, language: str) -> str:
    """Return what the colophon calls the engine, with its version."""
    return phrase(language, f"page.engine_{engine.name}", version=engine.version)


def knit_chapter(
    study: Study, published: Published, language: str, chapter: Chapter, engine: str
) -> KnitChapter:
    """Run the cells of one chapter on the last wave of the run."""
    wave = study.passports[-1].wave
    page = Page(study, published, language, wave, engine, chapter.page, chapter.theme)
    source = chapter.source.read_text(encoding="utf-8")
    knitted = knit_page(source, chapter.source, page.namespace)
    return KnitChapter(chapter, language, knitted, tuple(page.placed))


def digest_chapter(language: str, chapter: Chapter, engine: str, key: str) -> str:
    """Return a digest of what a knit chapter is made from."""
    code = digest_code(*KNIT_CODE)
    place = [language, chapter.page, chapter.title, chapter.theme, str(chapter.source)]
    named = [*place, engine, key, code]
    return digest_bytes(chapter.source.read_bytes(), *(part.encode() for part in named))


def describe_report(study: Study, knit: Iterable[KnitChapter]) -> ProjectSettings:
    """Return what holds for the whole project: titles, navigation, notice, licence, date."""
    about = study.about
    return ProjectSettings(
        languages=study.languages,
        titles={language: about.title[language] for language in study.languages},
        published=max(passport.delivered for passport in study.passports),
        publishers=about.publisher or {},
        licence=about.licence,
        notices={
            language: phrase(language, "page.invented_notice") if study.invented else ""
            for language in study.languages
        },
        navigation={
            language: tuple(
                NavigationEntry(k.chapter.page, k.chapter.title)
                for k in knit
                if k.language == language
            )
            for language in study.languages
        },
        bibliography=BIBLIOGRAPHY,
    )


def _write_figures(project: Path, drawings: dict[tuple[str, str], Drawing]) -> None:
    for (language, name), drawn in drawings.items():
        folder = project / "fig" / language
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.svg").write_text(drawn.wide.svg, encoding="utf-8")
        (folder / f"{name}.png").write_bytes(drawn.wide.png or b"")


def _write_chapters(
    project: Path,
    study: Study,
    knit: list[KnitChapter],
    drawings: dict[tuple[str, str], Drawing],
) -> Origins:
    """Write each chapter, the page that includes it, and the report that includes them all.

    Returns from which line of which page each line of a chapter was knit.
    """
    origins: dict[Path, tuple[Path, tuple[int, ...]]] = {}
    for language in study.languages:
        own = [chapter for chapter in knit if chapter.language == language]
        report = []
        for one in own:
            name = one.chapter.page
            placed = {
                figure.name: drawings[language, figure.name].place(figure.data.key, name)
                for figure in one.figures
            }
            filled = fill_drawings(one.text, placed)
            path = project / language / f"_{name}.qmd"
            _write(path, filled.text)
            origins[path.resolve()] = (one.chapter.source, filled.source_lines)
            page = _front(one.chapter.title, name) + f"{{{{< include _{name}.qmd >}}}}\n"
            _write(project / language / f"{name}.qmd", page)
            title = escape_metadata(one.chapter.title)
            report.append(f"# {title}\n\n{{{{< include _{name}.qmd >}}}}\n")
        front = _front(study.about.title[language], REPORT, **_describe_cover(study, language))
        _write(project / language / f"{REPORT}.qmd", front + "\n".join(report))
    return origins


def _describe_cover(study: Study, language: str) -> dict[str, str | bool]:
    """Return what the report's title page says beside the title."""
    day = max(passport.delivered for passport in study.passports)
    cover: dict[str, str | bool] = {"title-page": True, "date-text": format_date(day, language)}
    if study.about.subtitle:
        cover["subtitle"] = study.about.subtitle[language]
    return cover


def _front(title: str, page: str, **more: str | bool) -> str:
    """Return the front matter of a page; JSON values are YAML values."""
    fields: dict[str, str | bool] = {"title": escape_metadata(title), "page-id": page}
    fields |= {
        key: escape_metadata(value) if isinstance(value, str) else value
        for key, value in more.items()
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "---\n" + "\n".join(lines) + "\n---\n\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
