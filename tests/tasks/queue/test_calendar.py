"""A night makes the audit that is due, behind the refresh; nothing else does."""

from __future__ import annotations

import pytest

from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.queue.doing import _do


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
        ("refresh", "night", ["refresh 3 night", "audit 3"]),
        ("refresh", "asked", ["refresh 3 asked"]),
        ("changes", "changes", ["refresh 3 changes"]),
        ("digest", "asked", ["digest 3"]),
    ],
)
def test_a_night_alone_makes_the_audit_that_is_due(kind: str, reason: str, done: list[str]):
    diary = Diary()
    _do(diary, kind, 3, reason, SILENT)
    assert diary.done == done
