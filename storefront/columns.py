"""Column types: what a column holds comes back as its own kind, never as a bare number."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from storefront.crypto import keyring
from storefront.exact import Exact
from storefront.money import Fen
from storefront.weight import FenPerKg, Grams

Process = Callable[[Any], Any]
TO_THE_MICROSECOND = len("2026-09-14 08:00:00.000000")


class _ExactType(TypeDecorator[Any]):
    """A whole-number column that comes back as its own kind.

    A page reads hundreds of them: its processors are the plain functions themselves.
    """

    impl = BigInteger
    cache_ok = True
    kind: type[Exact]

    def bind_processor(self, dialect: Dialect) -> Process:  # noqa: ARG002
        return lambda value: None if value is None else int(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Process:  # noqa: ARG002
        kind = self.kind
        return lambda value: None if value is None else kind(value)


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

    def bind_processor(self, dialect: Dialect) -> Process:
        return _written if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Process:  # noqa: ARG002
        return _read if dialect.name == "sqlite" else _in_utc


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return moment.astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    """SQLite has no instants: they are text that sorts."""
    moment = _in_utc(moment)
    return None if moment is None else moment.isoformat(" ", "microseconds")[:TO_THE_MICROSECOND]


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


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
