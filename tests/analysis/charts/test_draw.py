"""Every form, drawn: texts apart and inside, the same bytes again, fit to stand in a page."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from PIL import Image

from analysis.charts.boxes import Box, Boxes, check_boxes, find_overlaps
from analysis.charts.draw import Drawn, draw_figure
from analysis.charts.figure import FigureSpec
from analysis.charts.forms import list_forms, load_form
from analysis.charts.select import select_data
from analysis.charts.theme import ACCENT, MUTED, Theme
from survey.published import Published
from survey.study import Study

SPECS: dict[str, dict[str, Any]] = {
    "grid": {"question": "statements", "wave": "2026"},
    "scale": {"question": "adoption", "wave": "2026"},
    "scale by twelve": {"question": "adoption", "wave": "2026", "segment": "discipline"},
    "scale by wave": {"question": "adoption", "form": "stacked"},
    "eleven steps": {"question": "chance", "wave": "2026", "form": "stacked"},
    "periods": {"question": "impact", "wave": "2026", "form": "stacked"},
    "multiple": {"question": "tools", "wave": "2026"},
    "unordered": {"question": "discipline", "wave": "2026"},
    "panels by segment": {"question": "tools", "wave": "2026", "segment": "sector"},
    "panels by item": {"question": "impact", "wave": "2026"},
    "rating": {"question": "chance", "wave": "2026"},
    "number": {"question": "hours", "wave": "2026"},
    "means by segment": {"question": "hours", "wave": "2026", "segment": "sector"},
    "ranking": {"question": "priorities", "wave": "2026"},
    "dots in panels": {
        "question": "statements", "wave": "2026", "segment": "sector", "items": ("s1", "s3"),
    },
    "dots of items": {"question": "statements", "wave": "2026", "form": "dots"},
    "broken line": {"question": "adoption"},
    "four lines": {"question": "statements", "items": ("s1", "s2", "s3", "s4")},
    "lines in panels": {"question": "impact"},
    "lines by segment": {"question": "adoption", "segment": "sector"},
}  # fmt: skip


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize(("language", "narrow"), [("nl", False), ("en", True)])
def test_texts_stand_apart_and_inside(
    study: Study, published: Published, theme: Theme, name: str, language: str, narrow: bool
) -> None:
    data = select_data(study, published, FigureSpec(language=language, **SPECS[name]))
    drawn = draw_figure(data, theme.for_phone() if narrow else theme, png=False)
    assert check_boxes(drawn.boxes) == []
    texts = " ".join(box.text for box in drawn.boxes.texts)
    assert ("Verzonnen gegevens" if language == "nl" else "Invented data") in texts
    assert drawn.width == (320 if narrow else 720)


def test_every_form_is_drawn_by_the_specs(study: Study, published: Published) -> None:
    drawn = {
        select_data(study, published, FigureSpec(language="nl", **spec)).form
        for spec in SPECS.values()
    }
    assert drawn == set(list_forms())


@pytest.mark.parametrize("shares", [[0, 0, 0, 0, 0], [100, 0, 0, 0, 0], [1, 1, 1, 1, 96]])
@pytest.mark.parametrize("form", ["stacked", "bars", "dots", "histogram"])
def test_extreme_shares(
    study: Study, theme: Theme, new_rows: Any, shares: list[int], form: str
) -> None:
    new_rows.add_scale("2026", "adoption", shares)
    spec = FigureSpec("adoption", "nl", "2026", form=form)
    drawn = draw_figure(select_data(study, new_rows.published(), spec), theme, png=False)
    assert check_boxes(drawn.boxes) == []


@pytest.mark.parametrize("form", ["stacked", "bars", "dots", "histogram"])
def test_nothing_but_withheld_numbers(study: Study, theme: Theme, new_rows: Any, form: str) -> None:
    new_rows.add_scale("2026", "adoption", [20, 20, 20, 20, 20], base=4)
    spec = FigureSpec("adoption", "en", "2026", form=form)
    drawn = draw_figure(select_data(study, new_rows.published(), spec), theme, png=False)
    assert check_boxes(drawn.boxes) == []
    words = " ".join(box.text for box in drawn.boxes.texts)
    assert "too few" in words
    assert drawn.boxes.bars == () or form == "stacked"
    assert "too few respondents to be shown" in drawn.alt


def test_twelve_rows_of_long_words(study: Study, theme: Theme, published: Published) -> None:
    long = "Gegevensbeschermingseffectbeoordelingen en auteursrechtenproblematiek " * 3
    spec = FigureSpec("discipline", "nl", "2026", title=long)
    questions = study.questionnaire.model_copy(
        update={
            "questions": tuple(
                question.model_copy(
                    update={
                        "answers": tuple(
                            answer.model_copy(update={"text": {"nl": f"{long}{answer.code}"}})
                            for answer in question.answers
                        )
                    }
                )
                for question in study.questionnaire.questions
            )
        }
    )
    vars(questions).pop("by_id", None)  # a copy keeps what was cached
    wordy = study.model_copy(update={"questionnaire": questions})
    data = select_data(wordy, published, spec)
    for width in (theme, theme.for_phone()):
        drawn = draw_figure(data, width, png=False)
        assert check_boxes(drawn.boxes) == []
    assert drawn.height > 1500


@pytest.fixture(scope="module")
def grid(study: Study, published: Published, theme: Theme) -> Drawn:
    data = select_data(study, published, FigureSpec("statements", "nl", "2026"))
    return draw_figure(data, theme)


def test_the_same_figure_has_the_same_bytes(
    study: Study, published: Published, theme: Theme, grid: Drawn
) -> None:
    again = select_data(study, published, FigureSpec("statements", "nl", "2026"))
    assert draw_figure(again, theme) == grid


def test_the_svg_is_fit_for_a_page(grid: Drawn) -> None:
    root = ElementTree.fromstring(grid.svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["width"] == "100%"
    assert "height" not in root.attrib
    assert root.attrib["viewBox"] == f"0 0 720 {grid.height:.2f}".rstrip("0").rstrip(".")
    named = {element.attrib.get("id"): element.text for element in root.iter()}
    title, description = (named[name] for name in root.attrib["aria-labelledby"].split())
    assert title == "In hoeverre ben je het eens met deze stellingen?"
    assert description == grid.alt
    assert "Date" not in grid.svg
    assert "<style" not in grid.svg


def test_text_in_the_svg_is_text_in_the_font_of_the_page(grid: Drawn, theme: Theme) -> None:
    root = ElementTree.fromstring(grid.svg)
    texts = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Zeer mee eens" in texts
    assert any("($5 of $10)" in text for text in texts)
    assert root.attrib["font-family"].startswith(f"'{theme.family}'")
    assert grid.svg.count("font-family") == 1


def test_ids_differ_between_languages_and_drawings(
    study: Study, published: Published, theme: Theme
) -> None:
    ids: list[str] = []
    for language in ("nl", "en"):
        data = select_data(study, published, FigureSpec("adoption", language))
        for suffix in ("", "n"):
            svg = draw_figure(data, theme, png=False, suffix=suffix).svg
            found = [e.attrib["id"] for e in ElementTree.fromstring(svg).iter() if "id" in e.attrib]
            targets = {e.attrib[name][1:] for e in ElementTree.fromstring(svg).iter()
                       for name in e.attrib if name.endswith("href")}  # fmt: skip
            assert targets <= set(found)
            ids += found
    assert len(ids) == len(set(ids))


def test_the_png_is_twice_as_large(grid: Drawn) -> None:
    assert grid.png is not None
    image = Image.open(io.BytesIO(grid.png))
    assert image.width == 1440
    assert image.height == pytest.approx(2 * grid.height, abs=1)


def test_no_png_where_none_is_asked_for(study: Study, published: Published, theme: Theme) -> None:
    data = select_data(study, published, FigureSpec("policy", "nl", "2026"))
    assert draw_figure(data, theme, png=False).png is None


def test_a_bar_is_as_long_as_its_labels_say(study: Study, theme: Theme, new_rows: Any) -> None:
    new_rows.add_scale("2026", "adoption", [50, 20, 10, 10, 9])
    data = select_data(study, new_rows.published(), FigureSpec("adoption", "nl", "2026"))
    boxes = draw_figure(data, theme, png=False).boxes
    lowest = max(bar.bottom for bar in boxes.bars)
    bars = sorted((b for b in boxes.bars if b.bottom == lowest), key=lambda bar: bar.left)
    lengths = [bar.right - bar.left + 1.5 for bar in bars]
    assert [length / lengths[0] for length in lengths] == pytest.approx(
        [1, 0.4, 0.2, 0.2, 0.18], abs=0.01
    )


def test_lines_stop_at_a_break(study: Study, published: Published, theme: Theme) -> None:
    data = select_data(study, published, FigureSpec("adoption", "nl"))
    figure = load_form("trend").draw(data, theme).draw()
    lines: list[Any] = []
    dashed: list[Any] = []
    for collection in figure.findobj(LineCollection):
        for ends, color in zip(collection.get_segments(), collection.get_color(), strict=True):
            slanted = ends[0][0] != ends[1][0]
            if slanted and to_hex(color) == ACCENT:
                lines.append(ends)
            if not slanted and to_hex(color) == MUTED:
                dashed.append(ends)
    assert len(lines) == sum(number.joins_previous for number in data.numbers) == 1
    assert len(dashed) == 1
    place = dashed[0][0][0]
    assert place < lines[0][:, 0].min()
    bands = [path for c in figure.findobj(PolyCollection) for path in c.get_paths()]
    assert len(bands) == 1
    assert bands[0].vertices[:, 0].min() > place


def test_a_line_that_ends_early_names_its_wave(study: Study, theme: Theme, new_rows: Any) -> None:
    for wave in ("2024", "2025", "2026"):
        new_rows.add(wave, "statements", 40, item="s1", answer="top2", statistic="net")
        if wave == "2024":
            new_rows.add(wave, "statements", 30, item="s2", answer="top2", statistic="net")
    data = select_data(study, new_rows.published(), FigureSpec("statements", "en"))
    drawn = draw_figure(data, theme, png=False)
    assert "30% (2024)" in " ".join(box.text for box in drawn.boxes.texts)
    alone = select_data(study, new_rows.published(), FigureSpec("statements", "en", items=("s1",)))
    assert alone.waves[-1].id == "2026"
    assert "(20" not in " ".join(b.text for b in draw_figure(alone, theme, png=False).boxes.texts)


def test_four_panels_of_lines_stand_two_by_two(
    study: Study, published: Published, theme: Theme
) -> None:
    spec = FigureSpec("impact", "nl")
    svg = draw_figure(select_data(study, published, spec), theme).svg
    names = [item.text["nl"] for item in study.questionnaire["impact"].items]
    places = [re.search(rf'x="([\d.]+)" y="([\d.]+)">{name}<', svg) for name in names]
    found = [place.groups() for place in places if place is not None]
    assert len(found) == 4
    assert [len({place[axis] for place in found}) for axis in (0, 1)] == [2, 2]


def test_planted_faults_are_found() -> None:
    page = {"width": 100.0, "height": 50.0}
    first, second = Box(10, 10, 40, 20, "a"), Box(30, 15, 60, 25, "b")
    assert check_boxes(Boxes(**page, texts=(first, second))) == ["'a' overlaps 'b'"]
    outside = Box(90, 10, 120, 20, "c")
    assert check_boxes(Boxes(**page, texts=(outside,))) == ["'c' lies outside the figure"]
    bar = Box(0, 5, 35, 30)
    assert check_boxes(Boxes(**page, texts=(first,), bars=(bar,))) == [
        "'a' lies across the end of a bar"
    ]
    inside = Box(5, 10, 30, 20, "d")
    assert check_boxes(Boxes(**page, texts=(inside,), bars=(bar,))) == []


def test_faults_of_a_matplotlib_figure_are_found() -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1))
    figure.text(0.5, 0.5, "onder", ha="left", va="baseline")
    figure.text(0.52, 0.5, "boven", ha="left", va="baseline")
    figure.text(0.9, 0.1, "buiten het blad", ha="left", va="baseline")
    assert find_overlaps(figure) == [
        "'buiten het blad' lies outside the figure", "'onder' overlaps 'boven'",
    ]  # fmt: skip
