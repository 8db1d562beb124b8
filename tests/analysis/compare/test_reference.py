"""Comparisons of whole waves against R survey 4.1-1; `reference.R` holds every call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.compare.previous import link_units, stack_samples
from analysis.statistics.design import declare_design, spread_influence

GOLDEN = Path(__file__).parents[2] / "golden"
KEY = ["wave", "question", "item", "answer", "statistic", "segment", "level", "versus"]


def read_reference() -> dict[str, dict[str, float]]:
    frame = pd.read_csv(GOLDEN / "r_compare_waves" / "reference.csv")
    grouped = frame.groupby("key", sort=False)
    return {str(key): dict(zip(part["what"], part["value"], strict=True)) for key, part in grouped}


REFERENCE = read_reference()
FOUND = [key for key in REFERENCE if not key.startswith("linked")]


@pytest.fixture(scope="session")
def found(school_comparisons: pd.DataFrame) -> dict[str, pd.Series]:
    keys = school_comparisons[KEY].agg("/".join, axis=1)
    explored = school_comparisons[~school_comparisons["planned"]]
    return {key: row for key, (_, row) in zip(keys, explored.iterrows(), strict=True)}


@pytest.mark.parametrize("key", [key for key in FOUND if not key.endswith("wide/comp")])
def test_every_number_of_r_is_met(key: str, found: dict[str, pd.Series]) -> None:
    row = found[key]
    assert row["outcome"] == "tested"
    for what, expected in REFERENCE[key].items():
        np.testing.assert_allclose(row[what], expected, rtol=1e-8, err_msg=f"{key} {what}")


def test_levels_that_overlap_take_their_covariance(tools, schools, draw):  # type: ignore[no-untyped-def]
    """A contrast of two options of a multiple choice: most schools picked both."""
    contrast = {
        "id": "wide", "text": tools.text("Wide"), "row": "awards", "answer": "yes",
        "segment": "help", "level": "wide", "versus": "comp", "waves": ["a", "b", "c"],
        "planned": "1999-01-01", "reason": tools.text("Said before."),
    }  # fmt: skip
    plan = schools.plan.model_validate(
        {"contrast": [contrast], "testing": {"least_base": 2}}, context={"languages": ("en",)}
    )
    study = schools.model_copy(update={"plan": plan})
    rows = tools.compare(study, *(draw(wave) for wave in "abc")).comparisons
    planned = rows[rows["planned"]]
    assert list(planned["wave"]) == ["a", "b", "c"]
    for _, row in planned.iterrows():
        expected = REFERENCE[f"{row['wave']}/awards//yes/share/help/wide/comp"]
        for what, number in expected.items():
            assert row[what] == pytest.approx(number, rel=1e-8), what


def test_a_panel_takes_the_covariance_of_those_who_answered_twice(tools):  # type: ignore[no-untyped-def]
    """Schools 1–150 of apistrat, then 51–200: `panel.change` of `r_survey_more/reference.R`."""
    frame = pd.read_csv(GOLDEN / "r_survey_api" / "apistrat.csv")
    reference = pd.read_csv(GOLDEN / "r_survey_more" / "reference.csv")
    value, error, degrees = reference.loc[reference["key"] == "panel.change", "value"]
    study = tools.study([{"id": "api", "kind": "number", "bins": [0, 1000]}], [], overlap="panel")
    samples = []
    for wave, name, rows in (("a", "api99", slice(0, 150)), ("b", "api00", slice(50, 200))):
        part = frame.iloc[rows].reset_index(drop=True)
        answers = pd.DataFrame({"api": part[name].astype(float), "panel": part["snum"].astype(str)})
        weights = (part["pw"] / part["pw"].mean()).to_numpy(float)
        design = declare_design(len(part), weights, part["stype"].to_numpy())
        samples.append(tools.sample(study, wave, answers, design))
    (row,) = tools.compare(study, *samples).comparisons.to_dict("records")
    assert (row["versus"], row["overlap"]) == ("previous", "panel")
    found = [row["value"], row["value"] / row["score"], row["degrees"]]
    np.testing.assert_allclose(found, [value, error, degrees - 1], rtol=1e-8)
    apart = np.zeros((300, 2))  # the influence on the mean of either wave
    for place, sample in enumerate(samples):
        answers = frame.iloc[50 * place : 50 * place + 150][("api99", "api00")[place]].to_numpy()
        total = sample.design.weights.sum()
        mean = sample.design.weights @ answers / total
        apart[150 * place : 150 * (place + 1), place] = (answers - mean) / total
    spread = spread_influence(stack_samples(*samples, "panel"), apart)
    covariance = reference.loc[reference["key"] == "panel.cov", "value"].to_numpy().reshape(2, 2)
    np.testing.assert_allclose(spread.T @ spread, covariance, rtol=1e-8)


def test_clusters_linked_by_panel_keys_are_one_unit(tools):  # type: ignore[no-untyped-def]
    """Districts, some of whose schools moved to another: connected components, as in R."""
    frame = pd.read_csv(GOLDEN / "r_survey_api" / "apiclus1.csv")
    place = np.arange(1, 184)
    moved = np.where(place % 5 == 0, np.roll(frame["dnum"], -1), frame["dnum"])
    parts = {
        "a": (slice(0, 120), frame["api99"], frame["dnum"].to_numpy(), frame["pw"]),
        "b": (slice(60, 183), frame["api00"], moved, frame["pw"] * (1 + place % 3)),
    }
    study = tools.study([{"id": "api00", "kind": "number", "bins": [0, 999]}], [], overlap="panel")
    samples = []
    for wave, (rows, answers, districts, weights) in parts.items():
        given = {"api00": answers.astype(float), "panel": frame["snum"].astype(str)}
        used = weights[rows] / weights[rows].mean()
        design = declare_design(len(used), used.to_numpy(float), None, districts[rows])
        samples.append(tools.sample(study, wave, pd.DataFrame(given)[rows], design))
    (row,) = tools.compare(study, *samples).comparisons.to_dict("records")
    expected = REFERENCE["linked/api00///mean///previous"]
    keys = [sample.responses.keys["panel"].to_numpy(str) for sample in samples]
    units = np.concatenate(link_units(*(sample.design for sample in samples), *keys))
    assert len(np.unique(units)) == expected.pop("units")
    for what, value in expected.items():
        assert row[what] == pytest.approx(value, rel=1e-8), what
