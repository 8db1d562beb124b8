"""Cells run in order; what they yield stands in their place; what fails names its line."""

from __future__ import annotations

import json
import pickle
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tell.tables import escape_markdown
from reports.knit.cells import split_page
from reports.knit.page import knit_page
from reports.layout.faults import PageFaults
from reports.layout.pandoc import find_pandoc
from survey.faults import Fault, Refusal

PAGE = Path("nl/_stand.qmd")


@dataclass(frozen=True)
class Component:
    markdown: str

    def to_markdown(self) -> str:
        return self.markdown


def knit(source: str, **namespace: object) -> str:
    return knit_page(source, PAGE, namespace).text


def faults_of(source: str, **namespace: object) -> list[str]:
    with pytest.raises(PageFaults) as caught:
        knit_page(source, PAGE, namespace)
    return [str(fault) for fault in caught.value.faults]


def test_a_page_without_cells_passes_unchanged() -> None:
    source = "# Kop\n\nTekst met `code`.\n\n```text\n```{python}\n```\n"
    assert knit(source) == source


def test_cells_share_a_namespace_and_leave_the_callers_alone() -> None:
    namespace = {"start": 1}
    source = "```{python}\nstart = start + 1\n```\n\nEr zijn `{python} str(start)`.\n"
    assert "Er zijn 2." in knit_page(source, PAGE, namespace).text
    assert namespace == {"start": 1}


def test_a_component_is_written_as_its_markdown_between_blank_lines() -> None:
    source = "Voor\n```{python}\n#| label: fig\nchart()\n```\nNa\n"
    made = knit(source, chart=lambda: Component("::: {#fig-a}\n:::"))
    assert made == "Voor\n\n::: {#fig-a}\n:::\n\nNa\n"


def test_a_list_of_components_is_written_one_after_the_other() -> None:
    made = knit("```{python}\n[part('a'), part('b')]\n```\n", part=Component)
    assert made == "\na\n\nb\n\n"


def test_text_is_written_literally() -> None:
    assert knit("`{python} text`\n", text="1. *a* <b> @c") == "1\\. \\*a\\* \\<b\\> \\@c\n"


def test_a_statement_yields_nothing() -> None:
    assert knit("a\n\n```{python}\nx = 1\n```\n\nb\n") == "a\n\n\nb\n"


def test_printing_needs_output_asis() -> None:
    assert "**a**" in knit("```{python}\n#| output: asis\nprint('**a**')\n```\n")
    assert faults_of("```{python}\nprint('a')\n```\n") == [
        "nl/_stand.qmd:2: The cell prints. End the cell with the value, or say "
        "`#| output: asis` to print Markdown."
    ]


def test_output_false_writes_nothing_and_eval_false_runs_nothing() -> None:
    assert knit("```{python}\n#| output: false\npart('a')\n```\n", part=Component) == ""
    assert knit("```{python}\n#| eval: false\nraise ValueError\n```\n") == ""


def test_each_line_knows_the_line_it_comes_from() -> None:
    made = knit_page("a\n\n```{python}\npart('x\\ny')\n```\nb\n", PAGE, {"part": Component})
    assert list(zip(made.text.splitlines(), made.source_lines, strict=True)) == [
        ("a", 1),
        ("", 2),
        ("", 4),
        ("x", 4),
        ("y", 4),
        ("", 4),
        ("b", 6),
    ]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (
            "```{python}\nx = 1\n\ny = 1 / 0\n```\n",
            "nl/_stand.qmd:4: The cell fails: ZeroDivisionError: division by zero. "
            "Correct the cell.",
        ),
        (
            "a\n\n`{python} missing`\n",
            "nl/_stand.qmd:3: The cell fails: NameError: name 'missing' is not defined. "
            "Correct the cell.",
        ),
        (
            "```{python}\n#| label: a\n%matplotlib inline\n```\n",
            "nl/_stand.qmd:3: The cell is not Python: invalid syntax. "
            "Cells hold plain Python, without magics or shell lines.",
        ),
        (
            "`{python} 0.58`\n",
            "nl/_stand.qmd:1: An inline cell yields float. Numbers are formatted for the "
            "language of the page: use share(), mean() or base().",
        ),
        (
            "```{python}\n58\n```\n",
            "nl/_stand.qmd:2: The cell yields int. Numbers are formatted for the language of "
            "the page: use share(), mean() or base().",
        ),
    ],
)
def test_a_failing_cell_names_file_line_and_way_out(source: str, fault: str) -> None:
    assert faults_of(source) == [fault]


def test_a_failure_within_a_component_names_the_line_of_the_cell() -> None:
    def chart() -> None:
        raise KeyError("gebruik")

    assert faults_of("a\n\n```{python}\nx = 1\nchart()\n```\n", chart=chart) == [
        "nl/_stand.qmd:5: The cell fails: KeyError: 'gebruik'. Correct the cell."
    ]


def test_a_data_frame_is_refused() -> None:
    frame = pandas.DataFrame({"a": [1]})
    assert faults_of("```{python}\nframe\n```\n", frame=frame) == [
        "nl/_stand.qmd:2: The cell yields DataFrame. Only published tables are shown: "
        "docs/pages.md lists them."
    ]


def test_faults_of_form_are_found_before_anything_runs_all_at_once() -> None:
    ran: list[int] = []
    source = (
        "```{python}\nran.append(1)\n```\n\n"
        "```{python}\n#| fig-cap: a\n#| echo: true\n```\n\n"
        "```{r}\n```\n\n- a\n\n  ```{python}\n  x\n  ```\n\n```{python}\n"
    )
    assert faults_of(source, ran=ran) == [
        "nl/_stand.qmd:6: Cell option `fig-cap` is not known. Allowed: label, echo, output, eval.",
        "nl/_stand.qmd:7: Cell option `echo` is `true`. Allowed: false.",
        "nl/_stand.qmd:10: Cell opens with {r}. Cells are in Python; for text in code type "
        "write ```text.",
        "nl/_stand.qmd:15: Cell is indented. Start it at the left margin, outside lists and "
        "quotations.",
        "nl/_stand.qmd:19: Cell is not closed. Close it with a line of the same marks, alone "
        "on its line.",
    ]
    assert ran == []


def test_faults_and_pages_cross_process_borders() -> None:
    page = knit_page("a\n", PAGE, {})
    assert pickle.loads(pickle.dumps(page)) == page
    _, faults = split_page("```{python}\n", PAGE)
    assert pickle.loads(pickle.dumps(PageFaults(faults))).faults == faults


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1
)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(TEXT.map(lambda text: " ".join(text.split())).filter(bool), min_size=25, max_size=25)
)
def test_pandoc_reads_escaped_text_as_it_was(texts: list[str]) -> None:
    source = "\n\n".join(escape_markdown(text) for text in texts)
    run = subprocess.run(
        [find_pandoc(), "-f", "markdown", "-t", "json"], input=source.encode(), capture_output=True
    )
    blocks = json.loads(run.stdout)["blocks"]
    read = ["".join(piece.get("c", " ") for piece in block["c"]) for block in blocks]
    assert read == texts


def test_text_of_a_cell_stays_one_paragraph_whatever_its_blanks() -> None:
    cell = "```{python}\ntext\n```\n"
    assert knit(cell, text="a\rb\x0bc").strip() == "a b c"
    assert knit(cell, text="    a").strip("\n") == "a"  # four blanks would make it code


def test_what_a_component_refuses_is_told_with_what_is_allowed() -> None:
    def share() -> None:
        raise Refusal([Fault("wave 2026", 'no answer "ja"', "nee", 'write "nee"')] * 2)

    assert faults_of("```{python}\nshare()\n```\n", share=share) == [
        'nl/_stand.qmd:2: The cell asks for wave 2026: no answer "ja". Allowed: nee. Write "nee".'
    ]
