"""Faults that one link has by itself: it leads nowhere, not straight there, or against the site's own wishes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from suggester.entities import Anchor, Fault, Link
from suggester.graph.audit.corpus import Grounds, Page, of_kind


def broken(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links within the site that lead nowhere: as WordPress told the last sync, or as a visit found."""
    told = {id(link): problem.text for link, problem in of_kind(page.standing.problems, "broken")}
    hidden = {id(link) for link, _ in of_kind(page.standing.problems, "draft_target")}
    for link in page.standing.internal:
        visit = grounds.visit_of(link.href, page.post.url)
        if id(link) in hidden or not (visit.broken if visit else id(link) in told):
            continue
        yield _fault("broken", page, link, visit.error if visit and visit.error else told.get(id(link), GONE))


def draft_target(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links to posts that readers cannot see."""
    for link, problem in of_kind(page.standing.problems, "draft_target"):
        yield _fault("draft_target", page, link, problem.text)


def broken_external(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links to other sites that lead nowhere, as a visit found."""
    for link in page.draft.body.links if grounds.checked_external else ():
        if not grounds.is_external(link, page.post.url):
            continue
        if (visit := grounds.visit_of(link.href, page.post.url)) and visit.broken:
            yield _fault("broken_external", page, link, visit.error or GONE)


def redirected(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links that get where they lead only by being sent on, with the final address.

    One that would go straight there if it began with https is none: see `plain_http`.
    """
    told = {id(link): problem for link, problem in of_kind(page.standing.problems, "redirected")}
    for link in page.standing.internal:
        secure = _secure(link.href) if is_plain(link, page, grounds) else link.href
        if id(link) in told and (problem := told[id(link)]).url and problem.target_id is not None:
            row = grounds.index.row(problem.target_id)
            permalink = grounds.index.posts.urls[row] if row is not None else problem.url
            if secure == link.href or grounds.resolver.is_detour(secure, page.post.url, permalink):
                yield _fault("redirected", page, link, problem.text, problem.url)
        elif link.target is None and (visit := grounds.visit_of(secure, page.post.url)):
            if visit.hops and not visit.broken and visit.outcome == "fine" and visit.final_url != visit.url:
                fragment = link.href.partition("#")[2]
                url = visit.final_url + (f"#{fragment}" if fragment else "")
                yield _fault("redirected", page, link, f"This address only leads on to {visit.final_url}.", url)


def plain_http(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links within an https site that begin with http and would go straight there with https."""
    plain = [link for link in page.standing.internal if is_plain(link, page, grounds)]
    others = (redirected, broken, draft_target) if plain else ()
    told = {(fault.href, fault.anchor) for find in others for fault in find(page, grounds)}
    for link in plain:
        if (link.href, page.anchor(link)) not in told:
            yield _fault("plain_http", page, link, "This address begins with http.", _secure(link.href))


def noindex_target(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links to posts that search engines are asked to leave out."""
    for link in page.standing.internal:
        if link.target in grounds.unindexed and link.target is not None and link.target not in grounds.known.hidden:
            told = f"{grounds.title(link.target)} asks search engines to stay away."
            yield _fault("noindex_target", page, link, told)


def nofollow(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links within the site that tell search engines not to follow them."""
    for link in page.standing.internal:
        if "nofollow" in link.rel:
            yield _fault("nofollow", page, link, "The link carries rel=nofollow.")


def empty(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links that show neither words nor an image."""
    for link, problem in of_kind(page.standing.problems, "empty"):
        yield _fault("empty", page, link, problem.text)


def generic(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links on words that say nothing of where they lead."""
    for link, problem in of_kind(page.standing.problems, "generic"):
        yield _fault("generic", page, link, problem.text)


def homepage(page: Page, grounds: Grounds) -> Iterator[Fault]:
    """Find links to the homepage; whether they are too many is a matter of the whole site."""
    for link in page.standing.internal:
        if grounds.is_home(link, page.post.url):
            yield _fault("homepage_heavy", page, link, "This link leads to the homepage.")


def is_plain(link: Link, page: Page, grounds: Grounds) -> bool:
    """Whether a link begins with http on a site whose posts are served by https."""
    secure_site = grounds.index.site.url.startswith("https://") and page.post.url.startswith("https://")
    return secure_site and urlsplit(link.href.strip()).scheme.lower() == "http"


GONE = "Nothing is found at this address."
OF_A_LINK = {
    "broken": broken,
    "draft_target": draft_target,
    "broken_external": broken_external,
    "redirected": redirected,
    "plain_http": plain_http,
    "noindex_target": noindex_target,
    "nofollow": nofollow,
    "empty": empty,
    "generic": generic,
    "homepage_heavy": homepage,
}


def _secure(href: str) -> str:
    return "https" + href.strip()[len("http") :]


def _fault(kind: str, page: Page, link: Link, note: str, url: str = "") -> Fault:
    anchor: Anchor = page.anchor(link)
    return Fault(kind, page.post.id, note, link.target, link.href, anchor, url)
