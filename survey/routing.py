"""Routing: from `use in ['weekly', 'daily'] and tools contains 'text'` to who was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "contains"]

TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<operator><=|>=|!=|==|=|<|>)|(?P<mark>[()\[\],])|(?P<name>[A-Za-z][\w.-]*))"
)


@dataclass(frozen=True)
class Compare:
    """One condition on one variable: an answer code, a number, or a list of them."""

    variable: str
    operator: Operator
    value: str | float | tuple[str | float, ...]


@dataclass(frozen=True)
class Not:
    inner: Condition


@dataclass(frozen=True)
class Both:
    left: Condition
    right: Condition


@dataclass(frozen=True)
class Either:
    left: Condition
    right: Condition


Condition = Compare | Not | Both | Either


class RoutingError(ValueError):
    """A routing text that cannot be read; the message says what was found and what is allowed."""


@lru_cache(maxsize=1024)  # the same few are asked for again and again
def parse_routing(text: str) -> Condition:
    """Read a routing expression: and, or, not, ( ), = != < <= > >=, in [..], contains.

    Raises `RoutingError` where it cannot be read.
    """
    tokens = _Tokens(text)
    condition = _parse_either(tokens)
    if tokens.peek() is not None:
        raise RoutingError(f'found "{tokens.peek()}" after the end; allowed there: and, or')
    return condition


def iterate_compares(condition: Condition) -> Iterator[Compare]:
    """Yield every comparison in a condition, from left to right."""
    match condition:
        case Compare():
            yield condition
        case Not(inner):
            yield from iterate_compares(inner)
        case Both(left, right) | Either(left, right):
            yield from iterate_compares(left)
            yield from iterate_compares(right)


def name_questions(text: str) -> tuple[str, ...]:
    """Return the ids of the questions that a routing text looks at, each once."""
    compares = iterate_compares(parse_routing(text))
    return tuple(dict.fromkeys(compare.variable.partition(".")[0] for compare in compares))


def fold_condition(
    condition: Condition,
    compare: Callable[[Compare], Any],
    negate: Callable[[Any], Any],
    both: Callable[[Any, Any], Any],
    either: Callable[[Any, Any], Any],
) -> Any:
    """Walk a condition once: the cleaner folds it to booleans, the topline to a sentence."""

    def walk(node: Condition) -> Any:
        match node:
            case Compare():
                return compare(node)
            case Not(inner):
                return negate(walk(inner))
            case Both(left, right):
                return both(walk(left), walk(right))
            case Either(left, right):
                return either(walk(left), walk(right))

    return walk(condition)


class _Tokens:
    """The words of a routing text, read one by one."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise RoutingError(
                    f'found "{text[at:].strip()[:20]}"; allowed: names, texts in '
                    "quotes, numbers, and, or, not, in, contains, = != < <= > >= ( ) [ ]"
                )
            self._tokens.append(found.group().strip())
            at = found.end()
        self._at = 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None:
            raise RoutingError(f"found the end; expected {expected or 'a condition'}")
        if expected is not None and token != expected:
            raise RoutingError(f'found "{token}"; expected "{expected}"')
        self._at += 1
        return token


def _parse_either(tokens: _Tokens) -> Condition:
    left = _parse_both(tokens)
    while tokens.peek() == "or":
        tokens.take()
        left = Either(left, _parse_both(tokens))
    return left


def _parse_both(tokens: _Tokens) -> Condition:
    left = _parse_single(tokens)
    while tokens.peek() == "and":
        tokens.take()
        left = Both(left, _parse_single(tokens))
    return left


def _parse_single(tokens: _Tokens) -> Condition:
    if tokens.peek() == "not":
        tokens.take()
        return Not(_parse_single(tokens))
    if tokens.peek() == "(":
        tokens.take()
        inner = _parse_either(tokens)
        tokens.take(")")
        return inner
    return _parse_compare(tokens)


def _parse_compare(tokens: _Tokens) -> Condition:
    name = tokens.take()
    if not name[0].isalpha():
        raise RoutingError(f'found "{name}"; expected the id of a question')
    operator = tokens.take()
    if operator == "not":
        tokens.take("in")
        return Not(Compare(name, "in", _parse_list(tokens)))
    if operator == "in":
        return Compare(name, "in", _parse_list(tokens))
    operator = "=" if operator == "==" else operator
    if operator not in ("=", "!=", "<", "<=", ">", ">=", "contains"):
        raise RoutingError(f'found "{operator}"; expected = != < <= > >= in or contains')
    return Compare(name, operator, _parse_value(tokens))  # type: ignore[arg-type]


def _parse_list(tokens: _Tokens) -> tuple[str | float, ...]:
    close = {"[": "]", "(": ")"}.get(opened := tokens.take())
    if close is None:
        raise RoutingError(f'found "{opened}"; expected a list such as ["a", "b"]')
    values = [_parse_value(tokens)]
    while tokens.peek() == ",":
        tokens.take()
        values.append(_parse_value(tokens))
    tokens.take(close)
    return tuple(values)


def _parse_value(tokens: _Tokens) -> str | float:
    token = tokens.take()
    if token[0] in "'\"":
        return token[1:-1]
    try:
        return float(token)
    except ValueError:
        raise RoutingError(f"found {token}; expected a text in quotes or a number") from None
