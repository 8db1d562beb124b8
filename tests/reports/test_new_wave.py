"""A drafted wave is like the one before, tells what differs, and leaves facts to a person."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from pathlib import Path

import pytest

from reports.new_wave import (
    choose_like,
    compare_columns,
    describe_draft,
    draft_passport,
    draft_wave,
    draft_wave_file,
)
from survey.faults import Refusal
from survey.load import load_study
from survey.study import Study

WAVE = """\
#:schema ../../../schemas/wave.schema.json
# The second wave.
id = "2025"
title.nl = "Meting 2025"
fielded = [2025-01-06, 2025-01-31]
shape = "limesurvey"

[[exclude]]
column = "note"
contains = "test"
reason.nl = "Een proef van de bouwer."

[weighting]
method = "rake"
margins = ["sector"]
decided = 2025-02-10
reason.nl = "Grote instellingen deden vaker mee."

[[notes]]
nl = "Alleen in 2025."

[[ask]]
question = "policy"
grade = "split"
note.nl = "Een antwoord is in tweeën gedeeld."
comparable = [
  "no",
]
answers = [[1, "no"], [2, "yes"]]

[[dropped]]
question = "old"
note.nl = "Niet meer gevraagd."
"""


@pytest.fixture
def study(repository: Path, tmp_path: Path) -> Study:
    """A copy of the first study, outside the repository."""
    copy = tmp_path / "mine"
    shutil.copytree(repository / "survey" / "studies" / "ai-cultuur", copy)
    shutil.copytree(repository / "data_raw" / "ai-cultuur", copy / "data_raw")
    return load_study(copy, need_exports=False)


def test_a_draft_keeps_what_holds_and_drops_what_held_for_one_wave():
    text = draft_wave_file(WAVE, "2025", "2027", ["q9"], ["q8"])
    drafted = tomllib.loads(text)
    assert drafted == {
        "id": "2027",
        "title": {"nl": "Meting 2027"},
        "shape": "limesurvey",
        "exclude": [
            {"column": "note", "contains": "test", "reason": {"nl": "Een proef van de bouwer."}}
        ],
        "weighting": {"method": "rake", "margins": ["sector"]},
        "ask": [{"question": "policy", "grade": "same", "answers": [[1, "no"], [2, "yes"]]}],
    }
    assert "# 2025 had: fielded = [2025-01-06, 2025-01-31]" in text
    assert "# 2025 had: decided = 2025-02-10" in text
    assert '# 2025 had: reason.nl = "Grote instellingen deden vaker mee."' in text
    assert "#   q9" in text
    assert "#   q8" in text


def test_columns_that_were_renamed_are_told_side_by_side():
    text = draft_wave_file(WAVE, "2025", "2027", ["stellingen[SQ001]"], ["stelling[SQ001]"])
    assert "#   stellingen[SQ001]   (was: stelling[SQ001])" in text


def test_columns_are_compared_both_ways():
    assert compare_columns(["a", "b"], ["b", "c"]) == (("a",), ("c",))


def test_a_passport_tells_what_the_file_tells_and_asks_the_rest():
    text = draft_passport("2027", 'a"b.csv', "0" * 64, 12, ["nl", "en"], "plain")
    assert tomllib.loads(text) == {
        "wave": "2027",
        "n": 12,
        "file": [{"name": 'a"b.csv', "role": "answers", "sha256": "0" * 64}],
    }
    assert "# invented = false" in text
    assert '# origin.en = "…"' in text


@pytest.mark.parametrize("wave", ["2024", "2025", "2026"])
def test_the_same_export_again_has_every_column(study: Study, wave: str):
    export = study.data_folder / wave / study_answers(study, wave)
    draft = draft_wave(study, "2027", export)
    assert (draft.like, draft.unknown, draft.missing) == (wave, (), ())
    passport = tomllib.loads(draft.passport.read_text(encoding="utf-8"))
    copied = draft.passport.parent / passport["file"][0]["name"]
    assert copied.read_bytes() == export.read_bytes()
    assert passport["file"][0]["sha256"] == hashlib.sha256(export.read_bytes()).hexdigest()
    source = tomllib.loads((export.parent / "SOURCE.toml").read_text(encoding="utf-8"))
    assert passport["n"] == source["n"]
    assert "0 columns unknown\n0 columns missing" in describe_draft(draft)


def test_a_drafted_wave_is_refused_until_somebody_filled_it_in(study: Study):
    draft_wave(study, "2027", study.data_folder / "2026" / study_answers(study, "2026"))
    about = study.folder / "study.toml"
    told = about.read_text(encoding="utf-8").replace('"2026"]', '"2026", "2027"]')
    about.write_text(told, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_study(study.folder)
    assert any("fielded" in str(fault) for fault in refused.value.faults)


def test_a_wave_that_exists_is_refused_and_stays(study: Study):
    wave_file = study.folder / "waves" / "2026.toml"
    before = wave_file.read_bytes()
    export = study.data_folder / "2026" / study_answers(study, "2026")
    with pytest.raises(Refusal, match="is there already"):
        draft_wave(study, "2026", export)
    assert wave_file.read_bytes() == before


def test_a_declared_wave_without_an_export_gets_only_its_passport(study: Study):
    """How the institute puts its real waves in: a copy of the declarations, then each export."""
    wave_file = study.folder / "waves" / "2026.toml"
    before = wave_file.read_bytes()
    name = study_answers(study, "2026")
    source = study.data_folder / "2026"
    export = source.rename(source.with_name("delivered")) / name
    draft = draft_wave(study, "2026", export)
    assert wave_file.read_bytes() == before
    assert (draft.unknown, draft.missing) == ((), ())
    assert tomllib.loads(draft.passport.read_text(encoding="utf-8"))["wave"] == "2026"
    assert f"Kept as it is: {wave_file}" in describe_draft(draft)


def test_an_unreadable_export_leaves_nothing_behind(study: Study, tmp_path: Path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK nothing")
    with pytest.raises(Refusal):
        draft_wave(study, "2027", broken)
    assert not (study.folder / "waves" / "2027.toml").exists()
    assert not (study.data_folder / "2027").exists()


def test_the_wave_to_draft_from_is_the_latest_with_such_a_file(study: Study):
    names = {"a.sav": "2026", "a.xlsx": "2024", "a.csv": "2025"}
    assert {name: choose_like(study.waves, Path(name)).id for name in names} == names


def study_answers(study: Study, wave: str) -> str:
    source = study.data_folder / wave / "SOURCE.toml"
    files = tomllib.loads(source.read_text(encoding="utf-8"))["file"]
    return next(file["name"] for file in files if file["role"] == "answers")


def test_an_export_that_is_not_there_is_told_and_nothing_is_written(study: Study, tmp_path: Path):
    with pytest.raises(Refusal) as refused:
        draft_wave(study, "2027", tmp_path / "lost.csv")
    (fault,) = refused.value.faults
    assert (fault.where, fault.found) == (str(tmp_path / "lost.csv"), "no such file")
    assert not (study.data_folder / "2027").exists()


def test_a_folder_is_not_taken_for_an_export(study: Study, tmp_path: Path):
    with pytest.raises(Refusal) as refused:
        draft_wave(study, "2027", tmp_path)
    (fault,) = refused.value.faults
    assert (fault.found, fault.todo) == ("a folder", "name the export in it with FILE=")
