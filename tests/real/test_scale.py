"""Many machines, played by the very processes of the profile `scale`: what is killed costs and doubles nothing."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from suggester.store import Store
from suggester.tasks.service import Service

from .harness.fleet import WORKERS, Fleet, networks
from .harness.postgres import Postgres
from .harness.processes import HarnessError

pytestmark = pytest.mark.xdist_group("scale")

SITES = ("ash", "birch", "cedar")
POSTS = 12
KILLS = int(os.environ.get("KILLS", "1"))  # of each process; more show more, and take longer


def edited(items: list[str]) -> list[str]:
    """A day's work: some posts edited, one deleted."""
    news = "<p>Since then the rain barrel stands beside the compost heap.</p>"
    block = f"<!-- wp:paragraph -->\n{news}\n<!-- /wp:paragraph -->\n\n"
    changed = [re.sub(r"(<content:encoded><!\[CDATA\[)", rf"\1{block}", item) for item in items[:4]]
    return [*changed, *items[4:-1]]


def state(store: Store, sites: Sequence[int]) -> dict[str, Any]:
    """All that refreshes leave behind of some sites, but for moments and numbers."""
    return {
        store.site(site).url: [
            [(post.id, post.content, post.url) for post in store.posts(site)],
            store.fingerprint(site),
            store.count_posts(site).embedded,
            sorted((event.kind, event.source_id or 0, event.target_id or 0) for event in store.events(site)),
            suggested(store, site),
        ]
        for site in sites
    }


def suggested(store: Store, site: int) -> list[tuple[int, int, str]]:
    """Give each stored suggestion: its source, its target and its words."""
    kept = store.some_suggestions(site, sorted(store.post_ids(site)))
    items = [item for some in kept.values() for item in some]
    return sorted((item.source_id, item.target_id, item.anchor.text if item.anchor else "") for item in items)


def night(store: Store, sites: Sequence[int]) -> None:
    now = datetime.now(UTC)
    for site in sites:
        store.tasks.add(site, "refresh", "night", now, now)


def edit(fleet: Fleet) -> None:
    for name in SITES:
        fleet.write(name, POSTS, edited)


@pytest.fixture
def undisturbed(tmp_path: Path) -> dict[str, Any]:
    """What two nights leave behind in one process with a SQLite file, where nothing goes wrong."""
    alone = Fleet(tmp_path / "alone")
    sites = alone.connect(SITES, POSTS)
    service = Service.open(alone.data, threads=1)
    try:
        for change in (lambda _: None, edit):
            change(alone)
            for site in sites:
                service.refresh(site)
        return state(service.store, sites)
    finally:
        service.close()
        alone.stop()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Fleet]:
    """All processes over PostgreSQL and Redis; workers in networks of their own where these can be made."""
    fleet = Fleet(tmp_path_factory.mktemp("scale") / "fleet", postgres.address(postgres.create()))
    with ExitStack() as cleanup:
        cleanup.callback(fleet.stop)
        if not why_no_networks():
            fleet.redis_host, ways = cleanup.enter_context(networks(2))
            fleet.ways = dict(zip(WORKERS, ways, strict=True))
        fleet.connect(["first"], 1)  # no web process opens its door without a key
        fleet.start()
        yield fleet


@cache
def why_no_networks() -> str:
    if os.geteuid():
        return "Only root may make networks; run the tests as root, or in a container of your own."
    try:
        with networks(1):
            return ""
    except HarnessError as error:
        return str(error)


def kill_some(fleet: Fleet, names: Sequence[str], dice: random.Random) -> None:
    """Kill one after the other at random moments, and start each again."""
    for name in names:
        time.sleep(dice.uniform(0.2, 1.5))
        fleet.kill(name)
        time.sleep(dice.uniform(0.0, 0.5))
        fleet.revive(name)


def test_what_is_killed_at_any_moment_loses_nothing_and_doubles_nothing(fleet: Fleet, undisturbed: dict[str, Any]):
    dice = random.Random()
    sites = fleet.connect(SITES, POSTS)
    night(fleet.store, sites)
    kill_some(fleet, ["worker-0", "redis"] * KILLS, dice)
    fleet.wait_until_done(sites)
    edit(fleet)
    for site in sites:
        assert fleet.post(site, "/v1/changes", {"changes": [{"id": 1, "kind": "saved"}]}).status_code == 202
    night(fleet.store, sites)
    kill_some(fleet, ["web-0", "worker-1", "web-1"] * KILLS, dice)
    fleet.wait_until_done(sites)
    assert state(fleet.store, sites) == undisturbed


def test_workers_in_networks_of_their_own_share_the_work(fleet: Fleet):
    if why := why_no_networks():
        pytest.skip(why)
    sites = fleet.connect(["maple", "oak", "pine", "rowan"], 3)
    night(fleet.store, sites)
    at_work: set[str] = set()

    def all_done() -> bool:
        tasks = fleet.store.tasks.every(sites)
        at_work.update(task.worker.rpartition("-")[0] for task in tasks if task.worker)
        return not tasks

    until(all_done, 90)
    assert len(at_work) == 2
    assert all(fleet.store.sync_state(site).synced_at for site in sites)


@pytest.mark.parametrize("away", ["web-0", "web-1"])
def test_a_change_is_taken_up_within_seconds_whichever_web_process_is_away(fleet: Fleet, away: str):
    (site,) = fleet.connect([f"without-{away}"], 3)
    night(fleet.store, [site])
    fleet.wait_until_done([site])
    there = fleet.store.post_ids(site)
    fleet.write(f"without-{away}", 2)
    gone = [{"id": post_id, "kind": "deleted"} for post_id in there]  # two of them are not: the site itself is asked
    fleet.kill(away)
    began = time.monotonic()
    for _ in range(50):
        fleet.post(site, "/v1/changes", {"changes": gone})
    assert len(fleet.store.tasks.every([site])) <= 2  # told fifty times: one task, and one more where that has begun
    until(lambda: len(fleet.store.post_ids(site)) == 2, 30)
    took = time.monotonic() - began
    fleet.revive(away)
    fleet.wait_until_done([site])
    assert took < 20


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
