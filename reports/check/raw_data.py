"""The evidence in the repository in, one fault out for every wave that is not declared invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from reports.check.files import name_within
from survey.faults import Fault

PASSPORT = "SOURCE.toml"
KEEP_OUT = "keep real waves in a folder outside the repository and name that one: STUDY=folder"
BESIDE = {
    ".md",
    ".txt",
    ".gitkeep",
    ".gitattributes",
}  # what may lie beside the evidence without a passport


def find_real_waves(root: Path, files: Iterable[Path]) -> list[Fault]:
    """Return a fault for every real or unvouched export among the repository's files.

    A passport of a real wave may stand elsewhere than in the evidence, such as with a test, as long
    as its export is not in the repository.
    """
    present = set(files)
    passports = sorted(file for file in present if file.name == PASSPORT)
    faults = [fault for one in passports for fault in _check_passport(root, one, present)]
    vouched = {passport.parent for passport in passports}
    for file in sorted(present):
        is_export = file.suffix not in BESIDE and file.name not in BESIDE
        if is_export and _is_evidence(root, file) and not vouched & set(file.parents):
            faults.append(
                Fault(
                    name_within(root, file),
                    "an export without a passport",
                    f"exports with a {PASSPORT} beside them that says: invented = true",
                    KEEP_OUT,
                )
            )
    return faults


def _is_evidence(root: Path, file: Path) -> bool:
    return file.is_relative_to(root / "data_raw")


def _check_passport(root: Path, passport: Path, present: set[Path]) -> list[Fault]:
    where = name_within(root, passport)
    try:
        told = tomllib.loads(passport.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [
            Fault(where, f"no TOML ({error})", "a passport", "write it as the format page says")
        ]
    listed = {passport.parent / str(file.get("name")) for file in told.get("file", [])}
    is_here = _is_evidence(root, passport) or bool(listed & present)
    if told.get("invented") is True or not is_here:
        return []
    is_said = told.get("invented") is False
    found = "invented = false" if is_said else "no key `invented` that says true"
    return [Fault(f"{where}: invented", found, "invented waves only", KEEP_OUT)]
