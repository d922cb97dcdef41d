"""One walk over a site's pages: breadth first from the homepage, each answer kept as it comes."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from time import monotonic
from urllib.parse import urlsplit

from suggester.content.page import decode, is_page, read_page
from suggester.content.urls import absolute
from suggester.entities import PUBLISHED, PageLink, Tour, Visit
from suggester.errors import SiteRefused, SiteUnreachable
from suggester.fetching.fetcher import Fetched, Fetcher
from suggester.store import Store
from suggester.tasks.lookup import hrefs
from suggester.tasks.progress import Progress
from suggester.tasks.readings import resolver_for
from suggester.tasks.trails import Trails, may_be_checked

KEPT = timedelta(days=1)  # so long an answer counts
BAD_KEPT = timedelta(minutes=30)  # ... one that says that something is wrong, which may have been mended since
EXTERNAL_KEPT = timedelta(days=7)  # ... a good one of another site
SILENT_IN_A_ROW = 5  # pages without an answer after which the site is left alone
HOSTS_AT_ONCE = 8  # other sites asked at the same time, one request to each
EVERY = 25  # answers after which it is noted how far the walk is


@dataclass(frozen=True, slots=True)
class Ration:
    """How much a walk may ask for before it rests; it goes on from there the next time."""

    asked: int  # addresses
    seconds: float


class Enough(Exception):
    """The ration of a walk is used up."""


class Walk:
    """A walk under way. What it learned is in the store at any moment, so that the next one goes on from there."""

    def __init__(
        self,
        store: Store,
        site_id: int,
        fetcher: Fetcher,
        tour: Tour,
        progress: Progress,
        ration: Ration | None = None,
    ) -> None:
        self.site_id, self.tour = site_id, tour
        self._store, self._fetcher, self._progress = store, fetcher, progress
        self._most, self._until = ration.asked if ration else inf, monotonic() + (ration.seconds if ration else inf)
        self._resolver = resolver_for(store, site_id)
        self._trails = Trails(self._resolver)
        self._modified = store.modified(site_id)
        self.known = {each.url: each for each in store.visits(site_id) if self._counts(each)}
        self.reached: dict[str, None] = {}  # addresses of this walk, in their order
        self.depths: dict[str, tuple[int | None, int | None]] = {}
        self.clicked: set[int] = set()  # published posts that clicks lead to
        self.unreached: set[int] = set()  # published posts that no click leads to
        self.whole = True
        self.asked = 0
        self._content: dict[str, list[str]] = {}  # page to the pages that its content links to
        self._loose: dict[str, None] = {}  # addresses in content that are no pages of the site
        self._unsaved: list[tuple[Visit, list[PageLink] | None]] = []  # answers that may be due to bad weather

    def pages(self) -> None:
        """Visit the pages that clicks lead to from the homepage, then the posts that none leads to."""
        self._progress.start("visit")
        try:
            home = self._fetcher.ground.home
            self._check_home(self._page(home, 0))
            self._walk(home)
            self._content_depths(home)
            self._visit_unreached()
        finally:
            self._progress.finish()

    def others(self) -> None:
        """Check the further addresses that bodies and content link to."""
        wanted = [url for url in dict.fromkeys(self._linked()) if url not in self.reached]
        self._progress.start("check links", len(wanted))
        try:
            known = [url for url in wanted if url in self.known]
            self._progress.advance(len(known))
            self.tour = replace(self.tour, checked=len(known))
            left = [url for url in wanted if url not in self.known]
            for url in left:
                if self._fetcher.ground.is_own(url):
                    self._spend()
                    self._keep_check(self._fetcher.check(url))
            for found in self._check_elsewhere([url for url in left if not self._fetcher.ground.is_own(url)]):
                self._keep_check(found)
        finally:
            self._progress.finish()
        self.reached |= dict.fromkeys(wanted)

    def note(self) -> None:
        """Note how far the walk is."""
        self._store.put_tour(self.site_id, self.tour)

    def end(self) -> None:
        """Note that the walk has ended well: the depth of each page; what was not found any more is forgotten."""
        self._flush()
        self._store.put_depths(self.site_id, {url: self.depths.get(url, (None, None)) for url in self.reached})
        past = [each.url for each in self._store.visits(self.site_id) if self._is_past(each)]
        self._store.forget_visits(self.site_id, past)
        self.tour = replace(self.tour, ended_at=datetime.now(UTC), notes=tuple(self._notes()))
        self._store.put_tour(self.site_id, self.tour)

    # pages

    def _walk(self, home: str) -> None:
        queue, seen = deque([(home, 0)]), {home}
        while queue:
            url, depth = queue.popleft()
            if url in self.depths:
                continue
            if self.tour.pages >= self.tour.most_pages:
                self.whole = False
                return
            visit = self._page(url, depth)
            self.reached[url] = None
            self.depths[url] = (depth, None)
            if visit.hops:
                self._content[url] = [visit.final_url]
                if visit.final_url in self.known:
                    seen.add(visit.final_url)
                    queue.appendleft((visit.final_url, depth))  # no click lies between the two
                continue
            self._count(visit)
            for page in self._pages_linked(visit):
                if page not in seen:
                    seen.add(page)
                    if self._trails.leads_on(page):
                        queue.append((page, depth + 1))

    def _pages_linked(self, visit: Visit) -> list[str]:
        """Give the pages of the site that a page links to; what else its content links to is looked at later."""
        if not visit.page:
            return []
        linked: dict[str, None] = {}
        content: dict[str, None] = {}
        for link in self._store.page_links(self.site_id, visit.url):
            page = self._trails.page(link.href)
            if page and page != visit.url:
                linked[page] = None
            if link.place == "content":
                if page:
                    content[page] = None
                self._loose[link.href] = None
        self._content[visit.url] = list(content)
        return list(linked)

    def _content_depths(self, home: str) -> None:
        """Count the clicks over links in content alone; a redirect is no click."""
        queue, found = deque([(home, 0)]), dict[str, int]()
        while queue:
            url, depth = queue.popleft()
            if url in found or url not in self.depths:
                continue
            found[url] = depth
            for page in self._content.get(url, ()):
                if self.known[url].hops:
                    queue.appendleft((page, depth))
                else:
                    queue.append((page, depth + 1))
        self.depths = {url: (depth, found.get(url)) for url, (depth, _) in self.depths.items()}

    def _visit_unreached(self) -> None:
        """Visit the published posts that no click leads to; their links are known then, and their depth is not."""
        if not self.whole:
            return
        for post in self._store.urls(self.site_id):
            url = absolute(post.url)
            if post.id in self.clicked or not self._fetcher.ground.is_own(url) or post.id not in self._modified:
                continue
            self.unreached.add(post.id)
            if self.tour.pages >= self.tour.most_pages:
                self.whole = False
                return
            visit = self._page(url, None)
            self.reached[url] = None
            if visit.hops and visit.final_url in self.known:
                self.reached[visit.final_url] = None
                visit = self.known[visit.final_url]
            self._count(visit, clicked=False)
            self._pages_linked(visit)

    def _count(self, visit: Visit, clicked: bool = True) -> None:
        if visit.page:
            self.tour = replace(self.tour, pages=self.tour.pages + 1)
        if clicked and visit.post_id is not None and visit.post_id in self._modified:
            self.clicked.add(visit.post_id)
        self._progress.advance()

    def _page(self, url: str, depth: int | None) -> Visit:
        """Visit a page, unless that was done a moment ago; where it redirects, the page behind is kept as well."""
        if url in self.known and self._is_enough(self.known[url]):
            return self.known[url]
        self._spend()
        fetched = self._fetcher.page(url)
        visit = self._visit(fetched, depth)
        fresh: list[tuple[Visit, list[PageLink] | None]] = []
        target = visit
        if visit.hops and visit.outcome == "fine" and self._fetcher.ground.is_own(visit.final_url):
            target = replace(visit, url=visit.final_url, hops=0)
            fresh.append((visit, None))
        if fetched.outcome == "fine" and self._fetcher.ground.is_own(target.url):
            target, links = self._read(fetched, target)
            fresh.append((target, links))
        else:
            fresh.append((target, None))
        self.known |= {each.url: each for each, _ in fresh}
        self._keep(fresh)
        return self.known[url]

    def _is_enough(self, visit: Visit) -> bool:
        """Whether what is known of an address spares asking for it as a page."""
        if visit.outcome != "fine" or visit.page:
            return True
        behind = self.known.get(visit.final_url)
        return bool(visit.hops) and (not self._fetcher.ground.is_own(visit.final_url) or bool(behind and behind.page))

    def _read(self, fetched: Fetched, visit: Visit) -> tuple[Visit, list[PageLink] | None]:
        reply = fetched.reply
        if reply is None or not is_page(kind := reply.headers.get("content-type", ""), reply.body):
            return visit, None
        page = read_page(decode(reply.body, kind), visit.url, reply.headers)
        links = [replace(link, target=self._resolver.resolve(link.href)) for link in page.links]
        read = replace(visit, title=page.title, canonical=page.canonical, noindex=page.noindex, page=True)
        return read, links

    def _check_home(self, home: Visit) -> None:
        """Give up where there is nothing to walk over."""
        behind = self.known.get(home.final_url, home)
        if home.outcome == "robots":
            raise SiteRefused(
                f"{home.error} Add the lines “User-agent: link-suggester” and “Allow: /” to it, and try again."
            )
        if home.outcome == "unreachable" or home.status >= 500 or home.status == 429:
            raise SiteUnreachable(f"The homepage cannot be visited ({home.error}) Try again later.")
        if not behind.page:
            why = home.error or f"{home.final_url} is no page."
            raise SiteRefused(f"The homepage cannot be visited ({why}) Open {home.url} in a browser to see why.")

    # further addresses

    def _linked(self) -> Iterator[str]:
        """Give the addresses that bodies and content link to, as far as they may be asked for."""
        for post in self._store.posts(self.site_id):
            if post.status == PUBLISHED:
                for href in hrefs(post.content):
                    url = absolute(href, post.url) if not href.startswith("#") else ""
                    if url and self._is_wanted(url):
                        yield url
        yield from filter(self._is_wanted, self._loose)

    def _is_wanted(self, url: str) -> bool:
        return may_be_checked(url) if self._fetcher.ground.is_own(url) else self.tour.external

    def _check_elsewhere(self, urls: Sequence[str]) -> Iterator[Fetched]:
        """Check addresses of other sites, several sites at once and one request to each."""
        by_host: defaultdict[str, list[str]] = defaultdict(list)
        for url in urls:
            by_host[urlsplit(url).netloc].append(url)
        rounds = max(map(len, by_host.values()), default=0)
        for number in range(rounds):
            due = [some[number] for some in by_host.values() if len(some) > number]
            with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
                asked = [pool.submit(self._fetcher.check, url) for url in due]
                try:
                    yield from (each.result() for each in as_completed(asked))
                except BaseException:
                    self._fetcher.close()
                    raise

    def _keep_check(self, found: Fetched) -> None:
        visit = self._visit(found, None)
        headers = found.reply.headers if found.reply else {}
        if "x-robots-tag" in headers:
            visit = replace(visit, noindex=read_page("", visit.url, headers).noindex)
        self.known[visit.url] = visit
        self.tour = replace(self.tour, checked=self.tour.checked + 1)
        self._keep([(visit, None)])
        self._progress.advance()

    # what was learned

    def _spend(self) -> None:
        if self.asked >= self._most or monotonic() >= self._until:
            raise Enough

    def _visit(self, found: Fetched, depth: int | None) -> Visit:
        return Visit(
            url=found.url,
            status=found.status,
            final_url=found.final_url or found.url,
            hops=found.hops,
            error=found.error,
            at=datetime.now(UTC),
            depth=depth,
            post_id=self._resolver.resolve(found.final_url or found.url),
            external=not self._fetcher.ground.is_own(found.url),
            outcome=found.outcome,
        )

    def _keep(self, fresh: Iterable[tuple[Visit, list[PageLink] | None]]) -> None:
        """Keep answers; those that the site does not answer at all are kept only once it does again."""
        self._unsaved += fresh
        self.asked += 1
        last = self._unsaved[-1][0]
        if not last.external and (last.outcome == "unreachable" or last.status in (429, 503)):
            if len(self._unsaved) >= SILENT_IN_A_ROW:
                self._unsaved.clear()
                raise SiteUnreachable(f"The site stopped answering ({last.error}) Try again later; the visit goes on.")
            return
        self._flush()
        if self.asked % EVERY == 0:
            self.note()

    def _flush(self) -> None:
        links = {visit.url: some for visit, some in self._unsaved if some is not None}
        self._store.put_visits(self.site_id, [visit for visit, _ in self._unsaved], links)
        self._unsaved.clear()

    def _counts(self, visit: Visit) -> bool:
        """Whether an answer of before is young enough to count, and its post has not been changed since."""
        age = datetime.now(UTC) - visit.at
        if visit.external and visit.outcome == "fine":
            return age < EXTERNAL_KEPT and self.tour.since != self.tour.started_at
        if visit.at < self.tour.since or (visit.outcome != "fine" and age > BAD_KEPT):
            return False
        changed = self._modified.get(visit.post_id) if visit.post_id is not None else None
        return changed is None or changed < visit.at

    def _is_past(self, visit: Visit) -> bool:
        """Whether what was found once counts no more: this walk would have come there, and has not."""
        if visit.url in self.reached:
            return False
        if visit.external and not self.tour.external:
            return visit.at < datetime.now(UTC) - EXTERNAL_KEPT
        return self.whole or visit.at < self.tour.since

    def _notes(self) -> Iterator[str]:
        if not self.whole:
            yield (
                f"Only the first {self.tour.most_pages:,} pages were visited; more are visited where that is asked for."
            )
        if self._trails.cut:
            some = ", ".join(sorted(self._trails.cut)[:3])
            yield f"Paths that seem to have no end, as calendars, were followed a little way only ({some})."
        forbidden = sum(self.known[url].outcome == "robots" for url in self.reached if url in self.known)
        if forbidden:
            yield f"robots.txt keeps programs out of {forbidden:,} addresses; they were not asked for."
