"""The JSON Schemas of the format are those of its types, and refuse what these refuse."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.load import STUDIES
from survey.schema import FILES, FOLDER, list_stale, make_schemas, write_schemas

NAMED = re.compile(r"#:schema (\S+)")


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


def test_files_of_the_repository_name_schemas_that_exist() -> None:
    paths = list(STUDIES.rglob("*.toml"))
    named = [
        path.parent / found.group(1)
        for path in paths
        if (found := NAMED.match(path.read_text(encoding="utf-8")))
    ]
    assert named
    assert [path for path in named if not path.is_file()] == []
