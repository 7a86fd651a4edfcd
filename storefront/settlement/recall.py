"""The end of a lot that was held: what is there of it is destroyed, at the brand fund's cost."""

from datetime import datetime

from sqlalchemy import bindparam, select

from storefront import audit, db
from storefront.actors import OPERATOR, Actor
from storefront.errors import Busy, Forbidden, Refusal
from storefront.orders.models import Allocation, Parcel
from storefront.settlement import losses
from storefront.supply import lots, stock
from storefront.supply.models import Lot, Movement
from storefront.weight import NOTHING


def destroy(lot_id: int, *, note: str, key: str, actor: Actor, now: datetime) -> Movement:
    """Destroy all that is there of a held lot; the same key again changes nothing.

    It is a loss of the kind ``recall``, which we bear: the household is owed for it. What
    was planned of it moves to other lots, or becomes short. A crate that stands packed
    comes out of its parcel first, one by one, by who takes it out.

    Raises:
        Forbidden: the actor is no operator.
        Refusal: ``lot_not_held``; ``crates_still_packed`` with the parcels named;
            ``lot_not_received``; ``nothing_to_destroy``; ``key_reused``.
        Busy: something of it was moved at the same moment; try again.
    """
    if not actor.may(OPERATOR):
        raise Forbidden
    before = stock.moved_before(key)
    if before is None:
        return _destroy(lot_id, note, key, actor, now)
    if before.lot_id != lot_id:
        raise Refusal("key_reused")
    return before


def _destroy(lot_id: int, note: str, key: str, actor: Actor, now: datetime) -> Movement:
    lot = db.get(Lot, lot_id)
    if not lots.is_held(lot_id):
        raise Refusal("lot_not_held", lot=lot.code)
    _check_taken_out(lot)
    if lot.on_hand_g == NOTHING:
        raise Refusal("nothing_to_destroy", lot=lot.code)
    moved = losses.write_off(
        lot_id, lot.on_hand_g, "recall", losses.BRAND_FUND, note=note, key=key, actor=actor, now=now
    )
    # the lot is locked now: what was looked at before may have been changed by another
    if lot.on_hand_g != NOTHING or not lots.end_hold(lot_id, "destroyed", actor=actor, now=now):
        raise Busy
    audit.record(actor, "destroy", "lot", lot.code, now=now, grams=-int(moved.grams))
    return moved


PACKED = (
    select(Parcel.code)
    .join(Allocation, Allocation.parcel_id == Parcel.id)
    .where(Allocation.lot_id == bindparam("lot"), Allocation.state == "packed")
    .order_by(Parcel.promised_on, Parcel.id)
)


def _check_taken_out(lot: Lot) -> None:
    """Refuse while a crate of the lot stands in a parcel that has not left."""
    codes = dict.fromkeys(db.session.scalars(PACKED, {"lot": lot.id}))
    if codes:
        raise Refusal("crates_still_packed", lot=lot.code, parcels=", ".join(codes))
