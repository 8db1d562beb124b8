"""The name of an engine goes in; an engine that lays out pages comes out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Protocol

from reports.layout.embedded import EmbeddedEngine
from reports.layout.faults import LayoutFailed
from reports.layout.quarto import MINIMUM, QuartoEngine, find_quarto

CHOICES = ("auto", "quarto", "embedded")


class Engine(Protocol):
    """What lays out pages; its other properties describe it."""

    @property
    def name(self) -> str:
        """What the manifest and the colophon call it."""

    @property
    def version(self) -> str:
        """Its version, for the manifest and the colophon."""

    @property
    def runs_in_parallel(self) -> bool:
        """Whether two pages of one project may be laid out at the same moment."""

    @property
    def leaves(self) -> tuple[str, ...]:
        """Folders of a project that it fills while it works, and that nobody needs after it."""

    def lay_out(self, project: Path, page: Path, fmt: str, out: Path, published: date) -> None:
        """Write one page in one format to `out`; `published` is the only date that reaches it."""


def choose_engine(choice: str) -> Engine:
    """Give the engine asked for; `auto` is Quarto where a new enough one is on the path.

    Raises LayoutFailed when Quarto is asked for and is missing or too old.
    """
    if choice not in CHOICES:
        raise LayoutFailed(f"ENGINE={choice} is not an engine. Allowed: {', '.join(CHOICES)}.")
    if choice == "embedded":
        return EmbeddedEngine()
    found = find_quarto()
    if found is not None and found.version_number >= MINIMUM:
        return found
    if choice == "auto":
        return EmbeddedEngine()
    needed = ".".join(str(part) for part in MINIMUM)
    state = f"version {found.version} is installed" if found else "no quarto is on the path"
    raise LayoutFailed(
        f"ENGINE=quarto needs Quarto {needed} or newer, but {state}. "
        "Install it from quarto.org, or use ENGINE=embedded."
    )


__all__ = ["CHOICES", "EmbeddedEngine", "Engine", "QuartoEngine", "choose_engine"]
