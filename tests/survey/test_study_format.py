"""The example on the format's page is a study: its blocks, written to files, load."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from survey import plan
from survey.columns import list_columns, list_personal_columns
from survey.declaration import Declaration
from survey.faults import Refusal
from survey.load import load_study
from survey.wave import KeyColumns, SampleDesign, Stage, Weighting


@pytest.fixture
def page(repository: Path) -> str:
    """The page of the format."""
    return (repository / "docs/study-format.md").read_text(encoding="utf-8")


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


def test_example_is_weighted_and_planned(example: Path) -> None:
    study = load_study(example)
    decision = study.wave("2025").weighting
    assert (decision.method, decision.margins) == ("post-stratify", ("regulars",))
    assert study.margins[0].total == 6000
    assert [family.questions for family in study.families] == [("reasons", "statements", "mark")]
    assert study.plan.testing.adjust == "holm"
    assert [contrast.row for contrast in study.plan.contrasts] == ["reasons"]
    assert [figure.row for figure in study.plan.key_figures] == ["mark", "statements.light"]


def test_design_on_the_format_page_is_a_design(page: str) -> None:
    snippet = re.search(r"```toml\n(\[columns\]\n[^`]*\[\[design\.stage\]\][^`]*)```", page)
    assert snippet is not None
    declared = tomllib.loads(snippet[1])
    design = SampleDesign.model_validate(declared["design"])
    assert KeyColumns.model_validate(declared["columns"]).design == ("staff",)
    assert [(stage.unit, stage.population) for stage in design.stages] == [
        ("cluster", "margin:sector"),
        ("respondent", "staff"),
    ]


@pytest.mark.parametrize(
    ("heading", "models"),
    [
        ("How the sample came about", (Stage, SampleDesign)),
        ("Weighting", (Weighting,)),
        (
            "The plan of analysis",
            (
                plan.Testing,
                plan.Family,
                plan.Contrast,
                plan.Nested,
                plan.Score,
                plan.Ratio,
                plan.Outcome,
                plan.Trend,
                plan.KeyFigure,
                plan.Plan,
            ),
        ),
    ],
)
def test_every_key_has_its_place_on_the_page(
    page: str, heading: str, models: tuple[type[Declaration], ...]
) -> None:
    section = page.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    named = set(re.findall(r"\[*\b([a-z_.]+)\b\]*`", section))
    keys = {field.alias or name for m in models for name, field in m.model_fields.items()}
    assert {key for key in keys if key not in named and f"design.{key}" not in named} == set()


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
