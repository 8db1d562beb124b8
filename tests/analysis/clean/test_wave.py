"""The small study, both waves: every answer, absence, finding and step of the flow by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.clean import clean_wave
from analysis.read import read_export
from survey.load import load_study
from survey.responses import FlowStep, Missing


@pytest.fixture(scope="module")
def wave23(klein, raw23):
    return clean_wave(klein, "2023", raw23)


@pytest.fixture(scope="module")
def wave24(klein, raw24):
    return clean_wave(klein, "2024", raw24)


def test_the_flow_counts_everybody_once(wave23, wave24):
    assert wave23[0].flow == (
        FlowStep("received", 0, 31),
        FlowStep("test_answer", 1, 30),
        FlowStep("duplicate", 1, 29),
        FlowStep("consequence", 0, 29),
        FlowStep("incomplete", 0, 29),
        FlowStep("speeder", 0, 29),
        FlowStep("straightliner", 0, 29),
        FlowStep("analysed", 0, 29),
    )
    assert [(step.reason, step.removed) for step in wave24[0].flow if step.removed] == [
        ("incomplete", 1)
    ]
    assert (wave23[0].n, wave24[0].n) == (29, 32)


def test_every_problem_is_one_finding(wave23, wave24):
    assert [(f.check, f.respondent, f.question, f.action, f.found) for f in wave23[1]] == [
        ("test_answer", "114000013", "", "drop", "Email Address contains @example.org"),
        ("unreadable_date", "114000008", "", "note", "2023-01-99"),
        ("duplicate", "114000011", "", "drop", '"114000011" in rows 13, 33; this is row 13'),
        ("unknown_answer", "114000007", "sector", "blank", "Musseum"),
        ("out_of_range", "114000009", "kans", "blank", "11"),
        ("speeder", "114000005", "", "note", "45 seconds"),
        ("straightliner", "114000010", "", "note", "the same answer on every item"),
    ]
    assert [(f.check, f.respondent, f.question, f.action, f.found) for f in wave24[1]] == [
        ("corrected", "7", "", "note", '"400"'),
        ("exclusive_conflict", "24", "tools", "blank", "tekst, geen"),
        ("unknown_answer", "28", "impact", "blank", "enorm"),
        ("repeated_rank", "26", "wensen", "blank", "tijd: 1, geld: 3"),
        ("not_asked", "22", "tools", "blank", "Y"),
        ("not_asked", "22", "beleid", "blank", "nee"),
        ("not_asked", "24", "beleid", "blank", "nee"),
        ("incomplete", "19", "", "drop", "44% of the asked questions answered"),
        ("speeder", "12", "", "note", "30 seconds"),
        ("straightliner", "14", "", "note", "the same answer on every item"),
    ]


def test_codes_of_a_reversed_scale_become_answers(wave24, raw24):
    cells = raw24.cells.set_index("id")["stellingen[nuttig]"]
    values = wave24[0].values["stellingen.nuttig"]
    meaning = {"A1": "zeer-eens", "A2": "eens", "A3": "neutraal", "A4": "oneens"}
    for delivered, answer in meaning.items():
        people = cells.index[(cells == delivered).fillna(False)].difference(["19"])
        assert (values[people] == answer).all()
        assert len(people) == (values == answer).sum()
    assert values.cat.ordered
    assert values.cat.categories.tolist() == [
        "zeer-oneens",
        "oneens",
        "neutraal",
        "eens",
        "zeer-eens",
    ]


def test_categories_are_what_the_wave_offered(wave23, wave24):
    assert wave23[0].values["omvang"].cat.categories.tolist() == ["klein", "midden", "groot"]
    assert wave24[0].values["omvang"].cat.categories.tolist() == [
        "alleen",
        "enkelen",
        "midden",
        "groot",
    ]
    assert "stellingen.groen" not in wave23[0].values
    assert "beleid" not in wave23[0].values


def test_columns_have_their_types(wave24):
    kinds = wave24[0].values.dtypes.astype(str)
    assert kinds["werkvormen.collectie"] == "boolean"
    assert kinds[["uren", "kans", "wensen.tijd"]].unique().tolist() == ["Float64"]
    assert kinds[["voorbeeld:text", "sector.anders:text"]].unique().tolist() == ["string"]
    assert set(wave24[0].status.dtypes.astype(str)) == {"int8"}
    assert wave24[0].keys.columns.tolist() == [
        "started",
        "finished",
        "seconds",
        "last_page",
        "cluster",
        "panel",
    ]
    assert wave24[0].values.index.equals(wave24[0].status.index)


@pytest.mark.parametrize(
    ("respondent", "variable", "missing"),
    [
        ("4", "omvang", Missing.REFUSED),
        ("22", "tools.tekst", Missing.NOT_ASKED),  # filled in though nobody asked: blanked
        ("22", "beleid", Missing.NOT_ASKED),
        ("2", "uren", Missing.NOT_ASKED),
        ("24", "tools.tekst", Missing.SKIPPED),  # the exclusive option with another: blanked
        ("28", "impact.werk.1jaar", Missing.SKIPPED),
        ("28", "impact.werk.5jaar", Missing.VALID),
        ("26", "wensen.geld", Missing.SKIPPED),
        ("20", "wensen.tijd", Missing.SKIPPED),  # its page was seen
    ],
)
def test_absence_is_typed(wave24, respondent, variable, missing):
    assert Missing(wave24[0].status.loc[respondent, variable]) is missing
    assert pd.isna(wave24[0].values.loc[respondent, variable]) == (missing != Missing.VALID)


def test_after_the_last_answer_nothing_was_reached(wave23):
    status = wave23[0].status
    assert (status.loc["114000016", ["stellingen.duur", "kans"]] == Missing.NOT_REACHED).all()
    assert (status.loc["114000017", ["impact.werk.1jaar", "kans"]] == Missing.NOT_REACHED).all()
    assert status.loc["114000017", "stellingen.duur"] == Missing.VALID
    assert status.loc["114000021", "kans"] == Missing.SKIPPED  # the next question is answered
    assert status.loc["114000023", "stellingen.leuk"] == Missing.SKIPPED


def test_the_last_page_seen_decides_where_the_export_tells_it(klein, raw24, put, rule):
    everybody = rule(klein, incomplete="keep")
    cells = {"stellingen[nuttig]": None, "kans": None, "gebruik": "2"}
    for page, missing in (("2", Missing.NOT_REACHED), ("3", Missing.SKIPPED)):
        raw = put(raw24, "19", lastpage=page, **cells)
        status = clean_wave(everybody, "2024", raw)[0].status
        assert status.loc["19", "kans"] == missing


def test_an_answer_further_on_outweighs_the_last_page(klein, raw24, put):
    raw = put(raw24, "1", lastpage="1", kans=None)
    assert clean_wave(klein, "2024", raw)[0].status.loc["1", "kans"] == Missing.SKIPPED


@pytest.mark.parametrize(
    ("no", "filled_in", "missing"),
    [
        (None, None, Missing.NOT_REACHED),
        ("N", None, Missing.SKIPPED),  # others have nothing there: the page was delivered
        ("0", None, Missing.SKIPPED),
        ("N", "N", Missing.NOT_REACHED),  # a tool that fills it in for everybody tells nothing
    ],
)
def test_options_delivered_as_not_picked_show_that_the_question_was_reached(
    klein, raw24, put, rule, no, filled_in, missing
):
    options = [name for name in raw24.cells if name.startswith("tools[") and "other" not in name]
    later = raw24.cells.columns[raw24.cells.columns.get_loc("uren") :]
    raw = put(raw24, "2", lastpage=None, **dict.fromkeys(later), **dict.fromkeys(options))
    cells = raw.cells.copy()
    if filled_in:
        cells[options] = cells[options].fillna(filled_in)
    raw = put(replace(raw, cells=cells), "2", **dict.fromkeys(options, no))
    status = clean_wave(rule(klein, incomplete="keep"), "2024", raw)[0].status
    assert status.loc["2", "tools.tekst"] == missing
    assert status.loc["2", "uren"] in (Missing.NOT_REACHED, Missing.NOT_ASKED)


def test_a_question_that_was_not_asked_is_not_reached_by_a_delivered_no(klein, raw24, put, rule):
    options = [name for name in raw24.cells if name.startswith("tools[") and "other" not in name]
    later = raw24.cells.columns[raw24.cells.columns.get_loc("uren") :]
    before = dict.fromkeys(("omvang", "werkvormen[collectie]", *later, "lastpage"))
    raw = put(raw24, "2", **before, gebruik=None, **dict.fromkeys(options, "N"))
    status = clean_wave(rule(klein, incomplete="keep"), "2024", raw)[0].status
    assert status.loc["2", "tools.tekst"] == Missing.NOT_ASKED
    assert status.loc["2", "gebruik"] == Missing.NOT_REACHED


def test_a_correction_is_made_before_anything_is_checked(wave24, klein, raw24, put):
    assert wave24[0].values.loc["7", "uren"] == 40
    _, findings = clean_wave(klein, "2024", put(raw24, "7", uren="41"))
    (finding,) = [one for one in findings if one.check == "correction"]
    assert (finding.respondent, finding.column, finding.found) == ("7", "uren", '"41"')
    assert finding.allowed == '"400", as corrections.toml expects; the correction was not made'


def test_a_correction_that_was_made_is_a_finding_with_its_reason(wave24, klein):
    (one,) = klein.corrections
    (finding,) = [found for found in wave24[1] if found.check == "corrected"]
    assert (finding.action, finding.respondent, finding.column) == ("note", "7", "uren")
    assert finding.found == '"400"'
    assert finding.allowed == f'"40", set right by {one.by} on {one.date}: {one.reason}'


def test_the_corrections_of_ai_cultuur_find_what_they_expect():
    study = load_study("ai-cultuur")
    (correction,) = study.corrections
    responses, findings = clean_wave(study, "2024", read_export(study, "2024"))
    assert [one for one in findings if one.check == "correction"] == []
    assert responses.values.loc[correction.respondent, "werkjaren"] == 25


@pytest.mark.parametrize(("column", "respondent"), [("uuren", "7"), ("uren", "700")])
def test_a_correction_of_nothing_is_a_finding(klein, raw24, column, respondent):
    one = klein.corrections[0].model_copy(update={"column": column, "respondent": respondent})
    study = klein.model_copy(update={"corrections": (one,)})
    found = [f.found for f in clean_wave(study, "2024", raw24)[1] if f.check == "correction"]
    assert found == ["no such column" if column == "uuren" else "no such respondent"]


def test_other_namely(wave23, wave24, klein, raw24, put):
    values = wave24[0].values
    people = values.index[values["sector"] == "anders"]
    assert (values.loc[people, "sector.anders:text"] == "Archief").all()
    third = values.loc["3"]
    assert third["tools.iets-anders"]
    assert third["tools.iets-anders:text"] == "Muziek maken"
    # the text alone means the answer; beside another answer it changes nothing
    alone = put(raw24, "1", **{"sector": None, "sector[other]": "Kerk"})
    assert clean_wave(klein, "2024", alone)[0].values.loc["1", "sector"] == "anders"
    beside = put(raw24, "1", **{"sector[other]": "Kerk"})
    assert clean_wave(klein, "2024", beside)[0].values.loc["1", "sector"] == "bibliotheek"


def test_a_text_behind_other_counts_for_exclusive_options(klein, raw24, put):
    raw = put(raw24, "1", **{"tools[geen]": "Y", "tools[other]": "Vogels"})
    (found, *_) = [f for f in clean_wave(klein, "2024", raw)[1] if f.respondent == "1"]
    assert (found.check, found.found) == ("exclusive_conflict", "tekst, beeld, iets-anders, geen")


def test_durations_come_from_the_dates_where_none_is_delivered(wave23, wave24):
    keys = wave23[0].keys
    elapsed = (keys["finished"] - keys["started"]).dt.total_seconds()
    assert keys["seconds"].dropna().equals(elapsed.dropna().astype("Float64"))
    assert pd.isna(keys.loc["114000008", "seconds"])  # its date cannot be read
    assert wave24[0].keys.loc["1", "seconds"] == 403.5


def test_real_dates_of_a_workbook_are_read_beside_the_declared_format(klein, raw23):
    cells = raw23.cells.copy()
    cells.loc[3, "End Date"] = "2023-01-09 10:00:00"
    responses, findings = clean_wave(klein, "2023", replace(raw23, cells=cells))
    assert responses.keys.loc["114000001", "finished"] == pd.Timestamp("2023-01-09 10:00")
    assert [f.respondent for f in findings if f.check == "unreadable_date"] == ["114000008"]


def test_weights_are_one_and_segments_none_before_their_steps(wave24):
    assert (wave24[0].weights == 1).all()
    assert wave24[0].segments.shape == (32, 0)


def test_doubtful_respondents_are_flagged(wave24):
    flags = wave24[0].flags
    assert flags.columns.tolist() == ["duplicate", "incomplete", "speeder", "straightliner"]
    assert flags.index[flags["speeder"]].tolist() == ["12"]
    assert flags.index[flags["straightliner"]].tolist() == ["14"]
