"""From hand-made responses to published numbers: every expected number is worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import compare_waves
from analysis.estimate import estimate_wave
from analysis.lines import choose_bins
from analysis.publish import publish
from analysis.sample import Sample
from analysis.statistics.design import declare_design
from survey.estimates import Estimates
from survey.findings import Finding
from survey.load import load_study
from survey.responses import FlowStep, Missing, Responses
from survey.study import Study

STUDY = """
id = "hand"
title.en = "By hand"
licence = "CC0-1.0"
languages = ["en"]
sample = "self-selected"
respondents.en = "people"
recruitment.en = "By hand."
population.en = "Nobody."
waves = ["a", "b"]

[thresholds]
withhold_below = 3
indicative_below = 6
"""
QUESTIONS = """
[[block]]
id = "all"
text.en = "All"

[[question]]
id = "use"
kind = "single"
block = "all"
ordered = true
text.en = "Use?"
answers = [["never", "Never"], ["some", "Sometimes"], ["often", "Often"]]
dont_know = ["dk", "Don't know"]
nets = [["uses", "Uses it", ["some", "often"]]]

[[question]]
id = "tools"
kind = "multiple"
block = "all"
text.en = "Tools?"
answers = [["chat", "Chat"], ["image", "Image"], ["none", "None"]]
exclusive = ["none"]

[[question]]
id = "places"
kind = "multiple"
block = "all"
text.en = "Places?"
answers = [["house", "House"], ["desk", "Desk"]]

[[question]]
id = "mark"
kind = "rating"
block = "all"
minimum = 0
maximum = 10
text.en = "Mark?"

[[question]]
id = "rank"
kind = "ranking"
block = "all"
most = 2
text.en = "Rank?"
answers = [["x", "X"], ["y", "Y"], ["z", "Z"]]

[[question]]
id = "group"
kind = "single"
block = "all"
text.en = "Group?"
answers = [["left", "Left"], ["right", "Right"]]
"""
SEGMENTS = """
[[segment]]
id = "group"
question = "group"
text.en = "Group"
"""
WAVE = """
id = "{id}"
title.en = "Wave {id}"
fielded = [2025-01-01, 2025-01-31]
shape = "plain"
language = "en"

[columns]
respondent = "id"

[weighting]
method = "none"
reason.en = "By hand."
"""
NAMES = ("use", "tools", "places", "mark", "rank", "group")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("hand")
    (folder / "waves").mkdir()
    (folder / "study.toml").write_text(STUDY)
    (folder / "questionnaire.toml").write_text(QUESTIONS)
    (folder / "segments.toml").write_text(SEGMENTS)
    for wave in ("a", "b"):
        asks = ""
        for name in NAMES:
            grade = "" if wave == "a" else 'grade = "same"\n'
            if wave == "b" and name == "mark":
                grade = 'grade = "reworded"\nnote.en = "Asked anew."\n'
            asks += f'\n[[ask]]\nquestion = "{name}"\n{grade}'
        (folder / "waves" / f"{wave}.toml").write_text(WAVE.format(id=wave) + asks)
    return load_study(folder, need_exports=False)


def respond(wave: str, use: list[str | None], weights: list[float] | None = None) -> Responses:
    """Eight people; `use` varies by test, None is skipped, "dk" is don't know."""
    n = 8
    index = pd.Index([f"r{i}" for i in range(n)])
    order = pd.CategoricalDtype(["never", "some", "often"], ordered=True)
    values = pd.DataFrame(index=index)
    status = pd.DataFrame(index=index)
    values["use"] = pd.Series([u if u != "dk" else None for u in use], index).astype(order)
    kinds = {None: Missing.SKIPPED, "dk": Missing.DONT_KNOW}
    status["use"] = [int(kinds.get(u, Missing.VALID)) for u in use]
    # six ticked something, one of them "none"; two passed over the question
    ticked = {
        "chat": [1, 1, 1, 0, 0, 0, 0, 0],
        "image": [1, 0, 0, 1, 1, 0, 0, 0],
        "none": [0, 0, 0, 0, 0, 1, 0, 0],
    }
    for option, picks in ticked.items():
        values[f"tools.{option}"] = pd.array([bool(p) for p in picks], dtype="boolean")
        status[f"tools.{option}"] = [0] * 6 + [int(Missing.SKIPPED)] * 2
    # no exclusive option: seven reached the page, the last did not
    for option, picks in {"house": [1, 1, 1, 0, 0, 0, 0, 0], "desk": [0] * 8}.items():
        values[f"places.{option}"] = pd.array([bool(p) for p in picks], dtype="boolean")
        status[f"places.{option}"] = [0] * 3 + [2] * 4 + [int(Missing.NOT_REACHED)]
    values["mark"] = pd.array([0, 5, 5, 10, 7, None, None, None], dtype="Float64")
    status["mark"] = [0] * 5 + [2] * 3
    ranks = {"x": [1, 1, 2, 1], "y": [2, None, 1, 2], "z": [None, 2, None, None]}
    for thing, places in ranks.items():
        values[f"rank.{thing}"] = pd.array([*places, *[None] * 4], dtype="Float64")
        status[f"rank.{thing}"] = [0] * 4 + [2] * 4
    values["group"] = pd.Categorical(["left"] * 6 + ["right"] * 2, ["left", "right"])
    status["group"] = 0
    segments = pd.DataFrame({"group": values["group"]}, index=index)
    return Responses(
        study="hand",
        wave=wave,
        values=values,
        status=status.astype("int8"),
        keys=pd.DataFrame(index=index),
        segments=segments,
        weights=pd.Series(weights or [1.0] * n, index=index),
        flags=pd.DataFrame(index=index),
        flow=(FlowStep("received", 0, 9), FlowStep("duplicate", 1, 8), FlowStep("analysed", 0, 8)),
    )


def as_sample(responses: Responses) -> Sample:
    """The responses as a simple sample with their weights."""
    return Sample(responses, declare_design(responses.n, responses.weights.to_numpy(float)))


def sample(wave: str, use: list[str | None], weights: list[float] | None = None) -> Sample:
    return as_sample(respond(wave, use, weights))


USE_A: list[str | None] = ["never", "never", "some", "some", "often", "often", "dk", None]
USE_B: list[str | None] = ["often", "often", "some", "some", "often", "often", "dk", None]


def number(rows: pd.DataFrame, name: str, column: str = "value", **where: str) -> float:
    """One number: `name` is question/item/answer/statistic/segment/level."""
    question, item, answer, statistic, segment, level = (name.split("/") + [""] * 6)[:6]
    where |= {"question": question, "item": item, "answer": answer, "statistic": statistic,
              "segment": segment, "level": level}  # fmt: skip
    for key, value in where.items():
        rows = rows[rows[key] == value]
    assert len(rows) == 1, f"{name}: {len(rows)} rows"
    return float(rows[column].iloc[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("use//never/share", 2 / 6),
        ("use//uses/net", 4 / 6),
        ("use//dk/share", 1 / 7),
        ("use//never/share/group/left", 2 / 6),
        ("tools//chat/share", 3 / 6),
        ("tools//none/share", 1 / 6),
        ("places//house/share", 3 / 7),
        ("places//desk/share", 0.0),
        ("mark///mean", 27 / 5),
        ("mark///median", 5.0),
        ("mark//5/share", 2 / 5),
        ("rank//x/share", 3 / 4),
        ("rank//y/ranked", 3 / 4),
        ("rank//x/rank_mean", 5 / 4),
        ("_segments/group/left/share", 6 / 8),
    ],
)
def test_estimates_equal_the_numbers_worked_out_by_hand(
    study: Study, name: str, expected: float
) -> None:
    rows = estimate_wave(study, sample("a", USE_A)).rows
    assert number(rows, name) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "asked", "answered", "base", "count"),
    [
        ("use//never/share", 8, 7, 6, 2),
        ("use//dk/share", 8, 7, 7, 1),
        ("tools//chat/share", 8, 6, 6, 3),
        ("places//house/share", 8, 3, 7, 3),
        ("mark///mean", 8, 5, 5, 5),
        ("use//never/share/group/left", 6, 6, 6, 2),
    ],
)
def test_bases_are_those_of_the_design(
    study: Study, name: str, asked: int, answered: int, base: int, count: int
) -> None:
    rows = estimate_wave(study, sample("a", USE_A)).rows
    found = [number(rows, name, column) for column in ("asked", "answered", "base", "count")]
    assert found == [asked, answered, base, count]


def test_a_segment_by_itself_is_no_finding(study: Study) -> None:
    rows = estimate_wave(study, sample("a", USE_A)).rows
    own = rows[(rows["question"] == "group") & (rows["segment"] == "group")]
    assert own.empty


def test_weights_move_shares_means_and_the_effective_base(study: Study) -> None:
    weights = [2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    rows = estimate_wave(study, sample("a", USE_A, weights)).rows
    assert number(rows, "use//never/share") == pytest.approx(4 / 8)
    assert number(rows, "use//never/share", "effective") == pytest.approx(8**2 / 12)
    assert number(rows, "use//never/share", "base") == 6
    assert number(rows, "mark///mean") == pytest.approx((0 * 2 + 5 * 2 + 5 + 10 + 7) / 7)


@settings(max_examples=8)
@given(st.floats(0.1, 50), st.permutations(range(8)))
def test_scaled_weights_and_row_order_change_nothing(
    study: Study, factor: float, order: list[int]
) -> None:
    weights = [1.0, 2.0, 1.5, 1.0, 0.5, 1.0, 3.0, 1.0]
    plain = respond("a", USE_A, weights)
    moved = plain.with_(
        values=plain.values.iloc[order],
        status=plain.status.iloc[order],
        segments=plain.segments.iloc[order],
        weights=plain.weights.iloc[order] * factor,
    )
    before = estimate_wave(study, as_sample(plain)).rows
    after = estimate_wave(study, as_sample(moved)).rows
    np.testing.assert_allclose(after["value"], before["value"], rtol=1e-12, equal_nan=True)
    np.testing.assert_allclose(after["effective"], before["effective"], rtol=1e-9)


def test_the_interval_of_two_in_six_is_that_of_korn_and_graubard(study: Study) -> None:
    # Six of the eight sampled answered: se² = 8/7 · 6 · (1/3)(2/3) / 6², so that the effective
    # number is (1/3)(2/3) / se² = 5.25, with 5 degrees of freedom for the six (Korn and Graubard
    # 1998). R 4.2.2: c(qbeta(.025, 1.75, 4.5), qbeta(.975, 2.75, 3.5))
    rows = estimate_wave(study, sample("a", USE_A)).rows
    error = np.sqrt(8 / 7 * 6 * (1 / 3) * (2 / 3) / 6**2)
    assert number(rows, "use//never/share", "standard_error") == pytest.approx(error, abs=1e-12)
    assert number(rows, "use//never/share", "degrees") == 5
    assert number(rows, "use//never/share", "low") == pytest.approx(0.0342886027656, abs=1e-12)
    assert number(rows, "use//never/share", "high") == pytest.approx(0.8032261113077, abs=1e-12)


@pytest.fixture(scope="module")
def compared(study: Study) -> Estimates:
    samples = {"a": sample("a", USE_A), "b": sample("b", USE_B)}
    return compare_waves(study, samples, [estimate_wave(study, one) for one in samples.values()])


def test_change_and_rest_come_from_unrounded_values(compared: Estimates) -> None:
    rows = compared.rows
    assert number(rows, "use//often/share", "change", wave="b") == pytest.approx(2 / 6)
    assert np.isnan(number(rows, "use//often/share", "change", wave="a"))
    # of those on the left three of six ticked chat, on the right none of nobody
    left = number(rows, "places//house/share/group/left", "rest", wave="a")
    assert left == pytest.approx(3 / 6 - 0 / 1)
    assert number(rows, "places//house/share/group/left", "rest_base", wave="a") == 1


def test_a_reworded_question_breaks_the_series(compared: Estimates) -> None:
    later = compared.rows[(compared.rows["wave"] == "b") & (compared.rows["question"] == "mark")]
    assert set(later["grade"]) == {"reworded"}
    assert later["change"].isna().all()


def test_the_gate_withholds_marks_and_rounds(study: Study, compared: Estimates) -> None:
    samples = {"a": sample("a", USE_A), "b": sample("b", USE_B)}
    findings = [Finding("a", "unknown_answer", "blank", "r1", "use", "use", "secret words", "")]
    rows = publish(study, compared, samples, findings).rows
    a = {"wave": "a"}
    assert number(rows, "use//never/share", **a) == 33
    assert number(rows, "use//never/share", "low", **a) == 3.4
    assert number(rows, "mark///mean", **a) == 5.4
    hidden = rows[(rows["segment"] == "group") & (rows["level"] == "right")]
    hidden = hidden[hidden["question"] != "_segments"]
    assert set(hidden["state"]) == {"withheld"}
    blank = ["value", "low", "high", "count", "base", "asked", "answered", "change", "rest"]
    assert hidden[blank].isna().all(axis=None)
    marks = rows[(rows["question"] == "mark") & (rows["segment"] == "")]
    assert set(marks["state"]) == {"indicative"}
    # the rest of the left group is one person: its difference would tell that person's answer
    assert np.isnan(number(rows, "places//house/share/group/left", "rest", **a))
    assert not rows.astype(str).apply(lambda column: column.str.contains("secret")).any(axis=None)
    assert rows["id"].is_unique


def test_flow_and_findings_are_rows_of_the_table(study: Study, compared: Estimates) -> None:
    findings = [Finding("a", "out_of_range", "blank", f"r{i}", "mark") for i in range(3)]
    rows = publish(study, compared, {"a": sample("a", USE_A)}, findings).rows
    assert number(rows, "_flow//analysed/flow") == 8
    assert number(rows, "_flow//duplicate/flow", "count") == 1
    found = rows[rows["question"] == "_findings"]
    assert found[["item", "answer", "level", "value"]].values.tolist() == [
        ["mark", "out_of_range", "blank", 3.0]
    ]


@given(st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 2)), min_size=1, max_size=40))
def test_bins_hold_every_value_in_at_most_ten(values: list[float]) -> None:
    edges = choose_bins(np.array(values))
    assert 2 <= len(edges) <= 11
    assert edges[0] <= min(values)
    assert max(values) <= edges[-1]
    assert list(edges) == sorted(set(edges))


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([0, 3, 7, 40], (0, 5, 10, 15, 20, 25, 30, 35, 40)),
        ([5], (5, 6)),
        ([1, 12], (0, 2, 4, 6, 8, 10, 12)),
        ([0, 100], (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)),
        ([], ()),
    ],
)
def test_bins_are_round(values: list[float], edges: tuple[float, ...]) -> None:
    assert choose_bins(np.array(values, dtype=float)) == edges
