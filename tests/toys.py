"""Stand-ins that a reader can check by hand; every room's tests may use them."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np

from suggester.encoding.protocol import Vectors


class LetterEncoder:
    """One dimension for each letter of the alphabet: how often it stands in the text, scaled to length one."""

    id = "letters"
    dimension = len(ascii_lowercase)

    def __init__(self) -> None:
        self.seen: list[str] = []  # every text that was encoded, in order

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        counts = np.array(
            [[text.lower().count(letter) for letter in ascii_lowercase] for text in texts], dtype=np.float32
        ).reshape(len(texts), self.dimension)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return (counts / np.maximum(lengths, 1.0)).astype(np.float32)
