"""The small study and the study of the repository, loaded without needing their exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.clean import clean_wave
from analysis.read import read_export
from analysis.rehearse.export import Rehearsed
from analysis.rehearse.reshape import reshape_wave
from survey.findings import Finding
from survey.load import load_study
from survey.responses import Responses
from survey.study import Study
from survey.wave import Shape

Clean = Callable[[Study, Rehearsed, Shape | None], tuple[Responses, list[Finding]]]


@pytest.fixture(scope="session")
def klein(repository: Path) -> Study:
    return leave_out_corrections(
        load_study(repository / "tests" / "data" / "klein", need_exports=False)
    )


@pytest.fixture(scope="session")
def culture() -> Study:
    return leave_out_corrections(load_study("ai-cultuur", need_exports=False))


def leave_out_corrections(study: Study) -> Study:
    """Return the study as it is before anybody set right what its committed exports hold."""
    return study.model_copy(update={"corrections": ()})


@pytest.fixture
def clean(tmp_path: Path) -> Clean:
    """Return a function that reads and cleans an export made in memory."""

    def run(
        study: Study, made: Rehearsed, shape: Shape | None = None
    ) -> tuple[Responses, list[Finding]]:
        wave = made.passport.wave
        shaped = reshape_wave(study, wave, shape)
        folder = tmp_path / (shaped.wave(wave).folder or wave)
        folder.mkdir()
        for name, content in made.files.items():
            (folder / name).write_bytes(content)
        found = shaped.model_copy(update={"data_folder": tmp_path, "passports": (made.passport,)})
        return clean_wave(found, wave, read_export(found, wave))

    return run
