"""Topline: every question with its asking, routing, frequencies and bases."""

from __future__ import annotations

import pytest

from analysis.tell.topline import Entry, describe_routing, list_entries, name_answers, tabulate
from survey.published import Published
from survey.questionnaire import Question
from survey.study import Study


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> dict[str, Entry]:
    return {entry.question: entry for entry in list_entries(room, room_numbers, "nl")}


@pytest.fixture
def en(room: Study, room_numbers: Published) -> dict[str, Entry]:
    return {entry.question: entry for entry in list_entries(room, room_numbers, "en")}


def rows_of(entry: Entry) -> list[tuple[str, ...]]:
    assert entry.table is not None
    return [tuple(cell.text for cell in row) for row in entry.table.rows]


def test_every_question_stands_in_order_but_personal_ones(nl: dict[str, Entry]) -> None:
    assert list(nl) == ["age", "visit", "genres", "rate", "hope", "hours", "quiet", "wish"]
    assert (nl["visit"].heading, nl["visit"].block) == ("Hoe vaak kom je hier?", "use")


def test_a_question_has_its_waves_side_by_side(nl: dict[str, Entry]) -> None:
    table = nl["visit"].table
    assert table is not None
    assert table.header == ("Antwoord", "Meting 2024", "Meting 2025", "Meting 2026")
    assert rows_of(nl["visit"]) == [
        ("Nooit", "60%", "51%", "42%"),
        ("Vaak", "30%", "39%", "48%"),
        ("Dagelijks", "10%", "10%", "10%"),
        ("Samen: Vaak of dagelijks", "40%", "49%", "58%"),
        ("Weet ik niet (van allen die antwoord gaven)", "4%", "4%", "4%"),
        ("n (100%): wie inhoudelijk antwoord gaf", "200", "200", "200"),
        ("n: wie antwoord gaf", "205", "205", "205"),
    ]


def test_a_grid_has_its_items_beside_one_another(en: dict[str, Entry]) -> None:
    table = en["rate"].table
    assert table is not None
    assert table.header == ("Item", "Poor", "Good", "Good or better", "n")
    assert rows_of(en["rate"]) == [
        ("The books that we have.", "30%", "70%", "70%", "200"),
        ("Light.", "65%", "35%", "35%", "200"),
    ]
    assert table.caption == "Opinion, 2026 wave"
    assert [row[0] for row in rows_of(en["hope"])] == [
        "Yourself – in 1 year", "Yourself – in 5 years",
    ]  # fmt: skip


def test_numbers_have_their_classes_and_averages(nl: dict[str, Entry]) -> None:
    assert rows_of(nl["hours"]) == [
        ("0 tot 2,5", "25%", "25%"),
        ("2,5 tot en met 40", "75%", "75%"),
        ("Gemiddelde (uur)", "3,3", "3,3"),
        ("Mediaan (uur)", "te klein", "te klein"),
        ("n (100%): wie inhoudelijk antwoord gaf", "200", "200"),
    ]


COUNTED = "Persons are counted; how many from each organisation is not known."


def test_multiple_choice_says_so(en: dict[str, Entry]) -> None:
    table = en["genres"].table
    assert table is not None
    assert table.notes == ("More than one answer possible", COUNTED)
    assert rows_of(en["genres"])[-1][0] == ("n (100%): those who picked at least one answer")


def test_an_instruction_says_it_instead(room: Study, room_numbers: Published) -> None:
    genres = room.questionnaire["genres"]
    told = genres.model_copy(update={"instruction": genres.text})
    assert tabulate(room, room_numbers, told, ["2026"], "en").notes == (COUNTED,)


def test_remarks_tell_waves_wording_and_changes(nl: dict[str, Entry], en: dict[str, Entry]) -> None:
    assert nl["visit"].remarks == ()
    assert en["hours"].remarks[1] == "Asked only in: 2025 wave and 2026 wave."
    assert nl["quiet"].remarks[1:] == (
        "Meting 2026: de vraag luidde ‘Is het stil op jouw plek?’",
        "Meting 2026: Gaat nu over jouw plek.",
    )


def test_an_open_question_has_no_table(en: dict[str, Entry]) -> None:
    assert en["wish"].table is None
    assert en["wish"].remarks == (
        "This is an open question. Its answers are not published, since they could be traced to "
        "people or organisations.",
    )


def test_routing_is_told_as_a_sentence(nl: dict[str, Entry], en: dict[str, Entry]) -> None:
    assert nl["genres"].remarks == (
        "Alleen voorgelegd aan wie bij ‘Bezoek’ iets anders antwoordde dan ‘Nooit’.",
    )
    assert en["quiet"].remarks[0] == (
        "Asked only of those who entered more than 2.5 at ‘How many hours do you read?’."
    )


@pytest.mark.parametrize(
    ("routing", "told"),
    [
        ("visit in ['often', 'daily']", "answered ‘Often’ or ‘Daily’ to ‘Visits’"),
        ("not visit = 'never'", "answered something other than ‘Never’ to ‘Visits’"),
        ("not not visit = 'never'", "answered ‘Never’ to ‘Visits’"),
        ("not genres contains 'none'",
         "did not choose ‘None of these’ at ‘What do you read?’"),
        ("not hours >= 3", "entered less than 3 at ‘How many hours do you read?’"),
        ("not hours < 3", "entered at least 3 at ‘How many hours do you read?’"),
        ("hours <= 3", "entered at most 3 at ‘How many hours do you read?’"),
        ("rate.books = 'good'", "answered ‘Good’ to ‘Opinion – The books that we have.’"),
        ("visit = 'never' or visit = 'often' or visit = 'daily'",
         "answered ‘Never’ to ‘Visits’ or answered ‘Often’ to ‘Visits’ or answered ‘Daily’ to "
         "‘Visits’"),
        ("visit = 'daily' and (hours > 1 or hours < 9)",
         "answered ‘Daily’ to ‘Visits’ and (entered more than 1 at ‘How many hours do you read?’ "
         "or entered less than 9 at ‘How many hours do you read?’)"),
        # not (a or b) is not a and not b; within an or it needs its brackets
        ("visit = 'daily' or not (hours > 1 or hours < 9)",
         "answered ‘Daily’ to ‘Visits’ or (entered at most 1 at ‘How many hours do you read?’ "
         "and entered at least 9 at ‘How many hours do you read?’)"),
    ],
)  # fmt: skip
def test_a_routing_in_words(room: Study, routing: str, told: str) -> None:
    assert describe_routing(room, routing, "en") == told


def test_the_ends_of_a_rating_say_what_they_mean(room: Study, room_numbers: Published) -> None:
    said = {name: {"nl": name, "en": name} for name in ("text", "low_end", "high_end")}
    declared = {"id": "mark", "kind": "rating", "block": "view", "minimum": 0, "maximum": 3, **said}
    mark = Question.model_validate(declared, context={"languages": ("nl", "en")})
    named = name_answers(room, room_numbers, mark, ["2026"], "en")
    points = [named["share", str(point)] for point in range(4)]
    assert points == ["0 (low_end)", "1", "2", "3 (high_end)"]
