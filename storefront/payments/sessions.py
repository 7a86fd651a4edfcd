"""Attempts to pay: begun before the gateway is asked, known afterwards by its answer.

Each verb is one transaction's work; the calls between them are the business of
``web/gateway_steps.py``. A crash between two leaves an attempt ``opening``: the
next try takes it up again with the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from storefront import db
from storefront.actors import Actor
from storefront.errors import NotFound, Refusal
from storefront.money import Fen
from storefront.orders import timeline
from storefront.orders.models import Order
from storefront.payments.models import PAYMENT, Payment

# The order's hold outlives the payment page by this much: money paid in the last minute is in time.
HOLD_MARGIN = timedelta(minutes=5)
WAITING = ("opening", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to pay one order, with all that its payment page needs.

    ``reference`` and ``url`` are the provider's, once it has answered.
    """

    payment_id: int
    provider: str
    key: str
    amount: Fen
    order_code: str
    order_token: str
    expires_at: datetime
    reference: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Stale:
    """An attempt whose time is over; without a ``reference`` the provider never answered."""

    payment_id: int
    provider: str
    reference: str | None


def start(order_id: int, *, provider: str, now: datetime, first: bool = False) -> Attempt:
    """Begin to pay the order; an attempt that is still waiting is returned again.

    The ``first`` one begins in the transaction that places the order: none is looked for.

    Raises:
        Refusal: ``not_payable``, the order is not (or no longer) awaiting payment.
    """
    order = db.lock_one(Order, order_id)
    expires_at = order.hold_until - HOLD_MARGIN
    if order.state != "awaiting_payment" or expires_at <= now:
        raise Refusal("not_payable", state=order.state)
    tried = () if first else db.session.scalars(ATTEMPTS, {"order_id": order_id}).all()
    waiting = [
        payment
        for payment in tried
        if payment.provider == provider and payment.state in WAITING and payment.expires_at > now
    ]
    if waiting:
        return _attempt(waiting[-1], order)
    return _attempt(_begin(order, len(tried) + 1, provider, expires_at, now), order)


ATTEMPTS = (
    select(Payment).where(Payment.order_id == bindparam("order_id")).order_by(Payment.attempt)
)


def _begin(
    order: Order, attempt: int, provider: str, expires_at: datetime, now: datetime
) -> Payment:
    payment = Payment(order_id=order.id, attempt=attempt, provider=provider, state="opening")
    payment.key = f"order-{order.code}-{attempt}"
    payment.amount_fen = order.total_fen
    payment.opened_at, payment.expires_at = now, expires_at
    db.put(payment)
    return payment


def _attempt(payment: Payment, order: Order) -> Attempt:
    return Attempt(
        payment_id=payment.id,
        provider=payment.provider,
        key=payment.key,
        amount=payment.amount_fen,
        order_code=order.code,
        order_token=order.token,
        expires_at=payment.expires_at,
        reference=payment.reference,
        url=payment.url,
    )


def opened(payment_id: int, reference: str, url: str, *, now: datetime) -> None:
    """Note where the provider hosts the page; the same answer again changes nothing."""
    payment = db.lock_one(Payment, payment_id)  # of the order nothing is asked or changed
    state = "open" if payment.state == "opening" else payment.state
    if payment.reference is None:
        db.change(payment, reference=reference, url=url, opened_at=now, state=state)
    elif payment.state != state:
        db.change(payment, state=state)


def failed_to_open(payment_id: int, reason: str, *, now: datetime) -> None:
    """Note that the provider refused to host a page; the next try is a new attempt."""
    payment = _locked(payment_id)
    if payment.state != "opening":
        return
    _end(payment, "failed")
    timeline.note(payment.order_id, "payment_failed", actor=Actor.shop(), now=now, reason=reason)


STALE = (
    select(Payment.id, Payment.provider, Payment.reference)
    .where(Payment.state.in_(WAITING), Payment.expires_at <= bindparam("now"))
    .order_by(Payment.expires_at, Payment.id)
    .limit(bindparam("most"))
)


def stale(*, now: datetime, limit: int = 50) -> list[Stale]:
    """Return the attempts whose time is over and which nobody has answered for."""
    rows = db.session.execute(STALE, {"now": now, "most": limit})
    return [Stale(*row) for row in rows]


def expired(payment_id: int) -> None:
    """Note that nobody paid in time; an answer that came meanwhile stands."""
    payment = _locked(payment_id)
    if payment.state in WAITING:
        _end(payment, "expired")


def _end(payment: Payment, state: str) -> None:
    PAYMENT.check(payment.state, state)
    payment.state = state


def _locked(payment_id: int) -> Payment:
    """Lock the order, then its payment: the same order everywhere."""
    if not db.lock_found(ORDER_OF, {"payment_id": payment_id}):
        raise NotFound
    return db.lock_one(Payment, payment_id)


_OF_PAYMENT = select(Payment.order_id).where(Payment.id == bindparam("payment_id"))
ORDER_OF = db.locking(select(Order).where(Order.id == _OF_PAYMENT.scalar_subquery()))
