"""Vectors by encoder and by the hash of their text, so that nothing is embedded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, delete, func, select

from suggester.encoding.protocol import Vectors
from suggester.encoding.quantise import from_int8, to_int8
from suggester.store.dialect import insert_new, upsert
from suggester.store.posts import IN_ONE_QUESTION, chunks
from suggester.store.schema import embedding, encoder

HASH_BYTES = 16


def text_hash(text: str) -> bytes:
    """Hash a text, as its vector is known by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:HASH_BYTES]


def known(connection: Connection, encoder_id: str, hashes: Iterable[bytes]) -> set[bytes]:
    """Give which of these texts have a vector by this encoder."""
    found: set[bytes] = set()
    for some in chunks(hashes, IN_ONE_QUESTION):
        found.update(connection.scalars(select(embedding.c.hash).where(_among(encoder_id, some))))
    return found


def read(connection: Connection, encoder_id: str, hashes: Iterable[bytes]) -> dict[bytes, Vectors]:
    """Give the vectors that are there, by the hash of their text."""
    found: dict[bytes, Vectors] = {}
    for some in chunks(hashes, IN_ONE_QUESTION):
        rows = connection.execute(select(embedding.c.hash, embedding.c.vector).where(_among(encoder_id, some))).all()
        if rows:
            packed = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.int8).reshape(len(rows), -1)
            found.update(zip((row.hash for row in rows), from_int8(packed), strict=True))
    return found


def write(connection: Connection, encoder_id: str, vectors: Mapping[bytes, Vectors]) -> None:
    """Keep vectors under the hash of their text."""
    if vectors:
        number = number_of(connection, encoder_id) or new_number(connection, encoder_id)
        packed = to_int8(np.stack(list(vectors.values())))
        rows = zip(vectors, packed, strict=True)
        fresh = [{"encoder_id": number, "hash": text, "vector": vector.tobytes()} for text, vector in rows]
        upsert(connection, embedding, fresh)


def count(connection: Connection, encoder_id: str) -> int:
    """Count the vectors of one encoder."""
    number = number_of(connection, encoder_id)
    return connection.scalar(select(func.count()).where(embedding.c.encoder_id == number)) or 0


def forget(connection: Connection, encoder_id: str) -> None:
    """Delete all vectors of an encoder that is no longer used."""
    connection.execute(delete(encoder).where(encoder.c.name == encoder_id))


def number_of(connection: Connection, encoder_id: str) -> int:
    """Give the number of an encoder, 0 where it is not known yet."""
    return connection.scalar(select(encoder.c.id).where(encoder.c.name == encoder_id)) or 0


def new_number(connection: Connection, encoder_id: str) -> int:
    """Make a number for an encoder, unless another process has just done so."""
    insert_new(connection, encoder, name=encoder_id)
    return number_of(connection, encoder_id)


def _among(encoder_id: str, hashes: Sequence[bytes]) -> ColumnElement[bool]:
    number = select(encoder.c.id).where(encoder.c.name == encoder_id).scalar_subquery()
    return and_(embedding.c.encoder_id == number, embedding.c.hash.in_(hashes))
