"""What a build was made from and what it made, with sha256 sums; and whether that still holds."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from reports.store import digest_bytes, digest_file, digest_files, list_code
from survey.load import REPOSITORY, locate_data, locate_export

if TYPE_CHECKING:
    from survey.study import Study

NAME = "manifest.json"
CODE_SUFFIXES = (".py", ".toml", ".lua", ".typ", ".html", ".css", ".bib", ".csl", ".ttf", ".woff2")
# Modules go by their names, which stay when a file grows into a folder.
WAVE_CODE = ("survey", "analysis/read", "analysis/clean", "analysis/statistics", "analysis/segment",
             "analysis/sample", "analysis/weight", "analysis/lines", "analysis/estimate",
             "analysis/pipeline")  # fmt: skip
# Versions that change what is made; the lock names them all.
LIBRARIES = ("pandas", "numpy", "scipy", "plotnine", "mizani", "matplotlib", "fonttools", "pillow",
             "pypandoc-binary", "typst", "babel", "pyphen", "pydantic", "pyyaml", "xlsxwriter",
             "python-calamine", "pyreadstat")  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """One build. `inputs`, `code` and `outputs` map relative paths to sha256 sums."""

    study: str
    made: str
    fingerprint: str
    engine: str
    waves: tuple[str, ...]
    languages: tuple[str, ...]
    invented: bool
    pages: int
    figures: int
    findings: int
    versions: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    code: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


@cache
def digest_code(*names: str) -> str:
    """Return one digest of the package's code, or of some of its modules and folders."""
    roots = [REPOSITORY / name for name in names or ("survey", "analysis", "reports")]
    found = [_list_module(root) for root in roots]
    if not all(found):  # a module that moved would no longer count, and nobody would notice
        raise ValueError(f"of {', '.join(map(str, roots))} one holds no code; correct its name")
    own = {path for files in found for path in files}
    kept = [path for path in own if "studies" not in path.relative_to(REPOSITORY).parts]
    return digest_files(kept, REPOSITORY)


def _list_module(root: Path) -> list[Path]:
    """Return the files of a folder, or of a module named with or without its suffix.

    A name may be both: `phrases` is a module and the folder of its texts.
    """
    files = [path for path in (root, root.with_suffix(".py")) if path.is_file()]
    return [*files, *list_code(root, *CODE_SUFFIXES)]


@cache
def read_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that decide what comes out."""
    versions = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "absent"
    return versions


def digest_versions() -> str:
    """Return one digest of all versions."""
    return digest_bytes(json.dumps(read_versions()).encode())


def list_inputs(folder: Path, out: Path) -> dict[str, Path]:
    """Return every file that a study is made from: its declarations, exports and pages.

    Hidden files are none of them, and neither is what is made, where `out` lies in the study.
    """
    data = locate_data(folder)
    made = out.resolve() / folder.name if folder.is_relative_to(out.resolve()) else out.resolve()
    roots = {"study": folder, "data": data, "pages": REPOSITORY / "reports" / "pages"}
    files = {}
    for name, root in roots.items():
        if name == "data" and data.is_relative_to(folder):
            continue
        for path in sorted(root.rglob("*")):
            within = path.relative_to(root)
            is_hidden = any(part.startswith((".", "__pycache__")) for part in within.parts)
            if path.is_file() and not is_hidden and not path.is_relative_to(made):
                files[f"{name}/{within.as_posix()}"] = path
    return files


def digest_inputs(folder: Path, out: Path) -> dict[str, str]:
    """Return the sha256 sum of every input."""
    return {name: digest_file(path) for name, path in list_inputs(folder, out).items()}


def fingerprint_run(
    inputs: dict[str, str],
    waves: tuple[str, ...] | None,
    languages: tuple[str, ...] | None,
    engine: str,
) -> str:
    """Return a digest of all inputs, code, versions and settings of a run."""
    settings = {
        "waves": waves,
        "languages": languages,
        "engine": describe_engine(engine),
        "inputs": inputs,
        "code": digest_code(),
        "versions": read_versions(),
    }
    return digest_bytes(json.dumps(settings, sort_keys=True).encode())


def describe_engine(choice: str) -> str:
    """Return which engine a choice leads to on this machine, without starting it."""
    import shutil

    executable = shutil.which("quarto") if choice != "embedded" else None
    if executable is None:
        return "embedded" if choice != "quarto" else "quarto"
    return f"quarto {executable} {Path(executable).resolve().stat().st_mtime_ns}"


def digest_wave(study: Study, wave: str) -> str:
    """Return a digest of what one wave's estimates are made from."""
    folder = locate_export(study, wave)
    declared = study.model_dump_json(exclude={"passports", "folder", "data_folder"})
    exports = digest_files([path for path in folder.rglob("*") if path.is_file()], folder)
    code = digest_code(*WAVE_CODE)
    return digest_bytes(wave.encode(), declared.encode(), exports.encode(), code.encode())


def digest_run(study: Study) -> str:
    """Return a digest of what the published table of a run, and all that is said of it, rest on."""
    waves = [digest_wave(study, passport.wave) for passport in study.passports]
    passports = [passport.model_dump_json() for passport in study.passports]
    parts = [*waves, *passports, *study.languages, digest_code("survey", "analysis")]
    return digest_bytes(*(part.encode() for part in parts))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json` into a finished build, with the sums of everything in it."""
    outputs = {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = asdict(manifest) | {
        "outputs": outputs,
        "versions": read_versions(),
        "code": digest_code(),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def is_build(folder: Path) -> bool:
    """Say whether a folder is a finished build, of whatever version of this package."""
    return (folder / NAME).is_file()


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of the last build; None where there is none that can be read."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        listed = {name: tuple(content[name]) for name in ("waves", "languages")}
        return Manifest(**content | listed)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_current(folder: Path, manifest: Manifest) -> bool:
    """Whether every file of a build is still there as it was made."""
    try:
        return all(digest_file(folder / name) == sum_ for name, sum_ in manifest.outputs.items())
    except OSError:
        return False
