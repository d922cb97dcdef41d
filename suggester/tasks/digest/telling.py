"""What the doors ask about digests: who hears of a site, what was told, what there is to tell."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from suggester.entities import Event
from suggester.errors import RequestError, SyncRunning
from suggester.store import Secrets, Store
from suggester.store.digests import DigestRow
from suggester.tasks.digest import webhook
from suggester.tasks.digest.findings import LONGEST_TITLE, ORDER, Digest, Finding, Gathering, cut
from suggester.tasks.digest.means import Means
from suggester.tasks.digest.sending import Attempt, Wish, send, send_due

REVIVED = timedelta(days=7)  # a digest that is older is of no use any more
AT_ONCE = 1000  # events that are read at a time
MOST_EMAILS = 20
MAIL = re.compile(r"[!-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")  # an address in plain letters; the server says the rest
LONGEST_MAIL = 254  # RFC 5321, 4.5.3.1
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
log = logging.getLogger("suggester.digest")


class DigestVerbs:
    """Digests, as every door asks for them."""

    store: Store
    means: Means
    _secrets: Secrets

    def digest_wish(self, site_id: int) -> Wish:
        """Give where digests of a site go."""
        kept = self.store.digest_wish(site_id)
        unlock = self._secrets.unlock
        return Wish(kept.emails, unlock(kept.webhook), unlock(kept.secret), kept.private)

    def change_digest_wish(self, site_id: int, wanted: Mapping[str, Any]) -> Wish:
        """Keep where digests of a site go; what is not named stays. RequestError for what cannot be sent to.

        A webhook that has no secret yet gets one.
        """
        wish = replace(self.digest_wish(site_id), **wanted)
        wish = replace(wish, emails=tuple(dict.fromkeys(each.strip() for each in wish.emails if each.strip())))
        _check(wish)
        if wish.webhook and not wish.secret:
            wish = replace(wish, secret=webhook.new_secret())
        lock = self._secrets.lock
        self.store.site(site_id)
        self.store.change_digest_wish(
            site_id, emails=wish.emails, webhook=lock(wish.webhook), secret=lock(wish.secret), private=wish.private
        )
        return wish

    def tell_digest(self, site_id: int) -> bool:
        """Tell the owner of a site what is new, and try again what did not arrive; False where nothing was told.

        Everything is told once: it is kept as a digest, with a number and a key of its own, before it is sent. A stop
        between sending and noting so sends the same digest again, under the same key (Message-ID, webhook-id).
        A place that cannot be reached is noted with the reason, and a task waits that tries it again; nothing is
        raised for it.
        """
        return self._told(site_id, in_turn=True)

    def send_digests(self, site_id: int) -> bool:
        """Do what `tell_digest` does at a person's wish: what failed before does not wait for its turn.

        What was given up in the last days is tried anew as well.
        """
        now = self._now()
        self.store.revive_deliveries(site_id, now - REVIVED, now)
        return self._told(site_id, in_turn=False)

    def next_digest(self, site_id: int) -> Digest | None:
        """Give what would be told now; None where there is nothing to say."""
        return self._gathered(site_id)[0]

    def digests(self, site_id: int, at_most: int = 10) -> list[DigestRow]:
        """Give the digests that were made, newest first, with what became of each."""
        return self.store.digests(site_id, at_most)

    def send_again(self, site_id: int, delivery_id: int) -> bool:
        """Try a delivery anew that was given up; say whether it was taken."""
        self.store.send_again(site_id, delivery_id, self._now())
        return self.tell_digest(site_id)

    def test_digest(self, site_id: int) -> list[Attempt]:
        """Send an example to everywhere that digests go, and say what came of it; RequestError for nowhere."""
        wish, now = self.digest_wish(site_id), self._now()
        if not wish.places:
            raise RequestError(
                "Digests go nowhere yet; name an address, as in "
                "`suggester settings set digest_email you@your-site.example`."
            )
        site = self.store.site(site_id)
        return list(send(example(site_id, site.name, site.url, now), wish.places, wish, self.means, now, test=True))

    def _told(self, site_id: int, in_turn: bool) -> bool:
        with suppress(SyncRunning), self.store.lock(site_id, "digest"):  # else another process is telling it
            wish, now = self.digest_wish(site_id), self._now()
            made = self._made(site_id, wish, now)
            sent = send_due(self.store, site_id, wish, self.means, now, now if in_turn else None)
            if again := self.store.next_delivery(site_id):
                self.store.tasks.add(site_id, "digest", "again", again, now)
            return made or sent > 0
        return False

    def _made(self, site_id: int, wish: Wish, now: datetime) -> bool:
        """Keep as a digest what is new; False where there is nothing to say."""
        digest, last = self._gathered(site_id)
        if digest:
            self.store.add_digest(site_id, digest.key, digest.as_json(), last, wish.places, now)
            log.info("digest made", extra={"site": site_id, "task": "digest", **digest.counts})
        elif last:
            self.store.pass_over(site_id, last)
        return digest is not None

    def _gathered(self, site_id: int) -> tuple[Digest | None, int]:
        """Gather what happened since the last digest, and the number of its last event; 0 where there is none."""
        gathering, after = Gathering(), self.store.told_up_to(site_id)
        while events := self.store.events(site_id, max(after, gathering.last), AT_ONCE):
            gathering.take(events)
        counts = gathering.counts()
        if not counts or gathering.since is None or gathering.until is None:
            return None, gathering.last
        site = self.store.site(site_id)
        found = tuple(map(Finding.of, self._events(site_id, gathering.best())))
        key = secrets.token_hex(16)
        name, span = cut(site.name, LONGEST_TITLE), (gathering.since, gathering.until)
        return Digest(key, site_id, name, site.url, *span, counts, found), gathering.last

    def _events(self, site_id: int, numbers: Iterable[int]) -> list[Event]:
        return [event for number in numbers for event in self.store.events(site_id, number - 1, 1)]

    def _now(self) -> datetime:
        return datetime.now(UTC)


def example(site_id: int, name: str, url: str, now: datetime) -> Digest:
    """Make a digest that shows what a real one looks like."""
    here, there, words = "A post of yours", "Another post of yours", "these words"
    plain = Finding("", source=here, source_url=url, target=there, target_url=url)
    gone, alone = "No post stands at this address any more.", "The only link to it was taken out."
    findings = {
        "broken": replace(plain, kind="broken", anchor=words, href=f"{url}/an-old-address/", why=gone),
        "orphaned": replace(plain, kind="orphaned", why=alone),
        "appeared": replace(plain, kind="appeared", anchor=words),
    }
    chosen = tuple(findings[kind] for kind in ORDER if kind in findings)
    return Digest(f"test-{secrets.token_hex(8)}", site_id, name, url, now, now, dict.fromkeys(findings, 1), chosen)


def _check(wish: Wish) -> None:
    for each in wish.emails:
        if len(each) > LONGEST_MAIL or not MAIL.fullmatch(each):
            raise RequestError(f"{each[:80]!r} is no email address; write one as in you@your-site.example.")
    if len(wish.emails) > MOST_EMAILS:
        raise RequestError(f"A digest goes to {MOST_EMAILS} addresses at most; give one address that passes it on.")
    if wish.private and not _is_host(wish.private):
        raise RequestError(f"{wish.private[:80]!r} names no host; write HOST or HOST:PORT, as in chat.lan:8065.")
    if wish.webhook:
        webhook.check(wish.webhook, wish.private)


def _is_host(text: str) -> bool:
    try:
        parts = urlsplit(f"//{text}")
        return bool(HOST.fullmatch(text) and parts.hostname and parts.port != 0)
    except ValueError:
        return False
