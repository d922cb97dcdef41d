"""The tables of what visitors of a site find."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Table

from suggester.store.columns import Moment, Text
from suggester.store.schema import METADATA


def _of_site() -> Column[int]:
    return Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), primary_key=True, nullable=False)


visit = Table(
    "visit",
    METADATA,
    _of_site(),
    Column("url", Text, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("depth", Integer),
    Column("content_depth", Integer),
    Column("noindex", Boolean, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("post_id", BigInteger),
    Column("external", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("page", Boolean, nullable=False),
)

page_links = Table(
    "page_links",
    METADATA,
    _of_site(),
    Column("page", Text, primary_key=True),
    Column("links", LargeBinary, nullable=False),  # JSON, packed: menus come again on every page
)

tour = Table(
    "tour",
    METADATA,
    _of_site(),
    Column("started_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("external", Boolean, nullable=False),
    Column("most_pages", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("notes", JSON, nullable=False),
)
