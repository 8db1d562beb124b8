"""What all declared types share: frozen, unknown keys refused, texts in every language."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="a stable short id")]
WaveId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="the id of a wave")]


def check_languages(text: Any, info: ValidationInfo) -> Any:
    """Refuse a text that lacks a language of the study or has one that the study lacks."""
    languages = (info.context or {}).get("languages")
    if languages is None or not isinstance(text, dict):
        return text
    for language in languages:
        if not str(text.get(language, "")).strip():
            raise ValueError(
                f"text in every language of the study ({', '.join(languages)}); "
                f"{language} is missing"
            )
    for language in text:
        if language not in languages:
            raise ValueError(
                f"texts in the study's languages ({', '.join(languages)}); found {language}"
            )
    return text


Text = Annotated[
    dict[str, str],
    BeforeValidator(check_languages),
    Field(description="one text per language of the study: text.nl, text.en"),
]


class Declaration(BaseModel):
    """A piece of a study's files: frozen; an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def spread_list(data: Any, info: ValidationInfo, extra: str | None = None) -> Any:
    """Turn `[code, "nl", "en", (extra), {more}]` into a mapping for a model.

    The texts stand in the order of the study's languages; `extra` names a further positional
    value; a last table gives the remaining keys.
    """
    if not isinstance(data, list | tuple):
        return data
    languages = (info.context or {}).get("languages") or ()
    rest = list(data)
    more = rest.pop() if rest and isinstance(rest[-1], dict) else {}
    expected = 1 + len(languages) + (extra is not None)
    if len(rest) != expected:
        shape = ["code", *languages, *([extra] if extra else [])]
        raise ValueError(
            f"a list [{', '.join(shape)}]; found {len(rest)} values instead of {expected}"
        )
    fields = {"code": rest[0], "text": dict(zip(languages, rest[1:], strict=False)), **more}
    if extra is not None:
        fields[extra] = rest[-1]
    return fields
