"""A sync of what the plugin told alone: what it asks WordPress, and what it leaves to the next whole one."""

from __future__ import annotations

import pytest

from suggester.errors import SiteUnreachable
from suggester.store import Change
from suggester.tasks.lookup import AT_MOST
from suggester.tasks.readings import resolver_for
from suggester.tasks.sync import sync
from tests.toys_source import HOME, no_answer

LOST = f"{HOME}/lost/"


def linking_to(*urls: str) -> str:
    return "".join(f'<p><a href="{url}">there</a></p>' for url in urls)


def contents(store, site_id) -> dict[int, str]:
    return {post.id: post.content for post in store.posts(site_id)}


def told(store, site_id, *post_ids: int, kind: str = "saved") -> None:
    store.add_changes(site_id, [Change(post_id, kind) for post_id in post_ids])


def test_what_was_told_is_read_and_nothing_else_is_asked(store, site_id, synced):
    synced.edit(7, content="<p>Told.</p>")
    synced.edit(9, content="<p>Not told.</p>")
    synced.trash(5, 6)
    told(store, site_id, 7, 5)
    report = sync(store, site_id, synced, told_only=True)
    assert (report.read, report.changed, report.deleted) == (1, 1, 1)
    assert synced.asked == ["site", "posts 7 5"]
    now = contents(store, site_id)
    assert now[7] == "<p>Told.</p>"
    assert 5 not in now
    assert 6 in now
    assert now[9] != "<p>Not told.</p>"


def test_the_next_whole_sync_asks_for_all_that_changed_since_the_last_whole_one(store, site_id, synced):
    began = store.sync_state(site_id).last_started_at
    synced.edit(9, content="<p>Not told.</p>")
    synced.trash(6)
    told(store, site_id, 7)
    sync(store, site_id, synced, told_only=True)
    state = store.sync_state(site_id)
    assert (state.last_started_at, state.started_at) == (began, None)
    assert state.synced_at > began
    sync(store, site_id, synced)
    assert contents(store, site_id) == {number: post.content for number, post in synced.here.items()}


def test_a_first_sync_reads_everything_whatever_was_told(store, site_id, source):
    told(store, site_id, 7)
    assert sync(store, site_id, source, told_only=True).read == 1 + len(source.here)
    assert "ids" in source.asked


def test_one_that_was_stopped_is_made_good_by_a_whole_sync(store, site_id, synced):
    told(store, site_id, 7)
    synced.fails["posts 7"] = no_answer()
    with pytest.raises(SiteUnreachable):
        sync(store, site_id, synced, told_only=True)
    assert store.count_changes(site_id) == 1
    synced.fails.clear()
    synced.trash(6)
    sync(store, site_id, synced, told_only=True)
    assert store.post_ids(site_id) == set(synced.here)
    assert store.sync_state(site_id).error == ""


def test_only_links_of_posts_that_were_told_are_followed(store, site_id, source):
    away = [f"{HOME}/old/{number}/" for number in range(AT_MOST + 30)]
    source.edit(1, content=linking_to(*away))
    sync(store, site_id, source)
    source.asked.clear()
    source.edit(7, content=linking_to(LOST))
    told(store, site_id, 7)
    sync(store, site_id, source, told_only=True)
    assert source.asked[2:] == [f"locate {LOST}"]
    assert store.dead_addresses(site_id) >= {"/lost/"}
    assert store.sync_state(site_id).lookups_left == 30
    sync(store, site_id, source)
    assert store.sync_state(site_id).lookups_left == 0


def test_links_of_all_posts_are_followed_where_a_post_is_gone(store, site_id, source):
    source.edit(1, content=linking_to(f"{HOME}/post-7/"))
    sync(store, site_id, source)
    source.trash(7)
    told(store, site_id, 7, kind="trashed")
    sync(store, site_id, source, told_only=True)
    assert f"locate {HOME}/post-7/" in source.asked
    assert store.dead_addresses(site_id) == {"/post-7/"}


def test_links_to_a_post_with_a_new_address_still_lead_to_it(store, site_id, source):
    source.edit(1, content=linking_to(f"{HOME}/post-7/"))
    sync(store, site_id, source)
    source.rename(7, "seven")
    told(store, site_id, 7)
    sync(store, site_id, source, told_only=True)
    assert resolver_for(store, site_id).resolve("/post-7/") == 7
