"""The tables as they are today; `migrations` brings older ones here."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

from suggester.store.columns import Moment, Text, UnitVector

METADATA = MetaData()

# What the move of a site to another database has to know, beside the foreign keys:
LOCKED = "locked"  # a column encrypted with the secret of the machines that use this database
NUMBER, NUMBERS = "number of", "numbers of"  # the last row up to this one, or some rows, of the table named
STAYS = "stays"  # a table whose rows of a site stay behind


def _of_site(*, primary: bool = False) -> Column[int]:
    return Column("site_id", ForeignKey("site.id", ondelete="CASCADE"), primary_key=primary, nullable=False)


def _once(name: str, state: str, *columns: str) -> Index:
    """Let there be one such row at most in a state."""
    only = text(f"state = '{state}'")
    return Index(name, *columns, unique=True, sqlite_where=only, postgresql_where=only)


site = Table(
    "site",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),  # the address or export file the posts are read from
    Column("name", Text, nullable=False, default=""),
    Column("lang", Text, nullable=False, default=""),
    Column("aliases", JSON, nullable=False, default=list),
    Column("login_user", Text, nullable=False, default=""),
    Column("login_secret", LargeBinary, nullable=False, default=b"", info={LOCKED: True}),
    Column("created_at", Moment, nullable=False),
)

post = Table(
    "post",
    METADATA,
    _of_site(primary=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("published", Moment),
    Column("modified", Moment),
    Column("terms", JSON, nullable=False),
    Column("lang", Text, nullable=False),
    Column("raw", Boolean, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("noindex", Boolean, nullable=False),
    Column("old_slugs", JSON, nullable=False),
    Column("hash", LargeBinary, nullable=False),  # of everything but `modified`
    Column("embedded_by", Text, nullable=False, default=""),  # the encoder whose vectors of it are all there
    Column("content", Text, nullable=False),  # last, so that the short columns are read without it
    Index("post_by_status", "site_id", "status", "protected", "noindex", "embedded_by"),
)

address = Table(
    "address",
    METADATA,
    _of_site(primary=True),
    Column("address", Text, primary_key=True),  # path and query
    Column("post_id", BigInteger),  # None: WordPress leads from here to no post
    Column("checked_at", Moment, nullable=False),
    Column("dead", Boolean, nullable=False, default=False),  # WordPress says that nothing is there
    Index("address_by_post", "site_id", "post_id"),
)

sync = Table(
    "sync",
    METADATA,
    _of_site(primary=True),
    Column("cursor", Text, nullable=False, default=""),
    Column("since", Moment),
    Column("whole", Boolean, nullable=False, default=False),
    Column("started_at", Moment),  # None: none is under way, nor was one interrupted
    Column("last_started_at", Moment),  # start of the last finished one
    Column("synced_at", Moment),  # its end
    Column("seconds", Float, nullable=False, default=0.0),
    Column("source_name", Text, nullable=False, default=""),
    Column("read", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0),
    Column("deleted", Integer, nullable=False, default=0),
    Column("lookups_left", Integer, nullable=False, default=0),
    Column("notes", JSON, nullable=False, default=list),
    Column("error", Text, nullable=False, default=""),
    Column("error_at", Moment),
)

change = Table(
    "change",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("post_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("old_url", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Index("change_by_site", "site_id", "id"),
)

encoder = Table(
    "encoder",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

embedding = Table(
    "embedding",
    METADATA,
    Column("encoder_id", ForeignKey("encoder.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),  # first half of the text's SHA-256
    Column("vector", LargeBinary, nullable=False),  # 8 bits a number
    sqlite_with_rowid=False,
)

verdict = Table(
    "verdict",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("source_id", BigInteger, nullable=False),
    Column("target_id", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("anchor", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Index("verdict_by_source", "site_id", "source_id"),
)

key = Table(
    "key",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("name", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),  # SHA-256 of the key
    Column("created_at", Moment, nullable=False),
)

settings = Table(
    "settings",
    METADATA,
    _of_site(primary=True),
    Column("post_types", JSON, nullable=False),
    Column("excluded_posts", JSON, nullable=False),
    Column("excluded_terms", JSON, nullable=False),
    Column("excluded_words", JSON, nullable=False),
    Column("links_per_1000", Float, nullable=False),
    Column("least_score", Float, nullable=False),
    Column("refresh_nightly", Boolean, nullable=False, default=True),
    Column("refresh_at", Text, nullable=False, default="03:30"),
    Column("time_zone", Text, nullable=False, default=""),
    Column("audit_every", Integer, nullable=False, default=3),
    Column("audit_visits", Boolean, nullable=False, default=True),
)

sign_in = Table(
    "sign_in",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # a one-time link, or the session it opened
    Column("hash", LargeBinary, nullable=False, unique=True),  # SHA-256 of its token
    Column("expires_at", Moment, nullable=False),
)

sign_in_site = Table(
    "sign_in_site",
    METADATA,
    Column("sign_in_id", ForeignKey("sign_in.id", ondelete="CASCADE"), primary_key=True),
    _of_site(primary=True),
    info={STAYS: True},
)

run = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("orphans_before", Integer, nullable=False),
    Column("orphans_after", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("run_by_site", "site_id", "id"),
)

edit = Table(
    "edit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("target_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("words", Text, nullable=False),  # of the anchor
    Column("anchor", JSON, nullable=False),
    Column("href", Text, nullable=False),
    Column("old_href", Text, nullable=False),
    Column("old_tag", Text, nullable=False),
    Column("new_text", JSON, nullable=False),  # [] where there is none
    Column("score", Float, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("alternatives", JSON, nullable=False),
    Column("chosen", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("tried", Boolean, nullable=False),  # it may have been written, whatever WordPress answered
    Column("leaving", Boolean, nullable=False),  # it is to be taken out again
    Index("edit_by_state", "run_id", "state", "source_id"),
    Index("edit_by_source", "run_id", "source_id"),
)

intent = Table(
    "intent",
    METADATA,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", BigInteger, primary_key=True, autoincrement=False),
    Column("undo", Boolean, nullable=False),
    Column("edit_ids", JSON, nullable=False, info={NUMBERS: "edit"}),
    Column("before", Text, nullable=False),  # the whole content, until the write is known to have ended well
    Column("after_hash", LargeBinary, nullable=False),
)

rules = Table(
    "rules",
    METADATA,
    _of_site(primary=True),
    Column("rules", JSON, nullable=False),  # all of a site's, as they are read and changed together
    Column("stamp", Text, nullable=False),  # another one after each change
)

refresh = Table(
    "refresh",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),  # None: it is under way, or was stopped
    Column("whole", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("read", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("embedded", Integer, nullable=False),
    Column("renewed", Integer, nullable=False),
    Column("appeared", Integer, nullable=False),
    Column("died", Integer, nullable=False),
    Column("seconds", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("sampled", Integer, nullable=False),
    Column("differing", Integer, nullable=False),
    Index("refresh_by_site", "site_id", "id"),
)

event = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("refresh_id", ForeignKey("refresh.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_id", BigInteger),
    Column("target_id", BigInteger),
    Column("what", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("event_by_site", "site_id", "id"),
    Index("event_by_refresh", "refresh_id", "kind", "id"),
)

watched = Table(
    "watched",
    METADATA,
    _of_site(primary=True),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),  # of the post when a refresh last looked at it
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("target", Boolean, nullable=False),  # whether suggestions may lead to it
    Column("inbound", Integer, nullable=False),
    Column("links", JSON, nullable=False),  # the posts that it links to
    Column("broken", JSON, nullable=False),  # links in it that lead nowhere
    Column("due", Boolean, nullable=False),  # its suggestions are to be made anew
    Column("perhaps", JSON, nullable=False),  # where given, only if one of these posts would be among them
    Column("made_by", Text, nullable=False),  # of what and by what they were made; "" where they never were
    Column("made_at", Moment),
    Column("dropped", JSON, nullable=False),
    Index("watched_by_age", "site_id", "due", "made_at"),
)

suggestion = Table(
    "suggestion",
    METADATA,
    _of_site(primary=True),
    Column("source_id", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),  # best first, from 0
    Column("target_id", BigInteger, nullable=False),
    Column("score", Float, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("told", JSON, nullable=False),  # anchor, sentence, reasons and the like
    Index("suggestion_by_target", "site_id", "target_id"),
)

task = Table(
    "task",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("slices", Integer, nullable=False, default=0),
    Column("worker", Text, nullable=False, default=""),
    Column("beat", Integer, nullable=False, default=0),
    Column("why", Text, nullable=False, default=""),
    Index("task_by_due", "state", "due_at"),
    _once("task_waiting", "waiting", "site_id", "kind"),
    _once("task_failed", "failed", "site_id", "kind"),
    _once("task_running", "running", "site_id"),
)

turn = Table(
    "turn",
    METADATA,
    _of_site(primary=True),
    Column("served", BigInteger, nullable=False, default=0),  # counts over all sites; the lowest comes next
    Column("night", Moment),  # the last one whose refresh was let wait
)

digest_wish = Table(
    "digest_wish",
    METADATA,
    _of_site(primary=True),
    Column("emails", JSON, nullable=False),
    Column("webhook", LargeBinary, nullable=False, info={LOCKED: True}),  # address
    Column("secret", LargeBinary, nullable=False, info={LOCKED: True}),
    Column("private", Text, nullable=False),  # host of a private network that the webhook may be in
)

told = Table(
    "told",
    METADATA,
    _of_site(primary=True),
    Column("event_id", Integer, nullable=False, info={NUMBER: "event"}),  # the last one that a digest took in
)

digest = Table(
    "digest",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_site(),
    Column("key", Text, nullable=False),  # the same however often it is sent
    Column("body", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("digest_by_site", "site_id", "id"),
)

delivery = Table(
    "delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("digest_id", ForeignKey("digest.id", ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),  # of an email, "" for the webhook
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("next_at", Moment, nullable=False),  # not before then
    Column("changed_at", Moment, nullable=False),
    Index("delivery_by_digest", "digest_id"),
    Index("delivery_by_turn", "state", "next_at"),
)

post_vector = Table(
    "post_vector",
    METADATA,
    _of_site(primary=True),
    Column("encoder_id", ForeignKey("encoder.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("vector", UnitVector, nullable=False),  # the direction of its whole body
    sqlite_with_rowid=False,
)

kept_file = Table(
    "kept_file",
    METADATA,
    _of_site(primary=True),
    Column("name", Text, primary_key=True),
    Column("version", Text, nullable=False),  # another one for other bytes
    Column("parts", Integer, nullable=False),
    info={STAYS: True},  # as the shelf carries them over
)

kept_part = Table(
    "kept_part",
    METADATA,
    _of_site(primary=True),
    Column("name", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 0
    Column("data", LargeBinary, nullable=False),
    info={STAYS: True},
)

schema_version = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
)
