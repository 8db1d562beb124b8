"""An engine's Word file goes in; one with marked table headers and fixed dates comes out.

Both engines leave the first column of a table unmarked and let rows break over pages; Quarto's
zip carries the time of writing.
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
                document = mark_tables(document)
                part = (style_cells(document) if has_cell_style else document).encode("utf-8")
            if name == "docProps/core.xml":
                part = _fix_dates(part.decode("utf-8"), published).encode("utf-8")
            info = zipfile.ZipInfo(name, (published.year, published.month, published.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, part)
    return finished.getvalue()


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
