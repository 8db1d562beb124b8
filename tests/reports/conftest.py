"""One report of the small study `klein`, made once, for every test that looks at a report."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reports.build import Built, build_report
from reports.progress import NoProgress
from reports.store import OWNER

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Report:
    """A study's folder, the folder for everything made, and what is in it."""

    study: Path
    out: Path

    @property
    def folder(self) -> Path:
        return self.out / self.study.name

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def make(self, now: datetime = NOW, **settings: Any) -> Built:
        chosen: dict[str, Any] = {
            "engine": "embedded",
            "jobs": 2,
            "progress": NoProgress(),
            **settings,
        }
        return build_report(self.study, out=self.out, now=now, **chosen)

    def sum_files(self) -> dict[str, str]:
        """Return the sha256 sum of every file of the build, by its name within it."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def copy(self, folder: Path, with_store: bool = True) -> Report:
        """Return a copy to change; without the store everything is made anew."""
        shutil.copytree(self.study, folder / "studies" / self.study.name)
        hidden = shutil.ignore_patterns(OWNER if with_store else ".store")
        shutil.copytree(self.out, folder / "build", ignore=hidden)
        return Report(folder / "studies" / self.study.name, folder / "build")


@pytest.fixture(scope="session")
def klein(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of `klein` in nl and en: to be read, or copied first. Shared by all workers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    report = Report(shared / "klein-report" / "klein", shared / "klein-build")
    with (shared / "klein-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (report.folder / "manifest.json").is_file():
            shutil.copytree(
                repository / "tests" / "data" / "klein", report.study, dirs_exist_ok=True
            )
            report.make()
    return report


@pytest.fixture
def klein_copy(repository: Path, tmp_path: Path) -> Path:
    """A copy of the small study, to change."""
    shutil.copytree(repository / "tests" / "data" / "klein", tmp_path / "study" / "klein")
    return tmp_path / "study" / "klein"
