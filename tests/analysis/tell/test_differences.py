"""Differences: what is said follows the published comparisons, and nothing else."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.tell.claims import Claims
from analysis.tell.differences import Differences, choose_comparison, name_letters, split_letters
from survey.faults import Refusal
from survey.published import Published
from survey.study import Study

WORDS = {"up": "up", "down": "down", "same": "same", "unknown": "unknown"}
CONTRAST = {"more": "more", "less": "less", "same": "same", "unknown": "unknown"}


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Differences:
    return Differences(Claims(room, room_numbers, "nl", "2026"))


@pytest.fixture
def en(room: Study, room_numbers: Published) -> Differences:
    return Differences(Claims(room, room_numbers, "en", "2026"))


@pytest.fixture
def first(first_room: Study, first_numbers: Published) -> Differences:
    return Differences(Claims(first_room, first_numbers, "en", "2024"))


def replace(differences: Differences, wave: str, answer: str, **values: Any) -> Differences:
    """The same with the change of an answer in one wave set to other values."""
    claims = differences.claims
    table = claims.published.comparisons.copy()
    here = (table["wave"] == wave) & (table["answer"] == answer) & (table["versus"] == "previous")
    assert here.sum() == 1
    for name, value in values.items():
        table.loc[here, name] = value
    numbers = Published("room", True, claims.published.rows, table)
    return Differences(Claims(claims.study, numbers, claims.language, claims.wave))


def test_a_change_is_told_without_its_sign(nl: Differences, en: Differences) -> None:
    assert nl.change("visit", "regular") == "9 procentpunt"
    assert en.change("visit", "regular", wave="2025") == "9 percentage points"
    assert en.change("genres", "ai") == "1 percentage point"
    assert en.change("quiet", "yes") == "an amount that cannot be compared"


def test_a_direction_follows_the_tested_change(nl: Differences) -> None:
    assert nl.direction("visit", "regular", **WORDS) == "up"
    assert nl.direction("visit", "never", **WORDS) == "down"
    assert nl.direction("genres", "ai", **WORDS) == "same"
    assert nl.direction("genres", "novels", **WORDS) == "unknown"  # nobody tested it
    with pytest.raises(Refusal, match="no such number"):
        nl.direction("genres", "novel", **WORDS)


def test_the_adjusted_p_and_the_outcome_decide(nl: Differences) -> None:
    assert replace(nl, "2026", "regular", p_adjusted=0.05).direction(
        "visit", "regular", **WORDS
    ) == "same"  # fmt: skip
    untested = replace(nl, "2026", "regular", outcome="not-tested-base", p_adjusted=float("nan"))
    assert untested.direction("visit", "regular", **WORDS) == "unknown"
    assert untested.change_since("visit", "regular") == (
        "niet te vergelijken met het cijfer in 2025 (te weinig antwoorden)"
    )


def test_a_change_has_its_interval(nl: Differences, en: Differences, first: Differences) -> None:
    assert nl.change_since("visit", "regular") == (
        "9,0 procentpunt hoger dan in 2025 (95%-interval 5,0 tot 13,0)"
    )
    assert en.change_since("visit", "never", wave="2025") == (
        "9.0 percentage points lower than in 2024 (95% interval 5.0 to 13.0)"
    )
    assert nl.change_since("genres", "ai") == (
        "niet duidelijk anders dan in 2025 (verschil −1,0 procentpunt, 95%-interval −5,0 tot 3,0; "
        "p = 0,600 na aanpassing voor het aantal toetsen)"
    )
    assert first.change_since("visit", "regular") == "not to be compared with the wave before"


def test_a_course_is_told_by_its_clear_steps(nl: Differences, first: Differences) -> None:
    assert nl.movement("visit", "regular") == "van 2024 op 2025 en van 2025 op 2026 duidelijk meer"
    assert nl.movement("visit", "never") == "van 2024 op 2025 en van 2025 op 2026 duidelijk minder"
    assert nl.movement("genres", "ai") == "van meting op meting niet duidelijk anders"
    assert nl.movement("quiet", "yes") == "met eerdere metingen niet te vergelijken"
    assert first.movement("visit", "regular") == "not comparable with earlier waves"
    with pytest.raises(Refusal, match="no such number"):
        nl.movement("genres", "novel")


def test_a_step_that_is_not_clear_is_not_told_as_one(nl: Differences) -> None:
    slow = replace(nl, "2025", "regular", value=0.5, p_adjusted=0.8)
    assert slow.movement("visit", "regular") == "van 2025 op 2026 duidelijk meer"
    assert slow.since("visit", "regular") == (
        "Dat werd van 2025 op 2026 duidelijk meer: 40% in 2024, 49% in 2025 en 58% in 2026."
    )
    back = replace(nl, "2025", "regular", value=-9.0)
    assert back.movement("visit", "regular") == (
        "van 2025 op 2026 duidelijk meer en van 2024 op 2025 duidelijk minder"
    )
    last = replace(nl, "2026", "regular", outcome="not-tested-base")
    assert last.movement("visit", "regular") == "van 2024 op 2025 duidelijk meer"
    untested = replace(last, "2025", "regular", outcome="not-tested-base")
    assert untested.since("visit", "regular") == (
        "Over de metingen: 40% in 2024, 49% in 2025 en 58% in 2026. "
        "Of dat duidelijk verschilt, is niet getoetst."
    )


def test_small_steps_that_add_up_are_not_told_as_standing_still(
    nl: Differences, en: Differences
) -> None:
    def still(differences: Differences) -> Differences:
        slow = replace(differences, "2025", "regular", p_adjusted=0.2)
        return replace(slow, "2026", "regular", p_adjusted=0.2)

    assert still(nl).since("visit", "regular") == (
        "Opeenvolgende metingen verschillen daarin niet duidelijk, al gaan alle stappen dezelfde "
        "kant op: 40% in 2024, 49% in 2025 en 58% in 2026. Of 2026 duidelijk van 2024 verschilt, "
        "is niet getoetst."
    )
    assert still(en).movement("visit", "regular") == (
        "no clear change from one wave to the next; 2024 to 2026 not tested"
    )
    back = replace(still(en), "2025", "regular", value=-1.0)
    assert back.movement("visit", "regular") == "no clear change from one wave to the next"
    rows = nl.claims.published.rows.copy()
    rows["high"] += 10  # the first interval reaches into the last
    wide = Published("room", True, rows, still(nl).claims.published.comparisons)
    told = Differences(Claims(nl.claims.study, wide, "nl", "2026"))
    assert told.movement("visit", "regular") == "van meting op meting niet duidelijk anders"


def test_since_is_a_whole_sentence(nl: Differences, en: Differences, first: Differences) -> None:
    assert en.since("visit", "never") == (
        "This is clearly down from 2024 to 2025 and from 2025 to 2026: "
        "60% in 2024, 51% in 2025 and 42% in 2026."
    )
    assert en.since("genres", "ai") == (
        "From one wave to the next this did not clearly change: "
        "20% in 2024, 19% in 2025 and 18% in 2026."
    )
    assert en.since("quiet", "yes") == "That cannot be compared with earlier waves."
    assert first.since("visit", "regular") == ""
    earlier = Differences(Claims(en.claims.study, en.claims.published, "en", "2025"))
    assert earlier.since("genres", "ai") == (
        "That is not clearly different from 2024: 20% in 2024 and 19% in 2025."
    )
    assert earlier.movement("genres", "ai") == "not clearly different from 2024"


def test_a_contrast_reads_the_letters(en: Differences) -> None:
    def contrast(level: str, other: str) -> str:
        place = {"segment": "age", "level": level, "other": other}
        return en.contrast("visit", "regular", **place, **CONTRAST)

    assert (contrast("middle", "young"), contrast("young", "middle")) == ("more", "less")
    assert contrast("young", "young") == "same"
    assert contrast("old", "young") == "unknown"  # 90% of 25 respondents


def test_a_comparison_of_two_levels_goes_before_their_letters(
    en: Differences, room_numbers: Published
) -> None:
    table = room_numbers.comparisons
    row = table[(table["level"] == "young") & (table["wave"] == "2026")].iloc[[0]].copy()
    row[["versus", "value", "low", "high", "p_adjusted"]] = ["middle", -24.0, -40.0, -8.0, 0.2]
    numbers = Published("room", True, room_numbers.rows, pd.concat([table, row]))
    told = Differences(Claims(en.claims.study, numbers, "en", "2026"))
    place = {"segment": "age", "level": "middle", "other": "young"}
    assert told.contrast("visit", "regular", **place, **CONTRAST) == "same"
    found = told.find("visit", "regular", segment="age", level="middle", versus="young")
    assert found is not None
    assert (found["value"], found["low"], found["high"]) == (24.0, 8.0, 40.0)
    assert (found["level"], found["versus"]) == ("middle", "young")


def test_a_difference_from_the_rest_is_told_with_its_interval(
    nl: Differences, en: Differences
) -> None:
    assert nl.difference_from_rest("visit", "regular", segment="age", level="young") == (
        "22,5 procentpunt lager dan bij de andere respondenten (95%-interval 18,5 tot 26,5)"
    )
    assert en.difference_from_rest("visit", "regular", segment="age", level="middle") == (
        "12.2 percentage points higher than among the other respondents (95% interval 8.2 to 16.2)"
    )
    assert nl.difference_from_rest("visit", "regular", segment="age", level="old") == (
        "niet te vergelijken met het cijfer bij de andere respondenten (te weinig antwoorden)"
    )
    with pytest.raises(Refusal, match="age / nobody"):
        nl.difference_from_rest("visit", "regular", segment="age", level="nobody")


def test_effects_are_told_in_words(nl: Differences) -> None:
    assert nl.effect_size("visit", "regular", segment="age", level="young") == (
        "een klein verschil (h = −0,45, 95%-interval −0,53 tot −0,37)"
    )
    # 3 answers by 3 levels: w = 0.24·√2 = 0.34
    assert nl.effect_size("visit", segment="age") == (
        "een matige samenhang (Cramérs V = 0,24, 95%-interval 0,10 tot 0,35)"
    )
    assert nl.effect_size("genres", "novels", segment="age", level="young") == (
        "een verschil waarvan de omvang niet is berekend"
    )


def test_the_smallest_difference_says_what_these_bases_can_show(
    nl: Differences, en: Differences
) -> None:
    assert nl.smallest_difference("visit", "regular", segment="age").startswith(
        "In deze uitsplitsing (leeftijd) is een verschil met de andere respondenten pas aan te "
        "tonen als het ten minste 10,0 procentpunt is: een toets op zichzelf vindt het dan met een "
        "kans van 80%. Na aanpassing voor het aantal toetsen moet het groter zijn."
    )
    assert "can be shown only if it is at least 10.0 percentage points" in (
        en.smallest_difference("visit", "regular")
    )
    table = nl.claims.published.comparisons.copy()
    table.loc[table["level"] == "young", "detectable"] = 12.5
    numbers = Published("room", True, nl.claims.published.rows, table)
    wide = Differences(Claims(nl.claims.study, numbers, "nl", "2026"))
    assert "naargelang de groep, ten minste 10,0 tot 12,5 procentpunt" in wide.smallest_difference(
        "visit", "regular", segment="age"
    )
    assert nl.smallest_difference("genres", "novels") == (
        "Welk verschil deze aantallen respondenten kunnen aantonen, is niet berekend, omdat "
        "hier niet is getoetst."
    )


def test_a_planned_contrast_is_told_as_one(
    weighted_room: Study, room_numbers: Published
) -> None:  # fmt: skip
    told = Differences(Claims(weighted_room, room_numbers, "nl", "2026"))
    assert told.planned_contrast("rise") == (
        "Vooraf, op 1 juni 2025, was deze vergelijking gepland: ‘Meer bezoek dan eerst’. De "
        "uitkomst: 9,0 procentpunt hoger dan "
        "in de meting ervoor (95%-interval 5,0 tot 13,0)."
    )
    assert told.planned_contrast("young").endswith(
        "niet te vergelijken met het cijfer bij de groep ‘30 tot 60’ (te weinig antwoorden)."
    )
    assert told.planned_contrast("rise", "2025") == ""
    with pytest.raises(Refusal, match="rise, young"):
        told.planned_contrast("risen")


def test_a_planned_comparison_decides_else_the_most_cautious(room_numbers: Published) -> None:
    found = room_numbers.compare("visit", "2026", answer="regular", versus="rest").copy()
    found["p_adjusted"], found["planned"] = [0.01, 0.04, 0.02], False
    assert choose_comparison(found)["p_adjusted"] == 0.04  # type: ignore[index]
    found["planned"] = [True, False, False]
    assert choose_comparison(found)["p_adjusted"] == 0.01  # type: ignore[index]
    assert choose_comparison(found.iloc[:0]) is None


def test_letters_name_the_declared_levels(room: Study) -> None:
    assert name_letters(room, "age") == {"young": "A", "middle": "B", "old": "C"}
    assert (split_letters("AC", 3), split_letters("A AB", 28)) == (["A", "C"], ["A", "AB"])


def test_every_function_of_a_page_has_its_name(nl: Differences) -> None:
    for name, function in nl.functions.items():
        assert function.__name__ == name


def test_an_effect_that_is_not_clear_has_no_size_in_words(en: Differences) -> None:
    place = {"segment": "age", "level": "young"}
    assert en.effect_size("visit", "regular", **place).startswith("a small difference")
    claims = en.claims
    table = claims.published.comparisons.assign(p_adjusted=0.2)
    numbers = Published("room", True, claims.published.rows, table)
    told = Differences(Claims(claims.study, numbers, "en", "2026"))
    assert told.effect_size("visit", "regular", **place).startswith("no clear difference (h = ")
