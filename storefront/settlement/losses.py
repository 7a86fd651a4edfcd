"""Losses in our keeping: who bears them, and what the household is owed for them."""

from datetime import datetime

from sqlalchemy import select

from storefront import audit, clock, db
from storefront.actors import Actor
from storefront.errors import Busy, Refusal
from storefront.ledger import books
from storefront.ledger.books import Line
from storefront.money import ZERO
from storefront.orders import shortfall
from storefront.orders.models import Allocation
from storefront.settlement import summary
from storefront.settlement.summary import Flow
from storefront.supply import stock
from storefront.supply.households import Household, status_on
from storefront.supply.lots import check_weight
from storefront.supply.models import BEARERS, LOSSES, Lot, Movement
from storefront.weight import Grams

BRAND_FUND, HOUSEHOLD = BEARERS


def write_off(
    lot_id: int,
    grams: Grams,
    reason: str,
    bearer: str,
    *,
    note: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Movement:
    """Take a loss of ``grams`` out of a received lot; the same key again changes nothing.

    From the moment of receipt a loss is ours (``brand_fund``): the household is owed
    the lot's purchase price for it, at once. One that the household bears is only a
    movement, and says why in ``note``. What was planned of the lost grams is planned
    anew onto other lots, or becomes short.

    Raises:
        Refusal: ``loss_reason``; ``loss_note_needed``; ``grams_out_of_range``;
            ``lot_not_received``; ``loss_too_great`` (more than is ``left`` on hand);
            ``key_reused`` when the key named another lot's movement.
        Busy: the same key came twice at the same moment; send it again.
    """
    before = _lost_before(lot_id, key)
    if before is not None:
        return before
    _check_asked(grams, reason, bearer, note)
    lot = _with_room_for(lot_id, grams, now)
    if stock.moved_before(key) is not None:
        raise Busy  # the same loss came twice at once: roll back what made way for it
    cause = stock.Cause(reason, key, note=note, bearer=bearer)
    if bearer == BRAND_FUND:
        cause = stock.Cause(reason, key, note=note, bearer=bearer, owed=_owed(lot, grams, now))
    movement = stock.move(lot, "on_hand", -grams, cause, actor=actor, now=now)
    if movement.owed_fen:
        _book(movement, now)
    _close_if_gone(lot, now)
    facts = {"reason": reason, "bearer": bearer, "grams": int(grams)}
    audit.record(actor, "write_off", "lot", lot.code, now=now, **facts)
    return movement


def _lost_before(lot_id: int, key: str) -> Movement | None:
    before = stock.moved_before(key)
    if before is not None and before.lot_id != lot_id:
        raise Refusal("key_reused")
    return before


def _check_asked(grams: Grams, reason: str, bearer: str, note: str) -> None:
    check_weight(grams)
    if reason not in LOSSES or bearer not in BEARERS:
        raise Refusal("loss_reason", field="reason")
    if bearer == HOUSEHOLD and not note.strip():
        raise Refusal("loss_note_needed", field="note")


def _with_room_for(lot_id: int, grams: Grams, now: datetime) -> Lot:
    """Return the lot, locked, after planned grams made way for the loss."""
    lot = db.get(Lot, lot_id)
    if lot.state != "received":
        raise Refusal("lot_not_received", field="grams", lot=lot.code, on_hand=lot.on_hand_g)
    if grams > lot.on_hand_g:
        raise Refusal("loss_too_great", field="grams", lot=lot.code, left=lot.on_hand_g)
    if grams > lot.available_g:
        shortfall.replan(lot_id, grams, now=now)
    return db.lock_one(Lot, lot_id)


def _owed(lot: Lot, grams: Grams, now: datetime) -> stock.Owed:
    """Return what the loss owes, with the household's village and status of this day."""
    household = db.get(Household, lot.household_id)
    status = status_on(household.id, clock.china_day(now))
    price = lot.purchase_price
    if price is None:
        message = f"lot {lot.code} was received without a price"
        raise ValueError(message)
    return stock.Owed(price.of(grams), household.village_id, status)


def _book(movement: Movement, now: datetime) -> None:
    owed = movement.owed_fen or ZERO
    lines = [
        Line("brand_fund", owed, movement_id=movement.id),
        Line("share_due", -owed, movement_id=movement.id),
    ]
    entry = books.post("loss", f"movement:{movement.id}", lines, now=now)
    flow = Flow(movement_id=movement.id, booked=owed, due=owed)
    summary.record(entry.booked_month, [flow])


def _close_if_gone(lot: Lot, now: datetime) -> None:
    """Close a lot of which nothing is left, here or in a packed parcel."""
    packed = select(Allocation.id).where(Allocation.lot_id == lot.id, Allocation.state == "packed")
    if stock.is_empty(lot) and db.session.scalar(packed.limit(1)) is None:
        stock.close(lot, now=now)
