"""A paid order is cancelled before it leaves, whole or by line; what it cost goes back (flow 3).

What goes back is decided here, before and inside the transaction by the same
functions: docs/adr/0010.
"""

from dataclasses import dataclass
from datetime import datetime

from storefront import audit, db, outbox
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.money import ZERO, Fen
from storefront.orders import cancelling, lifecycle
from storefront.orders.cancelling import Given
from storefront.orders.lives import WHY_CANCELLED
from storefront.orders.models import Line, Order
from storefront.payments import refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What goes back: ``goods`` and ``freight`` fall away, ``amount`` is paid.

    ``amount`` differs from their sum where the order cost less by now, or where
    nothing else is left to send: then all goes back that no parcel was charged.
    """

    goods: Fen
    freight: Fen
    amount: Fen


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What came of it: the refund to send (None: nothing goes back, or it was cancelled before)."""

    refund_id: int | None
    amount: Fen


BEFORE = Cancelled(None, ZERO)


def back_for_order(order_id: int) -> Back:
    """Return what would go back if the order were cancelled now.

    Raises:
        Refusal: ``order_step``; ``refund_dispatched`` when a parcel has left.
    """
    order = db.get(Order, order_id)
    cancelling.check_order(order)
    amount = refunds.not_charged(order_id)
    return Back(
        goods=order.goods_fen - order.discount_fen, freight=order.freight_fen, amount=amount
    )


def back_for_line(order_id: int, position: int) -> Back:
    """Return what would go back if this line were cancelled now.

    Raises:
        NotFound: the order has no such line.
        Refusal: ``order_step``; ``line_cancelled``; ``line_left`` when something of it has left.
    """
    order, line = db.get(Order, order_id), cancelling.line_at(order_id, position)
    if cancelling.is_cancelled(line.id):
        raise Refusal("line_cancelled")
    cancelling.check_line(order, line)
    return _back_for_line(order, line)


def _back_for_line(order: Order, line: Line) -> Back:
    rest = cancelling.freight_without(order, line)
    kept = order.freight_fen - cancelling.freight_returned(order.id)
    freight = ZERO if rest is None else max(kept - rest, ZERO)
    goods, left = line.price_fen - line.discount_fen, refunds.not_charged(order.id)
    amount = left if cancelling.is_last(order, line) else min(goods + freight, left)
    return Back(goods=goods, freight=freight, amount=amount)


def cancel_order(
    order_id: int, reason: str, *, seen: Fen | None = None, actor: Actor, now: datetime
) -> Cancelled:
    """Cancel an order of which nothing has left; all that was paid goes back. Again: no change.

    ``reason`` is one of ``WHY_CANCELLED``; ``seen`` the amount that was shown before.

    Raises:
        Refusal: ``order_step``; ``refund_dispatched``; ``why_cancelled``; ``refund_changed``
            when it is not what was ``seen``.
    """
    order = db.lock_one(Order, order_id)
    if order.state == "cancelled":
        return BEFORE
    _check_reason(reason)
    if order.state == "awaiting_payment":
        lifecycle.cancel_unpaid(order_id, actor=actor, now=now)
        return BEFORE
    back = back_for_order(order_id)
    _check_seen(seen, back.amount)
    refund_id = _give_back(order, back.amount, reason, actor, now)
    cancelling.withdraw_order(order, reason, actor=actor, now=now)
    _tell(order, None, back, reason, now)
    audit.record(actor, "cancel", "order", order.code, now=now, reason=reason)
    return Cancelled(refund_id, back.amount)


def cancel_line(
    order_id: int,
    position: int,
    reason: str,
    *,
    seen: Fen | None = None,
    actor: Actor,
    now: datetime,
) -> Cancelled:
    """Cancel one line before it leaves; what it cost goes back. Again: no change.

    The last line that is still to leave takes the order with it.

    Raises:
        NotFound: the order has no such line.
        Refusal: ``order_step``; ``line_left``; ``why_cancelled``; ``refund_changed``.
    """
    order = db.lock_one(Order, order_id)
    line = cancelling.line_at(order_id, position)
    if order.state == "cancelled" or cancelling.is_cancelled(line.id):
        return BEFORE
    _check_reason(reason)
    back = back_for_line(order_id, position)
    _check_seen(seen, back.amount)
    refund_id = _give_back(order, back.amount, reason, actor, now)
    given = Given(reason=reason, returned=back.amount, freight=back.freight, refund_id=refund_id)
    cancelling.withdraw_line(order, line, given, actor=actor, now=now)
    balance = books.balance("shopper", order_id=order_id)
    lifecycle.complete_if_done(order_id, now=now, shopper_balance=balance)
    _tell(order, line, back, reason, now)
    audit.record(
        actor, "cancel_line", "order", order.code, now=now, reason=reason, position=position
    )
    return Cancelled(refund_id, back.amount)


def _check_reason(reason: str) -> None:
    if reason not in WHY_CANCELLED:
        raise Refusal("why_cancelled", field="reason")


def _check_seen(seen: Fen | None, amount: Fen) -> None:
    if seen is not None and seen != amount:
        raise Refusal("refund_changed", old=seen, new=amount)


def _give_back(order: Order, amount: Fen, reason: str, actor: Actor, now: datetime) -> int | None:
    """Ask for the refund, if there is anything to give back; returns its id."""
    payment_id = refunds.kept_payment(order.id)
    if payment_id is None or amount == ZERO:
        return None
    return refunds.request(order.id, payment_id, amount, reason, actor=actor, now=now).id


def _tell(order: Order, line: Line | None, back: Back, reason: str, now: datetime) -> None:
    outbox.write(
        f"cancelled:{order.id}:{line.position if line else 'whole'}",
        "order_cancelled",
        recipient=order.buyer_email,
        locale=order.locale,
        now=now,
        code=order.code,
        token=order.token,
        amount_fen=int(back.amount),
        reason=reason,
        name_zh=line.name_zh if line else "",
        name_en=line.name_en if line else "",
    )
