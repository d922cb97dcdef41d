"""Make suggestions anew, and keep them: some sources at a time, so that a stop loses little."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from suggester.engine.index import FORMAT, Index
from suggester.engine.ranker import Ranker
from suggester.entities import PUBLISHED, Body, Event, Rule, Settings, Suggestion, Suggestions
from suggester.store import Made, Store
from suggester.store.posts import chunks, content_hash
from suggester.tasks.helpers import AT_ONCE, Helpers, Opened
from suggester.tasks.noticed import Noticing
from suggester.tasks.progress import Progress
from suggester.tasks.suggesting import Asked, suggested
from suggester.tasks.touched import Touched

KEPT = 8  # suggestions of each source: as many as the editor is shown
IN_ONE_GO = 64  # sources kept in one transaction
MADE = 1  # counted up where suggestions come out otherwise for another reason than the index's format


@dataclass(frozen=True, slots=True)
class Means:
    """What suggestions are made with."""

    opened: Opened
    asked: Asked
    common: str  # names all of it, and whatever else the suggestions of every source depend on

    def made_by(self, source_id: int, hashed: bytes) -> str:
        """Name all that the suggestions of a source are made by: its text, the site's means, and its verdicts."""
        said = ",".join(map(str, sorted(self.dismissed(source_id))))
        return f"{hashed.hex()} {self.common} {said}"

    def dismissed(self, source_id: int) -> Collection[int]:
        """Give the targets that were dismissed for a source."""
        return self.asked.dismissed.get(source_id, ())


def name_of(settings: Settings, rules: Sequence[Rule], ranker: Ranker, index: Index) -> str:
    """Name what the suggestions of all sources of a site depend on."""
    told = [asdict(settings)[name] for name in SUGGESTED_BY]
    parts = (told, [asdict(rule) for rule in rules], ranker.id, index.encoder_id, FORMAT, MADE, KEPT)
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


SUGGESTED_BY = (
    "post_types", "excluded_posts", "excluded_terms", "excluded_words", "links_per_1000", "least_score",
)  # fmt: skip


Due = Mapping[int, Collection[int]]  # source -> posts, one of which is to be among its suggestions; none stands for any


@dataclass(frozen=True, slots=True)
class Fresh:
    """What came of a source."""

    source_id: int
    found: Suggestions | None  # None: none of the posts named is among them
    body: Body | None = None  # None: readers do not see the source
    hash: bytes = b""  # of its text


def fresh_of(opened: Opened, asked: Asked, due: Due) -> list[Fresh]:
    """Make the suggestions of some sources anew."""
    posts = {post.id: post for post in opened.posts(due)}
    seen = [posts[source] for source in due if source in posts and posts[source].status == PUBLISHED]
    hidden = due.keys() - {post.id for post in seen}
    drafts = opened.drafts(seen)
    only_for = [_rows(due[post.id], opened.ready.index) if due[post.id] else None for post in seen]
    found = zip(drafts, suggested(opened, asked, drafts, only_for), strict=True)
    return [
        *(Fresh(source, Suggestions(source, ())) for source in sorted(hidden)),
        *(Fresh(each.post.id, made, each.body, content_hash(each.post)) for each, made in found),
    ]


@dataclass(slots=True)
class _Window:
    """What came of some sources, to be kept together."""

    made: list[Made]
    as_before: list[int]
    appeared: int = 0
    died: int = 0
    sampled: int = 0
    differing: int = 0


class Renewal:
    """Makes the suggestions of a site's sources anew."""

    def __init__(
        self, store: Store, site_id: int, refresh_id: int, means: Means, touched: Touched, noticing: Noticing
    ) -> None:
        self._store, self._site_id, self._refresh_id = store, site_id, refresh_id
        self._means, self._touched, self._noticing = means, touched, noticing

    def renew(self, due: Due, progress: Progress) -> None:
        """Make the suggestions of these sources anew, and keep them with what is to be told of them.

        Where posts are named for a source, it is only if one of them would be among its suggestions. Posts that changed
        go first, as somebody may be at work on them; what an earlier refresh left to do comes last.
        """
        if not due:
            return
        changed = self._noticing.compared.changed & due.keys()
        touched = (self._touched.surely | self._touched.perhaps.keys()) & due.keys() - changed
        groups = (changed, touched, due.keys() - changed - touched)
        windows = [list(chunks(some, AT_ONCE)) for group in groups for some in chunks(sorted(group), IN_ONE_GO)]
        wanted = [{source: due[source] for source in some} for window in windows for some in window]
        progress.start("renew", len(due))
        try:
            with Helpers.at(self._means.opened, self._means.asked, fresh_of) as helpers:
                made = helpers.each(wanted)
                for window in windows:
                    self._keep([one for _ in window for one in next(made)])
                    progress.advance(sum(map(len, window)))
        finally:
            progress.finish()

    def _keep(self, fresh: Sequence[Fresh]) -> None:
        window = _Window([], [])
        before = self._store.some_suggestions(self._site_id, [one.source_id for one in fresh])
        for one in fresh:
            self._take_in(window, one, before.get(one.source_id, ()))
        self._store.save_made(
            self._site_id,
            self._refresh_id,
            window.made,
            datetime.now(UTC),
            window.as_before,
            renewed=len(window.made),
            appeared=window.appeared,
            died=window.died,
            sampled=window.sampled,
            differing=window.differing,
        )

    def _take_in(self, window: _Window, one: Fresh, before: Sequence[Suggestion]) -> None:
        source, found = one.source_id, one.found
        if found is None:
            window.as_before.append(source)
            return
        appeared, died = self._noticing.of_made(before, found, one.body, self._means.dismissed(source))
        events: tuple[Event, ...] = () if self._noticing.quiet else (*appeared, *died)
        by = self._means.made_by(source, one.hash) if one.body is not None else ""
        window.made.append(Made(found, by, events))
        window.appeared += len(appeared)
        window.died += len(died)
        if source in self._touched.turns:
            window.sampled += 1
            window.differing += _shown(before) != _shown(found.items)


def _rows(post_ids: Collection[int], index: Index) -> set[int]:
    return {row for post_id in post_ids if (row := index.row(post_id)) is not None}


def _shown(items: Sequence[Suggestion]) -> set[tuple[int, str]]:
    return {(one.target_id, one.anchor.text if one.anchor else "") for one in items if one.shown}
