"""The small study in a folder that a test may change, and every fault told of a study."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey.faults import Fault, Refusal
from survey.load import load_study


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
