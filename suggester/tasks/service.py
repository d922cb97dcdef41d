"""The one room behind all doors: what the command line, the web and the plugin can ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from suggester.encoding import BUNDLED
from suggester.encoding.bundled import cores
from suggester.encoding.protocol import Encoder
from suggester.engine.inbound import inbound
from suggester.engine.index import Card, Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Draft, Encode
from suggester.engine.suggest import dismissed_by, suggest
from suggester.entities import PUBLISHED, Inbound, Plan, Post, Settings, Suggestions, Term, Verdict
from suggester.errors import LoginRefused, ModelMissing, SiteRefused, UnknownPost
from suggester.graph.orphans import nearly, orphans
from suggester.store import DATABASE, Secrets, SiteRow, Store
from suggester.store.posts import chunks
from suggester.tasks.audit import AuditVerbs
from suggester.tasks.clicks import ClickReport, ClickVerbs
from suggester.tasks.clusters import ClusterVerbs
from suggester.tasks.digest.means import Means
from suggester.tasks.digest.telling import DigestVerbs
from suggester.tasks.equity import EquityVerbs
from suggester.tasks.exports import ExportVerbs
from suggester.tasks.held import Held
from suggester.tasks.helpers import AT_ONCE, MOST_PROCESSES, Helpers, LoadEncoder, Opened, Place
from suggester.tasks.imports import Effects, ImportVerbs
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.link_changes import LinkVerbs
from suggester.tasks.moving import MoveVerbs
from suggester.tasks.nights import NightVerbs
from suggester.tasks.pages import RenderedPages
from suggester.tasks.pictures import Pictures, PictureVerbs
from suggester.tasks.plan import Known as PlanKnown
from suggester.tasks.plan import Wish, plan
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.queue.verbs import QueueVerbs
from suggester.tasks.rankers import Rankers
from suggester.tasks.readings import draft_of, read_body
from suggester.tasks.refreshing import RefreshVerbs
from suggester.tasks.rules import RuleBooks, RuleVerbs
from suggester.tasks.similar import SimilarVerbs
from suggester.tasks.standing import reports_of
from suggester.tasks.status import Indexed, Meta, Status, status_of
from suggester.tasks.suggesting import Asked, reported
from suggester.tasks.sync import SyncReport, sync
from suggester.tasks.vectors import Vectoriser, encoder_named
from suggester.tasks.visits import VisitVerbs
from suggester.wordpress.connect import find_authorise_url, is_file, open_source
from suggester.wordpress.login import Login
from suggester.wordpress.source import Source

KEY_NAME = "plugin"
APP_NAME = "Link suggester"  # as WordPress lists it among a user's application passwords

OpenSource = Callable[[str, Login | None], Source]


@dataclass(frozen=True, slots=True)
class Connected:
    """A site that is kept from now on."""

    site_id: int
    url: str
    name: str
    source_name: str
    key: str  # for the plugin, shown this once; "" where the one given before still holds


@dataclass(frozen=True, slots=True)
class Known:
    """What suggesting for a site goes by."""

    index: Index
    draft: Callable[[Post], Draft]
    encode: Encode | None


class Service(
    RefreshVerbs,
    LinkVerbs,
    RuleVerbs,
    EquityVerbs,
    ImportVerbs,
    ExportVerbs,
    ClusterVerbs,
    PictureVerbs,
    DigestVerbs,
    NightVerbs,
    QueueVerbs,
    MoveVerbs,
    SimilarVerbs,
    AuditVerbs,
    VisitVerbs,
    ClickVerbs,
):
    """Sites, their suggestions and their upkeep; one is shared by all threads."""

    def __init__(
        self,
        store: Store,
        data: Path,
        secrets: Secrets,
        load_encoder: LoadEncoder,
        open_source: OpenSource,
        ca_file: Path | None = None,
        means: Means | None = None,
        threads: int = 0,
    ) -> None:
        self.store = store
        self.means = means or Means()
        self._data = data
        self._secrets = secrets
        self._load_encoder = load_encoder
        self._open_source = open_source
        self._ca_file = ca_file
        self._processes = min(threads or cores(), MOST_PROCESSES)
        self._indexes = Indexes(store)
        self.pictures = Pictures(store)
        self.pages = RenderedPages(store)
        self.rankers = Rankers(store.shelf)
        self.rulebooks = RuleBooks(store)
        self._effects = Held[Effects]()
        self._click_reports = Held[ClickReport]()
        self._lock = RLock()
        self._encoder: Encoder | None = None
        self._vectoriser: Vectoriser | None = None
        self._trouble: str | None = None  # None: no encoder was asked for yet

    @classmethod
    def open(
        cls,
        data: Path,
        encoder_name: str = BUNDLED,
        secret: str | None = None,
        *,
        database: str = "",
        threads: int = 0,
        ca_file: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
        load_encoder: LoadEncoder | None = None,
        open_source: OpenSource | None = None,
        means: Means | None = None,
    ) -> Service:
        """Open a data folder; `say` hears how a site is read where that is worth knowing.

        `database` is the address of a database server that takes the place of the SQLite file in the folder. `threads`
        are the cores to be used, 0 for all: by the encoder, and by helpers where suggestions of many posts are made.
        """
        store = Store.open(database or data / DATABASE, data)
        secrets = Secrets(secret) if secret else Secrets.of_folder(data)
        loader = load_encoder or partial(encoder_named, encoder_name, threads)
        source = open_source or partial(_open, say=say, ca_file=ca_file)
        return cls(store, data, secrets, loader, source, ca_file, means, threads)

    def close(self) -> None:
        """Let go of the data folder."""
        self.store.close()

    def at_one_moment(self) -> AbstractContextManager[None]:
        """Let this thread see each site's index, until the block ends, as it was when the block first asked for it.

        For what is put together of several answers: a post that one of them names could be gone for the next.
        """
        return self._indexes.at_one_moment()

    # sites

    def password_page(self, address: str) -> str:
        """Look at a site, and give the page on which WordPress hands out a password for this program."""
        return find_authorise_url(address, APP_NAME, self._ca_file)

    def connect(self, url_or_path: str, login: Login | None = None, *, new_key: bool = False) -> Connected:
        """Keep a site; connecting again brings a new login, and a new key only where one is asked for."""
        source = self._open_source(url_or_path, login)
        site = source.site()
        site_id = self.store.add_site(
            site.url,
            _lasting(url_or_path),
            name=site.name,
            lang=site.lang,
            aliases=site.aliases,
            login_user=login.user if login else "",
            login_secret=self._secrets.lock(login.password) if login else b"",
        )
        self.take_time_zone(site_id, site.time_zone)
        key = self.new_key(site_id) if new_key or not self.store.keys(site_id) else ""
        return Connected(site_id, site.url, site.name, source.name, key)

    def new_key(self, site_id: int) -> str:
        """Make a new key for a site's plugin; the one before is worthless from now on."""
        self.store.revoke_key(site_id, KEY_NAME)
        return self.store.add_key(site_id, KEY_NAME)

    def sites(self) -> list[SiteRow]:
        """List the connected sites."""
        return self.store.sites()

    def find_site(self, ref: str | int) -> SiteRow:
        """Find a site by number, address or host; "" finds the only one there is."""
        return self.store.find_site(str(ref))

    def site_for_key(self, key: str) -> int:
        """Say for which site a key speaks."""
        return self.store.site_for_key(key)

    def remove_site(self, site_id: int) -> None:
        """Forget a site and all that belongs to it."""
        self.store.remove_site(site_id)
        self.store.shelf.remove(site_id)

    def source_of(self, site_id: int) -> Source:
        """Open the way a connected site is read, with its login."""
        site = self.store.site(site_id)
        login = Login(site.login_user, self._secrets.unlock(site.login_secret)) if site.login_user else None
        return self._open_source(site.source, login)

    def sign_in(self, site_id: int, login: Login) -> None:
        """Read a site with this login from the next sync on, once WordPress has taken it; that one reads all."""
        address = self.store.site(site_id).source
        if is_file(address):
            raise LoginRefused("This site is read from an export file, which needs no login; connect the site itself.")
        try:
            self._open_source(address, login)
        except SiteRefused as error:
            raise LoginRefused(str(error)) from error
        self._keep_login(site_id, login.user, self._secrets.lock(login.password))

    def sign_out(self, site_id: int) -> None:
        """Forget the login of a site; what only it could read goes with the next sync."""
        self._keep_login(site_id, "", b"")

    def settings(self, site_id: int) -> Settings:
        """Give what a site's owner decided."""
        return self.store.settings(site_id)

    def change_settings(self, site_id: int, wanted: Mapping[str, Any]) -> Settings:
        """Keep what a site's owner decided; it holds from the next suggestion on."""
        return self.store.change_settings(site_id, wanted)

    # upkeep

    def sync(self, site_ref: str | int, progress: Progress = SILENT, full: bool = False) -> SyncReport:
        """Bring the corpus of a site up to date, and nothing else."""
        site_id = self.find_site(site_ref).id
        return sync(self.store, site_id, self.source_of(site_id), progress, full)

    # suggestions

    def suggestions(self, site_id: int, post_id: int, limit: int = 8, written_today: bool = True) -> Suggestions:
        """Propose links for a post as it stood at the last sync, as if it were written today or else when published."""
        return self._suggest(site_id, self.store.post(site_id, post_id), limit, written_today)

    def draft_suggestions(
        self,
        site_id: int,
        post_id: int,
        *,
        title: str,
        content: str,
        type: str = "post",
        lang: str = "",
        terms: Sequence[Term] = (),
        limit: int = 8,
        raw: bool = True,
    ) -> Suggestions:
        """Propose links for a text as it stands on screen, saved or not; id 0 where WordPress has given it none yet."""
        before = self._stored(site_id, post_id)
        draft = replace(
            before,
            title=title,
            content=content,
            type=type,
            lang=lang or before.lang,
            terms=tuple(terms) or before.terms,
            raw=raw,
        )
        return self._suggest(site_id, draft, limit)

    def all_suggestions(self, site_id: int, limit: int = 8, progress: Progress = SILENT) -> Iterator[Suggestions]:
        """Propose links for every published post, in the order of ids."""
        wanted = [post_id for post_id, head in self.store.heads(site_id).items() if head.status == PUBLISHED]
        some = list(chunks(wanted, AT_ONCE))
        opened, asked = self._opened(site_id, self._indexes.ready(site_id)), self._asked(site_id, limit)
        progress.start("suggest", len(wanted))
        try:
            with Helpers.at(opened, asked, reported) as helpers:
                for post_ids, found in zip(some, helpers.each(some), strict=True):
                    yield from found
                    progress.advance(len(post_ids))
        finally:
            progress.finish()

    def inbound(self, site_id: int, post_id: int, limit: int = 8) -> Inbound:
        """Propose links to a post: the sentences of other posts that should lead to it."""
        ready = self._indexes.ready(site_id)
        if (row := ready.index.row(post_id)) is None:
            raise _unknown(post_id)
        fetch = partial(self.store.some_posts, site_id)
        read = partial(read_body, resolver=ready.resolver)
        said, policy = self.store.verdicts(site_id), self._policy(site_id)
        linked = _accepted(said, post_id, self.store.sync_state(site_id).synced_at)
        return inbound(
            row, ready.index, fetch, read, self._encode(ready), policy, said, limit, self.ranker(site_id), linked
        )

    def orphans(self, site_id: int) -> list[Card]:
        """List the posts that no other post links to; those that searchers are shown most first, where it is known."""
        index, shown = self._indexes.ready(site_id).index, self.store.impressions(site_id)
        rows = (index.row(each) for each in orphans(index))
        cards = [index.card_at(row, inbound=0) for row in rows if row is not None]
        return sorted(cards, key=lambda card: -shown.get(card.id, 0))

    def nearly_orphans(self, site_id: int) -> list[Card]:
        """List the posts that a single other post links to."""
        index = self._indexes.ready(site_id).index
        rows = (index.row(each) for each in nearly(index))
        return [index.card_at(row, inbound=1) for row in rows if row is not None]

    def plan(
        self,
        site_id: int,
        *,
        per_target: int = 3,
        per_source: int = 3,
        most: int | None = None,
        targets: Collection[int] | None = None,
        least_score: float | None = None,
        progress: Progress = SILENT,
    ) -> Plan:
        """Assign links to all orphans, or to the posts named, over the whole site at once; nothing is written.

        `per_target` and `per_source` are the most new links to and in one post, `most` those altogether.
        """
        wish = Wish(per_target, per_source, most, targets, least_score)
        return plan(self._plan_known(site_id, self._indexes.ready(site_id)), wish, progress)

    def counts(self, site_id: int, post_ids: Iterable[int]) -> list[Card]:
        """Count the links of some posts; those that the index does not know are left out."""
        index = self._indexes.ready(site_id).index
        inbound = index.inbound().tolist()
        rows = (index.row(each) for each in dict.fromkeys(post_ids))
        return [index.card_at(row, inbound[row]) for row in rows if row is not None]

    def card(self, site_id: int, post_id: int) -> Card:
        """Give what people are shown of a post."""
        card = self._indexes.ready(site_id).index.card(post_id)
        if card is None:
            raise _unknown(post_id)
        return card

    def known(self, site_id: int) -> Known:
        """Give what is known of a site to those who measure its suggestions and train on it."""
        ready = self._indexes.ready(site_id)
        read = partial(draft_of, resolver=ready.resolver, lang=ready.index.site.lang)
        return Known(ready.index, read, self._encode(ready))

    def ranker(self, site_id: int) -> Ranker:
        """Give the ranker that a site is ranked by: its own where one was trained and kept, else the bundled one."""
        return self.rankers.of(site_id)

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._data

    def add_verdict(self, site_id: int, said: Verdict) -> None:
        """Keep what a person said of a suggestion."""
        self.store.add_verdict(site_id, said)

    # the dashboard

    def sign_in_link(self, site_ids: Collection[int]) -> str:
        """Make the token of a one-time link to the dashboard of these sites."""
        return self.store.make_sign_in_link(site_ids)

    def signing_key(self) -> bytes:
        """Give the key with which the dashboard signs its cookies; it is made of the data folder's secret."""
        return self._secrets.key_for("dashboard")

    # how things stand

    def status(self, site_id: int) -> Status:
        """Say how things stand with a site."""
        encoder = self.encoder()
        indexed = self._indexed(site_id)
        return status_of(
            self.store, site_id, indexed, encoder.id if encoder else "", self.ranker(site_id).id, self._trouble or ""
        )

    def meta(self, site_id: int) -> Meta:
        """Say what makes the answers for a site; quick enough to go with each of them."""
        ready = self._indexes.find(site_id)
        encode = ready and self._encode(ready)
        used = ready.index.encoder_id if ready and encode else ""
        return Meta(used, self.ranker(site_id).id, self.store.sync_state(site_id).synced_at)

    def encoder(self) -> Encoder | None:
        """Give the encoder, loaded on the first call; None where the bundled one cannot run on this machine."""
        with self._lock:
            if self._trouble is None:
                self._trouble = ""
                try:
                    self._encoder = self._load_encoder()
                    self._vectoriser = Vectoriser(self._encoder, self.store)
                except ModelMissing as error:
                    self._trouble = f"Suggestions go by words alone: {error}"
            return self._encoder

    def _suggest(self, site_id: int, post: Post, limit: int, written_today: bool = True) -> Suggestions:
        ready = self._indexes.ready(site_id)
        draft = draft_of(post, ready.resolver, ready.index.site.lang)
        said, policy = self.store.verdicts(site_id, post.id), self._policy(site_id)
        policy = replace(policy, written_today=written_today)
        found = suggest(draft, ready.index, self._encode(ready), policy, said, limit, self.ranker(site_id))
        (links,) = reports_of(self.store, site_id, ready, [draft], policy)
        return replace(found, links=links)

    def _plan_known(self, site_id: int, ready: Ready) -> PlanKnown:
        said = self.store.verdicts(site_id)
        since = self.store.sync_state(site_id).synced_at
        return PlanKnown(
            opened=self._opened(site_id, ready),
            policy=self._policy(site_id),
            ranker=self.ranker(site_id),
            dismissed=dismissed_by(said),
            accepted=lambda post_id: _accepted(said, post_id, since),
        )

    def _opened(self, site_id: int, ready: Ready) -> Opened:
        encode = self._encode(ready)
        load_encoder = self._load_encoder if encode else None
        place = Place(self.store.address, self.store.folder, site_id, ready.stamp, load_encoder, self._processes)
        return Opened(place, self.store, ready, encode)

    def _asked(self, site_id: int, limit: int) -> Asked:
        """Say by what the suggestions of many posts are made, as if they were written today."""
        policy = replace(self._policy(site_id), written_today=True)
        return Asked(policy, self.ranker(site_id), dismissed_by(self.store.verdicts(site_id)), limit)

    def _policy(self, site_id: int) -> Policy:
        return Policy.of(self.store.settings(site_id), self.rulebooks.of(site_id))

    def _keep_login(self, site_id: int, user: str, secret: bytes) -> None:
        self.store.update_site(site_id, login_user=user, login_secret=secret)
        self.store.want_everything_anew(site_id)

    def _encode(self, ready: Ready) -> Encode | None:
        encoder = self.encoder()
        if encoder is None or self._vectoriser is None or ready.index.encoder_id != encoder.id:
            return None
        return self._vectoriser.encode

    def _stored(self, site_id: int, post_id: int) -> Post:
        try:
            return self.store.post(site_id, post_id)
        except UnknownPost:
            return Post(post_id, url="", title="", content="")

    def _indexed(self, site_id: int) -> Indexed:
        ready = self._indexes.find(site_id)
        return Indexed(len(ready.index), ready.orphans, ready.index.encoder_id) if ready else Indexed()


def _accepted(said: Iterable[Verdict], target_id: int, since: datetime | None) -> set[int]:
    """Give the sources whose link to a target was accepted since the corpus was read."""
    accepted = (each for each in said if each.target_id == target_id and each.verdict == "accepted")
    return {each.source_id for each in accepted if each.at and since and each.at > since}


def _unknown(post_id: int) -> UnknownPost:
    return UnknownPost(f"Post {post_id} is not in the index; run `suggester sync`, then ask again.")


def _open(url_or_path: str, login: Login | None, *, say: Callable[[str], None], ca_file: Path | None) -> Source:
    return open_source(url_or_path, login, say, ca_file=ca_file)


def _lasting(url_or_path: str) -> str:
    return str(Path(url_or_path).resolve()) if is_file(url_or_path) else url_or_path
