"""The till: paying through the pretend provider, its events taken in as they come over the wire.

What ``web/gateway_steps.py`` does for a door now, this does at a moment of the past.
"""

from dataclasses import dataclass
from datetime import datetime

from storefront import db
from storefront.payments import inbox, pretend, refunds, sessions
from storefront.payments.gateway import Asked, Provider
from storefront.payments.pretend import PretendSession


@dataclass(frozen=True, slots=True)
class Till:
    """The provider, what it signs with, and the shop's public address."""

    provider: Provider
    secret: bytes
    public_url: str

    def open(self, order_id: int, now: datetime) -> str:
        """Open a payment page for the order; returns the provider's reference."""
        with db.transaction():
            attempt = sessions.start(order_id, provider=self.provider.name, now=now)
        if attempt.reference is not None:
            return attempt.reference
        asked = Asked(
            key=attempt.key,
            order_code=attempt.order_code,
            amount=attempt.amount,
            return_url=f"{self.public_url}/orders/{attempt.order_token}",
            expires_at=attempt.expires_at,
        )
        page = self.provider.open_session(asked, now=now)
        with db.transaction():
            sessions.opened(attempt.payment_id, page.reference, page.url, now=now)
        return page.reference

    def pay(self, reference: str, now: datetime, *, late: bool = False) -> str:
        """Pay on a page, or after it had closed; returns what came of it."""
        return self._report("session.paid", pretend.pay(reference, now=now, late=late), now)

    def decline(self, reference: str, now: datetime) -> str:
        """Let the card be declined."""
        return self._report("session.failed", pretend.fail(reference, now=now), now)

    def leave(self, reference: str, now: datetime) -> str:
        """Close a page, as a shopper does who goes back, or as its time runs out."""
        return self._report("session.expired", pretend.expire(reference, now=now), now)

    def close_stale(self, now: datetime) -> None:
        """Close the pages whose time is over."""
        for page in sessions.stale(now=now):
            self.leave(page.reference or "", now)

    def _report(self, kind: str, session: PretendSession, now: datetime) -> str:
        event = pretend.event(kind, session, self.secret, now=now)
        message = self.provider.read_event(event.body, event.signature, now=now)
        with db.transaction():
            return inbox.receive(message, now=now)

    def send_refunds(self, now: datetime, *, fault: str | None = None) -> None:
        """Send every refund that waits; with a ``fault`` the provider says no."""
        for refund_id in refunds.to_send(now=now):
            self.send_refund(refund_id, now, fault=fault)

    def send_refund(self, refund_id: int, now: datetime, *, fault: str | None = None) -> None:
        """Send one refund, also one that failed before."""
        with db.transaction():
            wanted = refunds.mark_sent(refund_id, now=now)
        if wanted is None:
            return
        reference = None
        if fault is None:
            reference = self.provider.refund(wanted.key, wanted.reference, wanted.amount, now=now)
        with db.transaction():
            ok = fault is None
            refunds.record_result(refund_id, ok=ok, reference=reference, fault=fault, now=now)
