"""Which engine is taken, and how Quarto is called: what it makes, leaves and says."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from reports.layout.engine import choose_engine
from reports.layout.faults import LayoutFailed
from reports.layout.project import ProjectSettings, write_project
from reports.layout.quarto import QuartoEngine

PUBLISHED = date(2026, 1, 31)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    settings = ProjectSettings(languages=("nl",), titles={"nl": "AI"}, published=PUBLISHED)
    write_project(settings, folder)
    (folder / "nl" / "stand.qmd").write_text("---\ntitle: Stand\n---\n\nTekst.\n")
    return folder


def fake_quarto(folder: Path, version: str, said: str = "") -> Path:
    """A stand-in that answers --version, and on render writes its arguments where Quarto would."""
    script = folder / "quarto"
    script.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo {version}; exit 0; fi\n'
        f'echo "{said}" >&2\nmkdir -p _output/nl\n'
        'echo "$@" "$SOURCE_DATE_EPOCH" > _output/nl/stand.html\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_auto_takes_quarto_where_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_engine("auto").name == "embedded"
    with pytest.raises(LayoutFailed, match=r"needs Quarto 1\.9 or newer, but no quarto is on"):
        choose_engine("quarto")
    fake_quarto(tmp_path, "1.8.27")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert choose_engine("auto").name == "embedded"
    with pytest.raises(LayoutFailed, match=r"but version 1\.8\.27 is installed"):
        choose_engine("quarto")
    fake_quarto(tmp_path, "1.11.3")
    assert (choose_engine("auto").name, choose_engine("auto").version) == ("quarto", "1.11.3")
    assert choose_engine("embedded").name == "embedded"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(LayoutFailed, match=r"ENGINE=word is not an engine\. Allowed: auto, quarto"):
        choose_engine("word")


def test_quarto_renders_one_page_in_one_format(project: Path, tmp_path: Path) -> None:
    engine = QuartoEngine(str(fake_quarto(tmp_path, "1.11.3")), "1.11.3")
    out = tmp_path / "out" / "stand.html"
    engine.lay_out(project, project / "nl" / "stand.qmd", "html", out, PUBLISHED)
    assert out.read_text() == "render nl/stand.qmd --to html 1769817600\n"


def test_what_quarto_leaves_in_a_project_is_named(project: Path, tmp_path: Path) -> None:
    """A build drops these folders, so that its manifest is that of the embedded engine."""
    engine = QuartoEngine(str(fake_quarto(tmp_path, "1.11.3")), "1.11.3")
    before = {path.name for path in project.iterdir()}
    engine.lay_out(project, project / "nl" / "stand.qmd", "html", tmp_path / "a.html", PUBLISHED)
    left = {path.name for path in project.iterdir()} - before
    assert left == {"_output"} <= set(engine.leaves)


def test_quarto_that_makes_nothing_stops(project: Path, tmp_path: Path) -> None:
    engine = QuartoEngine(str(fake_quarto(tmp_path, "1.11.3")), "1.11.3")
    page = project / "nl" / "stand.qmd"
    with pytest.raises(LayoutFailed, match=r"stand\.qmd could not be laid out as docx"):
        engine.lay_out(project, page, "docx", tmp_path / "a.docx", PUBLISHED)


def test_a_warning_of_quarto_stops(project: Path, tmp_path: Path) -> None:
    script = fake_quarto(tmp_path, "1.11.3", said="WARN: Unable to resolve crossref @fig-x")
    engine = QuartoEngine(str(script), "1.11.3")
    page = project / "nl" / "stand.qmd"
    with pytest.raises(LayoutFailed, match="Unable to resolve crossref @fig-x"):
        engine.lay_out(project, page, "html", tmp_path / "a.html", PUBLISHED)


def test_only_the_want_of_tools_beside_quarto_is_no_stop(project: Path, tmp_path: Path) -> None:
    unchecked = (
        "\033[33mWARN: typst-gather analyze failed; staging all packages as fallback: none\n"
        "WARN: PDF standard validation requested but verapdf is not installed.\n"
        "Install with: quarto install verapdf\nStandards requested: ua-1\033[39m"
    )
    engine = QuartoEngine(str(fake_quarto(tmp_path, "1.11.3", said=unchecked)), "1.11.3")
    page, out = project / "nl" / "stand.qmd", tmp_path / "a.html"
    engine.lay_out(project, page, "html", out, PUBLISHED)
    assert out.is_file()
    failed = "WARN: PDF validation failed for ua-1:"
    engine = QuartoEngine(
        str(fake_quarto(tmp_path, "1.11.3", said=f"{unchecked}\n{failed}")), "1.11.3"
    )
    with pytest.raises(LayoutFailed, match="PDF validation failed for ua-1"):
        engine.lay_out(project, page, "html", out, PUBLISHED)
