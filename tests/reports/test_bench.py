"""Three builds of a copy are measured; the study itself stays as it is."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from reports import bench
from survey.faults import Refusal


@pytest.fixture
def study(tmp_path: Path) -> SimpleNamespace:
    folder, data = tmp_path / "studies" / "one", tmp_path / "data_raw" / "one"
    (folder / "pages" / "nl").mkdir(parents=True)
    (folder / "pages" / "nl" / "_own.qmd").write_text("own")
    (data / "2024").mkdir(parents=True)
    (data / "2024" / "a.csv").write_text("a")
    for place in ("pages/nl", "pages/one/nl", "pages/en"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "_page.qmd").write_text(place)
        (tmp_path / place / "_own.qmd").write_text("general")
    return SimpleNamespace(id="one", folder=folder, data_folder=data, languages=("nl", "en"))


def test_a_copy_has_the_pages_that_the_build_would_take(study, tmp_path: Path):
    bench.copy_study(study, tmp_path / "pages", tmp_path / "copy")
    pages = tmp_path / "copy" / "pages"
    assert (pages / "nl" / "_own.qmd").read_text() == "own"
    assert (pages / "nl" / "_page.qmd").read_text() == "pages/one/nl"
    assert (pages / "en" / "_page.qmd").read_text() == "pages/en"
    assert (tmp_path / "copy" / "data_raw" / "2024" / "a.csv").is_file()


def test_the_sentence_is_added_before_the_third_build_only(study, tmp_path: Path, monkeypatch):
    changed: list[bool] = []
    page = tmp_path / "work" / "one" / "pages" / "nl" / "_own.qmd"

    def run(command):
        assert command[-2:] == ["--jobs", "2"]
        changed.append(bench.SENTENCE in page.read_text())
        return 1.5, 200.0

    made = SimpleNamespace(pages=4, figures=10)
    monkeypatch.setattr("reports.manifest.read_manifest", lambda folder: made)
    arguments = (study, tmp_path / "pages", tmp_path / "work", ["--jobs", "2"], run)
    builds = bench.measure_builds(*arguments)
    assert changed == [False, False, True]
    assert (study.folder / "pages" / "nl" / "_own.qmd").read_text() == "own"
    assert [one.aim for one in builds] == [23.5, 2.0, 6.0]
    lines = bench.describe_builds(builds).splitlines()
    assert lines[1].split() == ["cold", "1.5", "23.5", "200", "4", "10"]


def test_a_command_is_measured_with_its_memory():
    program = "x = bytearray(80_000_000); import time; time.sleep(0.6)"
    seconds, peak = bench.run_measured([sys.executable, "-c", program])
    assert seconds >= 0.6
    assert peak > 80


def test_a_failing_build_is_told_with_its_last_words():
    with pytest.raises(Refusal, match="no room"):
        bench.run_measured([sys.executable, "-c", "raise SystemExit('no room')"])
