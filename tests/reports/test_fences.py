"""Fenced blocks are found and left out by what they are."""

from __future__ import annotations

from reports.layout.fences import leave_out_raw

SHOWN = "````\n```{=html}\n<b>\n```\n````"


def test_raw_blocks_of_one_format_are_left_out() -> None:
    text = f"a\n```{{=html}}\n<svg>\n```\nb\n```{{=typst}}\n#x\n```\n{SHOWN}\n"
    left = leave_out_raw(text, "html")
    assert left == f"a\nb\n```{{=typst}}\n#x\n```\n{SHOWN}\n"
    assert leave_out_raw(left, "typst") == f"a\nb\n{SHOWN}\n"


def test_a_block_that_is_not_closed_stays() -> None:
    assert leave_out_raw("a\n```{=html}\n<svg>\n", "html") == "a\n```{=html}\n<svg>\n"
