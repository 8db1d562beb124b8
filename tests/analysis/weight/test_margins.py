"""Margins are met, by raking as in print and in R; those that cannot be are refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sample import NO_LEVEL, Sample
from analysis.statistics.calibration import summarise_weights
from analysis.weight import weight_responses
from survey.faults import Fault, Refusal
from survey.responses import Responses
from survey.study import Study

Refuse = Callable[[Study, Responses], tuple[Fault, ...]]
Declare = Callable[..., tuple[Study, Responses]]
Real = dict[str, tuple[Study, Responses]]

# Kalton and Flores-Cervantes (2003), Weighting methods, Journal of Official Statistics 19, 81-97:
# 4 rows by 3 columns, sample, population and the raking factors as printed.
SAMPLE = [[20, 40, 40], [50, 140, 310], [100, 50, 50], [30, 100, 70]]
POPULATION = np.array([[80, 40, 55], [60, 150, 340], [170, 60, 200], [55, 165, 125]])
FACTORS = [[1.81, 1.45, 2.02], [1.08, 0.87, 1.21], [2.2, 1.76, 2.45], [1.83, 1.47, 2.04]]

RAKE = 'method = "rake"\nmargins = ["rows", "columns"]\n'

# small samples: eight people in four rows and three columns
EIGHT = {"a": ["a1", "a1", "a2", "a2", "a3", "a3", "a4", "a4"], "b": ["b1", "b2", "b3", "b1"] * 2}
A, B = {"a1": 40, "a2": 30, "a3": 20, "a4": 10}, {"b1": 50, "b2": 25, "b3": 25}


def kalton_rows() -> dict[str, list[str]]:
    cells = [(i, j) for i in range(4) for j in range(3) for _ in range(SAMPLE[i][j])]
    return {"a": [f"a{i + 1}" for i, _ in cells], "b": [f"b{j + 1}" for _, j in cells]}


def kalton_margins() -> dict[str, tuple[str, dict[str, int]]]:
    rows = {f"a{i + 1}": int(n) for i, n in enumerate(POPULATION.sum(axis=1))}
    columns = {f"b{j + 1}": int(n) for j, n in enumerate(POPULATION.sum(axis=0))}
    return {"rows": ("a", rows), "columns": ("b", columns)}


def share(sample: Sample, segment: str, level: str | None) -> float:
    """Weighted share of a level, or of those without one."""
    levels = sample.responses.segments[segment]
    inside = levels.isna() if level is None else levels == level
    weights = sample.responses.weights
    return float(weights[inside].sum() / weights.sum())


def test_post_stratification_meets_its_margin(declare: Declare) -> None:
    """Two of eight in each row: the factor of a row is its share over a quarter."""
    sample = weight_responses(
        *declare(
            EIGHT,
            weighting='method = "post-stratify"\nmargins = ["rows"]',
            margins={"rows": ("a", A)},
        )
    )
    expected = np.repeat([1.6, 1.2, 0.8, 0.4], 2)
    np.testing.assert_allclose(sample.responses.weights, expected, rtol=1e-14)
    assert sample.population == 100
    assert sample.calibrated is not None
    assert sample.calibrated.rounds == 1


def test_raking_gives_the_factors_as_printed(declare: Declare) -> None:
    study, responses = declare(
        kalton_rows(), weighting=RAKE + "most_design_effect = 1.3", margins=kalton_margins()
    )
    sample = weight_responses(study, responses)
    factors = sample.responses.weights * sample.population / responses.n
    for i in range(4):
        for j in range(3):
            cell = (responses.segments["a"] == f"a{i + 1}") & (
                responses.segments["b"] == f"b{j + 1}"
            )
            assert round(float(factors[cell].iloc[0]), 2) == FACTORS[i][j]
            assert factors[cell].nunique() == 1
    assert sample.population == POPULATION.sum() == 1500
    assert sample.calibrated is not None
    assert [balance.name for balance in sample.calibrated.balance] == ["rows", "columns"]
    assert sample.calibrated.balance[0].levels == ("a1", "a2", "a3", "a4")
    assert sample.design is sample.calibrated.design


def test_bounds_hold_and_the_margins_are_met_all_the_same(
    declare: Declare, repository: Path
) -> None:
    """calibrate(calfun="raking", bounds=c(0.9, 2.2)) of R survey 4.1-1, see r_survey_more; its
    weights add up to the population and ours to the respondents, 1,500 to 1,000."""
    golden = pd.read_csv(repository / "tests/golden/r_survey_more/reference.csv")
    expected = golden.loc[golden["key"] == "kalton.raking.0.9.2.2", "value"].to_numpy(float)
    bounds = f"bounds = [{0.9 / 1.5}, {2.2 / 1.5}]"
    study, responses = declare(kalton_rows(), weighting=f"{RAKE}{bounds}", margins=kalton_margins())
    sample = weight_responses(study, responses)
    weights = sample.responses.weights
    by_cell = weights.groupby([responses.segments["b"], responses.segments["a"]], observed=True)
    np.testing.assert_allclose(by_cell.mean() * 1.5, expected, rtol=1e-8)
    for i, target in enumerate(POPULATION.sum(axis=1)):
        assert share(sample, "a", f"a{i + 1}") == pytest.approx(target / 1500, rel=1e-11)
    for j, target in enumerate(POPULATION.sum(axis=0)):
        assert share(sample, "b", f"b{j + 1}") == pytest.approx(target / 1500, rel=1e-11)


@pytest.mark.parametrize("base", ["delivered", "design"])
def test_base_weights_are_where_raking_starts(declare: Declare, base: str) -> None:
    """Within a row the weights keep the proportion of the base weights, here 1 to 3."""
    rows = {**EIGHT, "w": [1, 3] * 4, "s": ["x", "y"] * 4, "size": [40, 120] * 4}
    sample = weight_responses(
        *declare(
            rows,
            columns='weight = "w"\nstratum = "s"\ndesign = ["size"]',
            design='[[design.stage]]\nstratum = "stratum"\npopulation = "size"',
            weighting=f'method = "post-stratify"\nbase = "{base}"\nmargins = ["rows"]',
            margins={"rows": ("a", A)},
        )
    )
    expected = np.outer([1.6, 1.2, 0.8, 0.4], [0.5, 1.5]).ravel()
    np.testing.assert_allclose(sample.responses.weights, expected, rtol=1e-14)
    assert sample.calibrated is not None
    assert sample.calibrated.before.design_effect == pytest.approx(1.25, rel=1e-14)
    assert sample.population == 100, "the margin's total, not the design's"


def test_who_has_no_level_keeps_her_share(declare: Declare) -> None:
    """Two of ten without a row keep 0.2; the others' targets scale to 0.8: 3.2, 2.4, 1.6, 0.8
    of 10 for two respondents each."""
    rows = {"a": [*EIGHT["a"], "", ""], "b": [*EIGHT["b"], "b1", "b1"]}
    sample = weight_responses(
        *declare(
            rows,
            weighting='method = "post-stratify"\nmargins = ["rows"]\nmissing = "own-share"',
            margins={"rows": ("a", A)},
        )
    )
    expected = [*np.repeat([1.6, 1.2, 0.8, 0.4], 2), 1.0, 1.0]
    np.testing.assert_allclose(sample.responses.weights, expected, rtol=1e-14)
    assert share(sample, "a", "a1") == pytest.approx(0.32, rel=1e-14)
    assert sample.calibrated is not None
    balance = sample.calibrated.balance[0]
    assert balance.levels == ("a1", "a2", "a3", "a4", NO_LEVEL)
    np.testing.assert_allclose(balance.target, [0.32, 0.24, 0.16, 0.08, 0.2], rtol=1e-14)
    assert sample.population == 100, "the register counts those too whose level is unknown"


def test_the_own_share_is_that_under_the_base_weights(declare: Declare) -> None:
    """One of five without a row, with weight 4 of 8: half of the sum is hers."""
    rows = {"a": ["a1", "a2", "a3", "a4", ""], "b": ["b1"] * 5, "w": [1, 1, 1, 1, 4]}
    sample = weight_responses(
        *declare(
            rows,
            columns='weight = "w"',
            weighting='method = "post-stratify"\nbase = "delivered"\nmargins = ["rows"]\n'
            'missing = "own-share"',
            margins={"rows": ("a", A)},
        )
    )
    np.testing.assert_allclose(sample.responses.weights, [1.0, 0.75, 0.5, 0.25, 2.5], rtol=1e-14)


def test_without_own_share_a_missing_level_is_refused(declare: Declare, refuse: Refuse) -> None:
    rows = {key: [*values, ""] for key, values in EIGHT.items()}
    rows["b"][-1] = "b1"
    study, responses = declare(
        rows,
        weighting='method = "post-stratify"\nmargins = ["rows"]',
        margins={"rows": ("a", A)},
    )
    assert refuse(study, responses) == (
        Fault(
            'wave 2025: margin "rows"',
            "1 of 9 respondents without a level",
            'a level for every analysed respondent (missing = "refuse")',
            'set missing = "own-share" under [weighting], so that they keep their share, or leave '
            "this margin out",
        ),
    )


def test_every_fault_of_the_margins_is_told_at_once(declare: Declare, refuse: Refuse) -> None:
    rows = {"a": ["a1", "a2", "a3", "a3"], "b": ["b1", "b2", "b1", "b2"]}
    study, responses = declare(
        rows,
        weighting=RAKE,
        margins={
            "rows": ("a", {"a1": 40, "a2": 50, "a4": 10}),
            "columns": ("b", {"b1": 100, "b2": 0}),
        },
    )
    assert refuse(study, responses) == (
        Fault(
            'wave 2025: margin "rows", level "a3"',
            "2 of 4 respondents but no count of the population above 0",
            "a count for every level that respondents have",
            "add its count, merge the level in segments.toml, or leave this margin out",
        ),
        Fault(
            'wave 2025: margin "rows", level "a4"',
            "a count of 10 but no respondents",
            "respondents in every level that is counted",
            "merge the level with another in segments.toml, or leave this margin out",
        ),
        Fault(
            'wave 2025: margin "columns", level "b2"',
            "2 of 4 respondents but no count of the population above 0",
            "a count for every level that respondents have",
            "add its count, merge the level in segments.toml, or leave this margin out",
        ),
    )


def test_a_level_whose_answers_were_not_understood_is_told_as_such(
    declare: Declare, refuse: Refuse
) -> None:
    study, responses = declare(
        {"a": ["a1", "a2", "A-3", "A-3"], "b": ["b1", "b2", "b1", "b2"]},
        weighting='method = "rake"\nmargins = ["rows"]\nmissing = "own-share"',
        margins={"rows": ("a", {"a1": 40, "a2": 50, "a3": 10})},
    )
    (fault,) = refuse(study, responses)
    assert fault.found == "a count of 10 but no respondents; 2 of 4 have no level at all"
    assert fault.todo == (
        "merge the level with another in segments.toml, or leave this margin out; or declare how "
        '"a" was answered in this wave'
    )


def test_a_level_counted_as_zero_without_respondents_does_no_harm(declare: Declare) -> None:
    sample = weight_responses(
        *declare(
            {"a": ["a1", "a2", "a1", "a2"], "b": ["b1"] * 4},
            weighting='method = "post-stratify"\nmargins = ["rows"]',
            margins={"rows": ("a", {"a1": 3, "a2": 1, "a3": 0})},
        )
    )
    assert sample.responses.weights.tolist() == [1.5, 0.5, 1.5, 0.5]


def test_margins_that_disagree_on_the_total_are_refused(declare: Declare, refuse: Refuse) -> None:
    """When the study is loaded, and again when it was put together in another way."""
    margins = {"rows": ("a", A), "columns": ("b", {**B, "b3": 26})}
    with pytest.raises(Refusal) as refused:
        declare(EIGHT, weighting=RAKE, margins=margins)
    allowed, todo = (
        "margins of one population, with one total",
        "scale or correct the counts of one of them",
    )
    found = 'margin "rows" adds up to 100 and margin "columns" to 101'
    (fault,) = refused.value.faults
    assert fault.where.endswith("/waves/2025.toml: weighting margins")
    assert fault == Fault(fault.where, found, allowed, todo)
    study, responses = declare(EIGHT, weighting=RAKE, margins={**margins, "columns": ("b", B)})
    counts = (("b1", 50.0), ("b2", 25.0), ("b3", 26.0))
    changed = tuple(
        m.model_copy(update={"counts": counts}) if m.id == "columns" else m for m in study.margins
    )
    assert refuse(study.model_copy(update={"margins": changed}), responses) == (
        Fault("wave 2025: weighting", found, allowed, todo),
    )


def test_margins_that_cannot_be_met_together_are_refused(declare: Declare, refuse: Refuse) -> None:
    """Row and column are one and the same for these respondents, and their counts differ."""
    rows = {"a": ["a1", "a2"] * 4, "b": ["b1", "b2"] * 4}
    study, responses = declare(
        rows,
        weighting=RAKE,
        margins={"rows": ("a", {"a1": 50, "a2": 50}), "columns": ("b", {"b1": 60, "b2": 40})},
    )
    (fault,) = refuse(study, responses)
    assert fault.where == "wave 2025: weighting"
    assert fault.found == (
        "margins rows and columns contradict each other: a1 of rows has target 4 and b1 of columns "
        "has target 4.8, for the same respondents (counts scaled to the number of respondents)"
    )
    assert fault.allowed == "margins that weights can meet together, within the bounds"
    assert fault.todo == "correct one of them, or merge levels; or leave a margin out"


def test_bounds_too_narrow_for_a_margin_are_refused(declare: Declare, refuse: Refuse) -> None:
    study, responses = declare(
        EIGHT,
        weighting=RAKE + "bounds = [0.9, 1.2]",
        margins={"rows": ("a", A), "columns": ("b", B)},
    )
    (fault,) = refuse(study, responses)
    assert fault.found == (
        "margin rows: level a1 has weight 2 and target 3.2, a factor of 1.6, outside the bounds "
        "0.9 to 1.2 (counts scaled to the number of respondents)"
    )
    assert fault.todo == "widen the bounds or merge the level; or leave a margin out"


def test_a_margin_over_a_question_that_was_not_asked_is_refused(
    declare: Declare, refuse: Refuse
) -> None:
    study, responses = declare(
        EIGHT, weighting=RAKE, margins={"rows": ("a", A), "columns": ("b", B)}
    )
    lacking = responses.with_(segments=responses.segments[["b"]])
    (fault,) = refuse(study, lacking)
    assert fault.where == 'wave 2025: margin "rows"'
    assert fault.found == 'no levels of the segment "a", whose question was not asked'


def test_raking_without_margins_is_refused(declare: Declare, refuse: Refuse) -> None:
    study, responses = declare(EIGHT, weighting='method = "none"')
    wave = study.waves[0]
    decision = wave.weighting.model_copy(update={"method": "rake"})
    changed = study.model_copy(update={"waves": (wave.model_copy(update={"weighting": decision}),)})
    assert refuse(changed, responses) == (
        Fault(
            "wave 2025: weighting",
            'method = "rake" without margins',
            "the ids of the margins to be met",
            'name them in margins = […], or set method = "none" with its reason',
        ),
    )


@given(st.lists(st.integers(1, 1000), min_size=4, max_size=4), st.integers(0, 2**32 - 1))
def test_raked_margins_equal_their_targets_whatever_they_are(
    real: Real, counts: list[int], seed: int
) -> None:
    study, responses = real["2025"]
    levels = [level for level, _ in study.margins[0].counts]
    rng = np.random.default_rng(seed)
    drawn = {m.id: rng.integers(50, 500, len(m.counts)) * 1.0 for m in study.margins}
    drawn["sector"][: len(counts)] += counts
    total = drawn["sector"].sum()
    margins = tuple(
        m.model_copy(
            update={
                "counts": tuple(
                    (code, float(n) * total / drawn[m.id].sum())
                    for (code, _), n in zip(m.counts, drawn[m.id], strict=True)
                )
            }
        )
        for m in study.margins
    )
    wave = study.wave("2025")
    free = wave.weighting.model_copy(update={"bounds": None, "most_design_effect": 1e6})
    waves = tuple(
        one.model_copy(update={"weighting": free}) if one.id == "2025" else one
        for one in study.waves
    )
    sample = weight_responses(
        study.model_copy(update={"margins": margins, "waves": waves}), responses
    )
    assert len(levels) == 5
    assert sample.responses.weights.mean() == pytest.approx(1, rel=1e-12)
    assert sample.population == pytest.approx(total, rel=1e-12)
    assert sample.calibrated is not None
    for balance in sample.calibrated.balance:
        np.testing.assert_allclose(balance.after, balance.target, rtol=1e-11)


@pytest.mark.parametrize(
    ("wave", "n", "effective", "design_effect", "smallest", "largest"),
    [
        ("2025", 342, 312.6, 1.0939, 0.5762, 1.8042),
        ("2026", 287, 243.9, 1.1767, 0.5503, 2.5),
    ],
)
def test_raked_waves_of_ai_cultuur_meet_the_register(
    real: Real,
    wave: str,
    n: int,
    effective: float,
    design_effect: float,
    smallest: float,
    largest: float,
) -> None:
    study, responses = real[wave]
    sample = weight_responses(study, responses)
    summary = summarise_weights(sample.design.weights)
    assert summary.n == n
    assert round(summary.effective_n, 1) == effective
    assert round(summary.design_effect, 4) == design_effect
    assert (round(summary.smallest, 4), round(summary.largest, 4)) == (smallest, largest)
    assert sample.population == 96_000
    assert sample.responses.weights.mean() == pytest.approx(1, rel=1e-12)
    assert sample.design.weights.tolist() == sample.responses.weights.tolist()
    for segment in ("sector", "omvang"):
        margin = study.margin(segment, wave)
        assert margin is not None
        unknown = share(sample, segment, None)
        assert unknown == pytest.approx(responses.segments[segment].isna().mean(), rel=1e-12)
        for level, count in margin.counts:
            target = count / 96_000 * (1 - unknown)
            assert share(sample, segment, level) == pytest.approx(target, rel=1e-11)
