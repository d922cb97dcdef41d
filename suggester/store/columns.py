"""The types of columns that are not the same in every database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import DateTime, Dialect, LargeBinary, TypeDecorator
from sqlalchemy import Text as PlainText
from sqlalchemy.types import TypeEngine, UserDefinedType

from suggester.encoding.protocol import Vectors
from suggester.encoding.quantise import from_int8, to_int8

UNREADABLE = "\ufffd"  # stands for a character that cannot be kept


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; one without a zone is taken for UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the zone on the way in, once the moment is in UTC."""
        return value and utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the zone back on the way out."""
        return value and value.replace(tzinfo=UTC)


def utc(moment: datetime) -> datetime:
    """Give the same moment in UTC; one without a zone is taken for UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Text(TypeDecorator[str]):
    """Any text; PostgreSQL takes no NUL, so that there the sign for an unreadable character stands in its place."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace NUL on the way in."""
        return value.replace("\0", UNREADABLE) if value and dialect.name == "postgresql" else value


class HalfVector(UserDefinedType[str]):
    """pgvector's type of 16 bits a number, in its words: `[1,2,3]`. Of any length, so that encoders may differ."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Name the type."""
        return "halfvec"


class UnitVector(TypeDecorator[Any]):
    """A vector of length one, float32 (dimension,): in PostgreSQL as pgvector has it, elsewhere of 8 bits a number."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the database at hand."""
        return dialect.type_descriptor(HalfVector() if dialect.name == "postgresql" else LargeBinary())

    def process_bind_param(self, value: Vectors | None, dialect: Dialect) -> str | bytes | None:
        """Pack a vector."""
        if value is None:
            return None
        packed = to_int8(value)  # also where more bits are kept, so that both come to the same order
        if dialect.name == "postgresql":
            return f"[{','.join(map(str, packed.tolist()))}]"
        return packed.tobytes()

    def process_result_value(self, value: str | bytes | None, dialect: Dialect) -> Vectors | None:
        """Unpack it."""
        if value is None:
            return None
        if isinstance(value, str):
            return from_int8(np.array(value.strip("[]").split(","), dtype=np.float32).astype(np.int8))
        return from_int8(np.frombuffer(value, dtype=np.int8))
