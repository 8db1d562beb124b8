"""Topline: every question with its asking, routing, frequencies and bases."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.tell.asking import describe_asking, describe_routing
from analysis.tell.topline import Entry, list_entries, name_answers, tabulate
from survey.published import Published
from survey.questionnaire import Question
from survey.study import Study

WAVES = ["2024", "2025", "2026"]
LANGUAGES = {"languages": ("nl", "en")}


@pytest.fixture
def nl(room: Study, room_numbers: Published) -> dict[str, Entry]:
    return {entry.question: entry for entry in list_entries(room, room_numbers, "nl")}


@pytest.fixture
def en(room: Study, room_numbers: Published) -> dict[str, Entry]:
    return {entry.question: entry for entry in list_entries(room, room_numbers, "en")}


def rows_of(entry: Entry) -> list[tuple[str, ...]]:
    assert entry.table is not None
    return [tuple(cell.text for cell in row) for row in entry.table.rows]


def test_every_question_stands_in_order(nl: dict[str, Entry]) -> None:
    assert list(nl) == ["age", "visit", "genres", "rate", "hope", "hours", "quiet", "wish", "mail"]
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
        ("0,0 tot 2,5", "25%", "25%"),
        ("2,5 tot en met 40,0", "75%", "75%"),
        ("Gemiddelde (uur)", "3,3", "3,3"),
        ("Mediaan (uur)", "te klein", "te klein"),
        ("n (100%): wie inhoudelijk antwoord gaf", "200", "200"),
    ]


COUNTED = "Persons are counted; how many from each organisation is not known."


def test_multiple_choice_says_so(en: dict[str, Entry]) -> None:
    table = en["genres"].table
    assert table is not None
    assert table.notes == ("More than one answer possible.", COUNTED)
    assert rows_of(en["genres"])[-1][0] == ("n (100%): those who picked at least one answer")


def test_an_instruction_says_it_instead(room: Study, room_numbers: Published) -> None:
    genres = room.questionnaire["genres"]
    told = genres.model_copy(update={"instruction": genres.text})
    assert tabulate(room, room_numbers, told, ["2026"], "en").notes == (COUNTED,)


def test_remarks_tell_waves_wording_and_changes(nl: dict[str, Entry], en: dict[str, Entry]) -> None:
    assert nl["visit"].remarks == ()
    assert en["hours"].remarks[1] == "Asked only in: 2025 wave and 2026 wave."
    assert nl["quiet"].remarks[1:] == (
        "Meting 2026: de vraag luidde ‘Is het stil op jouw plek?’ De uitkomst is niet te "
        "vergelijken met die van de meting ervoor.",
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": None}, ["2026 wave: Is on your seat now."]),
        (
            {"comparable": ("yes",)},
            ["2026 wave: the question read ‘Is your seat quiet?’",
             "2026 wave: Is on your seat now."],
        ),
        ({"grade": "same"}, ["2026 wave: the question read ‘Is your seat quiet?’"]),
    ],
)  # fmt: skip
def test_a_change_is_told_once(room: Study, changed: dict[str, Any], told: list[str]) -> None:
    wave = room.wave("2026")
    asks = tuple(
        ask.model_copy(update=changed) if ask.question == "quiet" else ask for ask in wave.asks
    )
    study = room.model_copy(
        update={"waves": (*room.waves[:2], wave.model_copy(update={"asks": asks}))}
    )
    remarks = describe_asking(study, study.questionnaire["quiet"], WAVES, WAVES, "en")
    assert list(remarks)[1:] == told


SPLIT = [
    ["never", "Nooit", "Never"],
    ["regular", "Regelmatig", "Regularly", {"until": "2024"}],
    ["often", "Vaak", "Often", {"since": "2025", "part_of": "regular"}],
    ["daily", "Dagelijks", "Daily", {"since": "2025", "part_of": "regular"}],
]


def test_an_answer_that_was_split_keeps_its_row(room: Study, room_numbers: Published) -> None:
    declared = {"id": "visit", "kind": "single", "block": "use", "answers": SPLIT,
                "text": {"nl": "Hoe vaak?", "en": "How often?"}}  # fmt: skip
    question = Question.model_validate(declared, context=LANGUAGES)
    rows = room_numbers.rows
    first = rows["wave"] == "2024"
    kept = rows[~(first & rows["answer"].isin(["often", "daily"]))]
    was_share = (kept["wave"] == "2024") & (kept["answer"] == "regular")
    kept = kept.assign(statistic=kept["statistic"].mask(was_share, "share"))
    table = tabulate(room, Published("room", True, kept), question, WAVES, "en")
    assert [tuple(cell.text for cell in row) for row in table.rows][:4] == [
        ("Never", "60%", "51%", "42%"),
        ("Regularly (taken together since the 2025 wave)", "40%", "49%", "58%"),
        ("Often", "", "39%", "48%"),
        ("Daily", "", "10%", "10%"),
    ]
    assert "An empty cell: not offered in that wave." in table.notes


def test_an_item_that_lapsed_stands_with_the_numbers_of_its_last_wave(
    room: Study, room_numbers: Published
) -> None:
    rate = room.questionnaire["rate"]
    books, light = rate.items
    items = (books.model_copy(update={"until": "2025"}), light)
    changed = rate.model_copy(update={"items": items})
    table = tabulate(room, room_numbers, changed, WAVES, "en")
    assert [row[0].text for row in table.rows] == [
        "The books that we have. (2025 wave)", "Light.",
    ]  # fmt: skip
    remarks = list(describe_asking(room, changed, WAVES, WAVES, "en"))
    assert remarks == ["Asked only in 2024 wave and 2025 wave: ‘The books that we have’."]
    assert list(describe_asking(room, rate, WAVES, WAVES, "en")) == []


def test_a_grid_says_what_is_within_its_whole(room: Study, room_numbers: Published) -> None:
    visit, rate = room.questionnaire["visit"], room.questionnaire["rate"]
    doubted = rate.model_copy(update={"dont_know": visit.dont_know})
    whole = "100% = those who gave a substantive answer."
    outside = "Outside the 100%, as a share of all who answered: ‘Don't know’."
    empty = "An empty cell: not offered in that wave."
    notes = tabulate(room, room_numbers, doubted, WAVES, "en").notes
    assert notes == (whole, outside, empty, COUNTED)
    assert tabulate(room, room_numbers, rate, WAVES, "en").notes == (whole, COUNTED)


def test_marks_have_their_reason_beneath_the_table(nl: dict[str, Entry]) -> None:
    table = nl["quiet"].table
    assert table is not None
    assert table.notes[0] == (
        "‘te klein’: niet getoond, want minder dan 10 respondenten of daaruit af te leiden."
    )


def test_a_table_says_which_waves_are_weighted(
    weighted_room: Study, room_numbers: Published, nl: dict[str, Entry]
) -> None:
    entries = {e.question: e for e in list_entries(weighted_room, room_numbers, "nl")}
    told = "Gewogen in meting 2025 en meting 2026; niet gewogen in meting 2024; n is ongewogen."
    visits, hours = entries["visit"].table, entries["hours"].table
    assert visits is not None
    assert told in visits.notes
    assert hours is not None
    assert "Gewogen; n is ongewogen." in hours.notes  # not asked in 2024
    plain = nl["visit"].table
    assert plain is not None
    assert not any("ewogen" in note for note in plain.notes)


def test_personal_data_are_asked_and_not_read(en: dict[str, Entry]) -> None:
    assert en["mail"].table is None
    assert en["mail"].remarks == (
        "Personal data were asked for here. Its answers are not imported.",
    )


def test_an_open_question_has_no_table(en: dict[str, Entry]) -> None:
    assert en["wish"].table is None
    assert en["wish"].remarks == (
        "This is an open question. Its answers are not published, since they could be traced to "
        "people or organisations.",
    )


def test_routing_is_told_as_a_sentence(nl: dict[str, Entry], en: dict[str, Entry]) -> None:
    assert nl["genres"].remarks == (
        "Alleen voorgelegd aan wie op de vraag ‘Bezoek’ niet met ‘Nooit’ antwoordde.",
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
