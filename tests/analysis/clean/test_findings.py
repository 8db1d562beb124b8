"""Each declared consequence is carried out; what stops is told all at once."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.clean import clean_wave
from survey.faults import Refusal
from survey.responses import Missing

# check → cells of respondent 1 of wave 2024 that raise it, and the variable it concerns
DIRT = {
    "unknown_answer": ({"gebruik": "5"}, "gebruik"),
    "out_of_range": ({"kans": "10,5"}, "kans"),
    "not_asked": ({"gebruik": "1", "tools[tekst]": None, "tools[beeld]": None}, "uren"),
    "exclusive_conflict": ({"tools[geen]": "Y"}, "tools.tekst"),
    "too_many_picks": ({"tools[geluid]": "Y", "tools[other]": "Vogels"}, "tools.tekst"),
    "repeated_rank": ({"wensen[1]": "geld", "wensen[2]": "geld"}, "wensen.geld"),
    "unreadable_date": ({"startdate": "gisteren"}, None),
}
KEPT_WHEN_NOTED = {"out_of_range", "not_asked", "exclusive_conflict", "too_many_picks"}


@pytest.mark.parametrize("action", ["note", "blank", "drop"])
@pytest.mark.parametrize("check", DIRT)
def test_a_consequence_is_carried_out(klein, raw24, put, rule, check, action):
    cells, variable = DIRT[check]
    study = rule(klein, **{check: action})
    responses, findings = clean_wave(study, "2024", put(raw24, "1", **cells))
    mine = [one for one in findings if one.check == check and one.respondent == "1"]
    assert mine
    assert {one.action for one in mine} == {action}
    assert ("1" in responses.values.index) == (action != "drop")
    left = {step.reason: step.removed for step in responses.flow}
    others = {one.respondent for one in findings if one.action == "drop"} - {"1", "19"}
    assert left["consequence"] == (action == "drop") + len(others)
    if variable and action != "drop":
        value = responses.values.loc["1", variable]
        kept = action == "note" and (check in KEPT_WHEN_NOTED or check == "repeated_rank")
        assert pd.notna(value) == kept


@pytest.mark.parametrize("check", DIRT)
def test_a_stop_stops(klein, raw24, put, rule, check):
    study = rule(klein, **{check: "stop"})
    with pytest.raises(Refusal, match=check):
        clean_wave(study, "2024", put(raw24, "1", **DIRT[check][0]))


def test_everything_that_stops_is_told_at_once(klein, raw24, put, rule):
    study = rule(klein, unknown_answer="stop", out_of_range="stop")
    raw = put(put(raw24, "1", kans="12", gebruik="7"), "2", gebruik="7")
    raw = replace(raw, cells=raw.cells.rename(columns={"uren": "Uren training"}))
    with pytest.raises(Refusal) as refusal:
        clean_wave(study, "2024", raw)
    assert [(fault.where.split(":")[1], fault.found) for fault in refusal.value.faults] == [
        (
            ' column "uren", question "uren" (wave 2024, missing_column)',
            "no such column in the export",
        ),
        (
            ' column "Uren training" (wave 2024, unmapped_column)',
            "a column that is not declared",
        ),
        (
            ' column "gebruik", question "gebruik" (wave 2024, unknown_answer)',
            "7 (2 ×: respondents 1, 2)",
        ),
        (
            ' column "impact[werk_1jaar]", question "impact" (wave 2024, unknown_answer)',
            "enorm (1 ×: respondents 28)",
        ),
        (
            ' column "kans", question "kans" (wave 2024, out_of_range)',
            "12 (1 ×: respondents 1)",
        ),
    ]


def test_a_renamed_column_is_told_with_its_new_name(klein, raw23):
    old, new = "Hoe vaak gebruik je AI?", "Hoe vaak gebruik jij AI?"
    raw = replace(raw23, cells=raw23.cells.rename(columns={old: new}))
    with pytest.raises(Refusal) as refusal:
        clean_wave(klein, "2023", raw)
    assert str(refusal.value) == (
        f'antwoorden.csv: column "{old}", question "gebruik" (wave 2023, missing_column)\n'
        "  found:   no such column in the export\n"
        f'  allowed: a column of that name; write "{new}" if that is its new name\n'
        "  to do:   mend its name in the wave file (column of its [[ask]], or [columns]), or "
        "deliver an export that has it\n"
        f'antwoorden.csv: column "{new}" (wave 2023, unmapped_column)\n'
        "  found:   a column that is not declared\n"
        f'  allowed: the columns of wave 2023; write "{old}" if it is that\n'
        "  to do:   declare it in the wave file: an [[ask]] for its question, or its name under "
        "columns.ignored or columns.personal"
    )


def test_an_unknown_answer_is_told_with_the_nearest(klein, raw23, rule):
    with pytest.raises(Refusal) as refusal:
        clean_wave(rule(klein, unknown_answer="stop"), "2023", raw23)
    assert str(refusal.value) == (
        'antwoorden.csv: column "In welke sector werk je?", question "sector" '
        "(wave 2023, unknown_answer)\n"
        "  found:   Musseum (1 ×: respondents 114000007)\n"
        '  allowed: "Museum", "Bibliotheek", "Theater", "Anders, namelijk"; write "Museum"\n'
        "  to do:   declare it in the wave file (answers of its [[ask]]), or set it right in "
        "corrections.toml"
    )


def test_the_export_of_another_survey_is_told_by_its_columns(klein, raw24):
    cells = raw24.cells[["id", "kans"]].assign(leeftijd="40", woonplaats="Delft")
    with pytest.raises(Refusal) as refusal:
        clean_wave(klein, "2024", replace(raw24, cells=cells))
    assert str(refusal.value) == (
        "antwoorden.csv (wave 2024)\n"
        '  found:   1 of the 29 declared columns ("kans"); its columns are "id", "kans", '
        '"leeftijd", "woonplaats"\n'
        '  allowed: the export of wave 2024 of klein, with columns such as "sector", '
        '"sector[other]", "omvang", "werkvormen[collectie]", "werkvormen[programma]", '
        '"werkvormen[educatie]" and 23 more\n'
        "  to do:   deliver the export of this survey; or, if it is, mend shape, language and the "
        "column patterns in waves/2024.toml"
    )


def test_a_duplicate_respondent_is_told_with_its_rows(klein, raw23):
    (finding,) = [one for one in clean_wave(klein, "2023", raw23)[1] if one.check == "duplicate"]
    assert (finding.respondent, finding.column, finding.found, finding.allowed) == (
        "114000011",
        "Respondent ID",
        '"114000011" in rows 13, 33; this is row 13',
        "each Respondent ID once; the rule is keep-last",
    )


def test_a_row_without_a_key_stops(klein, raw24, put):
    raw = put(raw24, "3", id=None)
    with pytest.raises(Refusal, match="row 4 has no key"):
        clean_wave(klein, "2024", raw)


def test_a_missing_key_column_stops_whatever_is_declared(klein, raw24, rule):
    study = rule(klein, missing_column="note", unmapped_column="note")
    raw = replace(raw24, cells=raw24.cells.rename(columns={"id": "nummer"}))
    with pytest.raises(Refusal, match=r'column "id" .wave 2024, missing_column'):
        clean_wave(study, "2024", raw)


def test_a_column_that_is_missing_and_only_noted_was_not_asked(klein, raw24, rule):
    study = rule(klein, missing_column="note")
    gone = ["kans", "stellingen[duur]", "werkvormen[educatie]", "voorbeeld", "sector[other]"]
    raw = replace(raw24, cells=raw24.cells.drop(columns=gone))
    responses, findings = clean_wave(study, "2024", raw)
    assert {one.column for one in findings if one.check == "missing_column"} == set(gone)
    for name in ("kans", "stellingen.duur", "werkvormen.educatie"):
        assert responses.values[name].isna().all()
        assert (responses.status[name] == Missing.NOT_ASKED).all()
    assert (responses.status["werkvormen.collectie"] != Missing.NOT_ASKED).all()


def test_an_undeclared_column_goes_no_further(klein, raw24, rule, add_column):
    raw = add_column(raw24, "ip-adres", "192.0.2.7")
    responses, findings = clean_wave(rule(klein, unmapped_column="note"), "2024", raw)
    assert [one.column for one in findings if one.check == "unmapped_column"] == ["ip-adres"]
    everything = (responses.values, responses.keys, pd.DataFrame(findings))
    assert not any("192.0.2.7" in frame.to_csv() for frame in everything)


def test_a_rule_for_test_answers_needs_its_column(klein, raw23):
    wave = klein.wave("2023")
    missing = wave.exclude[0].model_copy(update={"column": "Naam van de tester"})
    changed = wave.model_copy(update={"exclude": (missing,)})
    study = klein.model_copy(update={"waves": (changed, klein.waves[1])})
    with pytest.raises(Refusal, match=r'column "Naam van de tester" .wave 2023, missing_column'):
        clean_wave(study, "2023", raw23)


def test_what_people_wrote_stays_out_of_findings(klein, raw24, put, rule):
    routed = klein.questionnaire["voorbeeld"].model_copy(update={"asked_if": "gebruik = 'nooit'"})
    questions = tuple(routed if q.id == "voorbeeld" else q for q in klein.questionnaire.questions)
    asked = klein.questionnaire.model_copy(update={"questions": questions})
    asked.__dict__.pop("by_id", None)
    study = klein.model_copy(update={"questionnaire": asked})
    raw = put(raw24, "1", voorbeeld="Bel mij op 06")
    responses, findings = clean_wave(study, "2024", raw)
    (mine,) = [one for one in findings if one.question == "voorbeeld" and one.respondent == "1"]
    assert (mine.check, mine.found) == ("not_asked", "a text of 13 characters")
    assert pd.isna(responses.values.loc["1", "voorbeeld:text"])


def test_nobody_left_is_told_with_the_reasons(klein, raw24, rule):
    study = rule(klein, complete_at=1.0, speeder_below=1.0)
    one = replace(raw24, cells=raw24.cells[18:19], excluded=raw24.excluded[18:19])
    with pytest.raises(Refusal, match=r"nobody left of 1 rows \(1 incomplete\)"):
        clean_wave(study, "2024", one)
