"""What tests of every package share: where the repository lies, and the material beside it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^### (\S+\.toml)\n\n```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)

# A slow machine is no failure, and a failure must come again on the next run.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the repository; a test that reads it is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared, the material that is no part of the repository")
    return folder


@pytest.fixture(scope="session")
def rse2017(repository: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey that real people answered: its declarations, with its export and passport beside
    them, in a folder outside the repository."""
    declared = repository / "tests" / "studies" / "rse2017"
    folder = tmp_path_factory.mktemp("studies") / "rse2017"
    shutil.copytree(declared, folder, ignore=shutil.ignore_patterns("SOURCE.toml"))
    export = folder / "data_raw" / "2017"
    export.mkdir(parents=True)
    shutil.copy(declared / "SOURCE.toml", export)
    shutil.copy(shared / "real" / "rse2017_nl" / "public_data.csv", export)
    return folder


@pytest.fixture
def example(repository: Path, tmp_path: Path) -> Path:
    """The study of the format's page: its blocks, written to files; without answers."""
    page = repository / "docs" / "study-format.md"
    for name, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path
