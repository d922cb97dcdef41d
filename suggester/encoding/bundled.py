"""The encoder that comes with the program: a small ONNX model on the processor, without torch and without a network."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from suggester.encoding import card as cards
from suggester.encoding.card import Card
from suggester.encoding.protocol import Vectors
from suggester.encoding.texts import rows_with_text, well_formed
from suggester.errors import ModelMissing, ModelOutdated

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

CHARACTERS_PER_TOKEN = 64  # nobody writes longer words than this on average; what lies behind is never tokenised


class BundledEncoder:
    """Runs texts through the model one by one, several at a time.

    A text alone in its run needs no padding, so it is never slowed down, nor its vector changed, by the
    texts beside it: the same text gives the same vector, bit for bit. On a processor this costs nothing
    against larger batches, and each thread works on a text of its own.
    """

    def __init__(
        self, card: Card, session: onnxruntime.InferenceSession, tokenizer: tokenizers.Tokenizer, threads: int
    ) -> None:
        self.id = card.encoder_id
        self.dimension = card.dimension
        self._card = card
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 0) -> BundledEncoder:
        """Load the encoder that came with the program, or the one in a folder; 0 threads: one for each core."""
        tokenizer_from, session_from = _runtime()
        folder = folder or home()
        card = cards.read(folder)
        try:
            tokenizer = tokenizer_from(str(folder / cards.TOKENIZER))
            session = session_from(str(folder / cards.MODEL))
        except Exception as error:  # both libraries raise bare exceptions of their own making
            raise ModelOutdated(f"The encoder in {folder} cannot be run here ({error}); update onnxruntime.") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(card.max_tokens)
        return cls(card, session, tokenizer, threads or _cores())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row for each text; zeros for an empty one. May be called from many threads."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows = rows_with_text(texts)
        fill = partial(self._fill, vectors, texts)
        if self._threads == 1 or len(rows) == 1:
            for row in rows:
                fill(row)
        else:
            for _ in self._pool.map(fill, rows):
                pass
        return vectors

    def _fill(self, vectors: Vectors, texts: Sequence[str], row: int) -> None:
        text = texts[row][: self._card.max_tokens * CHARACTERS_PER_TOKEN]
        tokens = np.array([self._tokenizer.encode(well_formed(text)).ids], dtype=np.int64)
        vectors[row] = self._session.run(None, {"input_ids": tokens})[0][0]


def home() -> Path:
    """Where the encoder lies: inside the installed package, or beside it in a checkout."""
    packaged = Path(str(files("suggester"))) / "models" / "encoder"
    checkout = Path(str(files("suggester"))).parent / "models" / "encoder"
    return checkout if not packaged.is_dir() and checkout.is_dir() else packaged


def _runtime() -> tuple[Callable[[str], tokenizers.Tokenizer], Callable[[str], onnxruntime.InferenceSession]]:
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelMissing(
            f"The encoder needs {error.name}, which is not installed (there is none for Alpine Linux); "
            "run `pip install onnxruntime tokenizers`, or go on with words alone."
        ) from error

    def session_from(path: str) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # each text is one thread's work
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # a text's tensors are small; keeping the largest ever seen is not
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        # processors without VNNI would let sums of products overflow; this keeps them exact there, at some speed
        options.add_session_config_entry("session.x64quantprecision", "1")
        # the fused form is several times slower on a processor than its two parts
        slow = {"SkipLayerNormFusion"}
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"], disabled_optimizers=slow)

    return Tokenizer.from_file, session_from


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
