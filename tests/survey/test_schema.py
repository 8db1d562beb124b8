"""The JSON Schemas of the format are those of its types, and refuse what these refuse."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from survey.load import REPOSITORY, STUDIES
from survey.schema import FILES, FOLDER, list_stale, make_schemas, write_schemas

NAMED = re.compile(r"#:schema (\S+)")
FOLDERS = ("survey/studies", "tests/data", "tests/studies", "data_raw")
DECLARATIONS = sorted(path for name in FOLDERS for path in (REPOSITORY / name).rglob("*.toml"))
IN_FOLDER = {"questionnaire": "questionnaire", "waves": "wave", "margins": "margin",
             "passports": "source"}  # fmt: skip


def name_schema(path: Path) -> str:
    """Return which schema a file of a study goes by, told by its place."""
    return IN_FOLDER.get(path.parent.name, path.stem.lower())


def read_as_json(path: Path) -> Any:
    """Return a TOML file as an editor's checker sees it: dates are texts."""
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    return json.loads(json.dumps(declared, default=lambda moment: moment.isoformat()))


def list_errors(schema: str, declared: Any) -> list[str]:
    text = (FOLDER / f"{schema}.schema.json").read_text(encoding="utf-8")
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(json.loads(text), format_checker=checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(declared)]


def list_objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a schema that describes a table with known keys."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from list_objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from list_objects(part)


def test_the_committed_schemas_are_up_to_date() -> None:
    assert list_stale() == [], "write them again with: make schema"
    assert {path.name for path in FOLDER.iterdir()} == set(make_schemas())


def test_a_changed_or_absent_schema_is_stale(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert list_stale(tmp_path) == []
    (tmp_path / "study.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "wave.schema.json").unlink()
    assert list_stale(tmp_path) == ["study.schema.json", "wave.schema.json"]


@pytest.mark.parametrize("name", list(FILES))
def test_a_schema_knows_the_keys_of_its_type_and_no_others(name: str) -> None:
    schema = json.loads(make_schemas()[f"{name}.schema.json"])
    fields = FILES[name].model_fields
    assert set(schema["properties"]) == {field.alias or key for key, field in fields.items()}
    required = {field.alias or key for key, field in fields.items() if field.is_required()}
    if name == "questionnaire":  # may be spread over files, each with a part of it
        required = set()
    assert set(schema.get("required", [])) == required
    assert all(part["additionalProperties"] is False for part in list_objects(schema))


def test_delivered_codes_may_be_numbers_as_in_a_wave_of_the_repository() -> None:
    wave = tomllib.loads((STUDIES / "ai-cultuur/waves/2026.toml").read_text(encoding="utf-8"))
    assert any(isinstance(pair[0], int) for ask in wave["ask"] for pair in ask.get("answers", ()))
    ask = json.loads(make_schemas()["wave.schema.json"])["$defs"]["Ask"]["properties"]
    for key in ("answers", "items"):
        delivered, code = ask[key]["items"]["prefixItems"]
        assert delivered["type"] == ["string", "number"]
        assert code["type"] == "string"


@pytest.mark.parametrize(
    "path", DECLARATIONS, ids=lambda path: path.relative_to(REPOSITORY).as_posix()
)
def test_a_file_of_the_repository_meets_its_schema(path: Path) -> None:
    assert list_errors(name_schema(path), read_as_json(path)) == []


def test_files_name_the_schema_that_they_go_by() -> None:
    named = {path: NAMED.match(path.read_text(encoding="utf-8")) for path in DECLARATIONS}
    assert [path for path, line in named.items() if not line and STUDIES in path.parents] == []
    for path, line in named.items():
        if line is not None:
            schema = (path.parent / line.group(1)).resolve()
            assert schema == FOLDER / f"{name_schema(path)}.schema.json", path


@pytest.mark.parametrize(
    ("schema", "change", "told"),
    [
        ("study", {"waves": []}, "$.waves: [] should be non-empty"),
        ("study", {"titel": {}}, "$: Additional properties are not allowed"),
        ("questionnaire", {"question": [{"id": "a"}]}, "$.question[0]: 'kind' is a required"),
        ("source", {"delivered": "last week"}, "$.delivered: 'last week' is not a 'date'"),
        ("wave", {"shape": "plane"}, "$.shape: 'plane' is not one of"),
    ],
)
def test_a_schema_refuses_what_its_type_refuses(
    schema: str, change: dict[str, Any], told: str
) -> None:
    path = next(path for path in DECLARATIONS if name_schema(path) == schema)
    errors = list_errors(schema, {**read_as_json(path), **change})
    assert any(error.startswith(told) for error in errors), errors
