"""Money back to the shopper: asked for, sent with one key, answered (flow 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.ledger import books as ledger
from storefront.money import ZERO, Fen
from storefront.orders import letters, timeline
from storefront.orders.models import Order
from storefront.payments.models import REFUND, Payment, Refund
from storefront.settlement import refunds as books

# An answer that has not come by then is asked for again, with the same key.
ANSWER_IN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundToSend:
    """What the provider is told: give back ``amount`` of the payment ``reference``."""

    refund_id: int
    provider: str
    key: str
    reference: str
    amount: Fen


def request(
    order_id: int, payment_id: int, amount: Fen, reason: str, *, actor: Actor, now: datetime
) -> Refund:
    """Promise money back and book it; the worker (or the door) sends it afterwards.

    Only money that no parcel was charged for: nobody's share is touched. A refund
    that failed still counts against the payment, because it may be sent again.

    Raises:
        Refusal: ``refund_step`` the payment brought no money, ``refund_too_much`` (with
            what is ``left``), ``refund_dispatched`` it is of a parcel that has left.
    """
    order = db.lock_one(Order, order_id)
    payment = db.lock_one(Payment, payment_id)
    _check(payment, order, amount)
    refund = new_refund(payment, amount, reason, now=now)
    db.session.add(refund)
    db.session.flush()
    books.book_requested(refund.id, order_id, amount, now=now)
    note_requested(order, refund, actor=actor, now=now)
    return refund


def new_refund(payment: Payment, amount: Fen, reason: str, *, now: datetime) -> Refund:
    """Return a refund of a locked payment that is still to be written."""
    return Refund(
        order_id=payment.order_id,
        payment_id=payment.id,
        key=f"{payment.key}-refund-{_count(payment.id) + 1}",
        amount_fen=amount,
        reason=reason,
        dispatched=False,
        state="requested",
        requested_at=now,
    )


def note_requested(order: Order, refund: Refund, *, actor: Actor, now: datetime) -> None:
    """Say on the timeline and in the audit that money goes back, and at whose cost."""
    fen, why = int(refund.amount_fen), refund.reason
    timeline.note(order.id, "refund_requested", actor=actor, now=now, amount_fen=fen, reason=why)
    facts = {"bearer": refund.bearer, "agreed_by": refund.agreed_by} if refund.dispatched else {}
    audit.record(
        actor, "request_refund", "order", order.code, now=now, amount_fen=fen, reason=why, **facts
    )


def _check(payment: Payment, order: Order, amount: Fen) -> None:
    if payment.order_id != order.id or payment.state != "succeeded":
        raise Refusal("refund_step", state=payment.state)
    left = left_of(payment)
    if not ZERO < amount <= left:
        raise Refusal("refund_too_much", left=left, field="amount")
    if payment.kept and amount > not_charged(order.id):
        raise Refusal("refund_dispatched")


def kept_payment(order_id: int) -> int | None:
    """Return the payment that the order keeps, if any."""
    return db.session.scalar(select(Payment.id).where(Payment.order_id == order_id, Payment.kept))


def not_charged(order_id: int) -> Fen:
    """Return what was paid for an order, did not go back and no parcel has been charged for."""
    return max(-ledger.balance("shopper", order_id=order_id), ZERO)


def left_of(payment: Payment) -> Fen:
    """Return what of a payment was not promised back; a refund that failed still counts."""
    query = select(func.sum(Refund.amount_fen)).where(Refund.payment_id == payment.id)
    return payment.amount_fen - Fen(int(db.session.scalar(query) or 0))


def _count(payment_id: int) -> int:
    query = select(func.count()).select_from(Refund).where(Refund.payment_id == payment_id)
    return db.session.scalar(query) or 0


_UNANSWERED = and_(Refund.state == "sent", Refund.sent_at <= bindparam("sent_by"))
TO_SEND = (
    select(Refund.id)
    .where(or_(Refund.state == "requested", _UNANSWERED))
    .order_by(Refund.id)
    .limit(bindparam("most"))
)


def to_send(*, now: datetime, limit: int = 20) -> list[int]:
    """Return the refunds that wait to be sent, or for an answer that is overdue, oldest first."""
    asked = {"sent_by": now - ANSWER_IN, "most": limit}
    return list(db.session.scalars(TO_SEND, asked))


def mark_sent(refund_id: int, *, now: datetime) -> RefundToSend | None:
    """Note that the refund is on its way to the provider; None when it has been paid already.

    One that got no answer is sent again with its key; one that failed is a new
    try with a key of its own, because the old one would only fail again.
    """
    refund = _locked(refund_id)
    if refund.state == "paid":
        return None
    if refund.state == "failed":
        refund.key = f"{refund.key}-again"
    if refund.state != "sent":
        REFUND.check(refund.state, "sent")
        refund.state, refund.fault = "sent", None
    refund.sent_at = now
    payment = db.get(Payment, refund.payment_id)
    return RefundToSend(
        refund_id=refund.id,
        provider=payment.provider,
        key=refund.key,
        reference=payment.reference or "",
        amount=refund.amount_fen,
    )


def record_result(
    refund_id: int, *, ok: bool, reference: str | None, fault: str | None, now: datetime
) -> None:
    """Write down the provider's answer and book it; the same answer again changes nothing.

    A refund that was paid can still fail later (the card was closed): it is
    owed again until it is sent anew.
    """
    refund = _locked(refund_id)
    state = "paid" if ok else "failed"
    if refund.state == state:
        return
    was_paid = refund.state == "paid"
    REFUND.check(refund.state, state)
    refund.state, refund.answered_at, refund.fault = state, now, fault
    if ok:
        refund.reference = reference or refund.key
        books.book_paid(refund.reference, refund.order_id, refund.amount_fen, now=now)
        _write(refund, now)
    elif was_paid:
        books.book_failed_later(refund.reference or "", refund.order_id, refund.amount_fen, now=now)
    fen = int(refund.amount_fen)
    timeline.note(refund.order_id, f"refund_{state}", actor=Actor.shop(), now=now, amount_fen=fen)


def _write(refund: Refund, now: datetime) -> None:
    order = db.get(Order, refund.order_id)
    letters.to_buyer(
        order,
        f"refunded:{refund.key}",
        "refunded",
        now=now,
        amount_fen=int(refund.amount_fen),
        reason=refund.reason,
    )


def _locked(refund_id: int) -> Refund:
    """Lock the order, then its refund: the same order everywhere."""
    order_id = db.get(Refund, refund_id).order_id
    db.lock_one(Order, order_id)
    return db.lock_one(Refund, refund_id)
