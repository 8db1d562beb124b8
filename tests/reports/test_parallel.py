"""Work over the cores comes back whole; a failure or Ctrl-C ends the rest."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from reports.parallel import Batch, Workers, make_all, start_deaf
from survey.faults import Refusal
from survey.load import find_study

WORK: dict[str, Any] = {f"{n} squared": (operator.mul, (n, n)) for n in range(6)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_everything_is_made_once(jobs: int) -> None:
    with Workers(jobs) as workers:
        made = list(make_all(WORK, workers))
    assert sorted(made) == [(f"{n} squared", n * n) for n in range(6)]


def test_one_job_works_in_order_and_when_asked() -> None:
    done: list[int] = []
    work: dict[str, Any] = {str(n): (done.append, (n,)) for n in range(4)}
    making = make_all(work, Workers(1))
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
    with Workers(jobs) as workers:
        made = [one for _, one in make_all(work, workers, few=few)]
    assert all((one == os.getpid()) is is_here for one in made)


def test_a_piece_is_begun_while_others_are_still_handed_in(tmp_path: Path) -> None:
    with Workers(2) as workers:
        batch = Batch[None](workers, few=1)
        places = [tmp_path / str(n) for n in range(3)]
        batch.add("0", Path.mkdir, places[0])
        assert not places[0].exists()  # it might stay alone
        batch.add("1", Path.mkdir, places[1])
        until = time.monotonic() + 60
        while not (places[0].exists() and places[1].exists()) and time.monotonic() < until:
            time.sleep(0.01)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]
        batch.add("2", Path.mkdir, places[2])
        assert sorted(name for name, _ in batch.finish()) == ["0", "1", "2"]
    assert places[2].exists()


def test_the_same_processes_serve_one_batch_after_the_other() -> None:
    work: dict[str, Any] = {str(n): (os.getpid, ()) for n in range(6)}
    with Workers(2) as workers:
        first = {made for _, made in make_all(work, workers)}
        second = {made for _, made in make_all(work, workers)}
    assert len(first | second) <= 2
    assert os.getpid() not in first


def test_what_waits_is_dropped_where_the_block_is_left() -> None:
    with Workers(2) as workers:
        begun = [workers.begin(time.sleep, 0.2) for _ in range(40)]
    assert all(future.done() for future in begun)
    assert begun[-1].cancelled()


def test_a_failure_of_a_worker_comes_back_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), Workers(2) as workers:
        list(make_all({"bad": (operator.truediv, (1, 0)), **WORK}, workers))
    refused: dict[str, Any] = {"bad": (find_study, ("nowhere",)), **WORK}
    with pytest.raises(Refusal, match="neither a study") as caught, Workers(2) as workers:
        list(make_all(refused, workers))
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
        "from reports.parallel import Workers, make_all\n"
        "work = {str(n): (time.sleep, (0.2,)) for n in range(500)}\n"
        "try:\n"
        "    with Workers(2) as workers:\n"
        "        for name, _ in make_all(work, workers):\n"
        "            print(name, flush=True)\n"
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
