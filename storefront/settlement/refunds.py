"""Refunds in the books. Payments asks for them; it hands over plain values."""

from datetime import datetime

from storefront.ledger import books
from storefront.ledger.books import Line
from storefront.ledger.models import Entry
from storefront.money import Fen


def book_requested(refund_id: int, order_id: int, amount: Fen, *, now: datetime) -> Entry:
    """Book a refund of what has not left yet: we owe it back to the shopper.

    Raises:
        AlreadyBooked: the same refund is in the books.
    """
    lines = [Line("shopper", amount, order_id), Line("refund_due", -amount, order_id)]
    return books.post("refund", f"refund:{refund_id}", lines, now=now)


def book_paid(reference: str, order_id: int, amount: Fen, *, now: datetime) -> Entry:
    """Book that the provider paid the refund it calls ``reference``.

    Raises:
        AlreadyBooked: this answer is in the books.
    """
    lines = [Line("refund_due", amount, order_id), Line("provider", -amount, order_id)]
    return books.post("refund_paid", reference, lines, now=now)


def book_failed_later(reference: str, order_id: int, amount: Fen, *, now: datetime) -> Entry:
    """Book that a paid refund came back: the provider has the money again, we owe it again.

    A refund that failed before it was paid books nothing: it is owed all the time.

    Raises:
        AlreadyBooked: this answer is in the books.
    """
    lines = [Line("provider", amount, order_id), Line("refund_due", -amount, order_id)]
    return books.post("refund_failed", reference, lines, now=now)
