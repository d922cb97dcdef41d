"""Turns text into vectors: the bundled encoder, or any other through sentence-transformers."""

from __future__ import annotations

from pathlib import Path

from suggester.encoding.bundled import BundledEncoder
from suggester.encoding.protocol import Encoder
from suggester.encoding.sentence import SentenceEncoder

BUNDLED = "bundled"


def load(name: str = BUNDLED, folder: Path | None = None, threads: int = 0) -> Encoder:
    """Load the bundled encoder (from a folder, if one is given), or the model of that name or path."""
    if name == BUNDLED:
        return BundledEncoder.load(folder, threads)
    return SentenceEncoder.load(name)
