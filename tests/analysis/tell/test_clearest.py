"""Clearest: what differs clearly in a theme, with the count of what was tested."""

from __future__ import annotations

import pytest

from analysis.tell.clearest import Clearest
from analysis.tell.scope import Scope
from analysis.tell.tables import Table
from survey.published import Published
from survey.study import Study


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Clearest:
    return Clearest(Scope(room, room_numbers, "nl", "2026"))


def read(table: Table | str | None) -> list[tuple[str, ...]]:
    assert isinstance(table, Table)
    return [tuple(cell.text for cell in row) for row in table.rows]


def with_p(clearest: Clearest, p: float) -> Clearest:
    scope = clearest.scope
    table = scope.published.comparisons.assign(p_adjusted=p)
    numbers = Published("room", True, scope.published.rows, table)
    return Clearest(Scope(scope.study, numbers, scope.language, scope.wave), clearest.theme)


def test_one_row_a_question_and_segment_has_the_largest_effect(nl: Clearest) -> None:
    table = nl.clear_differences()
    assert read(table) == [
        ("Bezoek – ‘Vaak of dagelijks’", "Jonger dan 30", "20%",
         "−22,5 procentpunt (−26,5 tot −18,5)", "h = −0,45 (−0,53 tot −0,37)", "0,001"),
    ]  # fmt: skip
    assert isinstance(table, Table)
    assert table.caption == (
        "De grootste duidelijke verschillen tussen een groep en de andere respondenten, meting 2026"
    )
    assert table.notes[0].endswith("andere respondenten getoetst. Duidelijk, en over een groep met "
                                   "genoeg respondenten: 2.")  # fmt: skip
    assert "2 vergelijkingen" in table.notes[0]


def test_changes_stand_beside_the_wave_before(nl: Clearest) -> None:
    table = nl.clear_changes()
    assert isinstance(table, Table)
    assert table.header[1:3] == ("Meting 2025", "Meting 2026")
    assert [row[:3] for row in read(table)] == [("Bezoek – ‘Vaak of dagelijks’", "49%", "58%")]
    assert "4 veranderingen onder alle respondenten sinds meting 2025" in table.notes[0]


def test_it_is_said_where_nothing_is_clear_and_nothing_where_nothing_was_tested(
    nl: Clearest,
) -> None:
    unclear = with_p(nl, 0.4)
    assert unclear.clear_differences() == (
        "Getoetste vergelijkingen van een groep met de andere respondenten: 2. Geen daarvan laat "
        "een duidelijk verschil zien."
    )
    assert unclear.clear_changes() == (
        "Getoetste veranderingen onder alle respondenten sinds meting 2025: 4. Geen daarvan is "
        "duidelijk."
    )
    assert nl.is_tested
    elsewhere = Clearest(nl.scope, "no_theme")
    assert (elsewhere.clear_differences(), elsewhere.clear_changes()) == (None, None)
    assert not elsewhere.is_tested


def test_a_small_group_and_a_planned_comparison_stand_elsewhere(nl: Clearest) -> None:
    scope = nl.scope
    rows = scope.published.rows.copy()
    rows.loc[rows["level"] == "young", "state"] = "indicative"
    table = scope.published.comparisons.copy()
    table.loc[table["level"] == "middle", "planned"] = True
    numbers = Published("room", True, rows, table)
    told = Clearest(Scope(scope.study, numbers, "nl", "2026")).clear_differences()
    assert isinstance(told, str)
    assert "andere respondenten: 1." in told


def test_top_limits_the_rows(nl: Clearest) -> None:
    assert read(nl.clear_differences(top=0)) == []
