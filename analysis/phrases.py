"""Phrases of charts, tables and pages: a language and a key in, a sentence or term out.

The phrases themselves are data, `analysis/phrases/<language>.toml`; a new language is a new file.
"""

from __future__ import annotations

import string
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from survey.faults import Fault, Refusal, list_few
from survey.study import Study

FOLDER = Path(__file__).parent / "phrases"


class PhraseError(KeyError):
    """A language, a key or a value of a phrase is missing."""

    def __str__(self) -> str:
        return str(self.args[0])


def list_languages() -> tuple[str, ...]:
    """Return the languages that have a file of phrases, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def refuse_unknown_languages(study: Study) -> None:
    """Raise `Refusal` where a study has a language without phrases."""
    faults = find_unknown_languages(study)
    if faults:
        raise Refusal(faults)


def find_unknown_languages(study: Study) -> list[Fault]:
    """Return a fault where a study has a language without phrases."""
    unknown = [language for language in study.languages if language not in list_languages()]
    if not unknown:
        return []
    return [
        Fault(
            where="study.toml: languages",
            found=f"{list_few(unknown)}, for which this package has no words",
            allowed=list_few(list_languages()),
            todo=f"add analysis/phrases/{unknown[0]}.toml as CONTRIBUTING.md describes",
        )
    ]


def phrase(language: str, key: str, **values: Any) -> str:
    """Return the phrase `key` ("chart.withheld") in `language` with `values` filled in.

    Raises PhraseError where the language, the key or a value that the phrase needs is missing,
    and where a value is given that the phrase does not have a place for.
    """
    phrases = load_phrases(language)
    if key not in phrases:
        raise PhraseError(
            f"{language}.toml: no phrase {key!r}; add it to every file in analysis/phrases/"
        )
    text = phrases[key]
    wanted = list_places(text)
    if wanted != set(values):
        raise PhraseError(
            f"{language}.toml: phrase {key!r} has places for {sorted(wanted)}, "
            f"found values for {sorted(values)}; give exactly its places"
        )
    return text.format(**values)


def list_places(text: str) -> set[str]:
    """Return the names between braces in a phrase."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@cache
def load_phrases(language: str) -> dict[str, str]:
    """Return all phrases of a language under dotted keys."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        raise PhraseError(
            f"analysis/phrases/: no {language}.toml; found {', '.join(list_languages())}; "
            "translate one of these"
        )
    return dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flatten(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        pairs += _flatten(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return pairs
