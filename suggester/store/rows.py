"""What the store gives back that is no noun of the whole project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from suggester.entities import Post, Site

KINDS_OF_CHANGE = ("saved", "trashed", "restored", "deleted", "permalink")


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A connected site."""

    id: int
    url: str  # home address, without a trailing slash
    source: str  # the address or export file the posts are read from
    name: str = ""
    lang: str = ""
    aliases: tuple[str, ...] = ()
    login_user: str = ""
    login_secret: bytes = field(default=b"", repr=False)  # encrypted
    created_at: datetime | None = None

    @property
    def entity(self) -> Site:
        """The site as the other rooms know it."""
        return Site(self.url, self.name, self.lang, self.aliases)


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far the sync of a site has come: the one under way, the one interrupted, or else the last one."""

    cursor: str = ""  # where the one under way goes on
    since: datetime | None = None  # it asks for posts changed since then; None: for all
    whole: bool = False  # it was asked to read everything anew
    started_at: datetime | None = None  # None: none is under way, nor was one interrupted
    last_started_at: datetime | None = None  # start of the last finished one
    synced_at: datetime | None = None  # its end
    seconds: float = 0.0  # how long it took
    source_name: str = ""
    read: int = 0
    changed: int = 0
    deleted: int = 0
    lookups_left: int = 0  # addresses that were not asked after yet
    notes: tuple[str, ...] = ()  # what went otherwise than wished, and what to do
    error: str = ""  # why the last try stopped; "" once one ended well
    error_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """All that one step of a sync learned; it is kept whole or not at all."""

    posts: tuple[Post, ...] = ()
    gone: frozenset[int] = frozenset()
    addresses: Mapping[str, int | None] = field(default_factory=dict)
    cursor: str | None = None  # None: stays as it is
    changes_up_to: int = 0  # changes up to this number were taken up


@dataclass(frozen=True, slots=True)
class Change:
    """What the plugin told of one post."""

    post_id: int
    kind: str  # one of KINDS_OF_CHANGE
    old_url: str = ""
    number: int = 0  # counted by the store


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done for a site, whoever does it."""

    id: int
    site_id: int
    kind: str  # "refresh", "changes" (those the plugin told), "audit" (if one is due), "digest"
    reason: str  # "night", "changes", "asked"
    state: str  # "waiting", "running", "failed": one that ended well is gone
    due_at: datetime  # not before
    made_at: datetime
    changed_at: datetime  # when it was begun, put back or given up
    tries: int = 0  # the one under way included
    slices: int = 0  # times it gave way to other sites
    worker: str = ""  # who is at it
    beat: int = 0  # goes on as long as somebody is
    why: str = ""  # the last try did not end well: one sentence


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key a site's plugin may speak with; the key itself is not kept."""

    id: int
    site_id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many posts of a site are how."""

    by_status: dict[str, int]
    targets: int  # may be suggested
    embedded: dict[str, int]  # encoder -> posts whose vectors by it are all there
