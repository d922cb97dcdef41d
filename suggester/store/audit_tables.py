"""The tables of audits; `migrations` makes them."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table

from suggester.store.columns import Moment, Text
from suggester.store.schema import METADATA

audit = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("counts", JSON, nullable=False),  # this one and the next four by kind of finding
    Column("of", JSON, nullable=False),
    Column("costs", JSON, nullable=False),
    Column("fresh", JSON, nullable=False),
    Column("gone", JSON, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Index("audit_by_site", "site_id", "id"),
)

audit_fault = Table(
    "audit_fault",
    METADATA,
    Column("audit_id", ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 0, those that matter most first
    Column("post_id", BigInteger, nullable=False),
    Column("fresh", Boolean, nullable=False),  # the audit before had not found it
    Column("hash", LargeBinary, nullable=False),  # of what it is, the same from one audit to the next
    Column("told", JSON, nullable=False),  # all else
    sqlite_with_rowid=False,
)
