"""Reading and writing a site over XML-RPC, where its REST API is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xmlrpc import client as rpc

import requests
import wordpress_xmlrpc as wp
from wordpress_xmlrpc import exceptions as wp_errors
from wordpress_xmlrpc.methods.posts import EditPost, GetPost, GetPosts, GetPostTypes
from wordpress_xmlrpc.methods.users import GetProfile, GetUsersBlogs

from suggester.content.text import plain
from suggester.entities import Post, Site, Term
from suggester.errors import AnswerUnreadable, SiteChanged, SiteError, SiteRefused, WriteAltered
from suggester.wordpress import addresses, compat, languages, seo
from suggester.wordpress.discovery import front_page, rsd
from suggester.wordpress.http import Answer, Gate, Limits, Overloaded
from suggester.wordpress.listcursor import Cursor
from suggester.wordpress.login import Account, Login
from suggester.wordpress.posttypes import EDITABLE_STATUSES, content_first, is_content
from suggester.wordpress.redirects import locate
from suggester.wordpress.rpc import GateTransport
from suggester.wordpress.source import Page, check_unchanged
from suggester.wordpress.terms import in_order
from suggester.wordpress.walk import Slice, walk

compat.repair()

PAGE = 100
_HOPELESS = 10  # posts in a row that cannot be read: then it is the site, not the posts
_LIGHT = ["post_id", "post_date_gmt", "post_modified_gmt"]
_FULL = [
    *_LIGHT,
    *("post_title", "post_status", "post_type", "post_name", "post_password", "post_excerpt", "post_content"),
    *("link", "terms", "custom_fields"),
]
_OWN_POSTS_ONLY = frozenset(("author", "contributor", "subscriber"))


class _PublicTypes(GetPostTypes):  # type: ignore[misc] # the library is untyped
    """Post types by a filter, without their labels: those make WordPress complain in its own error log."""

    method_args = ("filter", "fields")


class XmlRpcSource:
    """A site behind xmlrpc.php; it always needs a login."""

    name = "xmlrpc"

    def __init__(
        self,
        url: str,
        login: Login,
        *,
        ca_file: Path | str | None = None,
        timeout: float = 30.0,
        session: requests.Session | None = None,
        gate: Gate | None = None,
    ) -> None:
        limits = Limits(connect=min(timeout, 10.0), read=timeout, whole=4 * timeout)
        self.gate = gate or Gate(addresses.normal(url), login=login, ca_file=ca_file, limits=limits, session=session)
        self.login = login
        self.unreadable: dict[int, str] = {}  # posts that were left out, and what the site said

    @cached_property
    def front(self) -> Answer:
        """The site's front page."""
        return front_page(self.gate)

    @cached_property
    def endpoint(self) -> str:
        """The address of xmlrpc.php."""
        declared = rsd(self.front)
        url = declared if addresses.same_site(declared, self.gate.home) else f"{self.front.url.rstrip('/')}/xmlrpc.php"
        if self.front.url.startswith("https:"):
            url = "https:" + url.split(":", 1)[1]
        if not addresses.may_carry_password(url):
            raise SiteRefused(f"The password is not sent over plain {url}; set up https for the site first.")
        return url

    @cached_property
    def client(self) -> Any:  # noqa: ANN401 - python-wordpress-xmlrpc is untyped
        """The client of python-wordpress-xmlrpc."""
        wire = self._transport
        return _translated(lambda: wp.Client(self.endpoint, self.login.user, self.login.password, transport=wire))

    @cached_property
    def _transport(self) -> GateTransport:
        return GateTransport(self.gate, self.endpoint)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The public post types, posts and pages first."""
        found = self._call(_PublicTypes({"public": True}, []))
        slugs = [slug for slug, kind in found.items() if is_content(slug) and getattr(kind, "public", False)]
        return tuple(sorted(slugs, key=content_first))

    def site(self) -> Site:
        """Say which site this is."""
        blog = self._call(GetUsersBlogs())[0]
        url = str(blog.url).rstrip("/")
        hosts = {
            urlsplit(self.gate.home).hostname or "",
            urlsplit(self.front.url).hostname or "",
            addresses.www_twin(url),
        }
        return Site(
            url=url,
            name=plain(blog.name),
            lang=languages.of_page(self.front.text),
            aliases=tuple(sorted(hosts - {"", urlsplit(url).hostname})),
        )

    def check_login(self) -> Account:
        """Say who the login is; a wrong one is refused."""
        profile = self._call(GetProfile())
        roles = tuple(map(str, profile.roles))
        return Account(str(profile.display_name or self.login.user), not _OWN_POSTS_ONLY.issuperset(roles), roles)

    def changed(self, since: datetime | None = None, cursor: str = "") -> Iterator[Page]:
        """Give the posts changed at or after `since`, page by page, going on behind `cursor`."""
        self._need_all_posts()
        at = Cursor.read(cursor)
        begun = self.types.index(at.part) if at.part in self.types else 0
        for kind in self.types[begun:]:
            here = at if kind == at.part else Cursor(kind)
            pages = self._all(kind, here) if since is None else self._newer(kind, here, since)
            for posts, last, offset in pages:
                yield Page(tuple(posts), str(Cursor(kind, last, offset)))

    def ids(self) -> set[int]:
        """Give the ids of all posts that exist now."""
        self._need_all_posts()
        return {key for kind in self.types for step in walk(self._light(kind), PAGE) for key in map(_id, step.items)}

    def post(self, post_id: int) -> Post | None:
        """Read one post; None where it is gone."""
        try:
            found = self._call(GetPost(post_id, _FULL))
        except _Gone:
            return None
        post = _to_post(found)
        return post if is_content(post.type) and post.status in EDITABLE_STATUSES else None

    def posts(self, post_ids: Sequence[int]) -> tuple[Post, ...]:
        """Read these posts; the gone ones are left out."""
        return tuple(post for key in dict.fromkeys(post_ids) if (post := self.post(key)))

    def locate(self, url: str) -> str | None:
        """Follow the site's own redirects from an address; the final address, None where it is dead."""
        return locate(self.gate, url)

    def being_edited(self, post: Post) -> str:
        """Say nothing: XML-RPC does not tell who has a post open."""
        return ""

    def write(
        self,
        post_id: int,
        content: str,
        unless_changed_since: datetime | None = None,
        instead_of: str | None = None,
    ) -> Post:
        """Replace a post's raw content, nothing else, and give the post back as it then stands."""
        before = self.post(post_id)
        if before and not self._transport.exact:
            raise WriteAltered("The post holds control characters, which XML-RPC would lose; take them out by hand.")
        if before:
            check_unchanged(before, None, instead_of)
        change: dict[str, object] = {"post_content": content}  # a whole post object would lose what it does not know
        if unless_changed_since:
            change["if_not_modified_since"] = rpc.DateTime(unless_changed_since.astimezone(UTC).replace(tzinfo=None))
        try:
            self._call(EditPost(post_id, change))
        except _Gone as error:
            raise SiteChanged(f"Post {post_id} is not there any more; sync the site.") from error
        after = self.post(post_id)
        if after is None:
            raise SiteChanged(f"Post {post_id} went away while it was written; sync the site.")
        return after

    def _need_all_posts(self) -> None:
        if not self.check_login().edits_others:
            raise SiteRefused(
                f"Over XML-RPC WordPress shows {self.login.user!r} only their own posts; use the login of an editor."
            )

    def _all(self, kind: str, here: Cursor) -> Iterator[tuple[list[Post], int, int]]:
        for step in walk(self._full(kind), PAGE, here.last, here.offset):
            yield list(step.items), step.last, step.offset

    def _newer(self, kind: str, here: Cursor, since: datetime) -> Iterator[tuple[list[Post], int, int]]:
        """XML-RPC cannot ask for what changed: look at all dates, and read the posts whose dates are new."""
        for step in walk(self._light(kind), PAGE, here.last, here.offset):
            new = [_id(item) for item in step.items if _touched(item, since)]
            yield self._one_by_one(new), step.last, step.offset

    def _full(self, kind: str) -> Callable[[int, int], Slice[Post]]:
        def fetch(offset: int, size: int) -> Slice[Post]:
            try:
                found = list(map(_to_post, self._call(GetPosts(_cut(kind, offset, size), _FULL))))
                return _slice([(post.id, post) for post in found])
            except (Overloaded, AnswerUnreadable):
                light = self._light(kind)(offset, size)
                read = self._one_by_one([key for key, _ in light.items])
                return Slice([(post.id, post) for post in read], light.total)

        return fetch

    def _light(self, kind: str) -> Callable[[int, int], Slice[Mapping[str, Any]]]:
        def fetch(offset: int, size: int) -> Slice[Mapping[str, Any]]:
            found = self._call(GetPosts(_cut(kind, offset, size), _LIGHT, results_class=None))
            return _slice([(_id(item), item) for item in found])

        return fetch

    def _one_by_one(self, ids: Sequence[int]) -> list[Post]:
        read: list[Post] = []
        failed = 0
        for key in ids:
            try:
                post = self.post(key)
            except (Overloaded, AnswerUnreadable) as error:
                failed += 1
                if failed >= _HOPELESS:
                    raise
                self.unreadable[key] = str(error)
                continue
            failed = 0
            self.unreadable.pop(key, None)
            if post:
                read.append(post)
        return read

    def _call(self, method: object) -> Any:  # noqa: ANN401 - python-wordpress-xmlrpc is untyped
        return _translated(lambda: self.client.call(method))


class _Gone(SiteError):
    """There is no such post."""


def _translated(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - python-wordpress-xmlrpc is untyped
    """Make a call and let none of the library's own errors out."""
    try:
        return call()
    except wp_errors.InvalidCredentialsError as error:
        raise SiteRefused(
            f"WordPress does not accept the user name or password ({error}); create an application password under "
            "Users > Profile."
        ) from error
    except (wp_errors.XmlrpcDisabledError, wp_errors.UnsupportedXmlrpcMethodError) as error:
        raise SiteRefused(f"XML-RPC is switched off ({error}); open the REST API, or use an export file.") from error
    except rpc.Fault as error:
        raise _fault(error) from error
    except (wp_errors.FieldConversionError, rpc.Error, TypeError, ValueError, AttributeError, LookupError) as error:
        raise AnswerUnreadable(f"WordPress answered something odd over XML-RPC ({error}); try again.") from error


def _fault(fault: rpc.Fault) -> SiteError:
    if fault.faultCode == 404:
        return _Gone(fault.faultString)
    if fault.faultCode == 409:
        return SiteChanged("The post was changed by somebody else meanwhile; sync the site and try again.")
    if fault.faultCode in (401, 403, 405, -32601):
        return SiteRefused(f"WordPress refuses this user over XML-RPC: {fault.faultString}")
    return AnswerUnreadable(f"WordPress answered over XML-RPC with an error: {fault.faultString} ({fault.faultCode}).")


def _cut(kind: str, offset: int, size: int) -> dict[str, object]:
    return {
        "post_type": kind,
        "post_status": ",".join(EDITABLE_STATUSES),
        "orderby": "ID",
        "order": "ASC",
        "offset": offset,
        "number": size,
    }


def _slice(items: Sequence[tuple[int, Any]]) -> Slice[Any]:
    """XML-RPC tells no totals, and leaves out what the user may not edit: only an empty slice is the end.

    The first item of a slice is the last one of the slice before.
    """
    return Slice(items, total=None if len(items) > 1 else 0)


def _id(item: Mapping[str, Any]) -> int:
    return int(item["post_id"])


def _touched(item: Mapping[str, Any], since: datetime) -> bool:
    dates = (_moment(str(item.get(name, ""))) for name in ("post_modified_gmt", "post_date_gmt"))
    return any(date is not None and date >= since for date in dates)


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp[:17], "%Y%m%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _utc(moment: datetime | None) -> datetime | None:
    """The library makes the year 1 of WordPress's zero date."""
    return moment.replace(tzinfo=UTC) if moment and moment.year > 1 else None


def _status(said: str, published: datetime | None) -> str:
    """WordPress calls scheduled posts published over XML-RPC."""
    return "future" if said == "publish" and published and published > datetime.now(UTC) else said


def _to_post(found: Any) -> Post:  # noqa: ANN401 - python-wordpress-xmlrpc is untyped
    meta = {str(entry.get("key")): entry.get("value") for entry in getattr(found, "custom_fields", None) or ()}
    terms = [Term(str(term.taxonomy), str(term.slug), plain(str(term.name))) for term in found.terms]
    published = _utc(found.date)
    return Post(
        id=int(found.id),
        url=str(found.link),
        title=plain(str(found.title)),
        content=str(found.content),
        type=str(found.post_type),
        status=_status(str(found.post_status), published),
        slug=str(found.slug),
        excerpt=plain(str(found.excerpt)),
        published=published,
        modified=_utc(found.date_modified),
        terms=in_order(term for term in terms if term.taxonomy not in ("language", "post_translations", "post_format")),
        lang=next((languages.primary(term.slug) for term in terms if term.taxonomy == "language"), ""),
        protected=bool(found.password),
        noindex=seo.noindex_meta(meta),
    )
