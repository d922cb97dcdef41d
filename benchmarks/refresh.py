"""How long a refresh takes in full, and after a day on which one post in a hundred changed; and whether both agree.

    python -m benchmarks.refresh [../shared/bench] [--posts 1000,10000] [--postgresql] [--without-anew]

Sites are those of `benchmarks.request` (synthetic posts, random vectors, see `benchmarks/stores.py`), embedded already,
and read from memory: what WordPress and the encoder take is left out on both sides. Of the posts that change, most are
edited, some renamed, deleted, or new. Then everything is made anew, and what is shown compared, unless `--without-anew`
spares that. Each refresh runs in a process of its own, whose peak of memory is told. As other programs may run beside
it, the share is that of processor time; with `--postgresql`, where the site is moved into a server of its own with
pgvector first, what the server takes is told beside it. A measurement that was stopped (100,000 posts take hours) goes
on where it was, and counts on; to begin anew, delete its folder. Writes benchmarks/results/refresh.json, sites on
SQLite and on PostgreSQL apart; sizes that were not asked for keep their figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random as Dice
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any, NamedTuple

from benchmarks.posts import SITE, Original, Writer, originals
from benchmarks.stores import SITE_ID, WORDS, Random, prepared
from suggester.entities import Post, Site
from suggester.store import DATABASE, Store
from suggester.tasks.progress import Silent
from suggester.tasks.service import Service
from suggester.wordpress.source import Page
from tests.real.harness.postgres import Postgres

RESULT = Path(__file__).parent / "results" / "refresh.json"
WISH = 0.05  # of the time of a full refresh
SHARE = 0.01  # of the posts
EDITED, RENAMED, DELETED = 0.6, 0.1, 0.15  # of those that change; the others are new
DONE = "done.json"  # in a site's folder: the steps of its measurement that are over; there once it is prepared
FIRST_DATABASE = "db1"  # as a test server calls it
NOTED_EVERY = 10.0  # seconds
STAGES = ("sync", "embed", "index", "check", "renew")
Shown = set[tuple[int, int, str]]  # source, target, anchor


class InMemory:
    """A site whose posts are at hand."""

    name = "rest"

    def __init__(self, posts: Sequence[Post]) -> None:
        self.here = {post.id: post for post in posts}
        self.unreadable: dict[int, str] = {}

    def site(self) -> Site:
        """Give the site."""
        return SITE

    def changed(self, since: datetime | None = None, cursor: str = "") -> Iterator[Page]:
        """Give the posts that changed."""
        wanted = [post for post in self.here.values() if since is None or (post.modified and post.modified >= since)]
        for start in range(0, len(wanted), 100):
            yield Page(tuple(wanted[start : start + 100]), str(start), len(wanted))

    def ids(self) -> set[int]:
        """Give the ids of all posts."""
        return set(self.here)

    def posts(self, post_ids: Sequence[int]) -> tuple[Post, ...]:
        """Give some posts."""
        return tuple(self.here[post_id] for post_id in post_ids if post_id in self.here)

    def locate(self, url: str) -> None:
        """Find nothing at any other address."""


def main() -> None:
    """Measure each size; write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refresh", description="Refreshing a site.")
    parser.add_argument("bench", type=Path, nargs="?", help="folder with sites/; by default the sample site is used")
    parser.add_argument("--posts", default="1000,10000", help="sizes of site, separated by commas")
    parser.add_argument("--postgresql", action="store_true", help="keep the sites in a PostgreSQL server")
    parser.add_argument("--without-anew", action="store_true", help="do not make everything anew to compare")
    parser.add_argument("--prepared", type=Path, default=Path("build/bench-request"))
    parser.add_argument("--work", type=Path, default=Path("build/bench-refresh"))
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    made_of = originals(asked.bench)
    told: dict[str, Any] = json.loads(asked.out.read_text("utf-8")) if asked.out.is_file() else {}
    told |= {"cores": len(os.sched_getaffinity(0)), "changed": SHARE}
    kind = "sites_on_postgresql" if asked.postgresql else "sites"
    sites = told.setdefault(kind, {})
    for size in asked.posts.split(","):
        prepared(asked.prepared / size, made_of, int(size))
        with _copied(asked.prepared / size, asked.work / kind / size, asked.postgresql) as place:
            sites[size] = measure(place, made_of, compared=not asked.without_anew)
        asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(as_table(sites))


class Place(NamedTuple):
    """Where a site is kept: a data folder, and where the database is no file in it, its address and its server."""

    data: Path
    database: str = ""
    server: int = 0  # process number

    def server_seconds(self) -> float:
        """Say how much processor time the database server and what it started have taken so far."""
        total = 0.0
        for each in Path("/proc").glob("[0-9]*/stat") if self.server else ():
            with suppress(OSError):
                # After the name: state, parent, ...; the times of ended children are with their parent.
                cells = each.read_text().rpartition(")")[2].split()
                if each.parent.name == str(self.server):
                    total += sum(map(int, cells[11:15]))
                elif int(cells[1]) == self.server:
                    total += sum(map(int, cells[11:13]))
        return total / os.sysconf("SC_CLK_TCK")


@contextmanager
def _copied(original: Path, data: Path, on_server: bool) -> Iterator[Place]:
    """Give a copy of a prepared site that may be changed; the one of a measurement that was stopped, where there is."""
    begun, folder = data / DONE, data.with_name(data.name + "-server")  # the server may not enter a data folder
    fresh = not begun.is_file()
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(original, data)
    if not on_server:
        place = Place(data)
        begun.touch()
        yield place
        begun.unlink()
        return
    server = Postgres(folder, settings={"shared_buffers": "256MB", "autovacuum": "on"})
    server.start()
    try:
        name = server.create() if fresh else FIRST_DATABASE
        place = Place(data, server.address(name), server.server.process.pid if server.server else 0)
        if fresh:
            _move(place)
        begun.touch()
        yield place
        begun.unlink()
    finally:
        server.stop()


def _move(place: Place) -> None:
    service = Service.open(place.data, load_encoder=Random, threads=1)
    try:
        service.move(SITE_ID, place.database)
    finally:
        service.close()


def measure(place: Place, made_of: Sequence[Original], *, compared: bool = True) -> dict[str, Any]:
    """Refresh a site in full, after a day, and in full once more."""
    whole = _once(place, "full", refreshed, place, True)
    changes = _once(place, "changes", live_a_day, place, list(made_of))
    part = _once(place, "part", refreshed, place, False)
    told = {
        "full": whole,
        "part": part,
        "changes": changes,
        "share": round(_taken(part) / _taken(whole), 4),
    }
    if compared:
        kept = _once(place, "shown", shown, place)
        _once(place, "anew", refreshed, place, True)
        told["agreement"] = agreement(*({tuple(one) for one in found} for found in (kept, shown(place))))
    return told


def _once(place: Place, step: str, do: Any, *args: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
    """Do a step of a measurement in a process of its own, unless it was done before the measurement was stopped."""
    file = place.data / DONE
    done = json.loads(file.read_text("utf-8") or "{}")
    if step not in done:
        done[step] = _in_a_process(do, *args)
        file.write_text(json.dumps(done), encoding="utf-8")
    return done[step]


class Spending(Silent):
    """Notes what a refresh has taken so far, so that the next process counts on where this one was stopped."""

    def __init__(self, place: Place, name: str) -> None:
        self._place, self._file = place, place.data / f"taken-{name}.json"
        self._before = json.loads(self._file.read_text("utf-8")) if self._file.is_file() else {}
        self._began, self._used, self._served = perf_counter(), process_time(), place.server_seconds()
        self._noted = self._began

    def advance(self, n: int = 1) -> None:
        """Note it, now and then."""
        if perf_counter() - self._noted >= NOTED_EVERY:
            self._file.write_text(json.dumps(self.taken()), encoding="utf-8")
            self._noted = perf_counter()

    def taken(self) -> dict[str, float]:
        """Give it: seconds, and megabytes at most."""
        now = {
            "seconds": perf_counter() - self._began,
            "processor_seconds": process_time() - self._used,
            "server_seconds": self._place.server_seconds() - self._served,
        }
        told = {name: round(self._before.get(name, 0.0) + spent, 1) for name, spent in now.items()}
        return told | {"memory_mb": max(self._before.get("memory_mb", 0), getrusage(RUSAGE_SELF).ru_maxrss // 1024)}

    def end(self) -> dict[str, float]:
        """Give it, and forget it."""
        self._file.unlink(missing_ok=True)
        return self.taken()


def _taken(told: dict[str, Any]) -> float:
    return float(told["processor_seconds"] + told["server_seconds"])


def refreshed(place: Place, full: bool) -> dict[str, Any]:
    """Refresh the site once, or go on where that was stopped; say what it took."""
    posts = as_it_is(place)
    service = Service.open(
        place.data,
        database=place.database,
        load_encoder=Random,
        open_source=lambda *_: InMemory(posts),  # type: ignore[arg-type]
        threads=1,  # helpers would count only once they have ended
    )
    try:
        spending = Spending(place, "full" if full else "part")
        done = service.refresh(SITE_ID, spending, full=full).kept
        assert done is not None
        told = {name: getattr(done, name) for name in ("renewed", "appeared", "died", "sampled", "differing", "whole")}
        return {
            **spending.end(),
            "stages": {stage: round(done.seconds.get(stage, 0.0), 1) for stage in STAGES},
            **told,
        }
    finally:
        service.close()


def live_a_day(place: Place, made_of: Sequence[Original]) -> dict[str, int]:
    """Change some posts of the site, as it is read from now on."""
    store = _store(place)
    posts = {post.id: post for post in store.posts(SITE_ID)}
    store.close()
    dice, now = Dice(1), datetime.now(UTC)
    chosen = dice.sample(sorted(posts), max(4, round(SHARE * len(posts))))
    ends = [round(share * len(chosen)) for share in (EDITED, EDITED + RENAMED, EDITED + RENAMED + DELETED)]
    fresh = iter(list(Writer(made_of, seed=2).posts(len(chosen), WORDS)))
    for post_id in chosen[: ends[0]]:
        text = next(fresh).content.split("\n\n")[0]
        posts[post_id] = replace(posts[post_id], content=f"{posts[post_id].content}\n\n{text}", modified=now)
    for post_id in chosen[ends[0] : ends[1]]:
        was, other = posts[post_id], next(fresh)
        posts[post_id] = replace(was, title=other.title, url=f"{was.url}renamed/", slug=f"{was.slug}-2", modified=now)
    for post_id in chosen[ends[1] : ends[2]]:
        del posts[post_id]
    last = max(posts)
    for number, post in enumerate(list(fresh)[: len(chosen) - ends[2]], last + 1):
        url = f"{SITE.url}/post-{number}/"
        posts[number] = replace(post, id=number, url=url, slug=f"post-{number}", published=now, modified=now)
    kept = Store.open(place.data / "site" / DATABASE)
    kept.add_site(SITE.url, SITE.url)
    kept.put_posts(SITE_ID, list(posts.values()))
    kept.close()
    return {"edited": ends[0], "renamed": ends[1] - ends[0], "deleted": ends[2] - ends[1], "new": len(chosen) - ends[2]}


def as_it_is(place: Place) -> list[Post]:
    """Give the posts of the site as WordPress has them."""
    folder = place.data / "site"
    store = Store.open(folder / DATABASE) if folder.exists() else _store(place)
    try:
        return list(store.posts(SITE_ID))
    finally:
        store.close()


def shown(place: Place) -> list[tuple[int, int, str]]:
    """Give all that is shown, as stored."""
    store = _store(place)
    try:
        sources = sorted(store.post_ids(SITE_ID))
        items = [one for found in store.some_suggestions(SITE_ID, sources).values() for one in found if one.shown]
        return [(one.source_id, one.target_id, one.anchor.text if one.anchor else "") for one in items]
    finally:
        store.close()


def agreement(kept: Shown, anew: Shown) -> dict[str, Any]:
    """Say how much of what is shown is the same."""
    both = kept & anew
    return {
        "kept": len(kept),
        "anew": len(anew),
        "both": len(both),
        "share": round(2 * len(both) / max(1, len(kept) + len(anew)), 4),
    }


def _store(place: Place) -> Store:
    return Store.open(place.database or place.data / DATABASE, place.data)


def _in_a_process(do: Any, *args: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(do, *args).result()


def as_table(sites: dict[str, Any]) -> str:
    """Show the figures."""
    lines = [
        "| posts | refresh | processor s | server s | share | wish | "
        + " | ".join(STAGES)
        + " | renewed | memory MB | same shown |"
    ]
    lines.append("|---" * (9 + len(STAGES)) + "|")
    for size, told in sorted(sites.items(), key=lambda one: int(one[0])):
        same_shown = f"{told['agreement']['share']:.1%}" if "agreement" in told else ""
        for kind, share, wish, same in (
            ("full", "", "", ""),
            ("part", f"{told['share']:.1%}", f"{WISH:.0%}", same_shown),
        ):
            row = told[kind]
            cells = [f"{int(size):,}", kind, row["processor_seconds"], row.get("server_seconds", 0.0), share, wish]
            cells += [row["stages"][stage] for stage in STAGES]
            cells += [f"{row['renewed']:,}", row["memory_mb"], same]
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
