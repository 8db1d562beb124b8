"""A site or the documents in, one fault out for every link that leads nowhere; outside requests."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reports.check.files import name_within
from survey.faults import Fault, suggest

# elements that make a browser fetch something, and by which attribute
FETCHING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
FETCHING_RELS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest"}
STYLE_ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""")


@dataclass
class PageLinks(HTMLParser):
    """What one page offers as targets and where it leads."""

    targets: set[str] = field(default_factory=set)
    leads: list[tuple[int, str]] = field(default_factory=list)
    fetches: list[tuple[int, str]] = field(default_factory=list)
    in_style: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        line = self.getpos()[0]
        self.targets |= {values[name] for name in ("id", "name") if name in values}
        self.in_style = tag == "style"
        if tag in ("a", "area") and "href" in values:
            self.leads.append((line, values["href"]))
        if tag == "link" and FETCHING_RELS & set(values.get("rel", "").split()):
            self.fetches.append((line, values.get("href", "")))
        for name in FETCHING.get(tag, ()):
            if name.endswith("srcset"):
                parts = values.get(name, "").split(",")
                self.fetches += [(line, part.split()[0]) for part in parts if part.strip()]
            elif name in values:
                self.fetches.append((line, values[name]))
        self.fetches += [(line, one) for one in STYLE_ADDRESS.findall(values.get("style", ""))]

    def handle_data(self, data: str) -> None:
        if self.in_style:
            line = self.getpos()[0]
            self.fetches += [(line, address) for address in STYLE_ADDRESS.findall(data)]

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False


def list_sites(build: Path) -> list[Path]:
    """Return the sites built so far, one per study."""
    return sorted(site for site in build.glob("*/site") if site.is_dir())


def find_dead_links(site: Path, root: Path = Path()) -> list[Fault]:
    """Return a fault for each link of the site's pages that leads to no file or no place in it."""
    pages = {page: _read_links(page) for page in sorted(site.rglob("*.html"))}
    return _find_dead(pages, site, root)


def find_dead_document_links(root: Path, files: Iterable[Path]) -> list[Fault]:
    """Return a fault for each link of a Markdown file to no file or heading of the repository."""
    pages = {file: _read_document(file) for file in files if file.suffix == ".md"}
    return _find_dead(pages, root, root)


def _find_dead(pages: Mapping[Path, PageLinks], whole: Path, root: Path) -> list[Fault]:
    """Return the dead links of `pages`, whose links without a host lead to files of `whole`."""
    faults = []
    for page, links in pages.items():
        where = name_within(root.resolve(), page.resolve())
        for line, address in [*links.leads, *links.fetches]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            reason = _tell_why_dead(whole, page, parts.path, unquote(parts.fragment), pages)
            if reason:
                faults.append(Fault(f"{where}:{line}", f'link to "{address}"', *reason))
    return faults


def find_outside_requests(site: Path, root: Path = Path()) -> list[Fault]:
    """Return a fault for everything that a page would load from another host."""
    faults = []
    for file in sorted([*site.rglob("*.html"), *site.rglob("*.css"), *site.rglob("*.svg")]):
        for line, address in _list_fetches(file):
            parts = urlsplit(address)
            if parts.netloc or parts.scheme not in ("", "data"):
                faults.append(
                    Fault(
                        f"{name_within(root.resolve(), file.resolve())}:{line}",
                        f'a request to "{address}"',
                        "files of the site itself",
                        "put the file into reports/theme and refer to it there",
                    )
                )
    return faults


def _read_links(page: Path) -> PageLinks:
    links = PageLinks()
    links.feed(page.read_text(encoding="utf-8"))
    links.close()
    return links


def _read_document(file: Path) -> PageLinks:
    """Read a Markdown file as the web shows it; each link stands on the line it is written on."""
    from reports.layout.pandoc import find_pandoc

    links = PageLinks()
    command = [str(find_pandoc()), "--from=gfm", "--to=html", "--wrap=preserve", str(file)]
    links.feed(subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8"))
    links.close()
    text = file.read_text(encoding="utf-8")
    links.leads, links.fetches = (
        [(_find_line(text, address), address) for _, address in found]
        for found in (links.leads, links.fetches)
    )
    return links


def _find_line(text: str, address: str) -> int:
    """Return the line of a Markdown text that a link stands on, from 1."""
    written = re.search(rf"(?<=[(<\s]){re.escape(unquote(address))}(?=[)>\s])", text)
    return text.count("\n", 0, written.start() if written else 0) + 1


def _list_fetches(file: Path) -> list[tuple[int, str]]:
    if file.suffix != ".css":
        return _read_links(file).fetches
    style = file.read_text(encoding="utf-8")
    return [
        (style.count("\n", 0, found.start()) + 1, found.group(1))
        for found in STYLE_ADDRESS.finditer(style)
    ]


def _tell_why_dead(
    whole: Path, page: Path, path: str, place: str, pages: Mapping[Path, PageLinks]
) -> tuple[str, str] | None:
    """Return (what is allowed, what to do) for a dead link; None for a living one."""
    target = page.parent / unquote(path) if path else page
    target = Path(*target.parts) if not path.startswith("/") else whole / unquote(path).lstrip("/")
    target = _resolve_within(target)
    if target.is_dir() and page.suffix == ".html":
        target /= "index.html"
    if not target.exists() or not target.is_relative_to(whole):
        return f"a file below {whole.name}/", suggest(target.name, _list_names(target.parent))
    links = pages.get(target)
    if place and links is not None and place not in links.targets:
        return f"a place in {target.name}", suggest(place, links.targets)
    return None


def _resolve_within(target: Path) -> Path:
    """Take ".." out of a path without following links."""
    kept: list[str] = []
    for part in target.parts:
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        else:
            kept.append(part)
    return Path(*kept)


def _list_names(folder: Path) -> Iterable[str]:
    return [file.name for file in folder.iterdir()] if folder.is_dir() else []
