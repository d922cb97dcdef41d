"""Fixtures that more than one room asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from suggester.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data" / "suggester.db")
    yield opened
    opened.close()


@pytest.fixture
def site_id(store: Store) -> int:
    return store.add_site("https://blog.example", "https://blog.example", name="A blog", lang="en")
