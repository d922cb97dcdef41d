"""What links bring: how often readers follow them, as far as the owner lets that be counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request, url_for

from suggester.graph.followed import Compared
from suggester.tasks.clicks import MONTHS, ClickReport
from suggester.web import clicks as told_as
from suggester.web.dashboard.charts import Point
from suggester.web.dashboard.door import dashboard
from suggester.web.room import service

PAGE_SIZE = 25
SHOWS = ("followed", "anchors", "dead")
CHOICES = {3: "3 months", 12: "12 months", 36: "3 years"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of the page are asked for."""

    show: str
    months: int
    page: int

    @classmethod
    def of_request(cls) -> Asked:
        """Read the address of the page; what makes no sense is taken as not said."""
        show, months = request.args.get("show", ""), request.args.get("months", MONTHS, type=int)
        page = max(request.args.get("page", 1, type=int), 1)
        return cls(show if show in SHOWS else SHOWS[0], months if months in CHOICES else MONTHS, page)

    def address(self, site_id: int, **other: str | int) -> str:
        """Give the address of another page like this one."""
        wanted = {"show": self.show, "months": self.months, **other}
        usual = {"show": SHOWS[0], "months": MONTHS, "page": 1}
        kept: dict[str, Any] = {name: value for name, value in wanted.items() if usual[name] != value}
        return url_for("dashboard.clicks", site_id=site_id, **kept)


@dashboard.get("/<int:site_id>/clicks")
def clicks(site_id: int) -> str:
    """Show which links readers follow."""
    asked = Asked.of_request()
    report = service().clicks(site_id, asked.months)
    begin = (asked.page - 1) * PAGE_SIZE
    lists = {"followed": report.links, "anchors": report.anchors, "dead": report.dead}
    here = slice(begin, begin + PAGE_SIZE)
    shown = {name: lines[here] if asked.show == name else () for name, lines in lists.items()}
    return render_template(
        "dashboard/clicks.html",
        asked=asked,
        report=report,
        state=told_as.state_line(report.counting),
        on=report.counting is not None and report.counting.counts,
        known=report.counting is not None,
        excuse=told_as.dead_line(report, datetime.now(UTC)),
        about_dead=told_as.WHAT_IS_DEAD,
        months=bars(report),
        rates=rates(report.all_links),
        same=rates(report.same_posts),
        shown=shown,
        named=told_as.Named(service(), site_id, shown["followed"], shown["anchors"], shown["dead"]),  # type: ignore[arg-type]
        counts={name: len(lines) for name, lines in lists.items()},
        most=report.links[0].clicks if report.links else 1,
        total=len(lists[asked.show]),
        size=PAGE_SIZE,
        page_url=lambda page: asked.address(site_id, page=page),
        choices={months: (name, asked.address(site_id, months=months)) for months, name in CHOICES.items()},
        tabs={name: asked.address(site_id, show=name) for name in SHOWS},
    )


def bars(report: ClickReport) -> list[Point]:
    """Give the clicks of each month; the years are named where there is room."""
    few = len(report.months) <= MONTHS
    return [(told_as.month_name(each.month, year=few), each.ours + each.others) for each in report.months]


def rates(compared: Compared | None) -> list[Point]:
    """Give the clicks on a hundred links a month: of ours and of others; nothing where one cannot be said."""
    if compared is None or compared.ours.rate is None or compared.others.rate is None:
        return []
    return [
        ("Links added by us", round(compared.ours.rate, 1)),
        ("Other links", round(compared.others.rate, 1)),
    ]
