"""One page with every construct of the subset, laid out in every format by the embedded engine."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest

from reports.layout.embedded import EmbeddedEngine
from reports.layout.engine import choose_engine
from reports.layout.faults import LayoutFailed, PageFaults
from reports.layout.pandoc import convert
from reports.layout.preflight import find_faults
from reports.layout.project import (
    NavigationEntry,
    ProjectSettings,
    publish_resources,
    write_project,
)
from reports.layout.settings import resolve_settings
from reports.layout.sources import read_page

PUBLISHED = date(2026, 1, 31)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" viewBox="0 0 200 40">'
    '<text x="1" y="20" font-family="Inter">58 %</text></svg>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ff"
    "ff3f0005fe02fe0def46b80000000049454e44ae426082"
)
CHAPTER = """## Gebruik {#sec-gebruik}

Zie @fig-a, tabel -@tbl-breed en @sec-gebruik; volgens @rao1984.

::: {#fig-a}

::: {.content-visible when-format="html"}
```{=html}
<svg id="a"><title>58 %</title></svg>
```
:::

::: {.content-hidden when-format="html"}
![](../fig/a){fig-alt="Staaf: 58 \\"procent\\"."}
:::

Gebruik

:::

Het aantal is $n_{\\text{eff}} = \\frac{1}{w^2}$ en [$\\aleph$]{alt="alef"}.

::: {.notice}
Let op.
:::

::: {.table-notes}
Gewogen.
:::

::: {.tabs}

::: {.tab title="Eerste"}
Een.
:::

::: {.tab title="Tweede"}
Twee.
:::

:::

| Stelling | Zeer mee oneens | Mee oneens | Neutraal | Mee eens | Zeer mee eens |
|:--|--:|--:|--:|--:|--:|
| Mijn organisatie heeft een beleid voor het gebruik van AI door medewerkers | 1 | 2 | 3 | 4 | 5 |

: Breed {#tbl-breed}

| Los | n |
|:--|--:|
| a | 1 |

: Zonder {#tbl-zonder .no-row-names}

::: {#tbl-div}

| A | B | n |
|:--|:--|--:|
| a | b | 1 |

In een Div

:::

| Groep | Meting | n |
|:--|:--|--:|
| a | 2024 | 1 |

: Twee kolommen noemen de rij {row-headers="2"}

| Rij | n |
|:--|--:|
| a | 1 |

: Een bijschrift met {accolades}

[Scherm]{.content-visible when-format="html"}[Word]{.content-visible when-format="docx"}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layout") / "quarto"
    settings = ProjectSettings(
        languages=("nl", "en"),
        titles={"nl": "AI & cultuur", "en": "AI & culture"},
        published=PUBLISHED,
        publishers={"nl": "Instituut *X*", "en": "Institute *X*"},
        licence="CC BY 4.0",
        notices={"nl": "Verzonnen <gegevens>."},
        navigation={"nl": (NavigationEntry("index", "Begin"), NavigationEntry("stand", "Stand"))},
        bibliography="refs.bib",
    )
    write_project(settings, folder)
    (folder / "refs.bib").write_text(
        "@article{rao1984, title={On tests}, author={Rao, J.}, year={1984}, journal={Annals}}\n"
    )
    (folder / "fig").mkdir()
    (folder / "fig" / "a.svg").write_text(SVG)
    (folder / "fig" / "a.png").write_bytes(PNG)
    (folder / "nl" / "_stand.qmd").write_text(CHAPTER)
    page = '---\ntitle: "Stand: AI"\npage-id: stand\n---\n\n{{< include _stand.qmd >}}\n'
    (folder / "nl" / "stand.qmd").write_text(page)
    return folder


def lay_out(project: Path, fmt: str, name: str = "stand") -> bytes:
    out = project.parent / "made" / f"{name}.{fmt}"
    EmbeddedEngine().lay_out(project, project / "nl" / f"{name}.qmd", fmt, out, PUBLISHED)
    return out.read_bytes()


@pytest.fixture(scope="module")
def html(project: Path) -> str:
    return lay_out(project, "html").decode("utf-8")


@pytest.fixture(scope="module")
def word(project: Path) -> dict[str, str]:
    lay_out(project, "docx")
    with zipfile.ZipFile(project.parent / "made" / "stand.docx") as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return {name: archive.read(name).decode("utf-8") for name in names}


def test_the_page_passes_preflight(project: Path) -> None:
    assert find_faults(project, [project / "nl" / "stand.qmd"]) == ()


def test_the_page_carries_notice_navigation_and_language_switch(html: str) -> None:
    assert '<p class="invented" role="note">Verzonnen &lt;gegevens&gt;.</p>' in html
    assert '<li><a href="stand.html" aria-current="page">Stand</a></li>' in html
    assert '<li><a href="index.html">Begin</a></li>' in html
    assert 'hreflang="en" href="../en/stand.html">English</a>' in html
    assert "<title>Stand: AI · AI &amp; cultuur</title>" in html
    assert "Instituut *X*" in html
    assert "Institute" not in html
    assert '<link rel="stylesheet" href="../theme/style.css">' in html


def test_the_page_loads_nothing_from_elsewhere(html: str) -> None:
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', html) == []
    assert "<script" not in html
    style = (Path(__file__).parents[2] / "reports" / "theme" / "style.css").read_text()
    assert re.findall(r'url\((?!"fonts/)', style) == []
    assert "@import" not in style


def test_html_has_row_headers_tabs_and_references(html: str) -> None:
    assert '<th style="text-align: left;">Mijn organisatie' in html
    assert '<td style="text-align: left;">a</td>' in html
    assert '<th style="text-align: left;">2024</th>' in html
    assert "row-headers" not in html
    assert "<caption>Een bijschrift met {accolades}\u2060</caption>" in html
    assert html.count('<div class="scroll" tabindex="0">') == html.count("<table") > 0
    assert "colgroup" not in html
    assert html.count('<details class="tab" name="tabs-1"') == 2
    assert '<a href="#tbl-breed" class="xref">1</a>' in html
    assert '<a href="#fig-a" class="xref">Figuur\u00a01</a>' in html
    assert "Scherm" in html
    assert "Word" not in html
    assert "<math" in html
    assert '<h2 class="unnumbered">Bronnen</h2>' in html
    assert html.count("<h1>") == 1


def test_word_has_the_notice_on_every_page_and_marked_tables(word: dict[str, str]) -> None:
    assert "Verzonnen &lt;gegevens&gt;." in word["word/header1.xml"]
    assert 'w:type="default"' in word["word/document.xml"]
    document = word["word/document.xml"]
    assert document.count('w:firstColumn="1"') == 5
    assert document.count("<w:tblHeader") == 5
    assert document.count("<w:cantSplit/>") == 10
    assert document.count('<w:pStyle w:val="TableText"/>') == 32
    assert 'w:styleId="TableText"' in word["word/styles.xml"]
    assert 'descr="Staaf: 58 &quot;procent&quot;."' in document
    assert "{accolades}" in document
    assert "\u2060" not in document
    assert "../fig/a" not in document
    assert '<w:pStyle w:val="Notice" />' in document
    assert '<w:pStyle w:val="TableNotes" />' in document
    assert 'w:styleId="TableNotes"' in word["word/styles.xml"]
    assert "Scherm" not in document
    assert ">Word<" in document
    widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', document)]
    assert widths[0] > 2 * max(widths[1:6])


def test_word_carries_only_the_date_of_publication(word: dict[str, str]) -> None:
    dates = re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", word["docProps/core.xml"])
    assert set(dates) == {"2026-01-31T00:00:00Z"}


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not installed")
def test_the_pdf_is_tagged_and_dated(project: Path) -> None:
    pdf = lay_out(project, "typst")
    assert b"pdfuaid:part" in pdf
    path = project.parent / "made" / "stand.typst"
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", said)
    assert re.search(r"CreationDate:.*Jan 31 .*2026", said)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_every_page_of_the_pdf_carries_the_notice_and_can_be_searched(project: Path) -> None:
    (project / "nl" / "lang.qmd").write_text(
        "---\ntitle: Lang\ntitle-page: true\n---\n\n# Een\n\n"
        + "Een alinea.\n\n" * 120
        + "Van 20\u2060–\u206099 fte.\n"
    )
    lay_out(project, "typst", "lang")
    path = project.parent / "made" / "lang.typst"
    said = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True).stdout
    pages = said.split("\f")[:-1]
    assert len(pages) >= 4
    assert all("Verzonnen <gegevens>." in page for page in pages)
    assert "Van 20–99 fte." in said  # a reader who searches types no joiner


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (
            r"n_{\text{eff}} = \frac{1}{w^2}",
            "n index eff is gelijk aan 1 gedeeld door w tot de macht 2",
        ),
        (
            r"\hat p \pm 1.96\sqrt{p(1-p)/n}",
            "p dakje plus of min 1.96 wortel van p haakje openen 1 min p haakje sluiten"
            " gedeeld door n",
        ),
    ],
)
def test_formulas_are_read_aloud(project: Path, tex: str, said: str) -> None:
    page = project / "nl" / "stand.qmd"
    settings = resolve_settings(project, read_page(page), "typst")
    settings["document-date"] = {"year": 2026, "month": 1, "day": 31}
    made = convert(f"Zo ${tex}$.\n", project, page, "typst", settings, 0).decode("utf-8")
    assert f'#math.equation(alt: "{said}", block: false, $' in made


@pytest.mark.parametrize(
    ("header", "rule", "cells", "fractions"),
    [
        # of 54.6 ems: 6 for "belangrijk" in bold, and the sentence has what is left
        ("Zeer belangrijk", "---", "3%", (0.89, 0.11)),
        # neither fits: both break over as many lines, so that the longer one has more room
        ("Veel", "---", "Een zin van meer dan vijftig letters over regels", (0.69, 0.31)),
        # a date lacks little beside its longest word, and stays whole
        ("Een voorbeeld", "---", "3 februari 2026", (0.84, 0.16)),
        # a number stays whole with its interval, and a text of that length does not
        ("Meting", "--:", "0,61 (0,51 tot 0,70)", (0.8, 0.2)),
        ("Meting", "---", "0,61 (0,51 tot 0,70)", (0.83, 0.17)),
    ],
)
def test_a_wide_table_gives_room_to_its_cells(
    project: Path, header: str, rule: str, cells: str, fractions: tuple[float, float]
) -> None:
    page = project / "nl" / "stand.qmd"
    settings = resolve_settings(project, read_page(page), "typst")
    settings["document-date"] = {"year": 2026, "month": 1, "day": 31}
    long = (
        "Een uitleg in gewone taal van wat de verordening vraagt van een instelling in de sector "
    )
    long += "cultuur, groot of klein"
    table = f"| Wat | {header} {header} {header} |\n|---|{rule}|\n| {long} | {cells} |\n"
    made = convert(table, project, page, "typst", settings, 0).decode("utf-8")
    widths = re.search(r"columns: \(([\d.]+)%, ([\d.]+)%\)", made)
    assert widths is not None, made[-600:]
    assert [round(float(width) / 100, 2) for width in widths.groups()] == list(fractions)


def test_a_formula_without_words_stops(project: Path) -> None:
    (project / "nl" / "fout.qmd").write_text("---\ntitle: a\n---\n\n# A\n\n$\\aleph$\n")
    with pytest.raises(LayoutFailed, match=r"no words for \\aleph in the formula \\aleph"):
        lay_out(project, "typst", "fout")


@pytest.mark.parametrize("fmt", ["html", "typst", "docx"])
def test_what_pandoc_only_warns_about_stops(project: Path, fmt: str) -> None:
    (project / "nl" / "fout.qmd").write_text("---\ntitle: a\n---\n\n# A\n\nVolgens @niemand.\n")
    with pytest.raises(LayoutFailed, match="niemand"):
        lay_out(project, fmt, "fout")


def test_an_unresolved_reference_or_include_stops(project: Path) -> None:
    (project / "nl" / "fout.qmd").write_text("---\ntitle: a\n---\n\nZie @fig-weg.\n")
    with pytest.raises(LayoutFailed, match="cross-reference cannot be resolved: @fig-weg"):
        lay_out(project, "html", "fout")
    (project / "nl" / "fout.qmd").write_text("---\ntitle: a\n---\n\n{{< include _weg.qmd >}}\n")
    with pytest.raises(PageFaults, match=r"_weg\.qmd does not exist"):
        lay_out(project, "html", "fout")


@pytest.mark.parametrize("fmt", ["html", "typst", "docx"])
def test_the_same_input_gives_the_same_bytes(project: Path, fmt: str) -> None:
    assert lay_out(project, fmt) == lay_out(project, fmt)


def test_a_bare_date_in_the_front_matter_is_text(project: Path) -> None:
    (project / "nl" / "datum.qmd").write_text("---\ntitle: a\nsubtitle: 2026-01-31\n---\n\n# A\n")
    assert '<p class="subtitle">2026-01-31</p>' in lay_out(project, "html", "datum").decode("utf-8")


def test_an_unknown_format_is_refused(project: Path) -> None:
    with pytest.raises(LayoutFailed, match=r"epub is not a format\. Allowed: html, typst, docx"):
        lay_out(project, "epub")


def test_published_resources_are_what_pages_load(project: Path, tmp_path: Path) -> None:
    publish_resources(project, tmp_path)
    style = (tmp_path / "theme" / "style.css").read_text()
    named = set(re.findall(r'url\("(fonts/[^"]+)"\)', style))
    assert len(named) == 5
    assert all((tmp_path / "theme" / name).is_file() for name in named)
    assert (tmp_path / "theme" / "fonts" / "OFL.txt").is_file()
    assert not list(tmp_path.rglob("*.lua"))


def test_formulas_have_a_font_of_the_site(project: Path, tmp_path: Path) -> None:
    publish_resources(project, tmp_path)
    style = (tmp_path / "theme" / "style.css").read_text()
    family = re.search(r'^math \{ font-family: ("[^"]+"), math;', style, re.MULTILINE)
    assert family is not None
    declared = re.search(rf'font-family: {family[1]};[^}}]*url\("([^"]+)"\)', style)
    assert declared is not None
    assert (tmp_path / "theme" / declared[1]).read_bytes()[:4] == b"wOF2"
    assert "STIX" in (tmp_path / "theme" / "fonts" / "OFL.txt").read_text()


NEEDS_QUARTO = pytest.mark.skipif(
    choose_engine("auto").name != "quarto", reason="Quarto 1.9 or newer is not on the path"
)


def lay_out_by_quarto(project: Path, fmt: str) -> bytes:
    # Quarto reads every page of a project, those that other tests spoil as well.
    others = [path.name for path in (project / "nl").glob("[a-z]*.qmd") if path.stem != "stand"]
    own = project.parent / f"quarto-{fmt}"
    shutil.copytree(project, own, ignore=shutil.ignore_patterns(*others))
    out = project.parent / "quarto-made" / f"stand.{fmt}"
    choose_engine("quarto").lay_out(own, own / "nl" / "stand.qmd", fmt, out, PUBLISHED)
    return out.read_bytes()


def strip_names(html: str) -> list[str]:
    """Tags and texts, without what each engine names in its own way."""
    html = re.sub(r' (class|id|aria-describedby)="[^"]*"', "", html.replace("&nbsp;", "\u00a0"))
    return [part.strip() for part in re.split(r"(<[^>]*>)", html) if part.strip()]


@NEEDS_QUARTO
def test_quarto_itself_makes_the_same_page(project: Path, html: str) -> None:
    quarto = lay_out_by_quarto(project, "html").decode("utf-8")
    assert strip_names(quarto.replace(' open=""', " open")) == strip_names(html)


@NEEDS_QUARTO
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_quarto_itself_makes_the_same_pdf(project: Path) -> None:
    lay_out(project, "typst")
    lay_out_by_quarto(project, "typst")
    texts = [
        subprocess.run(
            ["pdftotext", "-layout", str(project.parent / made / "stand.typst"), "-"],
            capture_output=True,
            text=True,
        ).stdout
        for made in ("made", "quarto-made")
    ]
    assert texts[0] == texts[1]
    assert "Tabel 3: In een Div" in texts[0]
    assert "Twee kolommen noemen de rij" in texts[0]


@NEEDS_QUARTO
def test_quarto_itself_makes_the_same_word_file(project: Path, word: dict[str, str]) -> None:
    made = zipfile.ZipFile(io.BytesIO(lay_out_by_quarto(project, "docx")))
    documents = [made.read("word/document.xml").decode("utf-8"), word["word/document.xml"]]
    plain = [re.sub(r'(w:id|id|r:embed|r:id)="\w+"|\s+', "", text) for text in documents]
    # Between two tables without a name each engine has an empty paragraph of its own.
    empty = r'<w:p/>|<w:p><w:pPr><w:pStylew:val="BodyText"/></w:pPr><w:r><w:txml:space="preserve">'
    assert re.sub(empty + r"</w:t></w:r></w:p>|<w:p/>", "", plain[0]) == re.sub(
        r"<w:p/>", "", plain[1]
    )
