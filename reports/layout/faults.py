"""What is wrong with a page goes in; sentences with file, line, fault and way out come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a page, at a line (counted from 1) of the file its author edits."""

    file: Path
    line: int
    what: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.way_out}"


class PageFaults(Exception):
    """Pages cannot be knit or laid out; `faults` holds every reason at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        # One line included by two pages is one fault.
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[PageFaults], tuple[tuple[Fault, ...]]]:
        # Exceptions cross from worker processes by pickle.
        return (PageFaults, (self.faults,))


class LayoutFailed(Exception):
    """An engine refused or is missing; the message says which, on what page, and what to do."""
