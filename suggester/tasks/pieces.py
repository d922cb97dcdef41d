"""Bring the index of a site up to date: only posts that changed are read, and embedded, again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from suggester.content.links import Resolver
from suggester.encoding.protocol import Encoder
from suggester.engine.build import assemble
from suggester.engine.index import Index
from suggester.engine.pieces import Gatherer, Pieces, is_sampled
from suggester.errors import ModelOutdated
from suggester.store import Store, put_text
from suggester.store.posts import Head
from suggester.tasks.embed import Tally, embedded
from suggester.tasks.index import made_of, stored
from suggester.tasks.progress import Progress
from suggester.tasks.readings import remembering, resolver_for


@dataclass(frozen=True, slots=True)
class Kept:
    """An index that was brought up to date, and what it was put together from."""

    index: Index
    pieces: Pieces
    read: int  # posts that were read for it
    resolver: Resolver  # by which its links were followed


def bring_up_to_date(
    store: Store, site_id: int, encoder: Encoder | None, progress: Progress, tally: Tally, *, anew: bool = False
) -> Kept:
    """Build the index of a site from what is kept of its posts and from those that changed, and keep both.

    It is the index that all posts read anew would give; `anew` reads them. A stop at any moment costs time only.
    """
    encoder_id = encoder.id if encoder else ""
    key, heads = made_of(store, site_id, encoder_id), store.heads(site_id)  # before the posts are read
    before = None if anew else _kept(store, site_id, encoder_id)
    wanted = _to_read(before, heads)
    if encoder:
        readings = embedded(store, site_id, encoder, progress, tally, wanted)
    else:
        readings = stored(store, site_id, "", progress, wanted)
    sampled = _sampled(heads)
    gatherer = Gatherer()
    for reading in readings:
        if head := heads.get(reading.post.id):
            gatherer.add(reading, head.hash, sampled[reading.post.id])
    pieces = _joined(before, gatherer, heads)
    resolver = resolver_for(store, site_id)
    index = assemble(store.site(site_id).entity, pieces, encoder_id, remembering(resolver.resolve))
    _keep(store, site_id, index, pieces, key)
    return Kept(index, pieces, len(gatherer.ids), resolver)


def kept_pieces(store: Store, site_id: int, index: Index) -> Pieces | None:
    """Give what an index was put together from; None where that is not known any more."""
    note, file = store.shelf.find(site_id, "made-of"), store.shelf.find(site_id, "pieces")
    if note is None or file is None:
        return None
    try:
        pieces = Pieces.load(file.path, note.path.read_text("utf-8"), index.heads, index.means)
    except ModelOutdated:
        return None
    return pieces if np.array_equal(pieces.ids, index.posts.ids) else None


def _kept(store: Store, site_id: int, encoder_id: str) -> Pieces | None:
    file = store.shelf.find(site_id, "index")
    try:
        index = Index.load(file.path) if file else None
    except ModelOutdated:
        return None
    if index is None or index.encoder_id != encoder_id or index.site.lang != store.site(site_id).lang:
        return None
    return kept_pieces(store, site_id, index)


def _sampled(heads: Mapping[int, Head]) -> dict[int, bool]:
    return {post_id: is_sampled(row, post_id) for row, post_id in enumerate(heads)}


def _to_read(before: Pieces | None, heads: Mapping[int, Head]) -> list[int] | None:
    """Give the posts of which no piece is kept as they are now; None for all."""
    if before is None:
        return None
    known = {
        post_id: (hashed, sampled)
        for post_id, hashed, sampled in zip(
            before.ids.tolist(), map(bytes, before.hashes), before.sampled.tolist(), strict=True
        )
    }
    wanted = _sampled(heads)
    return [
        post_id
        for post_id, head in heads.items()
        if post_id not in known or known[post_id][0] != head.hash or wanted[post_id] > known[post_id][1]
    ]


def _joined(before: Pieces | None, gatherer: Gatherer, heads: Mapping[int, Head]) -> Pieces:
    fresh = gatherer.pieces()
    if before is None:
        return fresh
    kept = np.isin(before.ids, np.fromiter(heads, np.int64, len(heads))) & ~np.isin(before.ids, fresh.ids)
    return _only_sampled(before.take(np.flatnonzero(kept)).joined(fresh), _sampled(heads))


def _only_sampled(pieces: Pieces, wanted: Mapping[int, bool]) -> Pieces:
    """Leave out of the sample what is not in it any more."""
    return pieces.sampled_only(np.array([wanted.get(post_id, False) for post_id in pieces.ids.tolist()], bool))


def _keep(store: Store, site_id: int, index: Index, pieces: Pieces, key: str) -> None:
    store.shelf.remove(site_id, "made-of")  # until both are there neither is taken for the other's
    with store.shelf.put(site_id, "index") as path:
        index.save(path)
    with store.shelf.put(site_id, "pieces") as path:
        pieces.save(path, key)
    put_text(store.shelf, site_id, "made-of", key)
