"""The tests of this room run on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the store of this test is kept."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("on_postgres"))
    return str(tmp_path / "data" / "suggester.db")
