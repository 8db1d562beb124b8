"""A notice, a title and a date go in; the Word file that Pandoc takes its styles from comes out.

Made from Pandoc's own reference file, so that every style Pandoc uses is there.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from reports.layout.pandoc import find_pandoc

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
FONT, FALLBACK = "Inter", "Arial"
INK, ACCENT, QUIET = "1C2733", "0B4F7D", "52606D"
A4 = '<w:pgSz w:w="11906" w:h="16838"/>'
MARGINS = (
    '<w:pgMar w:top="1700" w:right="1304" w:bottom="1361" w:left="1304"'
    ' w:header="680" w:footer="567" w:gutter="0"/>'
)


@dataclass(frozen=True)
class Look:
    """How a paragraph style looks: size in half points, space in twentieths of a point."""

    size: int
    before: int = 0
    after: int = 120
    bold: bool = False
    colour: str = INK
    keep_with_next: bool = False
    keep_lines: bool = False
    indent: int = 0


LOOKS = {
    "Normal": Look(20),
    "BodyText": Look(20, before=60, after=120),
    "Compact": Look(20, before=30, after=30),
    "TableText": Look(17, before=30, after=30),
    "Title": Look(48, before=1200, after=240, bold=True, colour=ACCENT),
    "Subtitle": Look(28, after=480, colour=QUIET),
    "Author": Look(20, before=1200, after=40, bold=True),
    "Date": Look(20, after=480),
    "TOC1": Look(18, before=160, after=40, bold=True),
    "TOC2": Look(18, after=20, indent=284),
    "TOCHeading": Look(30, before=360, after=120, bold=True, colour=ACCENT),
    "Heading1": Look(34, before=480, after=160, bold=True, colour=ACCENT, keep_with_next=True),
    "Heading2": Look(26, before=360, after=120, bold=True, colour=ACCENT, keep_with_next=True),
    "Heading3": Look(22, before=280, after=100, bold=True, colour=ACCENT, keep_with_next=True),
    "Heading4": Look(20, before=240, after=80, bold=True, colour=ACCENT, keep_with_next=True),
    "TableCaption": Look(18, before=240, after=80, colour=QUIET, keep_with_next=True),
    "ImageCaption": Look(18, before=80, after=240, colour=QUIET),
    "CaptionedFigure": Look(20, before=200, after=0, keep_with_next=True),
    "FootnoteText": Look(17, after=40),
    "Bibliography": Look(18, after=80),
    "TableNotes": Look(16, before=80, after=240, colour=QUIET, keep_lines=True),
    "TableLead": Look(20, before=60, after=120, keep_with_next=True),
}

# Pandoc gives these what the title has, and so its weight.
PLAIN = ("Subtitle", "Author", "Date")

_CELL_STYLE = f"""<w:style xmlns:w="{_W}" w:type="paragraph" w:customStyle="1"
 w:styleId="TableText"><w:name w:val="Table Text"/><w:basedOn w:val="Normal"/><w:qFormat/>
</w:style>"""

_NOTES_STYLE = f"""<w:style xmlns:w="{_W}" w:type="paragraph" w:customStyle="1"
 w:styleId="TableNotes"><w:name w:val="Table Notes"/><w:basedOn w:val="BodyText"/><w:qFormat/>
</w:style>"""

_LEAD_STYLE = f"""<w:style xmlns:w="{_W}" w:type="paragraph" w:customStyle="1"
 w:styleId="TableLead"><w:name w:val="Table Lead"/><w:basedOn w:val="BodyText"/><w:qFormat/>
</w:style>"""

_CONTENTS_STYLES = tuple(
    f"""<w:style xmlns:w="{_W}" w:type="paragraph" w:styleId="TOC{level}">
<w:name w:val="toc {level}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>
<w:uiPriority w:val="39"/></w:style>"""
    for level in (1, 2)
)

_NOTICE_STYLE = f"""<w:style xmlns:w="{_W}" w:type="paragraph" w:customStyle="1" w:styleId="Notice">
<w:name w:val="Notice"/><w:basedOn w:val="BodyText"/><w:qFormat/><w:pPr><w:pBdr>
<w:left w:val="single" w:sz="18" w:space="8" w:color="{ACCENT}"/></w:pBdr>
<w:shd w:val="clear" w:color="auto" w:fill="EEF3F7"/><w:ind w:left="170"/></w:pPr></w:style>"""

_TABLE_STYLE = f"""<w:style xmlns:w="{_W}" w:type="table" w:default="1" w:styleId="Table">
<w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>
<w:tblBorders><w:bottom w:val="single" w:sz="6" w:color="{QUIET}"/>
<w:insideH w:val="single" w:sz="4" w:color="CCD3DA"/></w:tblBorders><w:tblCellMar>
<w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:color="{QUIET}"/></w:tcBorders>
<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>"""


def make_reference(notice: str, title: str, published: date) -> bytes:
    """Make the reference file; `notice` (or else `title`) stands at the head of every page."""
    parts = dict(_read_default())
    parts["word/styles.xml"] = _restyle(parts["word/styles.xml"])
    parts["word/fontTable.xml"] = _name_font(parts["word/fontTable.xml"])
    parts["word/document.xml"] = _set_page(parts["word/document.xml"])
    parts["word/header1.xml"] = _write_header(notice, title).encode("utf-8")
    parts["word/footer1.xml"] = _write_footer().encode("utf-8")
    parts["word/_rels/document.xml.rels"] = _insert_before(
        parts["word/_rels/document.xml.rels"],
        "</Relationships>",
        f'<Relationship Type="{_R}/header" Id="rId91" Target="header1.xml"/>'
        f'<Relationship Type="{_R}/footer" Id="rId92" Target="footer1.xml"/>',
    )
    parts["[Content_Types].xml"] = _insert_before(
        parts["[Content_Types].xml"],
        "</Types>",
        f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}.header+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>',
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (published.year, published.month, published.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return made.getvalue()


@lru_cache(maxsize=1)
def _read_default() -> tuple[tuple[str, bytes], ...]:
    command = [str(find_pandoc()), "--print-default-data-file", "reference.docx"]
    default = subprocess.run(command, capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(default)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def _insert_before(part: bytes, mark: str, addition: str) -> bytes:
    return part.decode("utf-8").replace(mark, addition + mark).encode("utf-8")


def _set_page(document: bytes) -> bytes:
    text = document.decode("utf-8")
    start, end = text.index("<w:sectPr"), text.index("</w:sectPr>")
    section = (
        f'<w:sectPr xmlns:r="{_R}"><w:headerReference w:type="default" r:id="rId91"/>'
        f'<w:footerReference w:type="default" r:id="rId92"/>{A4}{MARGINS}'
    )
    return (text[:start] + section + text[end:]).encode("utf-8")


def _write_header(notice: str, title: str) -> str:
    box = run = ""
    if notice:
        edge = 'w:val="single" w:sz="4" w:space="3" w:color="8A5A00"'
        sides = "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right"))
        box = f'<w:pBdr>{sides}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FFF1D6"/>'
        run = '<w:b/><w:color w:val="5C3C00"/>'
    else:
        run = f'<w:color w:val="{QUIET}"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:hdr xmlns:w="{_W}"><w:p><w:pPr>{box}</w:pPr>'
        f'<w:r><w:rPr>{run}<w:sz w:val="16"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(notice or title)}</w:t></w:r></w:p></w:hdr>'
    )


def _write_footer() -> str:
    look = f'<w:rPr><w:color w:val="{QUIET}"/><w:sz w:val="16"/></w:rPr>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:ftr xmlns:w="{_W}"><w:p><w:pPr>'
        f'<w:jc w:val="right"/></w:pPr><w:fldSimple w:instr=" PAGE "><w:r>{look}<w:t>1</w:t></w:r>'
        "</w:fldSimple></w:p></w:ftr>"
    )


def _name_font(table: bytes) -> bytes:
    # Where the font is missing, a reader goes by the other name, or else by family and panose.
    entry = (
        f'<w:font w:name="{FONT}"><w:altName w:val="{FALLBACK}"/>'
        '<w:panose1 w:val="020B0604020202020204"/><w:charset w:val="00"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
    )
    return _insert_before(table, "</w:fonts>", entry)


def _restyle(styles: bytes) -> bytes:
    ElementTree.register_namespace("w", _W)
    ElementTree.register_namespace("r", _R)
    root = ElementTree.fromstring(styles)
    _set_default_font(root)
    texts = (_CELL_STYLE, _NOTES_STYLE, _LEAD_STYLE, _NOTICE_STYLE)
    for own in (*texts, *_CONTENTS_STYLES, _TABLE_STYLE):
        root.append(ElementTree.fromstring(own))
    for style in list(root.findall(f"{{{_W}}}style")):
        name = style.get(f"{{{_W}}}styleId", "")
        if name == "Table" and style.find(f"{{{_W}}}semiHidden") is not None:
            root.remove(style)
        for fonts in list(style.iter(f"{{{_W}}}rFonts")):
            if name != "VerbatimChar":
                _set_font(fonts)
        for base in style.findall(f"{{{_W}}}basedOn") if name in PLAIN else ():
            base.set(f"{{{_W}}}val", "Normal")
        if name in LOOKS:
            _apply(style, LOOKS[name])
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _set_default_font(root: ElementTree.Element) -> None:
    fonts = root.find(f"{{{_W}}}docDefaults/{{{_W}}}rPrDefault/{{{_W}}}rPr/{{{_W}}}rFonts")
    if fonts is not None:
        _set_font(fonts)


def _set_font(fonts: ElementTree.Element) -> None:
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(f"{{{_W}}}{script}", FONT)


def _apply(style: ElementTree.Element, look: Look) -> None:
    """Replace the size, colour, weight and spacing of a style; the order is the schema's."""
    for tag in ("pPr", "rPr"):
        for old in style.findall(f"{{{_W}}}{tag}"):
            style.remove(old)
    outline = style.get(f"{{{_W}}}styleId", "").removeprefix("Heading")
    level = f'<w:outlineLvl w:val="{int(outline) - 1}"/>' if outline.isdigit() else ""
    keep = "<w:keepNext/>" if look.keep_with_next else ""
    keep += "<w:keepLines/>" if look.keep_with_next or look.keep_lines else ""
    indent = f'<w:ind w:left="{look.indent}"/>' if look.indent else ""
    paragraph = (
        f'<w:pPr xmlns:w="{_W}">{keep}'
        f'<w:spacing w:before="{look.before}" w:after="{look.after}" w:line="264"'
        f' w:lineRule="auto"/>{indent}{level}</w:pPr>'
    )
    bold = "<w:b/><w:bCs/>" if look.bold else ""
    run = (
        f'<w:rPr xmlns:w="{_W}">{bold}<w:color w:val="{look.colour}"/>'
        f'<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/></w:rPr>'
    )
    style.append(ElementTree.fromstring(paragraph))
    style.append(ElementTree.fromstring(run))
