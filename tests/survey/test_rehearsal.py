"""`rehearsal.toml` is read and held against its study; every fault is told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey.faults import Refusal
from survey.load import load_study
from survey.load_rehearsal import load_rehearsal
from survey.rehearsal import Blemish, QuestionProfile, Rehearsal
from survey.study import Study

WAVE = "[[wave]]\nid = '2024'\nseed = 1"


@pytest.fixture
def study(repository: Path, tmp_path: Path) -> Study:
    folder = tmp_path / "klein"
    shutil.copytree(repository / "tests" / "data" / "klein", folder)
    return load_study(folder, need_exports=False)


def write(study: Study, text: str) -> None:
    (study.folder / "rehearsal.toml").write_text(text, encoding="utf-8")


def test_a_study_without_the_file_has_no_rehearsal(study: Study) -> None:
    (study.folder / "rehearsal.toml").unlink(missing_ok=True)
    assert load_rehearsal(study) is None


def test_the_rehearsal_of_the_repository_is_in_order() -> None:
    rehearsal = load_rehearsal(load_study("ai-cultuur", need_exports=False))
    assert rehearsal is not None
    assert [wave.completes for wave in rehearsal.waves] == [215, 342, 287]
    assert rehearsal.wave("2026").returning == 64


def test_what_is_not_declared_gets_plain_values() -> None:
    rehearsal = Rehearsal()
    assert rehearsal.question("x") == QuestionProfile(id="x")
    assert rehearsal.wave("2030", position=4).seed == 5
    assert rehearsal.wave("2030", position=4).completes == 200


def test_numbers_may_stand_for_what_a_cell_holds() -> None:
    assert Blemish(check="out_of_range", question="kans", to=11).to == "11"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[question]]\nid = 'gebruikk'", 'unknown question "gebruikk"'),
        ("[[question]]\nid = 'gebruik'\nshares = [['altijd', 3]]", 'unknown answer "altijd"'),
        ("[[question]]\nid = 'gebruik'\noutside = [['soms', 3]]", "answer outside the scale"),
        ("[[question]]\nid = 'gebruik'\nshaers = []", 'the unknown key "shaers"'),
        ("[[question]]\nid = 'kans'\ntilts = [{ by = 1, trait = 'zin' }]", 'unknown trait "zin"'),
        ("[[question]]\nid = 'kans'\ntilts = [{ by = 1, on = ['x'] }]", "item, period or answer"),
        ("[[question]]\nid = 'kans'\ntilts = [{ by = 1, waves = ['1999'] }]", 'wave "1999"'),
        ("[[question]]\nid = 'kans'\ntilts = [{ by = 1, when = 'sector =' }]", "found the end"),
        ("[[question]]\nid = 'kans'\ntilts = [{ by = 1, when = \"sektor = 'x'\" }]", '"sektor"'),
        (
            "[[question]]\nid = 'kans'\ntilts = [{ by = 1, when = \"sector = 'x'\" }]",
            'answer of "sector" "x"',
        ),
        ("[[trait]]\nid = 'a'\ntilts = [{ by = 1, trait = 'a' }]", "a tilt by a trait"),
        ("[[wave]]\nid = '1999'\nseed = 1", 'unknown wave "1999"'),
        ("[[wave]]\nid = '2023'\nseed = 1\nreturning = 5", "0 in the first wave"),
        ("[[wave]]\nid = '2024'\nseed = 1\ncompletes = 5\nspeeders = 6", "than completes"),
        (f"{WAVE}\nalone = \"omvang = 'x'\"", 'answer of "omvang" "x"'),
        (f"{WAVE}\nalone = \"stellingen = 'eens'\"", 'grid "stellingen" without an item'),
        (f"{WAVE}\nalone = \"omvang contains 'groot'\"", "contains for multiple choice"),
        (
            f"{WAVE}\n[[wave.blemish]]\ncheck = 'out_of_range'",
            "unknown question",
        ),
        (
            f"{WAVE}\n[[wave.blemish]]\ncheck = 'exclusive_conflict'\nquestion = 'werkvormen'",
            "with an exclusive option",
        ),
        (
            f"{WAVE}\n[[wave.blemish]]\ncheck = 'repeated_rank'\nquestion = 'tools'",
            "a ranking",
        ),
        (
            f"{WAVE}\n[[wave.blemish]]\ncheck = 'not_asked'\nquestion = 'kans'",
            "a question with asked_if",
        ),
        (
            "[[question]]\nid = 'kans'\ntilts = [{ by = 1, when = \"gebruik = 'soms'\" }]\n"
            "[[question]]\nid = 'gebruik'\ntilts = [{ by = 1, when = 'kans > 5' }]",
            "it waits for",
        ),
        ("[[question]", "mend the line"),
    ],
)
def test_faults_are_told(study: Study, text: str, told: str) -> None:
    write(study, text)
    with pytest.raises(Refusal) as caught:
        load_rehearsal(study)
    assert told in str(caught.value)


def test_all_faults_come_at_once(study: Study) -> None:
    write(study, "[[question]]\nid = 'x'\n[[wave]]\nid = 'y'\nseed = 1")
    with pytest.raises(Refusal) as caught:
        load_rehearsal(study)
    assert len(caught.value.faults) == 2


def test_a_fault_of_form_hides_none_of_another_profile(study: Study) -> None:
    write(
        study,
        "[[question]]\nid = 'gebruik'\nshaers = []\n\n[[question]]\nid = 'kanz'\n\n"
        "[[wave]]\nid = '2024'\nseed = 1\nreturning = 'many'\n",
    )
    with pytest.raises(Refusal) as refused:
        load_rehearsal(study)
    path = study.folder / "rehearsal.toml"
    assert [fault.where for fault in refused.value.faults] == [
        f'{path}: question "gebruik" shaers',
        f'{path}: wave "2024" returning',
        f'{path}: question "kanz"',
    ]
