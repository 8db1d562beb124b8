"""Work over the cores comes back whole; a failure or Ctrl-C ends the rest."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reports.parallel import make_all, start_deaf
from survey.faults import Refusal
from survey.load import find_study

WORK: dict[str, Any] = {f"{n} squared": (operator.mul, (n, n)) for n in range(6)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_everything_is_made_once(jobs: int) -> None:
    made = list(make_all(WORK, jobs))
    assert sorted(made) == [(f"{n} squared", n * n) for n in range(6)]


def test_one_job_works_in_order_and_when_asked() -> None:
    done: list[int] = []
    work: dict[str, Any] = {str(n): (done.append, (n,)) for n in range(4)}
    making = make_all(work, 1)
    next(making)
    assert done == [0]
    assert [name for name, _ in making] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("count", "jobs", "few", "is_here"), [(3, 1, 2, True), (2, 2, 2, True), (2, 2, 1, False)]
)
def test_few_pieces_are_made_in_this_process(
    count: int, jobs: int, few: int, is_here: bool
) -> None:
    work: dict[str, Any] = {str(n): (os.getpid, ()) for n in range(count)}
    assert all((made == os.getpid()) is is_here for _, made in make_all(work, jobs, few=few))


def test_a_failure_of_a_worker_comes_back_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError):
        list(make_all({"bad": (operator.truediv, (1, 0)), **WORK}, 2))
    refused: dict[str, Any] = {"bad": (find_study, ("nowhere",)), **WORK}
    with pytest.raises(Refusal, match="neither a study") as caught:
        list(make_all(refused, 2))
    assert caught.value.faults[0].where == "STUDY=nowhere"


def test_ctrl_c_waits_until_all_processes_stand() -> None:
    began = []
    before = signal.getsignal(signal.SIGINT)

    def start() -> None:
        with start_deaf():
            os.kill(os.getpid(), signal.SIGINT)
            began.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    with pytest.raises(KeyboardInterrupt):
        start()
    assert began == [True]
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_ctrl_c_ends_the_work_without_a_word_of_the_workers(repository: Path) -> None:
    program = (
        "import time\n"
        "from reports.parallel import make_all\n"
        "work = {str(n): (time.sleep, (0.2,)) for n in range(500)}\n"
        "try:\n"
        "    for name, _ in make_all(work, 2):\n"
        "        print(name, flush=True)\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped')\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    running.stdout.readline()
    os.killpg(running.pid, signal.SIGINT)
    told, failed = running.communicate(timeout=60)
    assert failed == ""
    assert told.splitlines()[-1] == "stopped"
    assert len(told.splitlines()) < 50
    assert running.returncode == 0
