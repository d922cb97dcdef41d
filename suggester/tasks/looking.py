"""Looking at many sources for the sake of many targets: here, or in processes of their own where it is much."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from suggester.encoding.protocol import Encoder
from suggester.engine.analysis import analyse_each
from suggester.engine.candidates import ALREADY_LINKED, find_each
from suggester.engine.features import Rows
from suggester.engine.offers import Offers, offers
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Encode
from suggester.engine.suggest import dismissed_for
from suggester.entities import PUBLISHED, Post, Verdict
from suggester.store import Store
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.readings import draft_of
from suggester.tasks.rules import RuleBooks
from suggester.tasks.vectors import Vectoriser

AT_ONCE = 16  # sources compared with all posts in one go
WORTH_PROCESSES = 600  # sources; to start processes, each with an index of its own, takes some seconds
MOST_PROCESSES = 4

LoadEncoder = Callable[[], Encoder]  # can be sent to another process, too
Chunk = Sequence[int]  # ids of posts


@dataclass(frozen=True, slots=True)
class Errand:
    """What a look at sources is for; everything in it can be sent to another process."""

    database: str = field(repr=False)  # its address, which may hold a password
    folder: Path
    site_id: int
    wanting: Rows  # rows of the targets
    ranker: Ranker
    least_score: float | None
    linked: Mapping[int, frozenset[int]]  # target -> sources whose link to it was accepted since the last sync


class Looker:
    """Looks at sources one after the other."""

    def __init__(self, errand: Errand, store: Store, ready: Ready, encode: Encode | None, policy: Policy) -> None:
        self._errand, self._store, self._ready, self._encode = errand, store, ready, encode
        least = policy.least_offered if errand.least_score is None else errand.least_score
        self._policy = replace(policy, written_today=True, least_offered=least)
        self._said: dict[int, list[Verdict]] = defaultdict(list)
        for said in store.verdicts(errand.site_id):
            self._said[said.source_id].append(said)

    def look(self, post_ids: Chunk) -> list[Offers]:
        """Say what each of some posts offers; those that may be no sources are left out."""
        index, errand = self._ready.index, self._errand
        posts = [post for post in self._store.some_posts(errand.site_id, post_ids) if self._may_be_source(post)]
        drafts = [draft_of(post, self._ready.resolver, index.site.lang) for post in posts]
        texts = list(analyse_each(drafts, index, self._encode, self._policy.rules))
        silenced = [dismissed_for(post.id, self._said.get(post.id, ())) for post in posts]
        found = find_each(texts, index, self._policy, silenced, errand.ranker.weights)
        return [
            self._unlinked(
                offers(text, candidates, errand.wanting, index, self._encode, self._policy, errand.ranker),
                text.draft.post.id,
            )
            for text, candidates in zip(texts, found, strict=True)
        ]

    def _may_be_source(self, post: Post) -> bool:
        ruled_out = post.id in self._policy.rules.never_sources
        return post.status == PUBLISHED and not ruled_out and not self._policy.excludes(post)

    def _unlinked(self, offered: Offers, source_id: int) -> Offers:
        """Take out what was linked in the editor since the last sync."""
        ids = self._ready.index.posts.ids
        gone = {one.row for one in offered.items if source_id in self._errand.linked.get(int(ids[one.row]), ())}
        if not gone:
            return offered
        left = tuple(one for one in offered.items if one.row not in gone)
        declined = offered.declined | dict.fromkeys(gone, ALREADY_LINKED)
        return replace(offered, items=left, declined=declined, room=max(0, offered.room - len(gone)))


class Looking:
    """A looker, and helpers in processes of their own once there is much to look at."""

    def __init__(self, looker: Looker, errand: Errand, load_encoder: LoadEncoder | None, processes: int | None) -> None:
        self._looker, self._errand, self._load = looker, errand, load_encoder
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._processes = min(cores, MOST_PROCESSES) if processes is None else processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def look(self, post_ids: Sequence[int]) -> Iterator[tuple[int, list[Offers]]]:
        """Say what these posts offer, some at a time, in their order, and how many were looked at."""
        chunks = [post_ids[start : start + AT_ONCE] for start in range(0, len(post_ids), AT_ONCE)]
        if self._pool is None and len(post_ids) >= WORTH_PROCESSES and self._processes > 1:
            context = get_context("spawn")  # a copy of a process with threads may hang
            self._pool = ProcessPoolExecutor(self._processes, context, _begin, (self._errand, self._load))
        found = self._pool.map(_look, chunks) if self._pool else map(self._looker.look, chunks)
        return zip(map(len, chunks), found, strict=True)


_helper: Looker | None = None  # of a process that helps


def _begin(errand: Errand, load_encoder: LoadEncoder | None) -> None:
    """Set up a process that helps: with a store and an index of its own, and one thread."""
    global _helper
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked is told, and stops the helpers
    threadpool_limits(1)
    store = Store.open(errand.database, errand.folder)
    ready = Indexes(store).ready(errand.site_id)
    encoder = load_encoder() if load_encoder else None
    encode = Vectoriser(encoder, store).encode if encoder else None
    policy = Policy.of(store.settings(errand.site_id), RuleBooks(store).of(errand.site_id))
    _helper = Looker(errand, store, ready, encode, policy)


def _look(chunk: Chunk) -> list[Offers]:
    assert _helper is not None
    return _helper.look(chunk)
