from __future__ import annotations

from collections.abc import Iterator

import pytest

from suggester.tasks.service import Service
from tests.tasks.conftest import Bar

from .orchard import orchard, serve


@pytest.fixture(scope="package")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real service over the made-up site; tests leave it as it is."""
    service = serve(tmp_path_factory.mktemp("orchard"), orchard())
    service.change_settings(1, {"least_score": 0.0, "links_per_1000": 100.0})  # all that has an anchor is shown
    yield service
    service.close()


@pytest.fixture
def bar() -> Bar:
    return Bar()
