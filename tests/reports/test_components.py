"""What a study says is text and nothing but text, wherever a component puts it."""

from __future__ import annotations

import html
import zipfile
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tell.tables import Table, make_table
from reports.components import (
    Component,
    FigureFloat,
    Heading,
    Paragraph,
    Parts,
    TableFloat,
    fill_drawings,
    quote_attribute,
)
from reports.knit.page import KnittedPage
from reports.layout.embedded import EmbeddedEngine
from reports.layout.preflight import find_faults
from reports.layout.project import ProjectSettings, write_project

PUBLISHED = date(2026, 1, 31)
NASTY = (
    "<script>alert(1)</script> | \"quoted\" 'so' `code` {{< include _x.qmd >}} @fig-x [@key] "
    "$e = m$ [link](javascript:alert(1)) ![picture](file:///etc/passwd) *bold* _x_ ~y~ ^z^ # ::: "
    "\\newline &amp; <!-- gone --> @@drawing:one@@ {python} https://example.org [^1] --- ... "
    "a'b pasted\u2028over\u0085lines"
)
SAID = " ".join(NASTY.split())
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ff"
    "ff3f0005fe02fe0def46b80000000049454e44ae426082"
)
WIDE, NARROW = '<svg id="wide"></svg>', '<svg\nid="narrow"></svg>'


class Reading(HTMLParser):
    """The elements of a page: every tag with its attributes, and the text within each kind."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br", "col", "hr", "input"):
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def read(self, tag: str) -> list[str]:
        return [" ".join(text.split()) for text in self.texts.get(tag, [])]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "quarto"
    titles = {"nl": "Peiling"}
    write_project(
        ProjectSettings(("nl",), titles, PUBLISHED, {"nl": "Uitgever"}, "CC0-1.0"), folder
    )
    (folder / "fig" / "nl").mkdir(parents=True)
    (folder / "fig" / "nl" / "one.svg").write_text(WIDE)
    (folder / "fig" / "nl" / "one.png").write_bytes(PNG)
    return folder


def write_page(project: Path, components: Sequence[Component]) -> Path:
    page = project / "nl" / "index.qmd"
    text = Parts(components).to_markdown()
    knitted = KnittedPage(f"{text}\n", tuple(range(1, text.count("\n") + 2)))
    filled = fill_drawings(knitted, {"one": WIDE + NARROW})
    page.write_text(f'---\ntitle: "Begin"\npage-id: "index"\n---\n\n{filled.text}', "utf-8")
    return page


def lay_out(project: Path, page: Path, fmt: str) -> Path:
    out = project.parent / f"page.{fmt}"
    EmbeddedEngine().lay_out(project, page, fmt, out, PUBLISHED)
    return out


def make_nasty_table() -> Table:
    return make_table(NASTY, [NASTY, "b"], [[NASTY, NASTY], ["c", "d"]], notes=[NASTY])


def make_nasty_page() -> list[Component]:
    figure = FigureFloat("fig-index-one", "one", "nl", NASTY, NASTY, make_nasty_table())
    table = TableFloat("tbl-index-one", make_nasty_table())
    return [Heading(NASTY), Paragraph(NASTY), figure, table, Heading(NASTY, depth=3)]


def test_texts_come_out_as_text_in_html(project: Path) -> None:
    out = lay_out(project, write_page(project, make_nasty_page()), "html")
    read = Reading(out.read_text(encoding="utf-8"))
    assert SAID in read.read("p")
    assert SAID in read.read("h2")
    assert SAID in read.read("h3")
    assert any(text.endswith(SAID) for text in read.read("figcaption"))
    assert sum(SAID in text for text in read.read("caption")) >= 1
    assert read.read("th").count(SAID) + read.read("td").count(SAID) == 2 * 3
    assert read.read("script") == []
    addresses = [value for _, attrs in read.tags for value in attrs.values() if value]
    assert not any(one.startswith(("javascript:", "file:")) for one in addresses)
    assert {attrs["src"] for tag, attrs in read.tags if tag == "img"} == set()
    assert "math" not in read.texts


def test_texts_are_no_faults_of_the_page(project: Path) -> None:
    page = write_page(project, make_nasty_page())
    told = {fault.what for fault in find_faults(project, [page])}
    assert told <= {"Active content is outside the subset of pages."}  # of the word <script>


def test_a_drawing_stands_where_its_figure_is_and_nowhere_else(project: Path) -> None:
    out = lay_out(project, write_page(project, make_nasty_page()), "html")
    read = Reading(out.read_text(encoding="utf-8"))
    assert [attrs["id"] for tag, attrs in read.tags if tag == "svg"] == ["wide", "narrow"]
    links = [
        attrs["href"] for tag, attrs in read.tags if tag == "a" and "data" in (attrs["href"] or "")
    ]
    assert links == [f"../data/figures/nl/one.{kind}" for kind in ("csv", "svg", "png")]
    assert read.read("summary") == ["Toon de cijfers als tabel"]


def test_texts_come_out_as_text_in_word(project: Path) -> None:
    out = lay_out(project, write_page(project, make_nasty_page()), "docx")
    with zipfile.ZipFile(out) as archive:
        document = ElementTree.fromstring(archive.read("word/document.xml"))
    paragraphs = ["".join(one.itertext()) for one in document.iter() if one.tag.endswith("}p")]
    assert sum(SAID in text for text in paragraphs) >= 8
    described = [one.get("descr") for one in document.iter() if one.tag.endswith("}docPr")]
    assert SAID in described


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
@settings(max_examples=50)
def test_an_attribute_stays_one_value(text: str) -> None:
    quoted = quote_attribute(text)
    assert quoted[0] == quoted[-1] == '"'
    assert not set(quoted[1:-1]) & set('"\\\n<>{}[]@$`|*_^~!')
    assert html.unescape(quoted[1:-1]) == " ".join(text.split())


def test_filled_lines_come_from_the_line_of_their_figure() -> None:
    page = KnittedPage("a\n@@drawing:one@@\nb\n", (3, 4, 9))
    filled = fill_drawings(page, {"one": NARROW})
    assert filled.text == 'a\n<svg\nid="narrow"></svg>\nb\n'
    assert filled.source_lines == (3, 4, 4, 9)


def test_a_figure_that_was_not_drawn_is_a_fault() -> None:
    with pytest.raises(KeyError, match="two"):
        fill_drawings(KnittedPage("@@drawing:two@@\n", (1,)), {"one": WIDE})
