"""Tables of a Word file are announced, and their rows stay with what they belong to."""

from __future__ import annotations

import re

import pytest

from reports.layout.word_tables import keep_rows, mark_tables, space_below, style_cells

LOOK = '<w:tblLook w:firstRow="{}" w:lastRow="0" w:firstColumn="0" w:val="0000" />'
CELL = '<w:tc><w:p><w:pPr><w:pStyle w:val="Compact" /></w:pPr></w:p></w:tc>'
BELOW = (
    '<w:p><w:pPr><w:pStyle w:val="{}" />{}</w:pPr>'
    '<w:r><w:t xml:space="preserve">a</w:t></w:r></w:p>'
)
LISTED = '<w:numPr><w:ilvl w:val="0" /></w:numPr>'


def write_table(rows: int, below: str = "", heads: int = 1) -> str:
    head = f'<w:tr><w:trPr><w:tblHeader w:val="on" /></w:trPr>{CELL}{CELL}</w:tr>' * heads
    look = LOOK.format(int(heads > 0))
    body = f"<w:tr>{CELL}{CELL}</w:tr>" * rows
    return f"<w:tbl><w:tblPr>{look}</w:tblPr>{head}{body}</w:tbl>{below}"


def list_kept(document: str) -> list[int]:
    """The rows, counted from 0, whose cells all stay with the next row."""
    rows = re.findall("<w:tr>.*?</w:tr>", keep_rows(document))
    kept = [row.count("<w:keepNext/>") for row in rows]
    assert set(kept) <= {0, 2}
    return [number for number, cells in enumerate(kept) if cells]


def test_rows_stay_whole_and_header_and_first_column_are_announced() -> None:
    marked = mark_tables(write_table(1))
    assert "<w:tr><w:trPr><w:cantSplit/></w:trPr>" in marked
    assert '<w:trPr><w:cantSplit/><w:tblHeader w:val="on" /></w:trPr>' in marked
    assert 'w:firstColumn="1"' in marked
    assert 'w:firstColumn="0"' in mark_tables(write_table(1, heads=0))
    assert style_cells(CELL + BELOW.format("Compact", "")).count("TableText") == 1


@pytest.mark.parametrize(
    ("rows", "heads", "below", "kept"),
    [
        (3, 1, "", [0, 1, 2]),
        (3, 1, "TableNotes", [0, 1, 2, 3]),
        (3, 1, "BodyText", [0, 1, 2]),
        (16, 1, "", list(range(16))),
        (17, 1, "", [0, 1, 16]),
        (17, 1, "TableNotes", [0, 1, 16, 17]),
        (17, 2, "", [0, 1, 2, 17]),
        (17, 0, "", [0, 15]),
        (1, 0, "", []),
    ],
)
def test_a_short_table_stays_whole_and_a_long_one_keeps_its_ends(
    rows: int, heads: int, below: str, kept: list[int]
) -> None:
    after = '<w:bookmarkEnd w:id="1" />\n' + (BELOW.format(below, "") if below else "")
    assert list_kept(write_table(rows, after, heads)) == kept


def test_the_notes_of_a_later_table_keep_nothing_of_an_earlier_one() -> None:
    two = write_table(1, "<w:p />") + write_table(1, BELOW.format("TableNotes", ""))
    assert list_kept(two) == [0, 2, 3]


@pytest.mark.parametrize(
    ("style", "more", "spaced"),
    [
        ("BodyText", "", True),
        ("FirstParagraph", "", True),
        ("Compact", LISTED, True),
        ("TableNotes", "", False),
        ("Heading2", "", False),
    ],
)
def test_text_has_room_below_a_table_without_notes(style: str, more: str, spaced: bool) -> None:
    paragraph = BELOW.format(style, more)
    made = space_below(write_table(1, f'\n<w:bookmarkEnd w:id="1" />{paragraph}{paragraph}'))
    room = f'{more}<w:spacing w:before="240"/></w:pPr>'
    assert made.count("<w:spacing") == made.count(room) == int(spaced)
    apart = paragraph.replace(">a<", ">\N{NO-BREAK SPACE}<")
    assert space_below(write_table(1, apart)) == write_table(1, apart)
