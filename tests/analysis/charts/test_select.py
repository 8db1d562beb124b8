"""A figure holds published numbers and nothing else, and says of whom and with what reserve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.charts.figure import FigureData, FigureSpec
from analysis.charts.select import choose_form, select_data
from survey.published import Published
from survey.questionnaire import Net
from survey.study import Study


@pytest.fixture
def select(study: Study, published: Published) -> Any:
    def select_one(question: str, language: str = "nl", **spec: Any) -> FigureData:
        return select_data(study, published, FigureSpec(question, language, **spec))

    return select_one


@pytest.mark.parametrize(
    ("spec", "form"),
    [
        ({"question": "adoption", "wave": "2026"}, "stacked"),
        ({"question": "statements", "wave": "2026"}, "stacked"),
        ({"question": "discipline", "wave": "2026"}, "bars"),
        ({"question": "tools", "wave": "2026"}, "bars"),
        ({"question": "impact", "wave": "2026"}, "multiples"),
        ({"question": "chance", "wave": "2026"}, "histogram"),
        ({"question": "hours", "wave": "2026"}, "histogram"),
        ({"question": "priorities", "wave": "2026"}, "ranking"),
        ({"question": "adoption", "wave": "2026", "segment": "sector"}, "stacked"),
        ({"question": "statements", "wave": "2026", "segment": "sector"}, "dots"),
        ({"question": "hours", "wave": "2026", "segment": "sector"}, "dots"),
        ({"question": "tools", "wave": "2026", "segment": "sector"}, "multiples"),
        ({"question": "adoption"}, "trend"),
        ({"question": "adoption", "wave": "2026", "form": "dots"}, "dots"),
    ],
)
def test_the_form_follows_from_the_kind(select: Any, spec: dict[str, Any], form: str) -> None:
    assert select(**spec).form == form


def test_the_questionnaire_may_name_another_form(study: Study) -> None:
    question = study.questionnaire["tools"].model_copy(update={"chart": "dots"})
    assert choose_form(question, FigureSpec("tools", "nl", "2026")) == "dots"
    assert choose_form(question, FigureSpec("tools", "nl", "2026", form="bars")) == "bars"
    assert choose_form(question, FigureSpec("tools", "nl")) == "trend"


@pytest.mark.parametrize("question", ["statements", "adoption", "tools", "impact", "hours"])
@pytest.mark.parametrize("segment", ["", "sector"])
def test_every_number_is_published(
    select: Any, published: Published, question: str, segment: str
) -> None:
    frame = select(question, wave="2026", segment=segment).frame
    known = published.pick(question, "2026", segment=None)
    for column in ("value", "low", "high", "base"):
        assert set(frame[column].dropna()) <= set(known[column])
    withheld = frame[frame["state"] == "withheld"]
    assert withheld["value"].isna().all()
    assert withheld.empty == (segment == "")


def test_a_scale_reads_from_low_to_high_and_sorts_by_its_total(select: Any) -> None:
    data = select("statements", wave="2026")
    assert [label.id for label in data.series] == [
        "strongly-disagree", "disagree", "neutral", "agree", "strongly-agree",
    ]  # fmt: skip
    total, outside = data.sides
    values = [total.values["", row.id] for row in data.rows]
    assert values == sorted(values, reverse=True)
    assert total.heading == "(zeer) mee eens"
    assert outside.outside
    assert data.palette == "diverging"


def test_options_are_sorted_with_the_exclusive_one_behind(select: Any) -> None:
    data = select("tools", wave="2026")
    shown = [row.id for row in data.rows if not row.muted]
    value = {number.row: number.value for number in data.numbers}
    assert [value[row] for row in shown] == sorted((value[row] for row in shown), reverse=True)
    assert {row.id for row in data.rows if row.muted} == {"none", "other"}
    assert [row.id for row in data.rows[-2:]] == [r.id for r in data.rows if r.muted]


def test_items_and_answers_narrow_the_question_down(select: Any) -> None:
    assert [row.id for row in select("statements", wave="2026", items=("s3",)).rows] == ["s3"]
    data = select("tools", wave="2026", answers=("chatgpt", "copilot"))
    assert {row.id for row in data.rows} == {"chatgpt", "copilot"}
    dots = select("statements", wave="2026", form="dots", answers=("agree",))
    assert dots.subtitle.startswith("Aandeel ‘Mee eens’")


def test_the_title_is_the_question_unless_another_is_given(select: Any) -> None:
    assert select("hours", wave="2026").title == "Hoeveel uur training kreeg je?"
    assert select("hours", wave="2026", language="en").title.startswith("How many hours")
    assert select("hours", wave="2026", title="Meer training").title == "Meer training"


def test_rows_tell_their_base_where_bases_differ(select: Any) -> None:
    data = select("adoption", wave="2026", segment="sector")
    assert data.notes["", "heritage"] == "(n=81)"
    assert data.notes["", "image"] == "(n=26)*"
    assert set(select("tools", wave="2026").notes.values()) == {""}


def test_invented_answers_are_called_invented(study: Study, published: Published) -> None:
    spec = FigureSpec("tools", "en", "2026")
    assert select_data(study, published, spec).warning.startswith("Invented data")
    real = replace(published, invented=False)
    assert select_data(study, real, spec).warning == ""


def test_a_publisher_is_named_in_the_source(study: Study, published: Published) -> None:
    about = study.about.model_copy(update={"publisher": {"nl": "Instituut", "en": "Institute"}})
    named = study.model_copy(update={"about": about})
    source = select_data(named, published, FigureSpec("tools", "en", "2026")).caption[1]
    assert source == "Source: Institute, AI in culture, 2026."


def test_a_trend_says_how_answers_were_picked(select: Any) -> None:
    assert select("priorities").subtitle.startswith("Aandeel dat dit op de eerste plaats zet")
    assert select("tools").subtitle.startswith("Meer antwoorden mogelijk")


def test_every_net_of_a_multiple_choice_has_a_line(study: Study, new_rows: Any) -> None:
    nets = [
        Net(code=code, text={"nl": code, "en": code}, answers=("chatgpt",)) for code in ("a", "b")
    ]
    questions = tuple(
        question.model_copy(update={"nets": tuple(nets)}) if question.id == "tools" else question
        for question in study.questionnaire.questions
    )
    questionnaire = study.questionnaire.model_copy(update={"questions": questions})
    vars(questionnaire).pop("by_id", None)  # a copy keeps what was cached
    for wave in ("2024", "2025"):
        for net in nets:
            new_rows.add(wave, "tools", 40, answer=net.code, statistic="net")
    netted = study.model_copy(update={"questionnaire": questionnaire})
    data = select_data(netted, new_rows.published(), FigureSpec("tools", "nl"))
    assert [line.id for line in data.series] == ["a", "b"]


def test_a_line_joins_only_what_is_graded_same(select: Any) -> None:
    data = select("adoption")
    assert [(n.wave, n.joins_previous) for n in data.numbers] == [
        ("2024", False), ("2025", False), ("2026", True),
    ]  # fmt: skip
    [gap] = data.breaks
    assert (gap.wave, gap.text, gap.everywhere) == ("2025", "andere vraagstelling", True)
    assert "Reeksbreuk in 2025. Anders gevraagd." in data.caption[0]
    assert select("statements").breaks == ()


def test_a_break_of_one_line_is_named_with_it(study: Study, new_rows: Any) -> None:
    for wave in ("2024", "2025"):
        for item in ("s1", "s2"):
            new_rows.add(wave, "statements", 40, item=item, answer="top2", statistic="net")
    new_rows.rows[-1]["grade"] = "rescaled"
    data = select_data(study, new_rows.published(), FigureSpec("statements", "en"))
    [gap] = data.breaks
    assert (gap.everywhere, gap.series) == (False, (("", "s2"),))
    assert "Interrupted in 2025: We have enough knowledge in-house." in data.caption[0]


def test_a_change_that_divides_no_line_is_told_too(study: Study, new_rows: Any) -> None:
    new_rows.add("2024", "adoption", 30, answer="never")
    for wave in ("2025", "2026"):
        new_rows.add(wave, "adoption", 40, answer="using")
    spec = FigureSpec("adoption", "nl", answers=("never", "using"))
    data = select_data(study, new_rows.published(), spec)
    [gap] = data.breaks
    assert (gap.wave, gap.series, gap.everywhere) == ("2025", (), False)
    assert "Gewijzigd in 2025. Anders gevraagd." in data.caption[0]


def test_bands_are_explained_only_where_they_are_drawn(select: Any) -> None:
    three = select("statements", items=("s1", "s2", "s3"))
    four = select("statements", items=("s1", "s2", "s3", "s4"))
    assert "Band of streep: het 95%-interval" in three.caption[0]
    assert "Band" not in four.caption[0]


def test_a_withheld_point_is_not_joined(study: Study, new_rows: Any) -> None:
    for wave, base in (("2024", 200), ("2025", 5), ("2026", 200)):
        new_rows.add(wave, "chance", 6, statistic="mean", base=base)
    data = select_data(study, new_rows.published(), FigureSpec("chance", "nl"))
    assert [number.joins_previous for number in data.numbers] == [False, False, False]
    assert np.isnan(data.numbers[1].value)


def test_too_many_lines_become_panels(select: Any) -> None:
    data = select("statements")
    assert len(data.facets) == 8
    assert [label.id for label in data.series] == [""]
    few = select("statements", items=("s1", "s2"))
    assert (len(few.facets), len(few.series)) == (0, 2)


def test_a_panel_has_the_base_of_its_answers_and_not_of_those_beside_them(select: Any) -> None:
    data = select("tools", wave="2026", segment="sector")
    panel, muted = data.facets[0].id, {row.id for row in data.rows if row.muted}
    (base,) = data.bases_of(panel)
    frame = data.frame.assign(base=data.frame["base"] + data.frame["row"].isin(muted))
    assert muted
    assert replace(data, frame=frame).bases_of(panel) == {base}
    rows = tuple(replace(row, muted=True) for row in data.rows)
    assert replace(data, frame=frame, rows=rows).bases_of(panel) == {base, base + 1}


def test_a_question_of_one_wave_is_drawn_as_that_wave(study: Study, new_rows: Any) -> None:
    new_rows.add_scale("2025", "adoption", [20, 20, 20, 20, 20])
    data = select_data(study, new_rows.published(), FigureSpec("adoption", "nl"))
    assert data.form == "stacked"
    assert data.subtitle.startswith("Meting 2025")


def test_bars_over_waves_are_named_by_the_waves_titles(select: Any) -> None:
    rows = select(question="adoption", form="stacked").rows
    assert [row.text for row in rows] == ["Meting 2024", "Meting 2025", "Meting 2026"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"question": "nothing"}, "figure of nothing: no such question"),
        ({"question": "example"}, "its answers are not published"),
        ({"question": "tools", "wave": "1999"}, "waves with numbers: 2024, 2025, 2026"),
        ({"question": "tools", "form": "pie", "wave": "2026"}, "'pie': no such form; allowed are"),
        ({"question": "tools", "segment": "x"}, "no segment x; allowed are sector, discipline"),
        ({"question": "statements", "items": ("x",)}, "no item x; allowed are s1, s2"),
        ({"question": "tools", "answers": ("x",), "wave": "2026"}, "no answer or net x; allowed"),
        ({"question": "tools", "language": "fr"}, "no texts in fr; the study has nl, en"),
        ({"question": "tools", "form": "stacked", "wave": "2026"}, "make no 100 %; ask for"),
        ({"question": "discipline", "form": "stacked", "wave": "2026"}, "12 unordered answers"),
        ({"question": "chance", "form": "dots"}, "shows one wave; name one of 2024, 2025, 2026"),
        ({"question": "adoption", "form": "stacked", "segment": "sector"}, "divided further"),
        ({"question": "hours", "form": "bars", "wave": "2026"}, "nothing is published in the"),
    ],
)
def test_a_spec_that_cannot_be_drawn_says_why(
    select: Any, spec: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        select(**spec)


@pytest.mark.parametrize(
    ("unit", "per_organisation", "said"),
    [("person", "one", "Persons are counted, one from each organisation."),
     ("person", "several", "Persons are counted, sometimes several from one organisation."),
     ("person", "unknown", "how many from each organisation is not known."),
     ("organisation", "one", "Organisations are counted."),
     ("organisation", "several", "Answers on behalf of organisations are counted, sometimes"),
     ("organisation", "unknown", "how many from each is not known.")],
)  # fmt: skip
def test_every_caption_says_who_is_counted(
    study: Study, published: Published, unit: str, per_organisation: str, said: str
) -> None:
    about = study.about.model_copy(update={"unit": unit, "per_organisation": per_organisation})
    other = study.model_copy(update={"about": about})
    assert said in select_data(other, published, FigureSpec("tools", "en", "2026")).caption[0]


def test_every_caption_says_whether_it_is_weighted(study: Study, published: Published) -> None:
    waves = tuple(
        wave.model_copy(update={"weighting": wave.weighting.model_copy(update={"method": "rake"})})
        if wave.id != "2024" else wave
        for wave in study.waves
    )  # fmt: skip
    weighted = study.model_copy(update={"waves": waves})

    def caption(made: Study, wave: str | None) -> str:
        return select_data(made, published, FigureSpec("adoption", "nl", wave)).caption[0]

    assert caption(study, "2026").endswith("Niet gewogen.")
    assert caption(weighted, "2026").endswith(" Gewogen.")
    assert caption(weighted, None).endswith("Gewogen in 2025 en 2026; niet gewogen in 2024.")
