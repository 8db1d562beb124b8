"""Loading a study: what cannot be found, read or run together is told with the way out."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from survey.faults import Fault, Refusal
from survey.load import (
    PASSPORT,
    REPOSITORY,
    STUDIES,
    find_study,
    load_study,
    locate_data,
    locate_export,
)

DECLARE = "use one of the allowed values or declare it"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def list_faults(folder: Path | str, *waves: str, need_exports: bool = True) -> list[Fault]:
    with pytest.raises(Refusal) as refused:
        load_study(folder, waves or None, need_exports)
    return list(refused.value.faults)


def test_a_study_is_found_by_its_name_or_its_folder(klein_copy: Path) -> None:
    assert find_study("ai-cultuur") == STUDIES / "ai-cultuur"
    assert find_study(klein_copy) == find_study(str(klein_copy)) == klein_copy.resolve()
    assert find_study(klein_copy / "study.toml") == klein_copy.resolve()


@pytest.mark.parametrize(
    ("name", "todo"), [("ai-cultur", 'write "ai-cultuur"'), ("bibliotheken", DECLARE)]
)
def test_an_unknown_study_is_told_with_the_nearest_spelling(name: str, todo: str) -> None:
    with pytest.raises(Refusal) as refused:
        find_study(name)
    (fault,) = refused.value.faults
    assert fault.where == f"STUDY={name}"
    assert fault.found == "neither a study of this repository nor a folder with a study.toml"
    assert "ai-cultuur, or the path of a folder that holds a study.toml" in fault.allowed
    assert fault.todo == todo


def test_exports_lie_in_the_repository_or_beside_the_declarations(klein_copy: Path) -> None:
    assert locate_data(STUDIES / "ai-cultuur") == REPOSITORY / "data_raw" / "ai-cultuur"
    assert locate_data(klein_copy) == klein_copy / "data_raw"
    edit(klein_copy / "waves/2024.toml", 'shape = "limesurvey"', 'folder = "late"\nshape = "plain"')
    study = load_study(klein_copy, need_exports=False)
    assert locate_export(study, "2023") == klein_copy / "data_raw" / "2023"
    assert locate_export(study, "2024") == klein_copy / "data_raw" / "late"


def test_a_run_may_be_narrowed_to_some_waves(klein_copy: Path) -> None:
    assert [one.wave for one in load_study(klein_copy).passports] == ["2023", "2024"]
    study = load_study(klein_copy, ["2024"])
    assert [one.wave for one in study.passports] == ["2024"]
    assert study.wave_order == ("2023", "2024")
    assert study.passport("2024").delivered == date(2024, 1, 19)


def test_an_unknown_wave_is_told_with_the_nearest_spelling(klein_copy: Path) -> None:
    assert list_faults(klein_copy, "2025", "wave") == [
        Fault("WAVE=2025", "the study klein has no wave 2025", "2023, 2024", 'write "2024"'),
        Fault("WAVE=wave", "the study klein has no wave wave", "2023, 2024", DECLARE),
    ]


def test_real_and_invented_waves_are_never_run_together(klein_copy: Path) -> None:
    edit(klein_copy / "data_raw/2024" / PASSPORT, "invented = true", "invented = false")
    assert list_faults(klein_copy) == [
        Fault(
            "the waves of this run",
            "invented waves (2023) and real ones (2024)",
            "only real or only invented waves in one run",
            "run the real waves from a study folder of their own, or narrow with WAVE=",
        )
    ]
    assert not load_study(klein_copy, ["2024"]).invented
    assert load_study(klein_copy, ["2023"]).invented


def test_the_passport_of_another_wave_is_refused(klein_copy: Path) -> None:
    path = klein_copy / "data_raw/2024" / PASSPORT
    edit(path, 'wave = "2024"', 'wave = "2023"')
    assert list_faults(klein_copy) == [
        Fault(f"{path}: wave", '"2023"', '"2024"', "set wave to the folder's wave")
    ]


def test_a_passport_tells_the_fieldwork_of_its_wave(klein_copy: Path) -> None:
    edit(klein_copy / "waves/2024.toml", "2024-01-19]", "2024-01-29]")
    assert list_faults(klein_copy) == [
        Fault(
            f"{klein_copy / 'data_raw/2024' / PASSPORT}: fielded",
            "2024-01-08 to 2024-01-19",
            "the days of waves/2024.toml: 2024-01-08 to 2024-01-29",
            "correct one of them",
        )
    ]


@pytest.mark.parametrize(("role", "files"), [("answers", 2), ("structure", 0)])
def test_a_wave_has_one_file_with_answers(klein_copy: Path, role: str, files: int) -> None:
    path = klein_copy / "data_raw/2024" / PASSPORT
    if role == "structure":
        edit(path, 'role = "answers"', 'role = "structure"')
    else:
        text = path.read_text(encoding="utf-8")
        second = text[text.index("[[file]]") :].replace("antwoorden.csv", "meer.csv")
        path.write_text(f"{text}\n{second}", encoding="utf-8")
    assert list_faults(klein_copy) == [
        Fault(
            f"{path}: file",
            f'{files} files with role = "answers"',
            "exactly one file with the answers",
            'give one [[file]] the role "answers", others "structure"',
        )
    ]


def test_a_wave_needs_its_passport_unless_it_is_before_fieldwork(klein_copy: Path) -> None:
    path = klein_copy / "data_raw/2024" / PASSPORT
    path.unlink()
    assert list_faults(klein_copy) == [
        Fault(
            str(path),
            "no such file",
            "a file that declares this part of the study",
            "`make new-wave` drafts it beside an export; `make rehearse` invents both",
        )
    ]
    assert [one.wave for one in load_study(klein_copy, need_exports=False).passports] == ["2023"]


def test_every_absent_file_is_told(klein_copy: Path) -> None:
    names = ("questionnaire.toml", "waves/2023.toml", "waves/2024.toml")
    for name in names:
        (klein_copy / name).unlink()
    assert [one.where for one in list_faults(klein_copy)] == [str(klein_copy / n) for n in names]


def test_what_is_optional_may_be_absent(klein_copy: Path) -> None:
    for name in ("segments.toml", "corrections.toml"):
        (klein_copy / name).unlink()
    shutil.rmtree(klein_copy / "margins")
    study = load_study(klein_copy)
    assert (study.segments, study.corrections, study.margins) == ((), (), ())


def test_a_questionnaire_may_be_spread_over_files(klein_copy: Path) -> None:
    whole = load_study(klein_copy).questionnaire
    path = klein_copy / "questionnaire.toml"
    text = path.read_text(encoding="utf-8")
    cut = text.index('[[question]]\nid = "gebruik"')
    folder = klein_copy / "questionnaire"
    folder.mkdir()
    (folder / "02-rest.toml").write_text(text[cut:], encoding="utf-8")
    (folder / "01-start.toml").write_text(text[:cut], encoding="utf-8")
    path.unlink()
    assert load_study(klein_copy).questionnaire == whole


def test_toml_that_cannot_be_read_is_told_with_its_line(klein_copy: Path) -> None:
    path = klein_copy / "segments.toml"
    edit(path, "headline = true", "headline = yes")
    assert list_faults(klein_copy) == [
        Fault(
            str(path),
            "Invalid value (at line 6, column 12)",
            "TOML 1.0 in UTF-8, inline tables on one line",
            "mend the line that is named",
        )
    ]


def test_a_file_in_another_encoding_is_told(klein_copy: Path) -> None:
    path = klein_copy / "study.toml"
    path.write_bytes(path.read_text(encoding="utf-8").replace("Small", "Né").encode("cp1252"))
    (fault,) = list_faults(klein_copy)
    assert fault == Fault(
        str(path),
        "bytes that are no UTF-8 (at line 3)",
        "TOML 1.0 in UTF-8",
        "save the file as UTF-8",
    )


def test_a_fault_of_the_study_file_neither_hides_nor_makes_others(klein_copy: Path) -> None:
    edit(klein_copy / "study.toml", 'licence = "CC0-1.0"\n', "")
    edit(klein_copy / "study.toml", 'title.en = "Small survey"\n', "")
    edit(klein_copy / "waves/2024.toml", 'shape = "limesurvey"', 'shape = "lime"')
    assert [fault.where.rpartition("/")[2] for fault in list_faults(klein_copy)] == [
        "study.toml: title",
        "study.toml: licence",
        "2024.toml: shape",
    ]


@pytest.mark.parametrize("languages", ["[]", '"nl"', "[1]"])
def test_without_languages_no_other_file_can_be_checked(klein_copy: Path, languages: str) -> None:
    path = klein_copy / "study.toml"
    edit(path, 'languages = ["nl", "en"]', f"languages = {languages}")
    assert {fault.where.partition(" ")[0] for fault in list_faults(klein_copy)} == {f"{path}:"}


def test_a_byte_order_mark_is_read_past(klein_copy: Path) -> None:
    path = klein_copy / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_study(klein_copy).id == "klein"


@pytest.mark.parametrize(
    ("old", "new", "where", "found", "allowed"),
    [
        (
            'text.en = "How often do you use AI?"\n',
            "",
            'question "gebruik" text',
            "{'nl': 'Hoe vaak gebruik je AI?'}",
            "text in every language of the study (nl, en); en is missing",
        ),
        (
            'text.en = "How often do you use AI?"',
            'text.en = " "',
            'question "gebruik" text',
            "{'nl': 'Hoe vaak gebruik je AI?', 'en': ' '}",
            "text in every language of the study (nl, en); en is missing",
        ),
        (
            'text.en = "How often do you use AI?"',
            'text.en = "How often?"\ntext.de = "Wie oft?"',
            'question "gebruik" text',
            "{'nl': 'Hoe vaak gebruik je AI?', 'en': 'How often?', 'de': 'Wie oft?'}",
            "texts in the study's languages (nl, en); found de",
        ),
        (
            '["soms", "Soms", "Sometimes"]',
            '["soms", "Soms"]',
            'question "gebruik" answers "soms"',
            "['soms', 'Soms']",
            "a list [code, nl, en]; found 2 values instead of 3",
        ),
    ],
    ids=["missing", "empty", "extra", "in a list"],
)
def test_a_text_stands_in_every_language(
    klein_copy: Path, old: str, new: str, where: str, found: str, allowed: str
) -> None:
    path = klein_copy / "questionnaire.toml"
    edit(path, old, new)
    assert list_faults(klein_copy) == [
        Fault(f"{path}: {where}", found, allowed, "write it as allowed")
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "allowed", "todo"),
    [
        (
            "study.toml",
            "complete_at",
            "completed_at",
            "cleaning completed_at",
            "duplicates, complete_at, incomplete, speeder_below, speeders, straightline_items, "
            "straightliners",
            'write "complete_at"',
        ),
        (
            "waves/2024.toml",
            "cluster",
            "clusters",
            "columns clusters",
            "respondent, started, finished, seconds, last_page, weight, stratum, cluster, panel, "
            "design, date_format, personal, ignored",
            'write "cluster"',
        ),
        (
            "data_raw/2024/SOURCE.toml",
            'tool = "LimeSurvey"',
            'tool = "LimeSurvey"\nzzz = 1',
            "zzz",
            "wave, origin, tool, mode, fielded, delivered, n, invented, file",
            "remove it, or write one of the allowed keys",
        ),
        (
            "waves/2024.toml",
            "[columns]",
            '[columns]\noverlap = "none"',
            "columns overlap",
            "respondent, started, finished, seconds, last_page, weight, stratum, cluster, panel, "
            "design, date_format, personal, ignored",
            'move "overlap" up, above the first [table] of the file',
        ),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_spelling(
    klein_copy: Path, file: str, old: str, new: str, where: str, allowed: str, todo: str
) -> None:
    edit(klein_copy / file, old, new)
    key = where.rpartition(" ")[2]
    assert list_faults(klein_copy) == [
        Fault(f"{klein_copy / file}: {where}", f'the unknown key "{key}"', allowed, todo)
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'id = "kans"\n',
            "",
            ("number 10 id", "nothing", "this key is required", 'add "id"'),
        ),
        (
            'id = "kans"',
            'id = "Kans!"',
            (
                '"Kans!" id',
                '"Kans!"',
                "text of the form ^[a-z0-9][a-z0-9_-]*$",
                "write lower-case letters, digits, _ and - only",
            ),
        ),
        (
            "minimum = 0\nmaximum = 10",
            'minimum = "none"\nmaximum = 10',
            (
                '"kans" minimum',
                '"none"',
                "a number, without quotation marks",
                "write a value of that kind",
            ),
        ),
        (
            "minimum = 0\nmaximum = 10",
            "nets = 10\nminimum = 0\nmaximum = 10",
            ('"kans" nets', "10", "a list, as [1, 2]", "write a value of that kind"),
        ),
    ],
)
def test_a_value_of_another_form_is_told(
    klein_copy: Path, old: str, new: str, told: tuple[str, str, str, str]
) -> None:
    path = klein_copy / "questionnaire.toml"
    edit(path, old, new)
    assert list_faults(klein_copy) == [Fault(f"{path}: question {told[0]}", *told[1:])]


@pytest.mark.parametrize(
    ("old", "new", "where", "found", "allowed"),
    [
        ("[weighting]", "[weighting]\nmost_design_effect = 1", "weighting most_design_effect",
         "1", "a number above 1.0"),
        ("[weighting]", "[weighting]\nbounds = [0.3, 1, 3]", "weighting bounds",
         "[0.3, 1, 3]", "at most 2 values in the list"),
        ("[weighting]", '[weighting]\ndecided = "last week"', "weighting decided",
         '"last week"', "a day, as 2026-01-31, without quotation marks"),
        ("[weighting]", "[weighting]\nmargins = [4]", "weighting margins number 1",
         "4", "text between quotation marks"),
    ],
)  # fmt: skip
def test_what_a_value_may_be_is_told_in_words_of_the_file(
    klein_copy: Path, old: str, new: str, where: str, found: str, allowed: str
) -> None:
    path = klein_copy / "waves/2024.toml"
    edit(path, old, new)
    assert list_faults(klein_copy) == [
        Fault(f"{path}: {where}", found, allowed, "write a value of that kind")
    ]


@pytest.mark.parametrize("name", ["questionnaire.toml", "plan.toml"])
def test_a_folder_in_the_place_of_a_file_is_told(klein_copy: Path, name: str) -> None:
    (klein_copy / name).unlink(missing_ok=True)
    (klein_copy / name).mkdir()
    todo = "put the file there, or let it be read"
    told = Fault(str(klein_copy / name), "Is a directory", "a file that can be read", todo)
    assert list_faults(klein_copy) == [told]


def test_fieldwork_that_ends_before_it_began_is_told(klein_copy: Path) -> None:
    path = klein_copy / "waves/2024.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r"^fielded = .*$", "fielded = [2024-03-31, 2024-03-01]", text, flags=re.MULTILINE),
        encoding="utf-8",
    )
    assert list_faults(klein_copy, need_exports=False) == [
        Fault(
            f"{path}: fielded",
            "2024-03-31 to 2024-03-01",
            "a first day, and a last day that is no earlier",
            "turn them round, or correct one",
        )
    ]


@pytest.mark.parametrize(
    "more",
    [
        ("[weighting]\nmethod = \"none\"", '[weighting]\nmethod = "rake"\nmargins = ["sector"]'),
        ("[weighting]", '[[design.stage]]\nstratum = "segment:sector"\n'
                        'population = "margin:sector"\n\n[weighting]'),
    ],
    ids=["weighting", "design"],
)  # fmt: skip
def test_real_answers_are_never_weighted_to_invented_counts(
    klein_copy: Path, more: tuple[str, str]
) -> None:
    edit(klein_copy / "waves/2024.toml", *more)
    assert load_study(klein_copy, ["2024"]).margins[0].invented  # an invented wave may be
    edit(klein_copy / "data_raw/2024/SOURCE.toml", "invented = true", "invented = false")
    assert list_faults(klein_copy, "2024") == [
        Fault(
            f"{klein_copy / 'margins/sector.toml'}: invented",
            "true, while the answers of wave 2024 are real (SOURCE.toml)",
            "counts of the real population, for weights or a design of real answers",
            "put real counts with their source in its place, or leave it out of waves/2024.toml",
        )
    ]
    edit(klein_copy / "margins/sector.toml", "invented = true", "invented = false")
    assert load_study(klein_copy, ["2024"]).passports[0].invented is False


@pytest.mark.parametrize(
    ("check", "action", "allowed"),
    [
        ("unmapped_column", "drop", "note, stop"),
        ("missing_column", "blank", "note, stop"),
        ("unknown_answer", "note", "blank, drop, stop"),
        ("unreadable_date", "blank", "note, drop, stop"),
    ],
)
def test_a_consequence_that_would_do_nothing_is_refused(
    klein_copy: Path, check: str, action: str, allowed: str
) -> None:
    path = klein_copy / "study.toml"
    text = re.sub(rf"{check} = .*", f'{check} = "{action}"', path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    with pytest.raises(Refusal) as refusal:
        load_study(klein_copy)
    (fault,) = refusal.value.faults
    assert (fault.where, fault.found) == (f"{path}: consequences {check}", f'"{action}"')
    assert fault.allowed == allowed
