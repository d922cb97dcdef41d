"""What a refresh noticed, put together: what is left of it once what cancels out is gone, and the best of that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from heapq import nsmallest
from typing import Any, Self

from suggester.entities import Event

ORDER = ("broken", "orphaned", "audited", "appeared", "linked", "died")
"""Kinds of events, those to act upon first."""
MOST = {"broken": 8, "orphaned": 8, "audited": 1, "appeared": 8, "linked": 5, "died": 3}
"""Findings named of each kind; the rest is counted."""
OPPOSITE = {"appeared": "died", "died": "appeared", "orphaned": "linked", "linked": "orphaned"}
LONGEST = {"source_url": 500, "target_url": 500, "href": 300, "anchor": 100, "why": 240}
LONGEST_TITLE = 140
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell."""

    kind: str  # one of EVENT_KINDS
    source_id: int | None = None
    source: str = ""  # its title
    source_url: str = ""
    target_id: int | None = None
    target: str = ""
    target_url: str = ""
    anchor: str = ""  # the words the link stands on, or would
    href: str = ""  # of a broken link, as written
    why: str = ""  # one sentence

    @classmethod
    def of(cls, event: Event) -> Self:
        """Take from an event what a person needs, each field cut to a bounded length."""
        names = ("source", "source_url", "target", "target_url", "anchor", "href", "why")
        words = {name: cut(str(event.what.get(name) or ""), LONGEST.get(name, LONGEST_TITLE)) for name in names}
        return cls(event.kind, event.source_id, target_id=event.target_id, **words)


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened since the last one was made."""

    key: str  # the same however often it is sent
    site_id: int
    site: str  # its name
    site_url: str
    since: datetime  # of its first event, UTC
    until: datetime  # of its last
    counts: Mapping[str, int] = field(default_factory=dict)  # by kind, in ORDER; only those there are
    findings: tuple[Finding, ...] = ()  # in ORDER, at most MOST of each kind

    def of_kind(self, kind: str) -> list[Finding]:
        """Give the findings of one kind."""
        return [each for each in self.findings if each.kind == kind]

    def as_json(self) -> dict[str, Any]:
        """Give all of it as plain JSON values."""
        moments = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {**asdict(self), **moments, "findings": [asdict(each) for each in self.findings]}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """Read what `as_json` gave."""
        findings = tuple(Finding(**each) for each in told["findings"])
        since, until = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"])
        return cls(**{**told, "since": since, "until": until, "findings": findings})


class Gathering:
    """Takes events in, oldest first, and keeps of each only what it takes to choose among them."""

    def __init__(self) -> None:
        self._net: dict[tuple[Any, ...], tuple[str, float, int]] = {}  # thing -> kind, rank, number of its last event
        self.last = 0  # number of the last event
        self.since: datetime | None = None
        self.until: datetime | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Take events in; one that undoes an earlier one cancels out with it."""
        for event in events:
            self.last, self.until = event.id, event.at
            self.since = self.since or event.at
            thing = _thing(event)
            before = self._net.get(thing)
            if before and OPPOSITE.get(event.kind) == before[0]:
                del self._net[thing]
            elif before is None:
                self._net[thing] = (event.kind, -float(event.what.get("score") or 0.0), event.id)

    def counts(self) -> dict[str, int]:
        """Count what is left, by kind."""
        found = Counter(kind for kind, _, _ in self._net.values())
        return {kind: found[kind] for kind in ORDER if found[kind]}

    def best(self) -> list[int]:
        """Give the numbers of the events to name, in the order to name them."""
        chosen = []
        for kind in ORDER:
            own = ((rank, number) for other, rank, number in self._net.values() if other == kind)
            chosen += [number for _, number in nsmallest(MOST[kind], own)]
        return chosen


def cut(text: str, longest: int) -> str:
    """Cut a text to a length, at a word where one ends near, and fold its white space and what nobody can read."""
    folded = " ".join(_CONTROL.sub(" ", text.encode("utf-8", "replace").decode()).split())
    if len(folded) <= longest:
        return folded
    head = folded[: longest - 1]
    return (head[: head.rfind(" ")] if head.rfind(" ") > longest * 0.6 else head).rstrip() + "…"


def _thing(event: Event) -> tuple[Any, ...]:
    """Name what an event is about: a suggestion by its two posts, a broken link by where it stands, else a post."""
    if event.kind in ("orphaned", "linked"):
        return ("post", event.target_id)
    if event.kind == "audited":
        return ("audit",)
    if event.kind == "broken":
        return ("link", event.source_id, str(event.what.get("href") or ""), event.target_id)
    return ("suggestion", event.source_id, event.target_id)
