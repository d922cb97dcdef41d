"""Digests on their way: each place tried when its turn is, what failed kept with its sentence and tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from suggester.errors import ChannelRefused, DigestError
from suggester.store import Store
from suggester.store.digests import FAILED, SENT, WAITING, Delivery, DigestRow
from suggester.tasks.digest import mail, webhook
from suggester.tasks.digest.findings import Digest
from suggester.tasks.digest.means import Means
from suggester.tasks.digest.wording import letter, payload

WAITS = tuple(timedelta(minutes=each) for each in (5, 15, 60, 240, *[300] * 12))
"""Waits after each failed try, some three days together; then it is given up, and said so."""
EMAIL, WEBHOOK = "email", "webhook"
log = logging.getLogger("suggester.digest")


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the owner of a site wants digests to go."""

    emails: tuple[str, ...] = ()
    webhook: str = field(default="", repr=False)  # address; whoever knows it can post there
    secret: str = field(default="", repr=False)  # signs what goes there
    private: str = ""  # the one host, or host:port, of a private network that the webhook may be in

    @property
    def places(self) -> list[tuple[str, str]]:
        """Give channel and address of each; the webhook's address stays out of sight."""
        return [(EMAIL, each) for each in self.emails] + ([(WEBHOOK, "")] if self.webhook else [])


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending one digest to one place."""

    channel: str
    address: str
    error: DigestError | None = None  # None: it was taken
    again: bool = False  # a person may put it right: that is waited for, though it was refused


def send(
    digest: Digest, places: Iterable[tuple[str, str]], wish: Wish, means: Means, now: datetime, test: bool = False
) -> Iterator[Attempt]:
    """Send one digest to some places, and say of each what came of it as soon as that is known."""
    pages = pages_of(means, digest.site_id)
    chosen = list(places)
    if wanted := [address for channel, address in chosen if channel == EMAIL]:
        yield from _emails(digest, wanted, pages, means, now, test)
    if any(channel == WEBHOOK for channel, _ in chosen):
        receiver = webhook.Receiver(wish.webhook, wish.secret, wish.private)
        told = payload(digest, pages, test)
        yield _tried(WEBHOOK, "", lambda: webhook.post(receiver, f"digest-{digest.key}", told, now, means))


def send_due(store: Store, site_id: int, wish: Wish, means: Means, now: datetime, due: datetime | None) -> int:
    """Send what waits by `due`, whatever its turn where that is None; return how much was taken."""
    sent = 0
    for row in store.due_deliveries(site_id, due):
        here = {(each.channel, each.address): each for each in row.deliveries}
        if unwanted := [each.id for place, each in here.items() if place not in wish.places]:
            store.drop_deliveries(unwanted)
        places = [place for place in here if place in wish.places]
        digest = replace(Digest.of_json(row.body), site_id=site_id)  # it may have moved here under another number
        for attempt in send(digest, places, wish, means, now):
            _note(store, row, here[attempt.channel, attempt.address], attempt, now)
            sent += attempt.error is None
    return sent


def pages_of(means: Means, site_id: int) -> str:
    """Say where the dashboard of a site is found, "" where nobody knows."""
    return f"{means.address}/dashboard/{site_id}" if means.address else ""


def _emails(digest: Digest, to: list[str], pages: str, means: Means, now: datetime, test: bool) -> Iterator[Attempt]:
    """Send to each address a message of its own, all over one connection."""
    written = letter(digest, pages, test)
    try:
        with mail.mail_server(means) as post:
            sender = means.smtp.sender if means.smtp else ""
            for address in to:
                made = mail.message(written, digest.key, sender, address, now)
                yield _tried(EMAIL, address, lambda made=made: post.send(made))  # type: ignore[misc]
    except DigestError as error:
        yield from (Attempt(EMAIL, address, error, again=True) for address in to)


def _tried(channel: str, address: str, go: Callable[[], None]) -> Attempt:
    try:
        go()
    except DigestError as error:
        return Attempt(channel, address, error)
    return Attempt(channel, address)


def _note(store: Store, row: DigestRow, delivery: Delivery, attempt: Attempt, now: datetime) -> None:
    error, tries = attempt.error, delivery.tries + 1
    facts = {"site": row.site_id, "task": "digest", "channel": attempt.channel, "tries": tries}
    if error is None:
        store.note_delivery(delivery.id, SENT, "", now, now)
        log.info("digest sent", extra=facts)
        return
    given_up = (isinstance(error, ChannelRefused) and not attempt.again) or tries > len(WAITS)
    wait = timedelta() if given_up else WAITS[tries - 1]
    store.note_delivery(delivery.id, FAILED if given_up else WAITING, str(error), now + wait, now)
    log.warning("digest not sent", extra={**facts, "given_up": given_up, "error": type(error).__name__})
