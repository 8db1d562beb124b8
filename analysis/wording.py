"""Numbers and dates as text: a published number and a language in, its usual notation out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from analysis.phrases import phrase
from survey.rounding import round_half_up

if TYPE_CHECKING:
    from survey.study import Study

Unit = Literal["percent", "mean", "number", "rank", "count", "text"]

# Dates, enumerations and spelling differ between varieties of a language: which it is here.
VARIETIES = {"en": "en_GB", "nl": "nl_NL"}
# Shares are published as whole percentages, everything that is no share or count to one decimal.
DECIMALS: dict[str, int] = {"percent": 0, "mean": 1, "number": 1, "rank": 1, "count": 0}

NO_BREAK = "\N{NO-BREAK SPACE}"
WORD_JOINER = "\N{WORD JOINER}"

# Where no line may break, and what then stands there.
JOINTS = tuple(
    (re.compile(pattern), kept)
    for pattern, kept in (
        (r"(?<=[€$£]) (?=\d)", NO_BREAK),  # € 1.000
        (r"(?<![^\s(])(\w) (?=[=<>] [−-]?\d)", rf"\1{NO_BREAK}"),  # the letter of p = 0,070
        (r"(?<=[=<>]) (?=[−-]?\d)", NO_BREAK),  # its sign and number
        (r"(?<=\d) (?=(?:fte|FTE)\b)", NO_BREAK),  # 10 fte
        (r"(?<=\d)–(?=\d)", f"{WORD_JOINER}–{WORD_JOINER}"),  # 1–9
        (r"(?<=\d%)-(?=\w)", f"-{WORD_JOINER}"),  # 95%-interval
    )
)


def format_value(value: float, unit: Unit, language: str) -> str:
    """Return a published number in its usual notation; "" for NaN.

    >>> format_value(58, "percent", "nl"), format_value(6.2, "mean", "nl")
    ('58%', '6,2')
    """
    if unit == "percent":
        return format_percent(value, language)
    return format_number(value, language, DECIMALS[unit])


def format_percent(value: float, language: str, decimals: int = 0) -> str:
    """Return a percentage given as a number from 0 to 100, such as "58%"."""
    from babel.numbers import format_percent as babel_percent

    if math.isnan(value):
        return ""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + _percent_sign(language)
    share = Decimal(str(value)) / 100
    return babel_percent(share, format=pattern, locale=language)


def format_number(value: float, language: str, decimals: int = 1) -> str:
    """Return a number with `decimals` decimals, grouped and pointed as the language does."""
    from babel.numbers import format_decimal

    if math.isnan(value):
        return ""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(str(value)), format=pattern, locale=language)


def format_difference(value: float, language: str, decimals: int = 1) -> str:
    """Return a number that may be below nought, with the sign that typography gives it.

    >>> format_difference(-3.25, "nl", 2)
    '−3,25'
    """
    return format_number(value, language, decimals).replace("-", "\N{MINUS SIGN}")


def format_p(value: float, language: str, level: float = 0.05) -> str:
    """Return a p-value as it stands after "p": "= 0,023", "< 0,001", "" for NaN.

    One below the level is told with a fourth decimal where three would show the level itself.

    >>> format_p(0.0234, "nl"), format_p(0.0, "en")
    ('= 0,023', '< 0.001')
    >>> format_p(0.0496, "nl")
    '= 0,0496'
    """
    if math.isnan(value):
        return ""
    if value < 0.001:
        return f"< {format_number(0.001, language, 3)}"
    decimals = 4 if value < level <= round_half_up(value, 3) else 3
    return f"= {format_number(round_half_up(value, decimals), language, decimals)}"


def format_date(day: date, language: str) -> str:
    """Return a day written in full, such as "4 december 2023"."""
    from babel.dates import format_date as babel_date

    return babel_date(day, format="long", locale=VARIETIES.get(language, language))


def format_period(first: date, last: date, language: str) -> str:
    """Return a period in months, such as "december 2023 – januari 2024"."""
    from babel.dates import format_date as babel_date

    if (first.year, first.month) == (last.year, last.month):
        return babel_date(first, format="MMMM y", locale=language)
    begin = "MMMM" if first.year == last.year else "MMMM y"
    return (
        f"{babel_date(first, format=begin, locale=language)} – "
        f"{babel_date(last, format='MMMM y', locale=language)}"
    )


def join_words(words: Sequence[str], language: str, last: Literal["and", "or"] = "and") -> str:
    """Return words as an enumeration: "a, b en c", or with `last` "or": "a, b of c"."""
    from babel.lists import format_list

    locale = VARIETIES.get(language, language)
    return format_list(list(words), style="standard" if last == "and" else "or", locale=locale)


def begin_with_capital(text: str, language: str) -> str:
    """Return a text as it begins a sentence or stands alone in a heading.

    Titles of waves are declared as they stand within a sentence ("meting 2026"), since a capital
    can be added without knowing the word and not be taken away: "Den Haag" keeps its own.

    >>> begin_with_capital("meting 2026", "nl"), begin_with_capital("ijkjaar", "nl")
    ('Meting 2026', 'IJkjaar')
    """
    width = 2 if language == "nl" and text.startswith("ij") else 1
    return text[:width].upper() + text[width:]


def keep_together(text: str) -> str:
    """Return a text in which no line breaks within a number and what belongs to it.

    >>> keep_together("n = 35, p < 0,001")
    'n\\xa0=\\xa035, p\\xa0<\\xa00,001'
    """
    for pattern, kept in JOINTS:
        text = pattern.sub(kept, text)
    return text


def split_words(text: str) -> list[str]:
    """Return the words between which a line may break: a no-break space holds, as does "€ 1.000".

    >>> split_words("€ 1.000 tot € 10.000")
    ['€\\xa01.000', 'tot', '€\\xa010.000']
    """
    return re.findall(rf"(?:\S|{NO_BREAK})+", keep_together(text))


def _percent_sign(language: str) -> str:
    """Return the end of the language's percent pattern: "%" for nl and en, " %" for de."""
    from babel import Locale

    pattern = Locale.parse(language, sep="-").percent_formats[None].pattern
    return pattern[pattern.rindex("0") + 1 :]


def name_bins(bins: Iterable[str], language: str) -> dict[str, str]:
    """Return what each bin "low..high" of a histogram is called, in ascending order.

    A bin holds its lower edge and not its upper one; the last holds both. One from a number to
    itself holds that number alone, which the next one does not hold. All edges have the decimals
    of the finest, so that no edge is rounded to one that it is not.

    >>> name_bins(["0..0", "0..1", "1..10"], "en")
    {'0..0': '0', '0..1': 'above 0 to under 1', '1..10': '1 to 10'}
    """
    edges = {name: tuple(map(Decimal, name.split(".."))) for name in bins}
    decimals = max((_count_decimals(edge) for pair in edges.values() for edge in pair), default=0)
    ordered = sorted(edges, key=edges.__getitem__)
    alone = {low for low, high in edges.values() if low == high}
    names = {}
    for name in ordered:
        low, high = (format_number(float(edge), language, decimals) for edge in edges[name])
        key = "last_bin" if name == ordered[-1] else "bin"
        above = "_above" if edges[name][0] in alone else ""
        text = phrase(language, f"wording.{key}{above}", low=low, high=high)
        names[name] = low if edges[name][0] == edges[name][1] else text
    return names


def _count_decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def say_unit(study: Study, language: str) -> str:
    """Say who was counted, persons or organisations, and how many of one organisation."""
    about = study.about
    return phrase(language, f"chart.unit.{about.unit}_{about.per_organisation}")
