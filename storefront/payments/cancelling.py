"""A paid order is cancelled before it leaves, whole or by line; what it cost goes back (flow 3).

What goes back is decided here, before and inside the transaction by the same
functions: docs/adr/0010.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storefront import audit, db
from storefront.actors import Actor
from storefront.errors import NotFound, Refusal
from storefront.ledger import books
from storefront.money import ZERO, Fen
from storefront.orders import cancelling, letters, lifecycle
from storefront.orders.cancelling import Given, Standing
from storefront.orders.lives import WHY_CANCELLED
from storefront.orders.models import Line, Order
from storefront.payments import refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What goes back: ``goods`` and ``freight`` fall away, ``amount`` is paid.

    ``amount`` differs from their sum where something went back before, or where
    nothing else is left to send: then all goes back that no parcel was charged.
    """

    goods: Fen
    freight: Fen
    amount: Fen

    @property
    def other(self) -> Fen:
        """What goes back besides goods and freight; below zero: went back before."""
        return self.amount - self.goods - self.freight


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before a cancellation: of which order or line, and what would go back."""

    order_id: int
    code: str
    buyer_name: str
    placed_at: datetime
    order_freight: Fen
    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    quantity: int
    back: Back


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What came of it: the refund to send (None: nothing goes back, or it was cancelled before)."""

    refund_id: int | None
    amount: Fen


BEFORE = Cancelled(None, ZERO)


def question(code: str, position: int | None = None) -> Question:
    """Return what would be cancelled now, and what would go back: the order, or one line of it.

    Raises:
        NotFound: no order has the code, or it has no such line.
        Refusal: ``order_step``; ``refund_dispatched`` when a parcel has left; of a line
            ``line_cancelled``, ``line_left``.
    """
    found = db.session.scalar(select(Order).where(Order.code == code))
    if found is None:
        raise NotFound
    standing = cancelling.standing_of(found)
    line = None if position is None else standing.line_at(position)
    order, back = standing.order, _back(standing, line)
    return Question(
        order_id=order.id,
        code=order.code,
        buyer_name=order.buyer_name,
        placed_at=order.placed_at,
        order_freight=order.freight_fen,
        name_zh=line.name_zh if line else "",
        name_en=line.name_en if line else "",
        label_zh=line.label_zh if line else "",
        label_en=line.label_en if line else "",
        quantity=line.quantity if line else 0,
        back=back,
    )


def _back(standing: Standing, line: Line | None) -> Back:
    """Decide what goes back, and refuse what cannot be cancelled."""
    order, left = standing.order, refunds.not_charged(standing.order.id)
    if line is None:
        cancelling.check_order(standing)
        goods = order.goods_fen - order.discount_fen
        return Back(goods=goods, freight=order.freight_fen, amount=left)
    cancelling.check_line(standing, line)
    goods, freight = line.price_fen - line.discount_fen, cancelling.lighter_by(standing, line)
    amount = left if standing.is_last(line) else min(goods + freight, left)
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
    standing = cancelling.standing_of(order)
    back = _back(standing, None)
    _check_seen(seen, back.amount)
    refund_id = _give_back(order, back.amount, reason, actor, now)
    cancelling.withdraw_order(standing, reason, actor=actor, now=now)
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
    standing = cancelling.standing_of(order)
    line = standing.line_at(position)
    if order.state == "cancelled" or line.id in standing.cancelled:
        return BEFORE
    _check_reason(reason)
    back = _back(standing, line)
    _check_seen(seen, back.amount)
    refund_id = _give_back(order, back.amount, reason, actor, now)
    given = Given(reason=reason, returned=back.amount, freight=back.freight, refund_id=refund_id)
    cancelling.withdraw_line(standing, line, given, actor=actor, now=now)
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
    letters.to_buyer(
        order,
        f"cancelled:{order.id}:{line.position if line else 'whole'}",
        "order_cancelled",
        now=now,
        amount_fen=int(back.amount),
        reason=reason,
        name_zh=line.name_zh if line else "",
        name_en=line.name_en if line else "",
    )
