"""Independent pieces of work in, what each made out, as they are ready: over the cores."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
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
    with ProcessPoolExecutor(min(jobs, len(work)), mp_context=start_server()) as pool:
        waiting = {
            pool.submit(function, *arguments): name for name, (function, arguments) in work.items()
        }
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def start_server() -> BaseContext:
    """Start the process that workers are forked from, deaf to Ctrl-C as they then are too.

    Ctrl-C reaches every process of a terminal; only the parent has something to say to it.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    resource_tracker.ensure_running()  # first, since its start lets the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context
