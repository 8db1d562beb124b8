"""The contents of a Word file are filled before Word opens it, and stand on paper of their own."""

from __future__ import annotations

import re

from reports.layout.word_contents import fill_contents, set_title_page

FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true" /><w:instrText xml:space="preserve">'
    'TOC \\o &quot;1-2&quot; \\h \\z \\u</w:instrText><w:fldChar w:fldCharType="separate" />'
    '<w:fldChar w:fldCharType="end" /></w:r></w:p>'
)
CONTENTS = (
    '<w:sdt><w:sdtContent><w:p><w:pPr><w:pStyle w:val="TOCHeading" /></w:pPr></w:p>'
    f"{FIELD}</w:sdtContent></w:sdt>"
)
DATED = '<w:p><w:pPr><w:pStyle w:val="Date" /></w:pPr></w:p>'


def write_heading(level: int, name: str, text: str) -> str:
    runs = "".join(f'<w:r><w:t xml:space="preserve">{part}</w:t></w:r>' for part in text.split("|"))
    return (
        f'<w:bookmarkStart w:id="1" w:name="{name}" />\n<w:p><w:pPr>'
        f'<w:pStyle w:val="Heading{level}" /></w:pPr>{runs}</w:p>'
    )


HEADINGS = (
    write_heading(1, "een", "Eén"),
    write_heading(2, "twee", "Wat |is &amp; |blijft"),
    write_heading(3, "drie", "Te diep"),
)


def test_the_contents_list_the_headings_with_their_links() -> None:
    made = fill_contents(CONTENTS + "".join(HEADINGS))
    contents = made.partition("</w:sdt>")[0]
    entries = re.findall(r'"TOC(\d)".*?w:anchor="(\w+)".*?preserve">([^<]*)</w:t>', contents)
    assert [entry[:2] for entry in entries] == [("1", "een"), ("2", "twee")]
    assert [re.sub("<[^>]*>", "", text) for *_, text in entries] == ["Eén", "Wat is &amp; blijft"]
    kinds = re.findall('fldCharType="(\\w+)"|(w:hyperlink) ', contents)
    assert [one or other for one, other in kinds] == [
        "begin", "separate", "w:hyperlink", "w:hyperlink", "end",
    ]  # fmt: skip
    assert made.endswith("".join(HEADINGS))


def test_without_headings_or_contents_nothing_changes() -> None:
    for document in (CONTENTS, CONTENTS + HEADINGS[2], "".join(HEADINGS)):
        assert fill_contents(document) == document


def test_contents_and_text_begin_on_a_new_page_after_a_title_page_alone() -> None:
    document = CONTENTS + "".join(HEADINGS)
    made = set_title_page(DATED + document)
    broken = re.findall('w:val="(\\w+)" /><w:pageBreakBefore/>', made)
    assert broken == ["TOCHeading", "Heading1"]
    assert set_title_page(document) == document
