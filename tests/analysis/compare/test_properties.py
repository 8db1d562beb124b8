"""What must hold for any answers: signs, scales and the textbook's t for equal groups."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.statistics.design import declare_design

QUESTIONS: list[dict[str, Any]] = [
    {"id": "team", "kind": "single", "answers": [["x", "X"], ["y", "Y"]]},
    {"id": "use", "kind": "single", "ordered": True,
     "answers": [["never", "Never"], ["some", "Some"], ["often", "Often"]]},
    {"id": "hours", "kind": "number", "bins": [0, 50]},
]  # fmt: skip
SEGMENTS = [{"id": "team", "question": "team"}]
ROW = ["question", "answer", "statistic", "segment", "level", "versus"]
SIGNED = ["value", "score", "effect"]
UNSIGNED = ["base", "versus_base", "degrees", "p", "p_adjusted"]
FEW = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def make_frame(seed: int, n: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"hours": draw.gamma(2, 4, size=n).round(1)})
    for name, codes in (("team", ["x", "y"]), ("use", ["never", "some", "often"])):
        answers = draw.choice(np.array(codes, object), n)
        frame[name] = pd.Series(answers).mask(draw.uniform(size=n) < 0.1)
    return frame


def run(tools, frames, weights=None, overlap="unknown"):  # type: ignore[no-untyped-def]
    study = tools.study(QUESTIONS, SEGMENTS, overlap=overlap)
    samples = []
    for wave, frame in zip("ab", frames, strict=False):
        given = None if weights is None else weights[: len(frame)]
        samples.append(tools.sample(study, wave, frame, declare_design(len(frame), given)))
    return tools.compare(study, *samples)


def close(found: pd.Series, expected: pd.Series) -> None:
    np.testing.assert_allclose(found.to_numpy(float), expected.to_numpy(float), 1e-7, 1e-10)


@FEW
@given(st.integers(0, 10_000), st.integers(12, 60))
def test_swapping_the_levels_turns_every_sign(tools, seed, n):
    """Of two levels one is the rest of the other; names do not matter."""
    frame = make_frame(seed, n).dropna(subset="team")
    swapped = frame.assign(team=frame["team"].map({"x": "y", "y": "x"}))
    one, other = (run(tools, [part]).comparisons for part in (frame, swapped))
    x, y, renamed = (
        tools.pick(rows, level=level, versus="rest").set_index(ROW[:4]).sort_index()
        for rows, level in ((one, "x"), (one, "y"), (other, "y"))
    )
    assert len(x) == len(y) == len(renamed) > 0
    for name in SIGNED:
        close(x[name], -y[name])
        close(x[name], renamed[name])
    for name in UNSIGNED:
        close(x[name], renamed[name])
    close(x["low"], -y["high"])
    close(x["base"], y["versus_base"])


@FEW
@given(st.integers(0, 10_000), st.sampled_from(["unknown", "panel"]))
def test_swapping_the_waves_turns_every_sign(tools, seed, overlap):
    frames = [make_frame(seed, 40), make_frame(seed + 1, 55)]
    keyed = [frame.assign(panel=[f"k{i}" for i in range(len(frame))]) for frame in frames]
    found = [
        tools.pick(run(tools, both, overlap=overlap).comparisons, versus="previous")
        for both in (keyed, keyed[::-1])
    ]
    joined = found[0].merge(found[1], on=ROW, suffixes=("", "_back"))
    assert len(joined) == len(found[0]) > 0
    for name in SIGNED:
        close(joined[name], -joined[f"{name}_back"])
    close(joined["p"], joined["p_back"])
    close(joined["low"], -joined["high_back"])
    close(joined["base"], joined["versus_base_back"])


@FEW
@given(st.integers(0, 10_000), st.floats(1e-3, 1e4))
def test_scaling_all_weights_changes_nothing(tools, seed, factor):
    weights = np.random.default_rng(seed).uniform(0.3, 3, size=60)
    frames = [make_frame(seed, 50), make_frame(seed + 1, 60)]
    one, other = (run(tools, frames, weights * scale) for scale in (1.0, factor))
    assert list(one.rows["letters"]) == list(other.rows["letters"])
    assert list(one.comparisons["outcome"]) == list(other.comparisons["outcome"])
    for name in one.comparisons.select_dtypes("float"):
        close(one.comparisons[name], other.comparisons[name])


@FEW
@given(st.integers(0, 10_000))
def test_the_order_of_respondents_changes_nothing(tools, seed):
    frame = make_frame(seed, 50)
    weights = np.random.default_rng(seed).uniform(0.3, 3, size=50)
    order = np.random.default_rng(seed + 1).permutation(50)
    one = run(tools, [frame], weights)
    other = run(tools, [frame.iloc[order]], weights[order])
    for name in one.comparisons.select_dtypes("float"):
        close(one.comparisons[name], other.comparisons[name])
    assert list(one.rows["letters"]) == list(other.rows["letters"])


@pytest.mark.parametrize("seed", range(5))
def test_equal_groups_without_weights_give_students_t_of_pingouin(tools, seed):
    """Two groups of m: the linearised variance is n/(n−1) · Σ(y − ȳ)²/m², Student's (and Welch's)
    Σ(y − ȳ)²/(m(m−1)), so t is theirs times √((n−1)/(n−2)); the degrees n − 2 are Student's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

    frame = make_frame(seed, 80).assign(team=np.array(["x", "y"], object)[np.arange(80) % 2])
    row = tools.pick(
        run(tools, [frame]).comparisons, question="hours", level="x", versus="rest"
    ).iloc[0]
    groups = [frame.loc[frame["team"] == level, "hours"].to_numpy() for level in "xy"]
    student = pingouin.ttest(*groups, correction=False).iloc[0]
    assert row["score"] == pytest.approx(student["T"] * np.sqrt(79 / 78), rel=1e-10)
    assert row["degrees"] == student["dof"]
    assert row["effect"] == pytest.approx(pingouin.compute_effsize(*groups, eftype="cohen"))


def test_the_rank_biserial_of_pingouin_is_met_without_weights(tools):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

    frame = make_frame(1, 70).dropna()
    found = run(tools, [frame]).comparisons
    row = tools.pick(found, question="use", statistic="rank", level="x", versus="rest").iloc[0]
    place = frame["use"].map({"never": 0, "some": 1, "often": 2}).astype(float)
    groups = [place[frame["team"] == level] for level in "xy"]
    mwu = pingouin.mwu(*groups)
    assert row["effect"] == pytest.approx(abs(mwu["RBC"].iloc[0]) * np.sign(row["score"]))


def test_scales_that_run_downwards_are_turned_round(tools):
    """An answer listed from high to low: who says more of it is still the higher."""
    found = []
    for direction in ("low-to-high", "high-to-low"):
        codes = ["never", "some", "often"]
        listed = codes if direction == "low-to-high" else codes[::-1]
        use = {"id": "use", "kind": "single", "ordered": True, "direction": direction,
               "answers": tools.choices(*listed)}  # fmt: skip
        study = tools.study([QUESTIONS[0], use], SEGMENTS, "a")
        rows = tools.compare(study, tools.sample(study, "a", make_frame(3, 60))).comparisons
        found.append(tools.pick(rows, statistic="rank", level="x").iloc[0]["effect"])
    assert found[0] == pytest.approx(found[1])
    assert found[0] != 0
