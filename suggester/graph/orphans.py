"""Posts that no other post's body links to."""

from __future__ import annotations

import numpy as np

from suggester.engine.index import Index


def orphans(index: Index) -> tuple[int, ...]:
    """Give the ids of the posts that could be linked to and are not, in the order of their ids."""
    alone = index.posts.targets & (index.inbound() == 0)
    return tuple(index.posts.ids[np.flatnonzero(alone)].tolist())


def nearly(index: Index) -> tuple[int, ...]:
    """Give the ids of the posts that could be linked to, and to which a single other post links."""
    almost = index.posts.targets & (index.inbound() == 1)
    return tuple(index.posts.ids[np.flatnonzero(almost)].tolist())
