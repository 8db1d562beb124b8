"""pydantic's errors in, faults with file, key, found, allowed and a way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from survey.faults import Fault, list_few, suggest

# kinds of pydantic's errors, and what the author of a file may write there
ALLOWED = {
    "tuple_type": "a list, as [1, 2]",
    "list_type": "a list, as [1, 2]",
    "too_short": "at least {min_length} values in the list",
    "too_long": "at most {max_length} values in the list",
    "string_type": "text between quotation marks",
    "float_type": "a number, without quotation marks",
    "float_parsing": "a number, without quotation marks",
    "int_type": "a whole number, without quotation marks",
    "int_parsing": "a whole number, without quotation marks",
    "int_from_float": "a whole number",
    "bool_type": "true or false, without quotation marks",
    "bool_parsing": "true or false, without quotation marks",
    "date_type": "a day, as 2026-01-31, without quotation marks",
    "date_parsing": "a day, as 2026-01-31, without quotation marks",
    "date_from_datetime_parsing": "a day, as 2026-01-31, without quotation marks",
    "date_from_datetime_inexact": "a day, as 2026-01-31, without a time",
    "model_type": "a table of keys, as [weighting] or text.en",
    "dict_type": "a table of keys, as [weighting] or text.en",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
}


def explain_errors(
    path: str, data: dict[str, Any], model: type[BaseModel], error: ValidationError
) -> list[Fault]:
    """Return one fault for every error that pydantic found in `data` for `model`."""
    return [explain_error(path, data, model, dict(o)) for o in error.errors(include_url=False)]


def explain_error(path: str, data: Any, model: type[BaseModel], one: dict[str, Any]) -> Fault:
    """Return the fault of one of pydantic's errors, `one`, whose location is within `data`."""
    location: Sequence[str | int] = one["loc"]
    where = f"{path}: {describe_location(data, location)}"
    kind, found = one["type"], _shorten(one.get("input"))
    context = one.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _allowed_keys(model, location[:-1])
        key = str(location[-1])
        above = _allowed_keys(model, ()) if len(location) > 1 else []
        todo = _place_key(key, allowed, above)
        return Fault(where, f'the unknown key "{key}"', list_few(allowed, 40), todo)
    if kind == "missing":
        return Fault(where, "nothing", "this key is required", f'add "{location[-1]}"')
    if kind == "literal_error":
        expected = str(context.get("expected", ""))
        options = [option.strip("'") for option in expected.replace(" or ", ", ").split(", ")]
        near = suggest(str(one.get("input")), options)
        todo = near if near.startswith("write") else "write one of the allowed values"
        return Fault(where, f'"{one.get("input")}"', list_few(options), todo)
    if kind == "value_error":
        return Fault(where, found, str(context.get("error", one["msg"])), "write it as allowed")
    if kind == "string_pattern_mismatch":
        return Fault(
            where,
            found,
            f"text of the form {context.get('pattern')}",
            "write lower-case letters, digits, _ and - only",
        )
    allowed_value = ALLOWED.get(kind, str(one["msg"])).format_map(context)
    return Fault(where, found, allowed_value, "write a value of that kind")


def _place_key(key: str, allowed: Sequence[str], above: Sequence[str]) -> str:
    """Return what to do about a key that its table does not know; `above` are the file's own."""
    if key in above:
        # in TOML whatever follows a table's header belongs to that table
        return f'move "{key}" up, above the first [table] of the file'
    near = suggest(key, allowed)
    return near if near.startswith("write") else "remove it, or write one of the allowed keys"


def describe_location(data: Any, location: Sequence[str | int]) -> str:
    """Return `question "use" item "texts" text` for a pydantic location."""
    words: list[str] = []
    for part in location:
        child = _step(data, part)
        if isinstance(part, int):
            words.append(_name(child) or f"number {part + 1}")
        else:
            words.append(str(part))
        data = child
    return " ".join(words) or "the whole file"


def _step(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def _name(child: Any) -> str:
    """Return how an entry of a list is called by its author: its id, question or code."""
    if isinstance(child, dict):
        for key in ("id", "question", "name"):
            if isinstance(child.get(key), str):
                return f'"{child[key]}"'
    if isinstance(child, list) and child and isinstance(child[0], str):
        return f'"{child[0]}"'
    return ""


def _allowed_keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the keys that the model at `location` knows."""
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int) or current is None:
            continue
        fields = {field.alias or name: field for name, field in current.model_fields.items()}
        found = fields.get(part)
        current = _find_model(found.annotation) if found else None
    if current is None:
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _find_model(annotation: Any) -> type[BaseModel] | None:
    """Return the declared type inside Optional, tuple and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _find_model(inner)
        if found is not None:
            return found
    return None


def _shorten(value: Any, most: int = 80) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
