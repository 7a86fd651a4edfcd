"""The only writer of a lot's figures: every change of stock is a movement (laws 2 and 3).

Callers hold the lot's lock. Declared and on hand change by movements; a plan
takes grams out of what is available without moving anything.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from storefront import db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.supply.models import LOT, Lot, Movement
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Owed:
    """What a loss owes its household: fen, with village and status of that day."""

    fen: Fen
    village_id: int
    status: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why stock moves: the reason, the client's key, and what it belongs to."""

    reason: str
    key: str
    note: str = ""
    allocation_id: int | None = None
    bearer: str | None = None
    second_user_id: int | None = None
    owed: Owed | None = None


OF_KEY = select(Movement).where(Movement.key == bindparam("key"))


def moved_before(key: str) -> Movement | None:
    """Return the movement that this client key already made, if any."""
    with db.session.no_autoflush:  # a movement is flushed as it is made
        return db.session.scalar(OF_KEY, {"key": key})


def move(
    lot: Lot, stock: str, grams: Grams, cause: Cause, *, actor: Actor, now: datetime
) -> Movement:
    """Change a lot's ``declared`` or ``on_hand`` grams and write the movement.

    The same key again returns the first movement and changes nothing.

    Raises:
        Refusal: ``key_reused`` when the key named another lot's movement.
        Refusal: ``not_that_much`` when the stock, or what is available of it,
            would fall below zero; ``left`` says how much could go.
    """
    return _move(lot, stock, grams, cause, free=grams, actor=actor, now=now)


def _move(
    lot: Lot,
    stock: str,
    grams: Grams,
    cause: Cause,
    *,
    free: Grams,
    actor: Actor,
    now: datetime,
) -> Movement:
    """Move so many grams, of which ``free`` were not set aside for anybody."""
    before = moved_before(cause.key)
    if before is not None:
        if before.lot_id != lot.id:
            raise Refusal("key_reused")
        return before
    held: Grams = getattr(lot, f"{stock}_g")
    available = lot.available_g + free
    if held + grams < NOTHING or available < NOTHING:
        raise Refusal("not_that_much", field="grams", lot=lot.code, left=min(held, lot.available_g))
    db.change(lot, **{f"{stock}_g": held + grams}, available_g=available)
    movement = _movement(lot, stock, grams, cause, actor, now)
    db.put(movement)
    return movement


def _movement(
    lot: Lot, stock: str, grams: Grams, cause: Cause, actor: Actor, now: datetime
) -> Movement:
    owed = cause.owed
    return Movement(
        lot_id=lot.id,
        stock=stock,
        grams=grams,
        reason=cause.reason,
        key=cause.key,
        actor_user_id=actor.user_id,
        channel=actor.channel,
        note=cause.note,
        at=now,
        allocation_id=cause.allocation_id,
        bearer=cause.bearer,
        second_user_id=cause.second_user_id,
        owed_fen=owed.fen if owed else None,
        village_id=owed.village_id if owed else None,
        status=owed.status if owed else None,
    )


def plan_out(lot: Lot, grams: Grams) -> None:
    """Set grams aside for an allocation.

    Raises:
        Refusal: ``not_that_much``.
    """
    if lot.available_g < grams:
        raise Refusal("not_that_much", lot=lot.code, left=lot.available_g)
    _plan(lot, grams)


def free(lot: Lot, grams: Grams) -> None:
    """Give back grams that were only planned."""
    _plan(lot, -grams)


def _plan(lot: Lot, grams: Grams) -> None:
    available, allocated = lot.available_g - grams, lot.allocated_g + grams
    db.change(lot, available_g=available, allocated_g=allocated)


def pack_out(lot: Lot, grams: Grams, cause: Cause, *, actor: Actor, now: datetime) -> Fen:
    """Take planned grams out of the lot into a parcel; returns the household's share of them.

    Raises:
        Refusal: ``lot_not_received`` when they are not on hand: what was only
            declared can be planned but never packed.
    """
    if lot.state != "received" or lot.purchase_price is None or lot.on_hand_g < grams:
        raise Refusal("lot_not_received", field="crate", lot=lot.code, on_hand=lot.on_hand_g)
    _move(lot, "on_hand", -grams, cause, free=NOTHING, actor=actor, now=now)
    return lot.purchase_price.of(grams)


def unpack(lot: Lot, grams: Grams, cause: Cause, *, actor: Actor, now: datetime) -> Movement:
    """Put packed grams back on hand; nobody has them set aside any more.

    A lot is not closed while a crate of it stands packed, so there is one to go back to.

    Raises:
        Refusal: ``lot_step`` when the lot is closed after all.
    """
    if lot.state != "received":
        raise Refusal("lot_step", state=lot.state, lot=lot.code)
    moved = move(lot, "on_hand", grams, cause, actor=actor, now=now)
    db.change(lot, allocated_g=lot.allocated_g - grams)
    return moved


def is_empty(lot: Lot) -> bool:
    """Whether nothing is declared, on hand or planned."""
    return lot.declared_g == NOTHING and lot.on_hand_g == NOTHING and lot.available_g == NOTHING


def close(lot: Lot, *, now: datetime) -> None:
    """Close an emptied lot."""
    LOT.check(lot.state, "closed", lot=lot.code)
    db.change(lot, state="closed", closed_at=now)
