"""Give every text of a site its vector; what was embedded once is never embedded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from suggester.encoding.protocol import Encoder, Vectors
from suggester.encoding.quantise import from_int8, to_int8
from suggester.engine.reading import Reading
from suggester.store import Store, text_hash
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import read_posts

WINDOW = 4096  # texts looked up and sorted by length together: bounds the memory
BATCH = 256  # texts encoded together and kept in one transaction

Known = dict[bytes, Vectors]


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What an embedding pass did."""

    texts: int
    embedded: int
    reused: int
    seconds: float  # spent on encoding and keeping vectors, without the reading of posts


@dataclass
class Tally:
    """Counts while an embedding pass goes on."""

    texts: int = 0
    embedded: int = 0
    seconds: float = 0.0

    @property
    def report(self) -> EmbedReport:
        """The counts so far."""
        return EmbedReport(self.texts, self.embedded, self.texts - self.embedded, self.seconds)


def embed(store: Store, site_id: int, encoder: Encoder, progress: Progress = SILENT) -> EmbedReport:
    """Embed the texts of a site that have no vector yet; what is done when it stops need not be done again."""
    tally = Tally()
    for _ in embedded(store, site_id, encoder, progress, tally):
        pass
    return tally.report


def embedded(
    store: Store,
    site_id: int,
    encoder: Encoder,
    progress: Progress = SILENT,
    tally: Tally | None = None,
    post_ids: Sequence[int] | None = None,
) -> Iterator[Reading]:
    """Read the posts of a site, all or those named, and give each with its vectors, of which unknown ones are made."""
    tally = tally or Tally()
    progress.start("embed", len(store.post_ids(site_id) if post_ids is None else post_ids))
    try:
        for window in windows(read_posts(store, site_id, post_ids)):
            began = monotonic()
            known = _vectors(store, encoder, window, progress, tally)
            whole = [with_vectors(reading, known) for reading in window]
            store.mark_embedded(site_id, encoder.id, (reading.post for reading in window), post_vectors(whole))
            tally.seconds += monotonic() - began
            yield from whole
    finally:
        progress.finish()


def windows(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Cut a stream of readings into runs of about `WINDOW` texts."""
    window: list[Reading] = []
    size = 0
    for reading in readings:
        window.append(reading)
        size += len(reading.texts)
        if size >= WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window


def post_vectors(readings: Iterable[Reading]) -> dict[int, Vectors]:
    """Give each post one vector, the mean of those of its body's passages; posts without vectors are left out."""
    told = ((reading.post.id, reading.vectors) for reading in readings)
    return {
        post_id: vectors[1:].mean(0) if len(vectors) > 1 else vectors[0]
        for post_id, vectors in told
        if vectors is not None and len(vectors)
    }


def with_vectors(reading: Reading, known: Known) -> Reading:
    """Give a reading its vectors, where all of them are known."""
    hashes = [text_hash(text) for text in reading.texts]
    if not hashes or not known.keys() >= set(hashes):
        return reading
    return replace(reading, vectors=np.stack([known[each] for each in hashes]))


def _vectors(store: Store, encoder: Encoder, window: Sequence[Reading], progress: Progress, tally: Tally) -> Known:
    texts = {text_hash(text): text for reading in window for text in reading.texts}
    known = store.embeddings(encoder.id, texts)
    unknown = sorted((each for each in texts if each not in known), key=lambda each: len(texts[each]))
    shown = 0
    for first in range(0, len(unknown), BATCH):
        batch = unknown[first : first + BATCH]
        known.update(_encode(store, encoder, {each: texts[each] for each in batch}))
        tally.embedded += len(batch)
        due = len(window) * (first + len(batch)) // len(unknown)
        progress.advance(due - shown)
        shown = due
    progress.advance(len(window) - shown)
    tally.texts += len(texts)
    return known


def _encode(store: Store, encoder: Encoder, texts: dict[bytes, str]) -> Known:
    vectors = encoder.encode(list(texts.values()))
    store.put_embeddings(encoder.id, zip(texts, vectors, strict=True))
    return dict(zip(texts, from_int8(to_int8(vectors)), strict=True))
