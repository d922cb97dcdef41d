from __future__ import annotations

from collections.abc import Iterator

import pytest

from suggester.sample import SAMPLE
from suggester.tasks.service import Service
from tests.store.conftest import address
from tests.toys import LetterEncoder

__all__ = ["address", "bar", "sample_service"]


@pytest.fixture(scope="module")
def sample_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that has refreshed the sample site, of this file's tests alone."""
    service = Service.open(tmp_path_factory.mktemp("sample"), load_encoder=LetterEncoder)
    service.refresh(service.connect(str(SAMPLE)).site_id)
    yield service
    service.close()


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
