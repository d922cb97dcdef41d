from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from suggester.entities import Site
from suggester.errors import DiskFull, SiteUnreachable, SyncRunning
from suggester.store import Change
from suggester.tasks.sync import SyncReport, sync
from tests.toys_disk import let_grow
from tests.toys_source import HOME, ToySource, no_answer, toy_post


def corpus(store, site_id):
    return {post.id: post for post in store.posts(site_id)}


def counted(report: SyncReport) -> tuple[int, int, int]:
    return report.read, report.changed, report.deleted


def test_the_first_sync_reads_everything_page_by_page(store, site_id, source, bar):
    report = sync(store, site_id, source, bar)
    assert counted(report) == (25, 25, 0)
    assert (report.source_name, report.notes) == ("rest", ())
    assert corpus(store, site_id) == source.here
    assert source.asked == ["site", "changed 1", "changed 11", "changed 21", "ids"]
    assert bar.told == [("read", 25, 25), ("look up", 0, 0)]


def test_the_next_sync_reads_only_what_changed(store, site_id, synced):
    synced.edit(7, content="<p>New.</p>")
    synced.add(toy_post(30))
    assert counted(sync(store, site_id, synced)) == (2, 2, 0)
    assert corpus(store, site_id) == synced.here
    assert synced.asked == ["site", "changed 7", "ids"]


def test_a_sync_with_nothing_new_changes_nothing(store, site_id, synced):
    assert counted(sync(store, site_id, synced)) == (0, 0, 0)


def test_a_touched_post_is_read_and_does_not_count_as_changed(store, site_id, synced):
    synced.edit(7)
    assert counted(sync(store, site_id, synced)) == (1, 0, 0)
    assert corpus(store, site_id) == synced.here


def test_an_edit_during_a_sync_is_seen_by_the_next(store, site_id, source):
    read_pages = source.changed

    def edited_behind_the_reader(since=None, cursor=""):
        for page in read_pages(since, cursor):
            yield page
            if page.cursor == "10":
                source.edit(3, title="Edited meanwhile")

    source.changed = edited_behind_the_reader
    sync(store, site_id, source)
    source.changed = read_pages
    sync(store, site_id, source)
    assert corpus(store, site_id) == source.here


def test_a_clock_that_is_hours_wrong_loses_no_edit(store, site_id, synced):
    long_ago = datetime.now(UTC) - timedelta(hours=14)
    synced.here[7] = replace(toy_post(7, "<p>Newer.</p>"), modified=long_ago)
    sync(store, site_id, synced)
    assert store.post(site_id, 7).content == "<p>Newer.</p>"


def test_reading_in_full_reads_everything_anew(store, site_id, synced):
    assert counted(sync(store, site_id, synced, full=True)) == (25, 0, 0)


def test_an_export_file_is_always_read_whole(store, site_id):
    file = ToySource([toy_post(1), toy_post(2)], name="export")
    sync(store, site_id, file)
    file.here[1] = toy_post(1, "<p>An old edit in a newer file.</p>")
    assert counted(sync(store, site_id, file)) == (2, 1, 0)


def test_a_renamed_post_keeps_its_old_address(store, site_id, synced):
    synced.rename(7, "about-seven")
    sync(store, site_id, synced)
    assert store.post(site_id, 7).url == f"{HOME}/about-seven/"
    assert store.addresses(site_id) == {"/post-7/": 7}


def test_trashed_and_deleted_posts_are_gone(store, site_id, synced):
    synced.trash(3, 4)
    assert counted(sync(store, site_id, synced)) == (0, 0, 2)
    assert corpus(store, site_id) == synced.here


def test_a_post_that_comes_with_the_status_of_the_trash_is_gone(store, site_id, synced):
    synced.edit(3, status="trash")
    assert sync(store, site_id, synced).deleted == 1
    assert 3 not in store.post_ids(site_id)


def test_a_restored_post_is_back(store, site_id, synced):
    kept = synced.here[3]
    synced.trash(3)
    sync(store, site_id, synced)
    synced.here[3] = kept
    sync(store, site_id, synced)
    assert corpus(store, site_id) == synced.here


def test_a_post_that_the_pages_left_out_is_read_by_its_id(store, site_id, synced):
    synced.here[99] = toy_post(99)
    synced.here[99] = replace(synced.here[99], modified=datetime(2001, 1, 1, tzinfo=UTC))
    assert counted(sync(store, site_id, synced)) == (1, 1, 0)
    assert corpus(store, site_id) == synced.here


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (None, None),
        (set(), "named no post at all, so nothing was deleted"),
        (no_answer(), "The site does not answer; try again later.) The next sync tries again."),
    ],
)
def test_an_incomplete_list_of_ids_deletes_nothing(store, site_id, synced, answer, note):
    before = corpus(store, site_id)
    synced.trash(3)
    if isinstance(answer, SiteUnreachable):
        synced.fails["ids"] = answer
    synced.lists = lambda: answer
    report = sync(store, site_id, synced)
    assert report.deleted == 0
    assert corpus(store, site_id) == before
    assert [note] == [None if not report.notes else note if note in report.notes[0] else report.notes]


def test_a_list_of_ids_that_leaves_posts_out_deletes_none_that_are_still_there(store, site_id, synced):
    synced.lists = lambda: {1, 2}
    assert sync(store, site_id, synced).deleted == 0
    assert corpus(store, site_id) == synced.here


def test_a_site_that_was_emptied_can_be_synced_in_full(store, site_id, synced):
    synced.here.clear()
    assert sync(store, site_id, synced).deleted == 0
    assert sync(store, site_id, synced, full=True).deleted == 25
    assert corpus(store, site_id) == {}


def test_an_empty_site_is_no_trouble(store, site_id):
    assert sync(store, site_id, ToySource()).notes == ()


def test_a_failed_sync_says_why_and_the_next_goes_on_where_it_stopped(store, site_id, source, bar):
    source.fails["changed 11"] = no_answer()
    with pytest.raises(SiteUnreachable):
        sync(store, site_id, source)
    state = store.sync_state(site_id)
    assert (state.cursor, state.error) == ("10", "The site does not answer; try again later.")
    assert store.post_ids(site_id) == set(range(1, 11))
    source.fails.clear()
    source.asked.clear()
    assert counted(sync(store, site_id, source, bar)) == (25, 25, 0)
    assert source.asked[:3] == ["site", "changed 11", "changed 21"]
    assert corpus(store, site_id) == source.here
    assert bar.told[0] == ("read", 25, 25)
    assert store.sync_state(site_id).error == ""


def test_a_site_that_never_answered_is_remembered_with_the_reason(store, site_id, source):
    source.fails["site"] = no_answer()
    with pytest.raises(SiteUnreachable):
        sync(store, site_id, source)
    assert store.sync_state(site_id).error == "The site does not answer; try again later."


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_full_disk_stops_the_sync_and_loses_nothing(store, site_id, source):
    source.here[15] = toy_post(15, f"<p>{'Long. ' * 400_000}</p>")
    let_grow(store, 1_000_000)
    with pytest.raises(DiskFull, match="make room"):
        sync(store, site_id, source)
    assert store.sync_state(site_id).cursor == "10"
    assert store.post_ids(site_id) == set(range(1, 11))
    let_grow(store, 100_000_000)
    assert counted(sync(store, site_id, source)) == (25, 25, 0)
    assert corpus(store, site_id) == source.here


def test_two_syncs_of_one_site_do_not_run_at_once(store, site_id, source):
    with store.lock(site_id), pytest.raises(SyncRunning, match="wait until it has ended"):
        sync(store, site_id, source)
    assert source.asked == []
    assert store.sync_state(site_id).error == ""


def test_the_site_s_name_is_taken_up_anew(store, site_id, source):
    source.named = Site(HOME, "A better blog", "pt")
    sync(store, site_id, source)
    assert store.site(site_id).entity == Site(HOME, "A better blog", "pt")


def test_what_the_plugin_told_is_read_first(store, site_id, synced):
    synced.here[7] = toy_post(7, "<p>New, with an old date.</p>")
    kept = synced.here[5]
    synced.trash(5)
    told = [Change(7, "saved"), Change(5, "trashed"), Change(7, "saved"), Change(2**40, "deleted")]
    store.add_changes(site_id, told)
    assert counted(sync(store, site_id, synced)) == (1, 1, 1)
    assert synced.asked[:2] == ["site", f"posts 7 5 {2**40}"]
    assert store.count_changes(site_id) == 0
    assert corpus(store, site_id) == synced.here
    synced.here[5] = kept
    store.add_changes(site_id, [Change(5, "restored")])
    sync(store, site_id, synced)
    assert corpus(store, site_id) == synced.here


def test_an_old_permalink_that_the_plugin_told_leads_to_its_post(store, site_id, synced):
    told = [Change(7, "permalink", f"{HOME}/2019/seven/"), Change(99, "permalink", f"{HOME}/gone/")]
    store.add_changes(site_id, told)
    sync(store, site_id, synced)
    assert store.addresses(site_id) == {"/2019/seven/": 7}


def test_changes_wait_while_the_site_does_not_answer(store, site_id, synced):
    store.add_changes(site_id, [Change(7, "saved")])
    synced.fails["posts 7"] = no_answer()
    with pytest.raises(SiteUnreachable):
        sync(store, site_id, synced)
    assert store.count_changes(site_id) == 1


def test_hundreds_of_changes_are_read_in_parts(store, site_id, synced):
    store.add_changes(site_id, [Change(number, "saved") for number in range(1, 251)])
    sync(store, site_id, synced)
    assert [question.count(" ") for question in synced.asked if question.startswith("posts")] == [100, 100, 50]
    assert corpus(store, site_id) == synced.here


def test_posts_that_wordpress_cannot_show_are_named_and_the_others_kept(store, site_id, source):
    source.unreadable = {7: "WordPress answered 500 for post 7."}
    del source.here[7]
    source.lists = lambda: {*source.here, 7}
    report = sync(store, site_id, source)
    assert len(corpus(store, site_id)) == 24
    assert report.notes == (
        "WordPress could not show 1 post (7), left out until saved there again. WordPress answered 500 for post 7.",
    )
    assert not any(asked.startswith("posts") for asked in source.asked)
