"""An engine's Word file goes in; one with its tables and contents set and fixed dates comes out.

Both engines leave the first column of a table unmarked, let rows break over pages, leave the
contents to Word, and name a language where Word wants a variety (`nl-NL`). Quarto sets
every figure and table in a table of one cell, which a screen reader announces as one, gives
paragraphs their properties twice, which the format forbids, and stamps the time of writing.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

from analysis.wording import VARIETIES, WORD_JOINER
from reports.layout.word_contents import fill_contents, set_title_page
from reports.layout.word_tables import keep_rows, mark_tables, space_below, style_cells

# The description a reader hears is the drawing's; the picture's own names a file on disk.
_PICTURE_PATH = re.compile(r'(<pic:cNvPr)\s+descr="[^"]*"')
# What Quarto sets around a figure or table: a table of one cell that begins with its bookmark.
# Pandoc names the bookmark of an id of more than 40 characters X and 39 digits of its digest.
_FRAME = re.compile(
    r"<w:tbl>\s*<w:tblPr>(?:(?!</w:tblPr>).)*</w:tblPr>\s*<w:tblGrid>\s*<w:gridCol [^>]*/>\s*"
    r"</w:tblGrid>\s*<w:tr>\s*(?:<w:trPr>(?:(?!</w:trPr>).)*</w:trPr>\s*)?<w:tc>\s*<w:tcPr ?/>\s*"
    r'(?=<w:bookmarkStart [^>]*w:name="(?:(?P<kind>fig|tbl)-|X[0-9a-f]{39}"))',
    re.DOTALL,
)
_TABLE_EDGE = re.compile(r"<w:tbl>|</w:tbl>")
# Word wants a paragraph at the end of a cell, empty where a table stands last.
_FRAME_END = re.compile(r"(?:\s*<w:p ?/>)?\s*</w:tc>\s*</w:tr>\s*</w:tbl>$")
# Empty paragraphs that keep two tables apart.
_GAP = re.compile(
    r"(?:\s*<w:p ?/>|\s*<w:p>\s*<w:pPr>\s*<w:pStyle [^>]*/>\s*</w:pPr>\s*<w:r>\s*"
    r"<w:t [^>]*>\s*</w:t>\s*</w:r>\s*</w:p>)*\s*"
)
_TWICE = re.compile(r"<w:pPr>\s*<w:jc [^>]*/>\s*</w:pPr>\s*<w:pPr>.*?</w:pPr>", re.DOTALL)
_CENTRED = re.compile(r'<w:pPr>\s*<w:jc w:val="center" ?/>\s*</w:pPr>')
_ALIGNED_TWICE = re.compile(r"(<w:jc [^>]*/>)\s*<w:jc [^>]*/>")
_LANGUAGE = re.compile(r'(<w:lang\b[^>]*w:val=)"(\w+)"')
_CAPTIONS = {"fig": "ImageCaption", "tbl": "TableCaption"}


def finish_word(content: bytes, published: date) -> bytes:
    """Set tables, contents and language, and repack with `published` as the only date."""
    finished = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        has_cell_style = b'"TableText"' in source.read("word/styles.xml")
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                part = _finish_body(part.decode("utf-8"), has_cell_style).encode("utf-8")
            if name in ("word/document.xml", "word/styles.xml"):
                part = _LANGUAGE.sub(_name_variety, part.decode("utf-8")).encode("utf-8")
            if name == "docProps/core.xml":
                part = _fix_dates(part.decode("utf-8"), published).encode("utf-8")
            info = zipfile.ZipInfo(name, (published.year, published.month, published.day, 0, 0, 0))
            packed = name.endswith(".png")  # to pack a picture again takes time and gains nothing
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            target.writestr(info, part)
    return finished.getvalue()


def _finish_body(document: str, has_cell_style: bool) -> str:
    # Fonts of Word lack the joiner, and may draw a box for it.
    document = _PICTURE_PATH.sub(r"\1", document).replace(WORD_JOINER, "")
    document = free_floats(document)
    document = set_title_page(fill_contents(document))
    document = space_below(keep_rows(mark_tables(document)))
    return style_cells(document) if has_cell_style else document


def _name_variety(language: re.Match[str]) -> str:
    """Word checks spelling by a variety of a language and not by the language."""
    variety = VARIETIES.get(language[2], language[2]).replace("_", "-")
    return f'{language[1]}"{variety}"'


def free_floats(document: str) -> str:
    """Take figures and tables out of the frames Quarto sets them in; others stay as they are."""
    parts, position = [], 0
    while frame := _FRAME.search(document, position):
        end = _end_of_table(document, frame.start())
        content = _FRAME_END.sub("", document[frame.end() : end])
        parts += [
            document[position : frame.start()],
            _mend_float(content, frame["kind"] or ("tbl" if "<w:tbl>" in content else "fig")),
        ]
        position = _end_of_gap(document, end)
    return "".join([*parts, document[position:]])


def _end_of_gap(document: str, start: int) -> int:
    gap = _GAP.match(document, start)
    if gap is None:
        return start
    # A frame that follows goes as well; before a table of data the gap stays.
    if document.startswith("<w:tbl>", gap.end()) and not _FRAME.match(document, gap.end()):
        return start
    return gap.end()


def _end_of_table(document: str, start: int) -> int:
    depth = 0
    for edge in _TABLE_EDGE.finditer(document, start):
        depth += 1 if edge[0] == "<w:tbl>" else -1
        if depth == 0:
            return edge.end()
    raise ValueError(f"word/document.xml: the table at character {start} does not end")


def _mend_float(content: str, kind: str) -> str:
    """Give the caption and the picture their styles, and each paragraph one alignment."""
    caption = f'<w:pPr><w:pStyle w:val="{_CAPTIONS[kind]}" /></w:pPr>'
    content = _ALIGNED_TWICE.sub(r"\1", _TWICE.sub(caption, content))
    return _CENTRED.sub('<w:pPr><w:pStyle w:val="CaptionedFigure" /></w:pPr>', content)


def _fix_dates(core: str, published: date) -> str:
    stamp = f"{published.isoformat()}T00:00:00Z"
    return re.sub(
        r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)", rf"\g<1>{stamp}\g<2>", core
    )
