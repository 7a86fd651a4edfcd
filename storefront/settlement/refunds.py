"""Refunds in the books. Payments asks for them; it hands over plain values."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from storefront.ledger import books
from storefront.ledger.books import Booked, Line
from storefront.money import Fen
from storefront.orders.models import Allocation
from storefront.settlement import summary
from storefront.settlement.summary import Flow

PENDING = "share_pending"
DUE = "share_due"


def book_requested(refund_id: int, order_id: int, amount: Fen, *, now: datetime) -> Booked:
    """Book a refund of what has not left yet: we owe it back to the shopper.

    Raises:
        AlreadyBooked: the same refund is in the books.
    """
    lines = [Line("shopper", amount, order_id), Line("refund_due", -amount, order_id)]
    return books.post("refund", f"refund:{refund_id}", lines, now=now)


def book_paid(reference: str, order_id: int, amount: Fen, *, now: datetime) -> Booked:
    """Book that the provider paid the refund it calls ``reference``.

    Raises:
        AlreadyBooked: this answer is in the books.
    """
    lines = [Line("refund_due", amount, order_id), Line("provider", -amount, order_id)]
    return books.post("refund_paid", reference, lines, now=now)


def book_failed_later(reference: str, order_id: int, amount: Fen, *, now: datetime) -> Booked:
    """Book that a paid refund came back: the provider has the money again, we owe it again.

    A refund that failed before it was paid books nothing: it is owed all the time.

    Raises:
        AlreadyBooked: this answer is in the books.
    """
    lines = [Line("provider", amount, order_id), Line("refund_due", -amount, order_id)]
    return books.post("refund_failed", reference, lines, now=now)


def book_dispatched(
    refund_id: int, order_id: int, amount: Fen, bearer: str, *, now: datetime
) -> Booked:
    """Book a refund of what had left at our own or the carrier's cost.

    ``bearer`` is the account: ``brand_fund`` or ``carrier_debt``.

    Raises:
        AlreadyBooked: the same refund is in the books.
    """
    lines = [Line(bearer, amount, order_id), Line("refund_due", -amount, order_id)]
    return books.post("refund_dispatched", f"refund:{refund_id}", lines, now=now)


def book_borne(
    refund_id: int,
    order_id: int,
    rows: Sequence[Allocation],
    borne: Mapping[int, Fen],
    *,
    now: datetime,
) -> Booked:
    """Book a refund of what had left at the cost of households' shares, which are locked.

    A share that is still pending becomes less; one that is due or paid already is
    taken off what is due, where it may fall below zero until a pay run recovers it.

    Raises:
        AlreadyBooked: the same refund is in the books.
    """
    lines = [Line(_account(row), borne[row.id], order_id, row.id) for row in rows]
    owed = Line("refund_due", -Fen.total(borne.values()), order_id)
    entry = books.post("refund_dispatched", f"refund:{refund_id}", [*lines, owed], now=now)
    summary.record(entry.booked_month, [_reversed(row, borne[row.id]) for row in rows])
    return entry


def _account(row: Allocation) -> str:
    return PENDING if row.state == "booked" else DUE


def _reversed(row: Allocation, fen: Fen) -> Flow:
    """Return what a reversal is: less income, and less that fell due once it had."""
    due = -fen if _account(row) == DUE else Fen(0)
    return Flow(allocation_id=row.id, reversed=fen, due=due)
