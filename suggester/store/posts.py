"""The corpus: posts by site and id, and the addresses that lead to them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, select, update

from suggester.content.links import Address
from suggester.entities import PUBLISHED, Post, Term
from suggester.store.columns import UNREADABLE, utc
from suggester.store.dialect import upsert
from suggester.store.rows import Count
from suggester.store.schema import address, post, post_vector

AT_ONCE = 100  # posts read from the database in one go
IN_ONE_QUESTION = 1000  # values handed to one `in (...)`
LONGEST_ADDRESS = 2000  # bytes of its path and query; what is longer no person links to
HASH_BYTES = 16
FIELDS = tuple(field.name for field in fields(Post))
NOT_CONTENT = ("modified",)  # a new date alone does not make a post changed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Head:
    """What tells whether a post changed, and who sees it."""

    hash: bytes
    status: str


def put(connection: Connection, site_id: int, posts: Iterable[Post], now: datetime) -> int:
    """Write posts; return how many are new or changed."""
    fresh = {each.id: _row(site_id, each) for each in posts}
    known = _known(connection, site_id, fresh)
    changed = [row for row in fresh.values() if known.get(row["id"], ("", b""))[1] != row["hash"]]
    upsert(connection, post, changed)
    _touch(connection, [fresh[same] for same in fresh.keys() - {row["id"] for row in changed}])
    moved = {
        path_of(known[row["id"]][0]): row["id"]
        for row in changed
        if row["id"] in known and known[row["id"]][0] not in ("", row["url"])
    }
    put_addresses(connection, site_id, moved, now)
    forget_addresses(connection, site_id, [path_of(row["url"]) for row in changed])
    return len(changed)


def remove(connection: Connection, site_id: int, post_ids: Iterable[int]) -> int:
    """Delete posts, their vectors and the addresses that led to them; return how many posts there were."""
    count = 0
    for some in chunks(post_ids, IN_ONE_QUESTION):
        for table in (address, post_vector):
            connection.execute(delete(table).where(table.c.site_id == site_id, table.c.post_id.in_(some)))
        count += connection.execute(delete(post).where(post.c.site_id == site_id, post.c.id.in_(some))).rowcount
    return count


def one(connection: Connection, site_id: int, post_id: int) -> Post | None:
    """Read one post."""
    row = connection.execute(_of(site_id).where(post.c.id == post_id)).one_or_none()
    return None if row is None else _post(row)


def some(connection: Connection, site_id: int, which: Iterable[int]) -> list[Post]:
    """Read the posts of these ids that there are."""
    found: list[Post] = []
    for ids in chunks(which, IN_ONE_QUESTION):
        found += map(_post, connection.execute(_of(site_id).where(post.c.id.in_(ids))))
    return found


def some_after(connection: Connection, site_id: int, post_id: int) -> list[Post]:
    """Read the next posts by id, so that a corpus of any size is read in bounded memory and short transactions."""
    rows = connection.execute(_of(site_id).where(post.c.id > post_id).order_by(post.c.id).limit(AT_ONCE))
    return [_post(row) for row in rows]


def contents_after(connection: Connection, site_id: int, post_id: int) -> list[tuple[int, str, str]]:
    """The same for the ids, addresses and contents alone."""
    wanted = select(post.c.id, post.c.url, post.c.content).where(post.c.site_id == site_id, post.c.id > post_id)
    return [(row.id, row.url, row.content) for row in connection.execute(wanted.order_by(post.c.id).limit(AT_ONCE))]


def ids(connection: Connection, site_id: int) -> set[int]:
    """Give the ids of all posts of a site."""
    return set(connection.scalars(select(post.c.id).where(post.c.site_id == site_id)))


def heads(connection: Connection, site_id: int) -> dict[int, Head]:
    """Give, for each post of a site in the order of ids, what tells whether it changed and who sees it."""
    rows = select(post.c.id, post.c.hash, post.c.status).where(post.c.site_id == site_id).order_by(post.c.id)
    return {row.id: Head(row.hash, row.status) for row in connection.execute(rows)}


def urls(connection: Connection, site_id: int) -> list[Address]:
    """Give where each post is found."""
    rows = connection.execute(select(post.c.id, post.c.url, post.c.old_slugs).where(post.c.site_id == site_id))
    return [Address(row.id, row.url, tuple(row.old_slugs)) for row in rows]


def count(connection: Connection, site_id: int) -> Count:
    """Count the posts of a site: by status, as targets, and by the encoder that has seen them."""
    columns = (post.c.status, post.c.protected, post.c.noindex, post.c.embedded_by)
    groups = select(*columns, func.count().label("posts")).where(post.c.site_id == site_id).group_by(*columns)
    by_status: Counter[str] = Counter()
    embedded: Counter[str] = Counter()
    targets = 0
    for row in connection.execute(groups):
        by_status[row.status] += row.posts
        embedded[row.embedded_by] += row.posts
        targets += row.posts if row.status == PUBLISHED and not row.protected and not row.noindex else 0
    return Count(dict(by_status), targets, dict(embedded))


def unpublished(connection: Connection, site_id: int, which: Iterable[int]) -> frozenset[int]:
    """Give which of these posts readers cannot see: drafts, scheduled and private ones."""
    found: set[int] = set()
    for some in chunks(which, IN_ONE_QUESTION):
        hidden = and_(post.c.site_id == site_id, post.c.id.in_(some), post.c.status != PUBLISHED)
        found.update(connection.scalars(select(post.c.id).where(hidden)))
    return frozenset(found)


def mark_embedded(connection: Connection, site_id: int, encoder_id: str, posts: Iterable[Post]) -> None:
    """Note that the vectors of these posts are all there, unless a post was changed meanwhile."""
    rows = [{"this": each.id, "seen": content_hash(each)} for each in posts]
    if rows:
        same = and_(post.c.site_id == site_id, post.c.id == bindparam("this"), post.c.hash == bindparam("seen"))
        statement = update(post).where(same, post.c.embedded_by != encoder_id)
        connection.execute(statement.values(embedded_by=encoder_id), rows)


def addresses(connection: Connection, site_id: int) -> dict[str, int | None]:
    """Give what is known of addresses that are no post's own: the post each leads to, None where it leads to none."""
    rows = connection.execute(select(address.c.address, address.c.post_id).where(address.c.site_id == site_id))
    return {row.address: row.post_id for row in rows}


def dead_addresses(connection: Connection, site_id: int) -> frozenset[str]:
    """Give the addresses at which WordPress itself finds nothing."""
    found = select(address.c.address).where(address.c.site_id == site_id, address.c.dead)
    return frozenset(connection.scalars(found))


def put_addresses(
    connection: Connection, site_id: int, known: Mapping[str, int | None], now: datetime, dead: bool = False
) -> None:
    """Note where addresses lead; `dead` where WordPress itself finds nothing. Those that are too long are left out."""
    rows = [
        {"site_id": site_id, "address": path_of(where), "post_id": post_id, "dead": dead, "checked_at": now}
        for where, post_id in known.items()
        if not is_too_long(where)
    ]
    upsert(connection, address, rows)


def forget_addresses(connection: Connection, site_id: int, which: Iterable[str]) -> None:
    """Forget where these addresses lead: a post stands there now."""
    for some in chunks(which, IN_ONE_QUESTION):
        connection.execute(delete(address).where(address.c.site_id == site_id, address.c.address.in_(some)))


def forget_dead_addresses(connection: Connection, site_id: int, checked_before: datetime) -> None:
    """Forget addresses that led nowhere long ago; they are asked after anew."""
    old = and_(address.c.site_id == site_id, address.c.post_id.is_(None), address.c.checked_at < checked_before)
    connection.execute(delete(address).where(old))


def fingerprint(connection: Connection, site_id: int) -> bytes:
    """Hash the posts of a site and the addresses that lead to them: the same as long as nothing changes."""
    digest = hashlib.blake2b(digest_size=HASH_BYTES)
    posts = select(post.c.id, post.c.hash).where(post.c.site_id == site_id).order_by(post.c.id)
    for row in connection.execute(posts):
        digest.update(b"%d %b\n" % (row.id, row.hash))
    living = {where: post_id for where, post_id in addresses(connection, site_id).items() if post_id is not None}
    digest.update(json.dumps(sorted(living.items())).encode())
    return digest.digest()


def path_of(url: str) -> str:
    """Give path and query of an address, as the table of addresses has it."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_too_long(url: str) -> bool:
    """Whether an address is longer than any that is kept: PostgreSQL has no place for it in an index (2,704 bytes)."""
    return len(path_of(url).encode("utf-8", "replace")) > LONGEST_ADDRESS


def content_hash(each: Post) -> bytes:
    """Hash all of a post that matters: everything but the date of its last change."""
    told = [_plain(getattr(each, name)) for name in FIELDS if name not in NOT_CONTENT]
    return hashlib.blake2b(json.dumps(told, ensure_ascii=False).encode(), digest_size=HASH_BYTES).digest()


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut a run of things into lists of at most `size`."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def _of(site_id: int) -> Select[tuple[Any, ...]]:
    return select(*(post.c[name] for name in FIELDS)).where(post.c.site_id == site_id)


def _known(connection: Connection, site_id: int, which: Iterable[int]) -> dict[int, tuple[str, bytes]]:
    known: dict[int, tuple[str, bytes]] = {}
    for some in chunks(which, IN_ONE_QUESTION):
        rows = connection.execute(
            select(post.c.id, post.c.url, post.c.hash).where(post.c.site_id == site_id, post.c.id.in_(some))
        )
        known.update({row.id: (row.url, row.hash) for row in rows})
    return known


def _touch(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        statement = update(post).where(post.c.site_id == bindparam("site"), post.c.id == bindparam("this"))
        dates = [{"site": row["site_id"], "this": row["id"], "date": row["modified"]} for row in rows]
        connection.execute(statement.values(modified=bindparam("date")), dates)


def _row(site_id: int, each: Post) -> dict[str, Any]:
    whole = _storable(each)
    values = {name: getattr(whole, name) for name in FIELDS}
    values["terms"] = [[term.taxonomy, term.slug, term.name] for term in whole.terms]
    values["old_slugs"] = list(whole.old_slugs)
    return {"site_id": site_id, **values, "embedded_by": "", "hash": content_hash(whole)}


def _post(row: Row[Any]) -> Post:
    values = dict(row._mapping)
    values["terms"] = tuple(Term(*term) for term in values["terms"])
    values["old_slugs"] = tuple(values["old_slugs"])
    return Post(**values)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return [value.taxonomy, value.slug, value.name] if isinstance(value, Term) else value


def _storable(each: Post) -> Post:
    """Replace what some database would not take: NUL, and what is no valid Unicode (half a surrogate pair, say)."""
    texts: dict[str, Any] = {name: _valid(value) for name in FIELDS if isinstance(value := getattr(each, name), str)}
    terms = tuple(Term(_valid(term.taxonomy), _valid(term.slug), _valid(term.name)) for term in each.terms)
    return replace(each, **texts, terms=terms, old_slugs=tuple(_valid(slug) for slug in each.old_slugs))


def _valid(text: str) -> str:
    whole = text.replace("\0", UNREADABLE)
    return whole if whole.isascii() else whole.encode("utf-8", "replace").decode()
