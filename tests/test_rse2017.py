"""A survey that real people answered, from its export to its published counts.

The owners of the 2017 survey of research software engineers in the Netherlands published tables
of counts (softwaresaved/international-survey, commit 1033a42, analysis/2017/nl/output). Every one
that can be made from the released answers must come out of the whole chain, before the gate.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analysis.pipeline import StudyResult, WaveResult, run_study
from survey.columns import Column, list_columns
from survey.load import load_study
from survey.questionnaire import Question
from survey.responses import Missing
from survey.study import Study

WAVE = "2017"

# published table → question, where a table is one question of one column
SINGLE = {
    "conf1can": "conference",
    "currentEmp1": "organisation",
    "currentEmp10": "contract",
    "currentEmp12": "hours",
    "edu1": "education",
    "edu2": "subject",
    "open01can": "open_source",
    "open03can": "doi",
    "open1can": "open_source_share",
    "open3can": "doi_share",
    "rse1": "codes",
    "rse3": "users",
    "socio1": "country",
    "soft2can": "developer",
    "stability1": "bus_factor",
    "stability2": "handover",
    "train1": "trained",
    "ukrse1": "member",
}
MULTIPLE = {"currentEmp13": "disciplines", "proj4can": "testing", "ukrse2": "meeting"}
PAPER = ("contributed", "acknowledged", "main_author", "co_author", "main_text")
# published table → the variables of its columns, in their order
GRIDS = {
    "affRec1_3": ("recognition.confidence", "recognition.recognised"),
    "affSat1_2": ("enjoyment.enjoys", "enjoyment.enthusiastic"),
    "percEmp1_2_3_4": (
        "employability.equivalent",
        "employability.offers",
        "employability.demand",
        "employability.new_job",
    ),
    "perfCheck1_2_3_4_5_6_7": (
        "feedback.results",
        "feedback.check",
        "feedback.access",
        "feedback.purpose",
        "feedback.direct",
        "feedback.supervisor",
        "feedback.colleagues",
    ),
    "progRSE1_2_3_4_5": (
        "progression.promotion",
        "progression.process",
        "progression.opportunities",
        "progression.plan",
        "progression.next",
    ),
    "satisgen1_2": ("satisfied_position", "satisfied_career"),
    "time1can_2can_3can_4can_5can": (
        "time.software",
        "time.research",
        "time.management",
        "time.teaching",
        "time.other",
    ),
    "turnOver2_4": ("turnover.forward", "turnover.elsewhere"),
}
# The kinds of published counts that the released answers can reproduce, and how many of each.
KINDS = {"single": 76, "multiple": 73, "paper": 10, "grid": 182, "no answer": 12}

# What the published tables call NaN falls apart into kinds of absence. Two people stopped before
# the third page, three more before the last one: not reached. Who is not acknowledged in papers
# was not asked as what; nor were the two who never reached that question, since a condition on an
# unanswered question is false. Ten skipped the question on membership and answered the one below;
# one was delivered "No" for every option of that one and so had reached it too.
NO_ANSWER = {
    "contributed": {Missing.NOT_REACHED: 2},
    "acknowledged": {Missing.NOT_REACHED: 2},
    "main_author": {Missing.NOT_ASKED: 19},
    "co_author": {Missing.NOT_ASKED: 38},
    "main_text": {Missing.NOT_ASKED: 73},
    "conference": {Missing.NOT_REACHED: 2},
    "bus_factor": {Missing.NOT_REACHED: 2},
    "handover": {Missing.NOT_REACHED: 2},
    "open_source": {Missing.NOT_REACHED: 2},
    "doi": {Missing.NOT_REACHED: 2},
    "trained": {Missing.NOT_REACHED: 2},
    "member": {Missing.SKIPPED: 11, Missing.NOT_REACHED: 6},
}


@dataclass(frozen=True)
class Comparison:
    """One published count beside the package's own."""

    kind: str
    table: str
    variable: str
    answer: str
    published: int
    own: int


@pytest.fixture(scope="module")
def material(shared: Path) -> Path:
    return shared / "real" / "rse2017_nl"


@pytest.fixture(scope="module")
def study(rse2017: Path) -> Study:
    return load_study(rse2017)


@pytest.fixture(scope="module")
def result(study: Study) -> StudyResult:
    return run_study(study)


@pytest.fixture(scope="module")
def wave(result: StudyResult) -> WaveResult:
    return result.waves[WAVE]


def read_table(material: Path, name: str) -> list[list[str]]:
    """Return the cells of a published table, the header first, texts without outer spaces."""
    with (material / "published_output" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [[cell.strip() for cell in row] for row in csv.reader(file)]


def read_count(cell: str) -> int:
    """Return a published count; an empty cell of a table of counts is none at all."""
    return int(float(cell)) if cell else 0


def find_code(question: Question, text: str) -> str:
    """Return the code of an answer as published; a rating's is the number that it starts with."""
    if question.kind == "rating":
        return text.split()[0]
    return next(answer.code for answer in question.answers if answer.text["en"] == text)


def count_own(wave: WaveResult, variable: str, code: str) -> int:
    """Return the estimated count over all respondents, from before the gate."""
    question, _, item = variable.partition(".")
    rows = wave.estimates.rows
    found = rows[
        (rows["question"] == question)
        & (rows["item"] == item)
        & (rows["answer"] == code)
        & (rows["statistic"] == "share")
        & (rows["segment"] == "")
    ]
    assert len(found) == 1, (variable, code)
    return int(found["count"].iloc[0])


def count_no_answer(wave: WaveResult, question: str) -> int:
    rows = wave.estimates.rows
    found = rows[(rows["question"] == question) & (rows["segment"] == "")]
    return wave.responses.n - int(found["answered"].iloc[0])


def compare_answers(
    kind: str, table: str, variable: str, cells: dict[str, str], study: Study, wave: WaveResult
) -> Iterator[Comparison]:
    """Compare the cells of one variable, {answer as published: count}; no text means no answer."""
    question = study.questionnaire[variable.partition(".")[0]]
    for text, cell in cells.items():
        count = read_count(cell)
        if text:
            code = find_code(question, text)
            own = count_own(wave, variable, code)
            yield Comparison(kind, table, variable, code, count, own)
        else:
            own = count_no_answer(wave, question.id)
            yield Comparison("no answer", table, variable, "", count, own)


def compare_all(material: Path, study: Study, wave: WaveResult) -> Iterator[Comparison]:
    """Compare every published count that the released answers can reproduce."""
    for kind, tables in (("single", SINGLE), ("multiple", MULTIPLE)):
        for table, variable in tables.items():
            header, *rows = read_table(material, table)
            across = kind == "single" and "Yes" in header  # yes and no stand side by side
            cells = dict(zip(header[1:], rows[0][1:], strict=True)) if across else dict(rows)
            yield from compare_answers(kind, table, variable, cells, study, wave)
    table = "paper1_2_3_4_5"
    header, *rows = read_table(material, table)
    for variable, row in zip(PAPER, rows, strict=True):
        assert row[0].endswith(study.questionnaire[variable].text["en"])
        cells = dict(zip(header[1:], row[1:], strict=True))
        yield from compare_answers("paper", table, variable, cells, study, wave)
    for table, variables in GRIDS.items():
        columns = list(zip(*read_table(material, table), strict=True))
        for variable, column in zip(variables, columns[1:], strict=True):
            cells = dict(zip(columns[0][1:], column[1:], strict=True))
            yield from compare_answers("grid", table, variable, cells, study, wave)


def test_declaration_loads_without_a_fault(repository: Path) -> None:
    study = load_study(repository / "tests" / "studies" / "rse2017", need_exports=False)
    assert len(study.asked(WAVE)) == len(study.wave(WAVE).asks) == 40
    assert len(list_columns(study, WAVE)) == 130


def test_every_published_count_is_reproduced(
    material: Path, study: Study, wave: WaveResult
) -> None:
    comparisons = list(compare_all(material, study, wave))
    assert Counter(one.kind for one in comparisons) == KINDS
    assert len(comparisons) == len(set(comparisons)) == 353
    assert [one for one in comparisons if one.own != one.published] == []


def test_grids_are_compared_under_their_own_items(material: Path, study: Study) -> None:
    for table, variables in GRIDS.items():
        published = read_table(material, table)[0][1:]
        for variable, text in zip(variables, published, strict=True):
            question, _, item = variable.partition(".")
            asked = study.questionnaire[question]
            declared = asked.find_item(item).text["en"] if item else asked.text["en"]
            # the table of hours repeats the stem, that of satisfaction holds nothing else
            assert declared in text or declared.startswith(text), (table, text)


@pytest.mark.parametrize("question", NO_ANSWER)
def test_absence_has_its_kind(wave: WaveResult, question: str) -> None:
    counts = wave.responses.status[question].value_counts()
    absent = {Missing(code): n for code, n in counts.items() if code != Missing.VALID}
    assert absent == NO_ANSWER[question]


def test_no_published_no_answer_count_is_left_out(
    material: Path, study: Study, wave: WaveResult
) -> None:
    compared = [c for c in compare_all(material, study, wave) if c.kind == "no answer"]
    assert {c.variable: c.published for c in compared} == {
        question: sum(counts.values()) for question, counts in NO_ANSWER.items()
    }


def test_findings_are_few_and_each_is_explained(result: StudyResult) -> None:
    """N/A beside another meeting place, twice; two who stopped before half-way; two who gave the
    seven questions on feedback one and the same answer. Nothing undeclared, nobody left out."""
    found = result.findings[["check", "action", "respondent", "question"]].fillna("")
    assert sorted(map(tuple, found.to_numpy())) == [
        ("exclusive_conflict", "note", "18", "meeting"),
        ("exclusive_conflict", "note", "48", "meeting"),
        ("incomplete", "note", "7", ""),
        ("incomplete", "note", "86", ""),
        ("straightliner", "note", "76", ""),
        ("straightliner", "note", "8", ""),
    ]
    assert [step.remaining for step in result.waves[WAVE].responses.flow][-1] == 77


def read_raw(material: Path) -> pd.DataFrame:
    """Return the released answers as text, headers with single spaces."""
    raw = pd.read_csv(material / "public_data.csv", dtype=str, keep_default_na=False)
    return raw.set_axis(raw.columns.str.split().str.join(" "), axis=1)


def divide_raw(study: Study, raw: pd.DataFrame) -> dict[tuple[str, str, str], pd.Series]:
    """Return (segment, level, its question) → who is in it, found in the delivered texts."""
    members = {("", "", ""): pd.Series(True, raw.index)}
    headers = {column.variable.question: column.name for column in list_columns(study, WAVE)}
    for segment in study.segments:
        source = study.questionnaire[segment.question]
        for level in study.levels(segment):
            texts = [source.find_answer(code).text["en"] for code in level.answers]
            inside = raw[headers[source.id]].isin(texts)
            members[segment.id, level.code, source.id] = inside
    return members


def list_texts(study: Study, column: Column) -> dict[str, str]:
    """Return delivered text → answer code for a column of a closed question without numbers."""
    question = study.questionnaire[column.variable.question]
    if question.kind == "multiple":
        return {"Yes": column.variable.answer}
    if question.kind not in ("single", "grid"):
        return {}
    return {answer.text["en"]: answer.code for answer in question.answers}


def test_every_count_by_segment_is_that_of_the_file(
    material: Path, study: Study, wave: WaveResult
) -> None:
    """The other road to each count: the delivered texts counted in the file as it is."""
    raw = read_raw(material)
    key = ["question", "item", "answer", "segment", "level"]
    rows = wave.estimates.rows
    own = rows[rows["statistic"] == "share"].set_index(key)["count"].to_dict()
    compared = 0
    for (segment, level, source), inside in divide_raw(study, raw).items():
        for column in list_columns(study, WAVE):
            variable = column.variable
            if variable.question == source:  # a segment by itself is not estimated
                continue
            delivered = raw.loc[inside, column.name].value_counts()
            for text, code in list_texts(study, column).items():
                at = (variable.question, variable.row, code, segment, level)
                # a level in which nobody was asked has no rows
                assert own.get(at, 0) == delivered.get(text, 0), at
                compared += 1
    # 117 answers, 73 options and 160 cells of grids, in 8 domains; 22 of a segment by itself
    assert compared == (117 + 73 + 160) * 8 - 22


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("experience", "soft1can"),
        ("duration", "currentEmp11"),
        ("projects", "proj1can"),
        ("trainings", "train2"),
        ("users", "rse3"),
        ("satisfied_position", "likert5[satisgen1]"),
        ("satisfied_career", "likert5[satisgen2]"),
    ],
)
def test_means_and_medians_are_those_of_the_file(
    material: Path, wave: WaveResult, question: str, start: str
) -> None:
    raw = pd.read_csv(material / "public_data.csv", dtype=str)
    column = next(name for name in raw if name.startswith(start))
    numbers = raw[column].str.extract(r"^([\d.]+)", expand=False).dropna().astype(float)
    rows = wave.estimates.rows
    own = rows[(rows["question"] == question) & (rows["segment"] == "")].set_index("statistic")
    assert own.loc["mean", "value"] == pytest.approx(numbers.mean(), abs=1e-12)
    assert own.loc["median", "value"] == numbers.median()
    assert own.loc["mean", "base"] == len(numbers)
