"""Typst sets a PDF in a process of its own; where it refuses or warns, its words come back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.layout import embedded
from reports.layout.embedded import EmbeddedEngine
from reports.layout.faults import LayoutFailed

DATE = "#set document(title: [T], date: datetime(year: 2026, month: 1, day: 31))\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "nl" / "stand.qmd"
    page.parent.mkdir()
    page.write_text("---\ntitle: a\n---\n\nTekst.\n", encoding="utf-8")
    return page


def lay_out(page: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Lay out what Pandoc is taken to have made of the page."""
    monkeypatch.setattr(embedded, "convert", lambda *_: source.encode())
    out = page.with_suffix(".pdf")
    EmbeddedEngine().lay_out(page.parent.parent, page, "typst", out, date(2026, 1, 31))
    return out.read_bytes()


def test_what_typst_sets_is_the_pdf(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (page.parent.parent / "deel.typ").write_text("Van elders.", encoding="utf-8")
    made = lay_out(page, DATE + '#include "/deel.typ"\n', monkeypatch)
    assert made.startswith(b"%PDF-")
    assert b"2026" in made
    assert made != lay_out(page, DATE, monkeypatch)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#nergens()", "unknown variable: nergens"),
        ('#set text(font: "Nergens")\nTekst.', "warning: unknown font family"),
    ],
)
def test_typst_is_quoted_where_it_refuses_or_warns(
    page: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    with pytest.raises(LayoutFailed, match=r"stand\.qmd could not be laid out as PDF") as caught:
        lay_out(page, source, monkeypatch)
    assert said in str(caught.value)
    assert not page.with_suffix(".pdf").exists()
