"""Letters to people, written in the transaction that causes them, sent later by the worker."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, select, true, update
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db

TRIES = 5


class Letter(db.Base):
    """One letter to one person. ``key`` names its cause: one cause, one letter.

    ``addressed`` until the address was cut, long after it was sent.
    """

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_unsent", "sent_at", "tries"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    recipient: Mapped[str] = mapped_column(columns.Encrypted)
    addressed: Mapped[bool] = mapped_column(default=True, server_default=true())
    locale: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]


def write(
    key: str, kind: str, *, recipient: str | None, locale: str, now: datetime, **facts: object
) -> None:
    """Put a letter in the outbox; nothing happens where there is no address."""
    if recipient:
        letter = Letter(key=key, kind=kind, recipient=recipient, locale=locale, facts=facts)
        letter.written_at = now
        db.session.add(letter)


def unsent(limit: int = 50) -> list[Letter]:
    """Return letters still to send, oldest first."""
    query = (
        select(Letter)
        .where(Letter.sent_at.is_(None), Letter.tries < TRIES)
        .order_by(Letter.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def mark_sent(letter_id: int, *, now: datetime) -> None:
    """Note that the letter left."""
    db.lock_one(Letter, letter_id).sent_at = now


def mark_failed(letter_id: int, fault: str) -> None:
    """Note a failed try; after the last one the letter waits for a person."""
    letter = db.lock_one(Letter, letter_id)
    letter.tries += 1
    letter.fault = fault


def forget_recipients(before: datetime, *, limit: int) -> int:
    """Cut the address off letters that left before ``before``; returns how many (a chore)."""
    old = select(Letter.id).where(Letter.sent_at < before, Letter.addressed).limit(limit)
    cut = update(Letter).where(Letter.id.in_(old)).values(recipient="", addressed=False)
    gone = db.session.scalars(cut.returning(Letter.id))
    return len(gone.all())
