"""The tables of clicks on links; `migrations` makes them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Table

from suggester.store.columns import Moment, Text
from suggester.store.schema import METADATA

clicked = Table(
    "clicked",
    METADATA,
    Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), primary_key=True),
    Column("month", Text, primary_key=True),  # as in 2026-11, by the clock of the site
    Column("hash", LargeBinary, primary_key=True),  # of source, address and anchor
    Column("source_id", BigInteger, nullable=False),
    Column("target_id", BigInteger),  # the post that the address leads to, where that is known
    Column("href", Text, nullable=False),
    Column("anchor", Text, nullable=False),
    Column("clicks", Integer, nullable=False),
    sqlite_with_rowid=False,
)

click_batch = Table(
    "click_batch",
    METADATA,
    Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), primary_key=True),
    Column("batch", Text, primary_key=True),  # what the plugin calls it, however often it sends it
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

counting = Table(
    "counting",
    METADATA,
    Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), primary_key=True),
    Column("counts", Boolean, nullable=False),
    Column("since", Moment),  # when it was switched on last
    Column("until", Moment),  # when it was switched off, or the last word of it
)
