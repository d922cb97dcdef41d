"""Answers as plain JSON values: the same for every door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from suggester.entities import Anchor, Suggestion, Suggestions

if TYPE_CHECKING:
    from suggester.engine.index import Card
    from suggester.tasks.service import Service
    from suggester.tasks.status import Meta

FORMAT = 1  # of the answers; raised when a field changes its meaning
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
        "suggestions": [_suggestion(item, service.card(site_id, item.target_id)) for item in found.items],
        "dropped": dict(sorted(found.dropped.items())),
        "meta": _meta(made or service.meta(site_id)),
    }


def orphans(service: Service, site_id: int) -> Json:
    """Tell which posts no other post links to."""
    return {
        "orphans": [card(each) for each in service.orphans(site_id)],
        "meta": _meta(service.meta(site_id)),
    }


def status(service: Service, site_id: int) -> Json:
    """Tell how things stand with a site."""
    now = service.status(site_id)
    return {
        "site": {"url": now.url, "name": now.name},
        "posts": now.posts,
        "targets": now.targets,
        "orphans": now.orphans,
        "indexed": now.indexed,
        "to_embed": now.to_embed,
        "changes": now.changes,
        "under_way": now.under_way,
        "interrupted": now.interrupted,
        "read_by": now.source_name,
        "error": now.error,
        "advice": list(now.advice),
        "meta": _meta(service.meta(site_id)),
    }


def card(of: Card) -> Json:
    """Tell a post with its links counted."""
    return target(of) | {"inbound": of.inbound, "outbound": of.outbound, "lang": of.lang, "words": of.words}


def target(of: Card) -> Json:
    """Tell the post a suggestion leads to."""
    return {"id": of.id, "url": of.url, "title": of.title, "type": of.type, "published": moment(of.published)}


def _suggestion(item: Suggestion, to: Card) -> Json:
    return {
        "source_id": item.source_id,
        "target": target(to),
        "anchor": _quote(item.anchor) if item.anchor else None,
        "block": _block(item.anchor.block, item.anchor.kind) if item.anchor else None,
        "sentence": item.sentence,
        "score": round(item.score, 4),
        "confidence": confidence(item.score),
        "shown": item.shown,
        "reasons": [{"code": each.code, "text": each.text, "value": each.value} for each in item.reasons],
        "alternatives": _places(item.alternatives),
        "new_text": _new_text(item),
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


def _meta(made: Meta) -> Json:
    return {"format": FORMAT, "encoder": made.encoder, "ranker": made.ranker, "synced_at": moment(made.synced_at)}
