"""The map of a site as bytes, small enough to be sent whole: what the browser draws.

    4 bytes   length of the head, a multiple of four
    head      JSON, filled up with spaces: see `Head` in static/map/site.js
    4 bytes   for each post: its id
    4         its rank, a multiple of the average, as a float
    2 and 2   its place, across and up, from -reach (0) to reach (65535)
    2         its cluster, counted from 1; 0 for none
    2         how many posts it links to
    2         for each link: its target, as a place in this list, those of the first post first
    1         for each post: ORPHAN and PILLAR as bits

All numbers have their lowest byte first. 10,000 posts with 100,000 links take some 900 kB.
"""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from suggester.engine.index import Index
from suggester.tasks.pictures import Seen

MOST = 10_000  # posts; of a larger site the strongest are shown
ORPHAN, PILLAR = 1, 2
FINEST = 65_535

Rows = NDArray[np.int64]
Ranks = NDArray[np.float64]


def shown_rows(ranks: Ranks, most: int = MOST) -> Rows:
    """Give the rows of the posts on the map, ascending."""
    if len(ranks) <= most:
        return np.arange(len(ranks))
    return np.sort(np.lexsort((np.arange(len(ranks)), -ranks))[:most])


def packed(seen: Seen, ranks: Ranks, most: int = MOST) -> bytes:
    """Write the map of a site; `ranks` are multiples of the average, one for each row of its index."""
    index, picture, rows = seen.index, seen.picture, shown_rows(ranks, most)
    places = picture.places[rows]
    reach = float(np.abs(places).max(initial=1))
    links = index.links[rows][:, rows].tocsr()
    links.sort_indices()
    fine = np.round((places + reach) / (2 * reach) * FINEST).astype("<u2")
    head = {
        "posts": len(rows),
        "links": int(links.nnz),
        "of": len(index),
        "reach": round(reach, 4),
        "clusters": [{"name": topic.named.name, "posts": len(topic.members)} for topic in picture.topics],
        "titles": [index.posts.titles[row] for row in rows.tolist()],
    }
    parts = (
        _head(head),
        index.posts.ids[rows].astype("<u4").tobytes(),
        ranks[rows].astype("<f4").tobytes(),
        fine[:, 0].tobytes(),
        fine[:, 1].tobytes(),
        (picture.clusters.of[rows] + 1).astype("<u2").tobytes(),
        np.diff(links.indptr).astype("<u2").tobytes(),
        links.indices.astype("<u2").tobytes(),
        _marks(index, seen)[rows].astype("u1").tobytes(),
    )
    return b"".join(parts)


def _head(head: dict[str, object]) -> bytes:
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text


def _marks(index: Index, seen: Seen) -> Rows:
    marks = ORPHAN * (index.posts.targets & (index.inbound() == 0)).astype(np.int64)
    for topic in seen.picture.topics:
        if topic.pillar is not None:
            marks[topic.pillar] |= PILLAR
    return np.asarray(marks)
