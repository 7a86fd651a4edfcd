"""Column types: what a column holds comes back as its own kind, never as a bare number."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from storefront.crypto import keyring
from storefront.exact import Exact
from storefront.money import Fen
from storefront.weight import FenPerKg, Grams


class _ExactType(TypeDecorator[Any]):
    """A whole-number column that comes back as its own kind."""

    impl = BigInteger
    cache_ok = True
    kind: type[Exact]

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Exact | None:  # noqa: ARG002
        return None if value is None else self.kind(int(value))


class FenType(_ExactType):
    """Money in whole fen."""

    cache_ok = True
    kind = Fen


class GramsType(_ExactType):
    """Weight in whole grams."""

    cache_ok = True
    kind = Grams


class FenPerKgType(_ExactType):
    """A price in whole fen for a kilogram."""

    cache_ok = True
    kind = FenPerKg


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware, kept in UTC; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """A secret of a person: text outside, ciphertext in the database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else keyring.encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else keyring.decrypt(value)


COLUMN_TYPES: dict[Any, type[TypeEngine[Any]] | TypeEngine[Any]] = {
    Fen: FenType,
    Grams: GramsType,
    FenPerKg: FenPerKgType,
    datetime: UtcDateTime,
    # a 64-bit key on PostgreSQL, the row id on SQLite
    int: BigInteger().with_variant(Integer, "sqlite"),
}
