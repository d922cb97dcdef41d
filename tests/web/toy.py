"""A service with three posts about bread, small enough to check by hand; it has the methods of the real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace

from suggester.entities import Anchor, NewText, Reason, Suggestion, Suggestions, Verdict
from suggester.errors import KeyRefused, UnknownPost

KEY = "toy-key"
SITE = 1
SYNCED = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
SENTENCE = "Feed the sourdough starter twice a day, then let it rest."


@dataclass(frozen=True)
class ToyCard:
    id: int
    url: str
    title: str
    type: str = "post"
    published: datetime | None = datetime(2025, 3, 1, 8, tzinfo=UTC)
    inbound: int = 0
    outbound: int = 0
    lang: str = "en"
    words: int = 640


CARDS = {
    1: ToyCard(1, "https://bread.example/first-loaf", "Your first loaf", inbound=2, outbound=1),
    2: ToyCard(2, "https://bread.example/starter", "How to keep a starter alive", outbound=2),
    3: ToyCard(3, "https://bread.example/about", 'About <us> & "them"', type="page", published=None, inbound=1),
}
FOUND = Suggestions(
    1,
    (
        Suggestion(
            1,
            2,
            Anchor("sourdough starter", "Feed the ", " twice a day, then let it rest.", block=3),
            0.91234,
            True,
            SENTENCE,
            (
                Reason("title_mentioned", "The title of the target stands in the text.", 1.0),
                Reason("orphan", "No other post links to the target yet."),
            ),
            (Anchor("starter", "Feed the sourdough ", " twice a day", block=3),),
        ),
        Suggestion(1, 3, None, 0.41, False, new_text=NewText("More about who we are.", "who we are", 5)),
    ),
    {"already_linked": 2, "too_close": 1},
)


@dataclass
class ToyService:
    """What the doors ask of the real service."""

    known: dict[int, Suggestions] = field(default_factory=lambda: {1: FOUND})
    keys: dict[str, int] = field(default_factory=lambda: {KEY: SITE})
    told: list[object] = field(default_factory=list)

    def site_for_key(self, key: str) -> int:
        if key not in self.keys:
            raise KeyRefused("This key belongs to no site; `suggester keys new` makes one.")
        return self.keys[key]

    def suggestions(self, site_id: int, post_id: int, limit: int = 8) -> Suggestions:
        self.card(site_id, post_id)
        found = self.known.get(post_id, Suggestions(post_id, (), {"nothing_similar": 7}))
        return Suggestions(found.source_id, found.items[:limit], found.dropped)

    def draft_suggestions(self, site_id: int, post_id: int, *, limit: int = 8, **draft: object) -> Suggestions:
        self.told.append((post_id, draft))
        items = tuple(replace(item, source_id=post_id) for item in FOUND.items if "starter" in str(draft["content"]))
        return Suggestions(post_id, items[:limit], FOUND.dropped)

    def all_suggestions(self, site_id: int, limit: int = 8, progress: object = None) -> Iterator[Suggestions]:
        yield from (self.suggestions(site_id, post_id, limit) for post_id in CARDS)

    def orphans(self, site_id: int) -> list[ToyCard]:
        return [CARDS[2]]

    def card(self, site_id: int, post_id: int) -> ToyCard:
        if post_id not in CARDS:
            raise UnknownPost(f"Post {post_id} is not in the corpus; run `suggester sync` first.")
        return CARDS[post_id]

    def add_verdict(self, site_id: int, verdict: Verdict) -> None:
        self.told.append(verdict)

    def add_changes(self, site_id: int, changes: list[dict[str, object]]) -> None:
        self.told += changes

    def status(self, site_id: int) -> SimpleNamespace:
        return SimpleNamespace(
            url="https://bread.example",
            name="Bread",
            posts=3,
            orphans=1,
            encoder="letters",
            ranker="hand-1",
            synced_at=SYNCED,
        )
