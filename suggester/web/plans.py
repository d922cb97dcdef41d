"""What a plan says, as plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggester.entities import Plan
from suggester.web.answers import Json, meta, target, with_sources

if TYPE_CHECKING:
    from suggester.tasks.service import Service


def plan(service: Service, site_id: int, made: Plan) -> Json:
    """Tell which links would be added, what that would change, and which posts get none."""
    return {
        "orphans_before": made.orphans_before,
        "orphans_after": made.orphans_after,
        "nearly_orphans_before": made.nearly_before,
        "nearly_orphans_after": made.nearly_after,
        "links": len(made.items),
        "posts_touched": made.posts_touched,
        "suggestions": with_sources(service, site_id, made.items),
        "unrepaired": [
            target(service.card(site_id, post_id)) | {"reason": reason} for post_id, reason in made.unrepaired.items()
        ],
        "dropped": dict(sorted(made.dropped.items())),
        "meta": meta(service.meta(site_id)),
    }
