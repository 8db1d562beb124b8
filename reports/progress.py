"""The steps of a run in; what a person sees of them out: counts, elapsed time, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_PAUSE = 10.0  # seconds between two lines about one step, where lines cannot be overwritten


class Progress(Protocol):
    """What the pipeline and the builders tell; handed down to them as an argument."""

    def step(self, name: str) -> None:
        """Begin a step; the one before is over."""

    def advance(self, done: int, total: int) -> None:
        """Tell that `done` of `total` things of this step are made."""

    def done(self, message: str = "") -> None:
        """End the last step; `message` tells what came of it all."""


class NoProgress:
    """Tells nobody anything: for tests and for use from other programs."""

    def step(self, name: str) -> None: ...

    def advance(self, done: int, total: int) -> None: ...

    def done(self, message: str = "") -> None: ...


class PlainProgress:
    """One line a finished step, with its count and seconds; a line between where it takes long."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._name = ""
        self._count = ""
        self._began = self._told = clock()

    def step(self, name: str) -> None:
        self._finish()
        self._name, self._count = name, ""
        self._began = self._told = self._clock()

    def advance(self, done: int, total: int) -> None:
        self._count = f"{done} of {total}"
        if done < total and self._clock() - self._told >= PLAIN_PAUSE:
            self._told = self._clock()
            self._write(f"{self._name} … {self._count}")

    def done(self, message: str = "") -> None:
        self._finish()
        self._name = ""
        if message:
            self._write(message)

    def _finish(self) -> None:
        if self._name:
            took = format_seconds(self._clock() - self._began)
            self._write(f"{self._name}: {', '.join(filter(None, [self._count, took]))}")


class TerminalProgress:
    """The same lines, and under them the running step with its bar and a moving clock."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            get_time=clock,
        )
        self._lines = PlainProgress(
            lambda line: console.print(line, markup=False, highlight=False), clock
        )

    def step(self, name: str) -> None:
        self._lines.step(name)
        self._clear()
        self._bars.add_task(name, total=None, count="")
        self._bars.start()

    def advance(self, done: int, total: int) -> None:
        self._lines.advance(done, total)
        for task in self._bars.task_ids:
            self._bars.update(task, completed=done, total=total, count=f"{done} of {total}")

    def done(self, message: str = "") -> None:
        self.stop()
        self._lines.done(message)

    def stop(self) -> None:
        """Take the bar off the screen; safe to call twice."""
        self._clear()
        self._bars.stop()

    def _clear(self) -> None:
        for task in self._bars.task_ids:
            self._bars.remove_task(task)


def format_seconds(seconds: float) -> str:
    """Return a duration as people read it: 3.2 s, 2 min 05 s."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
