"""Invented answers keep to the questionnaire, and every key of a profile changes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rehearse.cells import value_cells
from analysis.rehearse.invent import Invented, invent_answers
from survey.rehearsal import QuestionProfile, Rehearsal, Tilt, Trait, WaveProfile
from survey.routing_values import meet_condition
from survey.study import Study


def invent(study: Study, wave: str = "2024", seed: int = 1, n: int = 150, **keys: Any) -> Invented:
    """Invent a wave of the small study with a wave profile of the given keys."""
    questions, traits = keys.pop("questions", ()), keys.pop("traits", ())
    profile = WaveProfile(id=wave, seed=seed, completes=n, **keys)
    rehearsal = Rehearsal(traits=traits, questions=questions, waves=(profile,))
    return invent_answers(study, wave, rehearsal, n, np.random.default_rng(seed))


def share(made: Invented, variable: str, *codes: object) -> float:
    """Return the share of the answers (nothing left out) that are one of `codes`."""
    given_answers = made.answers[variable].dropna()
    return float(given_answers.isin(codes).mean())


def test_plain_answers_lean_to_a_population_that_is_known(klein: Study) -> None:
    """Most of the way, so that the rehearsed wave can be weighted to it; declared shares do not."""
    heritage = ("museum", "bibliotheek")
    margin = klein.margins[0]
    found = []
    for part in (0.2, 0.8):
        counts = (("erfgoed", 1000 * part), ("podium", 1000 * (1 - part)))
        study = klein.model_copy(
            update={"margins": (margin.model_copy(update={"counts": counts}),)}
        )
        in_levels = invent(study, n=2000).answers["sector"]
        in_levels = in_levels[in_levels.isin([*heritage, "theater"])]
        found.append(float(in_levels.isin(heritage).mean()))
    assert found[0] == pytest.approx(0.2, abs=0.15)
    assert found[1] == pytest.approx(0.8, abs=0.1)
    declared = (QuestionProfile(id="sector", shares=(("museum", 50), ("theater", 50))),)
    assert share(invent(study, n=2000, questions=declared), "sector", "theater") > 0.45


@settings(max_examples=12)
@given(seed=st.integers(0, 2**31), wave=st.sampled_from(["2023", "2024"]))
def test_answers_keep_to_the_questionnaire(klein: Study, seed: int, wave: str) -> None:
    made = invent(klein, wave, seed, n=40, partials=8, speeders=2, straightliners=2)
    cells = {name: made.answers[name].to_numpy(object) for name in made.answers}
    for question in klein.asked(wave):
        names = [n for n in cells if n.split(":")[0].split(".")[0] == question.id]
        unasked = ~made.asked[question.id].to_numpy(bool)
        assert all(cells[name][row] is None for name in names for row in np.flatnonzero(unasked))
        if question.asked_if:
            values = value_cells(question.asked_if, cells, klein.questionnaire)
            met = meet_condition(question.asked_if, klein.questionnaire, values, made.n)
            assert not (made.asked[question.id].to_numpy(bool) & ~met).any()
        ticks = np.array([[c is True for c in cells[n]] for n in names if ":" not in n])
        if question.kind == "multiple":
            alone = [n.split(".")[1] in question.exclusive for n in names if ":" not in n]
            with_others = ticks[alone].any(axis=0) & ticks[~np.array(alone)].any(axis=0)
            assert not with_others.any()
            assert question.most is None or ticks.sum(axis=0).max() <= question.most
        elif question.kind in ("single", "grid"):
            codes: set[str | None] = {a.code for a in klein.offered_answers(question, wave)}
            codes |= {a.code for _, a in question.outside} | {None}
            assert all(set(cells[name]) <= codes for name in names if ":" not in name)
        elif question.kind in ("rating", "number"):
            numbers = [c for c in cells[question.id] if c is not None]
            assert all(question.minimum <= c <= question.maximum for c in numbers)
        elif question.kind == "ranking":
            rows = [[cells[n][row] for n in names] for row in range(made.n)]
            ranks = [sorted(c for c in row if c is not None) for row in rows]
            assert all(r in ([], [1.0, 2.0, 3.0]) for r in ranks)


def test_same_generator_same_answers_and_another_seed_others(klein: Study) -> None:
    first, again, other = (invent(klein, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first.answers, again.answers)
    pd.testing.assert_frame_equal(first.keys, again.keys)
    assert not first.answers.equals(other.answers)


def test_a_new_profile_for_one_question_leaves_the_others_as_they_were(klein: Study) -> None:
    plain = invent(klein)
    changed = invent(klein, questions=(QuestionProfile(id="kans", typical=9, spread=0.5),))
    differ = [n for n in plain.answers if not plain.answers[n].equals(changed.answers[n])]
    assert differ == ["kans"]
    assert changed.answers["kans"].dropna().mean() > 8.5


def test_partials_stop_at_a_page_and_answer_nothing_after_it(klein: Study) -> None:
    made = invent(klein, partials=60)
    assert made.n == 210
    assert made.marks["partial"].sum() == 60
    last = made.answers[["wensen.tijd", "wensen.geld", "voorbeeld:text"]]
    assert last[made.marks["partial"]].isna().all(axis=None)
    assert made.keys["last_page"][~made.marks["partial"]].eq(4).all()
    assert made.keys["last_page"][made.marks["partial"]].between(1, 3).all()


def test_counts_of_a_profile_scale_with_n(klein: Study) -> None:
    profile = WaveProfile(id="2024", seed=1, completes=100, partials=20, speeders=10)
    rehearsal = Rehearsal(waves=(profile,))
    made = invent_answers(klein, "2024", rehearsal, 50, np.random.default_rng(1))
    assert made.n == 60
    assert made.marks["speeder"].sum() == 5


def test_shares_are_the_distribution(klein: Study) -> None:
    shares = (("nooit", 80), ("soms", 15), ("vaak", 5))
    made = invent(klein, n=2000, questions=(QuestionProfile(id="gebruik", shares=shares),))
    given_answers = made.answers["gebruik"]
    scale = given_answers[given_answers.isin(["nooit", "soms", "vaak"])]
    assert (scale == "nooit").mean() == pytest.approx(0.80, abs=0.03)
    assert (scale == "vaak").mean() == pytest.approx(0.05, abs=0.02)


def test_shares_of_options_and_of_unordered_answers(klein: Study) -> None:
    questions = (
        QuestionProfile(id="werkvormen", shares=(("collectie", 70), ("programma", 10))),
        QuestionProfile(id="sector", shares=(("museum", 75), ("theater", 25))),
        QuestionProfile(
            id="wensen", shares=(("kennis", 90), ("tijd", 4), ("geld", 3), ("hulp", 3))
        ),
    )
    made = invent(klein, n=2000, questions=questions)
    assert share(made, "werkvormen.collectie", True) == pytest.approx(0.69, abs=0.04)
    assert share(made, "werkvormen.educatie", True) == 0
    assert share(made, "sector", "museum") == pytest.approx(0.75, abs=0.03)
    assert (made.answers["wensen.kennis"].dropna() == 1).mean() == pytest.approx(0.90, abs=0.03)


@pytest.mark.parametrize(
    ("keys", "variable", "codes", "expected"),
    [
        ({"id": "gebruik", "outside": (("weet-niet", 40),)}, "gebruik", ("weet-niet",), 0.4),
        ({"id": "uren", "zero": 100}, "uren", (0.0,), 1.0),
        ({"id": "kans", "typical": 2, "spread": 0}, "kans", (2.0,), 1.0),
        ({"id": "uren", "typical": 20, "spread": 0}, "uren", (20.0,), 1.0),
        ({"id": "uren", "typical": 20, "step": 15, "spread": 0}, "uren", (15.0,), 1.0),
    ],
)
def test_keys_of_a_question(
    klein: Study, keys: dict[str, Any], variable: str, codes: tuple[object, ...], expected: float
) -> None:
    made = invent(klein, n=1000, questions=(QuestionProfile(**keys),))
    plain = invent(klein, n=1000)
    assert share(made, variable, *codes) == pytest.approx(expected, abs=0.05)
    assert share(plain, variable, *codes) != pytest.approx(expected, abs=0.05)


def test_skipped_and_answered_are_percentages(klein: Study) -> None:
    questions = (
        QuestionProfile(id="kans", skipped=30),
        QuestionProfile(id="voorbeeld", answered=80, texts=({"nl": "(verzonnen)", "en": "x"},)),
    )
    made = invent(klein, n=1500, questions=questions)
    assert made.answers["kans"].isna().mean() == pytest.approx(0.30, abs=0.05)
    assert made.answers["voorbeeld:text"].notna().mean() == pytest.approx(0.80, abs=0.04)
    assert set(made.answers["voorbeeld:text"].dropna()) == {"(verzonnen)"}


def test_open_answers_say_that_they_are_invented_without_a_profile(klein: Study) -> None:
    written = invent(klein).answers["voorbeeld:text"].dropna()
    assert set(written) == {"(verzonnen antwoord)"}


def test_tilts_push_by_condition_wave_part_and_trait(klein: Study) -> None:
    def agree(made: Invented, item: str) -> float:
        return share(made, f"stellingen.{item}", "eens", "zeer-eens")

    shares = tuple((c, 20) for c in ("zeer-oneens", "oneens", "neutraal", "eens", "zeer-eens"))

    def with_tilts(*tilts: Tilt, traits: tuple[Trait, ...] = ()) -> Invented:
        profile = QuestionProfile(id="stellingen", shares=shares, tilts=tilts)
        return invent(klein, n=1500, questions=(profile,), traits=traits)

    part = with_tilts(Tilt(by=1.0, on=("leuk",)))
    assert agree(part, "leuk") - agree(part, "duur") > 0.25
    here, elsewhere = (
        with_tilts(Tilt(by=1, waves=("2024",))),
        with_tilts(Tilt(by=1, waves=("2023",))),
    )
    assert agree(here, "duur") - agree(elsewhere, "duur") > 0.25
    by_answer = with_tilts(Tilt(by=1.0, when="sector = 'museum'"))
    museum = by_answer.answers["sector"] == "museum"
    agreed = by_answer.answers["stellingen.duur"].isin(["eens", "zeer-eens"])
    assert agreed[museum].mean() - agreed[~museum].mean() > 0.25
    trait = Trait(id="zin", organisation=0, tilts=(Tilt(by=1.0, when="sector = 'museum'"),))
    by_trait = with_tilts(Tilt(by=0.7, trait="zin"), traits=(trait,))
    codes = {a.code: at for at, a in enumerate(klein.questionnaire["stellingen"].answers)}
    scores = by_trait.answers.filter(regex=r"^stellingen\.").apply(lambda c: c.map(codes))
    assert scores.corr().to_numpy()[0, 1:].min() > 0.3  # a shared trait ties the items together
    museum = by_trait.answers["sector"] == "museum"
    assert (
        scores["stellingen.duur"][museum].mean() > scores["stellingen.duur"][~museum].mean() + 0.5
    )


def test_tilts_of_unordered_answers_change_the_odds(klein: Study) -> None:
    plain = QuestionProfile(id="sector", shares=(("museum", 50), ("theater", 50)))
    tilted = plain.model_copy(update={"tilts": (Tilt(by=2.0, on=("theater",)),)})
    odds = []
    for profile in (plain, tilted):
        got = share(invent(klein, n=2000, questions=(profile,)), "sector", "theater")
        odds.append(got / (1 - got))
    assert np.log(odds[1] / odds[0]) == pytest.approx(2.0, abs=0.3)


def test_questions_answered_later_may_tilt_earlier_ones(klein: Study) -> None:
    tilt = Tilt(by=1.5, when="kans >= 6")
    made = invent(klein, n=800, questions=(QuestionProfile(id="gebruik", tilts=(tilt,)),))
    hopeful = np.array([cell is not None and cell >= 6 for cell in made.answers["kans"]])
    often = (made.answers["gebruik"] == "vaak").to_numpy()
    assert often[hopeful].mean() - often[~hopeful].mean() > 0.2


def test_colleagues_share_facts_and_something_of_traits(klein: Study) -> None:
    fact = QuestionProfile(id="sector", fact=True, skipped=0)
    made = invent(klein, n=300, sharing=50, questions=(fact,))
    groups = made.answers["sector"].groupby(made.keys["cluster"])
    several = groups.size() > 1
    assert 40 <= several.sum() <= 80
    assert (groups.nunique() == 1).all()
    assert made.keys["cluster"].nunique() == 300 - (groups.size()[several] - 1).sum()
    opinion = invent(klein, n=300, sharing=50).answers["sector"].groupby(made.keys["cluster"])
    assert (opinion.nunique()[several] > 1).any()


def test_a_trait_of_organisations_makes_colleagues_alike(klein: Study) -> None:
    def correlate(common: float) -> float:
        question = QuestionProfile(id="kans", tilts=(Tilt(by=0.9, trait="zin"),), skipped=0)
        trait = Trait(id="zin", organisation=common)
        made = invent(klein, n=1500, sharing=100, questions=(question,), traits=(trait,))
        pairs = (
            made.answers["kans"]
            .astype(float)
            .groupby(made.keys["cluster"])
            .agg(["first", "last", "size"])
        )
        pairs = pairs[pairs["size"] > 1]
        return float(pairs["first"].corr(pairs["last"]))

    assert correlate(1.0) > 0.6
    assert abs(correlate(0.0)) < 0.15


def test_who_can_have_no_colleague_has_none(klein: Study) -> None:
    fact = QuestionProfile(id="omvang", fact=True, shares=(("alleen", 40), ("groot", 60)))
    made = invent(klein, n=300, sharing=60, alone="omvang = 'alleen'", questions=(fact,))
    alone = made.answers["omvang"] == "alleen"
    sizes = made.keys["cluster"].map(made.keys["cluster"].value_counts())
    assert alone.sum() > 50
    assert sizes[alone].max() == 1


def test_returning_people_keep_key_and_stable_answers(klein: Study) -> None:
    stable = QuestionProfile(id="sector", stable=True, skipped=0)
    waves = (
        WaveProfile(id="2023", seed=5, completes=200, partials=20),
        WaveProfile(id="2024", seed=6, completes=150, returning=40),
    )
    rehearsal = Rehearsal(questions=(stable,), waves=waves)
    before = invent_answers(klein, "2023", rehearsal, 200, np.random.default_rng(5))
    after = invent_answers(klein, "2024", rehearsal, 150, np.random.default_rng(6))
    both = set(before.keys["panel"]) & set(after.keys["panel"])
    assert len(both) == 40 == after.marks["returns"].sum()
    then = before.answers.set_index(before.keys["panel"]).loc[sorted(both)]
    now = after.answers.set_index(after.keys["panel"]).loc[sorted(both)]
    assert (then["sector"] == now["sector"]).all()
    assert 0.3 < (then["kans"] == now["kans"]).mean() + 0.2 < 1.0  # alike, not the same
    assert not before.marks.set_index(before.keys["panel"])["partial"].loc[sorted(both)].any()


def test_durations_follow_minutes_and_speeders_are_fast(klein: Study) -> None:
    made, longer = invent(klein, speeders=6), invent(klein, speeders=6, minutes=24)
    usual = made.keys["seconds"][~made.marks["speeder"]]
    assert usual.median() == pytest.approx(12 * 60, rel=0.15)
    assert longer.keys["seconds"].median() == pytest.approx(
        2 * made.keys["seconds"].median(), rel=0.02
    )
    assert made.keys["seconds"][made.marks["speeder"]].max() < 0.3 * usual.median()
    assert usual.min() > 0.3 * usual.median()


def test_only_declared_straightliners_give_one_answer_throughout(klein: Study) -> None:
    made = invent(klein, n=400, straightliners=7)
    grid = made.answers.filter(regex=r"^stellingen\.").fillna("")
    straight = (grid.nunique(axis=1) == 1) & (grid.iloc[:, 0] != "weet-niet")
    assert straight[made.marks["straightliner"]].all()
    assert made.marks["straightliner"].sum() == 7 == straight.sum()


def test_everybody_starts_in_the_days_of_fieldwork(klein: Study) -> None:
    first, last = klein.wave("2024").fielded
    days = invent(klein).keys["started"].dt.date
    assert days.between(first, last).all()
    assert days.is_monotonic_increasing
