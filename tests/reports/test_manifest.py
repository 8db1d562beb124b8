"""The manifest tells what a build was made from, and whether what it made still stands."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import reports.manifest
from reports.assemble import DRAWING_CODE, KNIT_CODE
from reports.manifest import (
    LIBRARIES,
    NAME,
    WAVE_CODE,
    Manifest,
    describe_engine,
    digest_code,
    digest_inputs,
    digest_run,
    digest_wave,
    fingerprint_run,
    is_current,
    list_inputs,
    read_manifest,
    read_versions,
    write_manifest,
)
from survey.load import REPOSITORY, load_study
from survey.study import Study

MANIFEST = Manifest(
    study="one", made="2026-01-02T03:04:05+00:00", fingerprint="f", engine="embedded",
    waves=("2024",), languages=("nl", "en"), invented=True, pages=3, figures=2, findings=1,
    inputs={"study/study.toml": "0"},
)  # fmt: skip


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("page")
    (tmp_path / "data.csv").write_text("1")
    write_manifest(tmp_path, MANIFEST)
    return tmp_path


def test_a_manifest_is_read_as_it_was_written(built: Path) -> None:
    read = read_manifest(built)
    assert read is not None
    assert set(read.outputs) == {"site/index.html", "data.csv"}
    assert read == replace(
        MANIFEST, outputs=read.outputs, versions=read_versions(), code=digest_code()
    )


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"text"', '{"study": "one"}', '{"waves": 1, "languages": []}', "null"]
)
def test_a_manifest_that_cannot_be_read_is_none(built: Path, text: str) -> None:
    (built / NAME).write_text(text)
    assert read_manifest(built) is None


def test_a_manifest_of_another_version_is_none(built: Path) -> None:
    content = json.loads((built / NAME).read_text(encoding="utf-8"))
    (built / NAME).write_text(json.dumps(content | {"colour": "blue"}))
    assert read_manifest(built) is None
    assert read_manifest(built / "absent") is None


def test_a_build_is_current_as_long_as_every_output_is_as_made(built: Path) -> None:
    read = read_manifest(built)
    assert read is not None
    assert is_current(built, read)
    (built / "data.csv").write_text("2")
    assert not is_current(built, read)
    (built / "data.csv").unlink()
    assert not is_current(built, read)


def test_inputs_are_the_declarations_exports_and_pages(klein_copy: Path, tmp_path: Path) -> None:
    (klein_copy / ".git").mkdir()
    (klein_copy / ".git" / "index").write_text("x")
    (klein_copy / "__pycache__").mkdir()
    (klein_copy / "__pycache__" / "a.pyc").write_text("x")
    (klein_copy / "build" / "klein").mkdir(parents=True)
    (klein_copy / "build" / "klein" / "made.csv").write_text("x")
    elsewhere = set(list_inputs(klein_copy, tmp_path / "build"))
    inside = set(list_inputs(klein_copy, klein_copy / "build"))
    assert elsewhere - inside == {"study/build/klein/made.csv"}
    assert {"study/study.toml", "study/data_raw/2024/antwoorden.csv", "study/waves/2023.toml",
            "pages/nl/_index.qmd", "pages/references.bib"} <= inside  # fmt: skip
    assert not any(".git" in name or "pycache" in name for name in inside)


def test_a_folder_that_holds_the_study_may_be_built_into(klein_copy: Path) -> None:
    (klein_copy / "klein").mkdir()
    (klein_copy / "klein" / "made.csv").write_text("x")
    beside = list_inputs(klein_copy, klein_copy.parent)
    assert "study/study.toml" not in beside  # out/klein would be the study itself
    within = list_inputs(klein_copy, klein_copy)
    assert "study/study.toml" in within
    assert "study/klein/made.csv" not in within


def test_the_exports_of_a_study_of_the_repository_are_inputs(tmp_path: Path) -> None:
    found = list_inputs(REPOSITORY / "survey" / "studies" / "ai-cultuur", tmp_path)
    assert any(name.startswith("data/") and name.endswith("SOURCE.toml") for name in found)
    assert "study/study.toml" in found


def test_every_setting_changes_the_fingerprint(
    klein_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = digest_inputs(klein_copy, tmp_path / "build")
    plain = fingerprint_run(inputs, None, None, "embedded")
    assert fingerprint_run(dict(inputs), None, None, "embedded") == plain
    other = [
        fingerprint_run(inputs | {"study/study.toml": "0"}, None, None, "embedded"),
        fingerprint_run(inputs, ("2024",), None, "embedded"),
        fingerprint_run(inputs, None, ("nl",), "embedded"),
        fingerprint_run(inputs, None, None, "quarto"),
    ]
    monkeypatch.setattr(reports.manifest, "digest_code", lambda *_: "other code")
    other.append(fingerprint_run(inputs, None, None, "embedded"))
    monkeypatch.setattr(reports.manifest, "read_versions", lambda: {"pandas": "99"})
    other.append(fingerprint_run(inputs, None, None, "embedded"))
    assert len({plain, *other}) == 7


def test_the_engine_is_told_without_starting_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [describe_engine(one) for one in ("auto", "embedded", "quarto")] == [
        "embedded", "embedded", "quarto",
    ]  # fmt: skip
    executable = tmp_path / "quarto"
    executable.write_text("#!/bin/sh\nexit 1\n")
    executable.chmod(0o755)
    assert describe_engine("auto").startswith(f"quarto {executable} ")
    assert describe_engine("auto") == describe_engine("quarto")
    assert describe_engine("embedded") == "embedded"


@pytest.fixture
def study(klein_copy: Path) -> Study:
    return load_study(klein_copy)


def test_a_wave_depends_on_its_export_and_the_declarations(study: Study) -> None:
    first = {wave: digest_wave(study, wave) for wave in ("2023", "2024")}
    assert first["2023"] != first["2024"]
    export = study.data_folder / "2024" / "antwoorden.csv"
    export.write_bytes(export.read_bytes() + b"\n")
    assert digest_wave(study, "2024") != first["2024"]
    assert digest_wave(study, "2023") == first["2023"]
    about = study.about.model_copy(update={"licence": "CC-BY-4.0"})
    changed = study.model_copy(update={"about": about})
    assert digest_wave(changed, "2023") != first["2023"]


def test_a_run_depends_on_its_waves_and_passports(study: Study) -> None:
    whole = digest_run(study)
    assert digest_run(study.model_copy()) == whole
    assert digest_run(study.model_copy(update={"passports": study.passports[:1]})) != whole
    renamed = study.passports[0].model_copy(update={"tool": "paper"})
    changed = study.model_copy(update={"passports": (renamed, *study.passports[1:])})
    assert digest_run(changed) != whole


def test_the_versions_of_python_and_of_every_library_are_told() -> None:
    versions = read_versions()
    assert set(versions) == {"python", *LIBRARIES}
    assert "absent" not in versions.values()


def test_code_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(ValueError, match="holds no code; correct its name"):
        digest_code("survey", "analysis/gone.py")


def test_a_module_is_named_with_or_without_its_suffix() -> None:
    assert digest_code("reports/store") == digest_code("reports/store.py")
    both = digest_code("analysis/phrases")  # a module, and the folder of its texts
    assert both == digest_code("analysis/phrases", "analysis/phrases.py")
    assert both != digest_code("analysis/phrases.py")


@cache
def list_imported(module: Path) -> frozenset[Path]:
    """The modules of ours that a module imports, wherever in it, and those they import."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = (REPOSITORY / name.replace(".", "/") for name in names)
    files = (file for place in places for file in (place.with_suffix(".py"), place / "__init__.py"))
    return frozenset(file for file in files if file.is_file())


def locate_module(name: str) -> Path:
    """The file of a module, which may be a folder by now."""
    module = REPOSITORY / name
    return module / "__init__.py" if module.is_dir() else module.with_suffix(".py")


def list_reached(*modules: str) -> set[str]:
    reached: set[Path] = set()
    waiting = {locate_module(module) for module in modules}
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting |= list_imported(module) - reached
    return {module.relative_to(REPOSITORY).as_posix() for module in reached}


WAVE_STEPS = ("analysis/read", "analysis/clean", "analysis/segment", "analysis/weight",
              "analysis/estimate")  # fmt: skip
KNITTING = ("reports/knit/page.py", "reports/page.py")
FORMS = sorted((REPOSITORY / "analysis" / "charts" / "forms").glob("*.py"))
DRAWING = ("analysis/charts/draw.py", *(f"analysis/charts/forms/{form.name}" for form in FORMS))


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (WAVE_STEPS, WAVE_CODE),
        (KNITTING, KNIT_CODE),
        (DRAWING, DRAWING_CODE),
    ],
)
def test_what_is_kept_depends_on_all_the_code_that_makes_it(
    steps: tuple[str, ...], code: tuple[str, ...]
) -> None:
    reached = list_reached(*steps)
    assert len(reached) > 10
    assert [one for one in sorted(reached) if not one.startswith(code)] == []


def test_the_steps_of_a_wave_are_those_of_the_pipeline() -> None:
    steps = list_imported(REPOSITORY / "analysis" / "pipeline.py")
    after = (
        "analysis/compare",
        "analysis/relate",
        "analysis/publish",
    )  # over all waves: not kept by wave
    passed_on = ("analysis/sample",)  # what the steps hand to one another
    known = {locate_module(name) for name in (*WAVE_STEPS, *after, *passed_on)}
    assert {step for step in steps if step.is_relative_to(REPOSITORY / "analysis")} == known
