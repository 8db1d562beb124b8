"""The pages of an assembled project go in; every reason why they cannot be laid out comes out.

Both engines let most of these pass with exit code 0, so they are found here, on the sources, all
at once, each with file, line and way out. The subset of Quarto that pages may use:

- front matter with `title`; `{{< include _chapter.qmd >}}` of files without front matter
- headings, paragraphs, emphasis, links, lists, quotations, code blocks, notes, raw HTML blocks
  (` ```{=html} `) without tables and without anything loaded from elsewhere
- `::: {#fig-x}` with its caption as last paragraph, `![Caption](file){#fig-x fig-alt="…"}`,
  Markdown tables with `: Caption {#tbl-x}`; `@fig-x`, `@tbl-x`, `@sec-x` one by one
- `{.content-visible when-format="html"}` and its kin for html, typst, docx, `when-meta`
- `::: {.notice}`, `::: {.tabs}` around `::: {.tab title="…"}`
- citations of keys in the bibliography; formulas whose signs have words, or `[$…$]{alt="…"}`
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reports.layout.check_blocks import check_blocks
from reports.layout.check_references import check_references
from reports.layout.faults import Fault, PageFaults
from reports.layout.scan import scan_page
from reports.layout.settings import resolve_settings
from reports.layout.sources import Origins, read_page


def find_faults(
    project: Path, pages: Iterable[Path], origins: Origins | None = None
) -> tuple[Fault, ...]:
    """Find all faults of all pages, each once; with `origins`, at the lines their author wrote."""
    found: set[Fault] = set()
    for path in pages:
        page = read_page(path, origins)
        found.update(page.faults)
        scanned = scan_page(page, resolve_settings(project, page, "typst"))
        found.update(check_blocks(scanned))
        found.update(check_references(scanned, project))
    return tuple(sorted(found))


def check_pages(project: Path, pages: Iterable[Path], origins: Origins | None = None) -> None:
    """Raise PageFaults with all faults of all pages, if there are any."""
    faults = find_faults(project, pages, origins)
    if faults:
        raise PageFaults(faults)
