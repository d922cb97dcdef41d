"""Link equity: who holds the site's PageRank, who hoards it and who starves, and links that lift some posts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from flask import flash, make_response, redirect, render_template, request, url_for
from numpy.typing import NDArray
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import plural
from suggester.engine.index import Card
from suggester.errors import UnknownPost
from suggester.tasks.equity import Menus, Moved, Weighed
from suggester.tasks.progress import Progress
from suggester.web import imports
from suggester.web.dashboard.charts import Point
from suggester.web.dashboard.door import dashboard, wants_part
from suggester.web.dashboard.jobs import Outcome
from suggester.web.dashboard.plans import jobs
from suggester.web.room import service

if TYPE_CHECKING:
    from suggester.tasks.service import Service

PAGE_SIZE = 25
SHOWS = ("strongest", "hoards", "starves", "menus_alone", "above_menus")
LINKS = (10, 20, 50)  # to choose from
MOST_LIFTED = 25  # posts at once
MOST_MOVED = 6  # posts that gain most, and as many that lose most
NAMED = 3  # posts to start with, that are lifted with one button
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which posts the visitor wants to see."""

    show: str = "strongest"
    text: str = ""
    page: int = 1

    @classmethod
    def of_request(cls) -> Asked:
        """Read the address of the page."""
        given = request.args
        return cls(
            show=show if (show := given.get("show", "")) in SHOWS else "strongest",
            text=given.get("text", "").strip(),
            page=max(1, given.get("page", 1, type=int)),
        )

    def address(self, site_id: int, page: int) -> str:
        """Give the address of another page of the same list."""
        show = self.show if self.show != "strongest" else None
        return url_for(
            "dashboard.equity", site_id=site_id, show=show, text=self.text or None, page=page if page > 1 else None
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """A post with what it holds."""

    card: Card
    rank: float  # 1 is the average
    share: float  # of the strongest post's rank, in percent
    per_link: float  # that each of its links passes on
    with_menus: float | None = None  # its rank once menus and lists count; None where that is not known


@dataclass(frozen=True, slots=True)
class Step:
    """A post before and after some links."""

    card: Card
    before: float
    after: float

    @property
    def change(self) -> float:
        """By how much it grows, 0.1 for a tenth."""
        return self.after / self.before - 1 if self.before else 0.0


@dataclass(frozen=True, slots=True)
class Steps:
    """What the links of a run would move."""

    links: int
    lifted: tuple[Step, ...]  # the posts that the run leads to, the most linked first; of a run that lifts posts
    gain: tuple[Step, ...]  # the others
    lose: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Moving:
    """What `Moved` says of rows, as the page shows it."""

    of: Moved
    inbound: Rows

    def step(self, row: int) -> Step:
        """Give a post before and after."""
        change = self.of.change
        card = self.of.index.card_at(row, int(self.inbound[row]))
        return Step(card, float(change.before[row]), float(change.after[row]))


@dashboard.get("/<int:site_id>/equity")
def equity(site_id: int) -> str:
    """Show who holds the site's PageRank."""
    asked, weighed = Asked.of_request(), service().equity(site_id)
    menus = service().with_menus(site_id, weighed)
    rows = _fitting(weighed, menus, asked)
    begin = (asked.page - 1) * PAGE_SIZE
    found = weighed.equity
    starving = _starving(weighed)
    return render_template(
        "dashboard/equity.html",
        asked=asked,
        holders=_holders(weighed, rows[begin : begin + PAGE_SIZE], menus),
        total=len(rows),
        size=PAGE_SIZE,
        page_url=partial(asked.address, site_id),
        counts={"strongest": len(weighed.index), "hoards": int(found.hoards.sum()), "starves": len(starving)}
        | _counts(menus),
        menus=menus,
        held=found.held_by_strongest,
        tenths=tenths(found.ranks),
        starving=_holders(weighed, starving[:NAMED]),
        choices=LINKS,
        imported=imports.named(dict.fromkeys((*weighed.authority_by, *weighed.worth_by))),
    )


@dashboard.post("/<int:site_id>/equity/lift")
def lift(site_id: int) -> AnyResponse:
    """Choose the links that lift some posts most, as a run for review."""
    targets = list(dict.fromkeys(request.form.getlist("target", type=int)))[:MOST_LIFTED]
    if not targets:
        flash("Choose the posts to lift first: tick the boxes before their titles.", "")
        return redirect(url_for("dashboard.equity", site_id=site_id, show="starves"))
    links = min(max(request.form.get("links", LINKS[1], type=int), 1), LINKS[-1])
    title = f"Lift of {plural(len(targets), 'post')}"
    jobs().begin(site_id, title, partial(_lift, service(), site_id, targets, links), "equity")
    return redirect(url_for("dashboard.plan", site_id=site_id))


@dashboard.get("/<int:site_id>/runs/<int:run_id>/equity")
def run_equity(site_id: int, run_id: int) -> AnyResponse:
    """Show which posts gain and lose by the links of a run."""
    run = service().run(site_id, run_id)
    steps = steps_of(service().simulate_run(site_id, run_id), lifting=run.kind == "equity")
    page = "parts/moved.html" if wants_part() else "moved.html"
    return make_response(render_template(f"dashboard/{page}", run=run, steps=steps))


def steps_of(moved: Moved, *, lifting: bool) -> Steps:
    """Say what some links would move; where they were chosen to lift posts, those posts too."""
    moving = Moving(moved, moved.index.inbound())
    targets = [row for _, target in moved.pairs if (row := moved.index.row(target)) is not None] if lifting else []
    often = sorted(dict.fromkeys(targets), key=lambda row: (-targets.count(row), row))
    others = [row for row in moved.change.gainers(MOST_MOVED + len(often)) if row not in often]
    return Steps(
        len(moved.pairs),
        tuple(moving.step(row) for row in often),
        tuple(moving.step(row) for row in others[:MOST_MOVED]),
        tuple(moving.step(row) for row in moved.change.losers(MOST_MOVED)),
    )


def tenths(ranks: NDArray[np.float64]) -> list[Point]:
    """Say which share of all rank each tenth of the posts holds, in percent, the strongest first."""
    if len(ranks) < 10:
        return []
    parts = np.array_split(np.sort(ranks)[::-1], 10)
    names = ["Strongest", *(f"{number}th" for number in range(2, 10)), "Weakest"]
    names[1:3] = ["2nd", "3rd"]
    return [(name, round(100 * float(part.sum() / ranks.sum()), 1)) for name, part in zip(names, parts, strict=True)]


def _counts(menus: Menus | None) -> dict[str, int]:
    if menus is None:
        return {}
    return {"menus_alone": int(menus.found.menus_alone.sum()), "above_menus": int(menus.found.above_menus.sum())}


def _fitting(weighed: Weighed, menus: Menus | None, asked: Asked) -> list[int]:
    """Give the rows that fit, in their order."""
    found, titles = weighed.equity, weighed.index.posts.titles
    strongest = np.lexsort((np.arange(len(found.ranks)), -found.ranks))
    rows: list[int] = strongest.tolist()
    if asked.show == "hoards":
        rows = strongest[found.hoards[strongest]].tolist()
    elif asked.show == "starves":
        rows = _starving(weighed)
    elif asked.show == "above_menus":
        rows = strongest[menus.found.above_menus[strongest]].tolist() if menus else []
    elif asked.show == "menus_alone":
        rows = _menus_alone(menus) if menus else []
    words = asked.text.casefold().split()
    return [row for row in rows if all(word in titles[row].casefold() for word in words)] if words else rows


def _menus_alone(menus: Menus) -> list[int]:
    """Give the rows of posts that live from menus alone, those that hold most ahead."""
    rows = np.flatnonzero(menus.found.menus_alone)
    ordered: list[int] = rows[np.lexsort((rows, -menus.found.ranks[rows]))].tolist()
    return ordered


def _starving(weighed: Weighed) -> list[int]:
    """Give the rows of posts that starve, those with most words first."""
    rows = np.flatnonzero(weighed.equity.starves)
    ordered: list[int] = rows[np.lexsort((rows, -weighed.index.posts.words[rows]))].tolist()
    return ordered


def _holders(weighed: Weighed, rows: list[int], menus: Menus | None = None) -> list[Holder]:
    index, found = weighed.index, weighed.equity
    inbound, most = index.inbound(), max(float(found.ranks.max(initial=0)), 1e-9)
    return [
        Holder(
            index.card_at(row, int(inbound[row])),
            float(found.ranks[row]),
            round(100 * float(found.ranks[row]) / most, 2),
            float(found.per_link[row]),
            float(menus.found.ranks[row]) if menus else None,
        )
        for row in rows
    ]


def _lift(service: Service, site_id: int, targets: list[int], links: int, job: Progress) -> Outcome:
    known = service.known(site_id).index
    there = [post_id for post_id in targets if known.row(post_id) is not None]
    if not there:
        raise UnknownPost("These posts are not in the index any more; load the page again, and choose anew.")
    found = service.lift(site_id, there, links=links, progress=job)
    if not found.plan.items:
        return Outcome(None, "No link that fits was found for these posts: no other post has words for them.", "equity")
    return Outcome(service.make_lift_run(site_id, found).id, _lifted(found.moved, found.targets))


def _lifted(moved: Moved, targets: tuple[int, ...]) -> str:
    """Say what the links would do for the posts together."""
    rows = [row for each in targets if (row := moved.index.row(each)) is not None]
    before, after = float(moved.change.before[rows].sum()), float(moved.change.after[rows].sum())
    grown = f"{100 * (after / before - 1):+.0f} %" if before else ""
    them = "the post" if len(rows) == 1 else f"the {len(rows)} posts together"
    return f"{plural(len(moved.pairs), 'link')} found. If all are applied, {them} would hold {grown} link equity."
