"""Lots and what happened to them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.lives import Life
from storefront.money import Fen
from storefront.supply.households import STATUSES
from storefront.weight import FenPerKg, Grams

LOT = Life("lot", {"declared": ("received", "closed"), "received": ("closed",)})
CHANNELS = ("self", "agent", "office")
STOCKS = ("declared", "on_hand")
REASONS = (
    "declare",  # + declared: a household says what is there
    "take_back",  # - declared or on hand: taken home again
    "sold_out",  # - declared or on hand: no more for the shop
    "receive",  # - declared: what the scale replaces
    "weigh_in",  # + on hand: an agent or the brand's scale
    "pack",  # - on hand: a crate confirmed into a parcel
    "unpack",  # + on hand: a packed crate put back
    "correct",  # +- on hand: what a disputed slip should have said
    "shrink",
    "rot",
    "sampling",
    "theft",
    "overweight",
    "recall",
    "underweight",  # + on hand: a crate left with less in it than it was counted for
)
LOSSES = ("shrink", "rot", "sampling", "theft", "overweight", "recall")
CONFIRMED_HOW = ("phone", "agent", "code", "photo", "visit")  # that a slip is right
BEARERS = ("brand_fund", "household")
HOLD_ENDS = ("released", "destroyed")


class Slip(db.Base):
    """A delivery slip: one household's delivery, weighed by one agent."""

    __tablename__ = "slip"
    __table_args__ = (Index("ix_slip_household", "household_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    weighed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    weighed_at: Mapped[datetime]


class Lot(db.Base):
    """One household x grade x day: the smallest thing money can be followed to.

    ``declared_g``, ``on_hand_g`` and ``available_g`` are kept: each is the sum of
    its movements, and available = declared + on hand - grams still planned
    (law 2). ``allocated_g`` are the grams of its allocations that were not freed, so
    that the allocation rule can favour who was given least. ``purchase_price`` is
    the table's at receipt, frozen.
    """

    __tablename__ = "lot"
    __table_args__ = (
        db.one_of("state", LOT.states),
        db.one_of("channel", CHANNELS),
        db.one_of("confirmed_how", CONFIRMED_HOW),
        CheckConstraint("declared_g >= 0", name="declared"),
        CheckConstraint("on_hand_g >= 0", name="on_hand"),
        CheckConstraint("available_g >= 0", name="available"),
        CheckConstraint("allocated_g >= 0", name="allocated"),
        CheckConstraint("state <> 'received' OR purchase_price IS NOT NULL", name="priced"),
        CheckConstraint("net_g IS NULL OR net_g = gross_g - tare_g - deduction_g", name="net"),
        Index("ix_lot_pick", "grade_id", "state", "storage_ends_on", "id"),
        Index("ix_lot_household", "household_id", "season"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("grade.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    season: Mapped[int]
    harvested_on: Mapped[date]
    ready_on: Mapped[date]
    storage_ends_on: Mapped[date]
    purchase_price: Mapped[FenPerKg | None]
    gross_g: Mapped[Grams | None]
    tare_g: Mapped[Grams | None]
    deduction_g: Mapped[Grams | None]
    deduction_reason: Mapped[str | None]
    net_g: Mapped[Grams | None]
    declared_g: Mapped[Grams] = mapped_column(default=Grams(0))
    on_hand_g: Mapped[Grams] = mapped_column(default=Grams(0))
    available_g: Mapped[Grams] = mapped_column(default=Grams(0))
    allocated_g: Mapped[Grams] = mapped_column(default=Grams(0))
    state: Mapped[str]
    channel: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_how: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class LotHold(db.Base):
    """A recall or a doubt: while it stands the lot is neither planned, packed nor sent off.

    It ends once, when the lot is released or what is there of it destroyed.
    """

    __tablename__ = "lot_hold"
    __table_args__ = (
        db.one_of("ended", HOLD_ENDS),
        CheckConstraint("ended IS NULL OR released_at IS NOT NULL", name="ended_when"),
        Index("ix_lot_hold_lot", "lot_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    reason: Mapped[str]
    held_at: Mapped[datetime]
    held_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended: Mapped[str | None]


class Movement(db.Base):
    """A change of a lot's stock: a signed delta that is never edited (law 3).

    ``key`` is made by the client, so the same intention sent twice is one
    movement. A loss also names who bears it; one that we bear owes the household
    ``owed_fen``, with the village and status of that day frozen beside it. One that the
    household bears names a second person of ours, who is not the first.
    """

    __tablename__ = "movement"
    __table_args__ = (
        db.one_of("stock", STOCKS),
        db.one_of("reason", REASONS),
        db.one_of("channel", CHANNELS),
        CheckConstraint("grams <> 0", name="grams"),
        CheckConstraint(
            "owed_fen IS NULL OR (owed_fen >= 0 AND village_id IS NOT NULL AND status IS NOT NULL)",
            name="owed",
        ),
        CheckConstraint("grams < 0 OR owed_fen IS NULL", name="nothing_lost"),
        CheckConstraint("second_user_id <> actor_user_id", name="two_people"),
        db.one_of("bearer", BEARERS),
        db.one_of("status", STATUSES),
        Index("ix_movement_lot", "lot_id", "id"),
        Index("ix_movement_allocation", "allocation_id"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    stock: Mapped[str]
    grams: Mapped[Grams]
    reason: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    allocation_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"))
    bearer: Mapped[str | None]
    second_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    owed_fen: Mapped[Fen | None]
    village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    status: Mapped[str | None]
