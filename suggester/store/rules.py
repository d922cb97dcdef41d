"""What the owner of each site laid down about links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from uuid import uuid4

from sqlalchemy import Connection, select

from suggester.entities import Rule
from suggester.store import sites
from suggester.store.dialect import upsert
from suggester.store.runs import Opened
from suggester.store.schema import rules


class RuleBook:
    """The rules of all sites; what is changed is kept whole or not at all."""

    def __init__(self, read: Opened, write: Opened) -> None:
        self._read, self._write = read, write

    def of(self, site_id: int) -> tuple[Rule, ...]:
        """Give the rules of a site in their order."""
        with self._read() as connection:
            return _of(connection, site_id)

    def stamp(self, site_id: int) -> str:
        """Give what is another text after each change of a site's rules; "" where there never were any."""
        with self._read() as connection:
            return connection.scalar(select(rules.c.stamp).where(rules.c.site_id == site_id)) or ""

    def change(
        self, site_id: int, add: Iterable[Rule] = (), remove: Iterable[int] = (), *, whole: bool = False
    ) -> tuple[Rule, ...]:
        """Add rules and take others out, by their ids; `whole` takes all out first. A rule that is there stays once."""
        gone = set(remove)
        with self._write() as connection:
            sites.hold(connection, site_id)
            before = _of(connection, site_id)
            kept = {replace(rule, id=0): rule.id for rule in before if not whole and rule.id not in gone}
            ids = {replace(rule, id=0): rule.id for rule in before}
            number = max(ids.values(), default=0)
            for rule in add:
                plain = replace(rule, id=0)
                if plain not in kept:
                    number += plain not in ids
                    kept[plain] = ids.get(plain, number)
            row = {"site_id": site_id, "rules": [asdict(rule) | {"id": at} for rule, at in kept.items()]}
            upsert(connection, rules, [row | {"stamp": uuid4().hex}])
        return tuple(replace(rule, id=at) for rule, at in kept.items())


def _of(connection: Connection, site_id: int) -> tuple[Rule, ...]:
    kept = connection.scalar(select(rules.c.rules).where(rules.c.site_id == site_id)) or ()
    return tuple(Rule(**fields) for fields in kept)
