"""What is told of clicks, as plain JSON values and in words: the same for every door."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Iterable
from typing import TYPE_CHECKING

from suggester.content.text import day, plural
from suggester.entities import Counting
from suggester.web import answers
from suggester.web.answers import Json

if TYPE_CHECKING:
    from datetime import datetime

    from suggester.graph.followed import Compared, Group
    from suggester.tasks.clicks import AnchorClicks, ClickReport, DeadLink, LinkClicks
    from suggester.tasks.service import Service

SWITCH = "Switch it on in WordPress under Settings > Link suggester > Count clicks on internal links."
NOT_YET = "Dead weight is told from {day} on: until then, too little was counted to say that a link brings nothing."
NOT_COUNTED = "Dead weight is told while clicks are counted."
NOTHING_DEAD = "No link is known to bring nothing."
WHAT_IS_DEAD = (
    "Links that nobody followed in 90 days, though readers followed others in the same post: at least "
    "3 clicks for each link there, so that one without any gets less than its share (95 % certain)."
)


def state_line(counting: Counting | None) -> str:
    """Say in a sentence or two whether clicks are counted."""
    if counting is None or (not counting.counts and counting.since is None):
        return f"Counting is off: nothing is known of clicks. {SWITCH}"
    since = day(counting.since)
    if counting.counts:
        return f"Counting began on {since}." if since else "Clicks are counted."
    until = f" on {day(counting.until)}" if counting.until else ""
    return f"Counting is off: it began on {since}, and was switched off{until}. {SWITCH}"


def compared_line(compared: Compared | None) -> str:
    """Say in a sentence how links of ours fare; "" where that cannot be said."""
    if compared is None or compared.ours.rate is None or compared.others.rate is None:
        return ""
    ours, others = compared.ours, compared.others
    return (
        f"A hundred links added by us bring {ours.rate:.1f} clicks a month, a hundred others {others.rate:.1f} "
        f"({plural(ours.clicks, 'click')} on {plural(ours.links, 'link')} of ours)."
    )


def dead_line(report: ClickReport, now: datetime) -> str:
    """Say why no dead weight is told; "" where some is."""
    if report.dead:
        return ""
    if report.judged_from is None:
        return NOT_COUNTED
    return NOT_YET.format(day=day(report.judged_from)) if report.judged_from > now else NOTHING_DEAD


def clicks(service: Service, site_id: int, report: ClickReport) -> Json:
    """Tell what links brought."""
    named = Named(service, site_id, report.links, report.anchors, report.dead)
    return {
        "counting": _counting(report.counting),
        "state": state_line(report.counting),
        "clicks": report.clicks,
        "months": [{"month": each.month, "ours": each.ours, "others": each.others} for each in report.months],
        "all_links": _compared(report.all_links),
        "same_posts": _compared(report.same_posts),
        "links": [
            named.pair(each.source_id, each.target_id)
            | {"href": each.href, "anchor": each.anchor, "ours": each.ours, "clicks": each.clicks}
            | {"by_month": list(each.months)}
            for each in report.links
        ],
        "anchors": [
            {"anchor": each.anchor, "target": named.post(each.target_id), "links": each.links, "clicks": each.clicks}
            | {"expected": round(each.expected, 1)}
            for each in report.anchors
        ],
        "dead": [
            named.pair(each.source_id, each.target_id)
            | {"anchor": named.anchors.get((each.source_id, each.target_id), ""), "ours": each.ours}
            | {"clicks_on_others": each.clicks, "links": each.links}
            for each in report.dead
        ],
        "dead_from": report.judged_from.isoformat() if report.judged_from else None,
        "meta": answers.meta(service.meta(site_id)),
    }


class Named:
    """Titles and addresses of the posts that are spoken of, and the words of links that are dead weight."""

    def __init__(
        self,
        service: Service,
        site_id: int,
        links: Iterable[LinkClicks],
        anchors: Iterable[AnchorClicks],
        dead: Iterable[DeadLink],
    ) -> None:
        pairs = [(each.source_id, each.target_id) for each in dead]
        ends = [(each.source_id, each.target_id) for each in links] + pairs
        ids = {post_id for pair in ends for post_id in pair} | {each.target_id for each in anchors}
        self.heads = service.store.runs.heads(site_id, {post_id for post_id in ids if post_id is not None})
        self.anchors = service.anchors_of(site_id, pairs)

    def post(self, post_id: int | None) -> Json | None:
        """Name a post; without title and address where it is gone."""
        if post_id is None:
            return None
        head = self.heads.get(post_id)
        return {"id": post_id, "title": head.title if head else "", "url": head.url if head else ""}

    def pair(self, source_id: int, target_id: int | None) -> Json:
        """Name both ends of a link."""
        return {"source": self.post(source_id), "target": self.post(target_id)}


def month_name(month: str, *, year: bool) -> str:
    """Write a month, as in "Nov" or "Nov 2026"."""
    name = month_abbr[int(month[5:])]
    return f"{name} {month[:4]}" if year else name


def _counting(state: Counting | None) -> Json:
    if state is None:
        return {"on": False, "since": None, "until": None}
    moments = {"since": state.since, "until": state.until}
    return {"on": state.counts} | {name: at.isoformat() if at else None for name, at in moments.items()}


def _compared(of: Compared | None) -> Json | None:
    return {"ours": _group(of.ours), "others": _group(of.others)} if of else None


def _group(of: Group) -> Json:
    rate = None if of.rate is None else round(of.rate, 2)
    return {"links": of.links, "clicks": of.clicks, "months": round(of.months, 1), "per_100_links_and_month": rate}
