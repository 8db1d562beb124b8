"""What joins two waves: the overlap that the later one declares, and answers that were split."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.compare.previous import link_units, stack_samples
from analysis.statistics.design import Design, declare_design
from survey.faults import Refusal

YES: dict[str, Any] = {"id": "yes", "kind": "single", "answers": [["y", "Y"], ["n", "N"]]}
NUMBER: dict[str, Any] = {"id": "number", "kind": "number", "bins": [0, 100]}


def make_frame(n: int, seed: int, start: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    keys = pd.Series([f"k{i}" for i in range(start, start + n)], dtype=object)
    return pd.DataFrame(
        {
            "yes": np.where(draw.uniform(size=n) < 0.4, "y", "n").astype(object),
            "number": draw.gamma(3, 2, size=n),
            "panel": keys,
            "cluster": [f"c{i // 4}" for i in range(start, start + n)],
        }
    )


def test_independent_waves_give_the_t_of_welch(tools):
    """pingouin.ttest (Welch): each wave is a stratum, so the variances are s²/n; degrees n − 3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

    study = tools.study([YES, NUMBER], [])
    frames = [make_frame(80, 1), make_frame(50, 2)]
    samples = [tools.sample(study, wave, f) for wave, f in zip("ab", frames, strict=True)]
    found = tools.compare(study, *samples).comparisons
    assert set(found["overlap"]) == {"unknown"}
    old, new = (frame["number"].to_numpy() for frame in frames)
    welch = pingouin.ttest(new, old, correction=True).iloc[0]
    row = tools.pick(found, question="number").iloc[0]
    assert row["score"] == pytest.approx(welch["T"], rel=1e-10)
    assert row["degrees"] == 127
    assert row["effect"] == pytest.approx(pingouin.compute_effsize(new, old, eftype="cohen"))
    old, new = ((frame["yes"] == "y").to_numpy(float) for frame in frames)
    share = tools.pick(found, question="yes", answer="y").iloc[0]
    joint = np.concatenate([new, old]).mean()  # the variance of a share, were both equal
    error = np.sqrt(joint * (1 - joint) * (1 / (len(new) - 1) + 1 / (len(old) - 1)))
    assert share["score"] == pytest.approx((new.mean() - old.mean()) / error, rel=1e-10)
    h = 2 * np.arcsin(np.sqrt(new.mean())) - 2 * np.arcsin(np.sqrt(old.mean()))
    assert share["effect"] == pytest.approx(h)


def test_the_same_people_twice_give_the_paired_t(tools):
    """A whole panel: the influences are differences of pairs, so t is that of pingouin's paired
    test; one degree is lost as for every comparison of two means (svyttest)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

    study = tools.study([NUMBER], [], overlap="panel")
    one = make_frame(40, 3)
    two = one.assign(number=one["number"] + np.random.default_rng(4).normal(0.5, 1, 40))
    two = two.sample(frac=1, random_state=1)
    samples = [tools.sample(study, "a", one), tools.sample(study, "b", two)]
    (row,) = tools.compare(study, *samples).comparisons.to_dict("records")
    paired = pingouin.ttest(two.sort_index()["number"], one["number"], paired=True).iloc[0]
    assert row["score"] == pytest.approx(paired["T"], rel=1e-10)
    assert row["degrees"] == 40 - 1 - 1


@pytest.mark.parametrize("overlap", ["unknown", "none", "panel", "cluster"])
def test_the_declared_overlap_decides_and_is_told(tools, overlap):
    study = tools.study([NUMBER], [], overlap=overlap)
    one = make_frame(60, 5)
    two = make_frame(60, 6, start=20).assign(number=np.r_[one["number"][20:], np.arange(20) / 2])
    samples = [tools.sample(study, "a", one), tools.sample(study, "b", two)]
    (row,) = tools.compare(study, *samples).comparisons.to_dict("records")
    units = {"unknown": 120, "none": 120, "panel": 80, "cluster": 20}[overlap]
    strata = 2 if overlap in ("unknown", "none") else 1
    assert row["overlap"] == overlap
    assert row["degrees"] == units - strata - 1
    error = row["value"] / row["score"]
    plain = np.sqrt(one["number"].var() / 60 + two["number"].var() / 60)
    if overlap in ("unknown", "none"):
        assert error == pytest.approx(plain)
    else:
        assert error < 0.95 * plain


def test_keys_link_through_others_and_an_empty_one_links_nothing():
    """Clusters 0 and 1 of the first wave meet in cluster 0 of the second; key "" is nobody's."""
    before = declare_design(5, clusters=[0, 0, 1, 2, 2])
    after = declare_design(4, clusters=[0, 0, 1, 2])
    past = np.array(["a", "b", "c", "", "d"])
    present = np.array(["b", "c", "", "e"])
    first, second = link_units(before, after, past, present)
    assert first[0] == first[1] == first[2] == second[0] == second[1]
    assert len({first[0], first[3], second[2], second[3]}) == 4
    assert first[3] == first[4]


def test_a_missing_key_column_is_refused_with_the_way_out(tools):
    study = tools.study([NUMBER], [], overlap="panel")
    one = tools.sample(study, "a", make_frame(20, 1).drop(columns="panel"))
    two = tools.sample(study, "b", make_frame(20, 2))
    with pytest.raises(Refusal, match="and no panel column in this wave") as refusal:
        tools.compare(study, one, two)
    assert str(refusal.value).startswith("wave a: overlap")
    assert 'say overlap = "unknown"' in str(refusal.value)


def stack(tools, one: Design, two: Design, overlap: str) -> Design:  # type: ignore[no-untyped-def]
    study = tools.study([NUMBER], [], overlap=overlap)
    samples = [
        tools.sample(study, wave, make_frame(12, i), design)
        for i, (wave, design) in enumerate((("a", one), ("b", two)))
    ]
    return stack_samples(*samples, overlap)


def test_a_panel_leaves_finite_populations_out_and_keeps_equal_strata(tools):
    strata = np.arange(12) // 6
    one = declare_design(12, strata=strata, population=np.full(12, 50.0))
    joint = stack(tools, one, one, "panel")
    (stage,) = joint.stages
    assert stage.units == 12
    assert np.isinf(stage.population).all()
    assert len(stage.sampled) == 2


def test_a_unit_that_moved_between_strata_puts_all_in_one(tools):
    one = declare_design(12, strata=np.arange(12) // 6)
    two = declare_design(12, strata=np.r_[1, np.arange(1, 12) // 6])
    joint = stack(tools, one, two, "panel")
    assert len(joint.stages[0].sampled) == 1
    assert joint.stages[0].units == 12


def test_waves_of_other_stages_are_joined_by_their_first(tools):
    one = declare_design(
        12,
        clusters=[np.arange(12) // 3, np.arange(12)],
        population=[np.full(12, 9.0), np.full(12, 8.0)],
    )
    two = declare_design(12)
    joint = stack(tools, one, two, "none")
    (stage,) = joint.stages
    assert stage.units == 4 + 12
    assert np.isinf(stage.population).all()
    both = stack(tools, one, one, "none")
    assert len(both.stages) == 2
    assert np.isfinite(both.stages[0].population).all()


def test_an_answer_that_was_split_goes_on_as_the_net_of_its_parts(tools):
    """ "often" is offered in wave a, its parts from wave b on; the scale has other answers then."""
    often = [
        ["never", "Never"], ["often", "Often", {"until": "a"}],
        ["weekly", "Weekly", {"since": "b", "part_of": "often"}],
        ["daily", "Daily", {"since": "b", "part_of": "often"}],
    ]  # fmt: skip
    use = {"id": "use", "kind": "single", "ordered": True, "answers": often}
    note = {"grade": "split", "note": tools.text("Split."), "comparable": ["never", "often"]}
    study = tools.study([use], [], asks={"use": note})
    old = pd.DataFrame({"use": np.array(["never", "often", "often"] * 10, object)})
    new = pd.DataFrame({"use": np.array(["never", "weekly", "daily", "daily"] * 10, object)})
    samples = [tools.sample(study, "a", old), tools.sample(study, "b", new)]
    found = tools.compare(study, *samples).comparisons
    assert [(r.answer, r.statistic) for r in found.itertuples()] == [
        ("never", "share"), ("often", "net")
    ]  # fmt: skip
    assert found["value"].iloc[1] == pytest.approx(3 / 4 - 2 / 3)
