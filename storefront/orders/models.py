"""Orders, their lines and parcels, and the allocation: the one row that follows the money."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db, ids
from storefront.catalogue.models import CUSTODY_LEVELS, GROWN_OR_BOUGHT_IN, PART_KINDS
from storefront.money import Fen
from storefront.orders.lives import (
    ALLOCATION,
    HOW_CONFIRMED,
    LIVE,
    ORDER,
    PARCEL,
    SOLD,
    WHY_CANCELLED,
)
from storefront.supply.households import STATUSES
from storefront.weight import Grams

ORDER_CHANNELS = ("shop", "counter")
HOW_KEPT = ("placed", "link")


class Cart(db.Base):
    """A shopper's cart, found by the token in their cookie."""

    __tablename__ = "cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    touched_at: Mapped[datetime]


class CartLine(db.Base):
    """So many packs of an offer; ``seen_price_fen`` is what each was last seen to cost."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "offer_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    quantity: Mapped[int]
    seen_price_fen: Mapped[Fen]


class Order(db.Base):
    """A promise to one shopper. Prices, fees and freight are those of the day it was placed.

    ``token`` opens the order page; ``key`` names the checkout form it came from,
    so the same form sent twice is one order. ``consented_at`` is when the buyer agreed
    to what is done with their data; at the counter nobody is shown that.
    """

    __tablename__ = "orders"  # "order" is a reserved word
    __table_args__ = (
        db.one_of("state", ORDER.states),
        db.one_of("channel", ORDER_CHANNELS),
        CheckConstraint("total_fen = goods_fen + freight_fen - discount_fen", name="total"),
        CheckConstraint("total_fen > 0 AND discount_fen >= 0 AND freight_fen >= 0", name="signs"),
        Index("ix_orders_hold", "state", "hold_until"),
        Index("ix_orders_placed", "placed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    state: Mapped[str]
    locale: Mapped[str]
    buyer_name: Mapped[str] = mapped_column(columns.Encrypted)
    buyer_phone: Mapped[str] = mapped_column(columns.Encrypted)
    buyer_email: Mapped[str | None] = mapped_column(columns.Encrypted)
    goods_fen: Mapped[Fen]
    freight_fen: Mapped[Fen]
    discount_fen: Mapped[Fen]
    total_fen: Mapped[Fen]
    fee_schedule_id: Mapped[int] = mapped_column(ForeignKey("fee_schedule.id"))
    freight_table_id: Mapped[int] = mapped_column(ForeignKey("freight_table.id"))
    placed_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    hold_until: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    buyer_cut_at: Mapped[datetime | None]


class Line(db.Base):
    """So many packs of an offer, as it was offered that day.

    ``price_fen`` is at the price of one pack; the shopper paid ``discount_fen`` less,
    which the brand fund bears (docs/adr/0017).
    """

    __tablename__ = "line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price_fen = unit_price_fen * quantity", name="price"),
        CheckConstraint("discount_fen >= 0 AND discount_fen < price_fen", name="discount"),
        db.one_of("custody", CUSTODY_LEVELS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    sku: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    label_zh: Mapped[str]
    label_en: Mapped[str]
    picture: Mapped[str]
    custody: Mapped[str]
    net_g: Mapped[Grams]
    gross_g: Mapped[Grams]
    quantity: Mapped[int]
    unit_price_fen: Mapped[Fen]
    price_fen: Mapped[Fen]
    discount_fen: Mapped[Fen]


class LinePart(db.Base):
    """A part of the line's packs, frozen: ``grams`` and ``cost_fen`` are of one pack.

    ``retail_fen`` is the part of the line's price that falls on it (law 4).
    """

    __tablename__ = "line_part"
    __table_args__ = (
        UniqueConstraint("line_id", "position"),
        db.one_of("kind", PART_KINDS),
        CheckConstraint(GROWN_OR_BOUGHT_IN, name="grown_or_bought_in"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    position: Mapped[int]
    kind: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    grams: Mapped[Grams | None]
    cost_fen: Mapped[Fen | None]
    retail_fen: Mapped[Fen]


class LineCancellation(db.Base):
    """A line that will not leave: who said so, why, and what went back for it.

    ``freight_fen`` is the part of ``returned_fen`` by which the freight became less.
    A line of an order that was cancelled whole has no row of its own.
    """

    __tablename__ = "line_cancellation"
    __table_args__ = (
        UniqueConstraint("line_id"),
        db.one_of("reason", WHY_CANCELLED),
        CheckConstraint("returned_fen >= 0 AND freight_fen >= 0", name="signs"),
        CheckConstraint("(refund_id IS NULL) = (returned_fen = 0)", name="refunded"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    reason: Mapped[str]
    returned_fen: Mapped[Fen]
    freight_fen: Mapped[Fen]
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class Parcel(db.Base):
    """What is packed, dispatched, booked and closed; every order has at least one.

    ``freight_cost_fen`` is what the table says the carrier costs, whatever the
    shopper paid; ``charge_fen`` is the parcel's part of the order's total, fixed
    at dispatch. Once the address is cut (retention.py), province and city remain.
    ``trace_code`` opens its public page, which says nothing of the buyer (traces.py).
    """

    __tablename__ = "parcel"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        db.one_of("state", PARCEL.states),
        CheckConstraint("(dispatched_at IS NULL) = (charge_fen IS NULL)", name="charged"),
        Index("ix_parcel_state", "state", "promised_on", "id"),
        Index("ix_parcel_number", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    trace_code: Mapped[str] = mapped_column(unique=True, default=ids.new_trace_code)
    state: Mapped[str]
    recipient: Mapped[str] = mapped_column(columns.Encrypted)
    phone: Mapped[str] = mapped_column(columns.Encrypted)
    province: Mapped[str]
    city: Mapped[str]
    district: Mapped[str]
    address: Mapped[str] = mapped_column(columns.Encrypted)
    address_cut_at: Mapped[datetime | None]
    freight_cost_fen: Mapped[Fen]
    charge_fen: Mapped[Fen | None]
    promised_on: Mapped[date]
    carrier: Mapped[str | None]
    number: Mapped[str | None]
    packed_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    lost_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class ParcelBoxes(db.Base):
    """So many boxes of a line are in a parcel: its packing and bought-in goods are counted there.

    The grown part of a box is in its allocations. A box whose crates went into two
    parcels is counted in one of them (docs/adr/0011).
    """

    __tablename__ = "parcel_boxes"
    __table_args__ = (
        UniqueConstraint("parcel_id", "line_id"),
        CheckConstraint("boxes > 0", name="boxes"),
        Index("ix_parcel_boxes_line", "line_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    boxes: Mapped[int]


class ParcelSplit(db.Base):
    """That a parcel came out of another one; ``key`` is the client's, so once is once."""

    __tablename__ = "parcel_split"
    __table_args__ = (Index("ix_parcel_split_from", "from_id"), db.APPEND_ONLY)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), unique=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Allocation(db.Base):
    """Order line x lot x household: grams, retail and share, village and status of that day.

    While ``short`` it has no lot (grams owed, nobody to take them from). The
    household's code, village and status are copied when a lot is set; the share
    is an estimate until the crate is confirmed, then the lot's purchase price x
    grams. ``crate`` is the label of the crate that filled it, ``weighed_g`` what the scale at
    the packing table said of it: that changes neither grams nor share (docs/adr/0034).
    """

    __tablename__ = "allocation"
    __table_args__ = (
        db.one_of("state", ALLOCATION.states),
        db.one_of("how_confirmed", HOW_CONFIRMED),
        db.one_of("custody", CUSTODY_LEVELS),
        db.one_of("status", STATUSES),
        CheckConstraint("grams > 0 AND retail_fen >= 0 AND share_fen >= 0", name="signs"),
        CheckConstraint(
            "(lot_id IS NULL) = (household_id IS NULL)"
            " AND (lot_id IS NULL) = (village_id IS NULL)"
            " AND (lot_id IS NULL) = (status IS NULL)",
            name="lot_and_household",
        ),
        CheckConstraint("state IN ('short', 'freed') OR lot_id IS NOT NULL", name="lot"),
        CheckConstraint(
            "state IN ('planned', 'short', 'freed')"
            " OR (how_confirmed IS NOT NULL AND packed_at IS NOT NULL)",
            name="confirmed",
        ),
        CheckConstraint(
            "weighed_g IS NULL OR (weighed_g > 0 AND crate IS NOT NULL)", name="weighed"
        ),
        Index("ix_allocation_order", "order_id", "state"),
        Index("ix_allocation_parcel", "parcel_id"),
        Index("ix_allocation_lot", "lot_id", "state"),
        Index("ix_allocation_household", "household_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    line_part_id: Mapped[int] = mapped_column(ForeignKey("line_part.id"))
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    position: Mapped[int]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    household_code: Mapped[str | None]
    village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    status: Mapped[str | None]
    grams: Mapped[Grams]
    retail_fen: Mapped[Fen]
    share_fen: Mapped[Fen]
    custody: Mapped[str]
    state: Mapped[str]
    how_confirmed: Mapped[str | None]
    crate: Mapped[str | None]
    weighed_g: Mapped[Grams | None]
    planned_at: Mapped[datetime]
    packed_at: Mapped[datetime | None]
    packed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    freed_at: Mapped[datetime | None]

    @property
    def is_live(self) -> bool:
        """Whether the allocation still fills its line."""
        return self.state in LIVE

    @property
    def is_sold(self) -> bool:
        """Whether its parcel left: the share is booked."""
        return self.state in SOLD


class OrderEvent(db.Base):
    """A line of the order's timeline, for people to read; holds no personal data."""

    __tablename__ = "order_event"
    __table_args__ = (Index("ix_order_event_order", "order_id", "id"), db.APPEND_ONLY)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    parcel_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class KeptOrder(db.Base):
    """An order in a shopper's account: placed by it, or brought by who has its link or code."""

    __tablename__ = "kept_order"
    __table_args__ = (
        UniqueConstraint("user_id", "order_id"),
        db.one_of("how", HOW_KEPT),
        Index("ix_kept_order_order", "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    how: Mapped[str]
    at: Mapped[datetime]


class Forgetting(db.Base):
    """A buyer who wants to be forgotten as soon as the order is over, and not when terms end."""

    __tablename__ = "forgetting"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    asked_at: Mapped[datetime]
