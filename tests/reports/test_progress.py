"""People see each step once, with its count and its time."""

from __future__ import annotations

import io

from rich.console import Console

from reports.progress import PLAIN_PAUSE, PlainProgress, TerminalProgress, format_seconds


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_plain_progress_writes_one_line_a_step():
    clock, lines = Clock(), []
    progress = PlainProgress(lines.append, clock)
    progress.step("read")
    clock.now = 1.25
    progress.step("draw")
    progress.advance(2, 3)
    progress.advance(3, 3)
    clock.now = 3.25
    progress.done("all made")
    assert lines == ["read: 1.2 s", "draw: 3 of 3, 2.0 s", "all made"]


def test_plain_progress_tells_in_between_only_after_a_pause():
    clock, lines = Clock(), []
    progress = PlainProgress(lines.append, clock)
    progress.step("draw")
    progress.advance(1, 3)
    clock.now = PLAIN_PAUSE
    progress.advance(2, 3)
    clock.now += 1
    progress.advance(2, 3)
    assert lines == ["draw … 2 of 3"]


def test_a_second_end_says_nothing_more():
    lines: list[str] = []
    progress = PlainProgress(lines.append, Clock())
    progress.step("read")
    progress.done()
    progress.done()
    assert lines == ["read: 0.0 s"]


def test_terminal_progress_leaves_the_same_lines_behind():
    screen, clock = io.StringIO(), Clock()
    console = Console(file=screen, force_terminal=True, width=80, color_system=None)
    progress = TerminalProgress(console, clock)
    progress.step("draw [all] charts")
    progress.advance(3, 4)
    clock.now = 2.0
    progress.done("made")
    progress.stop()
    assert "draw [all] charts: 3 of 4, 2.0 s" in screen.getvalue()
    assert screen.getvalue().rstrip().endswith("made")


def test_durations_read_as_people_say_them():
    assert [format_seconds(one) for one in (0.04, 3.25, 59.96, 125.4)] == [
        "0.0 s",
        "3.2 s",
        "1 min 00 s",
        "2 min 05 s",
    ]
