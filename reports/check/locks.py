"""pyproject.toml and the locks in, one fault out for every way in which they disagree."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from survey.faults import Fault

LOCKS = {"runtime": ("build",), "dev": ("build", "dev")}  # lock → dependency groups besides
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (("linux", "Linux"), ("darwin", "Darwin"))
WAY_OUT = "run `make lock` and commit what it writes"


@dataclass(frozen=True)
class Locked:
    """One package of a lock: its version, where it applies, and whether a hash vouches for it."""

    name: str
    version: str
    marker: Marker | None
    has_hash: bool
    line: int


def find_stale_locks(root: Path) -> list[Fault]:
    """Return a fault for every requirement that a lock lacks, contradicts or leaves unhashed.

    Asks no index: only whether each requirement of pyproject.toml is met by exactly one locked
    version, for every supported Python and platform.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    faults, locked = [], {}
    for lock, groups in LOCKS.items():
        path = root / "requirements" / f"{lock}.txt"
        if not path.is_file():
            faults.append(Fault(f"requirements/{lock}.txt", "no file", "a lock", WAY_OUT))
            continue
        locked[lock] = read_lock(path)
        faults += _find_unhashed(lock, locked[lock])
        wanted = list(project["project"]["dependencies"])
        for group in groups:
            wanted += project["dependency-groups"][group]
        for text in wanted:
            faults += _check_requirement(lock, Requirement(text), locked[lock])
    if len(locked) == len(LOCKS):
        faults += _compare_locks(locked["runtime"], locked["dev"])
    return faults


def read_lock(path: Path) -> list[Locked]:
    """Return the packages of a lock in the form of `pip`'s requirements files."""
    text = re.sub(r"\\\n", lambda _: "\\\f", path.read_text(encoding="utf-8"))
    packages = []
    for number, entry in _number_entries(text):
        requirement = Requirement(entry.split("--hash")[0].strip())
        version = next(iter(requirement.specifier)).version
        packages.append(
            Locked(
                canonicalize_name(requirement.name),
                version,
                requirement.marker,
                "--hash=sha256:" in entry,
                number,
            )
        )
    return packages


def _number_entries(text: str) -> list[tuple[int, str]]:
    """Return (line, entry) with the lines of an entry joined; remarks and options left out."""
    entries, line = [], 1
    for entry in text.split("\n"):
        plain = entry.replace("\\\f", " ").split(" #")[0].strip()
        if plain and not plain.startswith(("#", "-")):
            entries.append((line, plain))
        line += entry.count("\f") + 1
    return entries


def _find_unhashed(lock: str, packages: list[Locked]) -> list[Fault]:
    return [
        Fault(
            f"requirements/{lock}.txt:{one.line}", f"{one.name} without a hash", "hashes", WAY_OUT
        )
        for one in packages
        if not one.has_hash
    ]


def _check_requirement(lock: str, wanted: Requirement, packages: list[Locked]) -> list[Fault]:
    """Return the faults of one requirement: one a kind, not one an environment."""
    name = canonicalize_name(wanted.name)
    found: dict[str, str] = {}
    for environment in list_environments():
        if wanted.marker and not wanted.marker.evaluate(environment):
            continue
        versions = sorted(
            one.version
            for one in packages
            if one.name == name and (one.marker is None or one.marker.evaluate(environment))
        )
        fits = [one for one in versions if wanted.specifier.contains(one, prereleases=True)]
        if len(versions) != 1 or not fits:
            told = f"{name} {' and '.join(versions) or 'not locked'}"
            on = f"Python {environment['python_version']} on {environment['platform_system']}"
            found.setdefault(told, on)
    where = f"requirements/{lock}.txt"
    return [Fault(where, f"{told} ({on})", str(wanted), WAY_OUT) for told, on in found.items()]


def _compare_locks(runtime: list[Locked], dev: list[Locked]) -> list[Fault]:
    """The dev lock serves for both, so it holds the runtime lock in the same versions."""
    held = {(one.name, one.version) for one in dev}
    where, allowed = "requirements/dev.txt", "what requirements/runtime.txt has"
    return [
        Fault(where, f"no {one.name} {one.version}", allowed, WAY_OUT)
        for one in runtime
        if (one.name, one.version) not in held
    ]


def list_environments() -> list[dict[str, str]]:
    """Return the marker values of every supported Python on every supported platform."""
    return [
        {
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "os_name": "posix",
            "sys_platform": sys_platform,
            "platform_system": system,
            "extra": "",
        }
        for python in PYTHONS
        for sys_platform, system in PLATFORMS
    ]
