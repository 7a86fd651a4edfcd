"""A parcel after packing: on its way, delivered, closed. Booking is the settlement room's."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select

from storefront import audit, db
from storefront.actors import OPERATOR, Actor
from storefront.errors import Forbidden, NotFound
from storefront.money import Fen
from storefront.orders import letters
from storefront.orders.lives import ALLOCATION, PARCEL, fate
from storefront.orders.models import Allocation, Order, Parcel
from storefront.orders.timeline import note
from storefront.supply import stock
from storefront.supply.models import Lot


def mark_dispatched(
    parcel_id: int, carrier: str, number: str, charge: Fen, *, actor: Actor, now: datetime
) -> Parcel:
    """Note that a packed parcel left (half of ``settlement.sales.dispatch``).

    Raises:
        Refusal: ``parcel_step``.
    """
    parcel = db.lock_one(Parcel, parcel_id)
    PARCEL.check(parcel.state, "dispatched", parcel=parcel.code)
    left = {"carrier": carrier, "number": number, "charge_fen": charge}
    db.change(parcel, state="dispatched", dispatched_at=now, **left)
    note(
        parcel.order_id,
        "dispatched",
        actor=actor,
        now=now,
        parcel_id=parcel.id,
        carrier=carrier,
        number=number,
    )
    audit.record(actor, "dispatch", "parcel", parcel.code, now=now, charge_fen=int(charge))
    close_emptied_lots(parcel.id, now=now)
    return parcel


def mark_delivered(parcel_id: int, *, actor: Actor, now: datetime) -> Parcel:
    """Note that a parcel arrived, as the operator or the shopper says; said again: no change.

    Raises:
        Refusal: ``parcel_step``.
    """
    order, parcel = locked(parcel_id)
    if parcel.state != "delivered":
        _end(order, parcel, "delivered", actor=actor, now=now)
    return parcel


def mark_lost(parcel_id: int, *, actor: Actor, now: datetime) -> Parcel:
    """Note that the carrier lost a parcel, as the operator says; said again: no change.

    The households' shares stand and fall due when it closes, at once. Money back to the
    shopper, and the carrier's debt, are a refund after dispatch with its bearer.

    Raises:
        Forbidden: the actor is no operator.
        Refusal: ``parcel_step`` when it is not on its way.
    """
    return _gone_for_good(parcel_id, "lost", actor=actor, now=now)


def mark_returned(parcel_id: int, *, actor: Actor, now: datetime) -> Parcel:
    """Note that a parcel came back to us, as the operator says; otherwise as ``mark_lost``.

    What came back goes into no lot again.
    """
    return _gone_for_good(parcel_id, "returned", actor=actor, now=now)


def _gone_for_good(parcel_id: int, how: str, *, actor: Actor, now: datetime) -> Parcel:
    if not actor.may(OPERATOR):
        raise Forbidden
    order, parcel = locked(parcel_id)
    if fate(parcel.state, parcel.lost_at, parcel.returned_at) != how:
        _end(order, parcel, how, actor=actor, now=now)
    return parcel


PARCELS, ROWS, LOTS = db.table(Parcel).c, db.table(Allocation).c, db.table(Lot).c
ORDER_OF = select(PARCELS.order_id).where(PARCELS.id == bindparam("parcel"))


def order_of(parcel_id: int) -> int:
    """Return the order a parcel belongs to, for good."""
    order_id: int | None = db.session.scalar(ORDER_OF, {"parcel": parcel_id})
    if order_id is None:
        raise NotFound
    return order_id


def locked(parcel_id: int) -> tuple[Order, Parcel]:
    """Lock a parcel's order, then the parcel: every verb takes them so."""
    order = db.lock_one(Order, order_of(parcel_id))
    return order, db.lock_one(Parcel, parcel_id)


SAID = {"delivered": "deliver", "lost": "lose", "returned": "return"}


def _end(order: Order, parcel: Parcel, how: str, *, actor: Actor, now: datetime) -> None:
    """Take a parcel that is on its way to its end: on record, on the timeline, in a letter."""
    PARCEL.check(parcel.state, how, parcel=parcel.code)
    db.change(parcel, **{"state": how, f"{how}_at": now})
    note(order.id, how, actor=actor, now=now, parcel_id=parcel.id)
    audit.record(actor, SAID[how], "parcel", parcel.code, now=now)
    letters.to_buyer(
        order,
        f"{how}:{parcel.id}",
        how,  # a letter of its own: "delivered", "lost", "returned"
        now=now,
    )


ELAPSED = (
    select(Parcel.id)
    .where(Parcel.state == "dispatched", Parcel.dispatched_at <= bindparam("left_before"))
    .order_by(Parcel.id)
    .limit(bindparam("most"))
)


def deliver_by_elapsed(*, now: datetime, days: int, limit: int = 50) -> int:
    """Count parcels as delivered that left ``days`` ago; returns how many were looked at (a chore).

    One that was said to be lost, or back, a moment before stays so.
    """
    asked = {"left_before": now - timedelta(days=days), "most": limit}
    parcels = list(db.session.scalars(ELAPSED, asked))
    for parcel_id in parcels:
        order, parcel = locked(parcel_id)
        if parcel.state == "dispatched":
            _end(order, parcel, "delivered", actor=Actor.shop(), now=now)
    return len(parcels)


def mark_closed(parcel_id: int, *, now: datetime) -> Parcel:
    """Close a parcel (half of ``settlement.sales.close``).

    Raises:
        Refusal: ``parcel_step``.
    """
    parcel = db.lock_one(Parcel, parcel_id)
    PARCEL.check(parcel.state, "closed", parcel=parcel.code)
    after = parcel.state
    db.change(parcel, state="closed", closed_at=now)
    shop = Actor.shop()
    note(parcel.order_id, "closed", actor=shop, now=now, parcel_id=parcel.id, after=after)
    return parcel


def advance(allocation_ids: Collection[int], state: str) -> list[Allocation]:
    """Take allocations one step on - booked, due, paid, confirmed (half of settlement's verbs).

    Raises:
        Refusal: ``allocation_step`` when one is not where it should be.
    """
    rows = db.lock(Allocation, *allocation_ids)
    for row in rows:
        ALLOCATION.check(row.state, state)
    db.change_all(rows, state=state)
    return rows


# a crate of the lot stands packed
PACKED_FROM = exists().where(ROWS.lot_id == LOTS.id, ROWS.state == "packed")
EMPTY_LOTS = (
    select(LOTS.id)
    .where(LOTS.state == "received", LOTS.declared_g + LOTS.on_hand_g == 0, LOTS.available_g == 0)
    .where(~PACKED_FROM)
    .order_by(LOTS.id)
    .limit(bindparam("most"))
)


def close_empty_lots(*, now: datetime, limit: int = 50) -> int:
    """Close received lots of which nothing is left: taken back, lost, or sold to the last crate.

    A lot with a crate in a packed parcel waits until that has left. Returns how
    many were found (a chore).
    """
    found = db.lock(Lot, *db.session.scalars(EMPTY_LOTS, {"most": limit}))
    for lot in found:
        if lot.state == "received" and stock.is_empty(lot):
            stock.close(lot, now=now)
    return len(found)


EMPTIED_LOTS = select(LOTS.id).where(
    LOTS.id.in_(select(ROWS.lot_id).where(ROWS.parcel_id == bindparam("parcel"))),
    ~PACKED_FROM.where(ROWS.parcel_id != bindparam("parcel")),
    LOTS.state == "received",
    LOTS.declared_g + LOTS.on_hand_g == 0,
)


def close_emptied_lots(parcel_id: int, *, now: datetime) -> None:
    """Close the parcel's lots of which nothing is declared, on hand, planned or still packed."""
    for lot in db.lock(Lot, *db.session.scalars(EMPTIED_LOTS, {"parcel": parcel_id})):
        if stock.is_empty(lot):
            stock.close(lot, now=now)
