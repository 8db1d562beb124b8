"""An export and the wave before in, a drafted wave file and passport for a person to finish out.

What only a person knows (when it was fielded, whether its answers are real) is left out, so that
the study is refused, with file and key, until somebody has filled it in.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from survey.faults import Fault, Refusal, list_few

if TYPE_CHECKING:
    from survey.study import Study
    from survey.wave import Wave

SHAPE_OF = {".sav": "spss", ".zsav": "spss", ".por": "spss", ".dta": "spss"}
# lines and tables of a wave file that speak of that wave alone
ABOUT_ONE_WAVE = (
    r"^\[\[(?:notes|dropped)\]\]\n(?:(?!\[).*\n)*",
    r"^note\.\w+ *=.*\n",
    r"^comparable *= *\[[^\]]*\].*\n",
)


@dataclass(frozen=True)
class Draft:
    """What was written, and which columns a person has to look at.

    `like` is the wave that the export was read like; where it is the wave itself, its file was
    there before and was kept.
    """

    wave_file: Path
    passport: Path
    like: str
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def draft_wave(study: Study, wave: str, export: Path) -> Draft:
    """Copy an export to its place and write a wave file and a passport beside it.

    The wave file is that of the latest wave of the same shape under a new id; a wave that is
    declared already keeps its file and only gets its passport. Raises `Refusal` where the wave has
    an export already or the export cannot be read; then nothing is written.
    """
    from analysis.read.export import compute_checksum, read_file
    from analysis.read.headers import name_columns

    wave_file = study.folder / "waves" / f"{wave}.toml"
    folder = study.data_folder / wave
    _refuse_if_taken(study, wave, folder)
    declared = next((one for one in study.waves if one.id == wave), None)
    like = declared or choose_like(study.waves, export)
    if not export.is_file():
        found, todo = "no such file", "name the export with FILE="
        if export.is_dir():
            found, todo = "a folder", "name the export in it with FILE="
        raise Refusal(Fault(str(export), found, "an export that can be read", todo))
    table = read_file(export, like.sheet)
    keys, _, header_rows = name_columns(table, like.shape)
    unknown, missing = compare_columns(keys, list_expected(study, like))
    rows = table.height - header_rows
    passport = draft_passport(
        wave, export.name, compute_checksum(export), rows, study.languages, like.shape
    )
    folder.mkdir(parents=True)
    shutil.copyfile(export, folder / export.name)
    (folder / "SOURCE.toml").write_text(passport, encoding="utf-8")
    if declared is None:
        text = (study.folder / "waves" / f"{like.id}.toml").read_text(encoding="utf-8")
        drafted = draft_wave_file(text, like.id, wave, unknown, missing)
        wave_file.write_text(drafted, encoding="utf-8")
    return Draft(wave_file, folder / "SOURCE.toml", like.id, unknown, missing)


def choose_like(waves: Sequence[Wave], export: Path) -> Wave:
    """Return the latest wave whose export had the same kind of file, else the latest."""
    shape = SHAPE_OF.get(export.suffix.lower())
    same = [wave for wave in waves if (wave.shape == "spss") == (shape == "spss")]
    workbook = export.suffix.lower() in (".xlsx", ".xls", ".ods")
    same = [wave for wave in same if not workbook or wave.shape == "surveymonkey"] or same
    return (same or list(waves))[-1]


def list_expected(study: Study, wave: Wave) -> list[str]:
    """Return the columns that the wave's export has, by its own declaration."""
    from survey.columns import list_columns, list_personal_columns

    columns = wave.columns
    keys = (
        columns.respondent, columns.started, columns.finished, columns.seconds, columns.last_page,
        columns.weight, columns.stratum, columns.cluster, columns.panel, *columns.design,
        *columns.ignored,
    )  # fmt: skip
    answers = [column.name for column in list_columns(study, wave.id)]
    named = [key for key in keys if key]
    return list(dict.fromkeys([*named, *list_personal_columns(study, wave.id), *answers]))


def compare_columns(
    found: Sequence[str], expected: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that nothing expects, and those expected that are not there."""
    return (
        tuple(name for name in found if name not in set(expected)),
        tuple(name for name in expected if name not in set(found)),
    )


def draft_wave_file(
    text: str, like: str, wave: str, unknown: Iterable[str], missing: Sequence[str]
) -> str:
    """Return a wave file like another one's text, without what holds for that wave alone."""
    for pattern in ABOUT_ONE_WAVE:
        text = re.sub(pattern, "", text, flags=re.MULTILINE)
    text = re.sub(r"^(#:schema .*\n)?(?:#.*\n)*", "", text, count=1)
    text = re.sub(r"^id *=.*$", f'id = "{wave}"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^title\..*$", lambda line: line[0].replace(like, wave), text, flags=re.M)
    had = f"# {like} had: "
    text = re.sub(r"^fielded *=", f"{had}fielded =", text, count=1, flags=re.MULTILINE)
    # nobody has decided on this wave's weighting yet: without a reason the study is refused
    reason = re.compile(r"^(?=decided *=|reason\.\w+ *=)", flags=re.MULTILINE)
    text = re.sub(
        r"^\[weighting\]\n(?:(?!\[).*\n)*",
        lambda m: reason.sub(had, m[0]),
        text,
        flags=re.MULTILINE,
    )
    text = re.sub(r'^grade *= *".*?"', 'grade = "same"', text, flags=re.MULTILINE)
    head = [
        "#:schema ../../../schemas/wave.schema.json",
        f"# Drafted from wave {like}: read every line, grade what changed, then add",
        f'# "{wave}" to `waves` in study.toml.',
        *_remark("Columns of the export that no question claims:", unknown, missing),
        *_remark(f"Columns that wave {like} had and this export lacks:", missing, ()),
    ]
    return "\n".join(head) + "\n" + text


def draft_passport(
    wave: str, name: str, checksum: str, rows: int, languages: Sequence[str], shape: str
) -> str:
    """Return a passport with what the file itself tells; the rest is asked for by name."""
    asked = [f'# origin.{one} = "…"' for one in languages]
    asked += [f'# tool = "…"   # its export was read like: {shape}']
    asked += [f'# mode.{one} = "…"' for one in languages]
    asked += ["# fielded = [first day, last day]", "# delivered = day"]
    asked += ["# invented = false for answers of real people, true otherwise"]
    lines = [
        "# Fill in the lines that are commented out; the study is refused until then.",
        f'wave = "{wave}"',
        *asked,
        f"n = {rows}",
        "",
        "[[file]]",
        f"name = {_quote(name)}",
        'role = "answers"',
        f'sha256 = "{checksum}"',
    ]
    return "\n".join(lines) + "\n"


def describe_draft(draft: Draft) -> str:
    """Return what was drafted and what a person has to look at."""
    lines = [f"Drafted like wave {draft.like}:", f"  {draft.wave_file}", f"  {draft.passport}"]
    if draft.like == draft.wave_file.stem:
        lines = [f"Drafted: {draft.passport}", f"Kept as it is: {draft.wave_file}"]
    for told, names in (("unknown", draft.unknown), ("missing", draft.missing)):
        lines.append(f"{len(names)} columns {told}" + (f": {list_few(names)}" if names else ""))
    return "\n".join(lines)


def _refuse_if_taken(study: Study, wave: str, folder: Path) -> None:
    faults = []
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", wave):
        allowed = "lower case letters, digits, - and _"
        faults.append(Fault(f"WAVE={wave}", repr(wave), allowed, "choose another id"))
    if folder.exists():
        allowed = "a wave without an export"
        faults.append(
            Fault(str(folder), "is there already", allowed, "choose another id, or delete it")
        )
    if not study.waves:
        todo = "write its first wave by hand, as docs/study-format.md shows"
        faults.append(Fault(study.id, "no wave to draft from", "a study with a wave", todo))
    if faults:
        raise Refusal(faults)


def _remark(told: str, names: Iterable[str], others: Sequence[str]) -> list[str]:
    """Return the names as comment lines, each with what it may be instead."""
    lines = []
    for name in names:
        close = get_close_matches(name, others, n=1, cutoff=0.75)
        plain = " ".join(name.split())
        lines.append(f"#   {plain}" + (f"   (was: {' '.join(close[0].split())})" if close else ""))
    return [f"# {told}", *lines] if lines else []


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
