"""What an order was for, and the provinces it went to: nothing else of its buyer."""

from dataclasses import dataclass

from sqlalchemy import select

from storefront import db
from storefront.money import Fen
from storefront.orders.models import Line, Order, Parcel
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of the order as it was offered that day."""

    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    custody: str
    quantity: int
    net: Grams
    unit_price: Fen
    price: Fen


def bought(order_code: str) -> tuple[Bought, ...]:
    """Return the lines of an order in its order; one statement."""
    rows = db.session.execute(LINES.where(Order.code == order_code))
    return tuple(Bought(*row) for row in rows)


def provinces_of(order_code: str) -> dict[str, str]:
    """Return parcel code → province code of an order; one statement."""
    rows = db.session.execute(PARCELS.where(Order.code == order_code))
    return {row.code: row.province for row in rows}


LINES = (
    select(
        Line.name_zh,
        Line.name_en,
        Line.label_zh,
        Line.label_en,
        Line.custody,
        Line.quantity,
        Line.net_g,
        Line.unit_price_fen,
        Line.price_fen,
    )
    .join(Order, Order.id == Line.order_id)
    .order_by(Line.position)
)
PARCELS = (
    select(Parcel.code, Parcel.province)
    .join(Order, Order.id == Parcel.order_id)
    .order_by(Parcel.position)
)
