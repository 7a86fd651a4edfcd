"""Accounts, entries and postings (docs/books.md; debit positive, docs/adr/0004)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.money import Fen

# code -> what the balance means
CHART = {
    "provider": "money at the payment provider",
    "bank": "money at our bank",
    "cash_with_carrier": "cash the carrier collected for us",
    "carrier_debt": "what a carrier owes us for a lost or damaged parcel",
    "in_dispute": "money a provider holds back during a dispute",
    "shopper": "an order's shopper: credit = prepaid, debit = owed on delivery",
    "refund_due": "refunds promised and not yet paid back",
    "share_pending": "households' shares of parcels that are still open",
    "share_due": "households' shares to be paid",
    "in_transit": "pay handed to the bank and not yet answered",
    "station": "station commission",
    "packing": "packing",
    "bought_in": "bought-in goods",
    "freight": "freight",
    "payment_fee": "payment provider's fee",
    "brand_fund": "the brand fund: what is left of every parcel, signed",
}

KINDS = (
    "payment",
    "dispatch",
    "due",
    "refund",
    "refund_dispatched",
    "refund_paid",
    "refund_failed",
    "loss",
    "pay_exported",
    "pay_ok",
    "pay_failed",
    "correction",
)


class Account(db.Base):
    """A line of the chart of accounts."""

    __tablename__ = "account"

    code: Mapped[str] = mapped_column(primary_key=True)


class Entry(db.Base):
    """One booking: lines that sum to zero. ``(kind, source)`` can be booked once.

    ``booked_month`` is the month the entry counts in; ``digest`` covers its lines.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("kind", "source"),
        db.one_of("kind", KINDS),
        CheckConstraint("(kind = 'correction') = (reverses_id IS NOT NULL)", name="correction"),
        Index("ix_entry_month", "booked_month", "kind"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    happened_at: Mapped[datetime]
    booked_month: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    digest: Mapped[str]


class Posting(db.Base):
    """One line of an entry: an account, the rows it is about, and fen (debit positive)."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("fen <> 0", name="fen"),
        CheckConstraint("allocation_id IS NULL OR movement_id IS NULL", name="one_row"),
        CheckConstraint(
            "account NOT IN ('share_pending', 'share_due', 'in_transit')"
            " OR allocation_id IS NOT NULL OR movement_id IS NOT NULL",
            name="household_row",
        ),
        Index("ix_posting_entry", "entry_id"),
        Index("ix_posting_order", "order_id", "account"),
        Index("ix_posting_allocation", "allocation_id", "account"),
        Index("ix_posting_movement", "movement_id", "account"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    account: Mapped[str] = mapped_column(ForeignKey("account.code"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    allocation_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"))
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"))
    fen: Mapped[Fen]
