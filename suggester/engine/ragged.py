"""Rows of unequal length in one array, so that thousands of them are taken, joined and kept at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row `n` is `values[starts[n] : starts[n + 1]]`."""

    values: NDArray[Any]  # shape (all, ...)
    starts: NDArray[np.int64]  # shape (rows + 1,)

    @classmethod
    def of(cls, rows: Sequence[NDArray[Any]], none: NDArray[Any]) -> Ragged:
        """Put rows together; `none` is a row of the same kind without any value."""
        starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        return cls(np.concatenate([none, *rows]), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[Any]:
        return self.values[self.starts[row] : self.starts[row + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The length of each row."""
        return np.diff(self.starts)

    @property
    def rows(self) -> NDArray[np.int64]:
        """For each value, the row that it stands in."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """Give some rows, in the order in which they are named."""
        lengths = self.lengths[rows]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        at = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Ragged(self.values[at], starts)

    def joined(self, more: Ragged) -> Ragged:
        """Give these rows, and some more behind them."""
        starts = np.concatenate([self.starts, more.starts[1:] + self.starts[-1]])
        return Ragged(np.concatenate([self.values, more.values]), starts)

    def with_values(self, values: NDArray[Any]) -> Ragged:
        """Give rows of the same lengths with other values."""
        return Ragged(values, self.starts)
