"""Packing: each crate confirmed one by one, so that the household is a fact and not a guess."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, outerjoin, select

from storefront import audit, clock, db
from storefront.actors import Actor
from storefront.errors import NotFound, Refusal
from storefront.orders import filling
from storefront.orders.labels import Label, read_label
from storefront.orders.lives import (
    ALLOCATION,
    HOW_CONFIRMED,
    LIVE,
    PARCEL,
    UNPACKED,
    WAITING_PARCELS,
)
from storefront.orders.models import Allocation, Line, LinePart, Order, Parcel
from storefront.orders.timeline import note
from storefront.supply import stock
from storefront.supply.lots import is_held
from storefront.supply.models import Lot
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Packed:
    """What confirming a crate did; ``swapped`` when another lot than planned was used."""

    allocation_id: int
    crate: str
    swapped: bool
    parcel_packed: bool


def confirm_crate(
    allocation_id: int, crate: str, how: str, *, actor: Actor, now: datetime
) -> Packed:
    """Confirm that a crate went into the parcel for one planned allocation.

    A crate of another lot of the same grade is a swap: the planned row is freed
    and a new one takes its place. The share is fixed here: the lot's purchase
    price x grams. The same crate twice changes nothing, after a swap neither.

    Raises:
        Refusal: ``order_not_confirmed``, ``allocation_step``, ``unreadable_crate``,
            ``unknown_crate``, ``crate_wrong_grade``, ``crate_of_another_parcel``,
            ``lot_not_received``, ``lot_held``, ``lot_past_storage``,
            ``one_household``, ``not_that_much``.
    """
    if how not in HOW_CONFIRMED:
        raise Refusal("unknown_way", how=how)
    label = read_label(crate)
    order, parcel, lot, row = _locked(allocation_id, label)
    if (done := _packed_before(row, label)) is not None:
        whole = parcel.state == "packed"
        return Packed(done.id, str(label), swapped=done.id != row.id, parcel_packed=whole)
    _check_step(order, parcel, row)
    _check_crate(label, lot, row, now)
    swapped = lot.id != row.lot_id
    if swapped:
        row = _swap(row, lot, now=now)
    _pack(row, lot, label, how, actor=actor, now=now)
    facts = {"crate": str(label), "how": how, "swapped": swapped}
    audit.record(actor, "confirm_crate", "parcel", parcel.code, now=now, **facts)
    packed = _all_packed(parcel.id)
    if packed:
        _finish(parcel, actor, now)
    return Packed(row.id, str(label), swapped=swapped, parcel_packed=packed)


def _locked(allocation_id: int, label: Label) -> tuple[Order, Parcel, Lot, Allocation]:
    """Lock what a crate changes; its lot and the planned one by id."""
    place = _place_of(allocation_id)
    settled = db.holds(Order, place.order_id)
    order = db.lock_one(Order, place.order_id)
    if not settled:
        place = _place_of(allocation_id)  # it may have been another one until the order was ours
    parcel = db.lock_one(Parcel, place.parcel_id)
    lot = _lot_of(label, place)
    return order, parcel, lot, db.lock_one(Allocation, allocation_id)


class Place(NamedTuple):
    """Where an allocation is: its order, its parcel, the lot it is planned from and its code."""

    order_id: int
    parcel_id: int
    lot_id: int | None
    lot: str | None


ROWS, LOTS, PARTS = db.table(Allocation).c, db.table(Lot).c, db.table(LinePart).c
PLACE = (
    select(ROWS.order_id, ROWS.parcel_id, ROWS.lot_id, LOTS.code)
    .select_from(outerjoin(db.table(Allocation), db.table(Lot)))
    .where(ROWS.id == bindparam("allocation"))
)


def _place_of(allocation_id: int) -> Place:
    row = db.session.execute(PLACE, {"allocation": allocation_id}).first()
    if row is None:
        raise NotFound
    return Place(*row)


def _packed_before(row: Allocation, label: Label) -> Allocation | None:
    """Return the row that this crate filled already: this one, or the one it was swapped for."""
    if row.state != "freed":
        return row if row.state == "packed" and row.crate == str(label) else None
    query = select(Allocation).where(
        Allocation.order_id == row.order_id,
        Allocation.line_part_id == row.line_part_id,
        Allocation.position == row.position,
        Allocation.state == "packed",
        Allocation.crate == str(label),
    )
    return db.session.scalar(query.limit(1))


LOT_NAMED = select(LOTS.id).where(LOTS.code == bindparam("code"))


def _lot_of(label: Label, place: Place) -> Lot:
    """Lock the crate's lot together with the planned one, by id."""
    if place.lot_id is not None and place.lot == label.lot:
        return db.lock_one(Lot, place.lot_id)
    lot_id: int | None = db.session.scalar(LOT_NAMED, {"code": label.lot})
    if lot_id is None:
        raise Refusal("unknown_crate", field="crate", typed=str(label))
    locked = db.lock(Lot, *{lot_id, place.lot_id or lot_id})
    return next(lot for lot in locked if lot.id == lot_id)


def _check_step(order: Order, parcel: Parcel, row: Allocation) -> None:
    if order.state != "confirmed":
        raise Refusal("order_not_confirmed", order=order.code, state=order.state)
    ALLOCATION.check(row.state, "packed", parcel=parcel.code, crate=row.crate)


def _check_crate(label: Label, lot: Lot, row: Allocation, now: datetime) -> None:
    """Refuse a crate that may not fill this row, saying why."""
    part = db.session.execute(WANTED, {"part": row.line_part_id}).one()
    if lot.grade_id != part.grade_id:
        raise Refusal("crate_wrong_grade", field="crate", lot=lot.code, wanted=part.name_zh)
    if lot.state != "received":
        raise Refusal("lot_not_received", field="crate", lot=lot.code, on_hand=lot.on_hand_g)
    if is_held(lot.id):
        raise Refusal("lot_held", field="crate", lot=lot.code)
    if lot.storage_ends_on < clock.china_day(now):
        raise Refusal("lot_past_storage", field="crate", lot=lot.code, ended=lot.storage_ends_on)
    elsewhere = parcel_with(label, besides=row.parcel_id)
    if elsewhere is not None:
        raise Refusal("crate_of_another_parcel", field="crate", parcel=elsewhere)


WANTED = select(PARTS.grade_id, PARTS.name_zh).where(PARTS.id == bindparam("part"))
PARCELS = db.table(Parcel).c
ELSEWHERE = (
    select(PARCELS.code)
    .where(ROWS.parcel_id == PARCELS.id, PARCELS.id != bindparam("besides"))
    .where(ROWS.crate == bindparam("crate"), ROWS.state.in_(LIVE))
    .where(ROWS.lot_id == LOTS.id, LOTS.code == bindparam("lot"))  # its rows alone are looked at
    .limit(1)
)


def parcel_with(crate: Label, *, besides: int) -> str | None:
    """Return the code of another parcel that a crate went into."""
    return db.session.scalar(ELSEWHERE, {"crate": str(crate), "lot": crate.lot, "besides": besides})


def _swap(row: Allocation, lot: Lot, *, now: datetime) -> Allocation:
    """Free the planned row and put one of the crate's lot in its place."""
    if row.custody == "identity_preserved":
        _check_one_household(row, lot)
    if lot.available_g < row.grams:
        raise Refusal("not_that_much", field="crate", lot=lot.code, left=lot.available_g)
    new = replacement(row, row.grams)
    filling.free([row], now=now)
    filling.set_lot(new, lot.id, now=now)
    db.session.add(new)
    db.session.flush()
    return new


def exchange_crate(
    allocation_id: int, crate: str, how: str, *, actor: Actor, now: datetime
) -> Packed:
    """Take a packed crate out of its parcel and put another one in its place.

    A label was misread, or a lot is recalled. The grams go back to the lot they came
    from; row, household and share are the other crate's. The same again changes nothing.

    Raises:
        Refusal: ``order_not_confirmed``; ``parcel_step`` once it has left;
            ``allocation_step`` while nothing is packed there; as ``confirm_crate``.
    """
    if how not in HOW_CONFIRMED:
        raise Refusal("unknown_way", how=how)
    label = read_label(crate)
    order, parcel, lot, row = _locked(allocation_id, label)
    if (done := _packed_before(row, label)) is not None:
        whole = parcel.state == "packed"
        return Packed(done.id, str(label), swapped=done.id != row.id, parcel_packed=whole)
    check_packed(order, parcel, row, wanted="packed")
    _check_crate(label, lot, row, now)
    old = row.crate
    new = _exchange(row, lot, actor=actor, now=now)
    _pack(new, lot, label, how, actor=actor, now=now)
    facts = {"crate": str(label), "how": how, "instead_of": old}
    audit.record(actor, "exchange_crate", "parcel", parcel.code, now=now, **facts)
    whole = parcel.state == "packed"
    return Packed(new.id, str(label), swapped=new.lot_id != row.lot_id, parcel_packed=whole)


def check_packed(order: Order, parcel: Parcel, row: Allocation, *, wanted: str) -> None:
    """Check that a crate is in a parcel that has not left; ``wanted`` is what it is to be.

    Raises:
        Refusal: ``order_not_confirmed``, ``parcel_step``, ``allocation_step``.
    """
    if order.state != "confirmed":
        raise Refusal("order_not_confirmed", order=order.code, state=order.state)
    if parcel.state not in WAITING_PARCELS:
        raise Refusal("parcel_step", parcel=parcel.code, state=parcel.state, wanted=wanted)
    if row.state != "packed":
        raise Refusal("allocation_step", state=row.state, wanted=wanted)


def _exchange(row: Allocation, lot: Lot, *, actor: Actor, now: datetime) -> Allocation:
    """Put the packed grams back on hand and a row of the other crate's lot in their place."""
    custody = db.get(Line, row.line_id).custody
    if custody == "identity_preserved":
        _check_one_household(row, lot)
    take_out(row, actor=actor, now=now)
    if lot.available_g < row.grams:
        raise Refusal("not_that_much", field="crate", lot=lot.code, left=lot.available_g)
    new = replacement(row, row.grams)
    new.custody = custody
    filling.set_lot(new, lot.id, now=now)
    db.session.add(new)
    db.session.flush()
    return new


def take_out(row: Allocation, *, actor: Actor, now: datetime) -> None:
    """Put a packed row's grams back on hand in its lot, which is locked, and free the row."""
    ALLOCATION.check(row.state, "freed")
    cause = stock.Cause("unpack", f"unpack:{row.id}", allocation_id=row.id)
    stock.unpack(db.get(Lot, row.lot_id or 0), row.grams, cause, actor=actor, now=now)
    row.state, row.freed_at = "freed", now


def replacement(row: Allocation, grams: Grams) -> Allocation:
    """Return a new row, still without a lot, that stands where ``row`` stood."""
    return Allocation(
        order_id=row.order_id,
        line_id=row.line_id,
        line_part_id=row.line_part_id,
        parcel_id=row.parcel_id,
        position=row.position,
        grams=grams,
        retail_fen=row.retail_fen,
        custody=row.custody,
    )


def _check_one_household(row: Allocation, lot: Lot) -> None:
    """An identity-preserved box stays with one household, unless the row is the whole box."""
    if lot.household_id == row.household_id:
        return
    box = db.session.scalar(select(func.sum(LinePart.grams)).where(LinePart.line_id == row.line_id))
    if row.grams != Grams(int(box or 0)):
        raise Refusal("one_household", field="crate", lot=lot.code, household=row.household_code)


def _pack(
    row: Allocation, lot: Lot, label: Label, how: str, *, actor: Actor, now: datetime
) -> None:
    cause = stock.Cause("pack", f"pack:{row.id}", allocation_id=row.id)
    db.change(
        row,
        share_fen=stock.pack_out(lot, row.grams, cause, actor=actor, now=now),
        state="packed",
        how_confirmed=how,
        crate=str(label),
        packed_at=now,
        packed_by=actor.user_id,
        custody="mass_balance" if how == "assumed" else row.custody,
    )


UNCONFIRMED = select(func.count()).where(
    ROWS.parcel_id == bindparam("parcel"), ROWS.state.in_(UNPACKED)
)


def _all_packed(parcel_id: int) -> bool:
    return not db.session.scalar(UNCONFIRMED, {"parcel": parcel_id})


def finish(parcel_id: int, *, actor: Actor, now: datetime) -> bool:
    """Mark a parcel packed; one of bought-in goods alone is finished by hand.

    Raises:
        Refusal: ``parcel_unfinished`` while a crate is still to be confirmed;
            ``order_not_confirmed``; ``parcel_step``.
    """
    parcel = db.lock_one(Parcel, parcel_id)
    order = db.get(Order, parcel.order_id)
    if order.state != "confirmed":
        raise Refusal("order_not_confirmed", order=order.code, state=order.state)
    PARCEL.check(parcel.state, "packed", parcel=parcel.code)
    if not _all_packed(parcel_id):
        raise Refusal("parcel_unfinished", parcel=parcel.code)
    _finish(parcel, actor, now)
    return True


def _finish(parcel: Parcel, actor: Actor, now: datetime) -> None:
    """Take a parcel of which every crate is confirmed off the table."""
    PARCEL.check(parcel.state, "packed", parcel=parcel.code)
    db.change(parcel, state="packed", packed_at=now)
    note(parcel.order_id, "packed", actor=actor, now=now, parcel_id=parcel.id)
    audit.record(actor, "pack", "parcel", parcel.code, now=now)
