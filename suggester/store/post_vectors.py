"""One vector a post, and the posts nearest to one: compared exactly, with every other post of the site.

An approximate index over all sites (HNSW) would bring nothing: no question ever leaves its site, and within one the
exact answer takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Float, LargeBinary, Row, and_, select, type_coerce

from suggester.encoding.protocol import Vectors
from suggester.encoding.quantise import to_int8
from suggester.store.dialect import compares_vectors, upsert
from suggester.store.embeddings import new_number, number_of
from suggester.store.posts import IN_ONE_QUESTION, chunks
from suggester.store.schema import post, post_vector

Near = tuple[int, float]  # a post's id and its cosine


def put(connection: Connection, site_id: int, encoder_id: str, vectors: Mapping[int, Vectors]) -> None:
    """Keep the vectors of posts; those that were deleted meanwhile, and vectors of zeros, are left out."""
    there: set[int] = set()
    for some in chunks(vectors, IN_ONE_QUESTION):
        there.update(connection.scalars(select(post.c.id).where(post.c.site_id == site_id, post.c.id.in_(some))))
    kept = {post_id: vectors[post_id] for post_id in there if np.any(vectors[post_id])}
    if kept:
        number = number_of(connection, encoder_id) or new_number(connection, encoder_id)
        first = {"site_id": site_id, "encoder_id": number}
        upsert(connection, post_vector, [{**first, "post_id": each, "vector": kept[each]} for each in kept])


def one(connection: Connection, site_id: int, encoder_id: str, post_id: int) -> Vectors | None:
    """Give the vector of a post, None where it has none by this encoder."""
    number = number_of(connection, encoder_id)
    ours = and_(post_vector.c.site_id == site_id, post_vector.c.encoder_id == number)
    found: Vectors | None = connection.scalar(
        select(post_vector.c.vector).where(ours, post_vector.c.post_id == post_id)
    )
    return found


def nearest(
    connection: Connection, site_id: int, encoder_id: str, vector: Vectors, at_most: int, but: Collection[int] = ()
) -> list[Near]:
    """Give the posts nearest to a vector, best first and of equals by id, without those of `but`."""
    number = number_of(connection, encoder_id)
    ours = and_(post_vector.c.site_id == site_id, post_vector.c.encoder_id == number)
    if not np.any(vector):
        return []
    if compares_vectors(connection):
        return _by_the_server(connection, ours, vector, at_most, but)
    packed = type_coerce(post_vector.c.vector, LargeBinary).label("vector")
    rows = connection.execute(select(post_vector.c.post_id, packed).where(ours))
    return _here(rows.all(), vector, at_most, but)


def _by_the_server(
    connection: Connection, ours: ColumnElement[bool], vector: Vectors, at_most: int, but: Collection[int]
) -> list[Near]:
    far = post_vector.c.vector.op("<=>", return_type=Float())(vector)
    wanted = select(post_vector.c.post_id, far.label("far")).where(ours)  # as it is ordered by: reckoned once a row
    if but:
        wanted = wanted.where(post_vector.c.post_id.not_in(but))
    rows = connection.execute(wanted.order_by(far, post_vector.c.post_id).limit(at_most))
    return [(row.post_id, 1 - float(row.far)) for row in rows]


def _here(rows: Sequence[Row[Any]], vector: Vectors, at_most: int, but: Collection[int]) -> list[Near]:
    """Compare in memory, as the server does: the cosine of what is kept in 8 bits a number."""
    if not rows:
        return []
    numbers, vectors = zip(*rows, strict=True)
    ids = np.array(numbers)
    packed = np.frombuffer(b"".join(vectors), dtype=np.int8).reshape(len(ids), -1)
    cosines = _cosines(packed, to_int8(vector).astype(np.float32))
    if but:
        cosines[np.isin(ids, np.fromiter(but, np.int64))] = -np.inf
    best = np.lexsort((ids, -cosines))[:at_most]
    return [(int(ids[at]), float(cosines[at])) for at in best if np.isfinite(cosines[at])]


def _cosines(packed: NDArray[np.int8], asked: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = packed.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    cosines: NDArray[np.float32] = rows @ asked / (lengths * np.linalg.norm(asked))
    return cosines
