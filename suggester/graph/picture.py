"""What takes seconds to find of a large site, together: clusters, topics, posts that compete, and the map.

It can be turned into arrays and back, to be kept beside the index it was made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from suggester.engine.index import Index, pack, unpack
from suggester.graph.clusters import Clusters
from suggester.graph.duplicates import Rivals
from suggester.graph.layout import Places
from suggester.graph.naming import Named
from suggester.graph.topics import Topic

FORMAT = 1

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A site seen as a whole, by the rows of its index."""

    clusters: Clusters
    topics: tuple[Topic, ...]
    rivals: tuple[Rivals, ...]
    places: Places  # on the map: within a circle of radius 1, orphans around it; shape (posts, 2)


def fingerprint(index: Index) -> str:
    """Name all of an index that a picture is made of: another name where any of it changed."""
    posts, found = index.posts, hashlib.blake2b(digest_size=16)
    for array in (posts.ids, posts.targets, posts.words, index.heads, index.means, index.body.data, index.terms.data):
        found.update(np.ascontiguousarray(array).data)
    for matrix in (index.links, index.body, index.terms):
        found.update(matrix.indices.data)
        found.update(matrix.indptr.data)
    found.update("\0".join((*posts.titles, *index.term_names)).encode(errors="replace"))
    return found.hexdigest()


def to_arrays(picture: Picture, made_of: str) -> Arrays:
    """Write a picture as arrays; `made_of` is the fingerprint of its index."""
    clusters = picture.clusters
    told = {
        "format": FORMAT,
        "made_of": made_of,
        "topics": [asdict(topic) for topic in picture.topics],
        "rivals": [asdict(each) for each in picture.rivals],
    }
    return {
        "told": pack([json.dumps(told)]),
        "of": clusters.of,
        "likeness": clusters.likeness,
        "taken": clusters.taken,
        "near.data": clusters.near.data,
        "near.indices": clusters.near.indices,
        "near.indptr": clusters.near.indptr,
        "places": picture.places,
    }


def of_arrays(arrays: Mapping[str, NDArray[Any]], made_of: str) -> Picture | None:
    """Read a picture; None where it is of another format, or of another index."""
    told = json.loads(unpack(arrays["told"])[0])
    if told["format"] != FORMAT or told["made_of"] != made_of:
        return None
    count = len(arrays["of"])
    near = (arrays["near.data"], arrays["near.indices"], arrays["near.indptr"])
    return Picture(
        Clusters(arrays["of"], arrays["likeness"], sparse.csr_matrix(near, (count, count)), arrays["taken"]),
        tuple(_topic(each) for each in told["topics"]),
        tuple(Rivals(**(each | {"others": tuple(each["others"])})) for each in told["rivals"]),
        arrays["places"],
    )


def _topic(told: dict[str, Any]) -> Topic:
    named = told["named"]
    spoken = tuple((form, tuple(stems)) for form, stems in named["spoken"])
    pairs = {name: [(one, other) for one, other in told[name]] for name in ("to_pillar", "from_pillar", "within")}
    lists = {name: tuple(told[name]) for name in ("members", "lacks", "uncovered")}
    return Topic(**(told | lists | pairs | {"named": Named(named["name"], tuple(named["terms"]), spoken)}))
