"""What an order was for, and the provinces it went to: nothing else of its buyer."""

from dataclasses import dataclass

from sqlalchemy import func, select

from storefront import db
from storefront.money import Fen
from storefront.orders.models import Line, LineCancellation, Order, Parcel
from storefront.weight import Grams

COMMA = ","


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of the order as it was offered; ``returned`` if it was cancelled by itself."""

    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    custody: str
    quantity: int
    net: Grams
    unit_price: Fen
    price: Fen
    returned: Fen | None


@dataclass(frozen=True, slots=True)
class OrderContents:
    """The lines of an order, and the codes of the provinces its parcels go to, each once."""

    lines: tuple[Bought, ...]
    provinces: tuple[str, ...]


def order_contents(order_code: str) -> OrderContents:
    """Return what an order was for; one statement."""
    rows = db.session.execute(LINES.where(Order.code == order_code)).all()
    codes = COMMA.join(row.provinces for row in rows).split(COMMA)
    return OrderContents(
        tuple(Bought(*tuple(row)[:-1]) for row in rows),
        tuple(dict.fromkeys(code for code in codes if code)),
    )


PROVINCES = (
    select(func.aggregate_strings(Parcel.province, COMMA))
    .where(Parcel.order_id == Line.order_id)
    .correlate(Line)
    .scalar_subquery()
)
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
        LineCancellation.returned_fen,
        PROVINCES.label("provinces"),
    )
    .join(Order, Order.id == Line.order_id)
    .outerjoin(LineCancellation, LineCancellation.line_id == Line.id)
    .order_by(Line.position)
)
