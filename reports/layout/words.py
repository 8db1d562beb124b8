"""A language code goes in; the words that layout itself adds to a page come out.

Adding a language is adding an entry to WORDS. Words of findings and charts live with those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.layout.faults import LayoutFailed

# Letters and signs that are read out by the same name in Dutch and English.
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


WORDS = {
    "nl": LayoutWords(
        language="Nederlands",
        figure="Figuur",
        table="Tabel",
        section="Paragraaf",
        contents="Inhoudsopgave",
        skip="Naar de inhoud",
        pages="Pagina’s",
        languages="Talen",
        sources="Bronnen",
        spoken=_SAME
        | {
            "frac": "{1} gedeeld door {2}",
            "sqrt": "wortel van {1}",
            "^": "tot de macht {1}",
            "_": "index {1}",
            "hat": "{1} dakje",
            "bar": "{1} streep",
            "overline": "{1} streep",
            "tilde": "{1} tilde",
            "sum": "som",
            "prod": "product",
            "ln": "natuurlijke logaritme",
            "log": "logaritme",
            "exp": "e-macht",
            "infty": "oneindig",
            "in": "in",
            "times": "maal",
            "cdot": "maal",
            "pm": "plus of min",
            "leq": "kleiner dan of gelijk aan",
            "le": "kleiner dan of gelijk aan",
            "geq": "groter dan of gelijk aan",
            "ge": "groter dan of gelijk aan",
            "neq": "niet gelijk aan",
            "approx": "ongeveer gelijk aan",
            "ldots": "enzovoort",
            "dots": "enzovoort",
            "\\%": "procent",
            "=": "is gelijk aan",
            "+": "plus",
            "-": "min",
            "/": "gedeeld door",
            "*": "maal",
            "<": "kleiner dan",
            ">": "groter dan",
            "(": "haakje openen",
            ")": "haakje sluiten",
            "[": "blokhaak openen",
            "]": "blokhaak sluiten",
            "|": "streep",
            ",": "komma",
        },
    ),
    "en": LayoutWords(
        language="English",
        figure="Figure",
        table="Table",
        section="Section",
        contents="Table of contents",
        skip="Skip to content",
        pages="Pages",
        languages="Languages",
        sources="References",
        spoken=_SAME
        | {
            "frac": "{1} over {2}",
            "sqrt": "square root of {1}",
            "^": "to the power {1}",
            "_": "sub {1}",
            "hat": "{1} hat",
            "bar": "{1} bar",
            "overline": "{1} bar",
            "tilde": "{1} tilde",
            "sum": "sum",
            "prod": "product",
            "ln": "natural logarithm",
            "log": "logarithm",
            "exp": "exponential",
            "infty": "infinity",
            "in": "in",
            "times": "times",
            "cdot": "times",
            "pm": "plus or minus",
            "leq": "less than or equal to",
            "le": "less than or equal to",
            "geq": "greater than or equal to",
            "ge": "greater than or equal to",
            "neq": "not equal to",
            "approx": "approximately equal to",
            "ldots": "and so on",
            "dots": "and so on",
            "\\%": "per cent",
            "=": "equals",
            "+": "plus",
            "-": "minus",
            "/": "divided by",
            "*": "times",
            "<": "less than",
            ">": "greater than",
            "(": "open parenthesis",
            ")": "close parenthesis",
            "[": "open bracket",
            "]": "close bracket",
            "|": "bar",
            ",": "comma",
        },
    ),
}


def words_for(language: str) -> LayoutWords:
    """Give the words of a language (`nl`, `en-GB` …); raise LayoutFailed where there are none."""
    words = WORDS.get(language.partition("-")[0])
    if words is None:
        allowed = ", ".join(WORDS)
        raise LayoutFailed(
            f"Layout has no words for language {language}. Allowed: {allowed}. "
            "Add an entry to WORDS in reports/layout/words.py."
        )
    return words


def name_token(token: str) -> str:
    """Name a TeX token as house.lua does: `frac`, `sign-5f` for `_`, `escaped-25` for `\\%`."""
    if token.isalpha():
        return token
    if token.startswith("\\"):
        return f"escaped-{ord(token[1]):x}"
    return f"sign-{ord(token):x}"
