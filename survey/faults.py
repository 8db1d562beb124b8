"""What is wrong with an input, and the refusal that carries all of it to the door at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong: where it stands, what was found, what was allowed, what to do."""

    where: str
    found: str
    allowed: str
    todo: str

    def __str__(self) -> str:
        rows = (("found:  ", self.found), ("allowed:", self.allowed), ("to do:  ", self.todo))
        return "\n".join([self.where, *(f"  {name} {text}" for name, text in rows)])


class Refusal(ValueError):
    """Input that cannot be worked with; `faults` holds every reason, not only the first.

    The command line prints it as it is and exits with code 2.
    """

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        if not self.faults:
            raise ValueError("a Refusal needs at least one Fault")
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[Refusal], tuple[tuple[Fault, ...]]]:
        return (type(self), (self.faults,))  # survives the way back from a worker process


def suggest(found: str, allowed: Iterable[str]) -> str:
    """Return 'write "x"' for the closest allowed spelling, or a general way out."""
    close = get_close_matches(found, list(allowed), n=1, cutoff=0.6)
    return f'write "{close[0]}"' if close else "use one of the allowed values or declare it"


def list_few(names: Iterable[str], most: int = 12) -> str:
    """Return the names as a readable list, shortened after `most`."""
    names = [str(name) for name in names]
    shown = ", ".join(names[:most]) or "nothing"
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
