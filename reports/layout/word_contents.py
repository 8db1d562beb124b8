"""The body of a Word file goes in; it comes out with its contents list filled, on paper of its own.

Both engines leave the list to Word, which asks before it fills it; other readers show none.
"""

from __future__ import annotations

import re

_FIELD = re.compile(
    r'<w:p>\s*<w:r>\s*(?P<opening><w:fldChar w:fldCharType="begin"[^>]*/>\s*'
    r"<w:instrText[^>]*>\s*TOC [^<]*?(?P<first>\d)-(?P<last>\d)[^<]*</w:instrText>\s*"
    r'<w:fldChar w:fldCharType="separate" ?/>)\s*(?P<closing><w:fldChar [^>]*/>)\s*'
    r"</w:r>\s*</w:p>"
)
_HEADING = re.compile(
    r'<w:bookmarkStart [^>]*w:name="(?P<name>[^"]+)" ?/>\s*<w:p>\s*<w:pPr>\s*'
    r'<w:pStyle w:val="Heading(?P<level>\d)" ?/>.*?</w:p>',
    re.DOTALL,
)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
# Only a title page has a date or the publisher (house.lua): it and the contents fill pages.
_TITLE_PAGE = re.compile(r'<w:pStyle w:val="(?:Author|Date)" ?/>')
_BREAK_BEFORE = re.compile(
    r'<w:pStyle w:val="TOCHeading" ?/>|(?<=</w:sdt>).*?<w:pStyle w:val="[^"]+" ?/>', re.DOTALL
)


def fill_contents(document: str) -> str:
    """Write the headings, linked, as what the field of contents showed last; Word adds pages."""
    field = _FIELD.search(document)
    if field is None:
        return document
    headings = [
        heading
        for heading in _HEADING.finditer(document)
        if field["first"] <= heading["level"] <= field["last"]
    ]
    if not headings:
        return document
    entries = [_write_entry(heading) for heading in headings]
    style = "</w:pPr>"
    entries[0] = entries[0].replace(style, f"{style}<w:r>{field['opening']}</w:r>", 1)
    entries[-1] = entries[-1].removesuffix("</w:p>") + f"<w:r>{field['closing']}</w:r></w:p>"
    return document[: field.start()] + "".join(entries) + document[field.end() :]


def _write_entry(heading: re.Match[str]) -> str:
    text = "".join(_TEXT.findall(heading[0]))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TOC{heading["level"]}"/></w:pPr>'
        f'<w:hyperlink w:anchor="{heading["name"]}" w:history="1"><w:r>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:hyperlink></w:p>'
    )


def set_title_page(document: str) -> str:
    """Begin contents and text on a new page where the document has a title page."""
    if not _TITLE_PAGE.search(document):
        return document
    return _BREAK_BEFORE.sub(r"\g<0><w:pageBreakBefore/>", document, count=2)
