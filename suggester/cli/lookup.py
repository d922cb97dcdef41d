"""Finding the post a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.store import Store


def find_post(store: Store, site_id: int, text: str) -> int:
    """Find a post by its id, its address (a former one too) or its slug."""
    from suggester.tasks.whichpost import WhichPost

    found: int = WhichPost(store, site_id).find(text)
    return found
