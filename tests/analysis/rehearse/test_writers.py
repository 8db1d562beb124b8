"""Each file format as its tool writes it: headers, labels, missing codes, structure, dates."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from python_calamine import CalamineWorkbook

from analysis.rehearse import make_export
from analysis.rehearse.reshape import reshape_wave
from analysis.rehearse.write_lss import express_routing
from analysis.rehearse.write_spss import stamp_header
from analysis.rehearse.write_workbook import store_zip
from survey.faults import Refusal
from survey.load_rehearsal import load_rehearsal
from survey.rehearsal import Rehearsal, WaveProfile
from survey.study import Study
from survey.wave import Shape


def export(study: Study, wave: str, shape: Shape | None = None, **keys: Any) -> dict[str, bytes]:
    profile = WaveProfile(id=wave, seed=1, completes=keys.pop("completes", 30), **keys)
    return make_export(study, wave, Rehearsal(waves=(profile,)), shape=shape).files


def test_a_surveymonkey_workbook_has_two_header_rows(klein: Study) -> None:
    content = export(klein, "2023")["klein-2023-invented.xlsx"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["VERZONNEN"]
    first, second, row = book.get_sheet_by_index(0).to_python()[:3]
    at = first.index("Waaraan werk je?")
    assert first[at + 1 : at + 3] == ["", ""]
    assert second[at : at + 3] == ["Collectie", "Programma", "Educatie"]
    assert second[first.index("Hoe groot is jouw organisatie?")] == "Response"
    assert second[first.index("Wat is jouw beste voorbeeld?")] == "Open-Ended Response"
    assert (first[0], second[0]) == ("Respondent ID", "")
    assert isinstance(row[0], float)
    assert row[0] > 10**10


def test_a_workbook_has_the_bytes_of_every_system(klein: Study) -> None:
    content = export(klein, "2023")["klein-2023-invented.xlsx"]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        entries = book.infolist()
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
        assert {entry.create_system for entry in entries} == {0}
        assert b"2023-01-23T00:00:00Z" in book.read("docProps/core.xml")
    assert store_zip(content) == content


def test_a_limesurvey_csv_is_quoted_with_semicolons_and_a_mark(culture: Study) -> None:
    content = export(culture, "2025")["ai-cultuur-2025-invented.csv"]
    assert content.startswith(b'\xef\xbb\xbf"id";"startdate"')
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    cells = {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}
    assert set(cells["stellingen[SQ001]"]) <= {"A1", "A2", "A3", "A4", "A5", "A6", ""}
    assert set(cells["toepassingen[SQ013]"]) == {"Y", ""}
    assert set(cells["rangorde[1]"]) <= {"AO01", "AO02", "AO03", "AO04", ""}
    assert set(cells["startlanguage"]) == {"nl"}


def test_limesurvey_leaves_open_when_somebody_did_not_finish(klein: Study) -> None:
    content = export(klein, "2024", partials=10)["klein-2024-invented.csv"]
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    unfinished = [row for row in rows if not row["submitdate"]]
    assert len(unfinished) == 10
    assert {row["lastpage"] for row in rows if row["submitdate"]} == {"4"}


def test_the_structure_names_every_column_of_the_answers(culture: Study) -> None:
    files = export(culture, "2025")
    tree = ElementTree.fromstring(files["ai-cultuur-2025-invented.lss"])
    assert tree.findtext("LimeSurveyDocType") == "Survey"

    def rows(section: str) -> list[dict[str, str]]:
        found = tree.find(section)
        assert found is not None
        return [{cell.tag: cell.text or "" for cell in row} for row in found.iter("row")]

    titles = {row["qid"]: row["title"] for row in rows("questions")}
    parts = {f"{titles[row['parent_qid']]}[{row['title']}]" for row in rows("subquestions")}
    header = next(
        csv.reader(
            io.StringIO(files["ai-cultuur-2025-invented.csv"].decode("utf-8-sig")), delimiter=";"
        )
    )
    named = {name for name in header if "[" in name and not name.endswith("[other]")}
    named = {name for name in named if not name.startswith(("rangorde", "impact"))}
    assert named <= parts
    assert set(titles.values()) == {ask.question for ask in culture.wave("2025").asks}
    codes = {(titles[row["qid"]], row["code"]) for row in rows("answers")}
    assert ("stellingen", "A1") in codes
    assert "VERZONNEN" in rows("surveys_languagesettings")[0]["surveyls_title"]
    assert {row["language"] for row in rows("question_l10ns")} == {"nl"}
    ids = [row["qid"] for section in ("questions", "subquestions") for row in rows(section)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("routing", "expression"),
    [
        ("gebruik != 'nooit'", '(gebruik.NAOK != "AO01")'),
        ("trainingsuren > 0", '(trainingsuren.NAOK > "0.0")'),
        (
            "beleid in ['nee', 'weet_niet'] or not tools contains 'deepl'",
            '(((beleid.NAOK == "AO04" or beleid.NAOK == "AO05") or !(tools_SQ008.NAOK == "Y")))',
        ),
    ],
)
def test_routing_is_written_as_limesurvey_writes_it(
    culture: Study, routing: str, expression: str
) -> None:
    found = express_routing(routing, culture.questionnaire, culture.wave("2025"))
    assert found == expression


def test_an_spss_file_has_labels_and_user_missing_codes(culture: Study, tmp_path: Path) -> None:
    path = tmp_path / "answers.sav"
    path.write_bytes(export(culture, "2026")["ai-cultuur-2026-invented.sav"])
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    assert meta.file_label == "VERZONNEN: AI in de culturele sector 2026"
    assert meta.variable_value_labels["fase"][99.0] == "Weet ik niet"
    assert meta.variable_value_labels["toepassingen_teksten"] == {
        0.0: "niet gekozen",
        1.0: "gekozen",
    }
    assert meta.missing_ranges["melden"] == [{"lo": 98.0, "hi": 98.0}, {"lo": 99.0, "hi": 99.0}]
    assert "bekendheid" not in meta.missing_ranges
    assert set(frame["toepassingen_geen"].dropna()) == {0.0, 1.0}
    assert "Hoe bezorgd ben je" in str(meta.column_names_to_labels["zorgen_bias"])
    assert meta.variable_measure["fase"] == "ordinal"
    assert meta.variable_measure["trainingsuren"] == "scale"
    assert str(meta.creation_time).startswith("2026-02-02 12:00")
    assert "INVENTED" in meta.notes[0]


def test_the_header_of_an_spss_file_holds_the_day_of_delivery() -> None:
    stamped = stamp_header(b"x" * 200, date(2025, 3, 7))
    assert stamped[92:109] == b"07 Mar 2512:00:00"
    assert stamped[:92] + stamped[109:] == b"x" * (200 - 17)


def test_names_that_spss_refuses_are_told(klein: Study) -> None:
    columns = klein.wave("2024").columns.model_copy(update={"panel": "panel sleutel"})
    shaped = reshape_wave(klein, "2024", "spss")
    wave = shaped.wave("2024").model_copy(update={"columns": columns})
    study = shaped.model_copy(update={"waves": (shaped.waves[0], wave)})
    with pytest.raises(Refusal, match='"panel sleutel" as the name of an SPSS variable'):
        export(study, "2024")


def test_another_shape_forgets_the_columns_and_codes_of_the_old_one(culture: Study) -> None:
    shaped = reshape_wave(culture, "2024", "spss").wave("2024")
    assert shaped.shape == "spss"
    assert shaped.columns.respondent == "Respondent_ID"
    assert shaped.columns.date_format == "%m/%d/%Y %H:%M:%S"
    assert shaped.exclude[0].column == shaped.columns.cluster
    assert all(ask.answers == () for ask in shaped.asks)
    assert reshape_wave(culture, "2024", "surveymonkey") is culture
    assert reshape_wave(culture, "2024", None) is culture


def test_committed_waves_show_the_declared_structure(culture: Study) -> None:
    """What a reader of the demonstration should find is there: see rehearsal.toml."""
    rehearsal = load_rehearsal(culture)
    assert rehearsal is not None
    used, worried, needed = [], {}, {}
    for wave in culture.wave_order:
        sheet = make_export(culture, wave, rehearsal).sheet
        cells, names = sheet.cells, {c.variable.name: n for n, c in sheet.answers.items()}

        def codes(variable: str, sheet: Any = sheet, names: dict[str, str] = names) -> Any:
            column = sheet.answers[names[variable]]
            return sheet.cells[names[variable]].astype("string").map(column.by_delivered)

        stage = codes("fase")
        stage = stage[stage.notna() & (stage != "weet_niet")]
        used.append(stage.isin(["eerste_toepassingen", "structureel"]).mean())
        writers = codes("discipline").isin(["letteren", "beeldende_kunst"])
        concern = codes("zorgen.auteursrecht").isin(["bezorgd", "zeer_bezorgd"])
        worried[wave] = concern[writers].mean() - concern[~writers].mean()
        needed[wave] = {
            item.id: codes(f"behoefte.{item.id}").isin(["belangrijk", "zeer_belangrijk"]).mean()
            for item in culture.questionnaire["behoefte"].items
        }
        assert len(cells) > 200
    assert used == sorted(used)
    assert used[2] - used[0] > 0.08
    assert all(0.10 < difference < 0.40 for difference in worried.values())
    assert all(max(need, key=need.__getitem__) == "training" for need in needed.values())
