"""The workbook: one table a sheet, heads as a reader meets them, and real numbers beneath."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from analysis.tell.workbook import make_workbook
from survey.plan import Nested, Plan, Ratio, Score
from survey.published import COLUMNS, Published
from survey.study import Segment, Study

TEXT = {"nl": "Plezier", "en": "Joy"}
HEADS = [
    "2024 wave", "lower bound 2024 wave", "upper bound 2024 wave", "n 2024 wave",
    "effective n 2024 wave", "letters 2024 wave", "state 2024 wave",
]  # fmt: skip


def read_sheet(book: bytes, at: int) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(at).to_python()


def list_sheets(book: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names


def publish(rows: list[dict[str, Any]]) -> Published:
    defaults = {"study": "room", "wave": "2024", "question": "visit", "state": "published",
                "statistic": "share"}  # fmt: skip
    table = pd.DataFrame([defaults | row for row in rows], columns=list(COLUMNS))
    for name, (kind, _) in COLUMNS.items():
        if kind == "string":
            table[name] = table[name].astype("string").fillna("")
    return Published("room", True, table.astype({n: kind for n, (kind, _) in COLUMNS.items()}))


def find_rows(study: Study, rows: list[dict[str, Any]], at: int = 2) -> list[list[Any]]:
    """The rows beneath the heads of a sheet; by default that of the second question."""
    sheet = read_sheet(make_workbook(study, publish(rows), "en"), at)
    top = next(place for place, row in enumerate(sheet) if "2024 wave" in row)
    return sheet[top + 1 :]


def test_columns_are_headed_by_what_they_hold_of_each_wave(
    first_room: Study, first_numbers: Published
) -> None:
    sheet = read_sheet(make_workbook(first_room, first_numbers, "en"), 1)
    heads = [row for row in sheet if "2024 wave" in row]
    assert heads == [["item", "answer", "segment", "group", "letter", *HEADS]]
    dutch = read_sheet(make_workbook(first_room, first_numbers, "nl"), 1)
    assert [row[5] for row in dutch if "n meting 2024" in row] == ["Meting 2024"]


def test_a_row_has_its_number_interval_bases_and_letters(first_room: Study) -> None:
    number = {"answer": "often", "value": 37.0, "low": 30.4, "high": 44.1, "base": 200.0,
              "effective": 181.5}  # fmt: skip
    level = {"segment": "age", "level": "middle", "letters": "AC", "state": "indicative"}
    rows = find_rows(first_room, [{**number, **level}, number])
    assert rows == [
        ["", "Often", "", "All", "", 0.37, 0.304, 0.441, 200, 181.5, "", "published"],
        ["", "Often", "Age", "30 to 60", "B", 0.37, 0.304, 0.441, 200, 181.5, "AC", "indicative"],
    ]


def test_a_withheld_number_is_a_word_and_nothing_else(first_room: Study) -> None:
    rows = find_rows(first_room, [{"answer": "often", "state": "withheld"}])
    assert rows[0][5:] == ["too few", "", "", "", "", "", "withheld"]


@pytest.mark.parametrize(
    ("statistic", "answer", "value", "label", "shown"),
    [
        ("share", "often", 37.0, "Often", 0.37),
        ("mean", "", 3.4, "Mean", 3.4),
        ("quantile", "0.25", 1.5, "25% percentile", 1.5),
        ("total", "", 12345.0, "Total in the population", 12345),
        ("standardised", "often", 36.0, "Often (at a fixed composition)", 0.36),
        (
            "standardised",
            "regular",
            46.0,
            "Together: Often or daily (at a fixed composition)",
            0.46,
        ),
        ("standardised", "", 3.3, "Mean (at a fixed composition)", 3.3),
    ],
)
def test_numbers_are_named_by_their_statistic(
    first_room: Study, statistic: str, answer: str, value: float, label: str, shown: float
) -> None:
    rows = find_rows(first_room, [{"statistic": statistic, "answer": answer, "value": value}])
    assert rows[0][1] == label
    assert rows[0][5] == shown


def test_scores_and_ratios_share_a_last_sheet(first_room: Study) -> None:
    plan = Plan(
        scores=(Score(id="joy", text=TEXT, items=("rate.books", "rate.light"), least_answered=1),),
        ratios=(Ratio(id="pace", text=TEXT, numerator="hours", denominator="hours"),),
    )
    study = first_room.model_copy(update={"plan": plan})
    rows = [
        {"question": "_scores", "item": "joy", "statistic": "mean", "value": 3.2},
        {"question": "_scores", "item": "joy", "statistic": "median", "value": 3.0},
        {"question": "_scores", "item": "joy", "statistic": "alpha", "value": 0.71},
        {"question": "_ratios", "item": "pace", "statistic": "ratio", "value": 0.25},
    ]
    book = make_workbook(study, publish(rows), "en")
    assert list_sheets(book)[-1].endswith("Scores and ratios")
    found = [row[:2] + row[5:6] for row in find_rows(study, rows, at=-1 % len(list_sheets(book)))]
    assert found == [
        ["Joy", "Mean", 3.2], ["Joy", "Median", 3.0],
        ["Joy", "Cronbach’s alpha (unweighted)", 0.71], ["Joy", "Ratio", 0.25],
    ]  # fmt: skip
    links = [row[0] for row in read_sheet(book, 0) if str(row[0]).endswith("Scores and ratios")]
    assert len(links) == 1
    without = make_workbook(first_room, publish([{"value": 1.0}]), "en")
    assert not [name for name in list_sheets(without) if "Scores" in name]


def test_crossed_levels_are_named_by_both(first_room: Study) -> None:
    quiet = Segment(id="quiet", text={"nl": "Stilte", "en": "Quiet"}, question="quiet")
    crossed = Nested(outer="age", inner="quiet", questions=("visit",))
    study = first_room.model_copy(
        update={"segments": (*first_room.segments, quiet), "plan": Plan(nested=(crossed,))}
    )
    place = {"segment": "age.quiet", "level": "old.yes", "answer": "often", "value": 9.0}
    assert find_rows(study, [place])[0][2:5] == ["Age – Quiet", "60 and over – Yes", ""]


def test_percentages_bounds_and_sizes_are_numbers_in_their_formats(first_room: Study) -> None:
    row = {"answer": "often", "value": 37.0, "low": 30.4, "base": 200.0, "effective": 181.5}
    book = make_workbook(first_room, publish([row]), "en")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert {"0.0%", "0.0"} <= set(re.findall(r'formatCode="([^"]+)"', styles))


def test_the_legend_tells_intervals_letters_and_where_the_tests_are(
    first_room: Study, first_numbers: Published
) -> None:
    cover = " ".join(str(row[0]) for row in read_sheet(
        make_workbook(first_room, first_numbers, "en"), 0))  # fmt: skip
    for word in ("95% interval", "effective n", "Every group has a letter", "comparisons.csv"):
        assert word in cover


def test_the_cover_says_which_waves_are_weighted_and_what_a_fixed_composition_is(
    weighted_room: Study, first_room: Study, first_numbers: Published
) -> None:
    def read_notes(study: Study) -> list[str]:
        return [str(row[0]) for row in read_sheet(make_workbook(study, first_numbers, "en"), 0)]

    notes = read_notes(weighted_room)
    assert "Weighted in 2025 and 2026; not weighted in 2024." in notes
    assert any(note.startswith("Fixed composition: ") for note in notes)
    plain = read_notes(first_room)
    assert "Not weighted." in plain
    assert not any(note.startswith("Fixed composition") for note in plain)


def read_part(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(f"xl/{name}.xml").decode()


def test_text_that_looks_like_a_formula_or_an_address_stays_text(first_room: Study) -> None:
    about = first_room.about.model_copy(update={"title": {"nl": "=1+1", "en": "=1+1"}})
    said = {"nl": "https://example.org", "en": "https://example.org"}
    asked = first_room.questionnaire
    questions = tuple(q.model_copy(update={"text": said}) for q in asked.questions)
    questionnaire = asked.model_copy(update={"questions": questions})
    study = first_room.model_copy(update={"about": about, "questionnaire": questionnaire})
    book = make_workbook(study, publish([{"answer": "often", "value": 37.0}]), "en")
    assert read_sheet(book, 0)[0] == ["=1+1"]
    assert "<f>" not in read_part(book, "worksheets/sheet1")
    assert read_sheet(book, 2)[0][0] == "https://example.org"
    assert "<hyperlink " not in read_part(book, "worksheets/sheet3")


def test_a_percentage_has_no_noise_of_binary_fractions(first_room: Study) -> None:
    row = {"answer": "often", "value": 7.0, "low": 2.9, "high": 55.1, "base": 93.9}
    book = make_workbook(first_room, publish([row]), "en")
    written = re.findall(r"<v>(\d+\.\d+)</v>", read_part(book, "worksheets/sheet3"))
    assert written == ["0.07", "0.029", "0.551", "93.9"]


def test_a_sheet_prints_one_page_wide_with_its_heads_and_the_notice(
    first_room: Study, first_numbers: Published
) -> None:
    book = make_workbook(first_room, first_numbers, "en")
    cover, table = (read_part(book, f"worksheets/sheet{number}") for number in (1, 2))
    for sheet in (cover, table):
        assert '<pageSetUpPr fitToPage="1"/>' in sheet
        assert re.search(r'<pageSetup paperSize="9"[^>]* fitToHeight="0"', sheet)
        assert "<oddHeader>&amp;CInvented data" in sheet
    assert 'orientation="landscape"' in table
    assert re.search(r'<autoFilter ref="A\d+:L\d+"/>', table)
    assert "Print_Titles" in read_part(book, "workbook")
    passports = tuple(p.model_copy(update={"invented": False}) for p in first_room.passports)
    real = make_workbook(
        first_room.model_copy(update={"passports": passports}), first_numbers, "en"
    )
    assert "<oddHeader>" not in read_part(real, "worksheets/sheet1")


def test_rows_are_as_high_as_their_text_and_columns_wide_enough(
    first_room: Study, first_numbers: Published
) -> None:
    book = make_workbook(first_room, first_numbers, "en")
    cover = read_part(book, "worksheets/sheet1")
    heights = dict(re.findall(r'<row r="(\d+)"[^>]* ht="([\d.]+)"', cover))
    for number, (note, *_) in enumerate(read_sheet(book, 0), start=1):
        if number > 2:  # the title and the notice run on
            assert float(heights.get(str(number), 15)) * 100 >= len(str(note)) * 15
    columns = r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"'
    widths = re.findall(columns, read_part(book, "worksheets/sheet2"))
    assert [int(first) for first, *_ in widths] == [1, 3, 5]
    assert int(widths[-1][1]) == 5 + len(HEADS)
    assert all(float(width) > 12 for *_, width in widths)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Discipline", "2 Discipline"),
        ("Mark for the training that was given", "2 Mark for the training"),
        ("Experimenting together with it and others", "2 Experimenting together"),
        ("What it is and that it is ok", "2 What it is and that it is ok"),
        ("Telling all audiences that AI made it", "2 Telling all audiences that AI"),
        ("Own/other: material?", "2 Ownother material"),
    ],
)
def test_a_sheet_has_the_name_of_its_table_without_small_words_at_its_end(
    label: str, name: str, first_room: Study
) -> None:
    asked = first_room.questionnaire
    named = tuple(q.model_copy(update={"short": {"nl": label, "en": label}})
                  for q in asked.questions)  # fmt: skip
    questionnaire = asked.model_copy(update={"questions": named})
    study = first_room.model_copy(update={"questionnaire": questionnaire})
    assert list_sheets(make_workbook(study, publish([{"value": 1.0}]), "en"))[2] == name


def test_the_same_numbers_make_the_same_bytes(first_room: Study, first_numbers: Published) -> None:
    once = make_workbook(first_room, first_numbers, "nl")
    assert once == make_workbook(first_room, first_numbers, "nl")
