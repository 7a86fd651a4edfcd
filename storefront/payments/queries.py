"""What pages ask about the money of an order: what came, and what goes back."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select

from storefront import db
from storefront.money import Fen
from storefront.payments.models import Payment, Refund


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money that goes back; what had left already has a ``bearer``."""

    amount: Fen
    reason: str
    bearer: str | None
    state: str
    requested_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money that came, with its refunds; ``kept`` is the one that pays the order (law 6)."""

    amount: Fen
    kept: bool
    at: datetime
    refunds: tuple[RefundRow, ...]


_PAID: tuple[Any, ...] = (Payment.id, Payment.amount_fen, Payment.kept, Payment.succeeded_at)
_BACK: tuple[Any, ...] = (
    Refund.amount_fen,
    Refund.reason,
    Refund.bearer,
    Refund.state,
    Refund.requested_at,
    Refund.answered_at,
)


_PAYMENTS = (
    select(*_PAID, *_BACK)
    .outerjoin(Refund, Refund.payment_id == Payment.id)
    .where(Payment.order_id == bindparam("order_id"), Payment.state == "succeeded")
    .order_by(Payment.succeeded_at, Payment.id, Refund.id)
)


def payments_of(order_id: int) -> tuple[PaymentRow, ...]:
    """Return the payments of an order that brought money, oldest first. One statement."""
    rows = db.session.execute(_PAYMENTS, {"order_id": order_id}).all()
    wide = len(_PAID)
    return tuple(
        PaymentRow(
            amount=paid[1],
            kept=paid[2],
            at=paid[3],
            refunds=tuple(RefundRow(*row[wide:]) for row in group if row[wide] is not None),
        )
        for paid, group in groupby(rows, key=lambda row: tuple(row[:wide]))
    )
