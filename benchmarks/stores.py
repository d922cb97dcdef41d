"""Data folders filled with synthetic posts for the measurements of the service, kept from one run to the next.

Embedding 100,000 posts takes hours of processor time and changes nothing in how long a request takes. So the stored
texts get random vectors of length one, written under the bundled encoder's id. The texts of requests are encoded by
the real encoder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.posts import SITE, Original, Writer
from suggester import encoding
from suggester.encoding.protocol import Vectors
from suggester.entities import Post
from suggester.store import DATABASE, Store
from suggester.tasks.embed import Tally, embedded
from suggester.tasks.index import is_current, renew_index

WORDS = 500
AT_ONCE = 500
SITE_ID = 1  # of the only one there is
CARD = "prepared.json"


class Random:
    """Gives each text a random direction, the same one each time."""

    def __init__(self) -> None:
        real = encoding.load()
        self.id, self.dimension = real.id, real.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors that mean nothing."""
        seeds = (
            int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()) for text in texts
        )
        rows = [np.random.default_rng(seed).standard_normal(self.dimension, np.float32) for seed in seeds]
        vectors = np.stack(rows)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def prepared(folder: Path, made_of: Sequence[Original], count: int) -> dict[str, float]:
    """Fill a data folder with so many posts, and index them, unless that is done; say how long each part took."""
    card = folder / CARD
    told: dict[str, float] = json.loads(card.read_text()) if card.is_file() else {}
    if not told:
        for left in sorted(folder.glob(f"{DATABASE}*")):
            left.unlink()
    store, encoder = Store.open(folder / DATABASE), Random()
    try:
        if not told:
            told = _fill(store, encoder, Writer(made_of).posts(count, WORDS))
        elif not is_current(store, SITE_ID, encoder.id):  # the program has changed meanwhile
            began = perf_counter()
            renew_index(store, SITE_ID, encoder.id)
            told["build_index_s"] = round(perf_counter() - began, 1)
    finally:
        store.close()
    card.write_text(json.dumps(told))
    return told


def _fill(store: Store, encoder: Random, posts: Iterator[Post]) -> dict[str, float]:
    store.add_site(SITE.url, SITE.url, name=SITE.name, lang=SITE.lang)
    began = perf_counter()
    while some := list(islice(posts, AT_ONCE)):
        store.put_posts(SITE_ID, some)
    stored, tally = perf_counter(), Tally()
    renew_index(store, SITE_ID, encoder.id, readings=embedded(store, SITE_ID, encoder, tally=tally))
    ended = perf_counter()
    return {
        "store_posts_s": round(stored - began, 1),
        "store_vectors_s": round(tally.seconds, 1),
        "build_index_s": round(ended - stored - tally.seconds, 1),
    }
