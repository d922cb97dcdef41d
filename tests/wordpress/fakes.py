"""WordPress sites that are not there: one behind `responses`, one behind a real socket."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import responses

from suggester.wordpress.http import Gate, Limits
from suggester.wordpress.login import Login

HOME = "https://blog.example"
ADA = Login("ada", "abcd efgh")
CAPABILITIES = ["edit_posts", "edit_others_posts", "edit_pages", "edit_others_pages", "manage_options"]


def entry(key: int, **fields) -> dict:
    """A post as the fake keeps it."""
    return {
        "id": key,
        "date_gmt": "2026-01-01T10:00:00",
        "modified_gmt": "2026-01-02T10:00:00",
        "slug": f"post-{key}",
        "status": "publish",
        "type": "post",
        "link": f"{HOME}/post-{key}/",
        "title": f"Post &amp; {key}",
        "content": f"<p>Text {key}</p>",
        "excerpt": "",
        "password": "",
        "categories": [7],
        "tags": [],
        **fields,
    }


class FakeSite:
    """A WordPress that answers REST the way a real one does, as far as it is asked here."""

    def __init__(self, home: str = HOME, root: str = "", posts=()):
        self.home = home
        self.root = root or f"{home}/wp-json/"
        self.posts = {post["id"]: post for post in posts}
        self.calls: list[tuple[str, dict]] = []
        self.before: Callable[[str, dict], tuple | None] = lambda path, query: None  # may break or change things
        self.types = {
            "post": {"rest_base": "posts", "taxonomies": ["category", "post_tag"]},
            "page": {"rest_base": "pages", "taxonomies": []},
            "attachment": {"rest_base": "media"},
            "wp_block": {"rest_base": "blocks"},
            "nav_menu_item": {"rest_base": "menu-items"},
        }
        self.terms = {"categories": {7: ("tea", "Tea &amp; more")}, "tags": {}}
        self.front = f'<html lang="en-GB"><head><link rel="https://api.w.org/" href="{self.root}"></head></html>'
        self.password = ADA.password
        self.capabilities = list(CAPABILITIES)
        self.knows_modified_after = True
        self.any_html = True  # whether the user may post what is filtered otherwise
        self.locks: dict[int, str] | None = None  # who edits which post; None: our plugin is not there
        self.autosaves: dict[int, list[dict]] = {}
        self.deleted: list[str] = []

    def serve(self, wire: responses.RequestsMock) -> FakeSite:
        pattern = re.compile(re.escape(self.home) + r"(/.*)?$")
        for method in ("GET", "POST", "HEAD", "DELETE"):
            wire.add_callback(method, pattern, callback=self.answer)
        return self

    def paths(self) -> list[str]:
        return [path for path, _ in self.calls]

    def answer(self, request):
        path, query = self._route(request.url)
        self.calls.append((path, query))
        if broken := self.before(path, query):
            return broken
        if path == "front":
            return (200, {"content-type": "text/html"}, self.front)
        user = self._user(request)
        if path == "/":
            zone = {"timezone_string": "Europe/Berlin"}
            return _json({"name": "Tea &amp; Co", "url": self.home, "home": self.home, "namespaces": ["wp/v2"]} | zone)
        if path == "/wp/v2/users/me":
            return self._me(user)
        if path == "/wp/v2/settings":
            return _json({"language": "de_DE"}) if user else _closed()
        if path == "/wp/v2/types":
            return _json(dict(self._types(query)))
        if path == "/wp/v2/taxonomies":
            bases = {"category": "categories", "post_tag": "tags", "nav_menu": "menus"}
            return _json({slug: {"slug": slug, "rest_base": base} for slug, base in bases.items()})
        if path == "/link-suggester/v1/locks" and self.locks is not None:
            return _json(
                {
                    "locks": {
                        key: {"user": self.locks[int(key)]} for key in query["ids"].split(",") if int(key) in self.locks
                    }
                }
            )
        return self._collection(path, query, user, request)

    def _route(self, url):
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "rest_route" in query:
            return query.pop("rest_route"), query
        prefix = urlsplit(self.root).path
        if parts.path.startswith(prefix) and "wp-json" in prefix:
            return "/" + parts.path.removeprefix(prefix), query
        return ("front" if parts.path.rstrip("/") == urlsplit(self.home).path.rstrip("/") else parts.path), query

    def _user(self, request) -> bool:
        from base64 import b64encode

        good = "Basic " + b64encode(f"ada:{self.password}".encode()).decode()
        return request.headers.get("Authorization") == good  # a wrong one is a visitor, as in WordPress

    def _me(self, user):
        if not user:
            return _closed("rest_not_logged_in", "You are not currently logged in.")
        return _json(
            {"id": 1, "name": "Ada", "roles": ["editor"], "capabilities": dict.fromkeys(self.capabilities, True)}
        )

    def _types(self, query):
        for slug, kind in self.types.items():
            found = {"slug": slug, "rest_namespace": "wp/v2", **kind}
            if query.get("context") == "edit":
                name = "pages" if slug == "page" else "posts"
                found["capabilities"] = {"edit_posts": f"edit_{name}", "edit_others_posts": f"edit_others_{name}"}
            yield slug, found

    def _collection(self, path, query, user, request):
        base, _, key = path.removeprefix("/wp/v2/").partition("/")
        if base in self.terms:
            asked = [int(part) for part in query["include"].split(",")]
            known = self.terms[base]
            return _json([{"id": k, "slug": known[k][0], "name": known[k][1]} for k in asked if k in known])
        slug = next((slug for slug, kind in self.types.items() if kind["rest_base"] == base), None)
        if slug is None:
            return _closed("rest_no_route", "No route was found.", 404)
        edit = query.get("context") == "edit"
        if edit and not user:
            return _closed("rest_forbidden_context", "Sorry, you are not allowed to edit posts.")
        key, _, below = key.partition("/")
        if below:
            return self._saved_apart(int(key), below, request)
        if key and request.method == "GET":
            return _json({"_links": {"wp:action-unfiltered-html": []} if self.any_html else {}})
        if key:
            self.posts[int(key)] |= {
                "content": json.loads(request.body)["content"],
                "modified_gmt": "2026-03-01T00:00:00",
            }
            return _json(self._worded(self.posts[int(key)], query, edit))
        found = [post for post in self.posts.values() if post["type"] == slug and self._selected(post, query)]
        found.sort(key=lambda post: post["id"])
        start, size = int(query.get("offset", 0)), int(query["per_page"])
        total = len(found) if start < len(found) else 0  # as WordPress counts behind the end
        body = [self._worded(post, query, edit) for post in found[start : start + size]]
        return _json(body, {"X-WP-Total": str(total)})

    def _saved_apart(self, key, below, request):
        saved = self.autosaves.setdefault(key, [])
        if request.method == "DELETE":
            self.deleted.append(below)
            return _json({"deleted": True})
        if request.method == "GET":
            return _json(saved, {"Date": "Sun, 01 Mar 2026 00:00:00 GMT"})
        kept = json.loads(request.body)["content"]
        kept = kept if self.any_html else re.sub("<iframe.*?</iframe>", "", kept)
        saved.append({"id": 900 + len(saved), "author": 1, "modified_gmt": "2026-03-01T00:00:00"})
        return _json({**saved[-1], "content": {"raw": kept}})

    def _selected(self, post, query):
        statuses = query.get("status", "publish").split(",")
        after = query.get("modified_after", "").rstrip("Z") if self.knows_modified_after else ""
        return (
            post["status"] in statuses
            and post["modified_gmt"] > after
            and post["date_gmt"] > query.get("after", "").rstrip("Z")
            and ("include" not in query or str(post["id"]) in query["include"].split(","))
        )

    def _worded(self, post, query, edit):
        wanted = query["_fields"].split(",")
        if wanted == ["id"]:
            return {"id": post["id"]}
        tops = {field.split(".")[0] for field in wanted}
        form = "raw" if edit else "rendered"
        worded = {name: value for name, value in post.items() if name in tops and (edit or name != "password")}
        for name in ("title", "content", "excerpt"):
            worded[name] = {form: post[name]}
        worded["content"]["protected"] = bool(post["password"])
        return worded


def _json(body, headers=None, status=200):
    return (status, {"content-type": "application/json", **(headers or {})}, json.dumps(body))


def _closed(code="rest_forbidden", message="Sorry, you are not allowed to do that.", status=401):
    return _json({"code": code, "message": message, "data": {"status": status}}, status=status)


def gate(home: str = HOME, login: Login | None = None, naps: list[float] | None = None, **limits) -> Gate:
    """A gate that writes down how long it would have slept."""
    sleep = (naps if naps is not None else []).append
    return Gate(home, login=login, limits=Limits(**limits), sleep=sleep, resolve=lambda host: [])


@contextmanager
def loopback(respond: Callable[[BaseHTTPRequestHandler], None]):
    """A real server on this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self):
            try:
                respond(self)
            except (BrokenPipeError, ConnectionResetError):
                pass

        do_GET = do_POST = do_HEAD = handle_one

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """Answer a request of the loopback server."""
    handler.send_response(status)
    for name, value in {"content-type": "text/html", "content-length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def returned(url: str) -> dict[str, list[str]]:
    """The query of an address."""
    return parse_qs(urlsplit(url).query)
