"""Which invoices were asked for, and which of them are issued."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import func, select

from storefront import db
from storefront.money import Fen
from storefront.orders.invoices import PAID, IssuedInvoice
from storefront.orders.models import Order, Parcel
from storefront.orders.requests import InvoiceRequest
from storefront.payments.models import NEVER_KEPT, Refund


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice that was asked for; ``left_at`` is when the order's first parcel left."""

    id: int
    order_id: int
    code: str
    placed_at: datetime
    kind: str
    title: str
    tax_number: str | None
    email: str
    total: Fen
    returned: Fen
    left_at: datetime | None
    number: str | None
    issued_at: datetime | None

    @property
    def amount(self) -> Fen:
        """What it is to say: what was paid and has not gone back."""
        return self.total - self.returned


_LEFT = select(func.min(Parcel.dispatched_at)).where(Parcel.order_id == Order.id).scalar_subquery()
_RETURNED = (
    select(func.coalesce(func.sum(Refund.amount_fen), 0))
    .where(Refund.order_id == Order.id, Refund.reason.not_in(NEVER_KEPT))
    .scalar_subquery()
)
_ROWS = (
    select(
        InvoiceRequest.id,
        Order.id,
        Order.code,
        Order.placed_at,
        InvoiceRequest.kind,
        InvoiceRequest.title,
        InvoiceRequest.tax_number,
        InvoiceRequest.email,
        Order.total_fen,
        _RETURNED,
        _LEFT,
        IssuedInvoice.number,
        IssuedInvoice.issued_at,
    )
    .join(Order, Order.id == InvoiceRequest.order_id)
    .outerjoin(IssuedInvoice, IssuedInvoice.order_id == Order.id)
    .where(Order.state.in_(PAID))
)
_OPEN = _ROWS.where(IssuedInvoice.id.is_(None)).order_by(InvoiceRequest.id)
_ISSUED = _ROWS.where(IssuedInvoice.id.is_not(None)).order_by(InvoiceRequest.id.desc())


def to_issue(*, after: int | None = None, limit: int) -> tuple[InvoiceRow, ...]:
    """Return invoices that wait, the oldest order first. One statement."""
    asked = _OPEN.where(InvoiceRequest.id > (after or 0)).limit(limit)
    return tuple(starmap(_row, db.session.execute(asked)))


def issued(*, after: int | None = None, limit: int) -> tuple[InvoiceRow, ...]:
    """Return invoices that are issued, the youngest order first. One statement."""
    asked = _ISSUED if after is None else _ISSUED.where(InvoiceRequest.id < after)
    return tuple(starmap(_row, db.session.execute(asked.limit(limit))))


def of_order(code: str) -> InvoiceRow | None:
    """Return the invoice asked for with an order that is paid. One statement."""
    row = db.session.execute(_ROWS.where(Order.code == code)).one_or_none()
    return _row(*row) if row else None


def _row(*columns: Any) -> InvoiceRow:  # noqa: ANN401  as the statement's columns
    facts = dict(zip(InvoiceRow.__slots__, columns, strict=True))
    return InvoiceRow(**{**facts, "returned": Fen(int(facts["returned"]))})
