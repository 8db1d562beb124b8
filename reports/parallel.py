"""Independent pieces of work in, what each made out, as they are ready: over the cores."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

Made = TypeVar("Made")
FEW = 2  # starting a pool costs about as much as so many pieces of work
PRELOADED = ["reports.drawing", "plotnine"]


def make_all(
    work: Mapping[str, tuple[Callable[..., Made], tuple[Any, ...]]], jobs: int, few: int = FEW
) -> Iterator[tuple[str, Made]]:
    """Yield (name, made) for every (function, arguments) of `work`, the first begun first.

    Functions and arguments must be picklable. With `jobs` 1, or with no more than
    `few` pieces, everything is made in this process. A failure or Ctrl-C ends the rest.
    """
    if jobs == 1 or len(work) <= few:
        for name, (function, arguments) in work.items():
            yield name, function(*arguments)
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(
        min(jobs, len(work)), mp_context=context, initializer=_leave_interrupts_to_parent
    ) as pool:
        waiting = {
            pool.submit(function, *arguments): name for name, (function, arguments) in work.items()
        }
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; only the parent has something to say to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
