"""The cleaner finds exactly the dirt that was declared, no more and no less."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from analysis.rehearse import make_export
from survey.faults import Refusal
from survey.load_rehearsal import load_rehearsal
from survey.rehearsal import Blemish, QuestionProfile, Rehearsal, WaveProfile
from survey.study import Study

NAMES = {"test": "test_answer"}
DOUBTS = {"incomplete", "speeder", "straightliner"}


@pytest.mark.parametrize("wave", ["2024", "2025", "2026"])
def test_findings_of_the_committed_waves_are_the_declared_dirt(
    culture: Study, wave: str, clean: Any
) -> None:
    rehearsal = load_rehearsal(culture)
    assert rehearsal is not None
    profile = rehearsal.wave(wave)
    made = make_export(culture, wave, rehearsal)
    responses, findings = clean(culture, made)
    planted = Counter((NAMES.get(p.check, p.check), p.respondent) for p in made.planted)
    found = Counter((f.check, f.respondent) for f in findings if f.check not in DOUBTS)
    assert found == planted
    incomplete = {f.respondent for f in findings if f.check == "incomplete"}
    assert len(incomplete) <= profile.partials
    assert responses.n == profile.completes + profile.partials - len(incomplete)
    for doubt, declared in (
        ("speeder", profile.speeders),
        ("straightliner", profile.straightliners),
    ):
        told = {f.respondent for f in findings if f.check == doubt}
        assert len(told) == declared == responses.flags[doubt].sum()


@pytest.mark.parametrize(
    ("keys", "shape"),
    [
        ({"check": "unknown_answer", "question": "gebruik", "to": "nooit nooit"}, None),
        ({"check": "unknown_answer", "question": "stellingen", "item": "leuk", "to": "A9"}, None),
        ({"check": "unknown_answer", "question": "beleid", "to": "mwah"}, "spss"),
        ({"check": "out_of_range", "question": "kans", "to": "11", "rows": 3}, None),
        ({"check": "out_of_range", "question": "kans", "to": "-2.5"}, "spss"),
        ({"check": "not_asked", "question": "uren", "rows": 2}, None),
        ({"check": "not_asked", "question": "tools", "item": "beeld"}, "spss"),
        ({"check": "exclusive_conflict", "question": "tools", "rows": 2}, "plain"),
        ({"check": "too_many_picks", "question": "tools"}, None),
        ({"check": "repeated_rank", "question": "wensen", "rows": 2}, None),
        ({"check": "repeated_rank", "question": "wensen"}, "surveymonkey"),
        ({"check": "unreadable_date", "rows": 2, "to": "%d/%m/%y"}, None),
    ],
)
def test_each_blemish_is_found_where_it_was_put(
    klein: Study, keys: dict[str, Any], shape: Any, clean: Any
) -> None:
    blemish = Blemish(**keys)
    profile = WaveProfile(id="2024", seed=8, completes=60, blemishes=(blemish,))
    many = (("tekst", 90), ("beeld", 90), ("geluid", 70), ("iets-anders", 50), ("geen", 5))
    tools = QuestionProfile(id="tools", shares=many)
    rehearsal = Rehearsal(questions=(tools,), waves=(profile,))
    made = make_export(klein, "2024", rehearsal, shape=shape)
    cells = blemish.rows * (2 if blemish.check == "unreadable_date" else 1)
    assert [planted.check for planted in made.planted] == [blemish.check] * cells
    _, findings = clean(klein, made, shape)
    found = Counter(
        (f.check, f.respondent) for f in findings if f.question in ("", blemish.question)
    )
    planted = Counter((p.check, p.respondent) for p in made.planted)
    # an extra pick or a shown conflict may be told per question as well as per column
    assert {key for key in found if key[0] not in DOUBTS} == set(planted)


def test_duplicates_and_test_answers_are_rows_of_their_own(klein: Study, clean: Any) -> None:
    profile = WaveProfile(id="2023", seed=1, completes=30, duplicates=2, tests=3)
    made = make_export(klein, "2023", Rehearsal(waves=(profile,)))
    assert len(made.sheet.cells) == 35
    responses, findings = clean(klein, made)
    assert responses.n == 30
    assert Counter(f.check for f in findings) == {"test_answer": 3, "duplicate": 2}


def test_test_answers_need_a_rule_that_recognises_them(klein: Study) -> None:
    profile = WaveProfile(id="2024", seed=1, completes=30, tests=3)
    with pytest.raises(Refusal, match=r"waves/2024\.toml that recognises them"):
        make_export(klein, "2024", Rehearsal(waves=(profile,)))


def test_more_blemishes_than_rows_are_refused(klein: Study) -> None:
    blemish = Blemish(check="out_of_range", question="kans", to=99, rows=40)
    profile = WaveProfile(id="2024", seed=1, completes=20, blemishes=(blemish,))
    with pytest.raises(Refusal, match="declare fewer rows"):
        make_export(klein, "2024", Rehearsal(waves=(profile,)))


def test_an_item_that_the_wave_lacks_is_refused(klein: Study) -> None:
    blemish = Blemish(check="unknown_answer", question="stellingen", item="rood", to="?")
    profile = WaveProfile(id="2024", seed=1, completes=20, blemishes=(blemish,))
    with pytest.raises(Refusal, match="name an item or option"):
        make_export(klein, "2024", Rehearsal(waves=(profile,)))


@pytest.mark.parametrize("n", [1, 7])
def test_a_small_rehearsal_has_the_dirt_that_fits(culture: Study, n: int, clean: Any) -> None:
    rehearsal = load_rehearsal(culture)
    assert rehearsal is not None
    full = make_export(culture, "2024", rehearsal)
    made = make_export(culture, "2024", rehearsal, n=n)
    assert len(made.planted) < len(full.planted)
    responses, findings = clean(culture, made)
    assert responses.n >= n
    planted = {(NAMES.get(p.check, p.check), p.respondent) for p in made.planted}
    assert {(f.check, f.respondent) for f in findings if f.check not in DOUBTS} == planted
