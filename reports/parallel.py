"""Independent pieces of work in, what each made out, as they are ready: over the cores."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import resource_tracker
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
    with ProcessPoolExecutor(min(jobs, len(work)), mp_context=context) as pool:
        try:
            with start_deaf():
                waiting = {pool.submit(act, *given): name for name, (act, given) in work.items()}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BaseException:
            # what is under way ends first: a worker that outlives its pool complains on the screen
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextlib.contextmanager
def start_deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C; a Ctrl-C meanwhile is raised at the end.

    It reaches every process of a terminal, but only the first has something to say to it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hears signals in its main thread alone
        return
    resource_tracker.ensure_running()  # before the mask, which its start would take away
    heard: list[int] = []
    # The mask goes on to the processes started here. It does not keep the signal from this one:
    # a thread of a library may take it, so that the handler must wait too.
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if heard:
        raise KeyboardInterrupt
