"""What a buyer asks for besides the goods: that it is a gift, and an invoice."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db

INVOICE_KINDS = ("person", "company")


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
