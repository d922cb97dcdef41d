"""Unit vectors in eight bits a number: a quarter of the room, and the same neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from suggester.encoding.protocol import Vectors

TOP = 127


def to_int8(vectors: Vectors) -> NDArray[np.int8]:
    """Scale each row so that its largest number is 127, and round.

    The scale need not be kept: the vectors have length one, so `from_int8` finds it again.
    """
    largest = np.abs(vectors).max(axis=-1, keepdims=True, initial=0.0)
    return np.rint(vectors * (TOP / np.where(largest > 0, largest, 1.0))).astype(np.int8)


def from_int8(rows: NDArray[np.int8]) -> Vectors:
    """Give the unit vectors back; rows of zeros stay zeros."""
    vectors = rows.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
