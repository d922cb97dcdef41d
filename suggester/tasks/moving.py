"""Move a site from one store to another: to a database server that many machines use, and back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from suggester.errors import RequestError, StoreBusy
from suggester.store import DATABASE, Secrets, Store, text_hash
from suggester.store.posts import chunks
from suggester.store.shelf import KINDS
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import read_posts

AT_ONCE = 500  # vectors
LOCKS = ("refresh", "sync", "apply", "train", "visit", "digest", "move")  # whoever works at a site holds one of these


@dataclass(frozen=True, slots=True)
class Moved:
    """A site that is kept in another store now."""

    site_id: int  # there
    url: str
    posts: int
    vectors: int  # of texts, that were not known there
    files: int
    removed: bool  # it is no longer kept here


class MoveVerbs:
    """The verb about moving, as the service has it."""

    store: Store
    _secrets: Secrets
    _data: Path

    def move(
        self,
        site_id: int,
        to: str,
        *,
        secret: str = "",
        shared_secret: str = "",
        keep: bool = False,
        replace: bool = False,
        progress: Progress = SILENT,
    ) -> Moved:
        """Move a site to another store: a database address, or a data folder; it is whole in one of them at any time.

        `shared_secret` is what encrypts in both stores where the environment names one, `secret` that of the other
        store where it is another; else a data folder has its own, and a database that of this folder. `keep` leaves
        the site here as well. Begun again after it was stopped, it goes on.
        """
        folder = self._data if "://" in to else Path(to).expanduser()
        theirs = self._secrets if "://" in to or shared_secret else Secrets.of_folder(folder)
        other = Store.open(to if "://" in to else folder / DATABASE, folder)
        try:
            if other.address == self.store.address:
                raise RequestError("The site is kept there already; name another database or data folder.")
            theirs = Secrets(secret) if secret else theirs
            return _move(self.store, other, site_id, self._secrets, theirs, keep, replace, progress)
        finally:
            other.close()


def _move(
    here: Store, there: Store, site_id: int, ours: Secrets, theirs: Secrets, keep: bool, replace: bool, bar: Progress
) -> Moved:
    url, posts = here.site(site_id).url, len(here.post_ids(site_id))
    with ExitStack() as held:
        for what in LOCKS:
            held.enter_context(here.lock(site_id, what))
        digest = here.site_digest(site_id, ours)  # first of all: what cannot be decrypted cannot be moved
        vectors = _carry_vectors(here, there, site_id, bar)
        number = _arrived(there, url, digest, theirs)
        if number is None:
            number, digest = here.carry_site(site_id, there, ours, theirs, replace=replace)
        files = _carry_files(here, there, site_id, number)
        if not keep:
            _leave(here, site_id, digest, ours)
    return Moved(number, url, posts, vectors, files, removed=not keep)


def _arrived(there: Store, url: str, digest: bytes, theirs: Secrets) -> int | None:
    """Give the number of the site where an earlier move has brought it already, as it is here."""
    known = next((each.id for each in there.sites() if each.url == url), None)
    return known if known is not None and there.site_digest(known, theirs) == digest else None


def _carry_vectors(here: Store, there: Store, site_id: int, bar: Progress) -> int:
    """Put the vectors of a site's texts into the other store, so that nothing is embedded again; say how many."""
    carried = 0
    encoders = [name for name in here.count_posts(site_id).embedded if name]
    bar.start("move", len(here.post_ids(site_id)))
    try:
        for some in chunks(_hashes(here, site_id, bar), AT_ONCE):
            for name in encoders:
                wanted = set(some) - there.known(name, some)
                found = here.embeddings(name, wanted)
                there.put_embeddings(name, found.items())
                carried += len(found)
    finally:
        bar.finish()
    return carried


def _hashes(here: Store, site_id: int, bar: Progress) -> Iterator[bytes]:
    for reading in read_posts(here, site_id):
        yield from dict.fromkeys(text_hash(text) for text in reading.texts)
        bar.advance()


def _carry_files(here: Store, there: Store, site_id: int, number: int) -> int:
    carried = 0
    for kind in KINDS:
        if kept := here.shelf.find(site_id, kind):
            with there.shelf.put(number, kind) as path:
                shutil.copyfile(kept.path, path)
            carried += 1
    return carried


def _leave(here: Store, site_id: int, digest: bytes, ours: Secrets) -> None:
    if not here.remove_unchanged(site_id, digest, ours):
        raise StoreBusy(
            "The site was changed here while it was moved, so it stays here as well; run it again with --replace."
        )
    here.shelf.remove(site_id)
