from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from suggester.errors import SiteUnread
from suggester.web.dashboard.jobs import CANCELLED, DONE, FAILED, RUNNING, Job, Jobs, Outcome

SECONDS = 10


def over(job: Job) -> str:
    end = time.monotonic() + SECONDS
    while job.state == RUNNING and time.monotonic() < end:
        time.sleep(0.005)
    return job.state


def test_a_job_brings_its_outcome():
    job = Jobs().begin(1, "A plan", lambda _: Outcome(7, "Said."))
    assert (over(job), job.outcome) == (DONE, Outcome(7, "Said."))


def test_a_site_has_one_job_at_a_time():
    go_on, jobs = Event(), Jobs()
    first = jobs.begin(1, "A plan", lambda _: Outcome(1) if go_on.wait(SECONDS) else Outcome(2))
    assert jobs.begin(1, "Another", lambda _: Outcome(3)) is first
    assert over(jobs.begin(2, "Of another site", lambda _: Outcome(4))) == DONE
    go_on.set()
    assert over(first) == DONE
    assert jobs.begin(1, "Another", lambda _: Outcome(3)) is not first


def test_it_lasts_as_long_as_what_is_held_around_it():
    told: list[str] = []

    @contextmanager
    def around() -> Iterator[None]:
        told.append("begins")
        yield
        told.append("ends")

    job = Jobs(around).begin(1, "A plan", lambda _: told.append("works") or Outcome(1))
    assert over(job) == DONE
    assert told == ["begins", "works", "ends"]


def test_it_tells_how_far_it_is():
    job = Job("A plan")
    job.start("suggest", 1200)
    job.advance(3)
    assert (job.told, job.done, job.total) == ("3 of 1,200 posts", 3, 1200)
    job.finish()
    job.start("assign")
    assert job.told == ""


def test_a_job_that_is_stopped_ends_at_its_next_step():
    jobs, begun = Jobs(), Event()

    def work(job: Job) -> Outcome:
        job.start("suggest", 10**9)
        begun.set()
        while True:
            job.advance()

    job = jobs.begin(1, "A plan", work)
    assert begun.wait(SECONDS)
    jobs.stop(1)
    assert over(job) == CANCELLED


@pytest.mark.parametrize(
    ("error", "said"), [(SiteUnread("Run `suggester sync`."), "Run `suggester sync`."), (KeyError("x"), "its log says")]
)
def test_a_job_that_fails_says_why(error: Exception, said: str):
    def work(_: object) -> Outcome:
        raise error

    job = Jobs().begin(1, "A plan", work)
    assert over(job) == FAILED
    assert said in job.error


def test_a_job_that_is_over_is_forgotten_a_running_one_is_not():
    go_on, jobs = Event(), Jobs()
    job = jobs.begin(1, "A plan", lambda _: Outcome(1 if go_on.wait(SECONDS) else 2))
    jobs.forget(1)
    assert jobs.of(1) is job
    go_on.set()
    over(job)
    jobs.forget(1)
    assert jobs.of(1) is None
