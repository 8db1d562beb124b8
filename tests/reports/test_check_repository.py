"""Each check finds the fault it is there for, and passes what is right."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reports.check import declarations, developer_tools
from reports.check.files import list_files
from reports.check.imports import find_forbidden_imports
from reports.check.locks import find_stale_locks, list_environments, read_lock
from reports.check.raw_data import find_real_waves
from reports.check.run import CheckResult, describe_outcomes, list_checks, run_checks
from reports.check.traces import find_traces
from survey.faults import Fault, Refusal

HASH = "--hash=sha256:" + "0" * 64
PROJECT = """\
[project]
dependencies = ["Some_Package>=2"]
[dependency-groups]
build = ["setuptools>=77"]
dev = ["pytest>=8 ; python_version >= '3.12'"]
"""


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_locks(root: Path, runtime: str, dev: str) -> None:
    write(root, "pyproject.toml", PROJECT)
    for name, text in (("runtime", runtime), ("dev", dev)):
        lines = [f"{line} \\\n    {HASH}\n    # via x\n" for line in text.split("|")]
        write(root, f"requirements/{name}.txt", "".join(lines))


# files


def test_ignored_files_are_none_of_the_repository(tmp_path: Path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, ".gitignore", "build/\n")
    write(tmp_path, "build/a.txt", "made")
    write(tmp_path, "é.txt", "kept")
    assert [path.name for path in list_files(tmp_path)] == [".gitignore", "é.txt"]


def test_without_git_what_is_made_is_left_out(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(tmp_path, "build/a.txt", "made")
    write(tmp_path, "a.txt", "kept")
    assert [path.name for path in list_files(tmp_path)] == ["a.txt"]


# real waves


@pytest.mark.parametrize(
    ("passport", "found"),
    [
        ("invented = false\n", "invented = false"),
        ("n = 3\n", "no key `invented` that says true"),
        ("invented =\n", "no TOML"),
    ],
)
def test_a_wave_that_is_not_invented_is_a_fault(tmp_path: Path, passport: str, found: str):
    files = [
        write(tmp_path, "data_raw/s/2024/SOURCE.toml", passport),
        write(tmp_path, "data_raw/s/2024/answers.csv", "a"),
    ]
    (fault,) = find_real_waves(tmp_path, files)
    assert fault.where.startswith("data_raw/s/2024/SOURCE.toml")
    assert fault.found.startswith(found)


def test_invented_waves_pass(tmp_path: Path):
    files = [
        write(tmp_path, "data_raw/s/2024/SOURCE.toml", "invented = true\n"),
        write(tmp_path, "data_raw/s/2024/answers.csv", "a"),
        write(tmp_path, "data_raw/README.md", "a"),
        write(tmp_path, "data_raw/.gitattributes", "* -text"),
    ]
    assert find_real_waves(tmp_path, files) == []


def test_a_real_passport_elsewhere_is_a_fault_only_with_its_export(tmp_path: Path):
    told = 'invented = false\n[[file]]\nname = "a.csv"\n'
    passport = write(tmp_path, "tests/studies/s/SOURCE.toml", told)
    assert find_real_waves(tmp_path, [passport]) == []
    export = write(tmp_path, "tests/studies/s/a.csv", "a")
    assert find_real_waves(tmp_path, [passport, export])[0].found == "invented = false"


def test_an_export_without_passport_is_a_fault(tmp_path: Path):
    (fault,) = find_real_waves(tmp_path, [write(tmp_path, "data_raw/s/2024/answers.csv", "a")])
    assert (fault.where, fault.found) == (
        "data_raw/s/2024/answers.csv",
        "an export without a passport",
    )


# traces of a machine; the samples are put together here, so that this file passes the check


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.md", ("see https://py", "pi.org/simple")),
        ("requirements/a.txt", ("--index-", "url x")),
        ("a.py", ('open("/ho', 'me/someone/x.csv")')),
        ("a.toml", ("data = '/Us", "ers/someone/x.csv'")),
        ("a.html", ("href='file:///ho", "me/someone/x.csv'")),
    ],
)
def test_traces_of_a_machine_are_faults(tmp_path: Path, name: str, parts: tuple[str, str]):
    (fault,) = find_traces(tmp_path, [write(tmp_path, name, "first\n" + "".join(parts))])
    assert fault.where == f"{name}:2"


def test_the_repository_s_own_place_is_a_trace(tmp_path: Path):
    (fault,) = find_traces(tmp_path, [write(tmp_path, "a.txt", f"in {tmp_path.resolve()}/x")])
    assert "relative to the repository" in fault.allowed


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/home/x",
        "../shared/x",
        "#!/usr/bin/env bash",
        "a/tmp/b",
        "q//home/share",
    ],
)
def test_addresses_and_relative_paths_are_no_traces(tmp_path: Path, text: str):
    assert find_traces(tmp_path, [write(tmp_path, "a.md", text)]) == []


def test_pictures_are_not_read_as_text(tmp_path: Path):
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\0" + b"/ho" + b"me/someone/x")
    assert find_traces(tmp_path, [path]) == []


# imports


def test_survey_may_import_only_its_four(tmp_path: Path):
    write(tmp_path, "survey/a.py", "import json\nimport numpy as np\nfrom survey.b import c\n")
    write(tmp_path, "survey/b.py", "def f():\n    import scipy.stats\n")
    (fault,) = find_forbidden_imports(tmp_path)
    assert (fault.where, fault.found) == ("survey/b.py:2", "import of scipy")


def test_the_command_line_stays_light(tmp_path: Path):
    (tmp_path / "survey").mkdir()
    write(tmp_path, "reports/command.py", "import pandas\n\ndef f():\n    import numpy\n")
    (fault,) = find_forbidden_imports(tmp_path)
    assert (fault.where, fault.found) == ("reports/command.py:1", "import of pandas at the top")


# locks


def test_locks_that_agree_pass(tmp_path: Path):
    runtime = "some-package==2.1|setuptools==80"
    write_locks(tmp_path, runtime, runtime + "|pytest==9 ; python_full_version >= '3.12'")
    assert find_stale_locks(tmp_path) == []


@pytest.mark.parametrize(
    ("runtime", "dev", "found"),
    [
        ("setuptools==80", "setuptools==80|some-package==2.1|pytest==9", "some-package not locked"),
        ("some-package==1.9|setuptools==80", None, "some-package 1.9"),
        ("some-package==2.1 ; sys_platform == 'linux'|setuptools==80", None, "3.11 on Darwin"),
        ("some-package==2.1|some-package==2.2|setuptools==80", None, "2.1 and 2.2"),
        (
            "some-package==2.1|setuptools==80",
            "some-package==2.2|setuptools==80|pytest==9",
            "no some-package 2.1",
        ),
        ("some-package==2.1|setuptools==80", "some-package==2.1|setuptools==80", "pytest not lock"),
    ],
)
def test_locks_that_disagree_are_faults(tmp_path: Path, runtime: str, dev: str | None, found: str):
    write_locks(tmp_path, runtime, runtime + "|pytest==9" if dev is None else dev)
    faults = find_stale_locks(tmp_path)
    assert [fault for fault in faults if found in fault.found]
    assert {fault.todo for fault in faults} == {"run `make lock` and commit what it writes"}


def test_a_package_without_hash_is_a_fault(tmp_path: Path):
    lock = write(tmp_path, "a.txt", f"one==1 \\\n    {HASH}\n# remark\ntwo==2\n")
    assert [(one.name, one.has_hash, one.line) for one in read_lock(lock)] == [
        ("one", True, 1),
        ("two", False, 4),
    ]


def test_a_missing_lock_is_a_fault(tmp_path: Path):
    write(tmp_path, "pyproject.toml", PROJECT)
    assert [fault.found for fault in find_stale_locks(tmp_path)] == ["no file", "no file"]


def test_every_supported_python_and_platform_is_asked():
    asked = {(one["python_version"], one["sys_platform"]) for one in list_environments()}
    assert asked == {
        (python, system)
        for python in ("3.11", "3.12", "3.13", "3.14")
        for system in ("linux", "darwin")
    }


# studies and schemas


def test_waves_are_read_from_the_studies_and_a_broken_one_has_none(tmp_path: Path):
    first = write(tmp_path, "survey/studies/a/study.toml", 'waves = ["2025", "2024"]\n').parent
    second = write(tmp_path, "survey/studies/b/study.toml", "waves = [\n").parent
    assert declarations.list_studies(tmp_path) == [first, second]
    assert declarations.list_waves([first, second]) == ["2024", "2025"]


def test_a_broken_study_is_told_with_its_faults(tmp_path: Path):
    write(tmp_path, "study.toml", "waves = [\n")
    assert "study.toml" in declarations.find_broken_studies([tmp_path])[0].where


def test_a_form_of_chart_that_is_not_there_is_told_with_its_question(klein_copy: Path):
    assert declarations.find_broken_studies([klein_copy]) == []
    path = klein_copy / "questionnaire.toml"
    text = path.read_text("utf-8").replace('id = "sector"', 'id = "sector"\nchart = "staked"')
    path.write_text(text, "utf-8")
    (fault,) = declarations.find_broken_studies([klein_copy])
    assert fault.where == 'questionnaire: question "sector" chart'
    assert (fault.found, fault.todo) == ('"staked"', 'write "stacked"')


def test_a_schema_that_lags_behind_its_type_is_a_fault(monkeypatch):
    monkeypatch.setattr("survey.schema.list_stale", lambda: ["wave.schema.json"])
    (fault,) = declarations.find_stale_schemas()
    assert fault.where == "survey/schemas/wave.schema.json"


# developer tools


def test_ruff_s_complaints_are_faults(tmp_path: Path):
    write(tmp_path, "a.py", "import os\nx = {'a':1}\n")
    assert [fault.where for fault in developer_tools.check_format(tmp_path)] == ["a.py"]
    faults = developer_tools.check_lint(tmp_path)
    assert {fault.where for fault in faults} == {"a.py:1"}
    assert any("F401" in fault.found for fault in faults)


def test_tidy_code_passes(tmp_path: Path):
    write(tmp_path, "a.py", "x = 1\n")
    assert developer_tools.check_format(tmp_path) == []
    assert developer_tools.check_lint(tmp_path) == []


def test_a_file_that_does_not_parse_fails_the_format_too(tmp_path: Path):
    write(tmp_path, "a.py", "x = (\n")
    assert developer_tools.check_format(tmp_path)


def test_mypy_s_complaints_are_faults(tmp_path: Path):
    write(tmp_path, "a.py", 'def f() -> int:\n    return "x"\n')
    write(tmp_path, "mypy.ini", "[mypy]\nfiles = a.py\ncache_dir = nowhere\n")
    (fault,) = developer_tools.check_types(tmp_path)
    assert fault.where == "a.py:2"


def test_a_broken_import_contract_is_a_fault_with_its_line(tmp_path: Path):
    write(tmp_path, "lower/__init__.py", "import upper\n")
    write(tmp_path, "upper/__init__.py", "")
    contract = "[[tool.importlinter.contracts]]\nname = 'upwards'\ntype = 'layers'\n"
    roots = "[tool.importlinter]\nroot_packages = ['lower', 'upper']\n"
    write(tmp_path, "pyproject.toml", f"{roots}{contract}layers = ['upper', 'lower']\n")
    (fault,) = developer_tools.check_import_rules(tmp_path)
    assert fault.where == "pyproject.toml: upwards"
    assert "lower -> upper (l.1)" in fault.found


@pytest.mark.parametrize("ask", ["check_format", "check_lint", "check_types", "check_import_rules"])
def test_a_missing_tool_is_told(tmp_path: Path, monkeypatch, ask: str):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (fault,) = getattr(developer_tools, ask)(tmp_path)
    assert "is not installed" in fault.found
    assert fault.todo == "run `make check`"


# all of them


def test_no_check_stops_another():
    faults = [Fault("a", "b", "c", "d")]

    def refuse() -> list[Fault]:
        raise Refusal(faults * 2)

    def break_off() -> list[Fault]:
        raise SyntaxError("in a.py")

    outcomes = run_checks(
        [
            ("broken", break_off),
            ("refused", refuse),
            ("faulty", lambda: faults),
            ("empty", "nothing to see"),
            ("fine", list),
        ]
    )
    assert [(one.name, len(one.faults), one.skipped) for one in outcomes] == [
        ("broken", 1, ""),
        ("refused", 2, ""),
        ("faulty", 1, ""),
        ("empty", 0, "nothing to see"),
        ("fine", 0, ""),
    ]
    assert "SyntaxError: in a.py" in outcomes[0].faults[0].found


def test_the_report_tells_faults_then_checks_then_the_sum():
    outcomes = [
        CheckResult("one", (Fault("a", "b", "c", "d"),)),
        CheckResult("two", skipped="no site"),
    ]
    told = describe_outcomes(outcomes)
    assert told.startswith("a\n  found:   b\n")
    assert told.endswith("one  1\ntwo  skipped: no site\n\n1 fault in 1 of 2 checks")
    assert describe_outcomes([CheckResult("one")]) == "one  ok\n\nno faults"


def test_without_pages_and_site_their_checks_say_so(tmp_path: Path):
    (tmp_path / "survey").mkdir()
    skipped = {name for name, check in list_checks(tmp_path, tmp_path) if isinstance(check, str)}
    assert skipped == {"typed numbers", "links", "outside requests"}
