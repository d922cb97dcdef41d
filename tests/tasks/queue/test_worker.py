"""What becomes of tasks: done, tried again, given up, ended, handed back; by child processes that are real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from suggester.store import Store, Task
from suggester.tasks.queue import worker
from suggester.tasks.queue.carrier import open_huey
from suggester.tasks.queue.hand import Limits
from suggester.tasks.queue.worker import TRIES, QueueWorker, here, rest

ROOT = Path(__file__).parents[3]
LIMITS = Limits(task=60, quick=60, slice=60, grace=5, beat=0.05)


class Bench:
    """A store, what is planned for its sites, and workers over it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.site = store.add_site("https://a.example", "s")
        self.other = store.add_site("https://b.example", "s")
        self.late = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.late

    def plan(self, site: int, *tries: str) -> None:
        (self.folder / str(site)).write_text("\n".join(tries))

    def add(self, site: int, kind: str = "refresh", reason: str = "night") -> None:
        self.store.tasks.add(site, kind, reason, self.now(), self.now())

    @property
    def done(self) -> list[str]:
        file = self.folder / "done"
        return file.read_text().splitlines() if file.exists() else []

    def all(self) -> list[tuple[int, str, str, int]]:
        return [(task.site_id, task.kind, task.state, task.tries) for task in self.store.tasks.every()]

    def one(self) -> Task:
        (task,) = self.store.tasks.every()
        return task

    @contextmanager
    def working(self, limits: Limits = LIMITS, hands: int = 1, lease: float = 20) -> Iterator[QueueWorker]:
        command = [sys.executable, "-m", "tests.tasks.queue.toy", str(self.folder)]
        huey = open_huey("", self.folder / "queue")
        before = Path.cwd()
        os.chdir(ROOT)
        try:
            with QueueWorker(self.store, huey, command, hands, limits, self.now, lease) as at_work:
                yield at_work
        finally:
            os.chdir(before)


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end
        sleep(0.02)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = Store.open(tmp_path / "data" / "suggester.db")
    (tmp_path / "toy").mkdir()
    yield Bench(store, tmp_path / "toy")
    store.close()


def test_a_night_is_a_refresh_and_its_digest(bench: Bench):
    bench.add(bench.site)
    with bench.working():
        until(lambda: bench.all() == [])
    assert bench.done == ["begin 1 night", "end 1 night", "digest 1"]


def test_an_audit_stands_aside_for_changes_of_its_own_site_and_the_digest_tells_of_it(bench: Bench):
    bench.plan(bench.site, "well", "give way")  # for a minute, if nobody wants anything
    bench.add(bench.site)
    with bench.working(Limits(task=60, quick=60, slice=0.4, grace=5, beat=0.05)):
        until(lambda: "begin 1 audit" in bench.done)
        bench.add(bench.site, "changes", "changes")
        until(lambda: bench.all() == [])
    assert [line for line in bench.done if line.startswith("begin")] == [
        "begin 1 night",
        "begin 1 audit",
        "begin 1 changes",
    ]
    assert bench.done[-1] == "digest 1"


def test_a_refresh_makes_room_for_changes_that_are_told_of_its_site_and_goes_on_behind_them(bench: Bench):
    bench.plan(bench.site, "make room")  # for a minute, if nobody wants anything
    bench.add(bench.site)
    with bench.working():
        until(lambda: "begin 1 night" in bench.done)
        bench.add(bench.other)
        sleep(0.3)
        bench.add(bench.site, "changes", "changes")
        until(lambda: bench.all() == [])
    begun = [line for line in bench.done if line.startswith("begin")]
    assert begun[:2] == ["begin 1 night", "begin 1 changes"]
    assert sorted(begun[2:]) == ["begin 1 night", "begin 2 night"]


def test_changes_of_another_site_wait_for_their_turn(bench: Bench):
    bench.plan(bench.site, "make room")
    bench.add(bench.site)
    with bench.working(Limits(slice=1.5, beat=0.05)):
        until(lambda: "begin 1 night" in bench.done)
        began = monotonic()
        bench.add(bench.other, "changes", "changes")
        until(lambda: "begin 2 changes" in bench.done)
    assert monotonic() - began > 1


def test_changes_need_no_digest(bench: Bench):
    bench.add(bench.site, "changes", "changes")
    with bench.working():
        until(lambda: bench.all() == [])
    assert bench.done == ["begin 1 changes", "end 1 changes"]


def test_what_fails_is_tried_again_longer_and_longer_apart_and_then_kept_with_its_reason(bench: Bench):
    bench.plan(bench.site, *["badly"] * TRIES)
    bench.add(bench.site)
    with bench.working():
        for number in range(1, TRIES):
            until(lambda n=number: bench.all() == [(1, "refresh", "waiting", n)])
            assert bench.one().due_at > bench.now() + timedelta(seconds=0.8 * worker.BACKOFF[number - 1])
            bench.late += timedelta(seconds=1.4 * worker.BACKOFF[number - 1])
        until(lambda: bench.all() == [(1, "refresh", "failed", TRIES)])
    assert bench.one().why == "The site does not answer; try again later."


@pytest.mark.parametrize(
    ("what", "state", "tries", "why"),
    [
        ("never", "failed", 1, "The site refuses the password; make a new one."),
        ("odd", "waiting", 1, "Something unexpected went wrong (ZeroDivisionError); the worker's log says where."),
        ("busy", "waiting", 0, "A refresh of this site is under way in another process; wait until it has ended."),
        ("die", "waiting", 1, "The process that did it ended in the middle of it (killed, or out of memory);"),
    ],
)
def test_a_failure_says_why_and_whether_trying_again_can_help(bench: Bench, what, state, tries, why):
    bench.plan(bench.site, what)
    bench.add(bench.site)
    with bench.working():
        until(lambda: bool(bench.one().why))
    task = bench.one()
    assert (task.state, task.tries) == (state, tries)
    assert task.why.startswith(why)


@pytest.mark.parametrize("what", ["hang", "loop", "helper"])
def test_what_takes_too_long_is_ended_wherever_it_hangs_with_all_it_started(bench: Bench, what: str):
    bench.plan(bench.site, what)
    bench.add(bench.site)
    bench.add(bench.other)
    with bench.working(Limits(task=1.5, grace=5, beat=0.05)):
        until(lambda: bench.all() == [(1, "refresh", "waiting", 1)])
    assert bench.one().why == "It took longer than 0 minutes and was ended; it goes on where it was."
    assert "end 2 night" in bench.done
    for pid in [line.split()[1] for line in bench.done if line.startswith("helper")]:
        until(lambda pid=pid: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())


def test_a_large_site_gives_way_to_the_others_and_comes_to_its_end(bench: Bench):
    bench.plan(bench.site, "give way")
    bench.add(bench.site)
    with bench.working(Limits(slice=0.5, beat=0.05)):
        until(lambda: "begin 1 night" in bench.done)
        bench.add(bench.other)
        until(lambda: bench.all() == [])
    first, *rest, last = [line for line in bench.done if line.endswith("night")]
    assert (first, *rest, last) == ("begin 1 night", "begin 2 night", "end 2 night", "begin 1 night", "end 1 night")


def test_a_site_that_is_alone_is_not_interrupted(bench: Bench):
    bench.plan(bench.site, "slow")
    bench.add(bench.site)
    with bench.working(Limits(slice=0.01, beat=0.02)):
        until(lambda: bench.all() == [])
    assert bench.done == ["begin 1 night", "end 1 night", "digest 1"]


@pytest.mark.parametrize("what", ["give way", "hang"])
def test_a_clean_stop_hands_back_what_is_under_way_within_its_bound(bench: Bench, what: str):
    bench.plan(bench.site, what)
    bench.add(bench.site)
    with bench.working(Limits(grace=1, beat=0.05)):
        until(lambda: bench.done == ["begin 1 night"])
        began = monotonic()
    assert monotonic() - began < 5
    assert bench.all() == [(1, "refresh", "waiting", 0)]
    with bench.working():
        until(lambda: bench.all() == [])
    assert bench.done[-2:] == ["end 1 night", "digest 1"]


def test_two_workers_never_are_at_the_same_site(bench: Bench):
    bench.plan(bench.site, *["slow"] * 20)
    with bench.working(hands=2), bench.working(hands=2):
        for _ in range(5):
            for kind in ("refresh", "changes"):
                bench.add(bench.site, kind, kind)
            sleep(0.3)
        until(lambda: bench.all() == [])
    lines = [line.split()[0] for line in bench.done if not line.startswith("digest")]
    assert lines == ["begin", "end"] * (len(lines) // 2)


def test_a_killed_worker_s_task_is_taken_up_by_another_and_its_child_is_gone(bench: Bench):
    bench.plan(bench.site, "hang")
    bench.add(bench.site)
    program = (
        "import sys; from pathlib import Path; from suggester.store import Store;"
        "from tests.tasks.queue.test_worker import Bench, LIMITS; import time;"
        "bench = Bench(Store.open(sys.argv[1]), Path(sys.argv[2]));"
        "kept = bench.working(); kept.__enter__(); time.sleep(60)"
    )
    args = [sys.executable, "-c", program, str(bench.folder.parent / "data/suggester.db"), str(bench.folder)]
    with subprocess.Popen(args, cwd=ROOT) as process:
        try:
            until(lambda: bench.done == ["begin 1 night"])
        finally:
            process.kill()
    until(lambda: not children_of("tests.tasks.queue.toy", bench.folder))
    assert bench.all() == [(1, "refresh", "running", 1)]
    with bench.working():  # its process is gone, as everybody on this machine can see
        until(lambda: bench.all() == [])
    assert bench.done == ["begin 1 night", "begin 1 night", "end 1 night", "digest 1"]


@pytest.mark.parametrize(
    "worker", ["elsewhere-1-abc-0", "w", pytest.param(f"{here()}-{os.getpid()}-abc-0", id="this process")]
)
def test_a_worker_that_may_live_has_its_time_to_beat(bench: Bench, worker: str):
    bench.add(bench.site)
    bench.store.tasks.claim(worker, bench.now())
    began = monotonic()
    with bench.working(lease=2):
        until(lambda: bench.all() == [])
    assert monotonic() - began > 2


def test_nobody_takes_his_own_task_from_himself(bench: Bench):
    bench.plan(bench.site, "slow")
    bench.add(bench.site)
    with bench.working(Limits(beat=10), lease=0.2):
        until(lambda: bench.all() == [])
    assert bench.done == ["begin 1 night", "end 1 night", "digest 1"]


def children_of(module: str, folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if module in words and str(folder) in words:
            found.append(int(entry.parent.name))
    return found


def test_rests_grow_and_neighbours_do_not_come_at_once():
    now = datetime.now(UTC)
    tasks = [
        [Task(number, 1, "refresh", "", "", now, now, now, tries) for number in range(7)] for tries in (1, 2, 5, 6)
    ]
    rests = [[rest(task).total_seconds() for task in row] for row in tasks]
    assert all(len(set(row)) == 7 for row in rests)
    assert [row[0] for row in rests] == [60, 300, 10_800, 10_800]
    assert max(map(max, rests)) < 6 * 3600
