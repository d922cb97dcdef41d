"""What runs and edits are called on the pages, and the states they are in."""

from __future__ import annotations

EDIT_STATES = {
    "waiting": "To decide",
    "writing": "Being written",
    "applied": "Applied",
    "refused": "Refused",
    "failed": "Failed",
    "undone": "Taken out",
    "kept": "Kept",
}
RUN_STATES = {  # the word, and its colour
    "planned": ("Under review", ""),
    "queued": ("Waiting for its turn", "warn"),
    "applying": ("Being applied", "warn"),
    "paused": ("Paused", "warn"),
    "done": ("Applied", "good"),
    "undoing": ("Being undone", "warn"),
    "undone": ("Undone", ""),
}
KINDS = {
    "orphans": "Repair of orphans",
    "inbound": "Links to a post",
    "links": "Link changes",
    "csv": "From a table",
    "equity": "Lift of posts",
    "clusters": "Links that clusters lack",
}
UNDER_WAY = ("queued", "applying", "undoing")
REFRESHES = {"night": "Night", "changes": "Changes told by WordPress", "asked": "Asked for"}
STAGES = {  # of a refresh, in their order
    "sync": "reading",
    "embed": "embedding",
    "index": "index",
    "renew": "suggestions",
    "check": "checks",
}
TASKS = {"refresh": "Refresh", "changes": "Taking up changes", "audit": "Audit", "digest": "Sending a digest"}
DELIVERIES = {"sent": ("Sent", "good"), "waiting": ("Tried again later", "warn"), "failed": ("Given up", "bad")}
