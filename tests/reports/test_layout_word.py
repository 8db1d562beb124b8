"""A Word file gets out of Quarto's frames what stands in them, with one set of properties each."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from reports.layout.word import finish_word, free_floats

LOOK = '<w:tblLook w:firstRow="{}" w:lastRow="0" w:firstColumn="0" w:val="0000" />'
DATA = (
    "<w:tbl><w:tblPr>"
    + LOOK.format(1)
    + '</w:tblPr><w:tblGrid><w:gridCol w:w="1" /></w:tblGrid><w:tr><w:tc><w:tcPr /><w:p><w:pPr>'
    '<w:pStyle w:val="Compact" /><w:jc w:val="right" /><w:jc w:val="center" /></w:pPr></w:p>'
    "</w:tc></w:tr></w:tbl>"
)
CAPTION = (
    '<w:p><w:pPr><w:jc w:val="center" /></w:pPr><w:pPr>\n<w:jc w:val="left"/>\n'
    '<w:spacing w:before="200" />\n<w:pStyle w:val="ImageCaption" />\n</w:pPr><w:r/></w:p>'
)
PICTURE = '<w:p><w:pPr><w:jc w:val="center" /></w:pPr><w:r><w:drawing /></w:r></w:p>'
BLANK = (
    '<w:p><w:pPr><w:pStyle w:val="BodyText" /></w:pPr><w:r><w:t xml:space="preserve">\u00a0</w:t>'
    "</w:r></w:p>"
)


def frame(name: str, content: str) -> str:
    return (
        "<w:tbl><w:tblPr>"
        + LOOK.format(0)
        + '</w:tblPr><w:tblGrid><w:gridCol w:w="7920" /></w:tblGrid><w:tr><w:tc><w:tcPr />'
        f'<w:bookmarkStart w:id="1" w:name="{name}" />{content}<w:bookmarkEnd w:id="1" />'
        "</w:tc></w:tr></w:tbl>"
    )


def test_a_figure_stands_free_with_its_caption() -> None:
    freed = free_floats(f"<a/>{frame('fig-x', PICTURE + CAPTION)}<b/>")
    assert freed == (
        '<a/><w:bookmarkStart w:id="1" w:name="fig-x" />'
        '<w:p><w:pPr><w:pStyle w:val="CaptionedFigure" /></w:pPr><w:r><w:drawing /></w:r></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="ImageCaption" /></w:pPr><w:r/></w:p>'
        '<w:bookmarkEnd w:id="1" /><b/>'
    )


def test_a_table_stands_free_and_its_cells_keep_their_own_alignment() -> None:
    freed = free_floats(frame("tbl-x", CAPTION + DATA + "<w:p />"))
    assert freed.count("<w:tbl>") == freed.count("</w:tbl>") == 1
    assert '<w:pPr><w:pStyle w:val="TableCaption" /></w:pPr>' in freed
    assert '<w:jc w:val="right" /></w:pPr>' in freed
    assert "center" not in freed


def test_a_float_with_a_long_id_is_known_by_what_it_holds() -> None:
    """Pandoc calls a bookmark of more than 40 characters X and 39 digits of its digest."""
    long = f"X{'7d' * 19}2"
    for content, short in ((CAPTION + DATA, "tbl-x"), (PICTURE + CAPTION, "fig-x")):
        freed = free_floats(frame(long, content))
        assert freed == free_floats(frame(short, content)).replace(short, long)


@pytest.mark.parametrize("gap", ["", "<w:p />", BLANK, f"<w:p />\n{BLANK}"])
def test_what_kept_frames_apart_goes_with_them(gap: str) -> None:
    two = frame("fig-a", PICTURE) + gap + frame("fig-b", PICTURE)
    assert free_floats(two + gap + "<c/>").count("<w:p>") == 2
    assert free_floats(frame("tbl-a", DATA) + gap + DATA).count(gap or "<w:tbl>") > 0


def test_other_tables_and_plain_documents_stay_as_they_are() -> None:
    plain = f"<w:p />{DATA}<w:p />{DATA}"
    assert free_floats(plain) == plain


def test_a_frame_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="the table at character 0 does not end"):
        free_floats(frame("fig-x", PICTURE).removesuffix("</w:tbl>"))


@pytest.mark.parametrize(
    ("language", "named"), [("nl", "nl-NL"), ("en", "en-GB"), ("fy", "fy"), ("de-AT", "de-AT")]
)
def test_a_language_is_named_by_its_variety_in_styles_and_text(language: str, named: str) -> None:
    tag = f'<w:lang w:bidi="ar-SA" w:val="{language}" />'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/styles.xml", tag)
        archive.writestr("word/document.xml", tag)
    with zipfile.ZipFile(io.BytesIO(finish_word(made.getvalue(), date(2026, 2, 1)))) as archive:
        for name in archive.namelist():
            assert archive.read(name).decode() == tag.replace(language, named)
