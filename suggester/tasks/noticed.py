"""What a refresh noticed, told as events, in words that need nothing beside them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suggester.content.links import Resolver
from suggester.entities import Body, Event, Suggestion, Suggestions
from suggester.store import Watched
from suggester.tasks.pieces import Kept
from suggester.tasks.touched import Compared

GONE = "The post it led to is gone, or readers cannot see it any more."
NO_SOURCE = "The post it stood in is gone, or readers cannot see it any more."
NO_WORDS = "The words it stood on are not there any more."
UNSURE = "It is not likely enough any more that an editor would take it."
BEHIND = "Other suggestions of the post go first by now."
OTHERS = "Other posts fit better by now."


@dataclass(frozen=True, slots=True)
class Noticing:
    """Makes the events of one refresh."""

    site_id: int
    refresh_id: int
    at: datetime
    compared: Compared
    quiet: bool  # nothing is told of a site's first refresh, when everything is new

    def of_posts(self, kept: Kept, resolver: Resolver) -> Iterator[Event]:
        """Tell which links broke, which posts became orphans, and which orphans got a link."""
        if self.quiet:
            return
        before, linked_by = self.compared.before, _linked_by(self.compared)
        for post_id, now in self.compared.now.items():
            was = before.get(post_id)
            yield from self._broken(now, was, kept, resolver)
            if not now.target:
                continue
            if not now.inbound and (was is None or was.inbound or not was.target):
                yield self._event("orphaned", None, post_id, target=now)
            elif now.inbound and was is not None and was.target and not was.inbound:
                first = self.compared.now[min(linked_by[post_id])]
                yield self._event("linked", first.post_id, post_id, source=first, target=now)

    def of_lost(self, lost: Iterable[Suggestion]) -> list[Event]:
        """Tell which suggestions died with their source or target."""
        gone = self.compared.gone
        return [self._died(one, NO_SOURCE if one.source_id in gone else GONE) for one in lost]

    def of_made(
        self, before: Iterable[Suggestion], found: Suggestions, body: Body | None, dismissed: Collection[int]
    ) -> tuple[list[Event], list[Event]]:
        """Tell which suggestions of a source appeared, and which died; none that became a link, or was dismissed."""
        was = {one.target_id: one for one in before if one.shown}
        shown = {one.target_id: one for one in found.items if one.shown}
        linked = {link.target for link in body.links} if body else set()
        gone = [one for target, one in was.items() if target not in {*shown, *linked, *dismissed}]
        appeared = [self._appeared(one) for target, one in shown.items() if target not in was]
        return appeared, [self._died(one, _why(one, found, body)) for one in gone]

    def _broken(self, now: Watched, was: Watched | None, kept: Kept, resolver: Resolver) -> Iterator[Event]:
        fresh = [href for href in now.broken if was is None or href not in was.broken]
        if not fresh:
            return
        row = kept.index.row(now.post_id)
        links = json.loads(kept.pieces.facts[row])["links"] if row is not None else []
        anchors = {href: anchor for href, anchor, _ in reversed(links)}
        for href in fresh:
            target_id = resolver.resolve(href, now.url)
            why = "The post is hidden." if target_id is not None else "Nothing is found there."
            target = None if target_id is None else self.compared.now.get(target_id)
            words = {"href": href, "anchor": anchors.get(href, ""), "why": why}
            yield self._event("broken", now.post_id, target_id, source=now, target=target, **words)

    def _appeared(self, one: Suggestion) -> Event:
        told = {"anchor": one.anchor.text if one.anchor else "", "sentence": one.sentence, "score": one.score}
        return self._of_suggestion("appeared", one, told)

    def _died(self, one: Suggestion, why: str) -> Event:
        return self._of_suggestion("died", one, {"anchor": one.anchor.text if one.anchor else "", "why": why})

    def _of_suggestion(self, kind: str, one: Suggestion, told: Mapping[str, Any]) -> Event:
        source, target = self._known(one.source_id), self._known(one.target_id)
        return self._event(kind, one.source_id, one.target_id, source=source, target=target, **told)

    def _known(self, post_id: int) -> Watched | None:
        return self.compared.now.get(post_id) or self.compared.before.get(post_id)

    def _event(
        self,
        kind: str,
        source_id: int | None,
        target_id: int | None,
        source: Watched | None = None,
        target: Watched | None = None,
        **told: Any,  # noqa: ANN401 - whatever JSON takes
    ) -> Event:
        what: dict[str, Any] = {}
        for name, post in (("source", source), ("target", target)):
            if post:
                what |= {name: post.title, f"{name}_url": post.url}
        return Event(self.site_id, self.refresh_id, kind, source_id, target_id, what | told, self.at)


def _linked_by(compared: Compared) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for post_id, post in compared.now.items():
        for target in post.links:
            found.setdefault(target, []).append(post_id)
    return found


def _why(one: Suggestion, found: Suggestions, body: Body | None) -> str:
    if body is None:
        return NO_SOURCE
    if one.anchor and not any(one.anchor.text in block.text for block in body.blocks if block.linkable):
        return NO_WORDS
    same = next((other for other in found.items if other.target_id == one.target_id), None)
    if same is None:
        return OTHERS
    return UNSURE if same.score < one.score else BEHIND
