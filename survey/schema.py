"""The types in, JSON Schemas out, so that editors complete and check a study's files."""

from __future__ import annotations

import json
from pathlib import Path

from survey.declaration import Declaration
from survey.load import CorrectionsFile, SegmentsFile
from survey.plan import Plan
from survey.questionnaire import Questionnaire
from survey.rehearsal import Rehearsal
from survey.study import Margin, StudyFile
from survey.wave import Passport, Wave

FOLDER = Path(__file__).parent / "schemas"
FILES: dict[str, type[Declaration]] = {
    "study": StudyFile,
    "questionnaire": Questionnaire,
    "segments": SegmentsFile,
    "wave": Wave,
    "plan": Plan,
    "margin": Margin,
    "corrections": CorrectionsFile,
    "source": Passport,
    "rehearsal": Rehearsal,
}


def make_schemas() -> dict[str, str]:
    """Return the JSON Schema of each kind of file: file name → text."""
    schemas = {}
    for name, model in FILES.items():
        schema = model.model_json_schema(by_alias=True)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        text = json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True)
        schemas[f"{name}.schema.json"] = text + "\n"
    return schemas


def write_schemas(folder: Path = FOLDER) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in make_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def list_stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of committed schemas that no longer match the types."""
    return [
        name
        for name, text in make_schemas().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
