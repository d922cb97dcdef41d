"""The encoder that comes with the program: a small ONNX model on the processor, without torch and without a network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np

from suggester.encoding import card as cards
from suggester.encoding.card import Card
from suggester.encoding.protocol import Vectors
from suggester.encoding.runtime import Model
from suggester.encoding.texts import rows_with_text


class BundledEncoder:
    """Runs texts through the model one by one, several at a time.

    A text alone in its run needs no padding, and nothing beside it can change its vector: the same text gives
    the same vector, bit for bit. On a processor this costs nothing against batches, as long as each thread
    works on a text of its own.
    """

    def __init__(self, card: Card, model: Model, threads: int) -> None:
        self.id = card.encoder_id
        self.dimension = card.dimension
        self._model = model
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 0) -> BundledEncoder:
        """Load the encoder that came with the program, or the one in a folder; 0 threads: one for each core."""
        folder = folder or home()
        card = cards.read(folder)
        model = Model.open(folder, card.max_tokens)
        if not card.agrees_with(model.vector(cards.PROBE)):
            model = Model.open(folder, card.max_tokens, exact=True)
        return cls(card, model, threads or cores())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row for each text; zeros for an empty one. May be called from many threads."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows = rows_with_text(texts)
        for row, vector in zip(rows, self._pool.map(self._model.vector, [texts[row] for row in rows]), strict=True):
            vectors[row] = vector
        return vectors


def home() -> Path:
    """Where the encoder lies: inside the installed package, or beside it in a checkout."""
    package = Path(str(files("suggester")))
    packaged, checkout = package / "models" / "encoder", package.parent / "models" / "encoder"
    return checkout if not packaged.is_dir() and checkout.is_dir() else packaged


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
