"""The place in a pass over the posts of several types."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a pass has come: which list, the last id it gave, and where that stood."""

    part: str = ""
    last: int = 0
    offset: int = 0

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Read a cursor; anything else means the beginning."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))
