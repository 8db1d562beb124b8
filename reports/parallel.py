"""Independent pieces of work in, what each made out, as they are ready: over the cores."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import forkserver, resource_tracker
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

Made = TypeVar("Made")
FEW = 2  # starting processes costs about as much as so many pieces of work
PRELOADED = ["reports.drawing", "plotnine", "matplotlib.backends.backend_svg"]


class Workers:
    """Up to `jobs` processes for the pieces of a run, started when the first is begun.

    Leaving the block ends them: what is under way ends first, since a worker that outlives its
    pool complains on the screen; what waits is dropped.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def prepare(self) -> None:
        """Let the imports of the workers begin, while this process goes on with its own work."""
        if self.jobs > 1:
            multiprocessing.set_forkserver_preload(PRELOADED)
            with start_deaf():
                forkserver.ensure_running()

    def begin(self, act: Callable[..., Made], *given: Any) -> Future[Made]:
        """Hand a piece of work to the processes; function and arguments must be picklable."""
        if self._pool is None:
            self.prepare()
            context = multiprocessing.get_context("forkserver")
            # What was imported is never garbage: frozen, it is not searched again and again.
            self._pool = ProcessPoolExecutor(self.jobs, context, initializer=gc.freeze)
        with start_deaf():
            return self._pool.submit(act, *given)


class Batch(Generic[Made]):
    """Pieces of work handed in one by one and begun at once, unless they stay few.

    With one job, or no more than `few` pieces, everything is made in this process at the end.
    """

    def __init__(self, workers: Workers, few: int = FEW) -> None:
        self._workers = workers
        self._few = few
        self._held: dict[str, tuple[Callable[..., Made], tuple[Any, ...]]] = {}
        self._begun: dict[Future[Made], str] = {}

    def add(self, name: str, act: Callable[..., Made], *given: Any) -> None:
        """Take a piece of work; function and arguments must be picklable."""
        self._held[name] = (act, given)
        if self._workers.jobs > 1 and (self._begun or len(self._held) > self._few):
            for held, (function, arguments) in self._held.items():
                self._begun[self._workers.begin(function, *arguments)] = held
            self._held.clear()

    def finish(self) -> Iterator[tuple[str, Made]]:
        """Yield (name, made) of every piece as it is ready; the first failure is raised."""
        for name, (act, given) in self._held.items():
            yield name, act(*given)
        for future in as_completed(self._begun):
            yield self._begun[future], future.result()


def make_all(
    work: Mapping[str, tuple[Callable[..., Made], tuple[Any, ...]]],
    workers: Workers,
    few: int = FEW,
) -> Iterator[tuple[str, Made]]:
    """Yield (name, made) for every (function, arguments) of `work`, the first begun first."""
    batch: Batch[Made] = Batch(workers, few)
    for name, (act, given) in work.items():
        batch.add(name, act, *given)
    yield from batch.finish()


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
