"""Money back for what has left: how much, why, and at whose cost (docs/adr/0010)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storefront import db
from storefront.actors import CHECKER, OFFICER, OPERATOR, Actor
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.orders.lives import SOLD
from storefront.orders.models import Allocation, Order, Parcel
from storefront.payments import refunds
from storefront.payments.models import BEARERS, WHY_REFUNDED, Payment, Refund, RefundShare
from storefront.settlement import refunds as books

BRAND_FUND, CARRIER_DEBT, SHARE = BEARERS
STAFF = (OPERATOR, OFFICER, CHECKER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: ``amount``, why (``WHY_REFUNDED``), and at the cost of which ``bearer``.

    ``key`` is the client's. At the cost of shares the ``rows`` are allocation ids, and
    ``evidence`` says what shows that it is their households' to bear.
    """

    amount: Fen
    reason: str
    key: str
    bearer: str = BRAND_FUND
    rows: Sequence[int] = ()
    evidence: str = ""


def request_after_dispatch(
    order_id: int, asked: Asked, *, second: Actor | None = None, actor: Actor, now: datetime
) -> Refund:
    """Promise back money that a parcel was charged for, and book it on its bearer.

    The brand fund bears it, or the carrier (who owes it to us then), or households'
    shares, pending, due or paid; then a ``second`` person agrees. No state of a parcel
    or a row changes. The same key again returns the first refund.

    Raises:
        Refusal: ``order_step``; ``why_refunded``; ``unknown_bearer``; ``refund_too_much`` with
            what is ``left`` of the payment, of what parcels were charged, or of the rows;
            ``not_their_rows``; ``evidence_needed``; ``second_person``; ``key_reused``.
    """
    order = db.lock_one(Order, order_id)
    before = db.session.scalar(select(Refund).where(Refund.asked_key == asked.key))
    if before is not None:
        return _same(before, order_id, asked)
    _check_asked(order, asked)
    payment = _payment(order)
    _check_amount(asked, min(refunds.left_of(payment), _charged(order_id)))
    borne: dict[int, Fen] = {}
    if asked.bearer == SHARE:
        _check_agreed(asked, actor, second)
        borne = _share_out(order_id, asked)
    refund = _write(payment, asked, second, actor, now)
    _book(refund, asked, borne, now)
    refunds.note_requested(order, refund, actor=actor, now=now)
    return refund


def _same(before: Refund, order_id: int, asked: Asked) -> Refund:
    if (before.order_id, before.amount_fen, before.bearer) != (
        order_id,
        asked.amount,
        asked.bearer,
    ):
        raise Refusal("key_reused")
    return before


def _check_asked(order: Order, asked: Asked) -> None:
    if order.state not in ("confirmed", "completed"):
        raise Refusal("order_step", order=order.code, state=order.state, wanted="refunded")
    if asked.reason not in WHY_REFUNDED:
        raise Refusal("why_refunded", field="reason")
    if asked.bearer not in BEARERS:
        raise Refusal("unknown_bearer", field="bearer")


def _payment(order: Order) -> Payment:
    payment_id = refunds.kept_payment(order.id)
    if payment_id is None:
        raise Refusal("refund_too_much", left=ZERO, field="amount")
    return db.lock_one(Payment, payment_id)


def _check_amount(asked: Asked, left: Fen) -> None:
    if not ZERO < asked.amount <= left:
        raise Refusal("refund_too_much", left=left, field="amount")


def _charged(order_id: int) -> Fen:
    """Return what parcels that left were charged, less what went back of it before."""
    charged = select(func.coalesce(func.sum(Parcel.charge_fen), 0)).where(
        Parcel.order_id == order_id, Parcel.dispatched_at.is_not(None)
    )
    given = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
        Refund.order_id == order_id, Refund.dispatched
    )
    return Fen(int(db.session.scalar(charged) or 0) - int(db.session.scalar(given) or 0))


def _check_agreed(asked: Asked, actor: Actor, second: Actor | None) -> None:
    """Nobody takes from a household alone, or without saying what for."""
    if not asked.evidence.strip():
        raise Refusal("evidence_needed", field="evidence")
    people = [one for one in (actor, second) if one and any(one.may(role) for role in STAFF)]
    if len({one.user_id for one in people} - {None}) < 2:  # noqa: PLR2004  two people
        raise Refusal("second_person", field="second")


def _share_out(order_id: int, asked: Asked) -> dict[int, Fen]:
    """Return what each named row bears: by what it still holds, largest remainder."""
    rows = db.lock(Allocation, *asked.rows)
    if not rows or any(row.order_id != order_id or row.state not in SOLD for row in rows):
        raise Refusal("not_their_rows", field="rows")
    given = _borne_before(asked.rows)
    held = [row.share_fen - given.get(row.id, ZERO) for row in rows]
    _check_amount(asked, Fen.total(held))
    parts = asked.amount.split([int(fen) for fen in held])
    return {row.id: part for row, part in zip(rows, parts, strict=True) if part}


def _borne_before(rows: Sequence[int]) -> dict[int, Fen]:
    query = (
        select(RefundShare.allocation_id, func.sum(RefundShare.fen))
        .where(RefundShare.allocation_id.in_(rows))
        .group_by(RefundShare.allocation_id)
    )
    return {row: Fen(int(fen)) for row, fen in db.session.execute(query)}


def _write(
    payment: Payment, asked: Asked, second: Actor | None, actor: Actor, now: datetime
) -> Refund:
    refund = refunds.new_refund(payment, asked.amount, asked.reason, now=now)
    refund.dispatched, refund.bearer, refund.asked_key = True, asked.bearer, asked.key
    refund.asked_by = actor.user_id
    if asked.bearer == SHARE and second is not None:
        refund.evidence, refund.agreed_by = asked.evidence.strip(), second.user_id
    db.session.add(refund)
    db.session.flush()
    return refund


def _book(refund: Refund, asked: Asked, borne: Mapping[int, Fen], now: datetime) -> None:
    order_id, amount = refund.order_id, refund.amount_fen
    if asked.bearer != SHARE:
        books.book_dispatched(refund.id, order_id, amount, asked.bearer, now=now)
        return
    db.session.add_all(
        RefundShare(refund_id=refund.id, allocation_id=row, fen=fen) for row, fen in borne.items()
    )
    db.session.flush()
    rows = [db.get(Allocation, row) for row in borne]
    books.book_borne(refund.id, order_id, rows, borne, now=now)
