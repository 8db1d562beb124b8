"""A language code goes in; the words that layout itself adds to a page come out.

The words are data too: `[layout]` in `analysis/phrases/<language>.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache

from analysis.phrases import list_languages, load_phrases
from reports.layout.faults import LayoutFailed

# Letters and signs that are read out by the same name in every language.
_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "kappa", "lambda", "mu", "nu"),
    *("pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Sigma", "Phi", "Psi", "Omega"),
)
_SILENT = ("left", "right", "\\,", "\\;", "\\:", "\\!", "\\ ", "quad", "qquad")
_UPRIGHT = ("text", "mathrm", "mathit", "mathbf", "operatorname")
_SAME = (
    {name: name for name in _GREEK} | dict.fromkeys(_SILENT, "") | dict.fromkeys(_UPRIGHT, "{text}")
)


SPOKEN = "layout.spoken."


@dataclass(frozen=True)
class LayoutWords:
    """The words of one language.

    `spoken` maps a TeX command (letters without their backslash) or sign to how it is read aloud;
    `{1}` and `{2}` stand for its arguments read aloud, `{text}` for an argument that is a word.
    """

    language: str
    figure: str
    table: str
    section: str
    contents: str
    skip: str
    pages: str
    languages: str
    sources: str
    spoken: Mapping[str, str]


@cache
def words_for(language: str) -> LayoutWords:
    """Give the words of a language (`nl`, `en-GB` …); raise LayoutFailed where there are none."""
    name = language.partition("-")[0]
    if name not in list_languages():
        raise LayoutFailed(
            f"Layout has no words for language {language}. Allowed: {', '.join(list_languages())}. "
            f"Add analysis/phrases/{name}.toml."
        )
    phrases = load_phrases(name)
    said = {key.removeprefix(SPOKEN): text for key, text in phrases.items() if SPOKEN in key}
    named = (field.name for field in fields(LayoutWords) if field.name != "spoken")
    return LayoutWords(**{key: phrases[f"layout.{key}"] for key in named}, spoken=_SAME | said)


def name_token(token: str) -> str:
    """Name a TeX token as house.lua does: `frac`, `sign-5f` for `_`, `escaped-25` for `\\%`."""
    if token.isalpha():
        return token
    if token.startswith("\\"):
        return f"escaped-{ord(token[1]):x}"
    return f"sign-{ord(token):x}"
