"""The table beneath a figure has the figure's numbers, and survives Pandoc."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.charts.figure import FigureSpec
from analysis.charts.select import select_data
from analysis.tell.tables import Cell, Table, escape_markdown, table_of
from survey.published import Published
from survey.study import Study


def data_table(study: Study, published: Published, spec: FigureSpec) -> Table:
    return table_of(select_data(study, published, spec))


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_a_grid_has_a_column_an_answer_and_the_totals(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2026", "statements", [40, 20, 20, 10, 10], item="s2")
    table = data_table(study, new_rows.published(), FigureSpec("statements", "en", "2026"))
    assert table.header == (
        "item", "Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree",
        "Strongly agree", "(strongly) agree", "Don’t know", "n",
    )  # fmt: skip
    assert texts(table) == [
        ["We have enough knowledge in-house", "10%", "10%", "20%", "20%", "40%", "60%", "5%", "250"]
    ]
    assert table.rows[0][1].value == 10
    assert table.rows[0][1].unit == "percent"


def test_states_stand_in_the_cells(study: Study, published: Published) -> None:
    spec = FigureSpec("adoption", "nl", "2026", segment="sector", form="dots")
    rows = {row[0]: row[1:] for row in texts(data_table(study, published, spec))}
    assert rows["Educatie en ondersteuning"] == ["te klein", "–", "7"]
    assert rows["Beeld, film en ontwerp"][0].endswith("%*")
    assert rows["Beeld, film en ontwerp"][1].count("–") == 1


def test_a_trend_has_a_column_a_wave_and_marks_its_break(study: Study, new_rows: Any) -> None:
    for wave, share in (("2024", 20), ("2025", 30), ("2026", 40)):
        new_rows.add(wave, "adoption", share, answer="active", statistic="net")
    table = data_table(study, new_rows.published(), FigureSpec("adoption", "nl"))
    assert table.header == ("uitkomst", "2024", "n 2024", "2025", "n 2025", "2026", "n 2026")
    told = ["20% (12,0–28,0)", "250", "30%‡ (22,0–38,0)", "250", "40% (32,0–48,0)", "250"]
    assert texts(table) == [["actief met AI", *told]]
    assert table.notes[0].startswith("‡ Niet te vergelijken")


def test_panels_beside_one_another_become_columns(study: Study, published: Published) -> None:
    spec = FigureSpec("tools", "nl", "2026", segment="sector")
    table = data_table(study, published, spec)
    assert table.header[:3] == ("antwoord", "Allen", "Erfgoed en musea")
    assert texts(table)[-1] == ["n", "250", "81", "44", "62", "26", "7"]
    assert texts(table)[0][-1] == "te klein"


def test_panels_under_one_another_become_a_first_column(study: Study, published: Published) -> None:
    spec = FigureSpec("impact", "nl", "2026", form="stacked")
    table = data_table(study, published, spec)
    assert table.row_headers == 2
    assert table.header[:2] == ("onderdeel", "periode")
    assert texts(table)[0][:2] == ["Werkprocessen optimaliseren", "Over 1 jaar"]


def test_the_only_item_is_named_in_the_caption_and_has_no_column(
    study: Study, published: Published
) -> None:
    item = study.questionnaire["statements"].items[1]
    spec = FigureSpec("statements", "nl", "2026", segment="sector", items=(item.id,), title="Kop")
    table = data_table(study, published, spec)
    assert table.row_headers == 1
    assert (table.header[0], texts(table)[0][0]) == ("groep", "Allen")
    assert table.caption.startswith(f"Kop. {item.text['nl']}. ")


@pytest.mark.parametrize("form", [None, "trend", "dots", "bars", "stacked"])
def test_table_and_figure_have_the_same_numbers(
    study: Study, published: Published, form: str | None
) -> None:
    spec = FigureSpec("adoption", "nl", None if form == "trend" else "2026", form)
    shown = {number.value for number in select_data(study, published, spec).numbers}
    cells = [cell for row in data_table(study, published, spec).rows for cell in row]
    assert shown <= {cell.value for cell in cells}


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match=r"rows of \[1\] cells under a header of 2"):
        Table("t", ("a", "b"), ((Cell("x"),),))


def test_punctuation_from_data_is_escaped() -> None:
    assert escape_markdown("a|b <script> *x* `c` $5") == (r"a\|b \<script\> \*x\* \`c\` \$5")
    assert escape_markdown("twee\nregels") == "twee regels"


def test_pandoc_reads_the_table_as_it_was_meant() -> None:
    pypandoc = pytest.importorskip("pypandoc")
    nasty = "| <b>[x](javascript:1)</b> *y* {z} \\ `q`"
    table = Table(
        caption="Wat | telt", header=("rij", "aandeel"), notes=("Let op: $5.",),
        rows=((Cell(nasty), Cell("58%", 58.0, "percent")),),
    )  # fmt: skip
    read = json.loads(pypandoc.convert_text(table.to_markdown("tbl-x"), "json", "markdown"))
    [block, note] = read["blocks"]
    assert block["t"] == "Table"
    identifier, _, attributes = block["c"][0]
    assert identifier == "tbl-x"
    assert attributes == [["row-headers", "1"]]
    assert [column[0]["t"] for column in block["c"][2]] == ["AlignLeft", "AlignRight"]
    plain = pypandoc.convert_text(table.to_markdown(), "plain", "markdown",
                                  extra_args=["--columns=200"])  # fmt: skip
    assert nasty in plain
    assert note["t"] == "Div"
    assert note["c"][0][1] == ["table-notes"]
    assert [inner["t"] for inner in note["c"][1]] == ["Para"]
    assert "RawInline" not in json.dumps(read)
