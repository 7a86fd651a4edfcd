"""Carriers' lists of numbers: what was sent, what each row says, what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db

LIST_STATES = ("ready", "going", "done", "put_away")
ENDS = ("sent", "refused")


class CarrierList(db.Base):
    """A list that somebody sent; ``sha256`` is what it is known by when it comes again."""

    __tablename__ = "carrier_list"
    __table_args__ = (
        db.one_of("state", LIST_STATES),
        CheckConstraint("(decided_at IS NULL) = (state = 'ready')", name="decided"),
        Index("ix_carrier_list_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    state: Mapped[str]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]


class CarrierListRow(db.Base):
    """One row of a list; ``parcel_id`` once it was confirmed to leave, ``ended`` when it did."""

    __tablename__ = "carrier_list_row"
    __table_args__ = (
        UniqueConstraint("list_id", "parcel_id"),
        db.one_of("ended", ENDS),
        CheckConstraint("ended IS NULL OR parcel_id IS NOT NULL", name="chosen"),
        Index("ix_carrier_list_row_list", "list_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("carrier_list.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    code: Mapped[str]
    carrier: Mapped[str]
    number: Mapped[str]
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    parcel_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"))
    ended: Mapped[str | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
