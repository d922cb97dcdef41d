"""What is told of link equity, as plain JSON values: the same for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggester.web import answers, plans
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.engine.index import Index
    from suggester.tasks.equity import Lifted, Menus, Moved, Weighed
    from suggester.tasks.service import Service

MOVED = 10  # posts that gain most, and as many that lose most


def equity(service: Service, site_id: int, weighed: Weighed) -> Json:
    """Tell what each post holds, the strongest first; ranks are multiples of the average.

    What menus make of it is null where the pages were never visited.
    """
    index, found = weighed.index, weighed.equity
    cards, menus = _cards(index), service.with_menus(site_id, weighed)
    order = sorted(range(len(index)), key=lambda row: (-found.ranks[row], row))
    posts = [
        cards[row]
        | {
            "rank": round(float(found.ranks[row]), 3),
            "place": place,
            "received": round(float(found.received[row]), 3),
            "passed_on": round(float(found.passed_on[row]), 3),
            "per_link": round(float(found.per_link[row]), 3),
            "hoards": bool(found.hoards[row]),
            "starves": bool(found.starves[row]),
        }
        | _with_menus(menus, row)
        for place, row in enumerate(order, 1)
    ]
    return {
        "posts": posts,
        "held_by_strongest_tenth": round(found.held_by_strongest, 4),
        "hoards": int(found.hoards.sum()),
        "starves": int(found.starves.sum()),
        "imports": {"authority": list(weighed.authority_by), "worth": list(weighed.worth_by)},
        "menus": menus and _menus(menus),
        "meta": answers.meta(service.meta(site_id)),
    }


def _with_menus(menus: Menus | None, row: int) -> Json:
    if menus is None:
        return dict.fromkeys(("rank_with_menus", "menus_alone", "above_menus"))
    found = menus.found
    return {
        "rank_with_menus": round(float(found.ranks[row]), 3),
        "menus_alone": bool(found.menus_alone[row]),
        "above_menus": bool(found.above_menus[row]),
    }


def _menus(menus: Menus) -> Json:
    found = menus.found
    return {
        "pages": found.pages,
        "posts": int(found.read.sum()),
        "visited_at": menus.at.isoformat(),
        "menus_alone": int(found.menus_alone.sum()),
        "above_menus": int(found.above_menus.sum()),
    }


def moved(of: Moved) -> Json:
    """Tell what some links would change."""
    return {
        "links": [{"source_id": source, "target_id": target} for source, target in of.pairs],
        "gain": [_change(of, row) for row in of.change.gainers(MOVED)],
        "lose": [_change(of, row) for row in of.change.losers(MOVED)],
    }


def lifted(service: Service, site_id: int, found: Lifted) -> Json:
    """Tell which links lift some posts most, and what they would change."""
    index = found.moved.index
    rows = [row for row in map(index.row, found.targets) if row is not None]
    return plans.plan(service, site_id, found.plan) | {
        "lifted": [_change(found.moved, row) for row in rows],
        "moved": moved(found.moved),
    }


def _change(of: Moved, row: int) -> Json:
    before, after = float(of.change.before[row]), float(of.change.after[row])
    return answers.target(of.index.card_at(row, inbound=0)) | {"before": round(before, 3), "after": round(after, 3)}


def _cards(index: Index) -> list[Json]:
    inbound = index.inbound().tolist()
    return [answers.card(index.card_at(row, inbound[row])) for row in range(len(index))]
