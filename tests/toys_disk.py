"""A disk that is full, for real: the database may not grow."""

from __future__ import annotations

import sqlite3

from sqlalchemy import event

from suggester.store import Store

PAGE = 4096


def let_grow(store: Store, size: int) -> None:
    """From now on the database may have so many bytes."""

    def limit(made: sqlite3.Connection, _record: object) -> None:
        made.execute(f"PRAGMA max_page_count = {size // PAGE}")

    event.listen(store._engine, "connect", limit)
    store._engine.dispose()
