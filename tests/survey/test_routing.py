"""Reading routing: what an expression means, and what is told of one that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.routing import (
    Both,
    Compare,
    Condition,
    Either,
    Not,
    RoutingError,
    fold_condition,
    iterate_compares,
    name_questions,
    parse_routing,
)

A, B, C = (Compare(name, "=", name) for name in "abc")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("use = 'often'", Compare("use", "=", "often")),
        ('use == "often"', Compare("use", "=", "often")),
        ("grid.item.now != 'x'", Compare("grid.item.now", "!=", "x")),
        ("mark>=7.5", Compare("mark", ">=", 7.5)),
        ("mark > -1", Compare("mark", ">", -1.0)),
        ("mark in [1, 2]", Compare("mark", "in", (1.0, 2.0))),
        ("use in ('a')", Compare("use", "in", ("a",))),
        ("use not in ['a']", Not(Compare("use", "in", ("a",)))),
        ("tools contains 'text (long)'", Compare("tools", "contains", "text (long)")),
        ("a = 'and'", Compare("a", "=", "and")),
        ("a = 'a' or b = 'b' and c = 'c'", Either(A, Both(B, C))),
        ("(a = 'a' or b = 'b') and c = 'c'", Both(Either(A, B), C)),
        ("a = 'a' and b = 'b' and c = 'c'", Both(Both(A, B), C)),
        ("not a = 'a' and b = 'b'", Both(Not(A), B)),
        ("not (a = 'a' and b = 'b')", Not(Both(A, B))),
        ("  a = 'a'\n  and not not b = 'b'  ", Both(A, Not(Not(B)))),
    ],
)
def test_expressions_are_read(text: str, condition: Condition) -> None:
    assert parse_routing(text) == condition


OPERATORS = "expected = != < <= > >= in or contains"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "found the end; expected a condition"),
        ("use", "found the end; expected a condition"),
        ("use =", "found the end; expected a condition"),
        ("use is 'a'", f'found "is"; {OPERATORS}'),
        ("use 'a'", f"found \"'a'\"; {OPERATORS}"),
        ("use = often", "found often; expected a text in quotes or a number"),
        ("5 = use", 'found "5"; expected the id of a question'),
        ("= 5", 'found "="; expected the id of a question'),
        ("use in 'a'", 'found "\'a\'"; expected a list such as ["a", "b"]'),
        ("use in ['a'", "found the end; expected ]"),
        ("use in ['a' 'b']", 'found "\'b\'"; expected "]"'),
        ("use in ['a')", 'found ")"; expected "]"'),
        ("use in []", "found ]; expected a text in quotes or a number"),
        ("use not 'a'", 'found "\'a\'"; expected "in"'),
        ("(use = 'a'", "found the end; expected )"),
        ("use = 'a')", 'found ")" after the end; allowed there: and, or'),
        ("use = 'a' use = 'b'", 'found "use" after the end; allowed there: and, or'),
        ("use = 'a' or", "found the end; expected a condition"),
        (
            "use = 'a' && mark > 5 or mark < 8",
            'found "&& mark > 5 or mark "; allowed: names, texts in quotes, numbers, and, or, '
            "not, in, contains, = != < <= > >= ( ) [ ]",
        ),
        (
            "use = 'a",
            'found "\'a"; allowed: names, texts in quotes, numbers, and, or, not, in, '
            "contains, = != < <= > >= ( ) [ ]",
        ),
    ],
)
def test_what_cannot_be_read_is_told(text: str, told: str) -> None:
    with pytest.raises(RoutingError) as refused:
        parse_routing(text)
    assert str(refused.value) == told


def test_comparisons_come_from_left_to_right() -> None:
    condition = parse_routing("a = 'a' or not (b = 'b' and c = 'c')")
    assert list(iterate_compares(condition)) == [A, B, C]


def test_questions_are_named_once() -> None:
    text = "mark > 1 and (impact.work = 'x' or impact.public.now = 'x' or mark > 5)"
    assert name_questions(text) == ("mark", "impact")


KEYWORDS = {"and", "or", "not", "in", "contains"}
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,6}(\.[a-z0-9][a-z0-9_-]{0,4}){0,2}", fullmatch=True)
NUMBERS = st.integers(-9999, 9999).map(lambda number: number / 4)
PLAIN_TEXTS = st.text(st.characters(exclude_characters="'\"", codec="utf-8"), max_size=8)
VALUES = st.one_of(PLAIN_TEXTS, NUMBERS)
COMPARES = st.one_of(
    st.builds(
        Compare,
        NAMES.filter(lambda name: name not in KEYWORDS),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "contains"]),
        VALUES,
    ),
    st.builds(
        Compare,
        NAMES.filter(lambda name: name not in KEYWORDS),
        st.just("in"),
        st.lists(VALUES, min_size=1, max_size=3).map(tuple),
    ),
)
CONDITIONS = st.recursive(
    COMPARES,
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(Both, inner, inner), st.builds(Either, inner, inner)
    ),
    max_leaves=6,
)


def print_condition(condition: Condition) -> str:
    """Write a condition as its text, with parentheses around every part."""

    def write_value(value: str | float) -> str:
        return f"'{value}'" if isinstance(value, str) else f"{value:g}"

    def write_compare(node: Compare) -> str:
        if isinstance(node.value, tuple):
            return f"{node.variable} in [{', '.join(map(write_value, node.value))}]"
        return f"{node.variable} {node.operator} {write_value(node.value)}"

    return fold_condition(
        condition,
        write_compare,
        lambda inner: f"not ({inner})",
        lambda left, right: f"({left}) and ({right})",
        lambda left, right: f"({left}) or ({right})",
    )


@given(CONDITIONS)
def test_a_printed_condition_is_read_as_it_was(condition: Condition) -> None:
    assert parse_routing(print_condition(condition)) == condition
