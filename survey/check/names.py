"""Names that a declaration mentions in, faults for those that do not exist or stand twice out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from survey.faults import Fault, list_few, suggest
from survey.questionnaire import Question

OTHER_ID = "give one of them another id or remove it"


def find_unknown(where: str, found: str, allowed: Iterable[str], what: str) -> Iterator[Fault]:
    """Yield a fault if `found` is not among the allowed ids."""
    names = list(allowed)
    if found not in names:
        yield Fault(where, f'the unknown {what} "{found}"', list_few(names), suggest(found, names))


def find_repeated(
    where: str, ids: Iterable[str], what: str, todo: str = OTHER_ID
) -> Iterator[Fault]:
    """Yield a fault for each of the ids that stands more than once."""
    for name, times in Counter(ids).items():
        if times > 1:
            yield Fault(where, f'the {what} "{name}" {times} times', f"every {what} once", todo)


def find_twice(file: str, key: str, ids: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault, at the part itself, for each id that two parts of a file have."""
    for name, times in Counter(ids).items():
        if times > 1:
            found, allowed = f'the {key} "{name}" {times} times', f"every {key} once"
            yield Fault(f'{file}: {key} "{name}"', found, allowed, OTHER_ID)


def find_missing_item(where: str, source: Question, item: str) -> Iterator[Fault]:
    """Yield a fault unless `item` is one cell of a grid, or nothing for any other question."""
    if not source.items:
        if item:
            whole = f'"{source.id}" alone, since only grids have items'
            yield Fault(where, f'"{source.id}.{item}"', whole, f'write "{source.id}"')
        return
    items = [i.id for i in source.items]
    cells = [f"{i}.{p.code}" for i in items for p in source.periods] or items
    if item in cells:
        return
    allowed = [f"{source.id}.{cell}" for cell in cells]
    if not item:
        found, todo = f'the grid "{source.id}" without an item', "name one of its items"
    elif item in items:
        found, todo = f'"{source.id}.{item}" without a period', "name one of its periods"
    else:
        found, todo = f'the unknown item "{item}"', suggest(f"{source.id}.{item}", allowed)
    yield Fault(where, found, list_few(allowed), todo)
