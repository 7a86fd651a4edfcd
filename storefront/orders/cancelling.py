"""Taking a paid order apart before it leaves, whole or by line (half of payments.cancelling)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from storefront import db
from storefront.actors import Actor
from storefront.catalogue import freight
from storefront.errors import NotFound, Refusal
from storefront.money import Fen
from storefront.orders import filling, split, timeline
from storefront.orders.lives import ALLOCATION, FREEABLE, ORDER, PARCEL
from storefront.orders.models import Allocation, Line, LineCancellation, Order, Parcel, ParcelBoxes
from storefront.orders.whereabouts import CANCELLED, whereabouts
from storefront.supply import stock
from storefront.supply.models import Lot
from storefront.weight import Grams


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What goes back for a line, ``freight`` of it because the parcel is lighter, and the why."""

    reason: str
    returned: Fen
    freight: Fen
    refund_id: int | None


def line_at(order_id: int, position: int) -> Line:
    """Return a line of an order, or raise ``NotFound``."""
    query = select(Line).where(Line.order_id == order_id, Line.position == position)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def is_cancelled(line_id: int) -> bool:
    """Whether the line was cancelled by itself."""
    return db.session.scalar(CANCELLED.where(LineCancellation.line_id == line_id)) is not None


def check_order(order: Order) -> None:
    """Refuse to cancel an order that is not confirmed, or of which a parcel has left.

    Raises:
        Refusal: ``order_step``; ``refund_dispatched``.
    """
    ORDER.check(order.state, "cancelled", order=order.code)
    if any(parcel.dispatched_at is not None for parcel in _parcels(order.id)):
        raise Refusal("refund_dispatched")


def check_line(order: Order, line: Line) -> None:
    """Refuse to cancel a line of an order that is not confirmed, or of which something has left.

    Raises:
        Refusal: ``order_step``; ``line_left`` with the code of the ``parcel`` it left in.
    """
    if order.state != "confirmed":
        raise Refusal("order_step", order=order.code, state=order.state, wanted="cancelled")
    places = whereabouts(order.id)[line.id]
    for parcel in _parcels(order.id):
        if parcel.id in places and parcel.dispatched_at is not None:
            raise Refusal("line_left", parcel=parcel.code)


def is_last(order: Order, line: Line) -> bool:
    """Whether nothing else of the order is still to leave."""
    gone = {parcel.id for parcel in _parcels(order.id) if parcel.dispatched_at is not None}
    others = (places for one, places in whereabouts(order.id).items() if one != line.id)
    return all(places <= gone for places in others)


def _parcels(order_id: int) -> list[Parcel]:
    query = select(Parcel).where(Parcel.order_id == order_id, Parcel.state != "cancelled")
    return list(db.session.scalars(query.order_by(Parcel.position)))


def freight_without(order: Order, line: Line) -> Fen | None:
    """Return what the shopper would pay to have the other lines sent, by the order's own table.

    None where it stays as it is: once a parcel has left, that one was charged its part.
    """
    parcels = _parcels(order.id)
    if any(parcel.dispatched_at is not None for parcel in parcels) or is_last(order, line):
        return None
    sums = (func.sum(Line.gross_g * Line.quantity), func.sum(Line.price_fen - Line.discount_fen))
    others = (Line.order_id == order.id, Line.id != line.id, Line.id.not_in(CANCELLED))
    gross, goods = db.session.execute(select(*sums).where(*others)).one()
    province = parcels[0].province
    quoted = freight.quote(order.freight_table_id, province, Grams(int(gross)), Fen(int(goods)))
    return quoted.charge


def freight_returned(order_id: int) -> Fen:
    """Return the freight that went back with lines cancelled so far."""
    query = (
        select(func.coalesce(func.sum(LineCancellation.freight_fen), 0))
        .join(Line, Line.id == LineCancellation.line_id)
        .where(Line.order_id == order_id)
    )
    return Fen(int(db.session.scalar(query) or 0))


def withdraw_order(order: Order, reason: str, *, actor: Actor, now: datetime) -> None:
    """Cancel a locked order: every crate goes back to its lot, every parcel is cancelled.

    Raises:
        As ``check_order``.
    """
    check_order(order)
    parcels = db.lock(Parcel, *(parcel.id for parcel in _parcels(order.id)))
    _put_back(Allocation.order_id == order.id, actor=actor, now=now)
    for parcel in parcels:
        _cancel_parcel(parcel)
    _end(order, reason, actor, now)


def withdraw_line(order: Order, line: Line, given: Given, *, actor: Actor, now: datetime) -> None:
    """Cancel a line of a locked order; a parcel that has nothing left is cancelled, so is an order.

    Raises:
        As ``check_line``.
    """
    check_line(order, line)
    parcels = db.lock(Parcel, *(parcel.id for parcel in _parcels(order.id)))
    to_go = [parcel for parcel in parcels if parcel.dispatched_at is None]
    _put_back(Allocation.line_id == line.id, actor=actor, now=now)
    db.session.execute(delete(ParcelBoxes).where(ParcelBoxes.line_id == line.id))
    db.session.add(_row(line, given, actor, now))
    db.session.flush()
    _note(line, given, actor, now)
    held = {parcel_id for places in whereabouts(order.id).values() for parcel_id in places}
    for parcel in to_go:
        if parcel.id not in held:
            _cancel_parcel(parcel)
    split.price_freight(order, [parcel for parcel in to_go if parcel.id in held])
    if not held:
        _end(order, given.reason, actor, now)


def _note(line: Line, given: Given, actor: Actor, now: datetime) -> None:
    timeline.note(
        line.order_id,
        "line_cancelled",
        actor=actor,
        now=now,
        reason=given.reason,
        position=line.position,
        name_zh=line.name_zh,
        name_en=line.name_en,
    )


def _row(line: Line, given: Given, actor: Actor, now: datetime) -> LineCancellation:
    return LineCancellation(
        line_id=line.id,
        reason=given.reason,
        returned_fen=given.returned,
        freight_fen=given.freight,
        refund_id=given.refund_id,
        cancelled_by=actor.user_id,
        at=now,
    )


def _put_back(which: ColumnElement[bool], *, actor: Actor, now: datetime) -> None:
    """Free the rows: planned grams are available again, packed crates go back on hand."""
    query = select(Allocation.id, Allocation.lot_id).where(which, Allocation.state.in_(FREEABLE))
    found = db.session.execute(query).all()
    db.lock(Lot, *(lot_id for _, lot_id in found if lot_id is not None))
    rows = db.lock(Allocation, *(row_id for row_id, _ in found))
    for row in rows:
        ALLOCATION.check(row.state, "freed")
    filling.free([row for row in rows if row.state != "packed"], now=now)
    _unpack([row for row in rows if row.state == "packed"], actor, now)
    db.session.flush()


def _unpack(rows: Iterable[Allocation], actor: Actor, now: datetime) -> None:
    for row in rows:
        cause = stock.Cause("unpack", f"unpack:{row.id}", allocation_id=row.id)
        lot = db.get(Lot, row.lot_id or 0)
        stock.unpack(lot, row.grams, cause, actor=actor, now=now)
        row.state, row.freed_at = "freed", now


def _cancel_parcel(parcel: Parcel) -> None:
    PARCEL.check(parcel.state, "cancelled", parcel=parcel.code)
    parcel.state = "cancelled"


def _end(order: Order, reason: str, actor: Actor, now: datetime) -> None:
    ORDER.check(order.state, "cancelled", order=order.code)
    order.state = "cancelled"
    timeline.note(order.id, "cancelled", actor=actor, now=now, reason=reason)
