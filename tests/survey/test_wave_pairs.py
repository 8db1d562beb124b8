"""Pairs of a wave file: delivered keys in headers, and texts that stand for numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.columns import list_columns
from survey.faults import Refusal
from survey.load import load_study


def extend_ask(example: Path, question: str, lines: str) -> None:
    """Add keys to the [[ask]] of a question."""
    path = example / "waves" / "2025.toml"
    text = path.read_text(encoding="utf-8")
    named = f'question = "{question}"\n'
    assert named in text
    path.write_text(text.replace(named, f"{named}{lines}\n", 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "header"),
    [
        ("s[{item}]", "s[A1]"),
        ("{item.text}", "A1"),
        ("s[{item}]. [{item.text}]", "s[A1]. [The light is good]"),
    ],
)
def test_item_pair_gives_the_key_of_the_header(example: Path, pattern: str, header: str) -> None:
    extend_ask(example, "statements", f'column = "{pattern}"\nitems = [["A1", "light"]]')
    names = [column.name for column in list_columns(load_study(example), "2025")]
    assert header in names


def test_answer_pair_gives_the_key_of_the_header(example: Path) -> None:
    lines = 'column = "r[{answer}] {answer.text}"\nanswers = [["SQ2", "quiet"]]'
    extend_ask(example, "reasons", lines)
    names = [column.name for column in list_columns(load_study(example), "2025")]
    assert names[1:4] == [
        "r[books] For the books",
        "r[SQ2] For the quiet",
        "r[none] No special reason",
    ]


def test_texts_of_a_rating_stand_for_numbers(example: Path) -> None:
    extend_ask(example, "mark", 'answers = [["10 (very good)", "10"], ["-", "-1.5"]]')
    column = next(c for c in list_columns(load_study(example), "2025") if c.name == "mark")
    assert column.by_delivered == {"10 (very good)": "10", "-": "-1.5"}


def test_text_of_a_rating_that_stands_for_no_number_is_a_fault(example: Path) -> None:
    extend_ask(example, "mark", 'answers = [["very good", "ten"]]')
    with pytest.raises(Refusal) as refused:
        load_study(example)
    assert [str(fault) for fault in refused.value.faults] == [
        f'{example / "waves/2025.toml"}: ask "mark" answers\n'
        '  found:   "ten"\n'
        "  allowed: a number such as 10 or 2.5\n"
        '  to do:   write the number that "very good" stands for'
    ]
