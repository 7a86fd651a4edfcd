"""Prices by date: what we pay, what the county's floor is, what a middleman pays (docs/adr/0037).

Each row is what somebody said of a grade and a day; a later row of the same day stands in
its place, and both stay.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.weight import FenPerKg


class _Said:
    """What each of the three tables keeps: the price of a grade, and who said it when."""

    id: Mapped[int] = mapped_column(primary_key=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grade.id"))
    price: Mapped[FenPerKg]
    set_at: Mapped[datetime | None]  # unknown of purchase prices from before this was kept
    set_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class PurchasePrice(_Said, db.Base):
    """What we pay a household for a kilogram of a grade, from a day on; the operator's word."""

    __tablename__ = "purchase_price"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        Index("ix_purchase_price_day", "grade_id", "from_day", "id"),
        db.APPEND_ONLY,
    )

    from_day: Mapped[date]


class FloorPrice(_Said, db.Base):
    """What a household is paid at least for a kilogram of a grade, from a day on; the county's."""

    __tablename__ = "floor_price"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        Index("ix_floor_price_day", "grade_id", "from_day", "id"),
        db.APPEND_ONLY,
    )

    from_day: Mapped[date]


class FarmGatePrice(_Said, db.Base):
    """What a middleman paid at the farm gate on a day: the counterfactual, noted by the county."""

    __tablename__ = "farm_gate_price"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        Index("ix_farm_gate_price_day", "grade_id", "day", "id"),
        db.APPEND_ONLY,
    )

    day: Mapped[date]
