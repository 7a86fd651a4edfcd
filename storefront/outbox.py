"""Letters to people, written in the transaction that causes them, sent later by the worker.

A letter leaves once at most (docs/adr/0028): it is claimed just before its text is handed over,
and one that was claimed and not marked as sent is never handed over again by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    Table,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, columns, db
from storefront.actors import Actor
from storefront.errors import NotFound

# after how many minutes a letter is tried again that was put off; then a person is asked
AGAIN_AFTER: Final = (1, 5, 15, 30, 60, 120, 240, 480, 960)
UNCLEAR_AFTER: Final = timedelta(minutes=5)  # longer than handing one over can take
UNCLEAR: Final = "unclear"  # it may have left: the process died, or the line, as it was handed over


class Letter(db.Base):
    """One letter to one person. ``key`` names its cause: one cause, one letter.

    ``addressed`` until the address was cut, long after it was sent. ``given_up_at``: it
    waits for a person, ``fault`` says why.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
        Index("ix_letter_unsent", "sent_at", "given_up_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    recipient: Mapped[str] = mapped_column(columns.Encrypted)
    addressed: Mapped[bool] = mapped_column(default=True, server_default=true())
    locale: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]


WAITING = (Letter.sent_at.is_(None), Letter.given_up_at.is_(None))
WRITE = insert(cast("Table", Letter.__table__))


def write(
    key: str, kind: str, *, recipient: str | None, locale: str, now: datetime, **facts: object
) -> None:
    """Put a letter in the outbox; nothing happens where there is no address."""
    if recipient:
        letter = {"key": key, "kind": kind, "recipient": recipient, "locale": locale}
        db.session.execute(WRITE, {**letter, "facts": facts, "written_at": now})


def unsent(limit: int = 50, *, now: datetime) -> list[Letter]:
    """Return letters that may be tried now, oldest first."""
    due = or_(Letter.next_try_at.is_(None), Letter.next_try_at <= now)
    query = select(Letter).where(*WAITING, Letter.claimed_at.is_(None), due)
    return list(db.session.scalars(query.order_by(Letter.id).limit(limit)))


def claim(letter_id: int, *, now: datetime) -> bool:
    """Say that the letter is handed over now; False when it is not to be, any more."""
    letter = db.lock_one(Letter, letter_id)
    if letter.claimed_at or letter.sent_at or letter.given_up_at or not letter.addressed:
        return False
    letter.claimed_at = now
    return True


def mark_sent(letter_id: int, *, now: datetime) -> None:
    """Note that the letter left: the mail server has taken it."""
    letter = db.lock_one(Letter, letter_id)
    db.change(letter, sent_at=now, fault=None, given_up_at=None)


def put_off(letter_id: int, fault: str, *, now: datetime) -> None:
    """Note a try that failed for now; each waits longer, and after the last a person is asked."""
    letter = db.lock_one(Letter, letter_id)
    letter.claimed_at = None
    if letter.tries >= len(AGAIN_AFTER):
        _give_up(letter, fault, now)
        return
    letter.next_try_at = now + timedelta(minutes=AGAIN_AFTER[letter.tries])
    letter.tries += 1
    letter.fault = fault


def give_up(letter_id: int, fault: str, *, now: datetime) -> None:
    """Note that no further try would help, or that one more could be one too many."""
    _give_up(db.lock_one(Letter, letter_id), fault, now)


def release(letter_id: int) -> None:
    """Take a claim back: the letter was not handed over whole, so nobody can have taken it."""
    db.lock_one(Letter, letter_id).claimed_at = None


def unclear(*, now: datetime) -> list[int]:
    """Return the letters that were claimed and never heard of again: their process died."""
    query = select(Letter.id).where(*WAITING, Letter.claimed_at < now - UNCLEAR_AFTER)
    return list(db.session.scalars(query))


def give_up_unclear(*, now: datetime) -> None:
    """Put such letters before a person."""
    for letter in db.lock(Letter, *unclear(now=now)):
        _give_up(letter, UNCLEAR, now)


def _give_up(letter: Letter, fault: str, now: datetime) -> None:
    letter.tries += 1
    letter.fault, letter.given_up_at = fault, now


def send_again(letter_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a letter that was given up be tried anew, as a person decides; twice is once.

    It leaves under the same Message-ID: whoever has it already can tell.

    Raises:
        NotFound: there is no such letter, or nobody to send it to any more.
    """
    letter = db.lock_one(Letter, letter_id)
    if not letter.addressed:
        raise NotFound
    if letter.given_up_at is not None:
        letter.given_up_at = letter.claimed_at = letter.next_try_at = None
        letter.tries = 0
        audit.record(actor, "send_again", "letter", str(letter_id), now=now, about=letter.kind)


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter that waits for a person: nothing in it says who it is to."""

    id: int
    kind: str
    order_code: str | None
    written_at: datetime
    given_up_at: datetime
    fault: str


def given_up(limit: int = 50) -> tuple[Returned, ...]:
    """Return the letters that wait for a person, youngest first."""
    code = Letter.facts["code"].as_string()
    query = (
        select(Letter.id, Letter.kind, code, Letter.written_at, Letter.given_up_at, Letter.fault)
        .where(Letter.given_up_at.is_not(None), Letter.addressed)
        .order_by(Letter.given_up_at.desc(), Letter.id.desc())
        .limit(limit)
    )
    return tuple(starmap(Returned, db.session.execute(query)))


def given_up_count() -> int:
    """Return how many letters wait for a person."""
    query = select(func.count()).where(Letter.given_up_at.is_not(None), Letter.addressed)
    return db.session.scalar(query) or 0


CUT: Final = {"recipient": "", "addressed": False}


def forget_recipients(before: datetime, *, limit: int) -> int:
    """Cut the address off letters that left, or were given up, before ``before`` (a chore).

    Returns how many.
    """
    ended = func.coalesce(Letter.sent_at, Letter.given_up_at)
    old = select(Letter.id).where(ended < before, Letter.addressed).limit(limit)
    cut = update(Letter).where(Letter.id.in_(old)).values(CUT)
    gone = db.session.scalars(cut.returning(Letter.id))
    return len(gone.all())


def forget_orders(codes: Collection[str], *, now: datetime) -> int:
    """Cut the address off all letters about these orders; what has not left is not sent any more.

    Returns how many.
    """
    about = Letter.facts["code"].as_string().in_(codes)
    left = func.coalesce(Letter.given_up_at, now)
    stopped = update(Letter).where(about, *WAITING).values(given_up_at=left, fault="forgotten")
    db.session.execute(stopped.execution_options(synchronize_session=False))
    cut = update(Letter).where(about, Letter.addressed).values(CUT).returning(Letter.id)
    return len(db.session.scalars(cut).all())
