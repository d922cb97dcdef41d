"""Reading and writing a site over WordPress's REST API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from suggester.content.text import plain
from suggester.entities import Post, Site
from suggester.errors import AnswerUnreadable, SiteChanged, SiteRefused
from suggester.wordpress import addresses, languages
from suggester.wordpress.answers import Missing, check, read_json
from suggester.wordpress.care import Care, body_of
from suggester.wordpress.discovery import Root, discover, front_page
from suggester.wordpress.fields import Json, to_post, wanted
from suggester.wordpress.http import Answer, Gate, Limits, Params
from suggester.wordpress.listcursor import Cursor
from suggester.wordpress.lists import PAGE, Lists, parts
from suggester.wordpress.login import Account, Login
from suggester.wordpress.posttypes import PostType
from suggester.wordpress.redirects import locate
from suggester.wordpress.source import Page, check_unchanged
from suggester.wordpress.terms import Terms
from suggester.wordpress.types import post_types, taxonomies
from suggester.wordpress.walk import walk


class RestSource:
    """A site behind its REST API: raw content and drafts with a login, what visitors see without."""

    name = "rest"

    def __init__(
        self,
        url: str,
        *,
        login: Login | None = None,
        ca_file: Path | str | None = None,
        timeout: float = 30.0,
        session: requests.Session | None = None,
        gate: Gate | None = None,
    ) -> None:
        limits = Limits(connect=min(timeout, 10.0), read=timeout, whole=4 * timeout)
        home = addresses.normal(url)
        self.gate = gate or Gate(home, login=login, ca_file=ca_file, limits=limits, session=session)
        self.lists = Lists(self._get, lambda kind: wanted(kind, self.terms.taxonomies))
        self._type_of: dict[int, str] = {}
        self._care = Care(self._send)

    @property
    def unreadable(self) -> dict[int, str]:
        """Posts that were left out because the site cannot show them, and what it said."""
        return self.lists.unreadable

    @cached_property
    def front(self) -> Answer:
        """The site's front page."""
        return front_page(self.gate)

    @cached_property
    def root(self) -> Root:
        """Where the REST API is."""
        login = self.gate.login
        if login and not addresses.may_carry_password(self.front.url):
            raise SiteRefused(f"The application password is not sent over plain {self.front.url}; set up https first.")
        return discover(self.gate, self.front)

    @cached_property
    def account(self) -> Account | None:
        """Who we are there, None without a login; a login that does not work is refused."""
        return self.check_login() if self.gate.login else None

    @cached_property
    def types(self) -> tuple[PostType, ...]:
        """The public post types, posts and pages first."""
        edit = self.account is not None and self.account.edits_others
        listing = self._json("/wp/v2/types", {"context": "edit"} if edit else {})
        return post_types(listing, self._capabilities if edit else frozenset())

    @cached_property
    def terms(self) -> Terms:
        """The names of the terms."""
        return Terms(taxonomies(self._json("/wp/v2/taxonomies")), self._json)

    def site(self) -> Site:
        """Say which site this is."""
        home = str(self.root.index.get("home") or self.root.index.get("url") or self.gate.home).rstrip("/")
        return Site(
            url=home,
            name=plain(str(self.root.index.get("name") or "")),
            lang=self._declared_language() or languages.of_page(self.front.text),
            aliases=self._aliases(home),
            time_zone=str(self.root.index.get("timezone_string") or ""),
        )

    def check_login(self) -> Account:
        """Say who the login is; a wrong one is refused.

        A public route would not tell: WordPress answers a wrong application password there as it answers a visitor.
        """
        if not self.gate.login:
            raise SiteRefused("No application password was given; create one under Users > Profile in WordPress.")
        roles = tuple(map(str, self._me.get("roles") or ()))
        name = str(self._me.get("name") or self.gate.login.user)
        return Account(name, "edit_others_posts" in self._capabilities, roles)

    def changed(self, since: datetime | None = None, cursor: str = "") -> Iterator[Page]:
        """Give the posts changed at or after `since`, page by page, going on behind `cursor`."""
        ahead = list(parts(self.types, since))
        total = sum(map(self.lists.count, ahead))
        at = Cursor.read(cursor)
        keys = [part.key for part in ahead]
        begun = keys.index(at.part) if at.part in keys else 0
        for part in ahead[begun:]:
            here = at if part.key == at.part else Cursor(part.key)
            for step in walk(self.lists.posts(part), PAGE, here.last, here.offset):
                posts = tuple(post for post in self._to_posts(part.kind, step.items) if part.keep(post))
                yield Page(posts, str(Cursor(part.key, step.last, step.offset)), total)

    def ids(self) -> set[int]:
        """Give the ids of all posts that exist now."""
        found: set[int] = set()
        for part in parts(self.types):
            for step in walk(self.lists.ids(part), PAGE):
                found.update(step.items)
                self._type_of.update(dict.fromkeys(step.items, part.kind.slug))
        return found

    def post(self, post_id: int) -> Post | None:
        """Read one post; None where it is gone."""
        return next(iter(self.posts((post_id,))), None)

    def posts(self, post_ids: Sequence[int]) -> tuple[Post, ...]:
        """Read these posts, of whatever type; the gone ones are left out."""
        wanted_ids = list(dict.fromkeys(post_ids))
        found: dict[int, Post] = {}
        for kind, ids in self._by_known_type(wanted_ids):
            found |= self._read_posts(kind, ids)
        for kind in self.types:
            if ids := [key for key in wanted_ids if key not in found]:
                found |= self._read_posts(kind, ids)
        return tuple(found[key] for key in wanted_ids if key in found)

    def locate(self, url: str) -> str | None:
        """Follow the site's own redirects from an address; the final address, None where it is dead."""
        return locate(self.gate, url)

    def being_edited(self, post: Post) -> str:
        """Say who has a post open in an editor, "" where nobody is known to."""
        return self._care.being_edited(post, self._path_of(post.id)[1])

    def write(
        self,
        post_id: int,
        content: str,
        unless_changed_since: datetime | None = None,
        instead_of: str | None = None,
    ) -> Post:
        """Replace a post's raw content, nothing else, and give the post back as it then stands."""
        before = self.post(post_id)
        if before is None:
            raise SiteChanged(f"Post {post_id} is not there any more; sync the site.")
        kind, path = self._path_of(post_id)
        if not kind.raw:
            raise SiteRefused("Writing needs the application password of a user who may edit everybody's posts.")
        check_unchanged(before, unless_changed_since, instead_of)
        self._care.rehearse(before, path, content, int(self._me.get("id") or 0))
        query = {"context": "edit", "_fields": wanted(kind, self.terms.taxonomies)}
        answer = self._send("POST", path, query, {"content": content})
        return next(self._to_posts(kind, (read_json(check(answer)),)))

    def _path_of(self, post_id: int) -> tuple[PostType, str]:
        kind = next(kind for kind in self.types if kind.slug == self._type_of[post_id])
        return kind, f"{kind.path}/{post_id}"

    def _by_known_type(self, ids: Sequence[int]) -> Iterator[tuple[PostType, list[int]]]:
        for kind in self.types:
            if known := [key for key in ids if self._type_of.get(key) == kind.slug]:
                yield kind, known

    def _read_posts(self, kind: PostType, ids: Sequence[int]) -> dict[int, Post]:
        items = self.lists.by_ids(next(parts((kind,))), ids)
        return {post.id: post for post in self._to_posts(kind, items)}

    def _to_posts(self, kind: PostType, items: Sequence[Json]) -> Iterator[Post]:
        terms = self.terms.of(kind, items)
        for item in items:
            self._type_of[int(item["id"])] = kind.slug
            yield to_post(item, kind, terms(item))

    @cached_property
    def _me(self) -> Json:
        try:
            me = self._json("/wp/v2/users/me", {"context": "edit", "_fields": "id,name,roles,capabilities"})
        except (SiteRefused, Missing) as error:
            user = self.gate.login.user if self.gate.login else ""
            raise SiteRefused(
                f"WordPress does not accept the application password of {user!r}; check both, or create a new password "
                f"under Users > Profile (some servers also drop the Authorization header). It said: {error}"
            ) from error
        if not isinstance(me, dict):
            raise AnswerUnreadable("WordPress did not say who the user is; look for a plugin that changes REST.")
        return me

    @property
    def _capabilities(self) -> frozenset[str]:
        caps = self._me.get("capabilities")
        return frozenset(name for name, held in caps.items() if held) if isinstance(caps, dict) else frozenset()

    def _declared_language(self) -> str:
        if not self.gate.login or "manage_options" not in self._capabilities:
            return ""
        settings = self._json("/wp/v2/settings", {"_fields": "language"})
        return languages.primary(settings.get("language") or "en") if isinstance(settings, dict) else ""

    def _aliases(self, home: str) -> tuple[str, ...]:
        seen = (self.gate.home, str(self.root.index.get("url") or ""), self.front.url)
        hosts = {urlsplit(url).hostname or "" for url in seen} | {addresses.www_twin(home)}
        return tuple(sorted(hosts - {"", urlsplit(home).hostname}))

    def _send(self, method: str, path: str, params: Params, sent: Json | None = None) -> Answer:
        return self.gate.ask(method, self.root.address(path), params, data=body_of(sent))

    def _get(self, path: str, params: Params) -> Answer:
        return self.gate.get(self.root.address(path), params)

    def _json(self, path: str, params: Params | None = None) -> Any:  # noqa: ANN401 - JSON
        return read_json(check(self._get(path, params or {})))
