"""Losses in our keeping: who bears them, and what the household is owed for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storefront import audit, clock, db
from storefront.actors import CHECKER, OFFICER, OPERATOR, Actor
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
OFFICES = (OPERATOR, OFFICER, CHECKER)  # one of the two people must be of an office


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A loss that its household bears: ``note`` says what shows that; ``key`` is the client's."""

    lot_id: int
    grams: Grams
    reason: str
    note: str
    key: str


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
    the lot's purchase price for it, at once. That it bears one is not said by one person
    (``write_off_agreed``). What was planned of the lost grams is planned anew onto other
    lots, or becomes short.

    Raises:
        Refusal: ``loss_reason``; ``loss_note_needed``; ``second_person``;
            ``grams_out_of_range``; ``lot_not_received``; ``loss_too_great`` (more than is
            ``left`` on hand); ``key_reused`` when the key named another lot's movement.
        Busy: the same key came twice at the same moment; send it again.
    """
    before = _lost_before(lot_id, key)
    if before is not None:
        return before
    check_asked(grams, reason, bearer, note)
    if bearer == HOUSEHOLD:
        raise Refusal("second_person", field="bearer")
    loss = Loss(lot_id=lot_id, grams=grams, reason=reason, note=note, key=key)
    return _write(loss, None, actor, now)


def write_off_agreed(loss: Loss, *, second: Actor, actor: Actor, now: datetime) -> Movement:
    """Take a loss out of a received lot that its household bears, as two of our people say.

    Nothing is owed for it. At least one of the two is of an office. The same key again
    changes nothing.

    Raises:
        Refusal, Busy: as ``write_off``.
    """
    before = _lost_before(loss.lot_id, loss.key)
    if before is not None:
        return before
    check_asked(loss.grams, loss.reason, HOUSEHOLD, loss.note)
    _check_agreed((actor, second))
    return _write(loss, second, actor, now)


def _write(loss: Loss, second: Actor | None, actor: Actor, now: datetime) -> Movement:
    """Write a loss down: of the household if a ``second`` person agreed, else ours."""
    lot = with_room_for(loss.lot_id, loss.grams, now)
    if stock.moved_before(loss.key) is not None:
        raise Busy  # the same loss came twice at once: roll back what made way for it
    bearer = BRAND_FUND if second is None else HOUSEHOLD
    cause = stock.Cause(
        loss.reason,
        loss.key,
        note=loss.note,
        bearer=bearer,
        second_user_id=second.user_id if second else None,
        owed=owed_for(lot, loss.grams, now) if second is None else None,
    )
    movement = stock.move(lot, "on_hand", -loss.grams, cause, actor=actor, now=now)
    if movement.owed_fen:
        summary.record(*book(movement, now))
    close_if_gone(lot, now)
    facts = {"reason": loss.reason, "bearer": bearer, "grams": int(loss.grams)}
    agreed = {"agreed_by": second.user_id} if second else {}
    audit.record(actor, "write_off", "lot", lot.code, now=now, **facts, **agreed)
    return movement


def _lost_before(lot_id: int, key: str) -> Movement | None:
    before = stock.moved_before(key)
    if before is not None and before.lot_id != lot_id:
        raise Refusal("key_reused")
    return before


def check_asked(grams: Grams, reason: str, bearer: str, note: str) -> None:
    """Refuse a loss that makes no sense, or that the household bears without a word why."""
    check_weight(grams)
    if reason not in LOSSES or bearer not in BEARERS:
        raise Refusal("loss_reason", field="reason")
    if bearer == HOUSEHOLD and not note.strip():
        raise Refusal("loss_note_needed", field="note")


def _check_agreed(people: Collection[Actor | None]) -> None:
    """Refuse what is not said by two people of ours, at least one of them of an office."""
    ours = [one for one in people if one and one.works_here and one.user_id is not None]
    offices = [one for one in ours if any(one.may(role) for role in OFFICES)]
    if len({one.user_id for one in ours}) < 2 or not offices:  # noqa: PLR2004  two people
        raise Refusal("second_person", field="bearer")


def with_room_for(lot_id: int, grams: Grams, now: datetime) -> Lot:
    """Return the lot, locked, after planned grams made way for the loss."""
    lot = db.get(Lot, lot_id)
    if lot.state != "received":
        raise Refusal("lot_not_received", field="grams", lot=lot.code, on_hand=lot.on_hand_g)
    if grams > lot.on_hand_g:
        raise Refusal("loss_too_great", field="grams", lot=lot.code, left=lot.on_hand_g)
    if grams > lot.available_g:
        shortfall.replan(lot_id, grams, now=now)
    return db.lock_one(Lot, lot_id)


def owed_for(lot: Lot, grams: Grams, now: datetime) -> stock.Owed:
    """Return what a loss that we bear owes, with the household's village and status of this day."""
    household = db.get(Household, lot.household_id)
    status = status_on(household.id, clock.china_day(now))
    price = lot.purchase_price
    if price is None:
        message = f"lot {lot.code} was received without a price"
        raise ValueError(message)
    return stock.Owed(price.of(grams), household.village_id, status)


def book(movement: Movement, now: datetime) -> tuple[str, list[Flow]]:
    """Book a loss that we bear; returns its month and what of it the kept figures are told."""
    owed = movement.owed_fen or ZERO
    lines = [
        Line("brand_fund", owed, movement_id=movement.id),
        Line("share_due", -owed, movement_id=movement.id),
    ]
    entry = books.post("loss", f"movement:{movement.id}", lines, now=now)
    return entry.booked_month, [Flow(movement_id=movement.id, booked=owed, due=owed)]


def close_if_gone(lot: Lot, now: datetime) -> None:
    """Close a lot of which nothing is left, here or in a packed parcel."""
    packed = select(Allocation.id).where(Allocation.lot_id == lot.id, Allocation.state == "packed")
    if stock.is_empty(lot) and db.session.scalar(packed.limit(1)) is None:
        stock.close(lot, now=now)
