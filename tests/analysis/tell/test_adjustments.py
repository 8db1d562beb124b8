"""Adjustments: sentences at a fixed composition and from a model."""

from __future__ import annotations

import pytest

from analysis.tell.adjustments import Adjustments
from analysis.tell.claims import Claims
from survey.faults import Refusal
from survey.published import Published
from survey.study import Study


@pytest.fixture
def nl(weighted_room: Study, adjusted_numbers: Published) -> Adjustments:
    return Adjustments(Claims(weighted_room, adjusted_numbers, "nl", "2026"))


@pytest.fixture
def en(weighted_room: Study, adjusted_numbers: Published) -> Adjustments:
    return Adjustments(Claims(weighted_room, adjusted_numbers, "en", "2026"))


def test_a_change_at_a_fixed_composition(nl: Adjustments, room: Study) -> None:
    assert nl.standardised_change("visit", "regular") == (
        "Blijft de samenstelling van de respondenten naar leeftijd zoals in 2025, dan is het "
        "43% in 2024, 49% in 2025 en 55% in 2026."
    )
    assert nl.standardised_change("genres", "ai") == ""
    plain = Claims(room, nl.claims.published, "nl", "2026")
    assert Adjustments(plain).standardised_change("visit", "regular") == ""


def test_a_relation_is_told_other_things_equal(nl: Adjustments, en: Adjustments) -> None:
    assert nl.relation("regulars", "age", "middle") == (
        "Zijn de andere kenmerken gelijk, dan geldt ‘komt vaak’ voor 21,5 procentpunt meer "
        "van de respondenten in de groep ‘30 tot 60’ dan in de groep ‘Jonger dan 30’ "
        "(Leeftijd; 95%-interval 10,5 tot 32,5)."
    )
    assert en.relation("regulars", "age", "old") == (
        "Other things equal, respondents in the groups ‘60 and over’ and ‘Under 30’ "
        "(Age) do not clearly differ in ‘come often’ "
        "(difference −3.0 percentage points, 95% interval −14.0 to 8.0)."
    )
    with pytest.raises(Refusal, match="no such effect"):
        en.relation("regulars", "age", "young")
    with pytest.raises(Refusal, match="regulars"):
        en.relation("regular", "age", "old")


def test_only_clear_relations_are_findings(
    nl: Adjustments, en: Adjustments, room_numbers: Published
) -> None:
    assert nl.relation_findings("regulars") == nl.relation("regulars", "age", "middle")
    none = Adjustments(Claims(en.claims.study, room_numbers, "en", "2026"))
    assert "not computed for this wave" in none.relation_findings("regulars")
    table = en.claims.published.comparisons.assign(p_adjusted=0.5)
    numbers = Published("room", True, en.claims.published.rows, table)
    unclear = Adjustments(Claims(en.claims.study, numbers, "en", "2026"))
    assert unclear.relation_findings("regulars") == (
        "Other things equal, the groups do not clearly differ in ‘come often’."
    )


def test_every_function_of_a_page_has_its_name(nl: Adjustments) -> None:
    for name, function in nl.functions.items():
        assert function.__name__ == name
