"""When a task stops where it can go on: for others at once, for changes of its own site once it has got on."""

from __future__ import annotations

import pytest

from suggester.tasks.queue import doing
from suggester.tasks.queue.doing import GaveWay, Yielding


def test_room_is_made_only_where_the_site_was_read_and_after_as_long_as_it_took(monkeypatch: pytest.MonkeyPatch):
    seconds = 100.0
    monkeypatch.setattr(doing, "monotonic", lambda: seconds)
    progress = Yielding()
    progress.begin()
    progress.ask("make room")
    seconds += 7
    for stage in ("read", "embed", "links"):
        progress.start(stage)
        seconds += 1
        progress.advance()
    progress.start("renew")
    seconds += 9.9
    progress.advance()
    seconds += 0.2
    with pytest.raises(GaveWay):
        progress.advance()


def test_what_was_asked_of_a_task_is_not_asked_of_the_next():
    progress = Yielding()
    progress.begin()
    progress.ask("give way")
    progress.begin()
    progress.start("renew")
    progress.advance()


def test_whoever_was_asked_to_make_room_can_still_be_stopped_at_once():
    progress = Yielding()
    progress.begin()
    progress.start("read")
    progress.ask("make room")
    progress.advance()
    progress.ask("stop")
    with pytest.raises(GaveWay):
        progress.advance()
