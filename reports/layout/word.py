"""An engine's Word file goes in; one with marked table headers and fixed dates comes out.

Both engines leave the first column of a table unmarked and let rows break over pages. Quarto sets
every figure and table in a table of one cell, which a screen reader announces as one, gives
paragraphs their properties twice, which the format forbids, and stamps the time of writing.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

_TABLE_LOOK = re.compile(r"<w:tblLook\b[^>]*/>")
# The description a reader hears is the drawing's; the picture's own names a file on disk.
_PICTURE_PATH = re.compile(r'(<pic:cNvPr)\s+descr="[^"]*"')
_CELL = re.compile(r"<w:tc>.*?</w:tc>", re.DOTALL)
_TIGHT = re.compile(r'<w:pStyle w:val="Compact" ?/>')
_ROW = re.compile(r"<w:tr>(?:<w:trPr>(?P<properties>.*?)</w:trPr>)?", re.DOTALL)
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
_CAPTIONS = {"fig": "ImageCaption", "tbl": "TableCaption"}
# A table with a header row: that row, and the first column, are announced while reading.
LOOK = (
    '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"'
    ' w:noHBand="0" w:noVBand="1" w:val="04A0"/>'
)


def finish_word(content: bytes, published: date) -> bytes:
    """Mark row headers, keep table rows whole, and repack with `published` as the only date."""
    finished = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        has_cell_style = b'"TableText"' in source.read("word/styles.xml")
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                document = _PICTURE_PATH.sub(r"\1", part.decode("utf-8"))
                document = mark_tables(free_floats(document))
                part = (style_cells(document) if has_cell_style else document).encode("utf-8")
            if name == "docProps/core.xml":
                part = _fix_dates(part.decode("utf-8"), published).encode("utf-8")
            info = zipfile.ZipInfo(name, (published.year, published.month, published.day, 0, 0, 0))
            packed = name.endswith(".png")  # to pack a picture again takes time and gains nothing
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            target.writestr(info, part)
    return finished.getvalue()


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


def mark_tables(document: str) -> str:
    """Announce the first column of tables that have a header row; forbid breaks within rows."""
    marked = _TABLE_LOOK.sub(
        lambda match: LOOK if 'w:firstRow="1"' in match[0] else match[0], document
    )
    return _ROW.sub(
        lambda match: f"<w:tr><w:trPr><w:cantSplit/>{match['properties'] or ''}</w:trPr>", marked
    )


def style_cells(document: str) -> str:
    """Give the text of table cells a style of its own: Pandoc gives it that of tight lists."""
    own = '<w:pStyle w:val="TableText"/>'
    return _CELL.sub(lambda match: _TIGHT.sub(own, match[0]), document)


def _fix_dates(core: str, published: date) -> str:
    stamp = f"{published.isoformat()}T00:00:00Z"
    return re.sub(
        r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)", rf"\g<1>{stamp}\g<2>", core
    )
