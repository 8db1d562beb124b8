"""Words that a self-selected sample has not earned are found wherever a reader would see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.check.declarations import list_studies
from reports.check.unearned_words import find_in_text, find_unearned_words, list_texts

ROOT = Path(__file__).parents[2]


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("De foutmarge is klein.", [(1, "foutmarge")]),
        ("Een\nsignificant verschil", [(2, "significant")]),
        ("The margin\nof error", [(1, "margin of error")]),
        ("Significantly more", [(1, "Significantly")]),
        ("duidelijk anders; the margins of the table; een marge", []),
        ("insignificantly", []),
    ],
)
def test_words_are_found_in_every_language(text: str, found: list[tuple[int, str]]) -> None:
    assert list(find_in_text(text)) == found


def test_only_what_a_self_selected_study_shows_is_read(tmp_path: Path) -> None:
    bad = "Dit is significant."
    write(tmp_path, "analysis/phrases/nl.toml", f'# {bad}\nx = "goed"\ny = "{bad}"\n')
    write(tmp_path, "reports/pages/nl/_a.qmd", f"Goed.\n\n{bad}\n")
    for study, sample in (("ours", "self-selected"), ("drawn", "random")):
        folder = f"survey/studies/{study}"
        write(tmp_path, f"{folder}/study.toml", f'sample = "{sample}"\nt = "{bad}"\n')
        write(tmp_path, f"reports/pages/{study}/nl/_b.qmd", bad)
        write(tmp_path, f"{folder}/pages/nl/_c.qmd", bad)
    faults = find_unearned_words(list_texts(tmp_path, list_studies(tmp_path)), tmp_path)
    assert [fault.where for fault in faults] == [
        "analysis/phrases/nl.toml:3",
        "reports/pages/nl/_a.qmd:3",
        "reports/pages/ours/nl/_b.qmd:1",
        "survey/studies/ours/pages/nl/_c.qmd:1",
        "survey/studies/ours/study.toml:2",
    ]
    assert faults[0].found == "“significant”"


def test_a_study_may_lie_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, "mine/study.toml", 'sample = "self-selected"\n')
    page = write(tmp_path, "mine/pages/en/_a.qmd", "Within the margin of error.")
    assert [f.where for f in find_unearned_words(list_texts(tmp_path, [page.parents[2]]))] == [
        f"{page.resolve()}:1"
    ]


def test_this_repository_writes_none_of_them() -> None:
    files = list_texts(ROOT, list_studies(ROOT))
    assert len(files) > 30
    assert [str(fault) for fault in find_unearned_words(files, ROOT)] == []
