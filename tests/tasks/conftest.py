from __future__ import annotations

from collections.abc import Iterator

import pytest

from suggester.sample import SAMPLE
from suggester.store import Store
from suggester.tasks.service import Service
from suggester.tasks.sync import sync
from tests.store.conftest import address
from tests.toys import LetterEncoder
from tests.toys_source import ToySource, toy_post

__all__ = ["address", "bar", "sample_service"]


@pytest.fixture(scope="module")
def sample_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that has refreshed the sample site, of this file's tests alone."""
    service = Service.open(tmp_path_factory.mktemp("sample"), load_encoder=LetterEncoder, threads=2)
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
def source() -> ToySource:
    """A site of 25 posts."""
    return ToySource([toy_post(number) for number in range(1, 26)])


@pytest.fixture
def synced(store: Store, site_id: int, source: ToySource) -> ToySource:
    """That site, synced once; `source.asked` begins anew."""
    sync(store, site_id, source)
    source.asked.clear()
    return source


@pytest.fixture
def bar() -> Bar:
    return Bar()
