"""A small site on this machine whose pages are walked over: posts, a list, a menu, redirects, and what is wrong."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from suggester.entities import Post
from suggester.fetching.fetcher import Fetcher
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.wordpress.fakes import loopback, send

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MENU = '<header><nav><a href="/about/">About</a></nav></header>'
FOOTER = '<footer><a href="/imprint/">Imprint</a></footer>'


def single(*hrefs: str, head: str = "", after: str = "") -> str:
    links = " ".join(f'<a href="{href}">to {href}</a>' for href in hrefs)
    content = f'<article><div class="entry-content"><p>{links}</div></article>'
    return f'<html><head>{head}</head><body class="single">{MENU}<main>{content}{after}</main>{FOOTER}'


def listing(*hrefs: str) -> str:
    items = "".join(f'<article><h2><a href="{href}">to {href}</a></h2></article>' for href in hrefs)
    return f'<body class="blog">{MENU}<main>{items}</main>{FOOTER}'


def related(href: str) -> str:
    return f'<div class="related-posts"><a href="{href}">Akin</a></div>'


PAGES = {
    "/": listing("/post-1/", "/page/2/"),
    "/page/2/": listing("/post-2/"),
    "/about/": single("/post-3/"),
    "/imprint/": single(),
    "/post-1/": single("/post-4/", "/moved/", "/gone/", "/files/a.pdf", after=related("/post-5/")),
    "/post-2/": single(head="<meta name=robots content=noindex><title>Two &amp; two</title>"),
    "/post-3/": single("/post-6/?utm_source=x#part", "https://other.example/"),
    "/post-4/": single(head='<link rel="canonical" href="/post-1/">'),
    "/post-5/": single(),
    "/post-6/": single("/"),
    "/post-7/": single("/post-8/"),
    "/post-8/": single(),
    "/files/a.pdf": "%PDF",
}
REDIRECTS = {"/moved/": "/post-5/", "/away/": "https://other.example/x"}


@dataclass
class Site:
    """The site, and what it was asked."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=lambda: dict(PAGES))
    redirects: dict[str, str] = field(default_factory=lambda: dict(REDIRECTS))
    statuses: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    robots: str = ""
    down: bool = False
    pause: float = 0.0

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        if self.down:
            handler.connection.shutdown(2)
            return
        path = handler.path
        if path == "/robots.txt":
            send(handler, 200, self.robots.encode())
            return
        self.asked.append(f"{handler.command} {path}")
        time.sleep(self.pause)
        if path in self.redirects:
            send(handler, 301, b"", location=self.redirects[path])
            return
        found = self.pages.get(path, self.pages.get(path.partition("?")[0]))
        kind = "application/pdf" if path.endswith(".pdf") else "text/html; charset=UTF-8"
        status = self.statuses.get(path, 404 if found is None else 200)
        send(handler, status, (found or "nothing").encode(), content_type=kind)

    def count(self) -> int:
        count = len(self.asked)
        self.asked.clear()
        return count


@pytest.fixture
def site():
    site = Site()
    with loopback(site.respond) as site.url:
        yield site


@pytest.fixture
def service(tmp_path):
    opened = Service.open(tmp_path, load_encoder=LetterEncoder)
    yield opened
    opened.close()


def post(site: Site, number: int, content: str = "", **fields: object) -> Post:
    return Post(number, f"{site.url}/post-{number}/", f"Post {number}", content, modified=LONG_AGO, **fields)


@pytest.fixture
def site_id(service, site):
    number = service.store.add_site(site.url, site.url)
    links = '<a href="/gone/">x</a> <a href="/moved/#a">y</a> <a href="/files/a.pdf">z</a> <a href="/hidden/?x=1">h</a>'
    links += (
        f'<a href="{site.url}/wp-login.php">l</a> <a href="/?action=logout">o</a> <a href="mailto:a@b.example">m</a>'
    )
    posts = [post(site, each) for each in range(2, 9)] + [post(site, 9, status="draft"), post(site, 1, links)]
    service.store.put_posts(number, posts)
    return number


quick = partial(Fetcher, external_rest=0)


def walk(service: Service, site_id: int, **how: object):
    return service.visit(site_id, **{"rest": 0, "make_fetcher": quick, **how})


def found(service: Service, site: Site, site_id: int) -> dict[str, object]:
    return {visit.url.removeprefix(site.url): visit for visit in service.store.visits(site_id)}
