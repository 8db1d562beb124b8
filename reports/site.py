"""An assembled project in, the site out: every page, PDF and Word file, in each language."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from analysis.phrases import phrase
from reports.assemble import REPORT, Assembly
from reports.layout.engine import Engine
from reports.layout.preflight import check_pages
from reports.layout.project import THEME, publish_resources
from reports.manifest import digest_code
from reports.progress import Progress
from reports.store import Store, digest_bytes, digest_files
from survey.study import Study

KIND = "layout"
SUFFIX = {"html": ".html", "typst": ".pdf", "docx": ".docx"}
CHOOSER = THEME / "choose.html"


@dataclass(frozen=True)
class Sheet:
    """One page in one format, to be laid out."""

    language: str
    page: str
    fmt: str

    @property
    def path(self) -> str:
        return f"{self.language}/{self.page}{SUFFIX[self.fmt]}"


def lay_out_site(
    study: Study,
    assembly: Assembly,
    engine: Engine,
    folder: Path,
    store: Store,
    jobs: int,
    progress: Progress,
) -> None:
    """Check the project, then lay out every page into `folder`/site."""
    progress.step("check the pages")
    languages = assembly.settings.languages
    pages = [page for name in languages for page in (assembly.project / name).glob("[!_]*.qmd")]
    check_pages(assembly.project, sorted(pages), assembly.origins)
    progress.step("lay out the pages")
    site = folder / "site"
    sheets = list_sheets(assembly)
    keys = _digest_sheets(assembly, engine, sheets)

    def lay_out(sheet: Sheet) -> None:
        out = site / sheet.path
        out.parent.mkdir(parents=True, exist_ok=True)
        page = assembly.project / sheet.language / f"{sheet.page}.qmd"

        def make() -> bytes:
            engine.lay_out(assembly.project, page, sheet.fmt, out, assembly.settings.published)
            return out.read_bytes()

        out.write_bytes(store.get_or_make(KIND, keys[sheet], make))

    _for_each(sheets, lay_out, jobs if engine.runs_in_parallel else 1, progress.advance)
    publish_resources(assembly.project, site)
    (site / "index.html").write_text(make_chooser(study, assembly), encoding="utf-8")


def list_sheets(assembly: Assembly) -> list[Sheet]:
    """Return every page to lay out, the slow ones (the reports) first."""
    languages = assembly.settings.languages
    reports = [Sheet(lang, REPORT, fmt) for fmt in ("typst", "docx") for lang in languages]
    pages = [Sheet(knit.language, knit.chapter.page, "html") for knit in assembly.chapters]
    return [*reports, *pages]


def make_chooser(study: Study, assembly: Assembly) -> str:
    """Return the site's first page: the title in each language, leading to that language."""
    links = "\n".join(
        f'<li lang="{language}"><a hreflang="{language}" href="{language}/index.html">'
        f"{escape(study.about.title[language])}</a>"
        f"{_notice(assembly.settings.notices[language])}</li>"
        for language in study.languages
    )
    first = study.languages[0]
    return Template(CHOOSER.read_text(encoding="utf-8")).substitute(
        language=first, title=escape(study.about.title[first]), links=links,
        choose=escape(" · ".join(phrase(name, "page.choose") for name in study.languages)),
    )  # fmt: skip


def _notice(text: str) -> str:
    return f'<p class="invented">{escape(text)}</p>' if text else ""


def _digest_sheets(assembly: Assembly, engine: Engine, sheets: list[Sheet]) -> dict[Sheet, str]:
    """A key for each sheet: its own text, what it includes, and what all pages share."""
    project = assembly.project
    shared = [
        path
        for path in project.rglob("*")
        if path.is_file() and path.suffix != ".qmd" and "fig" not in path.relative_to(project).parts
    ]
    common = digest_bytes(
        engine.name.encode(),
        engine.version.encode(),
        digest_files(shared, project).encode(),
        digest_code("reports/layout").encode(),
    )
    keys = {}
    for sheet in sheets:
        folder = project / sheet.language
        own = [folder / f"{sheet.page}.qmd", folder / f"_{sheet.page}.qmd"]
        if sheet.page == REPORT:
            own = [*folder.glob("_*.qmd"), folder / f"{REPORT}.qmd"]
            own += (project / "fig" / sheet.language).glob("*")
        keys[sheet] = digest_bytes(
            common.encode(), sheet.path.encode(), digest_files(own, project).encode()
        )
    return keys


def _for_each(
    sheets: list[Sheet],
    act: Callable[[Sheet], None],
    jobs: int,
    advance: Callable[[int, int], None],
) -> None:
    """Act on every sheet, `jobs` at a time; Pandoc and Typst work outside Python's lock."""
    pool = ThreadPoolExecutor(jobs)
    try:
        waiting = [pool.submit(act, sheet) for sheet in sheets]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            advance(done, len(sheets))
    finally:
        # what is under way ends first: it would write into a folder that is taken away
        pool.shutdown(wait=True, cancel_futures=True)
