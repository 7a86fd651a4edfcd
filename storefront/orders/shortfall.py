"""When a lot has less than was planned: the youngest rows move to other lots, or fall short."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storefront import db
from storefront.actors import Actor
from storefront.errors import Busy, Refusal
from storefront.orders import filling
from storefront.orders.lives import ALLOCATION
from storefront.orders.models import Allocation, Line, LinePart, Order, Parcel
from storefront.orders.packing import replacement
from storefront.orders.timeline import note
from storefront.supply import candidates, stock, weighing
from storefront.supply.allocation import LineNeed, Need, Slice, plan
from storefront.supply.households import Household
from storefront.supply.models import Lot, Slip
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many rows found another lot, and the codes of the orders that now fall short."""

    moved: int
    short: tuple[str, ...]


def replan(lot_id: int, grams: Grams, *, now: datetime) -> Replanned:
    """Make ``grams`` of a lot available by moving its youngest unpacked rows elsewhere.

    Half of a loss and of a weighing that found less than was declared. A row
    that no other lots can fill whole becomes ``short``.

    Raises:
        Busy: an order was placed on the lot before it could be locked; try again.
    """
    planned = _planned_on(lot_id)
    orders = {order.id: order for order in db.lock(Order, *(row.order_id for row in planned))}
    lots = _lock_around(lot_id, planned)
    lot = next(one for one in lots if one.id == lot_id)
    others = [one for one in lots if one.id != lot_id]
    moved, short = 0, []
    for row in _planned_on(lot_id):
        if lot.available_g >= grams:
            break
        if row.order_id not in orders:  # its order comes before lots, and is not ours to touch
            raise Busy
        if _move(row, others, now=now):
            moved += 1
        else:
            short.append(orders[row.order_id].code)
    return Replanned(moved, tuple(dict.fromkeys(short)))


def _planned_on(lot_id: int) -> list[Allocation]:
    """Return the lot's planned rows, youngest first."""
    query = (
        select(Allocation)
        .where(Allocation.lot_id == lot_id, Allocation.state == "planned")
        .order_by(Allocation.planned_at.desc(), Allocation.id.desc())
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _lock_around(lot_id: int, rows: list[Allocation]) -> list[Lot]:
    """Lock the lot and every lot its rows could move to, by id, in one go."""
    wanted = {lot_id}
    for row in rows:
        part = db.get(LinePart, row.line_part_id)
        promised = db.get(Parcel, row.parcel_id).promised_on
        wanted |= candidates.candidate_ids({part.grade_id or 0}, promised)
    return db.lock(Lot, *wanted)


def _move(row: Allocation, others: list[Lot], *, now: datetime) -> bool:
    """Put a row onto other lots, all of it; False when it became short instead."""
    slices = _slices(row, others)
    if any(piece.lot_id is None for piece in slices):
        ALLOCATION.check(row.state, "short")
        lot = db.get(Lot, row.lot_id or 0)
        stock.free(lot, row.grams)
        filling.set_lot(row, None, now=now)
        note(row.order_id, "short", actor=Actor.shop(), now=now, parcel_id=row.parcel_id)
        return False
    _replace(row, slices, now=now)
    return True


def _slices(row: Allocation, lots: list[Lot]) -> list[Slice]:
    line = db.get(Line, row.line_id)
    part = db.get(LinePart, row.line_part_id)
    promised = db.get(Parcel, row.parcel_id).promised_on
    alone = _household_bound(row, line)
    own = [lot for lot in lots if not alone or lot.household_id == row.household_id]
    need = Need(part.id, part.grade_id or 0, row.grams, 1)
    one_household = line.custody == "identity_preserved"
    return plan([LineNeed((need,), one_household)], candidates.on_offer(own, promised))


def _household_bound(row: Allocation, line: Line) -> bool:
    """Whether the row shares its box with others of one household and must stay with it."""
    if line.custody != "identity_preserved" or row.household_id is None:
        return False
    parts = db.session.scalars(select(LinePart.grams).where(LinePart.line_id == line.id))
    return row.grams != Grams.total(grams for grams in parts if grams is not None)


def _replace(row: Allocation, slices: list[Slice], *, now: datetime) -> None:
    """Free the row and write the slices in its place, its retail price split by grams."""
    prices = row.retail_fen.split([int(piece.grams) for piece in slices])
    filling.free([row], now=now)
    for piece, retail in zip(slices, prices, strict=True):
        new = replacement(row, piece.grams)
        new.retail_fen = retail
        filling.set_lot(new, piece.lot_id, now=now)
        db.session.add(new)
    db.session.flush()


def cut_short(allocation_id: int, there: Grams, *, now: datetime) -> Allocation:
    """Leave of a planned row what its crate holds; the rest becomes a short row, returned.

    Half of ``settlement.short_crates.short_crate``; the lots that could take the rest are locked.
    Nothing there: the whole row is short.

    Raises:
        Refusal: ``order_not_confirmed``; ``allocation_step``; ``crate_not_short`` with what it was
            to hold; ``box_of_one_household`` where the crates of a box stay together.
    """
    order = db.lock_one(Order, db.get(Allocation, allocation_id).order_id)
    found = db.get(Allocation, allocation_id)
    db.lock_one(Parcel, found.parcel_id)
    _lock_around(found.lot_id or 0, [found])
    row = db.lock_one(Allocation, allocation_id)
    if order.state != "confirmed":
        raise Refusal("order_not_confirmed", order=order.code, state=order.state)
    ALLOCATION.check(row.state, "short")
    if not NOTHING <= there < row.grams:
        raise Refusal("crate_not_short", field="there", grams=row.grams)
    _check_boxes(row, there)
    rest = row if there == NOTHING else _cut_off(row, there)
    stock.free(db.get(Lot, row.lot_id or 0), rest.grams)
    filling.set_lot(rest, None, now=now)
    db.session.add(rest)
    db.session.flush()
    return rest


def _check_boxes(row: Allocation, there: Grams) -> None:
    """Of boxes that are each of one household only whole ones go, or stay."""
    if db.get(Line, row.line_id).custody != "identity_preserved":
        return
    parts = db.session.scalars(select(LinePart.grams).where(LinePart.line_id == row.line_id))
    box = Grams.total(grams for grams in parts if grams is not None)
    if int(there) % int(box) or int(row.grams) % int(box):
        raise Refusal("box_of_one_household", field="there", box=box)


def _cut_off(row: Allocation, there: Grams) -> Allocation:
    """Take off a row what its crate does not hold, with its part of the price."""
    rest = replacement(row, row.grams - there)
    weights = (int(there), int(rest.grams))
    row.retail_fen, rest.retail_fen = row.retail_fen.split(weights)
    row.share_fen = row.share_fen.split(weights)[0]
    row.grams = there
    return rest


def place_rest(rest: Allocation, *, now: datetime) -> bool:
    """Plan a row that was cut short on other lots, which are locked; whether they could fill it."""
    part = db.get(LinePart, rest.line_part_id)
    promised = db.get(Parcel, rest.parcel_id).promised_on
    slices = _slices(rest, filling.lock_lots({part.grade_id or 0}, promised))
    if any(piece.lot_id is None for piece in slices):
        note(rest.order_id, "short", actor=Actor.shop(), now=now, parcel_id=rest.parcel_id)
        return False
    _place(rest, slices, now=now)
    return True


def _place(row: Allocation, slices: list[Slice], *, now: datetime) -> None:
    if len(slices) == 1:
        filling.set_lot(row, slices[0].lot_id, now=now)
    else:
        _replace(row, slices, now=now)


def place_short(allocation_id: int, *, now: datetime) -> None:
    """Find lots for a short row now that there may be some.

    Raises:
        Refusal: ``allocation_step`` when it is not short; ``still_short``.
    """
    found = db.get(Allocation, allocation_id)
    db.lock_one(Order, found.order_id)
    part = db.get(LinePart, found.line_part_id)
    promised = db.get(Parcel, found.parcel_id).promised_on
    lots = filling.lock_lots({part.grade_id or 0}, promised)
    row = db.lock_one(Allocation, allocation_id)
    ALLOCATION.check(row.state, "planned")
    slices = _slices(row, lots)
    if any(piece.lot_id is None for piece in slices):
        raise Refusal("still_short", grams=row.grams)
    _place(row, slices, now=now)


def weigh_in(delivery: weighing.Delivery, *, key: str, actor: Actor, now: datetime) -> Slip:
    """Receive a delivery (``supply.weighing.weigh_in``); what was planned beyond it moves first.

    The household is locked before anything else: of the same form sent twice at
    once the second finds the first one's slip, and moves no crate for it.

    Raises:
        As ``supply.weighing.weigh_in``.
    """
    db.lock_one(Household, delivery.household_id)
    before = db.session.scalar(select(Slip).where(Slip.key == key))
    if before is None:
        for row in delivery.rows:
            if row.declared_lot_id is not None:
                _make_room(row.declared_lot_id, row.net, now=now)
    return weighing.weigh_in(delivery, key=key, actor=actor, now=now)


def _make_room(lot_id: int, net: Grams, *, now: datetime) -> None:
    """Move planned grams that the scale did not find."""
    lot = db.get(Lot, lot_id)
    missing = lot.declared_g - net
    if net > NOTHING and missing > NOTHING:
        replan(lot_id, missing, now=now)
