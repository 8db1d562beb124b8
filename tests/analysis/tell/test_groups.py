"""Groups: a verdict on a segment follows the comparisons of its levels, never the range of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from analysis.tell.claims import Claims
from analysis.tell.differences import Differences
from analysis.tell.groups import Groups
from survey.faults import Refusal
from survey.published import Published
from survey.study import Study

if TYPE_CHECKING:
    from tests.analysis.conftest import Numbers


def make_groups(study: Study, published: Published, language: str) -> Groups:
    return Groups(Differences(Claims(study, published, language, "2026")))


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Groups:
    return make_groups(room, room_numbers, "nl")


@pytest.fixture
def en(room: Study, room_numbers: Published) -> Groups:
    return make_groups(room, room_numbers, "en")


def replace(groups: Groups, segment: str = "age", **values: Any) -> Groups:
    """The same with every comparison of the segment set to other values."""
    claims = groups.claims
    table = claims.published.comparisons.copy()
    here = (table["segment"] == segment) & (table["versus"] == "rest")
    for name, value in values.items():
        table.loc[here, name] = value
    numbers = Published("room", True, claims.published.rows, table)
    return make_groups(claims.study, numbers, claims.language)


def test_levels_that_differ_are_told_with_their_difference(nl: Groups, en: Groups) -> None:
    assert nl.group_verdict("visit", "regular", "age") == (
        "Duidelijk hoger dan bij de andere respondenten is dat bij 30 tot 60 (12,2 procentpunt; "
        "95%-interval 8,2 tot 16,2). Duidelijk lager dan bij de andere respondenten is dat bij "
        "jonger dan 30 (22,5 procentpunt; 95%-interval 18,5 tot 26,5). "
        "Niet getoetst, want te klein: 60 en ouder."
    )
    assert en.differing("visit", "regular", "age") == "higher for 30 to 60, lower for under 30"


def test_none_of_the_groups_may_differ(nl: Groups, en: Groups) -> None:
    same = replace(nl, p_adjusted=0.5)
    assert same.group_verdict("visit", "regular", "age") == (
        "Geen van deze groepen verschilt duidelijk van de andere respondenten. "
        "Niet getoetst, want te klein: 60 en ouder."
    )
    assert same.differing("visit", "regular", "age") == "geen groep duidelijk anders"
    untested = replace(en, outcome="not-tested-base")
    assert untested.group_verdict("visit", "regular", "age") == (
        "Whether these groups clearly differ was not tested."
    )
    assert untested.differing("visit", "regular", "age") == "differences not tested"
    with pytest.raises(Refusal, match="no such number"):
        nl.group_verdict("visit", "regulars", "age")


def test_a_mean_is_judged_with_its_effect_and_as_a_whole(room: Study, draft: Numbers) -> None:
    for level, base in (("young", 120), ("middle", 100)):
        place = {"statistic": "mean", "segment": "age", "level": level, "base": base}
        draft.add("2026", "hours", 3, **place)
        draft.compare("2026", "hours", 1.5, 0.2, **place, effect_size="d", effect=0.4,
                        effect_low=0.1, effect_high=0.7)  # fmt: skip
    whole = {"statistic": "rank", "segment": "age", "level": "", "versus": "", "test": "rank"}
    draft.compare("2026", "hours", float("nan"), 0.01, **whole)
    nl = make_groups(room, draft.published(), "nl")
    assert nl.group_verdict("hours", "", "age") == (
        "Geen van deze groepen verschilt op zichzelf duidelijk van de andere respondenten; "
        "alle groepen samen bekeken verschillen zij wel."
    )
    assert (
        nl.differing("hours", "", "age") == "groepen verschillen, geen ervan op zichzelf duidelijk"
    )
    clear = replace(nl, p_adjusted=0.01)
    assert clear.group_verdict("hours", "", "age", effects=True).startswith(
        "Duidelijk hoger dan bij de andere respondenten is dat bij jonger dan 30 (verschil 1,5; "
        "95%-interval -2,5 tot 5,5), een klein verschil".replace("-", "−", 2).replace(
            "95%−", "95%-"
        )
    )


def test_a_lower_group_has_difference_and_effect_of_one_sign(room: Study, draft: Numbers) -> None:
    """That it is lower is said in words; a minus in one of the two would contradict the other."""
    place = {"statistic": "mean", "segment": "age", "level": "young", "base": 120}
    draft.add("2026", "hours", 3, **place)
    draft.compare("2026", "hours", -5.5, 0.01, **place, effect_size="d", effect=-0.8,
                    effect_low=-1.2, effect_high=-0.4)  # fmt: skip
    told = make_groups(room, draft.published(), "en").group_verdict(
        "hours", "", "age", effects=True
    )
    assert "lower" in told
    assert "difference 5.5; 95% interval 1.5 to 9.5" in told
    assert "d = 0.80, 95% interval 0.40 to 1.20" in told


def test_rows_that_differ_between_groups_are_named(nl: Groups, en: Groups) -> None:
    assert nl.differing_most("rate", "age", "fine") == "verschillen niet getoetst"
    assert nl.most_differing("rate", "age", "fine", top=1) == ["books"]
    assert en.telling_segment("visit") == "age"


def test_answers_that_changed_are_named_and_drawn(nl: Groups, en: Groups) -> None:
    assert nl.changing("visit") == "‘Nooit’ duidelijk minder vaak dan in 2025"
    assert en.changing("genres") == "nothing clearly different from 2025"
    assert en.changing("quiet") == "not comparable with earlier waves"
    assert nl.most_changed("visit", top=1) == ["never"]
    assert nl.most_changed("genres", top=2) == ["novels", "poems"]
