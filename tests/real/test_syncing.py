"""A corpus stays what the site is: over edits, over deletions, and over every way in which a sync can be cut off."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from suggester.errors import SiteUnreachable, SyncRunning
from suggester.store import Store
from suggester.tasks.progress import Silent
from suggester.tasks.sync import SyncReport, sync

from .conftest import ON_ONE_RELEASE, World
from .harness import odd

NEW = 3000  # ids that no made-up post has
ADD_SPARE = """
    foreach ( $given['ids'] as $id ) {
        wp_insert_post( array( 'import_id' => $id, 'post_title' => "Spare $id", 'post_name' => "spare-$id",
            'post_status' => 'publish', 'post_content' => 'Before.' ) );
    }
    return 1;
"""
UPDATE = "return wp_update_post( wp_slash( $given ), true );"


@dataclass
class Corpus:
    """A store with one site in it."""

    path: Path
    store: Store
    site_id: int
    world: World

    def sync(self, progress: Silent | None = None, **how: bool) -> SyncReport:
        return sync(self.store, self.site_id, self.world.source(self.world.login), progress or Silent(), **how)

    def facts(self) -> dict[int, tuple[str, str]]:
        return {post.id: (post.status, post.content) for post in self.store.posts(self.site_id)}

    def sync_and_die(self, pages: int) -> subprocess.Popen[bytes]:
        """Sync in a process of its own that kills itself after so many pages."""
        site = [str(self.site_id), self.world.url, self.world.login.user, self.world.login.password]
        command = [sys.executable, "-m", "tests.real.syncing", str(self.path), *site, str(pages)]
        return subprocess.Popen(command, cwd=Path(__file__).parents[2])


@pytest.fixture
def corpus(world: World, tmp_path: Path) -> Iterator[Corpus]:
    store = Store.open(tmp_path / "store.db")
    yield Corpus(tmp_path / "store.db", store, store.add_site(world.url, "rest"), world)
    store.close()


def stored(world: World) -> dict[int, tuple[str, str]]:
    return {i: (row["status"], row["content"]) for i, row in world.sql_posts().items()}


def test_the_corpus_is_what_the_database_holds(corpus: Corpus):
    report = corpus.sync()
    assert corpus.facts() == stored(corpus.world)
    assert (report.read, report.changed, report.deleted) == (len(corpus.facts()), len(corpus.facts()), 0)


def test_a_second_sync_reads_next_to_nothing(corpus: Corpus):
    corpus.sync()
    corpus.world.wordpress.forget_requests()
    report = corpus.sync()
    assert (report.changed, report.deleted) == (0, 0)
    assert report.read < 20  # what other tests touched within the overlap
    assert len(corpus.world.wordpress.requests()) < 30


@pytest.mark.parametrize("full", [False, True])
def test_what_happened_to_posts_between_two_syncs_is_taken_up(corpus: Corpus, full: bool):
    wordpress = corpus.world.wordpress
    spare = {"edited": NEW, "trashed": NEW + 1, "deleted": NEW + 2, "renamed": NEW + 3, "hidden": NEW + 4}
    try:
        wordpress.php(ADD_SPARE, ids=list(spare.values()))
        corpus.sync()
        assert set(spare.values()) <= set(corpus.facts())
        wordpress.php(UPDATE, ID=spare["edited"], post_content="<p>After — “edited”.</p>")
        wordpress.php(UPDATE, ID=spare["renamed"], post_name="spare-and-renamed")
        wordpress.php(UPDATE, ID=spare["hidden"], post_status="private")
        wordpress.php("wp_trash_post( $given['id'] ); return 1;", id=spare["trashed"])
        wordpress.php("wp_delete_post( $given['id'], true ); return 1;", id=spare["deleted"])
        report = corpus.sync(full=full)
        assert corpus.facts() == stored(corpus.world)
        assert report.deleted == 2
        assert report.changed == 3
        assert corpus.store.post(corpus.site_id, spare["hidden"]).status == "private"
        former = {url: i for url, i in corpus.store.addresses(corpus.site_id).items() if f"spare-{NEW + 3}" in url}
        if "%postname%" in wordpress.permalinks:
            assert set(former.values()) == {spare["renamed"]}
        wordpress.php("wp_untrash_post( $given['id'] ); return 1;", id=spare["trashed"])
        corpus.sync(full=full)
        assert corpus.facts() == stored(corpus.world)
        assert spare["trashed"] in corpus.facts()
    finally:
        wordpress.php(
            "foreach ( $given['ids'] as $id ) { wp_delete_post( $id, true ); } return 1;", ids=list(spare.values())
        )


@pytest.mark.parametrize("pages", [1, 3])
def test_a_sync_killed_between_pages_goes_on_where_it_was(corpus: Corpus, pages: int):
    assert corpus.sync_and_die(pages).wait(60) == -9
    kept = corpus.facts()
    assert 0 < len(kept) < len(stored(corpus.world))
    corpus.world.wordpress.forget_requests()
    report = corpus.sync()
    assert corpus.facts() == stored(corpus.world)
    assert report.read == len(corpus.facts())  # nothing twice, counted over both
    assert corpus.sync().changed == 0


def test_a_sync_killed_in_the_middle_of_a_page_goes_on_too(corpus: Corpus):
    wordpress = corpus.world.wordpress
    with wordpress.switched(slow=300):
        process = corpus.sync_and_die(pages=0)
        wordpress.wait_for_requests("page", 4)
        process.kill()
        process.wait()
    assert len(corpus.facts()) < len(stored(corpus.world))
    corpus.sync()
    assert corpus.facts() == stored(corpus.world)


@ON_ONE_RELEASE
def test_two_syncs_at_once_do_not_meet(corpus: Corpus):
    wordpress = corpus.world.wordpress
    with wordpress.switched(slow=300):
        process = corpus.sync_and_die(pages=0)
        wordpress.wait_for_requests("page", 2)
        with pytest.raises(SyncRunning):
            corpus.sync()
    assert process.wait(60) == 0
    assert corpus.facts() == stored(corpus.world)


class Saboteur(Silent):
    """Takes the site away after the first page."""

    def __init__(self, world: World) -> None:
        self.world = world

    def advance(self, n: int = 1) -> None:
        if n:
            self.world.wordpress.kill()


def test_a_site_that_dies_in_the_middle_is_named_and_taken_up_later(corpus: Corpus):
    with pytest.raises(SiteUnreachable, match="try|check"):
        corpus.sync(Saboteur(corpus.world))
    kept = corpus.facts()
    assert 0 < len(kept) < len(stored(corpus.world))
    corpus.world.wordpress.start()
    report = corpus.sync()
    assert corpus.facts() == stored(corpus.world)
    assert report.read == len(corpus.facts())


@ON_ONE_RELEASE
def test_a_site_that_is_overrun_for_a_while_loses_nothing(corpus: Corpus):
    corpus.world.wordpress.fail_with(200, 429, 200, 500, 200, 200, 503, 429, 200, 500)
    corpus.sync()
    assert corpus.facts() == stored(corpus.world)


@ON_ONE_RELEASE
def test_a_site_that_stays_overrun_is_named_and_taken_up_later(corpus: Corpus):
    wordpress = corpus.world.wordpress
    source = corpus.world.source(corpus.world.login)
    wordpress.fail_with(200, 200, 200, *[503] * 40)
    with pytest.raises(SiteUnreachable):
        sync(corpus.store, corpus.site_id, source)
    wordpress.fail_with()
    corpus.sync()
    assert corpus.facts() == stored(corpus.world)


def test_a_stranger_keeps_only_what_is_published(world: World, tmp_path: Path):
    store = Store.open(tmp_path / "store.db")
    site_id = store.add_site(world.url, "rest")
    sync(store, site_id, world.source())
    assert store.post_ids(site_id) == set(world.sql_posts("publish"))
    assert not store.post(site_id, odd.PROTECTED).may_be_target
    store.close()


def test_where_rest_is_closed_the_corpus_is_the_same(corpus: Corpus):
    with corpus.world.wordpress.switched(rest_closed=True):
        report = corpus.sync()
    assert report.source_name == "xmlrpc"
    wanted = stored(corpus.world)
    different = {odd.BROKEN, odd.NOTE}  # XML carries no control character; what is shown in REST is nothing to it
    assert {i: facts for i, facts in corpus.facts().items() if i not in different} == {
        i: facts for i, facts in wanted.items() if i not in different
    }
