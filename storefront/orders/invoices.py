"""Invoices (发票): the office makes one out with the tax office, and notes its number here."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.orders import letters
from storefront.orders.models import Order

NUMBER: Final = re.compile(r"[0-9]{8,20}")  # 8 on paper, 20 on a digital one
PAID: Final = ("confirmed", "completed")


class IssuedInvoice(db.Base):
    """That the invoice of an order was issued, under which number; kept with the order."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def issue(order_id: int, number: str, *, seen: str, actor: Actor, now: datetime) -> bool:
    """Note the number of an order's invoice, and write to its buyer; the same again: False.

    ``seen`` is the number that stood there, empty where none did: a wrong one is put right.

    Raises:
        Refusal: ``invoice_number``, ``invoice_number_taken``; ``invoice_of_unpaid``;
            ``changed_meanwhile`` when somebody else noted another number since.
    """
    if not NUMBER.fullmatch(number):
        raise Refusal("invoice_number", field="number")
    order = db.lock_one(Order, order_id)
    before = db.session.scalar(select(IssuedInvoice).where(IssuedInvoice.order_id == order.id))
    stands = before.number if before else ""
    if stands == number:
        return False
    if stands != seen:
        raise Refusal("changed_meanwhile")
    _check(order, number)
    row = before or IssuedInvoice(order_id=order.id)
    row.number, row.issued_at, row.issued_by = number, now, actor.user_id
    db.session.add(row)
    facts = {"number": number, "instead_of": stands or None}
    audit.record(actor, "issue_invoice", "order", order.code, now=now, **facts)
    letters.to_buyer(order, f"invoice:{order.id}:{number}", "invoice", now=now, number=number)
    db.session.flush()
    return True


def _check(order: Order, number: str) -> None:
    taken = select(Order.code).join(IssuedInvoice).where(IssuedInvoice.number == number)
    other = db.session.scalar(taken)
    if other is not None:
        raise Refusal("invoice_number_taken", field="number", order=other)
    if order.state not in PAID:
        raise Refusal("invoice_of_unpaid", order=order.code)
