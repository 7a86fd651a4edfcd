"""Where a lot went: every order and parcel that has of it, for a recall."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap

from sqlalchemy import bindparam, select

from storefront import db
from storefront.orders.lives import LIVE, fate
from storefront.orders.models import Allocation, Line, Order, Parcel
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Piece:
    """So many grams of a lot in a parcel: planned, packed, or gone with it."""

    id: int
    order_code: str
    order_state: str
    parcel_code: str
    parcel_state: str
    lost_at: datetime | None
    returned_at: datetime | None
    promised_on: date
    state: str
    grams: Grams
    crate: str | None
    name_zh: str
    name_en: str
    recipient: str
    phone: str
    province: str
    city: str
    carrier: str | None
    number: str | None
    dispatched_at: datetime | None

    @property
    def where(self) -> str:
        """What became of its parcel."""
        over = self.order_state in ("expired", "cancelled")
        return "cancelled" if over else fate(self.parcel_state, self.lost_at, self.returned_at)

    @property
    def is_here(self) -> bool:
        """Whether it has not left our house."""
        return self.dispatched_at is None


PIECES = (
    select(
        Allocation.id,
        Order.code,
        Order.state,
        Parcel.code,
        Parcel.state,
        Parcel.lost_at,
        Parcel.returned_at,
        Parcel.promised_on,
        Allocation.state,
        Allocation.grams,
        Allocation.crate,
        Line.name_zh,
        Line.name_en,
        Parcel.recipient,
        Parcel.phone,
        Parcel.province,
        Parcel.city,
        Parcel.carrier,
        Parcel.number,
        Parcel.dispatched_at,
    )
    .join(Order, Order.id == Allocation.order_id)
    .join(Parcel, Parcel.id == Allocation.parcel_id)
    .join(Line, Line.id == Allocation.line_id)
    .where(Allocation.lot_id == bindparam("lot"), Allocation.state.in_(LIVE))
    .order_by(Parcel.dispatched_at.is_not(None), Order.code, Parcel.position, Allocation.id)
)


def pieces_of(lot_id: int) -> tuple[Piece, ...]:
    """Return everything of a lot that is in an order, what is still here first. One statement."""
    return tuple(starmap(Piece, db.session.execute(PIECES, {"lot": lot_id})))
