"""The pretend payment provider, for demo and tests: its own records, limits and memory.

It stands in for a provider on another machine, so it shares no row and no rule
with the shop: it keeps its own sessions and refunds, honours idempotency keys,
refuses to refund more than was paid, and reports what happened by events.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.money import Fen


class PretendSession(db.Base):
    """A payment page the provider hosts."""

    __tablename__ = "pretend_session"
    __table_args__ = (
        db.one_of("state", ("open", "paid", "failed", "expired")),
        CheckConstraint("refunded_fen BETWEEN 0 AND amount_fen", name="refunded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    order_code: Mapped[str]
    amount_fen: Mapped[Fen]
    currency: Mapped[str]
    return_url: Mapped[str]
    state: Mapped[str]
    refunded_fen: Mapped[Fen] = mapped_column(default=Fen(0))
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]


class PretendRefund(db.Base):
    """A refund the provider made; the same key is the same refund."""

    __tablename__ = "pretend_refund"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    session_reference: Mapped[str]
    amount_fen: Mapped[Fen]
    created_at: Mapped[datetime]
