"""The tables of what was taken in from other tools; `migrations` makes them."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, Integer, Table

from suggester.store.columns import Moment, Text
from suggester.store.schema import METADATA

imported = Table(
    "imported",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("files", JSON, nullable=False),  # their names
    Column("at", Moment, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("unresolved", Integer, nullable=False),  # addresses that lead to no post
    Column("examples", JSON, nullable=False),  # some of them
    Column("notes", JSON, nullable=False),
    Index("imported_once", "site_id", "kind", unique=True),
)

imported_post = Table(
    "imported_post",
    METADATA,
    Column("import_id", ForeignKey("imported.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("weight", Float),
    Column("domains", Float),
    Column("links", Float),
    Column("clicks", Float),
    Column("impressions", Float),
    Column("position", Float),
    Column("inlinks", Float),
    sqlite_with_rowid=False,
)

imported_query = Table(
    "imported_query",
    METADATA,
    Column("import_id", ForeignKey("imported.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 0, the most shown first
    Column("post_id", BigInteger),
    Column("query", Text, nullable=False),
    Column("clicks", Float),
    Column("impressions", Float),
    Column("position", Float),
    Index("imported_query_by_post", "import_id", "post_id"),
    sqlite_with_rowid=False,
)
