"""A survey held twice in Dutch, from LimeSurvey's full-text headers to its counts.

Nothing of it was published as a table: every count is recomputed from the files with pandas.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.pipeline import StudyResult, run_study
from survey.load import load_study
from survey.study import Study

FIRST, SECOND = "722821", "675712"
AGE = "Hoe oud bent u?"
PLANS = {
    "koffie": "helemaal geen koffie te drinken",
    "ov": "vooral met het openbaar vervoer te reizen",
    "afval": "mijn afval altijd nauwkeurig te scheiden",
    "tanden": "elke dag mijn tanden te poetsen",
}
SINGLE = {
    "geslacht": ("Wat is uw geslacht?", {"femal": "vrouw", "male": "man", "-oth-": "anders"}),
    "opleiding": (
        "Wat is de hoogste opleiding die u heeft afgerond of nu volgt?",
        {**{code: code for code in "123456"}, "-oth-": "anders"},
    ),
}


@pytest.fixture(scope="module")
def material(shared: Path) -> Path:
    return shared / "real" / "ciberlite_nl"


@pytest.fixture(scope="module")
def study(repository: Path, material: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study with both exports and their passports, outside the repository."""
    declared = repository / "tests" / "studies" / "ciberlite"
    place = tmp_path_factory.mktemp("studies") / "ciberlite"
    shutil.copytree(declared, place, ignore=shutil.ignore_patterns("passports"))
    for wave in (FIRST, SECOND):
        export = place / "data_raw" / wave
        export.mkdir(parents=True)
        shutil.copy(declared / "passports" / f"{wave}.toml", export / "SOURCE.toml")
        (file,) = material.glob(f"survey_{wave}_R_data_file_[[]PUBLIC-OU*.csv")
        shutil.copy(file, export)
    return load_study(place)


@pytest.fixture(scope="module")
def result(study: Study) -> StudyResult:
    return run_study(study)


@pytest.fixture(scope="module")
def raw(study: Study) -> dict[str, pd.DataFrame]:
    """Both files as pandas reads them."""
    return {
        wave: pd.read_csv(next((study.data_folder / wave).glob("*.csv")), dtype=str)
        for wave in (FIRST, SECOND)
    }


def count_shares(result: StudyResult, wave: str, question: str, item: str = "") -> dict[str, int]:
    """Return answer → estimated count over all respondents, none left out."""
    rows = result.waves[wave].estimates.rows
    found = rows[
        (rows["question"] == question)
        & (rows["item"] == item)
        & (rows["statistic"] == "share")
        & (rows["segment"] == "")
    ]
    return {answer: int(n) for answer, n in zip(found["answer"], found["count"], strict=True) if n}


def count_cells(raw: pd.DataFrame, column: str) -> dict[str, int]:
    return {str(cell): int(n) for cell, n in raw[column].value_counts().items()}


def find_plan(raw: pd.DataFrame, plan: str) -> str:
    """Return the header of an intention; just one ends so."""
    (column,) = (name for name in raw if f"[Ik ben van plan om de komende maand {plan}." in name)
    return column


@pytest.mark.parametrize("wave", [FIRST, SECOND])
@pytest.mark.parametrize("item", PLANS)
def test_intentions_are_counted_as_delivered(result, raw, wave: str, item: str) -> None:
    expected = count_cells(raw[wave], find_plan(raw[wave], PLANS[item]))
    assert len(expected) >= 4
    assert count_shares(result, wave, "voornemen", item) == expected


@pytest.mark.parametrize("wave", [FIRST, SECOND])
@pytest.mark.parametrize("question", SINGLE)
def test_single_choices_are_counted_as_delivered(result, raw, wave: str, question: str) -> None:
    column, codes = SINGLE[question]
    expected = {codes[cell]: n for cell, n in count_cells(raw[wave], column).items()}
    assert count_shares(result, wave, question) == expected


def test_country_stands_in_the_column_without_a_name(result, raw) -> None:
    delivered = count_cells(raw[SECOND], "Unnamed: 82")
    assert count_shares(result, SECOND, "land") == {
        "nederland": delivered["1"],
        "belgie": delivered["2"],
    }
    assert count_shares(result, FIRST, "land") == {}


@pytest.mark.parametrize("wave", [FIRST, SECOND])
def test_ratings_and_ages_have_the_mean_of_the_file(result, raw, wave: str) -> None:
    (pleasant,) = (
        name for name in raw[wave] if name.endswith("koffie drinken ...Onprettig | Prettig]")
    )
    rows = result.waves[wave].estimates.rows
    means = rows[(rows["statistic"] == "mean") & (rows["segment"] == "")].set_index("question")
    ages = raw[wave][AGE].dropna().astype(float)
    adults = ages[ages >= 18]
    for question, numbers in (
        ("koffie_prettig", raw[wave][pleasant].dropna().astype(float)),
        ("leeftijd", adults),
    ):
        assert means.loc[question, "value"] == pytest.approx(numbers.mean(), abs=1e-12)
        assert means.loc[question, "base"] == len(numbers)


def test_change_between_the_waves_is_the_difference_of_the_files(result, raw) -> None:
    shares = {}
    for wave in (FIRST, SECOND):
        cells = raw[wave][find_plan(raw[wave], PLANS["koffie"])].dropna()
        shares[wave] = cells.isin(["4", "5"]).mean()
    rows = result.compared.rows
    net = rows[
        (rows["question"] == "voornemen")
        & (rows["item"] == "koffie")
        & (rows["answer"] == "wel")
        & (rows["wave"] == SECOND)
        & (rows["segment"] == "")
    ]
    assert net["change"].item() == pytest.approx(shares[SECOND] - shares[FIRST], abs=1e-12)


def test_findings_are_those_of_the_files(result, raw) -> None:
    """Columns of no use, one minor's age, who left half-way, and who was too fast for an adult."""
    found = result.findings
    beyond = found[found["check"] == "out_of_range"]
    minors = (raw[SECOND][AGE] == "17").sum()
    assert list(zip(beyond["question"], beyond["found"], strict=True)) == [("leeftijd", "17")] * (
        minors
    )
    assert set(found["check"]) <= {"unmapped_column", "out_of_range", "incomplete", "speeder"}
    unmapped = found[found["check"] == "unmapped_column"]
    # all columns but the key, two keys of time, the page, one of personal data, and the answers
    for wave, answers in ((FIRST, 10), (SECOND, 11)):
        assert (unmapped["wave"] == wave).sum() == len(raw[wave].columns) - 5 - answers
    assert set(found["action"]) == {"note", "blank"}


def test_first_digits_of_the_postcode_are_refused_at_the_door(result) -> None:
    for wave in result.waves.values():
        kept = [*wave.responses.values, *wave.responses.keys]
        assert not [name for name in kept if "postcode" in name]
    assert not result.findings["column"].str.contains("postcode").any()
