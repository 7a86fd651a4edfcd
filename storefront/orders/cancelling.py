"""Taking a paid order apart before it leaves, whole or by line (half of payments.cancelling)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from storefront import db
from storefront.actors import Actor
from storefront.catalogue import freight
from storefront.errors import NotFound, Refusal
from storefront.money import ZERO, Fen
from storefront.orders import filling, packing, split, timeline
from storefront.orders.lives import ALLOCATION, FREEABLE, ORDER, PARCEL
from storefront.orders.models import Allocation, Line, LineCancellation, Order, Parcel, ParcelBoxes
from storefront.orders.whereabouts import whereabouts
from storefront.supply.models import Lot
from storefront.weight import Grams


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What goes back for a line, ``freight`` of it because the parcel is lighter, and the why."""

    reason: str
    returned: Fen
    freight: Fen
    refund_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands: its parcels but the cancelled ones, and in which of them its lines are.

    ``cancelled`` holds, by line, the freight that went back when it was cancelled.
    """

    order: Order
    parcels: Sequence[Parcel]
    lines: Sequence[Line]
    cancelled: Mapping[int, Fen]
    places: Mapping[int, set[int]]

    def line_at(self, position: int) -> Line:
        """Return a line, or raise ``NotFound``."""
        for line in self.lines:
            if line.position == position:
                return line
        raise NotFound

    @property
    def gone(self) -> set[int]:
        """The parcels that have left."""
        return {parcel.id for parcel in self.parcels if parcel.dispatched_at is not None}

    def others(self, line: Line) -> list[Line]:
        """Return the lines besides this one that were not cancelled."""
        return [one for one in self.lines if one.id != line.id and one.id not in self.cancelled]

    def is_last(self, line: Line) -> bool:
        """Whether nothing else of the order is still to leave."""
        return all(self.places.get(one.id, set()) <= self.gone for one in self.others(line))


def standing_of(order: Order) -> Standing:
    """Return how the order stands now. Three statements."""
    parcels = select(Parcel).where(Parcel.order_id == order.id, Parcel.state != "cancelled")
    lines = (
        select(Line, LineCancellation.freight_fen)
        .outerjoin(LineCancellation, LineCancellation.line_id == Line.id)
        .where(Line.order_id == order.id)
        .order_by(Line.position)
    )
    rows = db.session.execute(lines).all()
    return Standing(
        order=order,
        parcels=db.session.scalars(parcels.order_by(Parcel.position)).all(),
        lines=[line for line, _ in rows],
        cancelled={line.id: back for line, back in rows if back is not None},  # type: ignore[redundant-expr]  # an outer join
        places=whereabouts(order.id),
    )


def check_order(standing: Standing) -> None:
    """Refuse to cancel an order that is over, or of which a parcel has left.

    Raises:
        Refusal: ``order_step``; ``refund_dispatched``.
    """
    ORDER.check(standing.order.state, "cancelled", order=standing.order.code)
    if standing.gone:
        raise Refusal("refund_dispatched")


def check_line(standing: Standing, line: Line) -> None:
    """Refuse to cancel a line of an order that is not confirmed, or of which something has left.

    Raises:
        Refusal: ``order_step``; ``line_cancelled``; ``line_left`` with the ``parcel`` it left in.
    """
    order = standing.order
    if order.state != "confirmed":
        raise Refusal("order_step", order=order.code, state=order.state, wanted="cancelled")
    if line.id in standing.cancelled:
        raise Refusal("line_cancelled")
    left = standing.places[line.id] & standing.gone
    for parcel in standing.parcels:
        if parcel.id in left:
            raise Refusal("line_left", parcel=parcel.code)


def lighter_by(standing: Standing, line: Line) -> Fen:
    """Return by how much the shopper's freight is less without the line, by the order's own table.

    Nothing once a parcel has left, for that one was charged its part; nothing where the
    rest would cost more.
    """
    others, order = standing.others(line), standing.order
    if standing.gone or not others:
        return ZERO
    gross = Grams.total(one.gross_g * one.quantity for one in others)
    goods = Fen.total(one.price_fen - one.discount_fen for one in others)
    province = standing.parcels[0].province
    rest = freight.quote(order.freight_table_id, province, gross, goods).charge
    kept = order.freight_fen - Fen.total(standing.cancelled.values())
    return max(kept - rest, ZERO)


def withdraw_order(standing: Standing, reason: str, *, actor: Actor, now: datetime) -> None:
    """Cancel a locked order: every crate goes back to its lot, every parcel is cancelled.

    Raises:
        As ``check_order``.
    """
    check_order(standing)
    order = standing.order
    parcels = db.lock(Parcel, *(parcel.id for parcel in standing.parcels))
    _put_back(Allocation.order_id == order.id, actor=actor, now=now)
    for parcel in parcels:
        _cancel_parcel(parcel)
    _end(order, reason, actor, now)


def withdraw_line(
    standing: Standing, line: Line, given: Given, *, actor: Actor, now: datetime
) -> None:
    """Cancel a line of a locked order; a parcel that has nothing left is cancelled, so is an order.

    Raises:
        As ``check_line``.
    """
    check_line(standing, line)
    order = standing.order
    parcels = db.lock(Parcel, *(parcel.id for parcel in standing.parcels))
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
    for row in rows:
        if row.state == "packed":
            packing.take_out(row, actor=actor, now=now)
    db.session.flush()


def _cancel_parcel(parcel: Parcel) -> None:
    PARCEL.check(parcel.state, "cancelled", parcel=parcel.code)
    parcel.state = "cancelled"


def _end(order: Order, reason: str, actor: Actor, now: datetime) -> None:
    ORDER.check(order.state, "cancelled", order=order.code)
    order.state = "cancelled"
    timeline.note(order.id, "cancelled", actor=actor, now=now, reason=reason)
