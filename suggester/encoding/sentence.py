"""Any other encoder by name or path, through the extra `sentence-transformers`: many languages, or a GPU."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from suggester.encoding.card import digest
from suggester.encoding.protocol import Vectors
from suggester.encoding.texts import rows_with_text, well_formed
from suggester.errors import ModelMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TELLING = (".json", ".safetensors", ".bin", ".txt", ".model")  # files that change what a model says


class SentenceEncoder:
    """Wraps a model of sentence-transformers; runs on the GPU where torch finds one."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.dimension = len(_encode(model, ["length"])[0])
        self.id = f"{_identity(name)}/{self.dimension}"
        self._model = model
        self._lock = Lock()  # torch takes all cores for one call anyway

    @classmethod
    def load(cls, name: str) -> SentenceEncoder:
        """Load a model by its name on the hub (fetched once, then kept by that library) or from a folder."""
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelMissing(
                f"The encoder {name} needs the extra; run `pip install 'link-suggester[sentence-transformers]'`."
            ) from error
        try:
            return cls(name, SentenceTransformer(name))
        except Exception as error:  # the library lets through whatever its many parts raise
            reason = str(error).strip().split("\n")[0] or type(error).__name__
            raise ModelMissing(
                f"The encoder {name} cannot be loaded ({reason}); "
                "give a folder that holds the model, or the name of one that this machine can fetch."
            ) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row for each text; zeros for an empty one."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if rows := rows_with_text(texts):
            with self._lock:
                vectors[rows] = _encode(self._model, [well_formed(texts[row]) for row in rows])
        return vectors


def _encode(model: SentenceTransformer, texts: list[str]) -> Vectors:
    vectors = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


def _identity(name: str) -> str:
    folder = Path(name)
    if not folder.is_dir():
        return name
    content = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.suffix in TELLING):
        content.update(f"{file.relative_to(folder).as_posix()} {digest(file)}\n".encode())
    return f"{folder.resolve().name}/{content.hexdigest()[:10]}"
