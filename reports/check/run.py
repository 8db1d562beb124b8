"""The repository and its studies in, the outcome of every check out; none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from reports.check import (
    declarations,
    developer_tools,
    imports,
    links,
    locks,
    raw_data,
    traces,
    typed_numbers,
    unearned_words,
)
from reports.check.files import list_files
from survey.faults import Fault, Refusal

Check = Callable[[], list[Fault]]


@dataclass(frozen=True)
class CheckResult:
    """What one check found; `skipped` says why it had nothing to look at."""

    name: str
    faults: tuple[Fault, ...] = ()
    skipped: str = ""


def run_checks(checks: Sequence[tuple[str, Check | str]], workers: int = 2) -> list[CheckResult]:
    """Run every check, some at a time, and return their outcomes in the given order."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(lambda check: _run_check(*check), checks))


def list_checks(
    root: Path, build: Path, studies: Sequence[Path] = ()
) -> list[tuple[str, Check | str]]:
    """Return name and check of everything that is asked; a text instead says why it is not.

    `studies` are folders outside the repository; `build` is where the sites were built.
    """
    files = list_files(root)
    here = declarations.list_studies(root)
    everywhere = [*here, *studies]
    waves = declarations.list_waves(everywhere)
    pages = typed_numbers.list_pages(root, studies)
    sites = links.list_sites(build)
    unbuilt = "" if sites else "no site is built yet"
    return [
        ("types", lambda: developer_tools.check_types(root)),
        ("format", lambda: developer_tools.check_format(root)),
        ("lint", lambda: developer_tools.check_lint(root)),
        ("import rules", lambda: developer_tools.check_import_rules(root)),
        ("imports of each room", lambda: imports.find_forbidden_imports(root)),
        ("studies", lambda: declarations.find_broken_studies(everywhere)),
        ("schemas", declarations.find_stale_schemas),
        ("locks", lambda: locks.find_stale_locks(root)),
        ("no real wave", lambda: raw_data.find_real_waves(root, files)),
        ("no trace of a machine", lambda: traces.find_traces(root, files)),
        (
            "typed numbers",
            (lambda: typed_numbers.find_typed_numbers(pages, waves, root))
            if pages
            else "no page is written yet",
        ),
        (
            "unearned words",
            lambda: unearned_words.find_unearned_words(
                unearned_words.list_texts(root, everywhere), root
            ),
        ),
        ("links of documents", lambda: links.find_dead_document_links(root, files)),
        ("links", unbuilt or (lambda: _ask_sites(links.find_dead_links, sites, root))),
        (
            "outside requests",
            unbuilt or (lambda: _ask_sites(links.find_outside_requests, sites, root)),
        ),
    ]


def describe_outcomes(outcomes: Sequence[CheckResult]) -> str:
    """Return the report: every fault, then one line a check, then the sum."""
    lines = [str(fault) for outcome in outcomes for fault in outcome.faults]
    if lines:
        lines.append("")
    width = max(len(outcome.name) for outcome in outcomes)
    for outcome in outcomes:
        count = len(outcome.faults)
        told = f"skipped: {outcome.skipped}" if outcome.skipped else (f"{count}" if count else "ok")
        lines.append(f"{outcome.name:<{width}}  {told}")
    faults = sum(len(outcome.faults) for outcome in outcomes)
    failed = sum(bool(outcome.faults) for outcome in outcomes)
    counted = f"{faults} fault{'s' if faults > 1 else ''}"
    sum_up = f"{counted} in {failed} of {len(outcomes)} checks" if faults else "no faults"
    return "\n".join([*lines, "", sum_up])


def _run_check(name: str, check: Check | str) -> CheckResult:
    if isinstance(check, str):
        return CheckResult(name, skipped=check)
    try:
        return CheckResult(name, tuple(check()))
    except Refusal as refusal:
        return CheckResult(name, refusal.faults)
    except Exception as error:  # the other checks still have something to say
        found = f"{type(error).__name__}: {error}"
        todo = "correct the file it could not read, or the check"
        return CheckResult(name, (Fault(f"the check of {name}", found, "a run to its end", todo),))


def _ask_sites(
    ask: Callable[[Path, Path], list[Fault]], sites: Sequence[Path], root: Path
) -> list[Fault]:
    return [fault for site in sites for fault in ask(site, root)]
