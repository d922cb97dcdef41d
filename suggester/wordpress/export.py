"""Reading a WordPress export file, with nothing connected at all."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import urlsplit

from suggester.content.text import plain, plural
from suggester.entities import Post, Site, Term
from suggester.errors import ExportError, ExportHostile, ExportUnreadable, SiteRefused
from suggester.wordpress import seo
from suggester.wordpress.addresses import www_twin
from suggester.wordpress.dates import from_gmt, from_mail
from suggester.wordpress.languages import primary
from suggester.wordpress.posttypes import EDITABLE_STATUSES, is_content
from suggester.wordpress.source import Page
from suggester.wordpress.terms import in_order
from suggester.wordpress.wxr import Item, Reader
from suggester.wordpress.xmltext import Cleaner

PAGE = 100
_CHUNK = 1 << 18
_MOST_BYTES = 8 << 30  # unpacked
_NO_TERMS = frozenset(("nav_menu", "language", "post_translations", "post_format", "wp_theme"))


class ExportSource:
    """The posts of a WXR file, also of one packed as .gz or .zip."""

    name = "export"

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.unreadable: dict[int, str] = {}  # a file is read whole or not at all

    def site(self) -> Site:
        """Say which site this is the export of."""
        channel = self._channel()
        url = channel.get("wp:base_blog_url") or channel.get("link") or channel.get("wp:base_site_url") or ""
        url = url.rstrip("/")
        hosts = {urlsplit(channel.get("wp:base_site_url", "")).hostname or "", www_twin(url)}
        return Site(
            url=url,
            name=plain(channel.get("title", "")),
            lang=primary(channel.get("language")),
            aliases=tuple(sorted(hosts - {"", urlsplit(url).hostname})),
        )

    def changed(self, since: datetime | None = None, cursor: str = "") -> Iterator[Page]:
        """Give the posts changed at or after `since`; the cursor counts the items already read of this very file."""
        mark = self._mark()
        count, _, marked = cursor.partition(" of ")
        behind = at = int(count) if count.isdecimal() and marked == mark else 0
        page: list[Post] = []
        try:
            for at, post in self._posts(behind):  # noqa: B007 - the cursor, also after an error
                if since is None or post.modified is None or post.modified >= since:
                    page.append(post)
                if len(page) == PAGE:
                    yield Page(tuple(page), f"{at} of {mark}")
                    page = []
        except ExportError:
            if page:
                yield Page(tuple(page), f"{at} of {mark}")
            raise
        if page:
            yield Page(tuple(page), f"{at} of {mark}")

    def ids(self) -> set[int]:
        """Give the ids of all posts of the file."""
        return {post.id for _, post in self._posts()}

    def post(self, post_id: int) -> Post | None:
        """Read one post; None where the file does not have it."""
        return next(iter(self.posts((post_id,))), None)

    def posts(self, post_ids: Sequence[int]) -> tuple[Post, ...]:
        """Read these posts; those that the file does not have are left out."""
        wanted = set(post_ids)
        found = {post.id: post for _, post in self._posts() if post.id in wanted}
        return tuple(found[key] for key in dict.fromkeys(post_ids) if key in found)

    def locate(self, url: str) -> str | None:
        """Give the address back: a file cannot tell where it leads."""
        return url

    def being_edited(self, post: Post) -> str:
        """Say nothing: nobody edits a file."""
        return ""

    def write(
        self,
        post_id: int,
        content: str,
        unless_changed_since: datetime | None = None,
        instead_of: str | None = None,
    ) -> Post:
        """Refuse: a file is only read."""
        raise SiteRefused("An export file is only read; connect the site itself to change its posts.")

    def _mark(self) -> str:
        """What tells this file from a newer one of the same name; a file that is not there says so when it is read."""
        try:
            found = self.path.stat()
        except OSError:
            return ""
        return f"{found.st_size}/{found.st_mtime_ns}"

    def _channel(self) -> dict[str, str]:
        reader = Reader()
        for text, final in self._texts():
            items = reader.feed(text, final)
            self._stop_at_failure(reader, 0)
            if items or reader.in_items:
                break
        return reader.channel

    def _posts(self, behind: int = 0) -> Iterator[tuple[int, Post]]:
        """Every post of the file, each with the number of items read when it was complete."""
        at = posts = 0
        reader = Reader()
        for text, final in self._texts():
            for item in reader.feed(text, final):
                at += 1
                if post := _post(item):
                    posts += 1
                    if at > behind:
                        yield at, post
            self._stop_at_failure(reader, posts)
        if not posts and "wp:wxr_version" not in reader.channel:
            raise ExportUnreadable(f"{self.path} holds no WordPress export; make one under Tools > Export.")

    def _stop_at_failure(self, reader: Reader, posts: int) -> None:
        if isinstance(reader.failure, ExportHostile):
            raise ExportHostile(f"{self.path} is refused: {reader.failure}")
        if reader.failure:
            raise ExportUnreadable(
                f"{self.path} breaks off or is damaged ({reader.failure}) after {plural(posts, 'post')}, none of which "
                "is lost; export the site again and read the new file."
            )

    def _texts(self) -> Iterator[tuple[str, bool]]:
        """The file as clean text, in pieces, each with whether it is the last."""
        cleaner, read = None, 0
        with self._open() as file:
            while data := bytes(self._read(file)):
                if cleaner is None:
                    data = _from_start(data, self.path)
                    cleaner = Cleaner(data[:1024])
                read += len(data)
                if read > _MOST_BYTES:
                    raise ExportHostile(f"{self.path} unpacks to more than {_MOST_BYTES >> 30} GB; export it in parts.")
                yield cleaner.feed(data), False
        if cleaner is None:
            raise ExportUnreadable(f"{self.path} is empty; export the site again.")
        yield cleaner.feed(b"", final=True), True

    def _open(self) -> BinaryIO | gzip.GzipFile | IO[bytes]:
        try:
            with self.path.open("rb") as file:
                magic = file.read(4)
            if magic.startswith(b"\x1f\x8b"):
                return gzip.open(self.path)
            if magic == b"PK\x03\x04":
                return _first_xml(self.path)
            return self.path.open("rb")
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise ExportUnreadable(f"{self.path} cannot be opened ({error}); check the path of the file.") from error

    def _read(self, file: BinaryIO | gzip.GzipFile | IO[bytes]) -> bytes:
        try:
            return file.read(_CHUNK)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise ExportUnreadable(f"{self.path} cannot be unpacked to its end ({error}); copy it again.") from error


def _first_xml(path: Path) -> IO[bytes]:
    archive = zipfile.ZipFile(path)
    names = [name for name in archive.namelist() if name.lower().endswith(".xml") and not name.startswith("__MACOSX")]
    if not names:
        raise ExportUnreadable(f"{path} holds no .xml file; give the file that Tools > Export made.")
    return archive.open(names[0])


def _from_start(data: bytes, path: Path) -> bytes:
    """The document without the blank lines and notices that some sites print before it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    head = data[:65536].lower()
    starts = [at for mark in (b"<?xml", b"<rss", b"<!doctype") if (at := head.find(mark)) >= 0]
    if b"<!doctype html" in head or b"<html" in head.split(b"<item")[0] or not starts:
        raise ExportUnreadable(f"{path} is not a WordPress export (XML); make one under Tools > Export.")
    return data[min(starts) :]


def _post(item: Item) -> Post | None:
    """The post an item means, None where it is none that readers visit."""
    text = item.texts.get
    kind, status = text("wp:post_type", "post"), text("wp:status", "publish")
    post_id = text("wp:post_id", "").strip()
    if not post_id.isdecimal() or not is_content(kind) or status not in EDITABLE_STATUSES:
        return None
    mailed = from_mail(text("pubDate"))
    published = from_gmt(text("wp:post_date_gmt")) or mailed or from_gmt(text("wp:post_date"))
    modified = from_gmt(text("wp:post_modified_gmt")) or from_gmt(text("wp:post_modified"))
    return Post(
        id=int(post_id),
        url=text("link", "").strip(),
        title=plain(text("title", "")),
        content=text("content:encoded", ""),
        type=kind,
        status=status,
        slug=text("wp:post_name", ""),
        excerpt=plain(text("excerpt:encoded", "")),
        published=published,
        modified=modified or published,
        terms=in_order(Term(taxonomy, slug, plain(name)) for taxonomy, slug, name in item.terms if _is_term(taxonomy)),
        lang=next((primary(slug) for taxonomy, slug, _ in item.terms if taxonomy == "language"), ""),
        protected=bool(text("wp:post_password")),
        noindex=seo.noindex_meta(dict(item.meta)),
        old_slugs=tuple(dict.fromkeys(value for key, value in item.meta if key == "_wp_old_slug" and value)),
    )


def _is_term(taxonomy: str) -> bool:
    return bool(taxonomy) and taxonomy not in _NO_TERMS
