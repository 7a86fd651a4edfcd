"""The port to payment providers: what we ask of one, and which ones are connected.

Each provider has one adapter here, and only here is its own library imported.
Calls leave the machine, so they are made outside every transaction
(``web/gateway_steps.py``); each takes a key that makes a resend harmless.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from storefront import db
from storefront.money import Fen
from storefront.payments import pretend

CURRENCY = "cny"
SIGNATURE_AGE = timedelta(minutes=5)
PAGE = "/pretend-pay/"
UNIX_TIME = re.compile(r"[0-9]{1,12}")


class GatewayUnreachable(Exception):  # noqa: N818  named as people speak
    """No answer: it may or may not have happened. The same key may be sent again."""


class GatewayRefused(Exception):  # noqa: N818  named as people speak
    """The provider said no, and will say no again; the message is its reason."""


class BadSignature(Exception):  # noqa: N818  named as people speak
    """The event does not come from the provider, is too old, or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A payment page we ask for. ``return_url`` is where the shopper comes back, paid or not."""

    key: str
    order_code: str
    amount: Fen
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A payment page as the provider knows it; ``state`` is open, paid, failed or expired."""

    reference: str
    url: str
    state: str
    amount: Fen
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing a provider reported.

    ``kind`` is ``payment_succeeded``, ``payment_failed``, ``payment_expired``,
    or the provider's own word for what we do not act on.
    """

    provider: str
    event_id: str
    kind: str
    reference: str
    amount: Fen
    currency: str
    body: Mapping[str, Any]


class Provider(Protocol):
    """What every payment provider can do for us."""

    name: str

    def open_session(self, asked: Asked, *, now: datetime) -> Session:
        """Open a payment page; the same key gives the same page."""

    def look_up(self, reference: str, *, now: datetime) -> Session:
        """Return what a page came to."""

    def expire(self, reference: str, *, now: datetime) -> Session:
        """Close a page so that nobody can pay there, unless somebody has."""

    def refund(self, key: str, reference: str, amount: Fen, *, now: datetime) -> str:
        """Give money back; return the refund's reference, the same for the same key."""

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> Message:
        """Return what an event says, once its signature is known to be right."""


def connect(*, pretend_secret: bytes | None) -> dict[str, Provider]:
    """Return the connected providers by name, the one that new payments use first."""
    return {"pretend": Pretend(pretend_secret)} if pretend_secret else {}


def message_of(provider: str, session: Session) -> Message:
    """Return what ``session``, looked up by us, says: as good as an event that got lost."""
    kind = KINDS.get(f"session.{session.state}", session.state)
    facts = {"looked_up": session.reference, "state": session.state, "amount": int(session.amount)}
    return Message(
        provider=provider,
        event_id=f"looked-up:{session.reference}:{session.state}",
        kind=kind,
        reference=session.reference,
        amount=session.amount,
        currency=session.currency,
        body=facts,
    )


def refuse_inside_transaction() -> None:
    """Make sure that nothing is locked while a provider thinks about it.

    Raises:
        RuntimeError: a transaction is open.
    """
    if db.in_transaction():
        message = "a provider is never called inside a transaction"
        raise RuntimeError(message)


KINDS = {
    "session.paid": "payment_succeeded",
    "session.failed": "payment_failed",
    "session.expired": "payment_expired",
}


class Pretend:
    """The adapter of the pretend provider."""

    name = "pretend"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def open_session(self, asked: Asked, *, now: datetime) -> Session:
        """Open a payment page; the same key gives the same page."""
        page = pretend.Page(
            order_code=asked.order_code,
            amount=asked.amount,
            currency=CURRENCY,
            return_url=asked.return_url,
        )
        with _said_no():
            return _session(
                pretend.create_session(asked.key, page, expires_at=asked.expires_at, now=now)
            )

    def look_up(self, reference: str, *, now: datetime) -> Session:
        """Return what a page came to."""
        with _said_no():
            return _session(pretend.look_up(reference, now=now))

    def expire(self, reference: str, *, now: datetime) -> Session:
        """Close a page so that nobody can pay there, unless somebody has."""
        with _said_no():
            return _session(pretend.expire(reference, now=now))

    def refund(self, key: str, reference: str, amount: Fen, *, now: datetime) -> str:
        """Give money back; return the refund's reference, the same for the same key."""
        with _said_no():
            return pretend.refund(key, reference, amount, now=now).reference

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> Message:
        """Return what an event says, once its signature is known to be right."""
        self._check(body, signature, now)
        try:
            facts = json.loads(body)
            return Message(
                provider=self.name,
                event_id=facts["id"],
                kind=KINDS.get(facts["type"], facts["type"]),
                reference=facts["session"],
                amount=Fen(facts["amount"]),
                currency=facts["currency"],
                body=facts,
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise BadSignature from fault

    def _check(self, body: bytes, signature: str, now: datetime) -> None:
        """Compare in constant time; refuse what is older, or newer, than five minutes."""
        moment = signature.partition(",")[0].removeprefix("t=")
        if not UNIX_TIME.fullmatch(moment):
            raise BadSignature
        expected = pretend.sign(body, self._secret, int(moment))
        apart = abs(int(now.timestamp()) - int(moment))
        known = hmac.compare_digest(expected.encode(), signature.encode())
        if not known or apart > SIGNATURE_AGE.total_seconds():
            raise BadSignature


@contextmanager
def _said_no() -> Iterator[None]:
    try:
        yield
    except pretend.PretendError as fault:
        raise GatewayRefused(fault.code) from fault


def _session(made: pretend.PretendSession) -> Session:
    return Session(
        reference=made.reference,
        url=f"{PAGE}{made.reference}",
        state=made.state,
        amount=made.amount_fen,
        currency=made.currency,
    )
