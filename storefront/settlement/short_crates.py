"""A crate that holds less than was counted on: the rest comes from another, the loss is ours."""

from dataclasses import dataclass
from datetime import datetime

from storefront import audit, db
from storefront.actors import Actor
from storefront.orders import shortfall
from storefront.orders.models import Allocation, Order, Parcel
from storefront.settlement import losses
from storefront.settlement.losses import BRAND_FUND
from storefront.supply import stock
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a short crate: how much was missing, and whether another lot fills it."""

    missing: Grams
    is_filled: bool


def short_crate(
    allocation_id: int, there: Grams, reason: str, *, key: str, actor: Actor, now: datetime
) -> Found | None:
    """Say that the crate for a planned row holds only ``there``: what is missing is a loss of ours.

    Its row is cut: what is there waits for its label as before, the rest is planned on other
    crates of the grade, or falls short. The same key again changes nothing and answers None.

    Raises:
        Refusal: as ``shortfall.cut_short`` and ``losses.write_off``; ``lot_not_received``.
    """
    db.lock_one(Order, db.get(Allocation, allocation_id).order_id)
    of_row = f"short:{allocation_id}:{key}"
    if stock.moved_before(of_row) is not None:
        return None
    lot_id = db.get(Allocation, allocation_id).lot_id
    rest = shortfall.cut_short(allocation_id, there, now=now)
    missing, note = rest.grams, ""
    losses.write_off(
        lot_id or 0, missing, reason, BRAND_FUND, note=note, key=of_row, actor=actor, now=now
    )
    filled = shortfall.place_rest(rest, now=now)
    code = db.get(Parcel, rest.parcel_id).code
    facts = {"missing": int(missing), "filled": filled}
    audit.record(actor, "short_crate", "parcel", code, now=now, **facts)
    return Found(missing, filled)
