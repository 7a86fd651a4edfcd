"""Which parcels each line of an order is in."""

from sqlalchemy import or_, select, union

from storefront import db
from storefront.orders.models import Allocation, Line, LineCancellation, Parcel, ParcelBoxes

CANCELLED = select(LineCancellation.line_id)
_SENT = Parcel.dispatched_at.is_not(None)
# of a Line: whether crates or boxes of it are in a parcel that has left
HAS_LEFT = or_(
    select(ParcelBoxes.id)
    .join(Parcel, Parcel.id == ParcelBoxes.parcel_id)
    .where(ParcelBoxes.line_id == Line.id, _SENT)
    .correlate(Line)
    .exists(),
    select(Allocation.id)
    .join(Parcel, Parcel.id == Allocation.parcel_id)
    .where(Allocation.line_id == Line.id, Allocation.state != "freed", _SENT)
    .correlate(Line)
    .exists(),
)


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
