"""Build a site's index from the store, and keep it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from suggester.engine.build import build
from suggester.engine.index import FORMAT, Index
from suggester.engine.reading import Reading
from suggester.store import Store, put_text, text_hash
from suggester.tasks.embed import windows, with_vectors
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import read_posts


def renew_index(
    store: Store,
    site_id: int,
    encoder_id: str,
    progress: Progress = SILENT,
    readings: Iterable[Reading] | None = None,
) -> Index:
    """Build the index of a site and keep it; `readings` are its posts where they have been read already.

    An encoder id of "" builds it on words alone.
    """
    key = made_of(store, site_id, encoder_id)  # before the posts are read: what changes meanwhile is not in it
    index = build(store.site(site_id).entity, readings or stored(store, site_id, encoder_id, progress), encoder_id)
    with store.shelf.put(site_id, "index") as path:
        index.save(path)
    put_text(store.shelf, site_id, "made-of", key)
    return index


def is_current(store: Store, site_id: int, encoder_id: str) -> bool:
    """Whether the index that is kept was made of what the store holds now."""
    note = store.shelf.find(site_id, "made-of")
    return note is not None and note.path.read_text("utf-8") == made_of(store, site_id, encoder_id)


def made_of(store: Store, site_id: int, encoder_id: str) -> str:
    """Name all that an index is made of."""
    return f"{store.fingerprint(site_id).hex()} {store.site(site_id).entity} {encoder_id} {FORMAT}"


def stored(
    store: Store,
    site_id: int,
    encoder_id: str,
    progress: Progress = SILENT,
    post_ids: Sequence[int] | None = None,
) -> Iterator[Reading]:
    """Read the posts of a site, all or those named, with the vectors that are in the store."""
    progress.start("index", len(store.post_ids(site_id) if post_ids is None else post_ids))
    try:
        for window in windows(read_posts(store, site_id, post_ids)):
            hashes = {text_hash(text) for reading in window for text in reading.texts}
            known = store.embeddings(encoder_id, hashes) if encoder_id else {}
            yield from (with_vectors(reading, known) for reading in window)
            progress.advance(len(window))
    finally:
        progress.finish()
