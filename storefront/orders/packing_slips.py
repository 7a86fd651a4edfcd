"""What the slip in a box says: for whom, and what is in it. Never a price: it may be a gift."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from storefront import db
from storefront.errors import NotFound
from storefront.orders.models import Order, Parcel
from storefront.orders.requests import Gift
from storefront.orders.traces import Content, contents_of


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """A parcel's slip; ``locale`` is the language the order was placed in.

    ``message`` is what a gift's giver says (None: it is no gift).
    """

    id: int
    code: str
    trace_code: str
    locale: str
    state: str
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    address: str
    message: str | None = None
    contents: tuple[Content, ...] = ()


def slip(code: str) -> PackingSlip:
    """Return the slip of a parcel. Two statements. Raises NotFound."""
    row: Any = db.session.execute(SLIP, {"code": code}).mappings().first()
    if row is None:
        raise NotFound
    return PackingSlip(**row, contents=contents_of(row["id"]))


_NAMES = [name for name in PackingSlip.__slots__ if hasattr(Parcel, name)]
SLIP = (
    select(*(getattr(Parcel, name) for name in _NAMES), Order.locale, Gift.message)
    .join(Order, Order.id == Parcel.order_id)
    .outerjoin(Gift, Gift.order_id == Order.id)
    .where(Parcel.code == bindparam("code"))
)
