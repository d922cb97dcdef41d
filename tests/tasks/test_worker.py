"""Runs that are queued are taken up in the background, once, and go on where they were."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from time import monotonic, sleep

import pytest

from suggester.entities import Run
from suggester.errors import StoreBusy
from suggester.store import Store
from suggester.tasks.pace import Pace
from suggester.tasks.runs import RunVerbs
from suggester.tasks.worker import Worker

QUICK = 0.01


class Bench:
    """Runs that take as long as a test lets them."""

    def __init__(self, *runs: tuple[int, int]) -> None:
        self.waiting = list(runs)
        self.done: list[int] = []
        self.free = Event()
        self.fails: dict[int, Exception] = {}

    def busy_runs(self) -> list[tuple[int, int]]:
        return list(self.waiting)

    def take_up(self, site_id: int, run_id: int, pace: Pace, stopping: Callable[[], bool]) -> Run | None:
        if run_id in self.fails:
            raise self.fails.pop(run_id)
        while not self.free.wait(QUICK):
            if stopping():
                return None
        self.waiting.remove((site_id, run_id))
        self.done.append(run_id)
        return None


def until(holds: Callable[[], bool]) -> None:
    end = monotonic() + 5
    while not holds():
        assert monotonic() < end
        sleep(QUICK)


def test_runs_of_a_site_are_done_one_after_the_other():
    bench = Bench((1, 1), (1, 2))
    bench.free.set()
    with Worker(bench, every=QUICK):
        until(lambda: bench.done == [1, 2])


def test_sites_do_not_wait_for_each_other():
    class Stuck(Bench):
        def take_up(self, site_id, run_id, pace, stopping):
            if site_id == 2:
                self.free.set()
            return super().take_up(site_id, run_id, pace, stopping)

    bench = Stuck((1, 1), (2, 2))
    with Worker(bench, every=QUICK):
        until(lambda: sorted(bench.done) == [1, 2])


def test_the_end_leaves_a_run_to_the_next_start():
    bench = Bench((1, 1))
    with Worker(bench, every=QUICK):
        sleep(5 * QUICK)
    assert (bench.waiting, bench.done) == ([(1, 1)], [])


@pytest.mark.parametrize("error", [StoreBusy("Another process is writing."), ValueError("odd")])
def test_a_run_that_fails_oddly_does_not_end_the_worker(error, caplog):
    bench = Bench((1, 1))
    bench.fails[1] = error
    bench.free.set()
    with caplog.at_level(logging.WARNING), Worker(bench, every=QUICK):
        until(lambda: bench.done == [1])
    assert "Run 1" in caplog.text


def test_two_processes_never_work_on_the_same_site(store: Store, site_id: int):
    room = RunVerbs()
    room.store = store
    run = room.start(site_id, room.make_run(site_id, [], "orphans").id)
    with store.lock(site_id, "apply"):
        assert room.take_up(site_id, run.id, Pace(), lambda: False) is None
        assert room.run(site_id, run.id).state == "queued"
