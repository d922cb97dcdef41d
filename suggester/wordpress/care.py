"""What a careful writer asks WordPress first: who is editing a post, and whether it keeps what it is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from suggester.entities import Post
from suggester.errors import AnswerUnreadable, SiteError, SiteRefused, WriteAltered
from suggester.wordpress.answers import Missing, check, read_json
from suggester.wordpress.dates import from_gmt, from_mail
from suggester.wordpress.http import Answer

LOCKS = "/link-suggester/v1/locks"  # of our plugin
LOCKED_FOR = timedelta(seconds=150)  # so long WordPress itself takes a post for being edited
ANY_HTML = "wp:action-unfiltered-html"  # among the links of a post that the user may put any HTML into
SAVED_APART = frozenset({"publish", "private", "future"})  # statuses whose autosaves leave the post itself alone

Send = Callable[..., Answer]
"""(method, path, parameters, JSON to send) to an answer."""


class Care:
    """Asks for one login; what holds for the whole site is asked once."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_plugin = True  # until it is missed
        self._may_any_html: bool | None = None

    def being_edited(self, post: Post, path: str) -> str:
        """Say who has a post open in an editor, "" where nobody is known to.

        Without our plugin WordPress does not tell; then an autosave tells that is newer than the post, and fresh.
        """
        if self._has_plugin:
            try:
                return self._locked(post.id)
            except (Missing, SiteRefused, AnswerUnreadable):
                self._has_plugin = False
        return self._autosaving(post, path)

    def rehearse(self, post: Post, path: str, content: str, user_id: int) -> None:
        """Where WordPress filters what this user writes, see on an autosave whether it would keep the content.

        WriteAltered where it would not: a write would take other parts of the post away.
        """
        if post.status not in SAVED_APART or self._keeps_any_html(path):
            return
        saved = [each for each in self._autosaves(path)[0] if each.get("author") == user_id]
        if any(_newer(each, post) for each in saved):
            raise WriteAltered(f"“{post.title}” has unsaved work of this login; open and save it in the editor first.")
        answer = self._send("POST", f"{path}/autosaves", {"context": "edit"}, {"content": content})
        kept = read_json(check(answer))
        if _raw(kept) != content:
            with suppress(SiteError):
                self._send("DELETE", f"{path}/revisions/{kept['id']}", {"force": "true"})
            raise WriteAltered(
                "WordPress would take other HTML out of this post if this login saved it; use the login of a user who "
                "may post any HTML, as administrators of a single site may."
            )

    def _locked(self, post_id: int) -> str:
        told = read_json(check(self._send("GET", LOCKS, {"ids": post_id})))
        locks = told.get("locks") if isinstance(told, dict) else None
        lock = locks.get(str(post_id)) if isinstance(locks, dict) else None
        return (str(lock.get("user") or "") or "Somebody") if isinstance(lock, dict) else ""

    def _autosaving(self, post: Post, path: str) -> str:
        try:
            saved, now = self._autosaves(path)
        except (Missing, SiteRefused):  # a type without revisions
            return ""
        fresh = [each for each in saved if _newer(each, post) and now - _moment(each) < LOCKED_FOR]
        return "Somebody" if fresh else ""

    def _autosaves(self, path: str) -> tuple[list[Mapping[str, Any]], datetime]:
        """Give the autosaves of a post, and what time it is there."""
        answer = check(self._send("GET", f"{path}/autosaves", {"context": "edit", "_fields": "id,author,modified_gmt"}))
        found = read_json(answer)
        now = from_mail(answer.headers.get("date", "")) or datetime.now(UTC)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else [], now

    def _keeps_any_html(self, path: str) -> bool:
        if self._may_any_html is None:
            told = read_json(check(self._send("GET", path, {"context": "edit", "_fields": "_links"})))
            links = told.get("_links") if isinstance(told, dict) else None
            self._may_any_html = isinstance(links, dict) and ANY_HTML in links
        return self._may_any_html


def body_of(sent: Mapping[str, object] | None) -> bytes | None:
    """Write what is sent as JSON."""
    return None if sent is None else json.dumps(sent).encode()


def _moment(saved: Mapping[str, Any]) -> datetime:
    return from_gmt(saved.get("modified_gmt")) or datetime.min.replace(tzinfo=UTC)


def _newer(saved: Mapping[str, Any], post: Post) -> bool:
    return post.modified is None or _moment(saved) > post.modified


def _raw(saved: object) -> str | None:
    content = saved.get("content") if isinstance(saved, dict) else None
    raw = content.get("raw") if isinstance(content, dict) else None
    return raw if isinstance(raw, str) else None
