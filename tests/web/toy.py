"""A service with three posts about bread, small enough to check by hand; it has the methods of the real one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from suggester.content.links import Address
from suggester.engine.index import Card
from suggester.entities import (
    Anchor,
    Audit,
    Clicked,
    Counting,
    Inbound,
    LinkReport,
    NewText,
    OtherTarget,
    Problem,
    Reason,
    Rule,
    Settings,
    Suggestion,
    Suggestions,
    Verdict,
)
from suggester.errors import KeyRefused, LoginRefused, UnknownPost, UnknownSite
from suggester.store.rows import KeyRow, SiteRow
from suggester.tasks.digest.sending import Wish
from suggester.tasks.embed import EmbedReport
from suggester.tasks.nights import Nights
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.refreshing import RefreshReport
from suggester.tasks.service import Connected
from suggester.tasks.status import Meta, Status
from suggester.tasks.sync import SyncReport
from suggester.wordpress.login import Login

KEY = "toy-key"
SITE = 1
SITE_URL = "https://bread.example"
SYNCED = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
PUBLISHED = datetime(2025, 3, 1, 8, tzinfo=UTC)
SENTENCE = "Feed the sourdough starter twice a day, then let it rest."


def card(post_id: int, slug: str, title: str, inbound: int, outbound: int, kind: str = "post") -> Card:
    published = PUBLISHED if kind == "post" else None
    return Card(post_id, f"{SITE_URL}/{slug}", title, kind, published, inbound, outbound, "en", 640, True)


CARDS = {
    1: card(1, "first-loaf", "Your first loaf", 2, 1),
    2: card(2, "starter", "How to keep a starter alive", 0, 2),
    3: card(3, "about", 'About <us> & "them"', 1, 0, "page"),
}
REASONS = (
    Reason("title_mentioned", "The title of the target stands in the text.", 1.0),
    Reason("orphan", "No other post links to the target yet."),
)
ANCHOR = Anchor("sourdough starter", "Feed the ", " twice a day, then let it rest.", block=3)
SHORTER = Anchor("starter", "Feed the sourdough ", " twice a day", block=3)
STRONG = Suggestion(1, 2, ANCHOR, 0.91234, True, SENTENCE, REASONS, (SHORTER,), None, (OtherTarget(3, 0.30004),))
NEW = Suggestion(1, 3, None, 0.41, False, new_text=NewText("More about who we are.", "who we are", 5))
BROKEN = Problem(
    "broken",
    "/rye-bred/",
    Anchor("rye bread", "Next week we bake ", ".", 4),
    "No post stands at this address any more.",
)
REDIRECTED = Problem(
    "redirected",
    "/feeding-day/",
    Anchor("feeding", "The evening before is for ", " and folding.", 2),
    "This is a former address; visitors are sent on to the post.",
    target_id=2,
    url=f"{SITE_URL}/starter",
)
REPORT = LinkReport(640, 3, 1, 4.6875, (3.0, 10.0), 2, (BROKEN, REDIRECTED))
FOUND = Suggestions(1, (STRONG, NEW), {"already_linked": 2, "too_close": 1}, REPORT)
THIRD = Suggestion(
    3,
    2,
    None,
    0.41,
    False,
    new_text=NewText("See also: How to keep a starter alive.", "How to keep a starter alive", 1),
)
INBOUND = Inbound(2, 0, True, (replace(STRONG, other_targets=()), THIRD), {"link_limit_reached": 1, "unsure": 1})
NOTHING = {"nothing_similar": 7}
STATUS = Status(
    SITE, SITE_URL, "Bread", SITE_URL, posts=3, by_status={"publish": 3}, targets=3, orphans=1, indexed=3,
    encoder="letters", ranker="hand-set", embedded=3, to_embed=0, changes=2, under_way=False, interrupted=False,
    synced_at=SYNCED, seconds=0.5, source_name="rest", error="", error_at=None,
    advice=("2 changes wait; `suggester sync` takes them up.",), signed_in_as="anna",
)  # fmt: skip
NIGHTS = Nights(
    (), {}, None, under_way=False, waiting=(), failed=(), changes=2, next_at=None, undelivered=0, mood="good",
    line="Last refreshed 2 hours ago; it took 4 seconds.",
)  # fmt: skip
AUDITS = (
    Audit(1, SITE, SYNCED, 68.9, {"reach": 50.0}, {"broken": 1, "orphan": 1}),
    Audit(
        2, SITE, SYNCED, 71.4, {"reach": 52.0, "working": 80.0},
        {"orphan": 1, "generic": 3, "broken": 2, "dead_end": 1, "empty": 0},
        costs={"orphan": 9.8, "generic": 1.4, "broken": 12.6, "dead_end": 0.3}, fresh={"broken": 1},
    ),
)  # fmt: skip
SETTINGS = Settings(("post", "page"), (3,), ("category:news",), ("sale",), 8.0, 0.3)


@dataclass
class ToyStore:
    """The keys and addresses of the toy."""

    named: list[str] = field(default_factory=lambda: ["plugin"])

    def urls(self, site_id: int) -> list[Address]:
        return [Address(each.id, each.url, ("feeding-day",) if each.id == 2 else ()) for each in CARDS.values()]

    def site(self, site_id: int) -> SiteRow:
        return SiteRow(SITE, SITE_URL, SITE_URL, "Bread")

    def addresses(self, site_id: int) -> dict[str, int | None]:
        return {}

    def add_key(self, site_id: int, name: str) -> str:
        self.named.append(name)
        return f"sug_{name}"

    def keys(self, site_id: int) -> list[KeyRow]:
        return [KeyRow(number, site_id, name, SYNCED) for number, name in enumerate(self.named)]

    def revoke_key(self, site_id: int, name: str) -> int:
        count = self.named.count(name)
        self.named = [each for each in self.named if each != name]
        return count


@dataclass
class ToyService:
    """What the doors ask of the real service."""

    known: dict[int, Suggestions] = field(default_factory=lambda: {1: FOUND})
    rows: list[SiteRow] = field(default_factory=lambda: [SiteRow(SITE, SITE_URL, SITE_URL, "Bread")])
    told: list[object] = field(default_factory=list)
    store: ToyStore = field(default_factory=ToyStore)
    breaks: BaseException | None = None  # what a refresh runs into
    stored: Settings = SETTINGS
    laid_down: tuple[Rule, ...] = ()
    wish: Wish = Wish()

    def at_one_moment(self) -> AbstractContextManager[None]:
        return nullcontext()

    def site_for_key(self, key: str) -> int:
        if key != KEY:
            raise KeyRefused("This key is not known here; `suggester keys new` makes one.")
        return SITE

    def impressions(self, _site_id: int) -> dict[int, float]:
        return {}

    def sites(self) -> list[SiteRow]:
        return self.rows

    def find_site(self, text: str) -> SiteRow:
        for row in self.rows:
            if text in ("", str(row.id), row.url):
                return row
        raise UnknownSite("No site is connected yet; `suggester connect https://your-site.example` connects one.")

    def password_page(self, address: str) -> str:
        return f"{address}/wp-admin/authorize-application.php?app_name=Link+suggester"

    def connect(self, address: str, login: object = None) -> Connected:
        self.told.append((address, login))
        self.rows = [SiteRow(SITE, SITE_URL, address, "Bread")]
        return Connected(SITE, SITE_URL, "Bread", "rest", KEY)

    def update(self, site_id: int, progress: Progress = SILENT, full: bool = False) -> RefreshReport:
        progress.start("read", len(CARDS))
        progress.advance(len(CARDS))
        progress.finish()
        if self.breaks:
            raise self.breaks
        return RefreshReport(SyncReport(3, 2, 0, "rest", 0.5), EmbedReport(9, 6, 3, 1.5), 3, 0.25, 2.25)

    def suggestions(self, site_id: int, post_id: int, limit: int = 8) -> Suggestions:
        self.card(site_id, post_id)
        found = self.known.get(post_id, Suggestions(post_id, (), NOTHING, LinkReport(12)))
        return replace(found, items=found.items[:limit])

    def draft_suggestions(self, site_id: int, post_id: int, *, limit: int = 8, **draft: object) -> Suggestions:
        self.told.append((post_id, draft))
        if self.breaks:
            raise self.breaks
        items = tuple(replace(item, source_id=post_id) for item in FOUND.items if "starter" in str(draft["content"]))
        return replace(FOUND, source_id=post_id, items=items[:limit])

    def inbound(self, site_id: int, post_id: int, limit: int = 8) -> Inbound:
        card = self.card(site_id, post_id)
        none = Inbound(post_id, card.inbound, card.orphan, (), {"not_public": 1})
        return replace(INBOUND, items=INBOUND.items[:limit]) if post_id == INBOUND.target_id else none

    def all_suggestions(self, site_id: int, limit: int = 8, progress: Progress = SILENT) -> Iterator[Suggestions]:
        yield from (self.suggestions(site_id, post_id, limit) for post_id in CARDS)

    def orphans(self, site_id: int) -> list[Card]:
        return [CARDS[2]]

    def counts(self, site_id: int, post_ids: Iterable[int]) -> list[Card]:
        return [CARDS[each] for each in post_ids if each in CARDS]

    def settings(self, site_id: int) -> Settings:
        return self.stored

    def change_settings(self, site_id: int, wanted: Mapping[str, object]) -> Settings:
        self.stored = replace(self.stored, **wanted)
        return self.stored

    def digest_wish(self, site_id: int) -> Wish:
        return self.wish

    def change_digest_wish(self, site_id: int, wanted: Mapping[str, object]) -> Wish:
        self.wish = replace(self.wish, **wanted)
        return self.wish

    def nights(self, site_id: int, at_most: int = 30) -> Nights:
        return NIGHTS

    def audits(self, site_id: int) -> list[Audit]:
        return list(AUDITS)

    def rules(self, site_id: int) -> tuple[Rule, ...]:
        return self.laid_down

    def change_rules(self, site_id: int, add: Iterable[Rule], *, whole: bool) -> tuple[Rule, ...]:
        self.laid_down = tuple(replace(rule, id=number) for number, rule in enumerate(add, 1))
        return self.laid_down

    def sign_in(self, site_id: int, login: Login) -> None:
        if "wrong" in login.password:
            raise LoginRefused("WordPress does not take this password; make a new one.")
        self.told.append(login)

    def sign_out(self, site_id: int) -> None:
        self.told.append("signed out")

    def card(self, site_id: int, post_id: int) -> Card:
        if post_id not in CARDS:
            raise UnknownPost(f"Post {post_id} is not in the corpus; run `suggester sync` first.")
        return CARDS[post_id]

    def add_verdict(self, site_id: int, verdict: Verdict) -> None:
        self.told.append(verdict)

    def add_changes(self, site_id: int, changes: list[Mapping[str, object]]) -> int:
        self.told += changes
        return len(changes)

    def take_clicks(self, site_id: int, batch: str, told: list[Clicked], state: Counting | None = None) -> int:
        known = any(each[0] == batch for each in self.told if isinstance(each, tuple))
        self.told.append((batch, told, state))
        return 0 if known else len(told)

    def signing_key(self) -> bytes:
        return b"toy" * 11

    def sign_in_link(self, site_ids: Iterable[int]) -> str:
        self.told.append(("link", list(site_ids)))
        return "once"

    def meta(self, site_id: int) -> Meta:
        return Meta("letters", "hand-set", SYNCED)

    def status(self, site_id: int) -> Status:
        return STATUS

    def close(self) -> None:
        self.told.append("closed")
