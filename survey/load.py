"""A study's folder in, one frozen `Study` out; or one refusal that names every fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from survey.check import check_margins_are_real, check_parts, check_whole
from survey.declaration import Declaration
from survey.documents import ABOUT, Broken, Document, Documents, name_parts, parse_file, read_folder
from survey.explain import explain_error, explain_errors
from survey.faults import Fault, Refusal, list_few, suggest
from survey.plan import Plan
from survey.questionnaire import SCALE_FIELDS, Questionnaire
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
    if folder.name == ABOUT and folder.is_file():
        folder = folder.parent
    if (folder / ABOUT).is_file():
        return folder.resolve()
    if (STUDIES / str(study) / ABOUT).is_file():
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
    (before fieldwork). Raises `Refusal` with all faults of all files: one part's faults hide only
    those of the parts that name it.
    """
    documents, unread = read_folder(find_study(study))
    loaded, faults = judge_documents(documents, is_whole=not unread)
    if unread or not documents.languages:
        _refuse([*unread, *faults])
    chosen = documents.waves if waves is None else tuple(waves)
    passports, told = _read_passports(documents, chosen, need_exports)
    faults += told
    faults += _find_mixture(passports)
    if loaded:
        faults += [documents.place(fault) for fault in check_margins_are_real(loaded, passports)]
    _refuse(faults)
    if loaded is None:
        raise RuntimeError("a file was read neither well nor with a fault")
    return loaded.model_copy(update={"passports": passports})


def judge_documents(
    documents: Documents, is_whole: bool = True
) -> tuple[Study | None, list[Fault]]:
    """Return the study that the files declare, without passports, and every fault in them.

    With faults the study is what is left once they are set aside; None if that is no study. Files
    of which one is missing (not `is_whole`) are read, but not held against each other.
    """
    typing = _Typing(documents)
    loaded, faults, sound = typing.build(), typing.faults, documents
    if not is_whole or not documents.languages:
        return None, faults
    if typing.broken:
        sound = documents.without(typing.broken)
        loaded = _Typing(sound).build() if typing.names_its_parts else None
    for check in (check_parts, check_whole):
        found = check(loaded) if loaded else []
        faults += [documents.place(fault) for fault in found]
        parts = set(name_parts(found))
        if found:
            sound = sound.without((), {part for part in parts if part})
            loaded = None if None in parts else _Typing(sound).build()
    return loaded, faults


def locate_data(folder: Path) -> Path:
    """Return where a study's raw exports lie: in the repository's data_raw, else beside it."""
    if folder.parent == STUDIES:
        return REPOSITORY / "data_raw" / folder.name
    return folder / "data_raw"


def locate_export(study: Study, wave: str) -> Path:
    """Return the folder that holds a wave's export and passport."""
    return study.data_folder / (study.wave(wave).folder or wave)


def _refuse(faults: Iterable[Fault]) -> None:
    if once := tuple(dict.fromkeys(faults)):
        raise Refusal(once)


def _read_passports(
    documents: Documents, waves: tuple[str, ...], need_exports: bool
) -> tuple[tuple[Passport, ...], list[Fault]]:
    """Read the passports of the waves of this run."""
    passports, faults = [], []
    for wave in waves:
        if wave not in documents.waves:
            name = documents.files[ABOUT].get("id")
            found = f"the study {name} has no wave {wave}"
            allowed, todo = list_few(documents.waves), suggest(wave, documents.waves)
            faults.append(Fault(f"WAVE={wave}", found, allowed, todo))
            continue
        folder = documents.files[f"waves/{wave}.toml"].get("folder", wave)
        path = locate_data(documents.folder) / str(folder) / PASSPORT
        if not path.is_file() and not need_exports:
            continue
        data = parse_file(path)
        if isinstance(data, Fault):
            way = "`make new-wave` drafts it beside an export; `make rehearse` invents both"
            faults.append(data if path.exists() else replace(data, todo=way))
            continue
        try:
            context = {"languages": documents.languages}
            passport = Passport.model_validate(data, context=context)
        except ValidationError as error:
            faults += explain_errors(str(path), data, Passport, error)
        else:
            passports.append(passport)
            fielded = documents.files[f"waves/{wave}.toml"].get("fielded")
            faults += _check_passport(path, passport, wave, fielded)
    return tuple(passports), faults


def _check_passport(path: Path, passport: Passport, wave: str, fielded: Any) -> list[Fault]:
    """Return the faults of a passport beside its wave, whose file says `fielded`."""
    faults = []
    days = [day for day in fielded if isinstance(day, date)] if isinstance(fielded, list) else []
    if len(days) == 2 and days == sorted(days) and tuple(days) != passport.fielded:
        first, last = passport.fielded
        faults.append(
            Fault(
                f"{path}: fielded",
                f"{first} to {last}",
                f"the days of waves/{wave}.toml: {days[0]} to {days[1]}",
                "correct one of them",
            )
        )
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


def _find_mixture(passports: Iterable[Passport]) -> Iterator[Fault]:
    """Yield a fault where real and invented waves are to be run together."""
    invented = [p.wave for p in passports if p.invented]
    real = [p.wave for p in passports if not p.invented]
    if invented and real:
        yield Fault(
            where="the waves of this run",
            found=f"invented waves ({list_few(invented)}) and real ones ({list_few(real)})",
            allowed="only real or only invented waves in one run",
            todo="run the real waves from a study folder of their own, or narrow with WAVE=",
        )


class _Typing:
    """Holds documents against their types; collects what does not fit, and where it stands."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.faults: list[Fault] = []
        self.broken: list[Broken] = []
        self.names_its_parts = True  # else what names a broken part cannot be known

    def build(self) -> Study | None:
        """Return the study, None if a file is absent or has a fault."""
        folder, waves = self.documents.folder, self.documents.waves
        about = self._read(ABOUT, StudyFile)
        if not self.documents.languages:
            return None  # no text of the other files can be judged
        questionnaire = self._read_questionnaire()
        segments = self._read("segments.toml", SegmentsFile)
        corrections = self._read("corrections.toml", CorrectionsFile)
        plan = self._read("plan.toml", Plan)
        asked = [wave for name in waves if (wave := self._read(f"waves/{name}.toml", Wave))]
        margins = [m for name in self.documents.margins if (m := self._read_margin(name))]
        if self.faults or about is None or questionnaire is None or len(asked) < len(waves):
            return None
        return Study(
            folder=folder,
            data_folder=locate_data(folder),
            about=about,
            questionnaire=questionnaire,
            segments=segments.segments if segments else (),
            waves=tuple(asked),
            passports=(),
            corrections=corrections.corrections if corrections else (),
            margins=tuple(margins),
            plan=plan or Plan(),
        )

    def _read(self, name: str, model: type[Model]) -> Model | None:
        """Return one file as `model`; None if it is absent or not as declared."""
        data = self.documents.files.get(name)
        if data is None:
            return None
        try:
            return model.model_validate(data, context={"languages": self.documents.languages})
        except ValidationError as error:
            for one in error.errors(include_url=False):
                self._tell(name, data, model, dict(one))
        return None

    def _read_margin(self, name: str) -> Margin | None:
        margin = self._read(name, Margin)
        stem = Path(name).stem
        if margin is not None and margin.id != stem:
            where = f"{self.documents.folder / name}: id"
            self.faults.append(
                Fault(where, f'"{margin.id}"', f'"{stem}"', "set id to the file's name")
            )
            self.broken.append(Broken(name, "id"))
        return margin

    def _read_questionnaire(self) -> Questionnaire | None:
        """Return the questionnaire of all its files, each list in the order of their names."""
        merged: Document = {}
        places: dict[str, list[tuple[str, int]]] = {}
        for name in self.documents.questionnaire:
            for key, value in self.documents.files[name].items():
                if not isinstance(value, list):
                    merged[key], places[key] = value, [(name, 0)]  # a fault, whatever follows
                elif isinstance(before := merged.get(key, []), list):
                    merged[key] = [*before, *value]
                    places.setdefault(key, []).extend((name, at) for at in range(len(value)))
        if not merged:
            return None
        context = {"languages": self.documents.languages}
        try:
            return Questionnaire.model_validate(merged, context=context)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                self._tell_of_questionnaire(places, dict(one))
        return None

    def _tell_of_questionnaire(self, places: dict[str, list[tuple[str, int]]], one: Any) -> None:
        """Tell an error at the file and the entry that it comes from."""
        key, *rest = one["loc"]
        name, data = self.documents.questionnaire[0], {}
        if places.get(key):
            at = rest[0] if rest and isinstance(rest[0], int) else 0
            name, here = places[key][at]
            data = self.documents.files[name]
            if rest and isinstance(rest[0], int):
                rest[0] = here
            of_scale = key == "question" and len(rest) > 1 and rest[1] in SCALE_FIELDS
            if of_scale and one["type"] != "missing" and rest[1] not in data[key][rest[0]]:
                return  # written at the scale, and told there
        self._tell(name, data, Questionnaire, {**one, "loc": (key, *rest)})

    def _tell(self, name: str, data: Document, model: type[Model], one: dict[str, Any]) -> None:
        part = self.documents.find_part(name, one["loc"])
        self.broken.append(part)
        if one["loc"][2:] == ("id",) or not self.documents.has_name(part):
            self.names_its_parts = False
        path = str(self.documents.folder / name)
        self.faults.append(explain_error(path, data, model, one))
