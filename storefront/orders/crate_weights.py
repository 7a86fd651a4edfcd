"""A packed crate on the scale: what it weighs is noted, and weighs in when its parcel leaves."""

from datetime import datetime
from typing import Final

from storefront import audit, db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.orders.models import Allocation, Order, Parcel
from storefront.orders.packing import check_packed
from storefront.weight import Grams

FAR_OFF: Final = 5  # a fifth more or less than counted is no difference: it is another crate


def note_weight(allocation_id: int, weighed: Grams, *, actor: Actor, now: datetime) -> Allocation:
    """Note what the scale says of a packed crate, until its parcel leaves; the last word counts.

    Grams and share stay as they are. What it weighs beside them becomes a movement of its own
    when the parcel leaves (``settlement.differences``). The same again changes nothing.

    Raises:
        Refusal: ``order_not_confirmed``; ``parcel_step`` once it has left; ``allocation_step``
            while no crate is in; ``crate_weight_far_off``.
    """
    order = db.lock_one(Order, db.get(Allocation, allocation_id).order_id)
    parcel = db.lock_one(Parcel, db.get(Allocation, allocation_id).parcel_id)
    row = db.lock_one(Allocation, allocation_id)
    check_packed(order, parcel, row, wanted="weighed")
    least, most = row.grams - off(row.grams), row.grams + off(row.grams)
    if not least <= weighed <= most:
        raise Refusal(
            "crate_weight_far_off", field="weighed", grams=row.grams, least=least, most=most
        )
    if row.weighed_g != weighed:
        row.weighed_g = weighed
        facts = {"crate": row.crate, "grams": int(row.grams), "weighed": int(weighed)}
        audit.record(actor, "weigh_crate", "parcel", parcel.code, now=now, **facts)
        db.session.flush()
    return row


def off(grams: Grams) -> Grams:
    """Return how far a crate's weight may be off what it is counted for."""
    return Grams(int(grams) // FAR_OFF)
