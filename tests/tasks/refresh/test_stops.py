"""A refresh that is stopped, at any moment and by anything: the next one goes on, and ends where one alone would."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from suggester.errors import DiskFull, SiteUnreachable, SyncRunning
from suggester.store import Change, Made, Store
from suggester.tasks import refreshing, renewing, touched
from suggester.tasks.service import Service
from tests.tasks.refresh.conftest import POSTS, kinds, opened_over, shown
from tests.toys_disk import let_grow
from tests.toys_source import ToySource, no_answer

ROOT = Path(__file__).parents[3]


class Killed(BaseException):
    """Ends a refresh where it stands, as the end of its process would."""


STEPS = ("save_step", "put_embeddings", "end_sync", "note_refresh", "save_ripple", "save_made", "end_refresh")
POINTS = [(name, call, late) for name in STEPS for call in (1, 2) for late in (False, True)]


def a_day(source: ToySource) -> None:
    """What happens to the site between two nights."""
    source.trash(POSTS[5].id)
    source.edit(POSTS[7].id, title="Something else entirely", content="<p>Nothing of the garden, but the sea.</p>")
    source.rename(POSTS[9].id, "under-a-new-name")
    source.edit(POSTS[11].id, status="draft")
    source.add(replace(POSTS[13], id=9000, url=POSTS[13].url.rstrip("/") + "-2/", title="Hot heaps in winter"))


def end_state(service: Service, site_id: int) -> tuple[object, ...]:
    """All that a refresh leaves, but for the moments at which it did."""
    store = service.store
    posts = {post_id: replace(known, made_at=None) for post_id, known in store.watched(site_id).items()}
    suggestions = {post_id: store.stored_suggestions(site_id, post_id) for post_id in posts}
    later = [one for one in store.refreshes(site_id) if one.id > 1]
    counts = [sum(getattr(one, name) for one in later) for name in ("changed", "deleted", "appeared", "died")]
    return posts, suggestions, counts, sorted(kinds(service, site_id), key=str), store.due(site_id)


@pytest.fixture(scope="module")
def undisturbed(refreshed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "data"
    shutil.copytree(refreshed, folder)
    source = ToySource(POSTS, per_page=20)
    a_day(source)
    service = opened_over(folder, source)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(touched, "SMALL", 0)
        patched.setattr(touched, "FEWEST_TURNS", 0)
        service.refresh(1)
    state = end_state(service, 1)
    service.close()
    return state


@pytest.fixture(autouse=True)
def no_turns(monkeypatch) -> None:
    """Whose turn comes is no part of the end state that is compared."""
    monkeypatch.setattr(touched, "FEWEST_TURNS", 0)


def kill_at(monkeypatch: pytest.MonkeyPatch, name: str, call: int, late: bool) -> list[int]:
    """Let the process end just before, or just after, a call of one of the store's methods that write."""
    step, calls = getattr(Store, name), []

    def step_until(*args: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == call and not late:
            raise Killed
        done = step(*args, **named)
        if len(calls) == call and late:
            raise Killed
        return done

    monkeypatch.setattr(Store, name, step_until)
    return calls


@pytest.mark.parametrize(("name", "call", "late"), POINTS)
def test_a_refresh_killed_at_any_step_ends_like_one_that_was_not(
    ready, source, site_id, open_service, monkeypatch, undisturbed, name, call, late
):
    monkeypatch.setattr(renewing, "IN_ONE_GO", 4)
    a_day(source)
    with monkeypatch.context() as patched:
        calls = kill_at(patched, name, call, late)
        try:
            ready.refresh(site_id)
        except Killed:
            ready.close()
    again = open_service()
    if len(calls) >= call:
        again.refresh(site_id)
    posts, suggestions, counts, events, due = end_state(again, site_id)
    assert (counts, events, due) == undisturbed[2:]
    assert (posts, suggestions) == undisturbed[:2]
    assert [each.error for each in again.store.refreshes(site_id)] == [""] * len(again.store.refreshes(site_id))


@pytest.mark.parametrize(
    ("name", "late", "asked"), [("begin_sync", False, True), ("end_sync", True, True), ("save_ripple", False, False)]
)
def test_a_stopped_night_loses_nothing_where_changes_that_are_told_go_on_with_it(
    ready, source, site_id, open_service, monkeypatch, undisturbed, name, late, asked
):
    a_day(source)
    with monkeypatch.context() as patched:
        kill_at(patched, name, 1, late)
        with pytest.raises(Killed):
            ready.refresh(site_id, reason="night")
        ready.close()
    source.asked.clear()
    again = open_service()
    again.store.add_changes(site_id, [Change(POSTS[7].id, "saved")])
    again.refresh(site_id, reason="changes")
    assert ("ids" in source.asked) == asked
    assert end_state(again, site_id)[:2] == undisturbed[:2]


def stopped_in_full(ready: Service, site_id: int, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Begin to make everything anew, and end when so many times four sources are kept."""
    monkeypatch.setattr(renewing, "IN_ONE_GO", 4)
    with monkeypatch.context() as patched:
        kill_at(patched, "save_made", after, late=True)
        with pytest.raises(Killed):
            ready.refresh(site_id, full=True)
    ready.close()


@pytest.mark.parametrize("full", [False, True])
def test_a_full_refresh_that_was_stopped_makes_nothing_anew_twice(ready, site_id, open_service, monkeypatch, full):
    everything = len(shown(ready, site_id))
    stopped_in_full(ready, site_id, monkeypatch, after=3)
    again = open_service()
    done = again.refresh(site_id, full=full)
    assert done.kept.whole
    assert done.kept.renewed == everything
    assert done.sync.read < len(POSTS)
    assert again.store.due(site_id) == {}


def test_a_refresh_that_is_asked_for_in_full_while_another_is_stopped_makes_everything_anew(
    ready, source, site_id, open_service, monkeypatch
):
    everything = len(shown(ready, site_id))
    source.edit(POSTS[7].id, title="Something else entirely", content="<p>Nothing of the garden, but the sea.</p>")
    with monkeypatch.context() as patched:
        kill_at(patched, "save_made", 1, late=True)
        with pytest.raises(Killed):
            ready.refresh(site_id)
    ready.close()
    again = open_service()
    begun = again.store.refreshes(site_id)[0]
    done = again.refresh(site_id, full=True)
    assert done.kept.id == begun.id
    assert done.kept.renewed == begun.renewed + everything
    assert done.sync.read == len(POSTS)


def test_what_changes_while_everything_is_made_anew_goes_first(ready, source, site_id, open_service, monkeypatch):
    stopped_in_full(ready, site_id, monkeypatch, after=2)
    edited = max(post.id for post in POSTS if post.status == "publish")
    source.edit(edited, content="<p>Another word on leaf mould and on hot heaps.</p>")
    made, save = [], Store.save_made

    def save_made(self: Store, site: int, refresh: int, some: list[Made], *args: object, **named: object) -> None:
        made.append([each.found.source_id for each in some])
        save(self, site, refresh, some, *args, **named)

    monkeypatch.setattr(Store, "save_made", save_made)
    open_service().refresh(site_id)
    assert made[0] == [edited]
    assert len(made) > 3


def test_a_wordpress_that_is_down_for_the_night_leaves_everything_as_it_is(ready, source, site_id):
    before = shown(ready, site_id)
    a_day(source)
    source.fails["site"] = no_answer()
    with pytest.raises(SiteUnreachable):
        ready.refresh(site_id, reason="night")
    failed = ready.store.refreshes(site_id)[0]
    assert (failed.error, failed.reason) == ("The site does not answer; try again later.", "night")
    assert failed.ended_at is not None
    assert shown(ready, site_id) == before
    assert kinds(ready, site_id) == []
    del source.fails["site"]
    assert ready.refresh(site_id).kept.changed == 4
    assert kinds(ready, site_id) != []


def test_a_wordpress_that_goes_down_half_way_costs_no_suggestion(ready, source, site_id):
    a_day(source)
    source.fails["ids"] = no_answer()  # what was deleted cannot be told
    ready.refresh(site_id)
    assert ready.store.stored_suggestions(site_id, POSTS[5].id) is not None
    del source.fails["ids"]
    ready.refresh(site_id)
    assert ready.store.stored_suggestions(site_id, POSTS[5].id) is None


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=-1)], ids=str)
def test_a_clock_that_jumps_changes_nothing_but_the_dates(ready, source, site_id, monkeypatch, jump, undisturbed):
    class Jumped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + jump

    for module in (refreshing, renewing):
        monkeypatch.setattr(module, "datetime", Jumped)
    a_day(source)
    ready.refresh(site_id)
    assert end_state(ready, site_id)[1:] == undisturbed[1:]
    assert ready.refresh(site_id).kept.renewed == 0
    assert [each.id for each in ready.store.refreshes(site_id)] == [3, 2, 1]


@pytest.mark.parametrize("room", [8, 60])
def test_on_a_full_disk_nothing_is_lost_and_it_goes_on_once_there_is_room(ready, source, site_id, room, undisturbed):
    a_day(source)
    store = ready.store
    database = Path(store._engine.url.database)
    store.close()
    let_grow(store, database.stat().st_size + room * 1024)

    def nights() -> None:
        for night in range(9):
            source.edit(POSTS[0].id, content=f"{POSTS[0].content}<p>{night} {'More of the same. ' * 2000}</p>")
            ready.refresh(site_id)

    with pytest.raises(DiskFull):
        nights()
    let_grow(store, 1 << 30)
    source.here[POSTS[0].id] = POSTS[0]
    ready.refresh(site_id, full=True)
    ready.refresh(site_id)
    assert set(shown(ready, site_id)) == set(undisturbed[0]) - {POSTS[11].id, *hidden(ready, site_id)}


def hidden(service: Service, site_id: int) -> set[int]:
    return {post.id for post in service.store.posts(site_id) if post.status != "publish"}


def test_two_refreshes_never_run_on_one_site_at_once(ready, site_id):
    with (
        ready.store.lock(site_id, "refresh"),
        pytest.raises(SyncRunning, match="A refresh of this site is under way in another process; wait until it has"),
    ):
        ready.refresh(site_id)
    assert len(ready.store.refreshes(site_id)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from suggester.store import Store
from suggester.tasks import renewing, touched
from tests.tasks.refresh.conftest import POSTS, opened_over
from tests.tasks.refresh.test_stops import a_day
from tests.toys_source import ToySource

touched.SMALL = 0
renewing.IN_ONE_GO = 2
made, save = [], Store.save_made

def save_made(*args, **named):
    save(*args, **named)
    made.append(1)
    if len(made) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Store.save_made = save_made
source = ToySource(POSTS, per_page=20)
a_day(source)
opened_over(Path(sys.argv[1]), source).refresh(1)
"""


def test_a_killed_process_loses_no_more_than_the_sources_it_was_at(ready, source, site_id, tmp_path, open_service):
    ready.close()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "data")], cwd=ROOT, check=False)
    assert ended.returncode == -9
    again = open_service()
    stopped = again.store.refreshes(site_id)[0]
    assert (stopped.ended_at, stopped.error) == (None, "")
    assert stopped.renewed >= 2
    waiting = again.store.due(site_id)
    assert waiting
    a_day(source)
    done = again.refresh(site_id).kept
    assert done.id == stopped.id
    assert again.store.due(site_id) == {}
    assert len(set(kinds(again, site_id))) == len(kinds(again, site_id))
