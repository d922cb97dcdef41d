"""The one door to the data folder's database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from suggester.content.links import Address
from suggester.encoding.protocol import Vectors
from suggester.entities import Post, Settings, Site, Verdict
from suggester.errors import ConfigError, SyncRunning, UnknownPost
from suggester.store import changes, embeddings, people, post_vectors, posts, settings, sign_ins, sites, syncs
from suggester.store.audits import AuditKeeping
from suggester.store.clicks import ClickKeeping
from suggester.store.dialect import address_of, file_of, is_shared, locks_for, open_engine, reading, writing
from suggester.store.digests import DigestKeeping
from suggester.store.figures import FigureKeeping
from suggester.store.files import make_folder
from suggester.store.imports import ImportKeeping
from suggester.store.migrations import migrate
from suggester.store.moving import SiteCarrying
from suggester.store.posts import Head
from suggester.store.refreshes import RefreshVerbs
from suggester.store.rows import Change, Count, KeyRow, SiteRow, Step, SyncState
from suggester.store.rules import RuleBook
from suggester.store.runs import Runs
from suggester.store.shelf import FolderShelf, SharedShelf, Shelf
from suggester.store.suggestions import SuggestionVerbs
from suggester.store.tasks import Tasks
from suggester.store.visits import VisitKeeping

DATABASE = "suggester.db"  # the file in a data folder
PATIENCE = 0.5  # seconds to wait for a lock: long enough for another who only looks whether it is held


class Store(
    RefreshVerbs,
    SuggestionVerbs,
    DigestKeeping,
    FigureKeeping,
    SiteCarrying,
    ImportKeeping,
    VisitKeeping,
    AuditKeeping,
    ClickKeeping,
):
    """Sites, posts, vectors, verdicts and keys; each method that writes is one transaction."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._reading, self._writing = reading(engine), writing(engine)
        self._locks = locks_for(engine, folder)
        self.shelf: Shelf = SharedShelf(self._read, self._write, folder) if is_shared(engine) else FolderShelf(folder)
        self.folder = folder
        self.runs = Runs(self._read, self._write)
        self.rules = RuleBook(self._read, self._write)
        self.tasks = Tasks(self._read, self._write)

    @classmethod
    def open(cls, url_or_path: str | Path, folder: Path | None = None) -> Store:
        """Open a SQLite file or a database address, and bring its tables up to date.

        `folder` is for what is kept beside the database; by default the one that the SQLite file is in. ConfigError
        where the database is not one that can be used, StoreUnreachable where its server does not answer.
        """
        address = address_of(url_or_path)
        file = file_of(address)
        folder = folder or (file.parent if file else None)
        if folder is None:
            raise ConfigError("The database is no file; say in which folder this machine keeps its own files.")
        make_folder(folder)
        engine = open_engine(address)
        try:
            migrate(engine)
        except Exception:
            engine.dispose()
            raise
        return cls(engine, folder)

    def close(self) -> None:
        """Let go of the database."""
        self._locks.close()
        self._engine.dispose()

    @property
    def address(self) -> str:
        """Where another process finds the database; it may hold a password."""
        return self._engine.url.render_as_string(hide_password=False)

    # sites

    def add_site(
        self,
        url: str,
        source: str,
        *,
        name: str = "",
        lang: str = "",
        aliases: Sequence[str] = (),
        login_user: str = "",
        login_secret: bytes = b"",
    ) -> int:
        """Connect a site, or give a connected one its new source and login; return its number."""
        with self._write() as connection:
            named = Site(url, name, lang, tuple(aliases))
            return sites.add(connection, named, source, login_user, login_secret, _now())

    def sites(self) -> list[SiteRow]:
        """List the connected sites."""
        with self._read() as connection:
            return sites.every(connection)

    def site(self, site_id: int) -> SiteRow:
        """Give one site; UnknownSite where there is none."""
        with self._read() as connection:
            return sites.one(connection, site_id)

    def find_site(self, text: str) -> SiteRow:
        """Find a site by number, address or host; "" finds the only one there is."""
        with self._read() as connection:
            return sites.find(connection, text)

    def update_site(self, site_id: int, **values: str | bytes) -> None:
        """Change some fields of a site."""
        with self._write() as connection:
            sites.one(connection, site_id)
            sites.change(connection, site_id, values)

    def rename_site(self, site_id: int, named: Site) -> None:
        """Take up how WordPress calls the site now."""
        with self._write() as connection:
            sites.rename(connection, site_id, named)

    def remove_site(self, site_id: int) -> None:
        """Forget a site and all that belongs to it."""
        with self._write() as connection:
            sites.one(connection, site_id)
            sites.remove(connection, site_id)

    def settings(self, site_id: int) -> Settings:
        """Give what a site's owner decided."""
        with self._read() as connection:
            return settings.of(connection, site_id)

    def change_settings(self, site_id: int, wanted: Mapping[str, Any]) -> Settings:
        """Keep what a site's owner decided; what is not named stays as it is."""
        with self._write() as connection:
            sites.hold(connection, site_id)
            return settings.change(connection, site_id, wanted)

    # posts

    def put_posts(self, site_id: int, fresh: Sequence[Post]) -> int:
        """Write posts; return how many are new or changed."""
        with self._write() as connection:
            return posts.put(connection, site_id, fresh, _now())

    def delete_posts(self, site_id: int, post_ids: Iterable[int]) -> int:
        """Delete posts; return how many there were."""
        with self._write() as connection:
            return posts.remove(connection, site_id, post_ids)

    def post(self, site_id: int, post_id: int) -> Post:
        """Read one post; UnknownPost where it is not in the corpus."""
        with self._read() as connection:
            found = posts.one(connection, site_id, post_id)
        if found is None:
            raise UnknownPost(f"Post {post_id} is not in the corpus; run `suggester sync`, then ask again.")
        return found

    def some_posts(self, site_id: int, post_ids: Iterable[int]) -> list[Post]:
        """Read these posts; those that are not in the corpus are left out."""
        with self._read() as connection:
            return posts.some(connection, site_id, post_ids)

    def posts(self, site_id: int) -> Iterator[Post]:
        """Read all posts of a site by id, a hundred at a time."""
        last = -1
        while some := self._posts_after(site_id, last):
            yield from some
            last = some[-1].id

    def contents(self, site_id: int) -> Iterator[tuple[str, str]]:
        """Give the address and the content of each post of a site, a hundred at a time."""
        last = -1
        while some := self._contents_after(site_id, last):
            yield from ((url, content) for _, url, content in some)
            last = some[-1][0]

    def post_ids(self, site_id: int) -> set[int]:
        """Give the ids of all posts of a site."""
        with self._read() as connection:
            return posts.ids(connection, site_id)

    def heads(self, site_id: int) -> dict[int, Head]:
        """Give, for each post of a site in the order of ids, what tells whether it changed and who sees it."""
        with self._read() as connection:
            return posts.heads(connection, site_id)

    def urls(self, site_id: int) -> list[Address]:
        """Give where each post of a site is found."""
        with self._read() as connection:
            return posts.urls(connection, site_id)

    def fingerprint(self, site_id: int) -> bytes:
        """Hash all that an index is made of; the same as long as nothing changes."""
        with self._read() as connection:
            return posts.fingerprint(connection, site_id)

    def count_posts(self, site_id: int) -> Count:
        """Count the posts of a site: by status, as targets, and by the encoder that has seen them."""
        with self._read() as connection:
            return posts.count(connection, site_id)

    def unpublished(self, site_id: int, post_ids: Iterable[int]) -> frozenset[int]:
        """Give which of these posts readers cannot see."""
        with self._read() as connection:
            return posts.unpublished(connection, site_id, post_ids)

    def addresses(self, site_id: int) -> dict[str, int | None]:
        """Give where further addresses lead: former permalinks, redirects, and (None) to no post."""
        with self._read() as connection:
            return posts.addresses(connection, site_id)

    def put_addresses(self, site_id: int, known: Mapping[str, int | None]) -> None:
        """Note where addresses lead."""
        with self._write() as connection:
            posts.put_addresses(connection, site_id, known, _now())

    def put_dead_addresses(self, site_id: int, urls: Iterable[str]) -> None:
        """Note at which addresses WordPress itself finds nothing."""
        with self._write() as connection:
            posts.put_addresses(connection, site_id, dict.fromkeys(urls), _now(), dead=True)

    def dead_addresses(self, site_id: int) -> frozenset[str]:
        """Give the addresses (path and query) at which WordPress itself finds nothing."""
        with self._read() as connection:
            return posts.dead_addresses(connection, site_id)

    def forget_dead_addresses(self, site_id: int, checked_before: datetime) -> None:
        """Forget addresses that led to no post when they were last asked after, long ago."""
        with self._write() as connection:
            posts.forget_dead_addresses(connection, site_id, checked_before)

    # sync

    def want_everything_anew(self, site_id: int) -> None:
        """Let the next sync read every post, as the first one did."""
        with self._write() as connection:
            syncs.forget_last(connection, site_id)

    @contextmanager
    def lock(self, site_id: int, what: str = "sync") -> Iterator[None]:
        """Keep others from doing the same to this site; SyncRunning where another process is at it."""
        with self._locks.hold(site_id, what, PATIENCE) as got_it:
            if not got_it:
                raise SyncRunning(f"A {what} of this site is under way in another process; wait until it has ended.")
            yield

    def is_locked(self, site_id: int, what: str = "sync") -> bool:
        """Say whether somebody is at it now."""
        return self._locks.is_held(site_id, what)

    def sync_state(self, site_id: int) -> SyncState:
        """Give how far the sync of a site has come."""
        with self._read() as connection:
            return syncs.state(connection, site_id)

    def begin_sync(self, site_id: int, now: datetime, since: datetime | None, source_name: str) -> SyncState:
        """Begin a sync, or go on with an interrupted one; `since` None wants everything read anew."""
        with self._write() as connection:
            return syncs.begin(connection, site_id, now, since, source_name)

    def save_step(self, site_id: int, step: Step) -> int:
        """Keep all that one step of a sync learned, and the place to go on; return how many posts changed."""
        with self._write() as connection:
            changed = posts.put(connection, site_id, step.posts, _now())
            deleted = posts.remove(connection, site_id, step.gone)
            posts.put_addresses(connection, site_id, step.addresses, _now())
            changes.take(connection, site_id, step.changes_up_to)
            syncs.advance(connection, site_id, step.cursor, len(step.posts), changed, deleted)
            return changed

    def end_sync(
        self, site_id: int, now: datetime, seconds: float, notes: Sequence[str], told_only: bool = False
    ) -> SyncState:
        """Note that the sync under way ended well; `told_only`: that it did not ask what else has changed."""
        with self._write() as connection:
            return syncs.end(connection, site_id, now, seconds, notes, told_only)

    def fail_sync(self, site_id: int, now: datetime, error: str) -> None:
        """Note why the sync under way stopped; the next one goes on where it was."""
        with self._write() as connection:
            syncs.fail(connection, site_id, now, error)

    def leave_lookups(self, site_id: int, count: int) -> None:
        """Note how many addresses are still to be asked after."""
        with self._write() as connection:
            syncs.leave_lookups(connection, site_id, count)

    def add_changes(self, site_id: int, told: Iterable[Change]) -> int:
        """Keep what the plugin told, until a sync takes it up; return how much it was."""
        with self._write() as connection:
            return changes.add(connection, site_id, told, _now())

    def waiting_changes(self, site_id: int, at_most: int) -> list[Change]:
        """Give the oldest changes that no sync took up yet."""
        with self._read() as connection:
            return changes.waiting(connection, site_id, at_most)

    def count_changes(self, site_id: int) -> int:
        """Count the changes that wait."""
        with self._read() as connection:
            return changes.count(connection, site_id)

    # embeddings

    def known(self, encoder_id: str, hashes: Iterable[bytes]) -> set[bytes]:
        """Give which of these texts have a vector by this encoder."""
        with self._read() as connection:
            return embeddings.known(connection, encoder_id, hashes)

    def embeddings(self, encoder_id: str, hashes: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Give the vectors that are there, by the hash of their text."""
        with self._read() as connection:
            return embeddings.read(connection, encoder_id, hashes)

    def put_embeddings(self, encoder_id: str, rows: Iterable[tuple[bytes, Vectors]]) -> None:
        """Keep vectors under the hash of their text."""
        with self._write() as connection:
            embeddings.write(connection, encoder_id, dict(rows))

    def count_embeddings(self, encoder_id: str) -> int:
        """Count the vectors of one encoder."""
        with self._read() as connection:
            return embeddings.count(connection, encoder_id)

    def mark_embedded(
        self, site_id: int, encoder_id: str, done: Iterable[Post], vectors: Mapping[int, Vectors] | None = None
    ) -> None:
        """Note that the vectors of these posts, as they are here, are all there; `vectors` are those of whole posts."""
        with self._write() as connection:
            posts.mark_embedded(connection, site_id, encoder_id, done)
            post_vectors.put(connection, site_id, encoder_id, vectors or {})

    def post_vector(self, site_id: int, encoder_id: str, post_id: int) -> Vectors | None:
        """Give the vector of a whole post, None where it has none by this encoder."""
        with self._read() as connection:
            return post_vectors.one(connection, site_id, encoder_id, post_id)

    def nearest(
        self, site_id: int, encoder_id: str, vector: Vectors, at_most: int, but: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Give the posts nearest to a vector with their cosines, best first, without those of `but`."""
        with self._read() as connection:
            return post_vectors.nearest(connection, site_id, encoder_id, vector, at_most, but)

    # people

    def add_verdict(self, site_id: int, said: Verdict) -> None:
        """Keep what a person said of a suggestion."""
        with self._write() as connection:
            people.add_verdict(connection, site_id, said, _now())

    def verdicts(self, site_id: int, source_id: int | None = None) -> list[Verdict]:
        """Give what was said, oldest first: of one source's suggestions, or of all."""
        with self._read() as connection:
            return people.verdicts(connection, site_id, source_id)

    def add_key(self, site_id: int, name: str) -> str:
        """Make a key for a site's plugin; it is shown this once."""
        with self._write() as connection:
            sites.one(connection, site_id)
            return people.add_key(connection, site_id, name, _now())

    def site_for_key(self, given: str) -> int:
        """Say for which site a key speaks; KeyRefused where it is none of ours."""
        with self._read() as connection:
            return people.site_for_key(connection, given)

    def keys(self, site_id: int) -> list[KeyRow]:
        """List the keys of a site, oldest first."""
        with self._read() as connection:
            return people.keys(connection, site_id)

    def revoke_key(self, site_id: int, name: str) -> int:
        """Make the keys of this name worthless; return how many there were."""
        with self._write() as connection:
            return people.revoke_key(connection, site_id, name)

    # the dashboard

    def make_sign_in_link(self, site_ids: Collection[int]) -> str:
        """Make the token of a one-time link to the dashboard of these sites; it is shown this once."""
        with self._write() as connection:
            return sign_ins.make(connection, sign_ins.LINK, site_ids, _now())

    def open_session(self, link: str, session: str = "") -> str:
        """Open a session with a link's token, and add the sites of the session before it; LinkRefused for others."""
        with self._write() as connection:
            return sign_ins.redeem(connection, link, session, _now())

    def sites_of_session(self, session: str) -> frozenset[int]:
        """Give the sites that a session may see; none where it has ended."""
        with self._read() as connection:
            return sign_ins.sites_of(connection, session, _now())

    def close_session(self, session: str) -> None:
        """End a session."""
        with self._write() as connection:
            sign_ins.close(connection, session)

    def _read(self) -> AbstractContextManager[Connection]:
        return self._reading.connect()

    def _write(self) -> AbstractContextManager[Connection]:
        self._locks.check()
        return self._writing.begin()

    def _posts_after(self, site_id: int, last: int) -> list[Post]:
        with self._read() as connection:
            return posts.some_after(connection, site_id, last)

    def _contents_after(self, site_id: int, last: int) -> list[tuple[int, str, str]]:
        with self._read() as connection:
            return posts.contents_after(connection, site_id, last)


def _now() -> datetime:
    return datetime.now(UTC)
