"""Claims: golden words in both languages, and what is said where nothing can be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.tell.claims import Claims
from analysis.tell.ranked import lower_start
from survey.faults import Refusal
from survey.published import Published
from survey.study import Study

if TYPE_CHECKING:
    from tests.analysis.conftest import Numbers


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> Claims:
    return Claims(room, room_numbers, "nl", "2026")


@pytest.fixture
def en(room: Study, room_numbers: Published) -> Claims:
    return Claims(room, room_numbers, "en", "2026")


@pytest.fixture
def first(first_room: Study, first_numbers: Published) -> Claims:
    return Claims(first_room, first_numbers, "en", "2024")


def test_numbers_are_told_in_the_language_of_the_page(nl: Claims, en: Claims) -> None:
    assert nl.share("visit", "never") == "42%"
    assert nl.share("visit", "regular", wave="2024") == "40%"
    assert nl.share("rate", "good", "light") == "35%"
    assert nl.share("visit", "regular", segment="age", level="young") == "20%"
    assert (nl.mean("hours"), en.mean("hours", wave="2025")) == ("3,3", "3.3")
    assert (nl.received(), en.received("2024"), en.analysed()) == ("1.252", "1,250", "1,250")
    assert (nl.base("visit"), nl.base("rate", "books"), nl.base("visit", wave="2024")) == (
        "200",
    ) * 3
    assert (nl.organisations(), nl.sharing("2024")) == ("180", "33")


def test_what_is_withheld_reads_well(nl: Claims, en: Claims) -> None:
    assert nl.share("quiet", "no") + " van de respondenten" == (
        "een niet getoond deel van de respondenten"
    )
    assert en.share("quiet", "no") == "an undisclosed share"
    assert en.median("hours") == "(not shown)"


def test_a_number_that_does_not_exist_is_a_fault_that_says_where(nl: Claims) -> None:
    with pytest.raises(Refusal, match='share/net/bin/ranked of "visit" in wave 2026') as fault:
        nl.share("visit", "monthly")
    assert "no such number in the published table" in str(fault.value)
    with pytest.raises(Refusal, match="visit"):
        nl.share("visits", "never")
    with pytest.raises(TypeError, match="unknown place"):
        nl.mean("hours", levl="young")


def test_a_course_begins_after_the_last_break(nl: Claims, en: Claims, first: Claims) -> None:
    assert nl.course("visit", "regular") == "40% in 2024, 49% in 2025 en 58% in 2026"
    assert en.course("quiet", "yes") == "64% in 2026"
    assert en.course("hours", "0..2.5") == "25% in 2025 and 25% in 2026"
    assert first.course("visit", "regular") == "40% in 2024"
    earlier = Claims(en.study, en.published, "en", "2025")
    assert earlier.course("visit", "regular") == "40% in 2024 and 49% in 2025"


def test_firm_is_what_rests_on_enough_respondents(en: Claims) -> None:
    assert en.is_firm("visit", "regular", segment="age", level="young")
    assert not en.is_firm("visit", "regular", segment="age", level="old")  # 25 respondents
    assert not en.is_firm("visit", "regular", segment="age", level="nobody")
    assert en.is_firm("hours")
    assert en.course("hours") == "3.3 in 2025 and 3.3 in 2026"


def test_a_weighted_number_stands_beside_its_unweighted_one(
    weighted_room: Study, room_numbers: Published, en: Claims
) -> None:
    weighted = Claims(weighted_room, room_numbers, "en", "2026")
    assert weighted.weighted_beside("visit", "regular") == "58% (unweighted 55%)"
    assert weighted.weighted_beside("hours") == "3.3 (unweighted 0.3)"
    assert weighted.weighted_beside("visit", "regular", wave="2024") == "40%"  # not weighted
    assert en.weighted_beside("visit", "regular") == "58%"


def test_a_ranking_leaves_out_what_cannot_lead(nl: Claims) -> None:
    ranked = nl.rank("genres")
    assert [one.id for one in ranked] == ["novels", "poems", "ai"]  # a tie keeps its order
    assert [(one.inline, one.text, one.base) for one in ranked][2] == ("AI-boeken", "18%", "200")
    assert [one.id for one in nl.rank("visit")] == ["often", "never", "daily"]
    assert [one.id for one in nl.rank("visit", statistic="net")] == ["regular"]
    assert [one.id for one in nl.rank("genres", without=["novels"])] == ["poems", "ai"]
    assert [one.id for one in nl.rank("quiet")] == ["yes"]


def test_a_ranking_of_items_uses_their_short_names(nl: Claims) -> None:
    assert [one.label for one in nl.rank("rate", "fine")] == ["Boeken", "Licht"]
    assert [one.label for one in nl.rank("hope", "yes", among=["self.y5"])] == [
        "Jijzelf – over 5 jaar"
    ]


def test_a_ranking_of_levels_leaves_out_small_ones(nl: Claims) -> None:
    ranked = nl.rank("visit", "regular", segment="age")
    assert [one.id for one in ranked] == ["middle", "young"]
    assert str(ranked[1]) == "jonger dan 30"


def test_leaders_tell_every_tie(nl: Claims, en: Claims) -> None:
    assert nl.leaders("genres") == "romans (55%) en gedichten (55%)"
    assert nl.leaders("genres", top=3) == "romans (55%), gedichten (55%) en AI-boeken (18%)"
    assert en.leaders("genres", lowest=True) == "AI books (18%)"
    assert en.leaders("genres", quoted=True) == "‘Novels’ (55%) and ‘Poems’ (55%)"
    assert en.leaders("genres", named=True) == "Novels (55%) and Poems (55%)"
    assert en.leaders("rate", "fine", among=["light"]) == "light (35%)"
    assert en.leaders("rate", "fine", among=[]) == "impossible to say (too few answers)"


def test_a_quotation_is_what_was_asked_word_for_word(en: Claims) -> None:
    assert en.leaders("rate", "fine", quoted=True).startswith("‘The books that we have’ (")
    assert en.leaders("rate", "fine").startswith("books (")


def test_a_spread_names_both_ends_and_what_it_leaves_out(nl: Claims, en: Claims) -> None:
    assert nl.spread("visit", "regular", "age") == (
        "20% (jonger dan 30) tot 44% (30 tot 60), kleine groepen niet meegerekend"
    )
    rows = en.published.rows
    whole = Published("room", True, rows[rows["level"] != "old"])
    full = Claims(en.study, whole, "en", "2026")
    assert full.spread("visit", "regular", "age") == "20% (under 30) to 44% (30 to 60)"
    single = Published("room", True, rows[~rows["level"].isin(["old", "young"])])
    none = Claims(en.study, single, "en", "2026")
    assert none.spread("visit", "regular", "age") == "group to group (too few answers to show)"


def test_labels_are_those_of_the_wave(nl: Claims, en: Claims) -> None:
    assert en.label("quiet") == "Is your seat quiet?"
    assert Claims(en.study, en.published, "en", "2025").label("quiet") == "Is the room quiet?"
    assert (nl.label("visit", "regular"), nl.label("visit", "dk")) == (
        "Vaak of dagelijks",
        "Weet ik niet",
    )
    assert nl.label("rate", "books") == "De boeken die wij hebben."
    with pytest.raises(Refusal, match="regular"):
        nl.label("visit", "regulr")


def test_words_of_the_waves(nl: Claims, en: Claims) -> None:
    assert (nl.wave_title(), en.wave_title("2024")) == ("meting 2026", "2024 wave")
    assert nl.fielded() == "8 januari 2026 tot en met 2 februari 2026"
    assert en.fielded("2024") == "8 January 2024 to 2 February 2024"
    assert en.list_words(["a", 2, "c"]) == "a, 2 and c"
    assert (en.was_asked("hours"), en.was_asked("hours", "2024")) == (True, False)


def test_every_function_of_a_page_has_its_name(nl: Claims) -> None:
    for name, function in nl.functions.items():
        assert function.__name__ == name


@pytest.mark.parametrize(
    ("label", "inline"),
    [("Training en opleiding", "training en opleiding"), ("ICT of digitaal", "ICT of digitaal"),
     ("ChatGPT", "ChatGPT"), ("I do not follow AI", "I do not follow AI"),
     ("A model of our own", "a model of our own"), ("", "")],
)  # fmt: skip
def test_a_label_within_a_sentence_starts_low(label: str, inline: str) -> None:
    assert lower_start(label) == inline


def test_an_answer_that_somebody_gave_is_not_told_as_nobody(room: Study, draft: Numbers) -> None:
    draft.add("2026", "age", 0, answer="old", count=1)
    draft.add("2026", "age", 0, answer="young", count=0)
    claims = Claims(room, draft.published(), "nl", "2026")
    assert claims.share("age", "old") == "minder dan 1%"
    assert claims.share("age", "young") == "0%"


def test_a_mean_above_its_median_is_skewed(room: Study, draft: Numbers) -> None:
    claims = Claims(room, draft.published(), "nl", "2026")
    assert not claims.is_skewed("hours")  # the median is withheld
    for row in draft.rows:
        if row["question"] == "hours" and row["statistic"] == "median":
            row["value"] = 2.0
    assert Claims(room, draft.published(), "nl", "2026").is_skewed("hours")
