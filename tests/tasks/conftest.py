from __future__ import annotations

import pytest

from tests.store.conftest import address

__all__ = ["address", "bar"]


class Bar:
    """A progress bar that remembers what it was told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done: list[int] = []
        self.open = 0

    def start(self, stage: str, total: int | None = None) -> None:
        assert not self.open, "a stage began before the last one was over"
        self.open = 1
        self.stages.append((stage, total))
        self.done.append(0)

    def advance(self, n: int = 1) -> None:
        self.done[-1] += n

    def finish(self) -> None:
        self.open = 0

    @property
    def told(self) -> list[tuple[str, int | None, int]]:
        return [(stage, total, done) for (stage, total), done in zip(self.stages, self.done, strict=True)]


@pytest.fixture
def bar() -> Bar:
    return Bar()
