"""Which orders lost their crates at one moment: by their code, and nothing of who ordered."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import bindparam, select

from storefront import db
from storefront.orders.models import Allocation, Order, OrderEvent


@dataclass(frozen=True, slots=True)
class ShortOrder:
    """An order that fell short then; ``still`` while it has a row without a lot."""

    code: str
    still: bool


_STILL = select(Allocation.id).where(Allocation.order_id == Order.id, Allocation.state == "short")
_THEN = select(OrderEvent.id).where(
    OrderEvent.order_id == Order.id, OrderEvent.kind == "short", OrderEvent.at == bindparam("at")
)
SHORT_AT = (
    select(Order.code, _STILL.correlate(Order).exists())
    .where(_THEN.correlate(Order).exists())
    .order_by(Order.id)
)


def short_at(at: datetime) -> tuple[ShortOrder, ...]:
    """Return the orders that fell short by what was done at that moment (a delivery, a loss)."""
    return tuple(starmap(ShortOrder, db.session.execute(SHORT_AT, {"at": at})))
