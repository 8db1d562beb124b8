"""The body of a Word file goes in; it comes out with headers marked and rows kept together."""

from __future__ import annotations

import re

# A table breaks over pages only where it has many rows.
MANY_ROWS = 16
# A table with a header row: that row, and the first column, are announced while reading.
LOOK = (
    '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"'
    ' w:noHBand="0" w:noVBand="1" w:val="04A0"/>'
)
_TABLE_LOOK = re.compile(r"<w:tblLook\b[^>]*/>")
_ROW = re.compile(r"<w:tr>(?:<w:trPr>(?P<properties>.*?)</w:trPr>)?", re.DOTALL)
_CELL = re.compile(r"<w:tc>.*?</w:tc>", re.DOTALL)
_TIGHT = re.compile(r'<w:pStyle w:val="Compact" ?/>')
_END = r"</w:tbl>(?:\s*<w:bookmarkEnd [^>]*/>)*"
# The innermost, with the style of the paragraph that follows.
_TABLE = re.compile(
    r"<w:tbl>(?:(?!<w:tbl>).)*?" + _END + r'(?=(?:\s*<w:p>\s*<w:pPr>\s*<w:pStyle w:val="(\w+)")?)',
    re.DOTALL,
)
_WHOLE_ROW = re.compile(r"<w:tr>.*?</w:tr>", re.DOTALL)
_STYLE = re.compile(r"<w:pStyle [^>]*/>")
# Headings, captions and notes have room above of their own; Quarto sets a paragraph of one space
# between two tables.
_TEXT_BELOW = re.compile(
    rf"{_END}\s*<w:p>\s*<w:pPr>\s*"
    r'<w:pStyle w:val="(?:BodyText|FirstParagraph|TableLead|Compact)" ?/>\s*'
    r"(?:<w:numPr>(?:(?!</w:numPr>).)*</w:numPr>\s*)?"
    r"(?=</w:pPr>(?!\s*<w:r>\s*<w:t [^>]*>\s*</w:t>))",
    re.DOTALL,
)


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


def keep_rows(document: str) -> str:
    """Keep a short table on one page, and the ends of a long one with what they belong to.

    A header stays with the first two rows, the last two rows stay together and with the notes.
    """
    return _TABLE.sub(_keep_table, document)


def space_below(document: str) -> str:
    """Leave room between a table without notes and the text that follows."""
    return _TEXT_BELOW.sub(r'\g<0><w:spacing w:before="240"/>', document)


def _keep_table(table: re.Match[str]) -> str:
    rows = list(_WHOLE_ROW.finditer(table[0]))
    heads = sum("<w:tblHeader" in row[0] for row in rows)
    last = len(rows) - 1
    is_short = len(rows) - heads <= MANY_ROWS
    kept = set(range(last)) if is_short else {*range(heads + 1), last - 1}
    if table[1] == "TableNotes":
        kept.add(last)
    parts, position = [], 0
    for number in sorted(kept):
        row = rows[number]
        parts += [
            table[0][position : row.start()],
            _STYLE.sub(r"\g<0><w:keepNext/>", row[0]),
        ]
        position = row.end()
    return "".join([*parts, table[0][position:]])
