"""The books: entries that sum to zero, written once and never changed (docs/books.md).

A debit is positive, a credit negative (docs/adr/0004). The ledger knows nothing
of pears: it is told accounts, fen and the ids of the rows a line is about.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import cast

from sqlalchemy import Select, Table, bindparam, func, insert, select
from sqlalchemy.sql.dml import ReturningInsert

from storefront import clock, db
from storefront.ledger.models import Entry, Posting
from storefront.money import ZERO, Fen

CORRECTION = "correction"
POST = insert(cast("Table", Posting.__table__))


class AlreadyBooked(Exception):  # noqa: N818  an answer: the fact is in the books already
    """The fact ``(kind, source)`` stands in the books; nothing was written."""

    def __init__(self, kind: str, source: str) -> None:
        super().__init__(f"{kind} of {source} is booked already")
        self.kind = kind
        self.source = source


@dataclass(frozen=True, slots=True)
class Line:
    """One line to book: an account, fen (debit positive), and the rows it is about."""

    account: str
    fen: Fen
    order_id: int | None = None
    allocation_id: int | None = None
    movement_id: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry says besides its lines."""

    kind: str
    source: str
    happened_at: datetime
    booked_month: str
    reverses_id: int | None = None


FACT = Fact.__slots__


@dataclass(frozen=True, slots=True)
class Booked(Fact):
    """A fact as it stands in the books: the entry with this ``id``."""

    id: int = 0


def booked_month(happened_at: datetime) -> str:
    """Return the month a fact counts in: the month in China when it happened."""
    return clock.china_month(happened_at)


def post(kind: str, source: str, lines: Iterable[Line], *, now: datetime) -> Booked:
    """Book one fact and return its entry; lines of zero are left out.

    Raises:
        ValueError: the lines do not sum to zero, or all of them are zero.
        AlreadyBooked: the fact is in the books; the transaction can go on.
    """
    return _write(Fact(kind, source, now, booked_month(now)), lines)


def reverse(entry_id: int, *, now: datetime) -> Booked:
    """Correct a mistake: book the entry's lines again with their signs turned.

    Raises:
        NotFound: there is no such entry.
        ValueError: it is a correction itself, which stands.
        AlreadyBooked: it was reversed before.
    """
    if db.get(Entry, entry_id).kind == CORRECTION:
        message = f"entry {entry_id} is a correction"
        raise ValueError(message)
    turned = [replace(line, fen=-line.fen) for line in lines_of(entry_id)]
    return _write(Fact(CORRECTION, f"entry:{entry_id}", now, booked_month(now), entry_id), turned)


def lines_of(entry_id: int) -> list[Line]:
    """Return the lines of an entry, in the order they were booked."""
    query = select(
        Posting.account,
        Posting.fen,
        Posting.order_id,
        Posting.allocation_id,
        Posting.movement_id,
    )
    rows = db.session.execute(query.where(Posting.entry_id == entry_id).order_by(Posting.id))
    return [Line(*row) for row in rows]


def _write(fact: Fact, lines: Iterable[Line]) -> Booked:
    booked = [line for line in lines if line.fen != ZERO]
    if not booked or Fen.total(line.fen for line in booked) != ZERO:
        message = f"{fact.kind} of {fact.source} does not balance: {booked}"
        raise ValueError(message)
    said = {name: getattr(fact, name) for name in FACT}
    row = {**said, "digest": digest(fact, booked)}
    entry_id = db.session.scalar(_enter(db.dialect()), row)
    if entry_id is None:
        raise AlreadyBooked(fact.kind, fact.source)
    postings = [
        {"entry_id": entry_id, **{name: getattr(line, name) for name in Line.__slots__}}
        for line in booked
    ]
    db.session.execute(POST, postings)
    return Booked(**said, id=entry_id)


@cache
def _enter(_dialect: str) -> ReturningInsert[int]:
    entry = cast("Table", Entry.__table__)
    return db.insert(entry).on_conflict_do_nothing().returning(entry.c.id)


def digest(fact: Fact, lines: Iterable[Line]) -> str:
    """Return the SHA-256 (hex) of an entry and its lines, in whatever order they come."""
    rows = sorted(
        [
            line.account,
            int(line.fen),
            line.order_id or 0,
            line.allocation_id or 0,
            line.movement_id or 0,
        ]
        for line in lines
    )
    moment = fact.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    whole = [fact.kind, fact.source, moment, fact.booked_month, fact.reverses_id, rows]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def balance(
    account: str,
    *,
    order_id: int | None = None,
    allocation_id: int | None = None,
    movement_id: int | None = None,
) -> Fen:
    """Return an account's balance, whole or of one order or row; a debit is positive."""
    about = {"order_id": order_id, "allocation_id": allocation_id, "movement_id": movement_id}
    given = {name: key for name, key in about.items() if key is not None}
    found = db.session.scalar(_balance(tuple(given)), {"account": account, **given})
    return Fen(int(found or 0))


@cache
def _balance(about: tuple[str, ...]) -> Select[int]:
    lines = db.table(Posting).c
    query = select(func.coalesce(func.sum(lines.fen), 0))
    return query.where(*(lines[name] == bindparam(name) for name in ("account", *about)))
