"""The study of the format's page and the small study, in folders that a test may change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey.faults import Fault, Refusal
from survey.load import load_study

BLOCK = re.compile(r"^### (\S+\.toml)\n\n```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(repository: Path, tmp_path: Path) -> Path:
    """The study of the format's page: its blocks, written to files; without answers."""
    page = repository / "docs" / "study-format.md"
    for name, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def klein_copy(repository: Path, tmp_path: Path) -> Path:
    """A copy of the small study with two waves."""
    return Path(shutil.copytree(repository / "tests" / "data" / "klein", tmp_path / "klein"))


@pytest.fixture
def list_faults() -> Callable[[Path], list[Fault]]:
    """Load the study of a folder, which has to be refused, and return every fault told.

    Each stands at its file below the folder.
    """

    def run(folder: Path) -> list[Fault]:
        with pytest.raises(Refusal) as refused:
            load_study(folder, need_exports=False)
        return [
            replace(fault, where=fault.where.removeprefix(f"{folder}/"))
            for fault in refused.value.faults
        ]

    return run
