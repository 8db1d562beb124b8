"""The repository in, the complaints of ruff, mypy and import-linter out, one fault each."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from survey.faults import Fault

PLACE = re.compile(r"^(?P<where>[^\s:]+:\d+)(?::\d+)?: (?P<found>.+)$")
# older versions of ruff name the file, newer ones show the place
UNFORMATTED = re.compile(r"^(?:Would reformat: (.+)|\s+--> (.+?):\d+:\d+)$", re.MULTILINE)


def check_format(root: Path) -> list[Fault]:
    """Return the files that ruff would write otherwise."""
    missing, output, code = _run(root, "ruff", ["format", "--check", "--no-cache", "."])
    names = [first or second for first, second in UNFORMATTED.findall(output)]
    allowed, todo = "the house format", "run `.venv/bin/ruff format`"
    faults = [Fault(name, "not formatted", allowed, todo) for name in dict.fromkeys(names)]
    return missing + (faults or _tell_crash("ruff format", output, code))


def check_lint(root: Path) -> list[Fault]:
    """Return the complaints of ruff."""
    arguments = ["check", "--no-cache", "--output-format", "concise", "."]
    missing, output, code = _run(root, "ruff", arguments)
    faults = _read_places(output, "code without ruff's complaints", "`.venv/bin/ruff check --fix`")
    return missing + (faults or _tell_crash("ruff check", output, code))


def check_types(root: Path) -> list[Fault]:
    """Return the complaints of mypy."""
    arguments = ["--no-error-summary", "--no-color-output", "--hide-error-context"]
    missing, output, code = _run(root, "mypy", arguments)
    errors = "\n".join(line for line in output.splitlines() if ": note: " not in line)
    faults = _read_places(errors, "types that agree", "correct the code or its annotation")
    return missing + (faults or _tell_crash("mypy", output, code))


def check_import_rules(root: Path) -> list[Fault]:
    """Return the broken import contracts of pyproject.toml with the offending lines."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    missing, output, code = _run(root, "importlinter", [], program)
    if missing or code == 0:
        return missing
    broken = re.findall(r"^(.+?) BROKEN", output, re.MULTILINE)
    chains = re.findall(r"^\s*-?\s*(\S+ -> \S+ \(l\.\d+.*\))$", output, re.MULTILINE)
    if not broken:
        return _tell_crash("lint-imports", output, code)
    found = "; ".join(chains) or "see `.venv/bin/lint-imports`"
    todo = "move the code to the room that may import it"
    return [
        Fault(f"pyproject.toml: {name.strip()}", found, "the contract", todo) for name in broken
    ]


def _run(
    root: Path, module: str, arguments: list[str], program: str | None = None
) -> tuple[list[Fault], str, int]:
    """Return (fault if the tool is missing, its output, its exit code)."""
    if importlib.util.find_spec(module) is None:
        found, allowed = f"{module} is not installed", "the packages of requirements/dev.txt"
        return [Fault(f"the check by {module}", found, allowed, "run `make check`")], "", 0
    how = ["-c", program] if program else ["-m", module]
    done = subprocess.run(
        [sys.executable, *how, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return [], done.stdout + done.stderr, done.returncode


def _read_places(output: str, allowed: str, todo: str) -> list[Fault]:
    found = (PLACE.match(line) for line in output.splitlines())
    return [Fault(one["where"], one["found"], allowed, todo) for one in found if one]


def _tell_crash(tool: str, output: str, code: int) -> list[Fault]:
    if code == 0:
        return []
    last = " ".join(output.split())[-400:] or f"exit code {code}"
    return [Fault(tool, last, "a run to its end", "correct what it complains of")]
