"""A parcel split in two before it leaves: by boxes, or crate by crate (docs/adr/0011)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import bindparam, func, select

from storefront import audit, db, ids
from storefront.actors import Actor
from storefront.catalogue import freight
from storefront.errors import Refusal
from storefront.orders import letters, packing
from storefront.orders.dispatch_days import day_can_be_promised
from storefront.orders.filling import FilledLine, lines_of
from storefront.orders.lives import LIVE, UNPACKED
from storefront.orders.models import Allocation, Order, Parcel, ParcelBoxes, ParcelSplit
from storefront.orders.splitting import Crate, Off, Packs, off_by_boxes, off_by_crates
from storefront.orders.timeline import note
from storefront.supply.models import Lot
from storefront.weight import NOTHING, Grams

SPLITTABLE = ("planned", "packed")
# by line id: what of each line in the parcel is to leave it
Chooser = Callable[[Mapping[int, Packs]], Mapping[int, Off]]


def split_boxes(
    parcel_id: int,
    boxes: Mapping[int, int],
    *,
    promised_on: date | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> Parcel:
    """Move so many boxes of each line (by line id) into a new parcel; returns it.

    With a new day the buyer is told in a letter when the new parcel leaves. The same key
    again returns the first new parcel. Stock does not move: a row that is only planned is
    cut where it fills boxes of both.

    Raises:
        Refusal: ``order_not_confirmed``; ``parcel_step`` when it has left or is over;
            ``nothing_to_split``; ``nothing_left`` in the old parcel; ``key_reused``;
            ``quantity_out_of_range``; ``boxes_shared_out``; ``crate_fills_both``;
            ``no_dispatch_day`` when nothing leaves on that day; ``keeps_not_so_long``.
    """

    def choose(packs: Mapping[int, Packs]) -> Mapping[int, Off]:
        nothing = Packs(0, {}, ())
        return {
            line: off_by_boxes(packs.get(line, nothing), wanted) for line, wanted in boxes.items()
        }

    new, is_new = _split(parcel_id, choose, key=key, actor=actor, now=now)
    return _put_off(new, promised_on, now=now) if is_new and promised_on else new


def split_crates(
    parcel_id: int,
    crates: Collection[int],
    *,
    promised_on: date | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> Parcel:
    """Move whole allocations into a new parcel, packed or not; returns it.

    The boxes of a line go where most of its pears go. The same key again returns the
    first new parcel.

    Raises:
        Refusal: as ``split_boxes``; ``crate_not_in_parcel``; ``box_stays_whole`` for a box
            of one household.
    """

    def choose(packs: Mapping[int, Packs]) -> Mapping[int, Off]:
        there = {crate.id for own in packs.values() for crate in own.crates}
        if not set(crates) <= there:
            raise Refusal("crate_not_in_parcel", field="crates")
        return {
            line: off_by_crates(own, crates)
            for line, own in packs.items()
            if any(crate.id in crates for crate in own.crates)
        }

    new, is_new = _split(parcel_id, choose, key=key, actor=actor, now=now)
    return _put_off(new, promised_on, now=now) if is_new and promised_on else new


def _put_off(new: Parcel, day: date, *, now: datetime) -> Parcel:
    """Promise a new parcel for another day, and tell the buyer."""
    if not day_can_be_promised(day, now):
        raise Refusal("no_dispatch_day", field="promised_on", day=day)
    ends = db.session.execute(FIRST_TO_END, {"parcel": new.id}).first()
    if ends is not None and ends.day < day:
        raise Refusal("keeps_not_so_long", field="promised_on", lot=ends.code, until=ends.day)
    new.promised_on = day
    order = db.get(Order, new.order_id)
    letters.to_buyer(order, f"split:{new.id}", "split", now=now)
    db.session.flush()
    return new


FIRST_TO_END = (
    select(Lot.code, Lot.storage_ends_on.label("day"))
    .join(Allocation, Allocation.lot_id == Lot.id)
    .where(Allocation.parcel_id == bindparam("parcel"), Allocation.state == "planned")
    .order_by(Lot.storage_ends_on, Lot.id)
    .limit(1)
)


def _split(
    parcel_id: int, choose: Chooser, *, key: str, actor: Actor, now: datetime
) -> tuple[Parcel, bool]:
    """Return the new parcel, and whether it was made now."""
    order = db.lock_one(Order, db.get(Parcel, parcel_id).order_id)
    before = db.session.scalar(select(ParcelSplit).where(ParcelSplit.key == key))
    if before is not None:
        return _split_before(before, parcel_id), False
    parcel = db.lock_one(Parcel, parcel_id)
    _check_splittable(order, parcel)
    rows = _rows_of(parcel.id)
    lines = {filled.line.id: filled for filled in lines_of(order.id)}
    packs = _packs_of(parcel.id, lines, rows)
    off = choose(packs)
    _check_parts(parcel, packs, off)
    new = _sibling(parcel, key, actor=actor, now=now)
    _move_rows(rows, off, new)
    _move_boxes(parcel, off, new)
    price_freight(order, (parcel, new))
    note(
        order.id, "split", actor=actor, now=now, parcel_id=new.id, parcel=parcel.code, new=new.code
    )
    audit.record(actor, "split", "parcel", parcel.code, now=now, new=new.code)
    _finish_packed((parcel, new), actor=actor, now=now)
    return new, True


def _split_before(split: ParcelSplit, parcel_id: int) -> Parcel:
    if split.from_id != parcel_id:
        raise Refusal("key_reused")
    return db.get(Parcel, split.parcel_id)


def _check_splittable(order: Order, parcel: Parcel) -> None:
    if order.state != "confirmed":
        raise Refusal("order_not_confirmed", order=order.code, state=order.state)
    if parcel.state not in SPLITTABLE:
        raise Refusal("parcel_step", parcel=parcel.code, state=parcel.state, wanted="split")


def _rows_of(parcel_id: int) -> list[Allocation]:
    """Lock the parcel's rows; return them in the order of the boxes they fill."""
    query = select(Allocation.id).where(
        Allocation.parcel_id == parcel_id, Allocation.state.in_(LIVE)
    )
    locked = db.lock(Allocation, *db.session.scalars(query))
    return sorted(locked, key=lambda row: (row.line_id, row.position, row.id))


def _boxes_in(parcel_id: int) -> dict[int, ParcelBoxes]:
    query = select(ParcelBoxes).where(ParcelBoxes.parcel_id == parcel_id)
    return {boxes.line_id: boxes for boxes in db.session.scalars(query)}


def _packs_of(
    parcel_id: int, lines: Mapping[int, FilledLine], rows: Sequence[Allocation]
) -> dict[int, Packs]:
    """Return each line of the parcel as the pure rule sees it."""
    boxes = _boxes_in(parcel_id)
    crates = {
        line: [
            Crate(row.id, row.line_part_id, row.grams, row.crate if row.state == "packed" else None)
            for row in own
        ]
        for line, own in groupby(rows, key=lambda row: row.line_id)
    }
    return {
        line: Packs(
            boxes=boxes[line].boxes if line in boxes else 0,
            needs={need.part: need.grams for need in lines[line].need.needs},
            crates=crates.get(line, ()),
            whole=lines[line].need.one_household,
        )
        for line in sorted({*boxes, *crates})
    }


def _check_parts(parcel: Parcel, packs: Mapping[int, Packs], off: Mapping[int, Off]) -> None:
    """Something goes, and something stays."""
    if not any(part.boxes or part.grams for part in off.values()):
        raise Refusal("nothing_to_split", parcel=parcel.code)
    gone = {line: (part.boxes, Grams.total(part.grams.values())) for line, part in off.items()}
    held = {
        line: (own.boxes, Grams.total(crate.grams for crate in own.crates))
        for line, own in packs.items()
    }
    if gone == held:
        raise Refusal("nothing_left", parcel=parcel.code)


def _sibling(parcel: Parcel, key: str, *, actor: Actor, now: datetime) -> Parcel:
    """Write a parcel for the same person at the same address, next in the order."""
    last = select(func.max(Parcel.position)).where(Parcel.order_id == parcel.order_id)
    new = Parcel(
        order_id=parcel.order_id,
        position=(db.session.scalar(last) or 0) + 1,
        code=ids.new_code(),
        state=parcel.state,
        recipient=parcel.recipient,
        phone=parcel.phone,
        province=parcel.province,
        city=parcel.city,
        district=parcel.district,
        address=parcel.address,
        freight_cost_fen=parcel.freight_cost_fen,
        promised_on=parcel.promised_on,
        packed_at=parcel.packed_at,
    )
    db.session.add(new)
    db.session.flush()
    split = ParcelSplit(key=key, parcel_id=new.id, from_id=parcel.id, at=now, by=actor.user_id)
    db.session.add(split)
    return new


def _move_rows(rows: Sequence[Allocation], off: Mapping[int, Off], new: Parcel) -> None:
    grams = {row: piece for part in off.values() for row, piece in part.grams.items()}
    for row in rows:
        piece = grams.get(row.id, NOTHING)
        if piece == row.grams:
            row.parcel_id = new.id
        elif piece > NOTHING:
            db.session.add(_cut(row, piece, new))
    db.session.flush()


def _cut(row: Allocation, grams: Grams, new: Parcel) -> Allocation:
    """Take ``grams`` off a row that is not packed, with their part of price and share.

    Lot, household, village, status and the day it was planned are those of the row: no
    stock moves, and who supplies the order stays as it was planned.
    """
    staying = row.grams - grams
    weights = (int(staying), int(grams))
    piece = packing.replacement(row, grams)
    piece.parcel_id, piece.state = new.id, row.state
    piece.lot_id, piece.household_id, piece.household_code = (
        row.lot_id,
        row.household_id,
        row.household_code,
    )
    piece.village_id, piece.status, piece.planned_at = row.village_id, row.status, row.planned_at
    row.retail_fen, piece.retail_fen = row.retail_fen.split(weights)
    row.share_fen, piece.share_fen = row.share_fen.split(weights)
    row.grams = staying
    return piece


def _move_boxes(parcel: Parcel, off: Mapping[int, Off], new: Parcel) -> None:
    held = _boxes_in(parcel.id)
    for line, part in off.items():
        if not part.boxes:
            continue
        db.session.add(ParcelBoxes(parcel_id=new.id, line_id=line, boxes=part.boxes))
        if part.boxes == held[line].boxes:
            db.session.delete(held[line])
        else:
            held[line].boxes -= part.boxes
    db.session.flush()


def price_freight(order: Order, parcels: Sequence[Parcel]) -> None:
    """Give each parcel the table's cost for its own weight; the shopper's freight stays."""
    lines = {filled.line.id: filled for filled in lines_of(order.id)}
    for parcel in parcels:
        weight = _gross(parcel.id, lines)
        quoted = freight.quote(order.freight_table_id, parcel.province, weight, order.goods_fen)
        parcel.freight_cost_fen = quoted.cost


def _gross(parcel_id: int, lines: Mapping[int, FilledLine]) -> Grams:
    """Return a parcel's weight: its boxes, and the pears that are with it or with another."""
    boxes = _boxes_in(parcel_id)
    grown = func.coalesce(func.sum(Allocation.grams), 0)
    there = select(grown).where(Allocation.parcel_id == parcel_id, Allocation.state.in_(LIVE))
    packed = Grams.total(lines[line].line.gross_g * own.boxes for line, own in boxes.items())
    full = Grams.total(
        need.grams * own.boxes for line, own in boxes.items() for need in lines[line].need.needs
    )
    return packed - full + Grams(int(db.session.scalar(there) or 0))


def _finish_packed(parcels: Sequence[Parcel], *, actor: Actor, now: datetime) -> None:
    """A parcel whose last open row went into the other one is packed now."""
    for parcel in parcels:
        states = set(
            db.session.scalars(
                select(Allocation.state).where(
                    Allocation.parcel_id == parcel.id, Allocation.state.in_(LIVE)
                )
            )
        )
        if parcel.state == "planned" and states and not states & set(UNPACKED):
            packing.finish(parcel.id, actor=actor, now=now)
