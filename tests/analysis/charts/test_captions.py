"""The sentences around a figure name its measure, its base and what its numbers need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.charts.figure import FigureData, FigureSpec
from analysis.charts.select import select_data
from survey.published import Published
from survey.study import Study


@pytest.fixture
def select(study: Study, published: Published) -> Any:
    def select_one(question: str, language: str = "nl", **spec: Any) -> FigureData:
        return select_data(study, published, FigureSpec(question, language, **spec))

    return select_one


def test_the_subtitle_names_wave_and_base(select: Any) -> None:
    assert select("tools", wave="2026").subtitle == (
        "Meer antwoorden mogelijk · meting 2026 · 250 cultuurprofessionals"
    )
    assert select("statements", wave="2026", language="en").subtitle == (
        "Wave 2026 · 236–250 culture professionals"
    )
    assert select("hours", wave="2026").subtitle == (
        "In uren · gemiddelde 11,4 · mediaan 8,0 · meting 2026 · 250 cultuurprofessionals"
    )


def test_the_caption_says_what_the_numbers_need(select: Any) -> None:
    notes, source = select("adoption", wave="2026", segment="sector").caption
    assert "100% = wie inhoudelijk antwoord gaf." in notes
    assert "* Indicatief: minder dan 30 respondenten." in notes
    assert "‘te klein’: niet getoond, want minder dan 10 respondenten." in notes
    assert source == "Bron: AI in de cultuur, 2026."
    assert "gesteld aan 270" in select("tools", wave="2026").caption[0]
    outside = "Buiten de 100%, als aandeel van allen die antwoord gaven: ‘Weet niet’."
    assert outside in select("policy", wave="2026").caption[0]


def test_shares_that_miss_the_whole_say_so(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2026", "adoption", [20, 20, 20, 20, 20])
    new_rows.add_scale("2025", "adoption", [21, 20, 20, 20, 20])
    new_rows.add_scale("2026", "policy", [50, 30, 20])
    new_rows.add_scale("2025", "policy", [50, 30, 19])
    published = new_rows.published()

    def caption(question: str, wave: str, **spec: Any) -> str:
        return select_data(study, published, FigureSpec(question, "nl", wave, **spec)).caption[0]

    told = "Door afronding tellen de aandelen niet altijd precies op tot 100%."
    assert "afronding" not in caption("adoption", "2026")
    assert told in caption("adoption", "2025")
    assert "afronding" not in caption("policy", "2026")
    assert told in caption("policy", "2025")
    assert "afronding" not in caption("policy", "2025", answers=("yes", "no"))


def test_columns_that_miss_the_whole_say_so(study: Study, new_rows: Any) -> None:
    for wave, last in (("2025", 49), ("2026", 50)):
        new_rows.add(wave, "hours", 50, answer="0..8", statistic="bin")
        new_rows.add(wave, "hours", last, answer="8..16", statistic="bin")
    published = new_rows.published()
    below, whole = (
        select_data(study, published, FigureSpec("hours", "en", wave)) for wave in ("2025", "2026")
    )
    assert "Because of rounding, the shares do not always add up" in below.caption[0]
    assert "rounding" not in whole.caption[0]


def test_columns_of_unequal_classes_say_so(study: Study, new_rows: Any) -> None:
    for answer in ("0..8", "8..16"):
        new_rows.add("2026", "hours", 50, answer=answer, statistic="bin")
    spec = FigureSpec("hours", "en", "2026")
    assert "equally wide" not in select_data(study, new_rows.published(), spec).caption[0]
    new_rows.add("2026", "hours", 0, answer="16..40", statistic="bin")
    assert "not equally wide" in select_data(study, new_rows.published(), spec).caption[0]


def test_a_net_that_differs_from_its_parts_says_so(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2026", "adoption", [20, 20, 20, 20, 20])
    published = new_rows.published()
    is_net = published.rows["statistic"] == "net"
    off = published.rows.assign(value=published.rows["value"].where(~is_net, 61.0))
    spec = FigureSpec("adoption", "nl", "2026")
    same = select_data(study, published, spec)
    other = select_data(study, replace(published, rows=off), spec)
    assert "afronding" not in same.caption[0]
    assert "niet altijd precies op tot ‘actief met AI’." in other.caption[0]


def test_the_caption_names_every_answer_outside_the_whole(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2026", "policy", [50, 30, 20])
    new_rows.add("2026", "policy", 7, answer="na", base=262)
    published = new_rows.published()
    for form in ("stacked", "bars"):
        data = select_data(study, published, FigureSpec("policy", "nl", "2026", form=form))
        assert "allen die antwoord gaven: ‘Weet niet’ en ‘Niet van toepassing’." in data.caption[0]
        shown = {side.heading for side in data.sides} | {row.text for row in data.rows}
        assert {"Weet niet", "Niet van toepassing"} <= shown


def test_the_interval_is_named_for_what_it_is(study: Study, published: Published) -> None:
    spec = FigureSpec("hours", "en", "2026", segment="sector")
    chosen = select_data(study, published, spec).caption[0]
    assert "the 95% interval that a random sample of this size and design would give" in chosen
    about = study.about.model_copy(update={"sample": "random"})
    drawn = select_data(study.model_copy(update={"about": about}), published, spec).caption[0]
    assert "Line: 95% confidence interval." in drawn
