"""The rows that one item of a pay run settles: allocations, and losses in our keeping."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.money import Fen
from storefront.orders.models import Allocation, Order
from storefront.settlement.models import PayItemRow
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class PayRow:
    """A row of an item: an allocation's order and crate, or the reason of a loss.

    One that ``recovers`` lowers the item: it was paid, and refunded since.
    """

    order_code: str | None
    reason: str | None
    lot_code: str
    crate: str | None
    grade_zh: str
    grade_en: str
    grams: Grams
    fen: Fen
    recovers: bool
    since: datetime


def pay_rows(item_id: int) -> tuple[PayRow, ...]:
    """Return the rows of an item in the order they were taken; one statement."""
    rows = db.session.execute(ROWS.where(PayItemRow.item_id == item_id))
    return tuple(PayRow(**{**row._asdict(), "grams": abs(Grams(int(row.grams)))}) for row in rows)


ROWS = (
    select(
        Order.code.label("order_code"),
        Movement.reason,
        Lot.code.label("lot_code"),
        Allocation.crate,
        Grade.name_zh.label("grade_zh"),
        Grade.name_en.label("grade_en"),
        func.coalesce(Allocation.grams, Movement.grams).label("grams"),
        PayItemRow.fen,
        PayItemRow.recovers,
        func.coalesce(Allocation.packed_at, Movement.at).label("since"),
    )
    .outerjoin(Allocation, Allocation.id == PayItemRow.allocation_id)
    .outerjoin(Order, Order.id == Allocation.order_id)
    .outerjoin(Movement, Movement.id == PayItemRow.movement_id)
    .join(Lot, Lot.id == func.coalesce(Allocation.lot_id, Movement.lot_id))
    .join(Grade, Grade.id == Lot.grade_id)
    .order_by(PayItemRow.id)
)
