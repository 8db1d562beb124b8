"""A study, a wave and a folder in, an invented export with its passport in that folder out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from analysis.phrases import phrase, refuse_unknown_languages
from analysis.rehearse.crowd import Dice
from analysis.rehearse.invent import invent_answers
from analysis.rehearse.reshape import reshape_wave
from analysis.rehearse.sheet import Sheet, fill_sheet, reveal_personal
from analysis.rehearse.spoil import Planted, spoil_sheet
from analysis.rehearse.write_delimited import write_limesurvey, write_plain
from analysis.rehearse.write_lss import write_structure
from analysis.rehearse.write_spss import write_spss
from analysis.rehearse.write_workbook import write_surveymonkey
from survey.declaration import Text
from survey.faults import Fault, Refusal, list_few
from survey.load import PASSPORT
from survey.load_rehearsal import load_rehearsal
from survey.rehearsal import Rehearsal, WaveProfile
from survey.study import Study
from survey.wave import Delivered, Passport, Shape, Wave

ENDINGS: dict[Shape, str] = {
    "surveymonkey": "xlsx",
    "limesurvey": "csv",
    "spss": "sav",
    "plain": "csv",
}
TOOLS: dict[Shape, str] = {
    "surveymonkey": "verkenning rehearse, in the shape of a SurveyMonkey export",
    "limesurvey": "verkenning rehearse, in the shape of a LimeSurvey export",
    "spss": "verkenning rehearse, in the shape of an SPSS file",
    "plain": "verkenning rehearse, as a plain CSV file",
}
DELIVERED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Rehearsed:
    """An invented export in memory: file name → bytes, its passport, and the dirt put in."""

    files: dict[str, bytes]
    passport: Passport
    planted: tuple[Planted, ...]
    sheet: Sheet


def rehearse_wave(
    study: Study,
    wave_id: str,
    out: Path,
    n: int | None = None,
    shape: Shape | None = None,
    seed: int | None = None,
) -> tuple[Path, ...]:
    """Write an invented export of a wave and its passport into the folder `out`.

    Size, seed, distributions and dirt come from the study's `rehearsal.toml`; without one they
    are plain and plausible. `n` is another number of completes, `seed` another seed, `shape`
    another export shape than the wave's (see `reshape_wave` for reading such an export).
    Returns the paths written, the answers first, SOURCE.toml last. The bytes depend on the
    arguments and declarations alone.
    """
    refuse_unknown_languages(study)
    refuse_real(out)
    rehearsal = load_rehearsal(study) or Rehearsal()
    made = make_export(study, wave_id, rehearsal, n, shape, seed)
    contents = {**made.files, PASSPORT: form_passport(made.passport).encode("utf-8")}
    out.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (out / name).write_bytes(content)
    return tuple(out / name for name in contents)


def refuse_real(out: Path) -> None:
    """Raise `Refusal` if a folder holds files that are not known to be invented."""
    present = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    passport = out / PASSPORT
    invented = False
    if passport.is_file():
        try:
            invented = tomllib.loads(passport.read_text(encoding="utf-8")).get("invented") is True
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            invented = False
    if present and not invented:
        raise Refusal(
            Fault(
                str(out),
                f"{list_few(present)}, and no {PASSPORT} that calls them invented",
                "an empty folder, or one with an invented export, which is replaced",
                "choose another folder, so that no real answers are overwritten",
            )
        )


def make_export(
    study: Study,
    wave_id: str,
    rehearsal: Rehearsal,
    n: int | None = None,
    shape: Shape | None = None,
    seed: int | None = None,
) -> Rehearsed:
    """Return what `rehearse_wave` writes, without touching the disk."""
    shaped = reshape_wave(study, wave_id, shape)
    wave = shaped.wave(wave_id)
    profile = rehearsal.wave(wave_id, study.wave_order.index(wave_id))
    root = profile.seed if seed is None else seed
    completes = profile.completes if n is None else n
    generator = np.random.default_rng(root)
    invented = invent_answers(reveal_personal(shaped), wave_id, rehearsal, completes, generator)
    dice = Dice.from_generator(np.random.default_rng([root, 1]))
    clean = fill_sheet(shaped, invented, dice)
    sheet, planted = spoil_sheet(clean, invented, profile, dice)
    delivered = profile.delivered or wave.fielded[1] + DELIVERED_AFTER
    files = _form_files(sheet, delivered)
    passport = _describe(shaped, wave, profile, delivered, len(sheet.cells), files)
    return Rehearsed(files, passport, planted, sheet)


def _form_files(sheet: Sheet, delivered: date) -> dict[str, bytes]:
    """Return the files of a delivery by name; the answers first."""
    shape = sheet.wave.shape
    stem = f"{sheet.study.id}-{sheet.wave.id}-invented"
    name = f"{stem}.{ENDINGS[shape]}"
    match shape:
        case "surveymonkey":
            return {name: write_surveymonkey(sheet, delivered)}
        case "limesurvey":
            structure = write_structure(sheet, delivered)
            return {name: write_limesurvey(sheet), f"{stem}.lss": structure}
        case "spss":
            return {name: write_spss(sheet, delivered)}
        case "plain":
            return {name: write_plain(sheet)}


def _describe(
    study: Study,
    wave: Wave,
    profile: WaveProfile,
    delivered: date,
    rows: int,
    files: dict[str, bytes],
) -> Passport:
    return Passport(
        wave=wave.id,
        origin=profile.origin or _say(study, "rehearse.origin"),
        tool=profile.tool or TOOLS[wave.shape],
        mode=profile.mode or _say(study, "rehearse.mode"),
        fielded=wave.fielded,
        delivered=delivered,
        n=rows,
        invented=True,
        files=tuple(
            Delivered(
                name=name,
                role="structure" if at else "answers",
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for at, (name, content) in enumerate(files.items())
        ),
    )


def _say(study: Study, key: str) -> Text:
    return {language: phrase(language, key) for language in study.languages}


def form_passport(passport: Passport) -> str:
    """Return a passport as TOML, in the order of its fields."""
    lines = [
        "# INVENTED (VERZONNEN): made by `verkenning rehearse`, given by nobody.",
        f"wave = {_quote(passport.wave)}",
        "invented = true" if passport.invented else "invented = false",
        f"tool = {_quote(passport.tool)}",
        f"fielded = [{passport.fielded[0].isoformat()}, {passport.fielded[1].isoformat()}]",
        f"delivered = {passport.delivered.isoformat()}",
        f"n = {passport.n}",
    ]
    for field, texts in (("origin", passport.origin), ("mode", passport.mode)):
        lines += [f"{field}.{language} = {_quote(text)}" for language, text in texts.items()]
    for file in passport.files:
        lines += [
            "",
            "[[file]]",
            f"name = {_quote(file.name)}",
            f"role = {_quote(file.role)}",
            f"sha256 = {_quote(file.sha256)}",
        ]
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    """Return a TOML basic string; JSON's escapes are all among TOML's."""
    return json.dumps(text, ensure_ascii=False)
