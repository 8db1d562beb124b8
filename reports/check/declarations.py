"""The studies and the types they are held against in, one fault out for each that does not hold."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from survey.faults import Fault, Refusal


def list_studies(root: Path) -> list[Path]:
    """Return the folders of the studies that lie in the repository."""
    return sorted(file.parent for file in (root / "survey" / "studies").glob("*/study.toml"))


def list_waves(studies: Iterable[Path]) -> list[str]:
    """Return the ids of all waves that the studies declare; of a broken file, none."""
    waves: list[str] = []
    for study in studies:
        try:
            declared = tomllib.loads((study / "study.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # `find_broken_studies` tells
        waves += [str(wave) for wave in declared.get("waves", [])]
    return sorted(set(waves))


def find_broken_studies(studies: Iterable[Path]) -> list[Fault]:
    """Return every fault of every study's declarations, and of what they ask of this package."""
    from reports.supported import find_unsupported
    from survey.load import load_study

    faults: list[Fault] = []
    for study in studies:
        try:
            faults += find_unsupported(load_study(study))
        except Refusal as refusal:
            faults += refusal.faults
    return faults


def find_stale_schemas() -> list[Fault]:
    """Return a fault for every committed JSON Schema that no longer agrees with the types."""
    from survey.schema import FOLDER, list_stale

    return [
        Fault(
            f"survey/{FOLDER.name}/{name}",
            "a schema that differs from its type",
            "what `verkenning schema` writes",
            "run `make schema` and commit what it writes",
        )
        for name in list_stale()
    ]
