"""A broken part hides no fault of another and makes none: it is set aside with what names it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey.documents import Documents, read_folder
from survey.faults import Fault, Refusal
from survey.load import STUDIES, judge_documents, load_study

ListFaults = Callable[[Path], list[Fault]]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def list_parts(documents: Documents) -> Iterator[tuple[str, str, int | None]]:
    """Every table, value and entry of a list of tables, by file, key and place in the list."""
    for file, document in documents.files.items():
        for key, value in document.items():
            if isinstance(value, list) and isinstance(value[0], dict):
                yield from ((file, key, at) for at in range(len(value)))
            elif (file, key) not in (("study.toml", "waves"), ("study.toml", "languages")):
                yield file, key, None


@pytest.mark.parametrize(("study", "step"), [("ai-cultuur", 4), ("klein", 1)])
def test_one_broken_part_is_one_fault(study: str, step: int, repository: Path) -> None:
    """Whatever names the part, stands on it or comes after it has nothing to be told of."""
    folder = STUDIES / study if study == "ai-cultuur" else repository / "tests/data" / study
    documents, unread = read_folder(folder)
    assert not unread
    parts = list(list_parts(documents))[::step]
    assert len(parts) > 60
    for file, key, at in parts:
        files = copy.deepcopy(documents.files)
        part = files[file][key] if at is None else files[file][key][at]
        if isinstance(part, dict):
            part["not_a_key"] = 1
        else:
            files[file][key] = {"not_a_key": 1}
        _, faults = judge_documents(Documents(folder, files))
        told = {fault.where.partition(" not_a_key")[0] for fault in faults}
        assert len(told) == 1, (file, key, at, [str(fault) for fault in faults])
        assert told.pop().startswith(f"{folder / file}: {key}")


def test_faults_of_every_step_are_told_together(klein_copy: Path, list_faults: ListFaults) -> None:
    """Types, what parts name of each other, what is built on them, and the passport."""
    edit(klein_copy / "study.toml", 'licence = "CC0-1.0"\n', "")
    edit(
        klein_copy / "questionnaire.toml",
        'id = "kans"\nkind = "rating"',
        'id = "kans"\nkind = "rate"',
    )
    edit(klein_copy / "questionnaire.toml", 'block = "mening"', 'block = "menig"')
    edit(klein_copy / "segments.toml", 'question = "omvang"', 'question = "omvan"')
    edit(klein_copy / "waves/2024.toml", 'shape = "limesurvey"', 'shape = "lime"')
    edit(klein_copy / "waves/2024.toml", 'question = "beleid"', 'question = "belijd"')
    edit(klein_copy / "waves/2024.toml", 'method = "none"', 'method = "none"\nbase = "delivered"')
    edit(klein_copy / "margins/sector.toml", '["podium", 400]', '["podium", -400]')
    (klein_copy / "plan.toml").write_text('totals = ["uren"]\n', encoding="utf-8")
    edit(klein_copy / "data_raw/2023/SOURCE.toml", 'wave = "2023"', 'wave = "2022"')
    with pytest.raises(Refusal) as refused:
        load_study(klein_copy)
    told = [fault.where.removeprefix(f"{klein_copy}/") for fault in refused.value.faults]
    assert sorted(told) == sorted([
        "study.toml: licence",
        'questionnaire.toml: question "kans" kind',
        'questionnaire.toml: question "stellingen" block',
        'segments.toml: segment "omvang" question',
        "waves/2024.toml: shape",
        'waves/2024.toml: ask "belijd"',
        "waves/2024.toml: weighting base",
        'margins/sector.toml: counts "podium"',
        "plan.toml: totals",
        "data_raw/2023/SOURCE.toml: wave",
    ])  # fmt: skip


def test_a_misspelt_ask_is_one_fault(repository: Path) -> None:
    """The wave was meant to ask it, so neither its margins, contrasts nor trend lack it."""
    documents, _ = read_folder(STUDIES / "ai-cultuur")
    files = copy.deepcopy(documents.files)
    ask = next(a for a in files["waves/2025.toml"]["ask"] if a["question"] == "discipline")
    ask["question"] = "disciplne"
    _, faults = judge_documents(Documents(documents.folder, files))
    assert [fault.where.partition(": ")[2] for fault in faults] == ['ask "disciplne"']


def test_a_fault_of_a_scale_stands_at_the_scale(klein_copy: Path, list_faults: ListFaults) -> None:
    path = klein_copy / "questionnaire.toml"
    edit(path, '["neutraal", "', '["Neutraal!", "')
    (fault,) = list_faults(klein_copy)
    assert fault.where == 'questionnaire.toml: scale "eens5" answers "Neutraal!" code'


def test_what_a_question_says_itself_is_told_at_the_question(
    klein_copy: Path, list_faults: ListFaults
) -> None:
    edit(klein_copy / "questionnaire.toml", 'scale = "eens5"', 'scale = "eens5"\nmidpoint = "half"')
    (fault,) = list_faults(klein_copy)
    assert fault.where == 'questionnaire.toml: question "stellingen" midpoint'


def test_a_fault_names_the_file_of_a_questionnaire_in_several(
    klein_copy: Path, list_faults: ListFaults
) -> None:
    path = klein_copy / "questionnaire.toml"
    text = path.read_text(encoding="utf-8")
    cut = text.index('[[question]]\nid = "gebruik"')
    path.unlink()
    parts = {"01-start": text[:cut], "02-rest": text[cut:]}
    for name, part in parts.items():
        (klein_copy / "questionnaire").mkdir(exist_ok=True)
        (klein_copy / f"questionnaire/{name}.toml").write_text(part, encoding="utf-8")
    edit(klein_copy / "questionnaire/02-rest.toml", 'block = "mening"', 'block = "menig"')
    edit(klein_copy / "questionnaire/02-rest.toml", 'kind = "rating"', 'kind = "rate"')
    edit(klein_copy / "questionnaire/01-start.toml", 'kind = "single"', 'kind = "singel"')
    assert [fault.where for fault in list_faults(klein_copy)] == [
        'questionnaire/01-start.toml: question "sector" kind',
        'questionnaire/02-rest.toml: question "kans" kind',
        'questionnaire/02-rest.toml: question "stellingen" block',
    ]


@pytest.mark.parametrize("text", ["scale = 3", 'scale = ["eens"]', "question = 5", "block = [1]"])
def test_a_questionnaire_of_another_form_is_told(
    klein_copy: Path, list_faults: ListFaults, text: str
) -> None:
    """In a file of its own beside one that is in order."""
    (klein_copy / "questionnaire").mkdir()
    (klein_copy / "questionnaire.toml").rename(klein_copy / "questionnaire/2.toml")
    (klein_copy / "questionnaire/1.toml").write_text(text, encoding="utf-8")
    told = list_faults(klein_copy)
    assert told[0].where.startswith(f"questionnaire/1.toml: {text.partition(' ')[0]}")


def test_a_margin_is_named_after_its_file(klein_copy: Path, list_faults: ListFaults) -> None:
    edit(klein_copy / "margins/sector.toml", 'id = "sector"', 'id = "sectoren"')
    (fault,) = list_faults(klein_copy)
    assert fault == Fault(
        "margins/sector.toml: id", '"sectoren"', '"sector"', "set id to the file's name"
    )
