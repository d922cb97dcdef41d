"""Visit the pages of a site as its readers do: how many clicks away they are, and where links lead."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from suggester.entities import Tour
from suggester.fetching import MOST_PAGES, REST
from suggester.fetching.fetcher import Fetcher
from suggester.store import Store
from suggester.tasks.pages import RenderedPages
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.tour import KEPT, Enough, Ration, Walk

MakeFetcher = Callable[..., Fetcher]


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What a walk over a site's pages found."""

    site_id: int
    pages: int  # visited, with their links read
    posts: int  # published posts among them
    unreached: int  # published posts that no click from the homepage leads to
    deepest: int  # clicks to the page farthest from the homepage
    checked: int  # further addresses that links in posts lead to
    broken: int  # addresses that lead nowhere, of the site
    broken_external: int  # ... of others
    redirected: int  # addresses of the site that lead on to another one
    asked: int  # addresses that were asked for now; what was found a moment ago is not asked for again
    whole: bool  # False where there are more pages than were wanted
    ended: bool  # False where its ration was used up before; the next visit goes on from there
    notes: tuple[str, ...]  # what went otherwise than wished, and what to do
    seconds: float


class VisitVerbs:
    """Visiting a site's pages, as the service has it."""

    store: Store
    pages: RenderedPages
    _ca_file: Path | None

    def visit(
        self,
        site_id: int,
        *,
        external: bool = False,
        most_pages: int = MOST_PAGES,
        anew: bool = False,
        rest: float = REST,
        ration: Ration | None = None,
        kept: timedelta = KEPT,
        progress: Progress = SILENT,
        make_fetcher: MakeFetcher = Fetcher,
    ) -> VisitReport:
        """Walk over a site's pages from its homepage, and check where links in posts lead.

        Other sites are asked only where `external` says so. At most `most_pages` are visited, with `rest` seconds
        between two requests at least. What was found within the last day counts, unless everything is wanted `anew`;
        a walk that was stopped goes on, if it was begun within the time `kept`. It stops by itself once its `ration` is
        used up. SiteUnreachable where the site does not answer, SiteRefused where it, or its
        robots.txt, keeps programs out, SyncRunning where another process is at it.
        """
        begun, site = time.monotonic(), self.store.site(site_id)
        with self.store.lock(site_id, "visit"):
            tour = _begin(self.store, site_id, external, most_pages, anew, kept)
            fetcher = make_fetcher(
                f"{site.url}/",
                site.aliases,
                external=external,
                rest=rest,
                ca_file=self._ca_file,
            )
            walk = Walk(self.store, site_id, fetcher, tour, progress, ration)
            ended = False
            with suppress(Enough):
                try:
                    walk.pages()
                    walk.others()
                    ended = True
                finally:
                    fetcher.close()
                    walk.note()
            if ended:
                walk.end()
                self.pages.gather(site_id)
            return _report(walk, ended, time.monotonic() - begun)


def _begin(store: Store, site_id: int, external: bool, most_pages: int, anew: bool, kept: timedelta) -> Tour:
    """Begin a walk, or go on with the one that was stopped, if it was begun within so long."""
    now, before = datetime.now(UTC), store.tour(site_id)
    if before and before.ended_at is None and before.started_at > now - kept:
        if not anew or before.since == before.started_at:
            tour = replace(before, external=external, most_pages=most_pages, pages=0, checked=0, notes=())
            store.put_tour(site_id, tour)
            return tour
    tour = Tour(now, now if anew else now - KEPT, None, external, most_pages)
    store.put_tour(site_id, tour)
    return tour


def _report(walk: Walk, ended: bool, seconds: float) -> VisitReport:
    found = [walk.known[url] for url in walk.reached]
    broken = [each for each in found if each.broken]
    depths = [each[0] for each in walk.depths.values() if each[0] is not None]
    return VisitReport(
        site_id=walk.site_id,
        pages=sum(each.page for each in found),
        posts=len(walk.clicked),
        unreached=len(walk.unreached),
        deepest=max(depths, default=0),
        checked=walk.tour.checked,
        broken=sum(not each.external for each in broken),
        broken_external=sum(each.external for each in broken),
        redirected=sum(each.hops > 0 and each.outcome == "fine" and not each.external for each in found),
        asked=walk.asked,
        whole=walk.whole,
        ended=ended,
        notes=walk.tour.notes,
        seconds=seconds,
    )
