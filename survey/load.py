"""A study's folder in, one frozen `Study` out; or one refusal that names every fault."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from survey.check import check_margins_are_real, check_study
from survey.declaration import Declaration
from survey.explain import explain_errors
from survey.faults import Fault, Refusal, list_few, suggest
from survey.plan import Plan
from survey.questionnaire import Questionnaire
from survey.study import Correction, Margin, Segment, Study, StudyFile
from survey.wave import Passport, Wave

STUDIES = Path(__file__).parent / "studies"
REPOSITORY = STUDIES.parents[1]
PASSPORT = "SOURCE.toml"
Model = TypeVar("Model", bound=Declaration)


class SegmentsFile(Declaration):
    """`segments.toml`."""

    segments: tuple[Segment, ...] = Field((), alias="segment")


class CorrectionsFile(Declaration):
    """`corrections.toml`."""

    corrections: tuple[Correction, ...] = Field((), alias="correction")


def find_study(study: str | Path) -> Path:
    """Return the folder of a study given its name in this repository or a path to it."""
    folder = Path(study)
    if (folder / "study.toml").is_file():
        return folder.resolve()
    if (STUDIES / str(study) / "study.toml").is_file():
        return STUDIES / str(study)
    names = sorted(path.parent.name for path in STUDIES.glob("*/study.toml"))
    raise Refusal(
        Fault(
            where=f"STUDY={study}",
            found="neither a study of this repository nor a folder with a study.toml",
            allowed=f"{list_few(names)}, or the path of a folder that holds a study.toml",
            todo=suggest(str(study), names),
        )
    )


def load_study(
    study: str | Path, waves: Iterable[str] | None = None, need_exports: bool = True
) -> Study:
    """Read and check every declaration of a study.

    `waves` narrows the passports to the waves of one run; every wave file is read all the same,
    since grades and `since` refer to them. With `need_exports=False` a wave may lack its passport
    (before fieldwork). Raises `Refusal` with all faults of all files.
    """
    folder = find_study(study)
    reader = _Reader(folder)
    about, order = reader.read_about()
    questionnaire = reader.read_questionnaire()
    segments = reader.read("segments.toml", SegmentsFile, optional=True)
    corrections = reader.read("corrections.toml", CorrectionsFile, optional=True)
    plan = reader.read("plan.toml", Plan, optional=True)
    wave_files = [reader.read(f"waves/{wave}.toml", Wave) for wave in order]
    margins = [reader.read(name, Margin) for name in reader.list_files("margins/*.toml")]
    reader.stop_if_faulty()
    if about is None or questionnaire is None:
        raise RuntimeError("a file was read neither well nor with a fault")
    data_folder = locate_data(folder)
    loaded = Study(
        folder=folder,
        data_folder=data_folder,
        about=about,
        questionnaire=questionnaire,
        segments=segments.segments if segments else (),
        waves=tuple(wave for wave in wave_files if wave),
        passports=(),
        corrections=corrections.corrections if corrections else (),
        margins=tuple(margin for margin in margins if margin),
        plan=plan or Plan(),
    )
    reader.faults += check_study(loaded)
    reader.stop_if_faulty()
    passports = _read_passports(reader, loaded, waves, need_exports)
    return loaded.model_copy(update={"passports": passports})


def locate_data(folder: Path) -> Path:
    """Return where a study's raw exports lie: in the repository's data_raw, else beside it."""
    if folder.parent == STUDIES:
        return REPOSITORY / "data_raw" / folder.name
    return folder / "data_raw"


def locate_export(study: Study, wave: str) -> Path:
    """Return the folder that holds a wave's export and passport."""
    return study.data_folder / (study.wave(wave).folder or wave)


def _read_passports(
    reader: _Reader, study: Study, waves: Iterable[str] | None, need_exports: bool
) -> tuple[Passport, ...]:
    """Read the passports of the waves of this run; refuse real and invented ones together."""
    chosen = tuple(study.wave_order if waves is None else waves)
    reader.faults += [
        Fault(
            where=f"WAVE={wave}",
            found=f"the study {study.id} has no wave {wave}",
            allowed=list_few(study.wave_order),
            todo=suggest(wave, study.wave_order),
        )
        for wave in chosen
        if wave not in study.wave_order
    ]
    reader.stop_if_faulty()
    passports = []
    for wave in chosen:
        path = locate_export(study, wave) / PASSPORT
        if not path.is_file() and not need_exports:
            continue
        passport = reader.read(path, Passport)
        if passport is not None:
            passports.append(passport)
            reader.faults += _check_passport(path, passport, wave)
    reader.faults += check_margins_are_real(study, passports)
    reader.stop_if_faulty()
    _refuse_mixture(passports)
    return tuple(passports)


def _list_texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts as declared; nothing if it is none."""
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return tuple(value) if is_list else ()


def _check_passport(path: Path, passport: Passport, wave: str) -> list[Fault]:
    faults = []
    if passport.wave != wave:
        faults.append(
            Fault(
                f"{path}: wave", f'"{passport.wave}"', f'"{wave}"', "set wave to the folder's wave"
            )
        )
    roles = [file.role for file in passport.files]
    if roles.count("answers") != 1:
        faults.append(
            Fault(
                f"{path}: file",
                f'{roles.count("answers")} files with role = "answers"',
                "exactly one file with the answers",
                'give one [[file]] the role "answers", others "structure"',
            )
        )
    return faults


def _refuse_mixture(passports: list[Passport]) -> None:
    invented = [p.wave for p in passports if p.invented]
    real = [p.wave for p in passports if not p.invented]
    if invented and real:
        raise Refusal(
            Fault(
                where="the waves of this run",
                found=f"invented waves ({list_few(invented)}) and real ones ({list_few(real)})",
                allowed="only real or only invented waves in one run",
                todo="run the real waves from a study folder of their own, or narrow with WAVE=",
            )
        )


class _Reader:
    """Reads declaration files below one folder and collects their faults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.languages: tuple[str, ...] = ()
        self.faults: list[Fault] = []

    def list_files(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(pattern))

    def read(self, name: str | Path, model: type[Model], optional: bool = False) -> Model | None:
        """Read one file as `model`; a fault and None if it is not as declared."""
        path = self.folder / name
        if optional and not path.exists():
            return None
        data = self._parse(path)
        return None if data is None else self._validate(path, data, model)

    def read_about(self) -> tuple[StudyFile | None, tuple[str, ...]]:
        """Read `study.toml` and return it with the waves to read.

        Its languages and waves decide how the other files are read: a fault elsewhere in it does
        not keep those from being checked; without languages nothing else can be.
        """
        path = self.folder / "study.toml"
        data = self._parse(path) or {}
        self.languages = _list_texts(data.get("languages"))
        about = None if self.faults else self._validate(path, data, StudyFile)
        if not self.languages:
            self.stop_if_faulty()
        return about, _list_texts(data.get("waves"))

    def read_questionnaire(self) -> Questionnaire | None:
        """Read `questionnaire.toml`, or `questionnaire/*.toml` in the order of their names."""
        paths = self.list_files("questionnaire/*.toml") or [self.folder / "questionnaire.toml"]
        merged: dict[str, Any] = {}
        for path in paths:
            data = self._parse(path)
            for key, value in (data or {}).items():
                if isinstance(value, list) and isinstance(merged.get(key, []), list):
                    merged[key] = [*merged.get(key, []), *value]
                else:
                    merged[key] = value
        if self.faults and not merged:
            return None
        name = paths[0] if len(paths) == 1 else paths[0].parent
        return self._validate(name, merged, Questionnaire)

    def stop_if_faulty(self) -> None:
        if self.faults:
            raise Refusal(sorted(set(self.faults), key=self.faults.index))

    def _parse(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            self.faults.append(
                Fault(
                    str(path),
                    "no such file",
                    "a file that declares this part of the study",
                    "make it; docs/study-format.md shows its keys",
                )
            )
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.faults.append(
                Fault(
                    str(path),
                    str(error),
                    "TOML 1.0 in UTF-8, inline tables on one line",
                    "mend the line that is named",
                )
            )
        except OSError as error:  # a folder of that name, or a file that may not be read
            self.faults.append(
                Fault(
                    str(path),
                    error.strerror or str(error),
                    "a file that can be read",
                    "put the file there, or let it be read",
                )
            )
        return None

    def _validate(self, path: Path, data: dict[str, Any], model: type[Model]) -> Model | None:
        try:
            return model.model_validate(data, context={"languages": self.languages})
        except ValidationError as error:
            self.faults += explain_errors(str(path), data, model, error)
            return None
