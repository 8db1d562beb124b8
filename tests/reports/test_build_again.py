"""A second run makes what changed and nothing else; the same input gives the same bytes."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import reports.drawing
import reports.site
from reports.build import Built, build_report
from reports.layout.embedded import EmbeddedEngine
from reports.manifest import NAME
from survey.faults import Refusal

if TYPE_CHECKING:
    from tests.reports.conftest import Report

LATER = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


class Steps:
    """A progress that remembers which steps were begun, and the last word."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.counts: dict[str, tuple[int, int]] = {}
        self.last: str | None = None

    def step(self, name: str) -> None:
        self.names.append(name)

    def advance(self, done: int, total: int) -> None:
        self.counts[self.names[-1]] = (done, total)

    def done(self, message: str = "") -> None:
        self.last = message


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine is asked to lay out, as it is asked."""
    asked: list[str] = []
    real = EmbeddedEngine.lay_out

    def lay_out(self: EmbeddedEngine, project: Path, page: Path, fmt: str, *rest: Any) -> None:
        asked.append(f"{page.parent.name}/{page.stem} {fmt}")
        real(self, project, page, fmt, *rest)

    monkeypatch.setattr(EmbeddedEngine, "lay_out", lay_out)
    return asked


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that are checked, as they are."""
    asked: list[str] = []
    real = reports.site.check_pages

    def check_pages(project: Path, pages: list[Path], *rest: Any) -> None:
        asked.extend(f"{page.parent.name}/{page.stem}" for page in pages)
        real(project, pages, *rest)

    monkeypatch.setattr(reports.site, "check_pages", check_pages)
    return asked


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn; nothing, in a run that takes all drawings from the store."""
    asked: list[str] = []

    class Watched(reports.drawing.Batch[Any]):
        def add(self, name: str, act: Any, *given: Any) -> None:
            asked.append(name)
            super().add(name, act, *given)

    monkeypatch.setattr(reports.drawing, "Batch", Watched)
    return asked


def read_times(report: Report) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in report.folder.rglob("*")}


def test_nothing_is_made_where_nothing_changed(klein: Report, tmp_path: Path) -> None:
    again = klein.copy(tmp_path)
    for path in again.study.rglob("*"):
        os.utime(path, (1, 1))  # a moment is no content
    before, told = read_times(again), Steps()
    built = again.make(LATER, progress=told)
    assert built.unchanged
    assert (told.names, told.last) == ([], "nothing changed since 2026-01-02T03:04:05+00:00")
    assert read_times(again) == before
    first = Built(again.folder, ("2023", "2024"), ("nl", "en"), 16, built.figures, built.findings,
                  built.engine, unchanged=True)  # fmt: skip
    assert built == first
    assert built.findings == 17


def test_an_output_that_went_or_changed_is_made_again(
    klein: Report,
    tmp_path: Path,
    laid_out: list[str],
    drawn: list[str],
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again = klein.copy(tmp_path)
    before = klein.sum_files()
    monkeypatch.setattr("analysis.pipeline.run_study", None)  # nothing is computed
    (again.site / "nl" / "report.pdf").unlink()
    (again.site / "data" / "codes.csv").write_text("something else")
    told = Steps()
    assert not again.make(progress=told).unchanged
    assert again.sum_files() == before
    assert (laid_out, drawn, checked) == ([], [], [])  # the store had it
    assert told.last == ""  # the last step ends too, with its seconds
    assert told.counts["lay out the pages"] == (20, 20)
    assert again.make().unchanged


def test_one_sentence_costs_its_page_and_the_reports(
    klein: Report,
    tmp_path: Path,
    repository: Path,
    laid_out: list[str],
    drawn: list[str],
    checked: list[str],
) -> None:
    again = klein.copy(tmp_path)
    own = again.study / "pages" / "nl" / "_index.qmd"
    own.parent.mkdir(parents=True)
    general = (repository / "reports" / "pages" / "nl" / "_index.qmd").read_text(encoding="utf-8")
    own.write_text(f"{general}\nDeze zin is nieuw.\n", encoding="utf-8")
    before = again.sum_files()
    assert not again.make().unchanged
    assert sorted(laid_out) == ["nl/index html", "nl/report docx", "nl/report typst"]
    assert drawn == []
    assert checked == ["nl/index", "nl/report"]  # what lies in the store was checked before
    after = again.sum_files()
    assert {name for name in after if after[name] != before[name]} == {
        "manifest.json", "quarto/nl/_index.qmd",
        "site/nl/index.html", "site/nl/report.pdf", "site/nl/report.docx",
    }  # fmt: skip
    assert "Deze zin is nieuw." in (again.site / "nl" / "index.html").read_text(encoding="utf-8")


def test_a_faulty_page_is_refused_as_often_as_it_is_tried(
    klein: Report, tmp_path: Path, laid_out: list[str], checked: list[str]
) -> None:
    again = klein.copy(tmp_path)
    own = again.study / "pages" / "nl" / "_index.qmd"
    own.parent.mkdir(parents=True)
    own.write_text("## Kop\n\nZie @fig-bestaat-niet.\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(Refusal, match="@fig-bestaat-niet refers to nothing"):
            again.make()
        assert "nl/index" in checked
        checked.clear()
    assert laid_out == []
    assert again.sum_files() == klein.sum_files()


def test_waves_and_languages_narrow_the_report(klein: Report, tmp_path: Path) -> None:
    again = klein.copy(tmp_path)
    own = again.study / "pages" / "nl"
    own.mkdir(parents=True)
    for page in ("index", "stand", "verwachting"):  # without figures: these cost the most
        (own / f"_{page}.qmd").write_text("Alleen tekst.\n", encoding="utf-8")
    built = again.make(waves=["2024"], languages=["nl"])
    assert (built.waves, built.languages) == (("2024",), ("nl",))
    assert (built.pages, built.figures) == (8, 0)
    assert not (again.site / "en").exists()
    published = (again.site / "data" / "published.csv").read_text(encoding="utf-8-sig")
    assert {line.split("/")[0] for line in published.splitlines()[1:]} == {"2024"}
    topline = (again.site / "nl" / "topline.html").read_text(encoding="utf-8")
    assert "Meting 2024" in topline
    assert "Meting 2023" not in topline
    page = (again.site / "nl" / "index.html").read_text(encoding="utf-8")
    assert '<nav class="languages"' not in page
    assert again.make(waves=["2024"], languages=["nl"]).unchanged


def test_waves_stand_in_their_order_however_they_are_asked_for(
    klein: Report, tmp_path: Path
) -> None:
    again = klein.copy(tmp_path)
    built = again.make(waves=["2024", "2023", "2024"], languages=["en", "nl"])
    assert (built.waves, built.languages) == (("2023", "2024"), ("nl", "en"))
    made, first = again.sum_files(), klein.sum_files()
    assert made.keys() == first.keys()
    assert {name for name in made if made[name] != first[name]} == {NAME}  # its fingerprint


def test_the_same_input_gives_the_same_bytes(
    klein: Report, tmp_path: Path, laid_out: list[str], drawn: list[str]
) -> None:
    again = klein.copy(tmp_path)
    shutil.rmtree(again.folder)
    store = again.out / ".store" / "klein"
    for kept in store.iterdir():
        if kept.is_dir() and kept.name != "drawing":
            shutil.rmtree(kept)
    drawings = sorted((store / "drawing").iterdir())
    for gone in drawings[::9]:  # drawing is the most of the work; some will do
        gone.unlink()  # they are drawn in this process, the first time in workers
    assert not again.make(LATER).unchanged
    assert len(laid_out) == 20
    assert len(drawn) == len(drawings[::9])
    made, first = again.sum_files(), klein.sum_files()
    assert made.keys() == first.keys()
    assert {name for name in made if made[name] != first[name]} == {NAME}
    ours, theirs = (
        json.loads((report.folder / NAME).read_text(encoding="utf-8")) for report in (again, klein)
    )
    assert {name for name in ours if ours[name] != theirs[name]} == {"made"}


def test_a_build_within_the_studys_folder_is_no_input_of_it(klein: Report, tmp_path: Path) -> None:
    again = klein.copy(tmp_path)
    inside = again.study / "build"
    shutil.move(again.out, inside)
    (again.study / ".editor-rest").write_text("x")
    settings: dict[str, Any] = {"engine": "embedded", "jobs": 1, "out": inside, "now": LATER}
    assert build_report(again.study, progress=Steps(), **settings).unchanged


def test_a_second_run_beside_the_first_is_refused(klein: Report, tmp_path: Path) -> None:
    from reports.store import Store

    again = klein.copy(tmp_path)
    (again.site / "index.html").unlink()
    before = again.sum_files()
    with (
        Store(again.out / ".store" / "klein").hold(),
        pytest.raises(Refusal, match="another run is making it"),
    ):
        again.make()
    assert again.sum_files() == before


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
def test_a_stop_between_two_renames_brings_the_last_build_back(
    klein: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    again = klein.copy(tmp_path)
    (again.site / "index.html").unlink()
    before = again.sum_files()
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == ".klein.next":
            raise stop
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(stop):
        again.make()
    assert again.sum_files() == before
    assert sorted(path.name for path in again.out.iterdir()) == [".store", "klein"]


def test_a_build_left_aside_by_a_killed_run_is_brought_back(klein: Report, tmp_path: Path) -> None:
    again = klein.copy(tmp_path)
    again.folder.rename(again.out / ".klein.last")
    (again.out / ".klein.next").mkdir()
    with pytest.raises(Refusal, match="has no texts in de"):
        again.make(languages=["de"])
    (again.study / "pages" / "nl").mkdir(parents=True)
    page = again.study / "pages" / "nl" / "_index.qmd"
    page.write_text("```{python}\n1 / 0\n```\n", encoding="utf-8")
    with pytest.raises(Refusal, match="division by zero"):
        again.make()
    assert again.sum_files() == klein.sum_files()
    assert sorted(path.name for path in again.out.iterdir()) == [".store", "klein"]
