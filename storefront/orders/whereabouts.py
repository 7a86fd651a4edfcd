"""Which parcels each line of an order is in."""

from sqlalchemy import select, union

from storefront import db
from storefront.orders.models import Allocation, Line, LineCancellation, ParcelBoxes

CANCELLED = select(LineCancellation.line_id)


def whereabouts(order_id: int) -> dict[int, set[int]]:
    """Return every parcel that holds crates or boxes of each line that was not cancelled."""
    crates = select(Allocation.line_id, Allocation.parcel_id).where(
        Allocation.order_id == order_id, Allocation.state != "freed"
    )
    boxes = (
        select(ParcelBoxes.line_id, ParcelBoxes.parcel_id)
        .join(Line, Line.id == ParcelBoxes.line_id)
        .where(Line.order_id == order_id)
    )
    found: dict[int, set[int]] = {}
    for line_id, parcel_id in db.session.execute(union(crates, boxes)):
        found.setdefault(line_id, set()).add(parcel_id)
    return found
