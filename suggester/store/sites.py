"""The connected sites."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, select, update

from suggester.entities import Site
from suggester.errors import UnknownSite
from suggester.store.dialect import insert_new
from suggester.store.rows import SiteRow
from suggester.store.schema import site


def add(connection: Connection, which: Site, source: str, user: str, secret: bytes, now: datetime) -> int:
    """Connect a site; one that is connected already gets the new source and login."""
    values = {**_named(which), "source": source, "login_user": user, "login_secret": secret}
    number = select(site.c.id).where(site.c.url == values["url"])
    if (known := connection.scalar(number)) is None:
        insert_new(connection, site, **values, created_at=now)  # unless another process has just done so
    change(connection, known or connection.scalars(number).one(), values)
    return int(connection.scalars(number).one())


def hold(connection: Connection, site_id: int, *, alone: bool = False) -> None:
    """Let one process at a time change what is read, changed and written back; UnknownSite where there is no site.

    `alone` keeps others from adding anything to the site meanwhile, as verdicts.
    """
    wanted = select(site.c.id).where(site.c.id == site_id).with_for_update(key_share=not alone)
    if connection.scalar(wanted) is None:
        one(connection, site_id)


def every(connection: Connection) -> list[SiteRow]:
    """List the connected sites."""
    return [_site(row) for row in connection.execute(select(site).order_by(site.c.id))]


def one(connection: Connection, site_id: int) -> SiteRow:
    """Give one site."""
    row = connection.execute(select(site).where(site.c.id == site_id)).one_or_none()
    if row is None:
        raise UnknownSite(f"No site has the number {site_id}; `suggester status` lists the connected ones.")
    return _site(row)


def find(connection: Connection, text: str) -> SiteRow:
    """Find a site by number, address or host; "" finds the only one there is."""
    known = every(connection)
    matching = [each for each in known if not text or _fits(each, text)]
    if len(matching) == 1:
        return matching[0]
    if not known:
        raise UnknownSite("No site is connected yet; `suggester connect https://your-site.example` connects one.")
    names = ", ".join(each.url for each in matching or known)
    what = f"{text!r} fits" if text else "There are"
    if matching:
        raise UnknownSite(f"{what} several connected sites; name one of them: {names}.")
    raise UnknownSite(f"No connected site is called {text!r}; connected are {names}.")


def change(connection: Connection, site_id: int, values: dict[str, Any]) -> None:
    """Change some fields of a site."""
    connection.execute(update(site).where(site.c.id == site_id).values(**values))


def rename(connection: Connection, site_id: int, which: Site) -> None:
    """Take up how WordPress calls the site now; a former host stays as an alias, so that old links are understood."""
    before = one(connection, site_id)
    after = _named(which)
    old_host, new_host = urlsplit(before.url).netloc, urlsplit(after["url"]).netloc
    hosts = dict.fromkeys([*before.aliases, *which.aliases, *([old_host] if old_host != new_host else [])])
    after["aliases"] = [host for host in hosts if host and host != new_host]
    taken = connection.scalar(select(site.c.id).where(site.c.url == after["url"], site.c.id != site_id))
    after["url"] = before.url if taken else after["url"]
    change(connection, site_id, {**after, "lang": after["lang"] or before.lang, "name": after["name"] or before.name})


def remove(connection: Connection, site_id: int) -> None:
    """Forget a site and all that belongs to it."""
    connection.execute(delete(site).where(site.c.id == site_id))


def _named(which: Site) -> dict[str, Any]:
    return {
        "url": which.url.rstrip("/"),
        "name": which.name,
        "lang": which.lang,
        "aliases": list(which.aliases),
    }


def _fits(each: SiteRow, text: str) -> bool:
    host = urlsplit(each.url).netloc
    return text.rstrip("/") in (str(each.id), each.url, each.source.rstrip("/"), host, host.removeprefix("www."))


def _site(row: Row[Any]) -> SiteRow:
    values = dict(row._mapping)
    return SiteRow(**{**values, "aliases": tuple(values["aliases"])})
