"""Runs on a real WordPress of five hundred posts: our links alone go in, once, and all of them come out again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from threading import Event

import pytest

from suggester.content.blocks import read
from suggester.content.insert import insert
from suggester.content.text import anchor_at
from suggester.entities import Anchor, Edit, NewText, Run
from suggester.errors import ContentError, SyncRunning
from suggester.tasks.pace import Pace
from suggester.tasks.service import Service
from suggester.tasks.worker import Worker
from suggester.wordpress.login import Login
from tests.toys import LetterEncoder

from ..conftest import VERSIONS
from .harness import odd
from .harness.core import get_core
from .harness.database import Database
from .harness.markup import paragraph
from .harness.posts import library
from .harness.website import WordPress
from .harness.written import Written

pytestmark = pytest.mark.xdist_group("runs")

PLUGIN = Path(__file__).parents[2] / "wp_plugin"
POSTS, EDITS = 500, 300
BUILDER = 6000
BUILT = (
    '[vc_row el_class="wide"][vc_column width="1/2"][vc_column_text]\n<p>The bilge pump of the old ketch wants a new '
    "impeller before the season begins.</p>\n[/vc_column_text][/vc_column][/vc_row]"
)
STRANGE = (odd.HUGE, odd.BROKEN, odd.ENTITIES, odd.UNTITLED, BUILDER)
SAVE = "return wp_update_post( wp_slash( array( 'ID' => $given['id'], 'post_content' => $given['content'] ) ), true );"
RESTORE = """
    foreach ( $given['posts'] as list( $id, $content ) ) {
        wp_update_post( wp_slash( array( 'ID' => $id, 'post_content' => $content, 'post_status' => 'publish' ) ) );
    }
    return 1;
"""
OPEN = "return update_post_meta( $given['id'], '_edit_lock', time() . ':1' );"
CLOSE = "return delete_post_meta( $given['id'], '_edit_lock' );"
REVISIONS = "FROM wp_posts WHERE post_type = 'revision' AND post_name LIKE '%-revision-v1' GROUP BY post_parent"
CLERK = """
    $caps = get_role( 'editor' )->capabilities;
    unset( $caps['unfiltered_html'] );
    add_role( 'clerk', 'Clerk', $caps );
    $id = wp_insert_user( array( 'user_login' => 'clerk', 'user_pass' => 'clerk', 'role' => 'clerk' ) );
    return WP_Application_Passwords::create_new_application_password( $id, array( 'name' => 'tests' ) )[0];
"""


@dataclass
class Yard:
    """A site, its service, and what stood in its posts before anybody touched them."""

    wordpress: WordPress
    service: Service
    data: Path
    site_id: int
    original: dict[int, str]

    def contents(self) -> dict[int, str]:
        rows = self.wordpress.rows("'id', ID, 'content', post_content", "FROM wp_posts WHERE post_status = 'publish'")
        return {row["id"]: row["content"] for row in rows if row["id"] in self.original}

    def restore(self) -> None:
        """Give every post its first content, past WordPress's own filters."""
        there = self.contents()
        changed = {key: content for key, content in self.original.items() if there.get(key) != content}
        if changed:
            self.wordpress.php(RESTORE, posts=[[key, content] for key, content in changed.items()])
            self.service.sync(self.site_id, full=True)

    def save(self, post_id: int, content: str) -> None:
        """Save a post as its editor does."""
        assert self.wordpress.php(SAVE, id=post_id, content=content) == post_id

    def revisions(self) -> dict[int, int]:
        rows = self.wordpress.rows("'id', post_parent, 'count', count(*)", REVISIONS)
        return {row["id"]: row["count"] for row in rows}

    def plan(self, post_ids: list[int]) -> Run:
        return self.service.make_run(self.site_id, [self.edit(post_id) for post_id in post_ids], "orphans")

    def edit(self, post_id: int, skip: int = 0) -> Edit:
        """A link on the first words of a post that can carry one."""
        target = self.service.store.post(self.site_id, next(key for key in sorted(self.original) if key != post_id))
        return Edit(
            0, 0, post_id, None, "insert", words_in(self.original[post_id], skip), target.url + f"?from={post_id}"
        )

    def apply(self, run: Run, **pace: float) -> Run:
        return self.service.apply_now(self.site_id, run.id, pace=Pace(**{"per_second": 100, **pace}))

    def undo(self, run: Run) -> Run:
        return self.service.undo(self.site_id, run.id, pace=Pace(100))

    def why(self, run: Run) -> dict[int, tuple[str, str]]:
        edits = self.service.edits(self.site_id, run.id, limit=None)[1]
        return {each.source_id: (each.state, each.why) for each in edits}


def words_in(content: str, skip: int = 0) -> Anchor:
    for block in read(content).blocks:
        words = block.text.split(" ")
        for first in range(len(words) - 2) if block.linkable else ():
            start = len(" ".join([*words[:first], ""]))
            anchor = anchor_at(block, start, start + len(" ".join(words[first : first + 2])))
            with suppress(ContentError):
                insert(content, anchor, "https://blog.example/")
                skip -= 1
                if skip < 0:
                    return anchor
    raise AssertionError("no words can carry a link")


def is_but_for_our_links(after: str, before: str, ours: list[str]) -> bool:
    """Walk along both contents; what only the later one has must be a tag or a sentence of ours."""
    there = here = 0
    while there < len(after):
        own = next((tag for tag in ours if after.startswith(tag, there)), "") if after[there] in "< " else ""
        if own and not before.startswith(own, here):
            there += len(own)
        elif here < len(before) and after[there] == before[here]:
            there, here = there + 1, here + 1
        else:
            return False
    return here == len(before)


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, place: Path, database: Database) -> Iterator[WordPress]:
    wordpress = WordPress(get_core("trixie"), database, place / "runs", permalinks="/%postname%/")
    request.config.stash[VERSIONS].add(wordpress.version)
    with ExitStack() as cleanup:
        cleanup.callback(wordpress.kill)
        wordpress.start()
        posts = library(wordpress.url, wordpress.path, wordpress.permalinks).posts
        more = [
            replace(each, id=7000 + number, slug=f"again-{number}", title=f"{each.title}, again", type="post", terms={})
            for number, each in enumerate(posts[: POSTS - len(posts)])
        ]
        wordpress.write([*posts, *more, Written(BUILDER, "Built by a builder", "built", BUILT)])
        wordpress.add_plugin(PLUGIN, "link-suggester")
        yield wordpress
    assert wordpress.complaints() == ""


@pytest.fixture(scope="module")
def standing_yard(site: WordPress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    data = tmp_path_factory.mktemp("runs")
    service = Service.open(data, load_encoder=LetterEncoder)
    site_id = service.connect(site.url, Login(site.user, site.password)).site_id
    service.sync(site_id)
    readable = {post.id: post.content for post in service.store.posts(site_id) if post.status == "publish"}
    assert len(readable) >= POSTS - 10
    yield Yard(site, service, data, site_id, readable)
    service.close()


@pytest.fixture
def yard(standing_yard: Yard) -> Iterator[Yard]:
    standing_yard.wordpress.forget_requests()
    yield standing_yard
    standing_yard.wordpress.fail_with()
    standing_yard.wordpress.start()
    standing_yard.restore()


def ordinary(yard: Yard, count: int, skip: int = 0) -> list[int]:
    return [key for key in sorted(yard.original) if 1000 <= key < 1300][skip : skip + count]


def test_three_hundred_links_go_in_and_come_out_again(yard: Yard):
    chosen = [*ordinary(yard, EDITS - len(STRANGE) - 20), *STRANGE]
    edits = [yard.edit(post_id) for post_id in chosen]
    edits += [replace(yard.edit(post_id, skip=3), href=f"{yard.wordpress.url}/second/") for post_id in chosen[:15]]
    edits += [appended(yard, each) for each in edits[20:25]]
    open_now = chosen[40]
    assert len(edits) == EDITS
    run = yard.service.make_run(yard.site_id, edits, "orphans", "All of them")
    revisions = yard.revisions()
    yard.wordpress.php(OPEN, id=open_now)
    with ThreadPoolExecutor(1) as other:
        refreshed = other.submit(yard.service.refresh, yard.site_id)
        done = yard.apply(run)
        refreshed.result()
    yard.wordpress.php(CLOSE, id=open_now)
    assert (done.state, done.error, done.counts) == ("done", "", {"applied": EDITS - 1, "refused": 1})
    assert yard.why(run)[open_now] == ("refused", "admin is editing the post right now; try again later.")
    assert yard.apply(run).counts == {"applied": EDITS}

    after = yard.contents()
    ours: dict[int, list[str]] = {post_id: [] for post_id in after}
    for edit in edits:
        tag = f'<a href="{edit.href}">'
        added = f" More of that stands in &#91;our&#93; {tag}“guide”</a> &amp; elsewhere."
        ours[edit.source_id] += [added] if edit.kind == "append" else [tag, "</a>"]
    for post_id, content in after.items():
        assert is_but_for_our_links(content, yard.original[post_id], ours[post_id]), post_id
        grown = sum(map(len, ours[post_id]))
        assert len(content) == len(yard.original[post_id]) + grown, post_id
    written = {key: count - revisions.get(key, 0) for key, count in yard.revisions().items()}
    assert {count for count in written.values() if count} == {1}
    assert {post.id: post.content for post in yard.service.store.posts(yard.site_id) if post.id in after} == after

    assert yard.undo(run).counts == {"undone": EDITS}
    assert yard.contents() == yard.original


def appended(yard: Yard, edit: Edit) -> Edit:
    blocks = read(yard.original[edit.source_id]).blocks
    last = next(block for block in reversed(blocks) if block.kind == "paragraph" and block.text)
    new = NewText("More of that stands in [our] “guide” & elsewhere.", "“guide”", last.index)
    return replace(edit, kind="append", anchor=Anchor("“guide”", last.text[-32:], "", last.index), new_text=new)


def test_a_process_killed_at_ten_random_points_ends_as_one_that_was_not(yard: Yard):
    run = yard.plan(ordinary(yard, 30))
    before = yard.revisions()
    expected = dict(yard.original)
    for edit in yard.service.edits(yard.site_id, run.id, limit=None)[1]:
        expected[edit.source_id] = insert(yard.original[edit.source_id], edit.anchor, edit.href)
    chance = random.Random(11)
    killed = 0
    while killed < 10:
        yard.wordpress.forget_requests()
        process = applying(yard, run)
        with suppress(AssertionError):
            yard.wordpress.wait_for_requests("/wp/v2/", 6 + chance.randrange(14), seconds=20)
        time.sleep(chance.random() * 0.05)
        assert process.poll() is None, "it had come to its end before it was killed"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        killed += 1
    assert yard.service.run(yard.site_id, run.id).state == "applying"
    with Worker(yard.service, lambda: Pace(100), every=0.1):  # what a killed process left, the service takes up
        until(lambda: yard.service.run(yard.site_id, run.id).state == "done")
    assert yard.service.run(yard.site_id, run.id).counts == {"applied": 30}
    assert yard.contents() == expected
    written = {key: count - before.get(key, 0) for key, count in yard.revisions().items()}
    assert {count for count in written.values() if count} == {1}
    yard.undo(run)
    assert yard.contents() == yard.original


def applying(yard: Yard, run: Run) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "suggester.cli", "apply", str(run.id), "--yes", "--per-minute", "6000"]
    env = {**os.environ, "SUGGESTER_DATA": str(yard.data)}
    return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_posts_edited_in_between_are_respected(yard: Yard):
    touched, elsewhere, gone = ordinary(yard, 2), ordinary(yard, 2, 2), ordinary(yard, 1, 4)
    run = yard.plan([*touched, *elsewhere, *gone])
    words = {each.source_id: each.anchor for each in yard.service.edits(yard.site_id, run.id)[1]}
    for post_id in touched:
        yard.save(post_id, yard.original[post_id].replace(escape(words[post_id].text, quote=False), "other words"))
    for post_id in elsewhere:
        yard.save(post_id, paragraph("New at the top.") + "\n\n" + yard.original[post_id])
    yard.wordpress.php("return (bool) wp_trash_post( $given['id'] );", id=gone[0])
    theirs = yard.contents()
    done = yard.apply(run)
    assert done.counts == {"applied": 2, "refused": 3}
    said = yard.why(run)
    assert all("is not as it was" in said[post_id][1] for post_id in touched)
    assert "in the trash" in said[gone[0]][1]
    assert all(yard.contents()[post_id] == theirs[post_id] for post_id in touched)
    late = elsewhere[0]
    yard.save(late, yard.contents()[late] + "\n\n" + paragraph("Newer at the end."))
    assert yard.undo(run).counts == {"undone": 2, "refused": 3}
    assert yard.contents() == theirs | {late: theirs[late] + "\n\n" + paragraph("Newer at the end.")}


def test_a_wordpress_in_bad_weather_gets_every_link_once(yard: Yard):
    run = yard.plan(ordinary(yard, 12))
    hail = [200] * 12 + [500, 200, 503, 200, 200, 429, 200, 200, 500] + [200] * 9 + [502, 500]
    yard.wordpress.fail_with(*hail)
    with yard.wordpress.switched(slow=40):
        done = yard.apply(run)
    yard.wordpress.fail_with()
    assert done.state == "done"
    assert yard.apply(run).counts == {"applied": 12}
    assert all(yard.contents()[key].count("?from=") == 1 for key in ordinary(yard, 12))
    assert yard.undo(run).counts == {"undone": 12}
    assert yard.contents() == yard.original


def test_a_wordpress_that_goes_away_pauses_the_run_which_goes_on_when_it_is_back(yard: Yard):
    run = yard.plan(ordinary(yard, 12))
    gone = Event()

    def take_away() -> None:
        yard.wordpress.wait_for_requests("/wp/v2/", 25)
        yard.wordpress.kill()
        gone.set()

    with ThreadPoolExecutor(1) as other:
        other.submit(take_away)
        paused = yard.apply(run, patience=1.0)
    assert gone.is_set()
    assert paused.state == "paused"
    assert "does not answer" in paused.error
    yard.wordpress.start()
    assert yard.apply(run).counts == {"applied": 12}
    assert all(yard.contents()[key].count("?from=") == 1 for key in ordinary(yard, 12))
    assert yard.undo(run).counts == {"undone": 12}
    assert yard.contents() == yard.original


def test_two_runs_of_a_site_wait_for_each_other(yard: Yard):
    first, second = yard.plan(ordinary(yard, 6)), yard.plan(ordinary(yard, 6, 6))
    with yard.service.store.lock(yard.site_id, "apply"), pytest.raises(SyncRunning):
        yard.apply(first)
    yard.service.start(yard.site_id, first.id)
    yard.service.start(yard.site_id, second.id)
    with Worker(yard.service, lambda: Pace(100), every=0.1), Worker(yard.service, lambda: Pace(100), every=0.1):
        until(lambda: all(run.state == "done" for run in yard.service.runs(yard.site_id)[:2]))
    assert [run.counts for run in yard.service.runs(yard.site_id)[:2]] == [{"applied": 6}] * 2
    assert all(yard.contents()[key].count("?from=") == 1 for key in ordinary(yard, 12))
    yard.undo(first)
    yard.undo(second)
    assert yard.contents() == yard.original


def test_a_site_behind_xmlrpc_is_written_to_as_well(yard: Yard):
    chosen = [*ordinary(yard, 3), odd.ENTITIES]
    run = yard.plan([*chosen, odd.BROKEN])
    with yard.wordpress.switched(rest_closed=True):
        assert yard.service.source_of(yard.site_id).name == "xmlrpc"
        assert yard.apply(run).counts == {"applied": 4, "refused": 1}
        assert "control characters" in yard.why(run)[odd.BROKEN][1]
        assert all(yard.contents()[key].count("?from=") == 1 for key in chosen)
        assert yard.undo(run).counts == {"undone": 4, "refused": 1}
    assert yard.contents() == yard.original


def test_a_login_whose_html_wordpress_filters_harms_no_post(yard: Yard):
    yard.service.sign_in(yard.site_id, Login("clerk", yard.wordpress.php(CLERK)))
    plain, framed = ordinary(yard, 2)
    before = yard.original[framed] + "\n\n" + '<iframe src="https://maps.example/"></iframe>'
    yard.save(framed, before)
    run = yard.plan([plain, framed])
    assert yard.apply(run).counts == {"applied": 1, "refused": 1}
    assert "other HTML out of this post" in yard.why(run)[framed][1]
    assert yard.contents()[framed] == before
    assert yard.undo(run).counts == {"undone": 1, "refused": 1}
    assert yard.contents()[plain] == yard.original[plain]
    yard.service.sign_in(yard.site_id, Login(yard.wordpress.user, yard.wordpress.password))
