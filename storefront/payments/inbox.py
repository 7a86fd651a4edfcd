"""What a provider reports, taken in once (flow 2, law 6, docs/adr/0009).

Events come late, twice, out of order and for orders that are over. Each is
written down with what came of it; only the first success of an order is kept,
every other fen goes back by itself.
"""

from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Insert, bindparam, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.ledger import books
from storefront.ledger.books import Line
from storefront.orders import letters, lifecycle, timeline
from storefront.orders.models import Order
from storefront.payments import refunds
from storefront.payments.gateway import CURRENCY, Message
from storefront.payments.models import (
    LATE_PAYMENT,
    PAYMENT,
    SECOND_PAYMENT,
    Payment,
    ProviderEvent,
)

# What can come of an event. The last three change nothing and wait for a person to look.
OUTCOMES: Final = (
    "kept",
    "again",
    "second_refunded",
    "late_kept",
    "late_refunded",
    "failed",
    "expired",
    "ignored",
    "unknown_reference",
    "wrong_amount",
    "contradicted",
)
SUSPICIOUS: Final = OUTCOMES[-3:]
PAYABLE: Final = ("awaiting_payment", "expired")


def receive(message: Message, *, now: datetime) -> str:
    """Act on ``message`` unless it has been seen, and return what came of it (``OUTCOMES``).

    The order is locked before anything is decided, so of two deliveries at once
    the second finds the first one's row.
    """
    attempts = _locked_attempts(message)
    payment = next((each for each in attempts if each.reference == message.reference), None)
    if _seen(message):
        return "again"
    outcome = _outcome(message, payment, kept=any(each.kept for each in attempts), now=now)
    if payment is not None and outcome in SUSPICIOUS:
        facts = {"event": message.kind, "outcome": outcome}
        audit.record(Actor.shop(), "set_aside", "payment", payment.key, now=now, **facts)
    _write_down(message, outcome, now)
    return outcome


def _write_down(message: Message, outcome: str, now: datetime) -> None:
    """Keep the event as it came; of two at once about nothing we know, one."""
    row = {
        "provider": message.provider,
        "event_id": message.event_id,
        "kind": message.kind,
        "body": dict(message.body),
        "outcome": outcome,
        "received_at": now,
    }
    db.session.execute(_keeping(db.dialect()), row)


@cache
def _keeping(_dialect: str) -> Insert:
    return db.insert(db.table(ProviderEvent)).on_conflict_do_nothing()


def _locked_attempts(message: Message) -> list[Payment]:
    """Lock the order that was to be paid, then every attempt to pay it; none if we know neither."""
    named = {"provider": message.provider, "reference": message.reference}
    orders = db.lock_found(ORDER_OF, named)
    return db.lock_found(ATTEMPTS, {"order_id": orders[0].id}) if orders else []


_NAMED = (
    Payment.provider == bindparam("provider"),
    Payment.reference == bindparam("reference"),
)
ATTEMPTS = db.locking(
    select(Payment).where(Payment.order_id == bindparam("order_id")).order_by(Payment.id)
)
ORDER_OF = db.locking(
    select(Order).where(Order.id == select(Payment.order_id).where(*_NAMED).scalar_subquery())
)


EVENTS = db.table(ProviderEvent).c
SEEN = select(EVENTS.id).where(
    EVENTS.provider == bindparam("provider"), EVENTS.event_id == bindparam("event")
)


def _seen(message: Message) -> bool:
    told = {"provider": message.provider, "event": message.event_id}
    return db.session.scalar(SEEN, told) is not None


def _outcome(message: Message, payment: Payment | None, *, kept: bool, now: datetime) -> str:
    if payment is None:
        return "unknown_reference"
    if message.kind == "payment_succeeded":
        return _succeeded(message, payment, kept=kept, now=now)
    if message.kind in {"payment_failed", "payment_expired"}:
        return _came_to_nothing(payment, message.kind.removeprefix("payment_"), now)
    return "ignored"


def _came_to_nothing(payment: Payment, state: str, now: datetime) -> str:
    """Close the attempt; a success that was faster stands."""
    if state not in PAYMENT.steps.get(payment.state, ()):
        return "ignored"
    payment.state = state
    if state == "failed":
        timeline.note(payment.order_id, "payment_failed", actor=Actor.shop(), now=now)
    return state


def _succeeded(message: Message, payment: Payment, *, kept: bool, now: datetime) -> str:
    if payment.state == "succeeded":
        return "again"
    if "succeeded" not in PAYMENT.steps.get(payment.state, ()):
        return "contradicted"
    if (message.amount, message.currency) != (payment.amount_fen, CURRENCY):
        return "wrong_amount"
    _book(payment, now)
    db.change(payment, state="succeeded", succeeded_at=now)
    return _keep_or_give_back(payment, another_kept=kept, now=now)


def _book(payment: Payment, now: datetime) -> None:
    """The money is at the provider, whatever becomes of it: debit provider, credit shopper."""
    amount, order_id = payment.amount_fen, payment.order_id
    lines = (Line("provider", amount, order_id), Line("shopper", -amount, order_id))
    books.post("payment", f"payment:{payment.id}", lines, now=now)


def _keep_or_give_back(payment: Payment, *, another_kept: bool, now: datetime) -> str:
    order = db.get(Order, payment.order_id)
    late = order.state == "expired"
    if another_kept:
        _give_back(payment, SECOND_PAYMENT, now)
        return "second_refunded"
    if order.state not in PAYABLE or not lifecycle.confirm(order.id, now=now):
        _give_back(payment, LATE_PAYMENT, now)
        return "late_refunded"
    db.change(payment, kept=True)
    _thank(order, payment, now)
    return "late_kept" if late else "kept"


def _give_back(payment: Payment, reason: str, now: datetime) -> None:
    """Say that the money came, and that it goes back: both stand on the timeline."""
    fen = int(payment.amount_fen)
    timeline.note(payment.order_id, reason, actor=Actor.shop(), now=now, amount_fen=fen)
    amount, shop = payment.amount_fen, Actor.shop()
    refunds.request(payment.order_id, payment.id, amount, reason, actor=shop, now=now)


def _thank(order: Order, payment: Payment, now: datetime) -> None:
    fen = int(payment.amount_fen)
    timeline.note(order.id, "paid", actor=Actor.shop(), now=now, amount_fen=fen)
    letters.to_buyer(
        order,
        f"paid:{order.code}",
        "paid",
        now=now,
        total_fen=int(order.total_fen),
    )
