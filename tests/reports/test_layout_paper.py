"""Where the PDF breaks its pages: rows end a table together, with its notes; drawings float."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import typst

from reports.layout import embedded
from reports.layout.embedded import EmbeddedEngine
from reports.layout.project import ProjectSettings, write_project

PUBLISHED = date(2026, 1, 31)
TALL = '<svg xmlns="http://www.w3.org/2000/svg" width="460" height="490" viewBox="0 0 460 490"/>'
ROWS = 14


@pytest.fixture
def project(tmp_path: Path) -> Path:
    settings = ProjectSettings(languages=("nl",), titles={"nl": "AI"}, published=PUBLISHED)
    write_project(settings, tmp_path)
    (tmp_path / "hoog.svg").write_text(TALL, encoding="utf-8")
    return tmp_path


def place_marks(project: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[list[Any]]:
    """Lay out a page; return [mark, page, height from the top in points] of each mark in it."""
    sources: list[bytes] = []
    monkeypatch.setattr(embedded, "_compile", lambda source, *_: sources.append(source) or source)
    page = project / "nl" / "a.qmd"
    page.write_text(f"---\ntitle: a\ntoc: false\n---\n\n{text}", encoding="utf-8")
    EmbeddedEngine().lay_out(project, page, "typst", project / "a.pdf", PUBLISHED)
    places = """
#context [#metadata(query(<mark>).map(it => {
  let place = it.location().position()
  (it.value, place.page, place.y / 1pt)
}))<places>]
"""
    fonts = [str(project / "theme" / "fonts")]
    source = sources[0] + places.encode()
    found = typst.query(
        source, "<places>", field="value", one=True, root=str(project), font_paths=fonts
    )
    return list(json.loads(found))


def mark(name: str) -> str:
    return f'`#metadata("{name}")<mark>`{{=typst}}'


def push_down(centimetres: int) -> str:
    return f"\n```{{=typst}}\n#v({centimetres}cm)\n```\n"


def write_table(number: int) -> str:
    rows = [f"| {mark(f'{number} row')} Rij {row} | {row} |" for row in range(ROWS)]
    notes = f"::: {{.table-notes}}\n{mark(f'{number} notes')}\nGewogen.\n\nn is ongewogen.\n:::\n"
    lines = ["| Rij | n |", "|:--|--:|", *rows, "", f": Tabel {number}", "", notes]
    return "\n".join(lines)


def test_a_table_that_breaks_leaves_no_row_and_no_note_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_page = "\n```{=typst}\n#pagebreak(weak: true)\n```\n"
    text = "# Alles\n" + "".join(
        f"{new_page}Tekst.\n{push_down(down)}\n{write_table(down)}" for down in range(8, 23)
    )
    broken = 0
    marks = place_marks(project, text, monkeypatch)
    for _, group in groupby(marks, key=lambda found: found[0].split()[0]):
        *rows, notes = [page for _, page, _ in group]
        assert len(rows) == ROWS
        assert notes == rows[-1]
        assert rows.count(rows[0]) >= 3
        assert rows.count(rows[-1]) >= 3
        broken += rows[0] != rows[-1]
    assert broken >= 3


def write_drawing(name: str) -> str:
    image = '![](../hoog.svg){fig-alt="Een"}'
    return f"\n::: {{#fig-{name}}}\n\n{image}\n\n{name} {mark(name)}\n\n:::\n"


def test_a_tall_drawing_lets_the_text_go_on_but_stays_in_its_chapter(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        f"# Een\n\nMeer {mark('een')} tekst.\n{write_drawing('eerste')}{push_down(3)}"
        f"\nMeer {mark('voor')} tekst.\n{write_drawing('tweede')}\nMeer {mark('na')} tekst.\n"
        f"{write_drawing('derde')}\n# Twee\n\nMeer {mark('twee')} tekst.\n"
    )
    at = {name: (page, height) for name, page, height in place_marks(project, text, monkeypatch)}
    assert at["een"] < at["eerste"] < at["voor"]
    assert at["na"][0] == at["voor"][0] == at["tweede"][0] - 1
    assert at["tweede"] < at["derde"] < at["twee"]


def test_a_drawing_that_waits_does_not_come_between_the_rows_of_a_table(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        f"# Een\n\nTekst.\n{write_drawing('eerste')}{push_down(1)}\nMeer {mark('voor')} tekst.\n"
        f"{write_drawing('tweede')}\n{write_table(1)}"
    )
    marks = place_marks(project, text, monkeypatch)
    assert [name for name, *_ in marks][:3] == ["eerste", "voor", "tweede"]
    before, waited, *rows = [page for _, page, _ in marks][1:]
    assert before < waited <= min(rows)
