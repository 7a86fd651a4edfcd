"""What a buyer asks for besides the goods: that it is a gift, and an invoice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db
from storefront.orders.invoices import IssuedInvoice
from storefront.orders.models import Order

_ISSUED = (IssuedInvoice.number, IssuedInvoice.issued_at)
INVOICE_KINDS = ("person", "company")


@dataclass(frozen=True, slots=True)
class Invoice:
    """To whom an invoice is to be made out, where it goes, and its number once it is issued."""

    kind: str
    title: str
    tax_number: str | None
    email: str
    number: str | None = None
    issued_at: datetime | None = None


class Gift(db.Base):
    """That an order is a gift: its parcel names no price, and carries the ``message``.

    The order's buyer gives it, its parcel's recipient gets it. The message is cut with the
    address (retention.py).
    """

    __tablename__ = "gift"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    message: Mapped[str] = mapped_column(columns.Encrypted)


class InvoiceRequest(db.Base):
    """To whom the invoice (发票) of an order is made out; a company has a tax number.

    Kept as long as the buyer (retention.py).
    """

    __tablename__ = "invoice_request"
    __table_args__ = (
        db.one_of("kind", INVOICE_KINDS),
        CheckConstraint("(kind = 'company') = (tax_number IS NOT NULL)", name="tax_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(columns.Encrypted)
    tax_number: Mapped[str | None] = mapped_column(columns.Encrypted)
    email: Mapped[str] = mapped_column(columns.Encrypted)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order's buyer asked for: the ``gift``'s message (None: no gift), an invoice."""

    gift: str | None = None
    invoice: Invoice | None = None


def asked_with(query: Select[Order]) -> Select[*tuple[Any, ...]]:
    """Return a query of orders that also reads what was asked for with each."""
    named = (InvoiceRequest.kind, InvoiceRequest.title, InvoiceRequest.tax_number)
    return (
        query.add_columns(Gift.message, *named, InvoiceRequest.email, *_ISSUED)
        .outerjoin(Gift, Gift.order_id == Order.id)
        .outerjoin(InvoiceRequest, InvoiceRequest.order_id == Order.id)
        .outerjoin(IssuedInvoice, IssuedInvoice.order_id == Order.id)
    )


def asked(gift: str | None, kind: str | None, *invoice: Any) -> Asked:  # noqa: ANN401  as the columns
    """Return what such a row says."""
    return Asked(gift, Invoice(kind, *invoice) if kind else None)


def keep(order_id: int, gift: str | None, invoice: Invoice | None) -> None:
    """Note what an order's buyer asks for; most ask for nothing of it."""
    if gift is not None:
        db.session.add(Gift(order_id=order_id, message=gift))
    if invoice is not None:
        row = InvoiceRequest(order_id=order_id, kind=invoice.kind, title=invoice.title)
        row.tax_number, row.email = invoice.tax_number, invoice.email
        db.session.add(row)
