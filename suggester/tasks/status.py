"""How things stand with a site, as a person needs to know it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from suggester.content.text import plural
from suggester.store import Store


@dataclass(frozen=True, slots=True)
class Meta:
    """What made an answer, so that it can be traced."""

    encoder: str  # "" where suggestions go by words alone
    ranker: str
    synced_at: datetime | None  # None: never


@dataclass(frozen=True, slots=True)
class Status:
    """One site: its posts, its last sync, what waits, and what to do about it."""

    site_id: int
    url: str
    name: str
    source: str
    posts: int
    by_status: dict[str, int]
    targets: int  # posts that may be suggested
    orphans: int
    indexed: int  # posts that suggestions know of
    encoder: str  # of the index; "" where suggestions go by words alone
    ranker: str
    embedded: int  # posts whose vectors by today's encoder are all there
    to_embed: int  # the others
    changes: int  # told by the plugin, not yet taken up
    under_way: bool  # a sync is running now
    interrupted: bool  # one was stopped; the next goes on where it was
    synced_at: datetime | None
    seconds: float  # how long the last sync took
    source_name: str  # how it read the site: "rest", "xmlrpc" or "export"
    error: str  # why the last try stopped, "" where it ended well
    error_at: datetime | None
    advice: tuple[str, ...]  # what to do, one sentence each
    signed_in_as: str = ""  # WordPress user as whom the site is read; "" where there is no login


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index of a site says of itself; all empty where there is none yet."""

    posts: int = 0
    orphans: int = 0
    encoder: str = ""


def status_of(store: Store, site_id: int, indexed: Indexed, encoder_id: str, ranker: str, trouble: str) -> Status:
    """Gather how things stand; `trouble` is why there is no encoder."""
    site, state = store.site(site_id), store.sync_state(site_id)
    counted, under_way = store.count_posts(site_id), store.is_locked(site_id)
    posts = sum(counted.by_status.values())
    embedded = counted.embedded.get(encoder_id, 0) if encoder_id else 0
    status = Status(
        site_id=site_id,
        url=site.url,
        name=site.name,
        source=site.source,
        posts=posts,
        by_status=counted.by_status,
        targets=counted.targets,
        orphans=indexed.orphans,
        indexed=indexed.posts,
        encoder=indexed.encoder,
        ranker=ranker,
        embedded=embedded,
        to_embed=posts - embedded if encoder_id else 0,
        changes=store.count_changes(site_id),
        under_way=under_way,
        interrupted=state.started_at is not None and not under_way,
        synced_at=state.synced_at,
        seconds=state.seconds,
        source_name=state.source_name,
        error=state.error,
        error_at=state.error_at,
        advice=state.notes,
        signed_in_as=site.login_user,
    )
    return _advised(status, encoder_id, trouble)


def _advised(status: Status, encoder_id: str, trouble: str) -> Status:
    said = [text for text, holds in _sentences(status, encoder_id, trouble) if holds]
    return replace(status, advice=(*status.advice, *said))


def _sentences(status: Status, encoder_id: str, trouble: str) -> list[tuple[str, bool]]:
    idle = not status.under_way
    return [
        (trouble, bool(trouble)),
        ("The last sync was stopped; run `suggester sync`, it goes on where it was.", idle and status.interrupted),
        (
            "The site has not been read yet; run `suggester sync`.",
            idle and not (status.synced_at or status.interrupted),
        ),
        (
            f"{plural(status.changes, 'change waits', 'changes wait')}; `suggester sync` takes them up.",
            status.changes > 0 and idle,
        ),
        (
            f"{plural(status.to_embed, 'post has', 'posts have')} no vectors yet; `suggester sync` makes them.",
            idle and status.to_embed > 0 and status.synced_at is not None,
        ),
        (
            "The index was made with another encoder; run `suggester sync` to renew it.",
            bool(encoder_id) and status.indexed > 0 and status.encoder != encoder_id,
        ),
    ]
