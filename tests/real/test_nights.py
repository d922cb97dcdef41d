"""A night of a site with 1,000 posts: what happened over the day, taken up, however often the refresh is killed."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest

from suggester.tasks.service import Service
from suggester.wordpress.login import Login

from .harness.core import get_core
from .harness.database import Database
from .harness.posts import library
from .harness.website import WordPress
from .refreshing import opened, refresh
from .working import Clocked, fill, until

pytestmark = pytest.mark.xdist_group("nights")
ROOT = Path(__file__).parents[2]
POSTS = 1000
KILLS = 10
DAY = """
    foreach ( $given['edited'] as $id ) {
        $post = get_post( $id );
        $more = "\\n\\n<!-- wp:paragraph -->\\n<p>Written on the day: {$given['words']}</p>\\n<!-- /wp:paragraph -->";
        wp_update_post( wp_slash( array( 'ID' => $id, 'post_content' => $post->post_content . $more ) ) );
    }
    foreach ( $given['renamed'] as $id ) {
        wp_update_post( array( 'ID' => $id, 'post_name' => "renamed-$id", 'post_title' => "Renamed post $id" ) );
    }
    foreach ( $given['trashed'] as $id ) { wp_trash_post( $id ); }
    foreach ( $given['deleted'] as $id ) { wp_delete_post( $id, true ); }
    foreach ( $given['hidden'] as $id ) { wp_update_post( array( 'ID' => $id, 'post_status' => 'private' ) ); }
    foreach ( $given['fresh'] as $id ) {
        $post = get_post( $id );
        wp_insert_post( wp_slash( array( 'import_id' => $id + 50000, 'post_title' => "{$post->post_title}, again",
            'post_status' => 'publish', 'post_content' => $post->post_content ) ) );
    }
    return 1;
"""


ROOM = 600_000  # bytes that a full disk has left: for the queue's own notes, not for a night
DISK = "256m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@dataclass
class Night:
    """A site, what happened on it over a day, and data folders of before the day and of the morning after it."""

    wordpress: WordPress
    before: Path
    calm: Path  # was refreshed in peace
    took: float  # seconds that this took
    day: dict[str, Any]

    def again(self, folder: Path) -> Path:
        """Give a folder of before the day."""
        return shutil.copytree(self.before, folder, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def night(place: Path, database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    wordpress = WordPress(get_core("trixie"), database, place / "nights", permalinks="/%postname%/")
    folder = tmp_path_factory.mktemp("nights")
    try:
        wordpress.start()
        posts = library(wordpress.url, wordpress.path, wordpress.permalinks, count=POSTS).posts
        more = [
            replace(post, id=post.id + 20_000 * copy, title=f"{post.title} {copy + 1}", slug=f"{post.slug}-{copy + 1}")
            for copy in range(1, 9)
            for post in posts
            if post.type == "post"
        ]
        wordpress.write([*posts, *more][:POSTS])
        service = opened(folder / "calm")
        service.connect(wordpress.url, Login(wordpress.user, wordpress.password))
        service.change_settings(1, {"audit_visits": False})  # a thousand pages take their time
        refresh(service)
        day = a_day(service)
        service.close()
        shutil.copytree(folder / "calm", folder / "before")
        wordpress.php(DAY, **day)
        service = opened(folder / "calm")
        began = monotonic()
        refresh(service)
        took = monotonic() - began
        service.close()
        yield Night(wordpress, folder / "before", folder / "calm", took, day)
        assert wordpress.complaints() == ""
    finally:
        wordpress.kill()


def a_day(service: Service) -> dict[str, Any]:
    """Choose what happens: to posts that suggestions lead to, too."""
    dice = Random(6)
    targets = sorted({target for _, target, _, shown in service.store.suggested(1) if shown})
    chosen = dice.sample(targets, min(8, len(targets)))
    others = [post.id for post in service.store.posts(1) if post.status == "publish" and post.type == "post"]
    chosen += dice.sample(sorted(set(others) - set(chosen)), 16 - len(chosen))
    kinds = ("edited", "renamed", "trashed", "deleted", "hidden", "fresh")
    share = {kind: chosen[at :: len(kinds)] for at, kind in enumerate(kinds)}
    return {**share, "words": service.store.post(1, targets[-1]).title}


def state(data: Path) -> dict[str, object]:
    """All that refreshes left, but for the moments at which they did."""
    service = opened(data)
    store = service.store
    later = [one for one in store.refreshes(1) if one.id > 1]
    told = {
        "posts": {number: replace(known, made_at=None) for number, known in store.watched(1).items()},
        "suggestions": {number: store.stored_suggestions(1, number) for number in store.post_ids(1)},
        "events": sorted((one.kind, one.source_id or 0, one.target_id or 0) for one in store.events(1)),
        "counts": [sum(getattr(one, name) for one in later) for name in ("changed", "deleted", "appeared", "died")],
        "due": store.due(1),
    }
    service.close()
    return told


def kill_once(data: Path, after: float) -> bool:
    """Kill a refresh so many seconds after its beginning; say whether it had not ended yet."""
    command = [sys.executable, "-m", "tests.real.refreshing", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "begins\n"
        sleep(after)
        process.kill()
    return process.returncode != 0


def test_an_undisturbed_night_takes_up_what_happened_over_the_day(night: Night):
    service = opened(night.calm)
    done, events = service.store.last_refresh(1), service.store.events(1)
    service.close()
    assert done is not None
    assert done.deleted == len(night.day["trashed"] + night.day["deleted"])
    assert done.changed == sum(len(night.day[kind]) for kind in ("edited", "renamed", "hidden", "fresh"))
    assert {"appeared", "died"} <= {event.kind for event in events}
    assert not done.whole


def test_a_night_killed_at_random_points_ends_like_an_undisturbed_one(night: Night, tmp_path: Path):
    rough = night.again(tmp_path)
    dice = Random(11)
    assert any([kill_once(rough, dice.uniform(0, night.took)) for _ in range(KILLS)])
    service = opened(rough)
    refresh(service)
    service.close()
    assert state(rough) == state(night.calm)
    assert state(rough)["due"] == {}
    gone = {*night.day["trashed"], *night.day["deleted"], *night.day["hidden"]}
    service = opened(rough)
    assert not [pair for pair in service.store.suggested(1) if gone & {pair[0], pair[1]}]
    service.close()


def test_a_night_on_which_wordpress_is_away_is_made_up_for_when_it_is_back(night: Night, tmp_path: Path):
    data = night.again(tmp_path / "data")
    before = state(data)
    clock = Clocked(data)
    night.wordpress.kill()
    try:
        with clock.working():
            until(lambda: clock.tried() == [1], "the night was not tried")
            (task,) = clock.tasks()
            assert "does not answer" in task.why
            for jump in (timedelta(days=-1), timedelta(days=1)):  # the clock is put back, and on again
                clock.late += jump
                sleep(2)
            assert [each.id for each in clock.tasks()] == [task.id]  # there is no second night
            assert state(data) == before
            night.wordpress.start()
            clock.late += timedelta(hours=4)
            until(lambda: clock.tasks() == [], "the night was not made up for")
            assert clock.nights()[-1] == ""
    finally:
        night.wordpress.start()
    assert state(data) == state(night.calm)


def test_a_disk_that_is_full_loses_nothing_and_the_night_goes_on_once_there_is_room(
    night: Night, disk: Path, caplog: pytest.LogCaptureFixture
):
    data, ballast = night.again(disk / "data"), disk / "ballast"
    clock = Clocked(data)
    fill(disk, ballast, leaving=ROOM)
    with caplog.at_level(logging.INFO, "suggester.queue"), clock.working():
        until(lambda: "is full" in caplog.text, "the worker's log does not say it")
        ballast.unlink()
        until(lambda: clock.tried() == [1], "the night was not handed back")
        clock.late += timedelta(hours=1)
        until(lambda: clock.tasks() == [], "the night did not go on")
        assert clock.nights()[-1] == ""
    assert state(data) == state(night.calm)
