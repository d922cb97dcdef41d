"""The encoder, and vectors of what is being written: from memory, from the store, or else from the encoder."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from suggester import encoding
from suggester.encoding.protocol import Encoder, Vectors
from suggester.errors import ConfigError, ModelMissing
from suggester.store import Store, text_hash

IN_MEMORY = 4096  # vectors; some 6 MB of the bundled encoder's


def encoder_named(name: str, threads: int) -> Encoder:
    """Load an encoder; going on without is for the bundled one, not for one that a person named."""
    try:
        return encoding.load(name, threads=threads)
    except ModelMissing as error:
        if name != encoding.BUNDLED:
            raise ConfigError(str(error)) from error
        raise


class Vectoriser:
    """Encodes each text once, so that an edited draft costs the block that was edited; safe to use from threads."""

    def __init__(self, encoder: Encoder, store: Store, at_most: int = IN_MEMORY) -> None:
        self._encoder = encoder
        self._store = store
        self._at_most = at_most
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()  # last used last
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give a vector for each text."""
        if not texts:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        hashes = [text_hash(text) for text in texts]
        found = self._recall(hashes)
        if missing := {each: text for each, text in zip(hashes, texts, strict=True) if each not in found}:
            found |= self._fetch(missing)
        return np.stack([found[each] for each in hashes])

    def _recall(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        with self._lock:
            found = {each: self._kept[each] for each in hashes if each in self._kept}
            for each in found:
                self._kept.move_to_end(each)
        return found

    def _fetch(self, missing: dict[bytes, str]) -> dict[bytes, Vectors]:
        found = self._store.embeddings(self._encoder.id, missing)
        if fresh := {each: text for each, text in missing.items() if each not in found}:
            found |= dict(zip(fresh, self._encoder.encode(list(fresh.values())), strict=True))
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > self._at_most:
                self._kept.popitem(last=False)
        return found
