"""Make suggestions anew, and keep them: some sources at a time, so that a stop loses little."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from suggester.engine.index import FORMAT, Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Encode
from suggester.engine.suggest import dismissed_for, suggest_each
from suggester.entities import PUBLISHED, Body, Event, Post, Rule, Settings, Suggestion, Suggestions, Verdict
from suggester.store import Made, Store
from suggester.store.posts import chunks, content_hash
from suggester.tasks.indexes import Ready
from suggester.tasks.noticed import Noticing
from suggester.tasks.progress import Progress
from suggester.tasks.readings import draft_of
from suggester.tasks.touched import Touched

KEPT = 8  # suggestions of each source: as many as the editor is shown
AT_ONCE = 16  # sources compared with all posts in one go
IN_ONE_GO = 64  # sources kept in one transaction
MADE = 1  # counted up where suggestions come out otherwise for another reason than the index's format


@dataclass(frozen=True, slots=True)
class Means:
    """What suggestions are made with."""

    ready: Ready
    encode: Encode | None
    policy: Policy
    ranker: Ranker
    common: str  # names all of it, and whatever else the suggestions of every source depend on
    dismissed: Mapping[int, Collection[int]]  # source -> targets

    def made_by(self, source_id: int, hashed: bytes) -> str:
        """Name all that the suggestions of a source are made by: its text, the site's means, and its verdicts."""
        said = ",".join(map(str, sorted(self.dismissed.get(source_id, ()))))
        return f"{hashed.hex()} {self.common} {said}"


def name_of(settings: Settings, rules: Sequence[Rule], ranker: Ranker, index: Index) -> str:
    """Name what the suggestions of all sources of a site depend on."""
    told = [asdict(settings)[name] for name in SUGGESTED_BY]
    parts = (told, [asdict(rule) for rule in rules], ranker.id, index.encoder_id, FORMAT, MADE, KEPT)
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


SUGGESTED_BY = (
    "post_types", "excluded_posts", "excluded_terms", "excluded_words", "links_per_1000", "least_score",
)  # fmt: skip


def dismissed_by(said: Sequence[Verdict]) -> dict[int, set[int]]:
    """Give the targets that were dismissed for each source."""
    return {source: dismissed_for(source, said) for source in {each.source_id for each in said}}


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

    def renew(self, due: Mapping[int, Collection[int]], progress: Progress) -> None:
        """Make the suggestions of these sources anew, and keep them with what is to be told of them.

        Where posts are named for a source, it is only if one of them would be among its suggestions. Posts that changed
        go first, as somebody may be at work on them; what an earlier refresh left to do comes last.
        """
        if not due:
            return
        changed = self._noticing.compared.changed & due.keys()
        touched = (self._touched.surely | self._touched.perhaps.keys()) & due.keys() - changed
        progress.start("renew", len(due))
        try:
            for sources in (changed, touched, due.keys() - changed - touched):
                for some in chunks(sorted(sources), IN_ONE_GO):
                    self._renew({source: due[source] for source in some})
                    progress.advance(len(some))
        finally:
            progress.finish()

    def _renew(self, due: Mapping[int, Collection[int]]) -> None:
        window = _Window([], [])
        before = self._store.some_suggestions(self._site_id, due)
        for ids in chunks(due, AT_ONCE):
            posts = {post.id: post for post in self._store.some_posts(self._site_id, ids)}
            hidden = [source for source in ids if source not in posts or posts[source].status != PUBLISHED]
            for source in hidden:
                self._take_in(window, Made(Suggestions(source, ()), ""), before.get(source, []), None)
            open_to_links = [posts[source] for source in ids if source not in hidden]
            self._suggest(window, open_to_links, [due[post.id] for post in open_to_links], before)
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

    def _suggest(
        self,
        window: _Window,
        posts: Sequence[Post],
        perhaps: Sequence[Collection[int]],
        before: Mapping[int, Sequence[Suggestion]],
    ) -> None:
        means, index = self._means, self._means.ready.index
        drafts = [draft_of(post, means.ready.resolver, index.site.lang) for post in posts]
        dismissed = [means.dismissed.get(post.id, ()) for post in posts]
        only_for = [_rows(targets, index) if targets else None for targets in perhaps]
        found = suggest_each(drafts, index, means.encode, means.policy, dismissed, KEPT, means.ranker, only_for)
        for draft, suggestions in zip(drafts, found, strict=True):
            if suggestions is None:
                window.as_before.append(draft.post.id)
                continue
            made = Made(suggestions, means.made_by(draft.post.id, content_hash(draft.post)))
            self._take_in(window, made, before.get(draft.post.id, ()), draft.body)

    def _take_in(self, window: _Window, made: Made, before: Sequence[Suggestion], body: Body | None) -> None:
        source = made.found.source_id
        appeared, died = self._noticing.of_made(before, made.found, body, self._means.dismissed.get(source, ()))
        events: tuple[Event, ...] = () if self._noticing.quiet else (*appeared, *died)
        window.made.append(replace(made, events=events))
        window.appeared += len(appeared)
        window.died += len(died)
        if source in self._touched.turns:
            window.sampled += 1
            window.differing += _shown(before) != _shown(made.found.items)


def _rows(post_ids: Collection[int], index: Index) -> set[int]:
    return {row for post_id in post_ids if (row := index.row(post_id)) is not None}


def _shown(items: Sequence[Suggestion]) -> set[tuple[int, str]]:
    return {(one.target_id, one.anchor.text if one.anchor else "") for one in items if one.shown}
