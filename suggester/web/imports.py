"""What is told of imports, as plain JSON values and in words: the same for every door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from suggester.content.text import plural
from suggester.entities import Import, PostNumbers
from suggester.imports.kinds import KINDS
from suggester.web import answers
from suggester.web.answers import Json, moment

if TYPE_CHECKING:
    from suggester.engine.index import Card
    from suggester.tasks.imports import Effects, Striking, TakenIn
    from suggester.tasks.service import Service

SHOWN = 5  # posts of an import, and queries, that are shown as an example
COUNTED = {
    "weight": "number",
    "domains": "linking sites",
    "links": "links from other sites",
    "impressions": "impressions",
    "clicks": "clicks",
    "position": "position",
    "inlinks": "internal links",
}


def taken_in(service: Service, site_id: int, found: TakenIn) -> Json:
    """Tell what was understood of some files, with examples, and what it replaces."""
    before = {each.kind: each for each in found.replaced}
    return {
        "kept": found.kept,
        "imports": [
            of_import(each)
            | {
                "replaces": of_import(before[each.kind]) if each.kind in before else None,
                "examples_of_posts": _examples(service, site_id, found.numbers[each.kind]),
                "examples_of_queries": [query.query for query in found.queries[each.kind][:SHOWN]],
            }
            for each in found.imports
        ],
        "left_out": list(found.left_out),
    }


def imports(service: Service, site_id: int) -> Json:
    """Tell what was imported, newest first, and what it changes."""
    return {
        "imports": [of_import(each) for each in service.imports(site_id)],
        "changes": effects(service.import_effects(site_id)),
    }


def of_import(each: Import) -> Json:
    """Tell an import."""
    return {
        "kind": each.kind,
        "name": KINDS[each.kind].name,
        "files": list(each.files),
        "at": moment(each.at),
        "rows": each.rows,
        "posts": each.posts,
        "queries": each.queries,
        "unresolved": each.unresolved,
        "examples": list(each.examples),
        "notes": list(each.notes),
    }


def effects(found: Effects) -> Json:
    """Tell what the imports change, and which of them."""
    return {
        "authority": {"posts": found.authority, "by": list(found.authority_by)},
        "keywords": {"count": len(found.keywords), "by": list(found.keywords_by)},
        "impressions": {"posts": found.impressions, "by": list(found.impressions_by)},
        "striking": {"posts": len(found.striking)},
    }


def striking(service: Service, site_id: int, found: Iterable[Striking]) -> Json:
    """Tell the posts in striking distance."""
    return {
        "striking": [
            answers.card(service.card(site_id, each.post_id))
            | {
                "impressions": round(each.impressions),
                "clicks": round(each.clicks),
                "position": each.position,
                "query": each.query,
                "by": each.kind,
            }
            for each in found
        ]
    }


def with_impressions(cards: Iterable[Json], shown: Mapping[int, float]) -> list[Json]:
    """Add how often searchers were shown each post, where any import tells."""
    return [card | ({"impressions": round(shown.get(card["id"], 0))} if shown else {}) for card in cards]


def named(kinds: Iterable[str]) -> str:
    """Name some imports in a sentence."""
    return ", ".join(KINDS[kind].name for kind in kinds)


def understood(each: Json) -> str:
    """Say in words what an import tells."""
    told = [plural(each["rows"], "row"), plural(each["posts"], "post")]
    if each["queries"]:
        told.append(plural(each["queries"], "query", "queries"))
    if each["unresolved"]:
        told.append(f"{plural(each['unresolved'], 'address', 'addresses')} of no post")
    return ", ".join(told)


def changed(told: Json) -> list[str]:
    """Say in sentences what the imports change; none where they change nothing."""
    lines = []
    if told["authority"]["posts"]:
        posts = plural(told["authority"]["posts"], "post")
        lines.append(f"Link equity begins at {posts} that other sites link to ({named(told['authority']['by'])}).")
    if told["keywords"]["count"]:
        count, by = told["keywords"]["count"], named(told["keywords"]["by"])
        like = "counts like the title of its post" if count == 1 else "count like the titles of their posts"
        lines.append(f"{plural(count, 'query', 'queries')} {like} in every suggestion ({by}).")
    if told["impressions"]["posts"]:
        by = named(told["impressions"]["by"])
        lines.append(f"Orphans are listed by how often searchers are shown them ({by}).")
    if told["striking"]["posts"]:
        posts = plural(told["striking"]["posts"], "post stands", "posts stand")
        lines.append(f"{posts} on places 4 to 20 of search results, where a few more links tell most.")
    return lines


def _examples(service: Service, site_id: int, numbers: Iterable[PostNumbers]) -> list[Json]:
    ordered = sorted(numbers, key=lambda each: (-_most(each), each.post_id))[:SHOWN]
    return [_example(service, site_id, each) for each in ordered]


def _example(service: Service, site_id: int, each: PostNumbers) -> Json:
    counted = {name: getattr(each, name) for name in COUNTED if getattr(each, name) is not None}
    known = {card.id: card for card in service.counts(site_id, [each.post_id])}
    card: Card | None = known.get(each.post_id)
    return {"id": each.post_id, "title": card.title if card else "", "url": card.url if card else ""} | counted


def _most(each: PostNumbers) -> float:
    return max((value for name in COUNTED if (value := getattr(each, name)) is not None), default=0.0)
