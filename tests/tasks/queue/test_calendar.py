"""What each task asks the service for, and what follows it: a night brings the audit that is due; nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from suggester.store import Task
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.queue.doing import GaveWay, Yielding, _do
from suggester.tasks.queue.hand import Limits
from suggester.tasks.queue.worker import follows


class Diary:
    """Does nothing, and remembers in which order it was asked to."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def refresh(self, site_ref: str | int, progress: Progress = SILENT, full: bool = False, reason: str = "") -> object:
        self.done.append(f"refresh {site_ref} {reason}")
        return None

    def audit_if_due(self, site_id: int, progress: Progress = SILENT) -> object:
        self.done.append(f"audit {site_id}")
        return None

    def tell_digest(self, site_id: int) -> object:
        self.done.append(f"digest {site_id}")
        return None


@pytest.mark.parametrize(
    ("kind", "reason", "done"),
    [
        ("refresh", "night", ["refresh 3 night"]),
        ("audit", "night", ["audit 3"]),
        ("refresh", "asked", ["refresh 3 asked"]),
        ("changes", "changes", ["refresh 3 changes"]),
        ("digest", "asked", ["digest 3"]),
    ],
)
def test_a_task_does_one_thing(kind: str, reason: str, done: list[str]):
    diary = Diary()
    _do(diary, kind, 3, reason, SILENT)
    assert diary.done == done


@pytest.mark.parametrize(
    ("kind", "reason", "then"),
    [
        ("refresh", "night", ("audit", "digest")),
        ("refresh", "asked", ("digest",)),
        ("changes", "changes", ()),
        ("audit", "night", ("digest",)),
        ("digest", "night", ()),
    ],
)
def test_a_night_alone_brings_the_audit_that_is_due(kind: str, reason: str, then: tuple[str, ...]):
    now = datetime.now(UTC)
    assert follows(Task(1, 3, kind, reason, "running", now, now, now)) == then


def test_an_audit_gives_way_as_often_as_others_wait_however_long_it_takes():
    now = datetime.now(UTC)
    made = [Task(1, 3, kind, "night", "running", now, now, now, slices=5) for kind in ("audit", "refresh")]
    assert [Limits(slice=60).slice_of(task) for task in made] == [60, 60 * 2**5]


@pytest.mark.parametrize("stage", ["visit", "check links"])
def test_an_audit_can_be_stopped_between_two_pages(stage: str):
    progress = Yielding()
    progress.start(stage)
    progress.advance()
    progress.ask("give way")
    with pytest.raises(GaveWay):
        progress.advance()
