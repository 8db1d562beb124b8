"""What is written for a project follows the rules that keep both engines equal."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from reports.layout.faults import LayoutFailed
from reports.layout.project import (
    NavigationEntry,
    ProjectSettings,
    describe_language,
    describe_project,
    escape_metadata,
    write_project,
)
from reports.layout.reference import make_reference
from reports.layout.settings import resolve_settings
from reports.layout.sources import read_page
from reports.layout.words import name_token, words_for

SETTINGS = ProjectSettings(
    languages=("nl", "en"),
    titles={"nl": "AI *in* cultuur", "en": "AI in culture"},
    published=date(2026, 1, 31),
    publishers={"nl": "Instituut", "en": "Institute"},
    notices={"nl": "Verzonnen."},
    navigation={"nl": (NavigationEntry("index", "Begin"),)},
    bibliography="refs.bib",
)


def test_the_project_says_no_language_and_no_theme() -> None:
    described = describe_project(SETTINGS)
    assert "lang" not in described
    assert described["project"]["type"] == "default"
    assert described["project"]["render"] == ["nl/*.qmd", "en/*.qmd"]
    html, typst = described["format"]["html"], described["format"]["typst"]
    assert (html["theme"], html["minimal"]) == ("none", True)
    assert html["html-math-method"] == "mathml"
    assert (typst["pdf-standard"], typst["number-sections"]) == ("ua-1", True)
    assert typst["section-numbering"] == "1.1.1"
    assert described["bibliography"] == "refs.bib"
    assert described["document-date"] == {"year": 2026, "month": 1, "day": 31}


def test_what_a_study_lacks_is_left_out() -> None:
    bare = ProjectSettings(("nl",), {"nl": "T"}, date(2026, 1, 31))
    assert {"bibliography", "licence"} & describe_project(bare).keys() == set()
    assert {"invented-notice", "nav", "publisher"} & describe_language(bare, "nl").keys() == set()


def test_each_language_has_its_flag_words_and_the_others() -> None:
    dutch, english = (describe_language(SETTINGS, language) for language in ("nl", "en"))
    assert (dutch["lang"], dutch["is-nl"]) == ("nl", True)
    assert "is-nl" not in english
    assert dutch["other-lang"] == [{"code": "en", "name": "English"}]
    assert dutch["site-title"] == "AI \\*in\\* cultuur"
    assert (dutch["publisher"], english["publisher"]) == ("Instituut", "Institute")
    assert dutch["invented-notice"] == "Verzonnen."
    assert "invented-notice" not in english
    assert dutch["nav"] == [{"id": "index", "title": "Begin"}]
    assert english["words"]["skip"] == "Skip to content"


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(LayoutFailed, match=r"no words for language fy\. Allowed: en, nl\."):
        words_for("fy")
    assert words_for("en-GB") == words_for("en")


def test_settings_of_a_page_overrule_those_of_folder_and_project(tmp_path: Path) -> None:
    write_project(SETTINGS, tmp_path)
    metadata = tmp_path / "nl" / "_metadata.yml"
    described = yaml.safe_load(metadata.read_text("utf-8"))
    metadata.write_text(yaml.safe_dump({**described, "publisher": "Map", "licence": "Map"}))
    page = tmp_path / "nl" / "stand.qmd"
    page.write_text("---\ntitle: a\nlicence: Pagina\nformat:\n  html:\n    toc: false\n---\n\na\n")
    html = resolve_settings(tmp_path, read_page(page), "html")
    assert (html["lang"], html["publisher"], html["licence"]) == ("nl", "Map", "Pagina")
    assert html["toc"] is False
    assert html["css"] == "theme/style.css"
    word = resolve_settings(tmp_path, read_page(page), "docx")
    assert word["toc"] is True
    assert word["reference-doc"] == "theme/reference-nl.docx"
    assert "css" not in word


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_project(SETTINGS, tmp_path / name)
    files = sorted(path for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) > 15
    for path in files:
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_the_word_reference_is_sound_xml_with_notice_or_title_at_the_head() -> None:
    def read_header(notice: str) -> str:
        made = make_reference(notice, "Titel & meer", date(2026, 1, 31))
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
            return archive.read("word/header1.xml").decode("utf-8")

    assert "Verzonnen &lt;!&gt;" in read_header("Verzonnen <!>")
    assert "Titel &amp; meer" in read_header("")


def test_the_word_reference_names_a_substitute_and_styles_of_its_own_for_contents() -> None:
    with zipfile.ZipFile(io.BytesIO(make_reference("", "A", date(2026, 1, 31)))) as archive:
        fonts = archive.read("word/fontTable.xml").decode("utf-8")
        styles = archive.read("word/styles.xml").decode("utf-8")
    assert '<w:font w:name="Inter"><w:altName w:val="Arial"/><w:panose1 w:val="020B' in fonts
    own = dict(re.findall(r'w:styleId="(\w+)"[^>]*>(.*?)</w:style>', styles, re.DOTALL))
    assert '<w:name w:val="toc 2" />' in own["TOC2"]
    assert "<w:keepLines />" in own["TableNotes"]
    assert "<w:keepNext />" not in own["TableNotes"]
    assert [name for name, style in own.items() if '<w:basedOn w:val="Title" />' in style] == []


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Stand van zaken: AI, nu (2026).", "Stand van zaken: AI, nu (2026)."),
        ("a_b*c [d] <e> #f $g @h", r"a\_b\*c \[d\] \<e\> \#f \$g \@h"),
        ("2. De vraag", r"2\. De vraag"),
        ("2.5 fte", "2.5 fte"),
    ],
)
def test_titles_are_escaped_only_where_a_mark_has_a_meaning(text: str, escaped: str) -> None:
    assert escape_metadata(text) == escaped


def test_a_sign_is_named_as_the_filter_names_it() -> None:
    assert [name_token(token) for token in ("frac", "_", "\\%")] == [
        "frac",
        "sign-5f",
        "escaped-25",
    ]
