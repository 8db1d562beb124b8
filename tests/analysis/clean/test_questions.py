"""What tools deliver: value labels, user-missing codes, boxes for "don't know", odd numbers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.clean import clean_wave
from survey.columns import list_columns
from survey.faults import Refusal
from survey.questionnaire import Answer
from survey.responses import Missing
from survey.study import Study


def alter(study: Study, question: str, **changes: object) -> Study:
    """Return the study with some keys of one question changed."""
    asked = study.questionnaire
    altered = asked[question].model_copy(update=changes)
    questions = tuple(altered if q.id == question else q for q in asked.questions)
    copied = asked.model_copy(update={"questions": questions})
    copied.__dict__.pop("by_id", None)
    return study.model_copy(update={"questionnaire": copied})


def test_a_code_without_declaration_is_read_by_its_value_label(klein, raw24, put):
    labels = {"beleid": {"1": "Ja", "2": "No", "8": "Geheim"}}
    raw = replace(put(put(raw24, "3", beleid="1"), "4", beleid="2.0"), value_labels=labels)
    responses, findings = clean_wave(klein, "2024", raw)
    assert responses.values.loc["3", "beleid"] == "ja"
    assert responses.values.loc["4", "beleid"] != "ja"
    raw = replace(put(raw24, "3", beleid="8"), value_labels=labels)
    responses, findings = clean_wave(klein, "2024", raw)
    assert [f.found for f in findings if f.question == "beleid" and f.respondent == "3"] == ["8"]


def test_a_value_label_against_the_declaration_stops(klein, raw24):
    raw = replace(raw24, value_labels={"gebruik": {"1": "Vaak", "3": "Nooit"}})
    with pytest.raises(Refusal) as refusal:
        clean_wave(klein, "2024", raw)
    assert [(fault.found, fault.allowed) for fault in refusal.value.faults] == [
        ('1 is labelled "Vaak" and read as "nooit"', '1 read as "vaak"'),
        ('3 is labelled "Nooit" and read as "vaak"', '3 read as "nooit"'),
    ]


@pytest.mark.parametrize("column", ["gebruik", "kans", "werkvormen[educatie]"])
def test_an_undeclared_user_missing_code_is_no_answer_and_told_once(klein, raw24, put, column):
    raw = put(put(raw24, "1", **{column: "98"}), "2", **{column: "98"})
    raw = replace(
        raw, user_missing={column: frozenset({"98"})}, value_labels={column: {"98": "Hapert"}}
    )
    responses, findings = clean_wave(klein, "2024", raw)
    (finding,) = [one for one in findings if one.check == "user_missing"]
    assert finding.found == '98 "Hapert" in 2 rows, called missing by the file'
    assert not [one for one in findings if one.respondent in ("1", "2") and one.column == column]
    if column != "werkvormen[educatie]":
        assert responses.status.loc["1", column] == Missing.SKIPPED


def test_a_declared_user_missing_code_has_its_meaning(klein, raw24):
    raw = replace(raw24, user_missing={"gebruik": frozenset({"99"})})
    responses, findings = clean_wave(klein, "2024", raw)
    assert (responses.status["gebruik"] == Missing.DONT_KNOW).sum() == 2
    assert not [one for one in findings if one.check == "user_missing"]


def test_a_number_may_have_answers_outside_its_scale(klein, raw24, put):
    dont_know = Answer(code="weet-niet", text={"nl": "Geen idee", "en": "No idea"})
    study = alter(klein, "kans", dont_know=dont_know)
    responses, _ = clean_wave(study, "2024", put(raw24, "1", kans="Geen idee"))
    assert responses.status.loc["1", "kans"] == Missing.DONT_KNOW
    assert pd.isna(responses.values.loc["1", "kans"])


def test_an_ambiguous_number_is_read_and_told(klein, raw24, put):
    responses, findings = clean_wave(klein, "2024", put(raw24, "1", uren="1.250"))
    assert responses.values.loc["1", "uren"] == 1.25
    assert [one.found for one in findings if one.check == "ambiguous_number"] == ["1.250"]


@pytest.mark.parametrize("found", ["ongeveer tien", "8-10"])
def test_a_text_where_a_number_is_due_is_unknown(klein, raw24, put, found):
    responses, findings = clean_wave(klein, "2024", put(raw24, "1", uren=found))
    (finding,) = [one for one in findings if one.question == "uren"]
    assert (finding.check, finding.found) == ("unknown_answer", found)
    assert finding.allowed == "a number from 0 to 60"
    assert responses.status.loc["1", "uren"] == Missing.SKIPPED


@pytest.fixture
def boxed(klein, raw24):
    """werkvormen with a box "don't know" beside its options."""
    box = Answer(code="weet-niet", text={"nl": "Weet niet", "en": "Don't know"})
    study = alter(klein, "werkvormen", dont_know=box)
    cells = raw24.cells.assign(**{"werkvormen[weet-niet]": pd.NA}).astype("string")
    return study, replace(raw24, cells=cells)


def test_a_box_for_dont_know_is_a_status_not_an_option(boxed, put):
    study, raw = boxed
    names = [column.name for column in list_columns(study, "2024")]
    assert "werkvormen[weet-niet]" in names
    empty = {f"werkvormen[{code}]": None for code in ("collectie", "programma", "educatie")}
    raw = put(raw, "1", **{**empty, "werkvormen[weet-niet]": "Y"})
    raw = put(raw, "2", **{"werkvormen[weet-niet]": "Y"})
    responses, findings = clean_wave(study, "2024", raw)
    assert responses.status.loc["1", "werkvormen.collectie"] == Missing.DONT_KNOW
    assert pd.isna(responses.values.loc["1", "werkvormen.collectie"])
    assert "werkvormen.weet-niet" not in responses.values
    mine = [(f.respondent, f.found) for f in findings if f.question == "werkvormen"]
    assert mine == [("2", "collectie, weet-niet")]


@pytest.mark.parametrize(
    ("cell", "labels", "picked"),
    [
        ("Y", {}, True),
        ("1", {}, True),
        ("Educatie", {}, True),
        ("0", {}, False),
        ("N", {}, False),
        ("2", {"2": "Nee"}, False),
        ("5", {"5": "Ja"}, True),
    ],
)
def test_how_tools_say_picked(klein, raw24, put, cell, labels, picked):
    raw = put(raw24, "1", **{"werkvormen[educatie]": cell})
    raw = replace(raw, value_labels={"werkvormen[educatie]": labels})
    responses, findings = clean_wave(klein, "2024", raw)
    assert bool(responses.values.loc["1", "werkvormen.educatie"]) is picked
    assert not [one for one in findings if one.question == "werkvormen"]


def test_an_odd_tick_is_unknown(klein, raw24, put):
    _, findings = clean_wave(klein, "2024", put(raw24, "1", **{"werkvormen[educatie]": "2"}))
    (finding,) = [one for one in findings if one.question == "werkvormen"]
    assert (finding.check, finding.found) == ("unknown_answer", "2")
    assert finding.allowed.endswith("for picked, nothing or 0 for not picked")


def test_declared_ticks_replace_the_usual_ones(klein, raw24, put):
    wave = klein.wave("2024")
    asks = tuple(
        ask.model_copy(update={"ticked": ("2",)}) if ask.question == "werkvormen" else ask
        for ask in wave.asks
    )
    changed = wave.model_copy(update={"asks": asks})
    study = klein.model_copy(update={"waves": (klein.waves[0], changed)})
    raw = put(raw24, "1", **{"werkvormen[educatie]": "2"})
    responses, findings = clean_wave(study, "2024", raw)
    assert responses.values.loc["1", "werkvormen.educatie"]
    assert {f.found for f in findings if f.question == "werkvormen"} == {"Y"}


def test_an_answer_that_the_wave_did_not_offer_is_unknown(klein, raw24, put):
    _, findings = clean_wave(klein, "2024", put(raw24, "1", omvang="klein"))
    (finding,) = [one for one in findings if one.question == "omvang"]
    assert finding.found == "klein"
    assert '"Alleen ik"' in finding.allowed


def test_a_text_in_two_unicode_forms_is_one_answer(klein, raw23):
    decomposed = "Bibliotheek\u00a0 "
    cells = raw23.cells.copy()
    cells.loc[3, "In welke sector werk je?"] = decomposed
    responses, _ = clean_wave(klein, "2023", replace(raw23, cells=cells))
    assert responses.values.loc["114000001", "sector"] == "bibliotheek"


def test_a_declared_name_of_an_option_means_picked(klein, raw24, put):
    wave = klein.wave("2024")
    asks = tuple(
        ask.model_copy(update={"answers": (("lessen", "educatie"),)})
        if ask.question == "werkvormen"
        else ask
        for ask in wave.asks
    )
    changed = wave.model_copy(update={"asks": asks})
    study = klein.model_copy(update={"waves": (klein.waves[0], changed)})
    cells = raw24.cells.rename(columns={"werkvormen[educatie]": "werkvormen[lessen]"})
    raw = put(replace(raw24, cells=cells), "1", **{"werkvormen[lessen]": "lessen"})
    responses, findings = clean_wave(study, "2024", raw)
    assert responses.values.loc["1", "werkvormen.educatie"]
    assert not [one for one in findings if one.question == "werkvormen"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Iets anders, namelijk", None),
        (" something  else, namely ", "something  else, namely"),  # case is not squeezed
        ("Something  else, namely", None),
        ("iets-anders", None),
        ("Y", None),
        ("1.0", None),
        ("Ja, vogels", "Ja, vogels"),
        ("12", "12"),
    ],
)
def test_other_ticked_without_a_text_is_picked_and_has_no_text(klein, raw24, put, cell, text):
    responses, findings = clean_wave(klein, "2024", put(raw24, "1", **{"tools[other]": cell}))
    assert responses.values.loc["1", "tools.iets-anders"]
    found = responses.values.loc["1", "tools.iets-anders:text"]
    assert (None if pd.isna(found) else found) == text
    assert not [one for one in findings if one.question == "tools" and one.respondent == "1"]


@pytest.mark.parametrize("cell", ["0", "N", "Nee", " ", None])
def test_other_may_be_delivered_as_not_ticked(klein, raw24, put, cell):
    responses, _ = clean_wave(klein, "2024", put(raw24, "3", **{"tools[other]": cell}))
    assert not responses.values.loc["3", "tools.iets-anders"]
    assert pd.isna(responses.values.loc["3", "tools.iets-anders:text"])
