"""The place where an encoder plugs in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors, one row for each text."""

    id: str  # stored beside every vector, so that vectors of two encoders never meet
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of length one, shape (len(texts), dimension); zeros for an empty text."""
        ...
