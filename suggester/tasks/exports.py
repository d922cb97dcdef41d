"""Tables for other tools, made of what is known of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from suggester.content.sheets import Cell
from suggester.engine.index import Card, Index
from suggester.entities import PUBLISHED, Body, Post, PostNumbers, Suggestion
from suggester.errors import RequestError
from suggester.imports.written import COLUMNS, LinkRow, link_row, link_score
from suggester.store import Store, path_of
from suggester.store.posts import chunks
from suggester.tasks.equity import Weighed
from suggester.tasks.imports import best_numbers
from suggester.tasks.indexes import Indexes
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import read_body

AT_ONCE = 200  # sources
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Exported:
    """A table; its rows are made while they are gone through."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


class ExportVerbs:
    """The verb about exports, as the service has it."""

    store: Store
    _indexes: Indexes
    orphans: Callable[[int], list[Card]]
    equity: Callable[[int], Weighed]

    def export(self, site_id: int, what: str, progress: Progress = SILENT) -> Exported:
        """Make a table for other tools: "inlinks", "internal", "orphans" or "suggestions"; see `imports.written`."""
        makers: Mapping[str, Callable[[int, Progress], Iterable[Row]]] = {
            "inlinks": self._inlinks,
            "internal": self._internal,
            "orphans": self._orphans,
            "suggestions": self._suggestions,
        }
        if what not in makers:
            raise RequestError(f"There is no export {what!r}; there are {', '.join(makers)}.")
        self._indexes.ready(site_id)  # what cannot be exported says so before the first row
        return Exported(COLUMNS[what], iter(makers[what](site_id, progress)))

    def _bodies(self, site_id: int, progress: Progress) -> Iterator[tuple[Post, Body]]:
        resolver = self._indexes.ready(site_id).resolver
        progress.start("read", len(self.store.post_ids(site_id)))
        try:
            for post in self.store.posts(site_id):
                if post.status == PUBLISHED:
                    yield post, read_body(post, resolver)
                progress.advance()
        finally:
            progress.finish()

    def _inlinks(self, site_id: int, progress: Progress) -> Iterator[Row]:
        resolver, heads = self._indexes.ready(site_id).resolver, self.store.heads(site_id)
        urls = {each.id: each.url for each in self.store.urls(site_id)}
        dead = self.store.dead_addresses(site_id)
        for post, body in self._bodies(site_id, progress):
            for link in body.links:
                if not resolver.is_internal(link.href, post.url):
                    continue
                whole = resolver.address(link.href, post.url)
                seen = link.target is not None and link.target in heads and heads[link.target].status == PUBLISHED
                status = 200 if seen else 404 if path_of(whole) in dead else None
                leads = urls.get(link.target or 0, "") if seen else ""
                yield link_row(LinkRow(post.url, link.href, leads or whole, link.anchor, link.rel, status))

    def _internal(self, site_id: int, progress: Progress) -> Iterator[Row]:
        resolver, shown = self._indexes.ready(site_id).resolver, best_numbers(self.store.imported_posts(site_id))
        weighed = self.equity(site_id)
        index, ranks = weighed.index, weighed.equity.ranks.tolist()
        strongest = max(ranks, default=0.0)
        inbound = _counted(index)
        for post, body in self._bodies(site_id, progress):
            row = index.row(post.id)
            if row is None:
                continue
            card = index.card_at(row)
            external = sum(resolver.is_external(link.href, post.url) for link in body.links)
            inside = sum(resolver.is_internal(link.href, post.url) for link in body.links)
            hidden = "noindex" if post.noindex else "Password Protected" if post.protected else ""
            yield [
                post.url, "text/html; charset=UTF-8", 200, "OK", "Non-Indexable" if hidden else "Indexable", hidden,
                card.title, len(card.title), card.words, None, link_score(ranks[row], strongest), inbound[row],
                card.inbound, inside, card.outbound, external, card.lang,
                post.modified.isoformat() if post.modified else None, *_searches(shown.get(post.id)),
            ]  # fmt: skip

    def _orphans(self, site_id: int, _: Progress) -> Iterator[Row]:
        shown = best_numbers(self.store.imported_posts(site_id))
        for card in self.orphans(site_id):
            clicks, seen, _rate, position = _searches(shown.get(card.id))
            source = "WordPress, Search Console" if seen else "WordPress"
            yield [card.url, source, card.title, card.words, 0, clicks, seen, position]

    def _suggestions(self, site_id: int, progress: Progress) -> Iterator[Row]:
        index = self._indexes.ready(site_id).index
        ids = index.posts.ids.tolist()
        progress.start("read", len(ids))
        for some in chunks(ids, AT_ONCE):
            for items in self.store.some_suggestions(site_id, some).values():
                yield from (_suggestion(index, item) for item in items)
            progress.advance(len(some))
        progress.finish()


def _suggestion(index: Index, item: Suggestion) -> Row:
    source, target = index.card(item.source_id), index.card(item.target_id)
    words = item.anchor.text if item.anchor else item.new_text.anchor if item.new_text else ""
    sentence = item.new_text.sentence if item.new_text and not item.anchor else item.sentence
    return [
        source.url if source else "", target.url if target else "", words, sentence,
        "Link" if item.anchor else "New text", round(item.score, 4), "true" if item.shown else "false",
        " · ".join(reason.text for reason in item.reasons),
    ]  # fmt: skip


def _counted(index: Index) -> list[int]:
    """Count the links to each post, however often one post links to it."""
    return [int(count) for count in np.asarray(index.links.sum(axis=0)).ravel()]


def _searches(numbers: PostNumbers | None) -> tuple[Cell, Cell, Cell, Cell]:
    if numbers is None or numbers.impressions is None:
        return None, None, None, None
    clicks = numbers.clicks or 0.0
    rate = round(clicks / numbers.impressions, 4) if numbers.impressions else 0.0
    return round(clicks), round(numbers.impressions), rate, numbers.position
