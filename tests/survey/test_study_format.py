"""The example on the format's page is a study: its blocks, written to files, load."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.columns import list_columns, list_personal_columns
from survey.faults import Refusal
from survey.load import load_study


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_example_of_the_format_page_loads(example: Path) -> None:
    study = load_study(example)
    assert [question.kind for question in study.questionnaire.questions] == [
        "single",
        "multiple",
        "grid",
        "rating",
        "open",
    ]
    assert study.invented
    assert [(column.name, column.role) for column in list_columns(study, "2025")] == [
        ("frequency", "answer"),
        ("reasons.books", "tick"),
        ("reasons.quiet", "tick"),
        ("reasons.none", "tick"),
        ("reasons.other", "tick"),
        ("reasons.other.text", "other"),
        ("statements.light", "answer"),
        ("statements.chairs", "answer"),
        ("mark", "number"),
    ]
    assert list_personal_columns(study, "2025") == ("ip", "email")


def test_all_faults_are_told_at_once(example: Path) -> None:
    edit(example / "questionnaire.toml", 'kind = "rating"', 'kind = "ratings"')
    edit(example / "segments.toml", "headline", "headlin")
    edit(example / "waves/2025.toml", 'shape = "plain"', 'shape = "plane"')
    with pytest.raises(Refusal) as refused:
        load_study(example)
    told = "\n\n".join(str(fault) for fault in refused.value.faults)
    assert told.replace(str(example), "STUDY") == TOLD


TOLD = """\
STUDY/questionnaire.toml: question "mark" kind
  found:   "ratings"
  allowed: single, multiple, grid, rating, number, ranking, open
  to do:   write "rating"

STUDY/segments.toml: segment "regulars" headlin
  found:   the unknown key "headlin"
  allowed: id, text, question, levels, headline
  to do:   write "headline"

STUDY/waves/2025.toml: shape
  found:   "plane"
  allowed: surveymonkey, limesurvey, spss, plain
  to do:   write "plain\""""
