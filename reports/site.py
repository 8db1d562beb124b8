"""An assembled project in, the site out: every page, PDF and Word file, in each language."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
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
from reports.layout.sources import read_page
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
    """Fill `folder`/site: take from the store what it holds; check the rest, then lay it out.

    What the store holds was checked before it was laid out, from the same sources by the same
    code: both are part of its key.
    """
    progress.step("check the pages")
    site = folder / "site"
    sheets = list_sheets(assembly)
    keys = _digest_sheets(assembly, engine, sheets)
    missing = [sheet for sheet in sheets if not _take_kept(store, keys[sheet], site / sheet.path)]
    pages = {_locate_page(assembly, sheet) for sheet in missing}
    check_pages(assembly.project, sorted(pages), assembly.origins)
    progress.step("lay out the pages")
    kept = len(sheets) - len(missing)
    progress.advance(kept, len(sheets))

    def lay_out(sheet: Sheet) -> None:
        page, out = _locate_page(assembly, sheet), site / sheet.path
        out.parent.mkdir(parents=True, exist_ok=True)
        engine.lay_out(assembly.project, page, sheet.fmt, out, assembly.settings.published)
        store.keep(KIND, keys[sheet], out.read_bytes())

    at_once = jobs if engine.runs_in_parallel else 1
    for done in _for_each(missing, lay_out, at_once):
        progress.advance(kept + done, len(sheets))
    for name in engine.leaves:
        shutil.rmtree(assembly.project / name, ignore_errors=True)
    publish_resources(assembly.project, site)
    (site / "index.html").write_text(make_chooser(study, assembly), encoding="utf-8")


def list_sheets(assembly: Assembly) -> list[Sheet]:
    """Return every page to lay out, the slow ones (the reports) first.

    PDF and Word take turns: two PDF at once take the most memory.
    """
    languages = assembly.settings.languages
    reports = [Sheet(lang, REPORT, fmt) for lang in languages for fmt in ("typst", "docx")]
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
    """A key for each sheet: its text with all it includes, and what every page rests on."""
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
    texts = {page: digest_page(page) for page in {_locate_page(assembly, one) for one in sheets}}
    keys = {}
    for sheet in sheets:
        figures = (project / "fig" / sheet.language).glob("*") if sheet.page == REPORT else ()
        parts = (common, sheet.path, texts[_locate_page(assembly, sheet)])
        drawn = digest_files(figures, project)
        keys[sheet] = digest_bytes(*(part.encode() for part in (*parts, drawn)))
    return keys


def digest_page(path: Path) -> str:
    """Return a digest of a page's front matter, its text with all it includes, and its faults.

    The faults are those of reading it: a page that lost an include is not the page without it.
    """
    page = read_page(path)
    described = (repr(page.metadata), page.text, *(repr(fault) for fault in page.faults))
    return digest_bytes(*(part.encode() for part in described))


def _locate_page(assembly: Assembly, sheet: Sheet) -> Path:
    return assembly.project / sheet.language / f"{sheet.page}.qmd"


def _take_kept(store: Store, key: str, out: Path) -> bool:
    """Write the sheet that the store holds to `out`; whether it holds one."""
    kept: bytes | None = store.find(KIND, key)
    if kept is None:
        return False
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(kept)
    return True


def _for_each(sheets: list[Sheet], act: Callable[[Sheet], None], jobs: int) -> Iterator[int]:
    """Act on every sheet, `jobs` at a time; yield how many are done. Others do the work."""
    pool = ThreadPoolExecutor(jobs)
    try:
        waiting = [pool.submit(act, sheet) for sheet in sheets]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            yield done
    finally:
        # what is under way ends first: it would write into a folder that is taken away
        pool.shutdown(wait=True, cancel_futures=True)
