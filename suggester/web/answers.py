"""Answers as plain JSON values: the same for every door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from suggester.entities import Anchor, Inbound, LinkReport, Problem, Rule, Settings, Suggestion, Suggestions

if TYPE_CHECKING:
    from suggester.engine.index import Card
    from suggester.tasks.service import Service
    from suggester.tasks.status import Meta

FORMAT = 1  # of the answers; raised when a field changes its meaning
API = 1  # of the contract with the plugin; raised when a plugin of the one before would no longer understand
VERSION = version("link-suggester")
MAX_LIMIT = 50
CONFIDENCES = ("high", "medium", "low")
HIGH = 0.75  # a suggestion an editor would accept three times in four
MEDIUM = 0.5

Json = dict[str, Any]


def confidence(score: float) -> str:
    """Say a score in a word."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def moment(at: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC."""
    return None if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def suggestions(service: Service, site_id: int, found: Suggestions, made: Meta | None = None) -> Json:
    """Tell what we propose for one post; `made` saves asking what makes the answers for each of many."""
    return {
        "source_id": found.source_id,
        "suggestions": [suggestion(service, site_id, item) for item in found.items],
        "dropped": dict(sorted(found.dropped.items())),
        "links": _links(found.links),
        "meta": meta(made or service.meta(site_id)),
    }


def with_sources(service: Service, site_id: int, items: Iterable[Suggestion]) -> list[Json]:
    """Tell suggestions of several sources, each with what people are shown of its source."""
    return [
        suggestion(service, site_id, item) | {"source": target(service.card(site_id, item.source_id))} for item in items
    ]


def inbound(service: Service, site_id: int, found: Inbound) -> Json:
    """Tell which other posts should link to one."""
    return {
        "target_id": found.target_id,
        "inbound": found.inbound,
        "orphan": found.orphan,
        "suggestions": with_sources(service, site_id, found.items),
        "dropped": dict(sorted(found.dropped.items())),
        "meta": meta(service.meta(site_id)),
    }


def orphans(service: Service, site_id: int) -> Json:
    """Tell which posts no other post links to."""
    return {
        "orphans": [card(each) for each in service.orphans(site_id)],
        "meta": meta(service.meta(site_id)),
    }


def status(service: Service, site_id: int) -> Json:
    """Tell how things stand with a site."""
    now = service.status(site_id)
    return {
        "version": VERSION,
        "api": API,
        "site": {"url": now.url, "name": now.name},
        "posts": now.posts,
        "targets": now.targets,
        "orphans": now.orphans,
        "indexed": now.indexed,
        "to_embed": now.to_embed,
        "changes": now.changes,
        "under_way": now.under_way,
        "interrupted": now.interrupted,
        "signed_in_as": now.signed_in_as,
        "read_by": now.source_name,
        "error": now.error,
        "advice": list(now.advice),
        "meta": meta(service.meta(site_id)),
    }


def counts(service: Service, site_id: int, post_ids: Iterable[int]) -> Json:
    """Tell how many links some posts have; those that the index does not know are left out."""
    found = service.counts(site_id, post_ids)
    return {
        "posts": {
            str(each.id): {"inbound": each.inbound, "outbound": each.outbound, "orphan": each.orphan} for each in found
        },
        "meta": meta(service.meta(site_id)),
    }


def settings(stored: Settings) -> Json:
    """Tell what a site's owner decided."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(stored).items()}


def rules(stored: Iterable[Rule]) -> Json:
    """Tell what a site's owner laid down about links."""
    return {"rules": [asdict(rule) for rule in stored]}


def card(of: Card) -> Json:
    """Tell a post with its links counted."""
    return target(of) | {"inbound": of.inbound, "outbound": of.outbound, "lang": of.lang, "words": of.words}


def target(of: Card) -> Json:
    """Tell the post a suggestion leads to."""
    return {"id": of.id, "url": of.url, "title": of.title, "type": of.type, "published": moment(of.published)}


def suggestion(service: Service, site_id: int, item: Suggestion) -> Json:
    """Tell a link that could be."""
    others = [(service.card(site_id, each.target_id), each.score) for each in item.other_targets]
    return {
        "source_id": item.source_id,
        "target": target(service.card(site_id, item.target_id)),
        "anchor": _quote(item.anchor) if item.anchor else None,
        "block": _block(item.anchor.block, item.anchor.kind) if item.anchor else None,
        "sentence": item.sentence,
        "score": round(item.score, 4),
        "confidence": confidence(item.score),
        "shown": item.shown,
        "reasons": [{"code": each.code, "text": each.text, "value": each.value} for each in item.reasons],
        "alternatives": _places(item.alternatives),
        "new_text": _new_text(item),
        "other_targets": [{"target": target(to), "score": round(score, 4)} for to, score in others],
    }


def _links(report: LinkReport) -> Json:
    return {
        "words": report.words,
        "internal": report.internal,
        "external": report.external,
        "per_1000": round(report.per_1000, 1),
        "recommended": list(report.recommended),
        "inbound": report.inbound,
        "problems": [_problem(each) for each in report.problems],
    }


def _problem(of: Problem) -> Json:
    return {
        "kind": of.kind,
        "href": of.href,
        "anchor": _quote(of.anchor),
        "block": _block(of.anchor.block, of.anchor.kind),
        "target_id": of.target_id,
        "url": of.url,
        "text": of.text,
    }


def _new_text(item: Suggestion) -> Json | None:
    if (new := item.new_text) is None:
        return None
    return {"sentence": new.sentence, "anchor": new.anchor, "block": _block(new.block, new.kind)}


def _places(anchors: Iterable[Anchor]) -> list[Json]:
    return [{"anchor": _quote(each), "block": _block(each.block, each.kind)} for each in anchors]


def _quote(anchor: Anchor) -> Json:
    return {"text": anchor.text, "before": anchor.before, "after": anchor.after}


def _block(index: int, kind: str) -> Json:
    return {"index": index, "kind": kind}


def meta(made: Meta) -> Json:
    """Tell what made an answer."""
    return {"format": FORMAT, "encoder": made.encoder, "ranker": made.ranker, "synced_at": moment(made.synced_at)}
