"""The workbook: heads of columns as a reader meets them."""

from __future__ import annotations

import io

from python_calamine import CalamineWorkbook

from analysis.workbook import make_workbook
from survey.published import Published
from survey.study import Study


def test_columns_are_headed_by_the_wave_its_base_and_its_state(
    first_room: Study, first_numbers: Published
) -> None:
    book = make_workbook(first_room, first_numbers, "nl")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(1).to_python()
    heads = [row for row in sheet if "Meting 2024" in row]
    assert [row[4:] for row in heads] == [["Meting 2024", "n meting 2024", "status meting 2024"]]
