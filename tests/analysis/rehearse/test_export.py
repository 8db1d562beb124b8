"""Exports come out byte for byte again, in every shape, and are read back as they were invented."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from analysis.rehearse import make_export, rehearse_wave
from analysis.rehearse.export import form_passport
from analysis.rehearse.invent import invent_answers
from analysis.weight import weight_responses
from survey.faults import Refusal
from survey.load import PASSPORT, locate_export
from survey.load_rehearsal import load_rehearsal
from survey.rehearsal import Rehearsal, WaveProfile
from survey.responses import Missing
from survey.study import Study
from survey.wave import Passport, SampleDesign, Shape, Stage

SHAPES = get_args(Shape)
PROFILE = Rehearsal(
    waves=(
        WaveProfile(id="2023", seed=1, completes=40, partials=6, tests=2, duplicates=1),
        WaveProfile(id="2024", seed=2, completes=40, partials=6, returning=10, duplicates=1),
    )
)


@pytest.mark.parametrize("wave", ["2024", "2025", "2026"])
def test_the_committed_waves_are_made_again_byte_for_byte(
    culture: Study, wave: str, tmp_path: Path
) -> None:
    committed = locate_export(culture, wave)
    written = rehearse_wave(culture, wave, tmp_path / wave)
    assert {path.name for path in written} == {path.name for path in committed.iterdir()}
    for path in written:
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("wave", ["2023", "2024"])
def test_every_kind_in_every_shape_is_read_as_it_was_invented(
    klein: Study, wave: str, shape: Shape, clean: Any
) -> None:
    made = make_export(klein, wave, PROFILE, shape=shape)
    assert make_export(klein, wave, PROFILE, shape=shape).files == made.files
    responses, findings = clean(klein, made, shape)
    usual = {"test_answer", "duplicate", "incomplete", "speeder"}
    assert {finding.check for finding in findings} <= usual
    seed = PROFILE.wave(wave).seed
    invented = invent_answers(klein, wave, PROFILE, 40, np.random.default_rng(seed))
    names = made.sheet.cells[made.sheet.wave.columns.respondent].astype(str).tolist()
    first = 2 if wave == "2023" else 0  # the test answers stand on top
    rows = dict(zip(names[first:], range(invented.n), strict=False))
    kept = [rows[name] for name in responses.values.index]
    for name in responses.values:
        expected = invented.answers[name].iloc[kept].tolist()
        for found, want, state in zip(
            responses.values[name], expected, _states(responses, name), strict=True
        ):
            _compare(found, want, state, name)


def _states(responses: Any, name: str) -> list[int]:
    if name in responses.status:
        return responses.status[name].tolist()
    return [int(Missing.VALID)] * responses.n


def _compare(found: Any, want: Any, state: int, name: str) -> None:
    """Hold one clean value beside the invented one; its status tells why it is empty."""
    where = f"{name}: {found!r} read, {want!r} invented, {Missing(state).name}"
    if want is None or want is False:
        assert pd.isna(found) or found is False or found == False, where  # noqa: E712
    elif state in (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE):
        assert want in ("weet-niet", "geen-antwoord", "nvt"), where
    else:
        assert state == Missing.VALID, where
        assert not pd.isna(found), where
        assert found == want, where


def test_n_seed_and_shape_change_the_export(klein: Study, tmp_path: Path) -> None:
    plain = rehearse_wave(klein, "2023", tmp_path / "plain")
    assert [path.name for path in plain] == ["klein-2023-invented.xlsx", PASSPORT]
    again = rehearse_wave(klein, "2023", tmp_path / "again")
    assert plain[0].read_bytes() == again[0].read_bytes()
    seeded = rehearse_wave(klein, "2023", tmp_path / "seeded", seed=77)
    assert plain[0].read_bytes() != seeded[0].read_bytes()
    fewer = rehearse_wave(klein, "2023", tmp_path / "fewer", n=25)
    assert tomllib.loads(fewer[-1].read_text("utf-8"))["n"] == 25
    assert tomllib.loads(plain[-1].read_text("utf-8"))["n"] == 200
    shaped = rehearse_wave(klein, "2023", tmp_path / "shaped", shape="limesurvey")
    assert [path.suffix for path in shaped] == [".csv", ".lss", ".toml"]


def test_a_passport_is_read_back_as_it_was(klein: Study) -> None:
    passport = make_export(klein, "2024", PROFILE).passport
    assert Passport.model_validate(tomllib.loads(form_passport(passport))) == passport
    assert passport.invented
    assert passport.n == 47
    assert passport.delivered > klein.wave("2024").fielded[1]
    assert "Niemand" in passport.origin["nl"]


def test_a_profile_may_tell_the_passport_what_to_say(klein: Study) -> None:
    texts = {"nl": "Verzonnen door ons.", "en": "Invented by us."}
    profile = WaveProfile(
        id="2024", seed=1, tool="a pencil", mode=texts, origin=texts, delivered="2024-03-01"
    )
    passport = make_export(klein, "2024", Rehearsal(waves=(profile,)), n=5).passport
    assert (passport.tool, passport.mode, passport.origin) == ("a pencil", texts, texts)
    assert passport.delivered.isoformat() == "2024-03-01"


def test_no_real_export_is_overwritten(klein: Study, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("id\n1\n")
    with pytest.raises(Refusal, match="choose another folder"):
        rehearse_wave(klein, "2024", tmp_path, n=5)
    passport = make_export(klein, "2024", PROFILE).passport
    real = form_passport(passport.model_copy(update={"invented": False}))
    (tmp_path / PASSPORT).write_text(real)
    with pytest.raises(Refusal, match="calls them invented"):
        rehearse_wave(klein, "2024", tmp_path, n=5)
    assert (tmp_path / "answers.csv").read_text() == "id\n1\n"
    (tmp_path / PASSPORT).write_text(form_passport(passport))
    assert rehearse_wave(klein, "2024", tmp_path, n=5)[-1] == tmp_path / PASSPORT


def test_personal_columns_hold_what_nobody_can_take_for_real(culture: Study) -> None:
    rehearsal = load_rehearsal(culture)
    assert rehearsal is not None
    cells = make_export(culture, "2024", rehearsal, n=30).sheet.cells
    assert cells["Email Address"].str.fullmatch(r"verzonnen\d+@example\.org").all()
    assert cells["IP Address"].str.fullmatch(r"192\.0\.2\.\d{1,3}").all()
    assert cells["First Name"].str.startswith("Verzonnen").all()
    contact = cells["Op welk e-mailadres kunnen we je bereiken over je praktijkvoorbeeld?"].dropna()
    assert len(contact) > 3
    assert contact.str.endswith("@example.org").all()
    willing = cells["Wil je een praktijkvoorbeeld van jouw organisatie delen met de sector?"]
    assert willing[contact.index].isin(["Ja", "Misschien"]).all()


def test_every_export_says_that_it_is_invented(culture: Study) -> None:
    rehearsal = load_rehearsal(culture)
    assert rehearsal is not None
    for wave in culture.wave_order:
        files = make_export(culture, wave, rehearsal, n=10).files
        assert all("invented" in name for name in files)
        for content in files.values():
            assert b"verzonnen" in content.lower()


def test_a_sample_drawn_in_stages_is_rehearsed_with_a_design_that_holds(
    klein: Study, clean: Any
) -> None:
    wave = klein.wave("2024")
    columns = wave.columns.model_copy(
        update={"cluster": "org", "stratum": None, "design": ("province", "town", "towns", "orgs")}
    )
    design = SampleDesign(
        stages=(
            Stage(unit="town", stratum="province", population="towns"),
            Stage(unit="cluster", population="orgs"),
        ),
        lonely="centre",
    )
    drawn = wave.model_copy(update={"columns": columns, "design": design})
    study = klein.model_copy(
        update={"waves": tuple(drawn if one.id == "2024" else one for one in klein.waves)}
    )
    made = make_export(study, "2024", PROFILE, shape="plain")
    responses, _ = clean(study, made, "plain")
    towns = pd.crosstab(made.sheet.cells["town"], made.sheet.cells["province"])
    assert (towns.gt(0).sum(axis=1) == 1).all()
    assert towns.shape[1] == 4
    sample = weight_responses(study, responses)
    assert len(sample.design.stages) == 2
    assert sample.design.stages[0].population[0] == 10 * made.sheet.cells["id"].nunique()
