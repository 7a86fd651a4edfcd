"""The pretend payment provider, for demo and tests: its own records, limits and memory.

It stands in for a provider on another machine. So it shares no row and no rule
with the shop, knows nothing of orders, works in transactions of its own (a call
from inside one of ours fails, as it should), honours idempotency keys, refuses
to give back more than was paid, and tells what happened by signed events.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import CheckConstraint, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db, ids
from storefront.money import ZERO, Fen


class PretendSession(db.Base):
    """A payment page the provider hosts."""

    __tablename__ = "pretend_session"
    __table_args__ = (
        db.one_of("state", ("open", "paid", "failed", "expired")),
        CheckConstraint("refunded_fen BETWEEN 0 AND amount_fen", name="refunded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    order_code: Mapped[str]
    amount_fen: Mapped[Fen]
    currency: Mapped[str]
    return_url: Mapped[str]
    state: Mapped[str]
    refunded_fen: Mapped[Fen] = mapped_column(default=ZERO)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]


class PretendRefund(db.Base):
    """A refund the provider made; the same key is the same refund."""

    __tablename__ = "pretend_refund"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    session_reference: Mapped[str]
    amount_fen: Mapped[Fen]
    created_at: Mapped[datetime]


class PretendError(Exception):
    """The provider says no; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a payment page is asked to show. The same key with another page is an error."""

    order_code: str
    amount: Fen
    currency: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Event:
    """What the provider tells its customer's inbox: a body, and who vouches for it."""

    body: bytes
    signature: str


def create_session(key: str, page: Page, *, expires_at: datetime, now: datetime) -> PretendSession:
    """Open a payment page; the same key again gives the same page.

    Raises:
        PretendError: ``key_reused``, the key stands for another page.
    """
    try:
        return _create_session(key, page, expires_at, now)
    except IntegrityError:  # the same key arrived twice at once: the other one made it
        return _create_session(key, page, expires_at, now)


OF_KEY = select(PretendSession).where(PretendSession.key == bindparam("key"))


def _create_session(key: str, page: Page, expires_at: datetime, now: datetime) -> PretendSession:
    with db.transaction():
        known = db.session.scalar(OF_KEY, {"key": key})
        if known is None:
            known = PretendSession(key=key, reference=f"ps_{ids.new_key()}", state="open")
            known.order_code, known.return_url = page.order_code, page.return_url
            known.amount_fen, known.currency = page.amount, page.currency
            known.expires_at, known.created_at = expires_at, now
            db.put(known)
        elif _page_of(known) != page:
            raise PretendError("key_reused")
        return known


def _page_of(session: PretendSession) -> Page:
    return Page(
        order_code=session.order_code,
        amount=session.amount_fen,
        currency=session.currency,
        return_url=session.return_url,
    )


def look_up(reference: str, *, now: datetime) -> PretendSession:
    """Return the session as it is now: a picture of it, nothing is written.

    Raises:
        PretendError: ``unknown_session``.
    """
    seen = db.session.scalar(OF_REFERENCE, {"reference": reference})
    if seen is None:
        raise PretendError("unknown_session")
    db.session.expunge(seen)
    _end_in_time(seen, now)
    return seen


def pay(reference: str, *, now: datetime, late: bool = False) -> PretendSession:
    """Take the money; ``late`` is money that arrives after the page had closed.

    Raises:
        PretendError: ``session_closed``, nothing can be paid there any more.
    """
    return _move(reference, "paid", ("expired",) if late else ("open",), now)


def fail(reference: str, *, now: datetime) -> PretendSession:
    """Refuse the payment: the card was declined."""
    return _move(reference, "failed", ("open",), now)


def _move(reference: str, state: str, before: tuple[str, ...], now: datetime) -> PretendSession:
    with db.transaction():
        session = _locked(reference, now)
        if session.state not in before:
            raise PretendError("session_closed")
        db.change(session, state=state)
        return session


def expire(reference: str, *, now: datetime) -> PretendSession:
    """Close the page unless it was paid or failed; return what it came to."""
    with db.transaction():
        session = _locked(reference, now)
        if session.state == "open":
            session.state = "expired"
        return session


OF_REFERENCE = (
    select(PretendSession)
    .where(PretendSession.reference == bindparam("reference"))
    .execution_options(populate_existing=True)
)
LOCKING = db.locking(OF_REFERENCE)


def _locked(reference: str, now: datetime) -> PretendSession:
    found = db.lock_found(LOCKING, {"reference": reference})
    if not found:
        raise PretendError("unknown_session")
    _end_in_time(found[0], now)
    return found[0]


def _end_in_time(session: PretendSession, now: datetime) -> None:
    if session.state == "open" and session.expires_at <= now:
        session.state = "expired"


def refund(key: str, reference: str, amount: Fen, *, now: datetime) -> PretendRefund:
    """Give back ``amount`` of what was paid; the same key again gives the same refund.

    Raises:
        PretendError: ``unknown_session``, ``not_paid``, ``more_than_paid``, ``key_reused``.
    """
    with db.transaction():
        session = _locked(reference, now)
        known = db.session.scalar(select(PretendRefund).where(PretendRefund.key == key))
        if known is None:
            return _refund(key, session, amount, now)
        if (known.session_reference, known.amount_fen) != (reference, amount):
            raise PretendError("key_reused")
        return known


def _refund(key: str, session: PretendSession, amount: Fen, now: datetime) -> PretendRefund:
    if session.state != "paid":
        raise PretendError("not_paid")
    if amount > session.amount_fen - session.refunded_fen:
        raise PretendError("more_than_paid")
    session.refunded_fen += amount
    made = PretendRefund(key=key, reference=f"pr_{ids.new_key()}", amount_fen=amount)
    made.session_reference, made.created_at = session.reference, now
    db.session.add(made)
    return made


def event(kind: str, session: PretendSession, secret: bytes, *, now: datetime) -> Event:
    """Return a fresh signed event: ``kind`` (``session.paid``, ...) happened to ``session``."""
    facts = {
        "id": f"pe_{ids.new_key()}",
        "type": kind,
        "created": int(now.timestamp()),
        "session": session.reference,
        "amount": int(session.amount_fen),
        "currency": session.currency,
    }
    body = json.dumps(facts, sort_keys=True).encode()
    return Event(body, sign(body, secret, int(now.timestamp())))


def sign(body: bytes, secret: bytes, second: int) -> str:
    """Return the signature header for ``body`` sent at ``second`` (Unix time)."""
    digest = hmac.new(secret, f"{second}.".encode() + body, sha256).hexdigest()
    return f"t={second},v1={digest}"
