"""The evidence in the repository in, one fault out for every wave that is not declared invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from reports.check.files import name_within
from survey.faults import Fault

PASSPORT = "SOURCE.toml"
KEEP_OUT = "keep real waves in a folder outside the repository and name that one: STUDY=folder"
BESIDE = {".md", ".txt", ".gitkeep"}  # what may lie beside the evidence without a passport


def find_real_waves(root: Path, files: Iterable[Path]) -> list[Fault]:
    """Return a fault for every real or unvouched export among the repository's files."""
    files = list(files)
    passports = [file for file in files if file.name == PASSPORT]
    faults = [fault for passport in passports for fault in _check_passport(root, passport)]
    vouched = {passport.parent for passport in passports}
    evidence = root / "data_raw"
    for file in files:
        is_evidence = file.is_relative_to(evidence) and file.suffix not in BESIDE
        if is_evidence and file.name not in BESIDE and not vouched & set(file.parents):
            faults.append(
                Fault(
                    name_within(root, file),
                    "an export without a passport",
                    f"exports with a {PASSPORT} beside them that says: invented = true",
                    KEEP_OUT,
                )
            )
    return faults


def _check_passport(root: Path, passport: Path) -> list[Fault]:
    where = name_within(root, passport)
    try:
        invented = tomllib.loads(passport.read_text(encoding="utf-8")).get("invented")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [
            Fault(where, f"no TOML ({error})", "a passport", "write it as the format page says")
        ]
    if invented is True:
        return []
    found = "invented = false" if invented is False else "no key `invented` that says true"
    return [Fault(f"{where}: invented", found, "invented waves only", KEEP_OUT)]
