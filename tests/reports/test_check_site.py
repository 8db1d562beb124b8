"""A link that leads nowhere and a request to another host are found; living ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.check.links import (
    find_dead_document_links,
    find_dead_links,
    find_outside_requests,
    list_sites,
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "build" / "one" / "site"
    (site / "nl" / "data set").mkdir(parents=True)
    (site / "en").mkdir()
    (site / "index.html").write_text('<a href="nl/index.html">nl</a>', encoding="utf-8")
    (site / "nl" / "data set" / "één.csv").write_text("a", encoding="utf-8")
    (site / "nl" / "index.html").write_text('<h1 id="top">x</h1><p>\n</p>', encoding="utf-8")
    return site


def write_page(site: Path, body: str) -> Path:
    page = site / "en" / "index.html"
    page.write_text(f"<!doctype html>\n{body}\n", encoding="utf-8")
    return page


@pytest.mark.parametrize(
    "body",
    [
        '<a href="../nl/index.html#top">x</a>',
        '<a href="../nl/">x</a>',
        '<a href="../nl/data%20set/%C3%A9%C3%A9n.csv">x</a>',
        '<a href="#here">x</a><p id="here">',
        '<a name="old"></a><a href="#old">x</a>',
        '<a href="/nl/index.html">x</a>',
        '<a href="https://example.org/elsewhere#x">x</a><a href="mailto:a@example.org">x</a>',
        '<img src="data:image/png;base64,AAAA" alt="">',
        '<svg><use href="#mark"/><g id="mark"/></svg>',
    ],
)
def test_living_links_pass(site: Path, body: str):
    write_page(site, body)
    assert find_dead_links(site) == []
    assert find_outside_requests(site) == []


@pytest.mark.parametrize(
    ("body", "todo"),
    [
        ('<a href="../nl/indx.html">x</a>', 'write "index.html"'),
        ('<a href="../nl/index.html#tpo">x</a>', 'write "top"'),
        ('<a href="#nowhere">x</a>', "use one of"),
        ('<img src="chart.png" alt="">', "use one of"),
        ('<img srcset="chart.png 2x" alt="">', "use one of"),
        ('<link rel="stylesheet" href="house.css">', "use one of"),
        ("<style>body { background: url('paper.png') }</style>", "use one of"),
        ('<a href="../../outside.html">x</a>', "use one of"),
    ],
)
def test_dead_links_are_faults(site: Path, body: str, todo: str):
    write_page(site, body)
    (fault,) = find_dead_links(site, root=site.parents[2])
    assert fault.where == "build/one/site/en/index.html:2"
    assert todo in fault.todo


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://example.org/a.js"></script>',
        '<img src="//example.org/a.png" alt="">',
        '<link rel="icon stylesheet" href="https://example.org/a.css">',
        "<style>@import 'https://example.org/a.css';</style>",
        '<p style="background: url(https://example.org/a.png)">',
        '<svg><image xlink:href="http://example.org/a.png"/></svg>',
    ],
)
def test_requests_to_another_host_are_faults(site: Path, body: str):
    write_page(site, body)
    (fault,) = find_outside_requests(site)
    assert "example.org" in fault.found


def test_style_sheets_and_charts_are_asked_too(site: Path):
    (site / "a.css").write_text("\n\na { src: url(https://example.org/f.woff2) }")
    (site / "a.svg").write_text('<svg><image href="https://example.org/a.png"/></svg>')
    first, second = find_outside_requests(site)
    assert first.where.endswith("a.css:3")
    assert second.where.endswith("a.svg:1")


def test_every_built_study_has_its_site(site: Path, tmp_path: Path):
    (tmp_path / "build" / "two").mkdir()
    assert list_sites(tmp_path / "build") == [site]


def test_links_of_documents_lead_to_files_and_headings(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    readme, page = tmp_path / "README.md", tmp_path / "docs/format.md"
    page.write_text("# The format\n\n## Waves, and how\n\n[back](../README.md)\n", "utf-8")
    living = "[a](docs/format.md#waves-and-how) [b](docs) [c](#top) [d](https://example.org)\n"
    readme.write_text(f"# Top\n\n{living}", "utf-8")
    assert find_dead_document_links(tmp_path, [readme, page]) == []
    dead = "[a](docs/format.md#waves)\n\n![b](docs/chart.png)\n[c](../elsewhere.md)\n"
    readme.write_text(f"# Top\n\n{living}\n{dead}", "utf-8")
    faults = find_dead_document_links(tmp_path, [readme, page])
    assert [(fault.where, fault.found) for fault in faults] == [
        ("README.md:5", 'link to "docs/format.md#waves"'),
        ("README.md:8", 'link to "../elsewhere.md"'),
        ("README.md:7", 'link to "docs/chart.png"'),
    ]
