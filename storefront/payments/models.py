"""Payments, provider events and refunds."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.lives import Life
from storefront.money import Fen

PAYMENT = Life(
    "payment",
    {
        "opening": ("open", "failed", "expired"),
        "open": ("succeeded", "failed", "expired"),
        "expired": ("succeeded",),
    },
)
REFUND = Life(
    "refund",
    {
        "requested": ("sent",),
        "sent": ("paid", "failed"),
        "paid": ("failed",),
        "failed": ("sent",),
    },
)


# Who pays for money that goes back after dispatch, and why it goes back.
BEARERS = ("brand_fund", "carrier_debt", "share")
# Money that goes back by itself, since it was never the order's (law 6).
SECOND_PAYMENT, LATE_PAYMENT = NEVER_KEPT = ("second_payment", "late_payment")
WHY_REFUNDED = ("damaged", "lost", "returned", "late", "goodwill")


class Payment(db.Base):
    """One attempt to pay an order. An order keeps at most one that succeeded (law 6)."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        UniqueConstraint("provider", "reference"),
        db.one_of("state", PAYMENT.states),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("kept = false OR state = 'succeeded'", name="kept"),
        Index(
            "uq_payment_kept",
            "order_id",
            unique=True,
            info=db.only_where("kept"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    attempt: Mapped[int]
    provider: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str | None]
    url: Mapped[str | None]
    state: Mapped[str]
    amount_fen: Mapped[Fen]
    kept: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]


class ProviderEvent(db.Base):
    """What a provider told us, once; the body is kept as it came."""

    __tablename__ = "provider_event"
    __table_args__ = (UniqueConstraint("provider", "event_id"), db.APPEND_ONLY)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str]
    received_at: Mapped[datetime]


class Refund(db.Base):
    """Money going back to the shopper; ``key`` is its idempotency key at the provider.

    Money of a parcel that has left has a ``bearer``, and the ``asked_key`` of the form it
    came from. One at a household's cost names its rows (``RefundShare``), what shows that
    it is theirs to bear, and a second person who agreed.
    """

    __tablename__ = "refund"
    __table_args__ = (
        db.one_of("state", REFUND.states),
        db.one_of("bearer", BEARERS),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("dispatched = (bearer IS NOT NULL)", name="borne"),
        CheckConstraint("asked_by IS NULL OR agreed_by <> asked_by", name="four_eyes"),
        CheckConstraint(
            "bearer <> 'share'"
            " OR (evidence <> '' AND asked_by IS NOT NULL AND agreed_by IS NOT NULL)",
            name="evidence",
        ),
        Index("ix_refund_order", "order_id"),
        Index("ix_refund_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    key: Mapped[str] = mapped_column(unique=True)
    amount_fen: Mapped[Fen]
    reason: Mapped[str]
    dispatched: Mapped[bool]
    bearer: Mapped[str | None]
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    asked_key: Mapped[str | None] = mapped_column(unique=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str]
    reference: Mapped[str | None] = mapped_column(unique=True)
    fault: Mapped[str | None]
    requested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class RefundShare(db.Base):
    """How much of a refund one household's row bears."""

    __tablename__ = "refund_share"
    __table_args__ = (
        UniqueConstraint("refund_id", "allocation_id"),
        CheckConstraint("fen > 0", name="fen"),
        Index("ix_refund_share_allocation", "allocation_id"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"))
    fen: Mapped[Fen]
