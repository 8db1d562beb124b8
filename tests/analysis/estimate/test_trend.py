"""Waves at the composition of a reference wave, by hand; test_wave holds their errors to R."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimate import standardise_waves

pytestmark = pytest.mark.filterwarnings("error")

# three of stype e, one of h; then the same answers of each type from other numbers of schools
FIRST = {"stype": ["e", "e", "e", "h"], "awards": ["yes", "no", "no", "yes"],
         "api00": [600.0, 700, 800, 500]}  # fmt: skip
SECOND = {"stype": ["e", "h", "h", "h"], "awards": ["no", "yes", "yes", "no"],
          "api00": [700.0, 400, 500, None]}  # fmt: skip


@pytest.fixture
def waves(answer):
    return {"a": answer(FIRST), "b": rename(answer(SECOND))}


def rename(sample):
    """The sample as that of wave b."""
    return replace(sample, responses=sample.responses.with_(wave="b"))


def test_each_level_counts_as_in_the_reference_wave(study, waves, find):
    rows = standardise_waves(study, waves).rows
    assert find(rows, "awards//yes/standardised", wave="b") == pytest.approx(
        3 / 4 * 0 + 1 / 4 * 2 / 3
    )
    assert find(rows, "api00///standardised", wave="b") == pytest.approx(3 / 4 * 700 + 1 / 4 * 450)
    # the reference wave stands at its own composition
    assert find(rows, "awards//yes/standardised") == pytest.approx(2 / 4)
    assert find(rows, "awards//yes/standardised", "count", wave="b") == 2
    assert find(rows, "awards//yes/standardised", "base", wave="b") == 4
    # weights 3/4 for one school and 1/12 for three: 1 / (9/16 + 3/144)
    found = find(rows, "awards//yes/standardised", "effective", wave="b")
    assert found == pytest.approx(1 / (9 / 16 + 3 / 144))


def test_what_is_standardised(study, waves):
    rows = standardise_waves(study, waves).rows
    assert set(rows["statistic"]) == {"standardised"}
    assert set(rows["segment"]) == {""}
    # not the question that the segment is made from, no bins, medians or compositions
    assert set(rows["question"]) == {"awards", "api00"}
    assert set(rows.loc[rows["question"] == "api00", "answer"]) == {""}


def test_weights_count_within_levels_and_in_the_composition(study, answer, find):
    waves = {
        "a": answer(FIRST, weights=[1.0, 1, 2, 4]),
        "b": rename(answer(SECOND, [1.0, 1, 2, 1])),
    }
    rows = standardise_waves(study, waves).rows
    assert find(rows, "awards//yes/standardised", wave="b") == pytest.approx(1 / 2 * 3 / 4)
    found = find(rows, "awards//yes/standardised", "unweighted", wave="b")
    assert found == pytest.approx(1 / 2 * 2 / 3)


def test_no_rows_without_the_reference_wave_or_a_trend(study, replan, waves):
    assert standardise_waves(study, {"b": waves["b"]}).rows.empty
    assert standardise_waves(replan(trend=None), waves).rows.empty


def test_no_rows_for_a_wave_that_lacks_a_level(study, answer, waves):
    only = rename(answer({"stype": ["e", "e"], "awards": ["no", "yes"]}))
    rows = standardise_waves(study, {"a": waves["a"], "b": only}).rows
    assert set(rows["wave"]) == {"a"}


def test_no_row_for_a_number_that_a_level_did_not_give(study, answer, waves):
    silent = SECOND | {"api00": [None, 400.0, 500, 600]}
    rows = standardise_waves(study, {"a": waves["a"], "b": rename(answer(silent))}).rows
    assert set(rows.loc[rows["wave"] == "b", "question"]) == {"awards"}


def test_another_reference_or_segment_changes_the_numbers(replan, waves, find):
    other = replan(trend={"segments": ["stype"], "reference": "b"})
    rows = standardise_waves(other, waves).rows
    assert find(rows, "awards//yes/standardised") == pytest.approx(1 / 4 * 1 / 3 + 3 / 4 * 1)
    crossed = replan(trend={"segments": ["stype", "wide"], "reference": "a"})
    assert standardise_waves(crossed, waves).rows.empty  # nobody said whether it was wide


def test_crossed_segments_hold_their_combinations_fixed(replan, answer, find):
    first = FIRST | {"wide": ["yes", "no", "no", "yes"]}
    second = SECOND | {"stype": ["e", "e", "h", "h"], "wide": ["yes", "no", "yes", "yes"]}
    waves = {"a": answer(first), "b": rename(answer(second))}
    crossed = replan(trend={"segments": ["stype", "wide"], "reference": "a"})
    found = find(standardise_waves(crossed, waves).rows, "awards//yes/standardised", wave="b")
    # e.yes: no (1/4), e.no: yes (2/4), h.yes: yes and no (1/4)
    assert found == pytest.approx(1 / 2 * 1 + 1 / 4 * 1 / 2)


def test_all_or_nobody_is_exact(study, answer, find):
    same = {"stype": ["e", "h"] * 15, "awards": ["yes"] * 30}
    rows = standardise_waves(study, {"a": answer(same, weights=list(np.linspace(0.1, 1, 30)))}).rows
    assert find(rows, "awards//yes/standardised") == 1
    assert find(rows, "awards//yes/standardised", "standard_error") == 0
    assert find(rows, "awards//yes/standardised", "low") == pytest.approx(0.025 ** (1 / 30))
