"""Filling lines from lots: the plan of the pure rule, written down as allocations.

Everything here happens under the locks of the order and of every lot it may
touch; ``lock_lots`` takes those in one go, by id, so that two buyers never wait
for each other.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from storefront import clock, db
from storefront.money import Fen
from storefront.orders import promise
from storefront.orders.dispatch_days import held_calendar
from storefront.orders.models import Allocation, Line, LinePart, Order, Parcel
from storefront.supply import candidates, stock
from storefront.supply.allocation import LineNeed, Need, Slice, plan
from storefront.supply.households import standing_on
from storefront.supply.models import Lot
from storefront.supply.prices import purchase_prices_on
from storefront.weight import FenPerKg


class FilledLine(NamedTuple):
    """A line with its parts by position."""

    line: Line
    parts: Sequence[LinePart]

    @property
    def need(self) -> LineNeed:
        """What the line wants of lots."""
        needs = tuple(
            Need(part.id, part.grade_id, part.grams, self.line.quantity)
            for part in self.parts
            if part.grade_id is not None and part.grams is not None
        )
        return LineNeed(needs, one_household=self.line.custody == "identity_preserved")


def lines_of(order_id: int) -> list[FilledLine]:
    """Return the order's lines and parts by position."""
    lines = db.session.scalars(
        select(Line).where(Line.order_id == order_id).order_by(Line.position)
    ).all()
    parts = db.session.scalars(
        select(LinePart)
        .where(LinePart.line_id.in_([line.id for line in lines]))
        .order_by(LinePart.line_id, LinePart.position)
    ).all()
    return [FilledLine(line, [part for part in parts if part.line_id == line.id]) for line in lines]


def grades_of(lines: Iterable[FilledLine]) -> set[int]:
    """Return the grades the lines want."""
    return {need.grade_id for filled in lines for need in filled.need.needs}


def lock_lots(grade_ids: Collection[int], promised: date, also: Iterable[int] = ()) -> list[Lot]:
    """Lock, by id, the lots that may fill these grades and the ones named ``also``."""
    wanted = {"grades": list(grade_ids), "promised": promised, "also": list(also)}
    return db.lock_found(candidates.LOCKING, wanted)


def slices_for(lines: Sequence[FilledLine], lots: Sequence[Lot], promised: date) -> list[Slice]:
    """Return the rule's plan for the lines from locked lots."""
    return plan([filled.need for filled in lines], candidates.on_offer(lots, promised))


def first_plan(
    lines: Sequence[FilledLine], lots: Sequence[Lot], not_before: date | None, *, now: datetime
) -> tuple[date, list[Slice]]:
    """Return the first day that can be promised on which locked lots fill the lines, and the plan.

    Without such a day it is the last one on which more is ready, and slices lack a lot. The
    place in the calendar is held until the transaction ends.
    """
    calendar = held_calendar(now)
    tried = promise.days(calendar, not_before, (lot.ready_on for lot in lots))
    plans = ((day, slices_for(lines, lots, day)) for day in tried)
    whole = (plan for plan in plans if all(piece.lot_id is not None for piece in plan[1]))
    return next(whole, None) or (tried[-1], slices_for(lines, lots, tried[-1]))


def write_allocations(
    order: Order,
    parcel: Parcel,
    lines: Sequence[FilledLine],
    slices: Sequence[Slice],
    *,
    now: datetime,
) -> None:
    """Write a complete plan down: one allocation per slice, its grams out of its lot.

    The retail price of a part is split over its slices by grams (law 4).
    """
    written: list[Allocation] = []
    for filled in lines:
        for part in filled.parts:
            own = [piece for piece in slices if piece.part == part.id]
            prices = part.retail_fen.split([int(piece.grams) for piece in own]) if own else []
            for piece, retail in zip(own, prices, strict=True):
                row = _allocation(order, parcel, filled.line, piece, retail)
                row.position = len(written) + 1
                set_lot(row, piece.lot_id, now=now)
                written.append(row)
    db.put(*written)


def _allocation(order: Order, parcel: Parcel, line: Line, piece: Slice, retail: Fen) -> Allocation:
    return Allocation(
        order_id=order.id,
        line_id=line.id,
        line_part_id=piece.part,
        parcel_id=parcel.id,
        grams=piece.grams,
        retail_fen=retail,
        custody=line.custody,
    )


def set_lot(row: Allocation, lot_id: int | None, *, now: datetime) -> None:
    """Plan the row on a locked lot, or leave it short, copying who and where (law 7)."""
    row.planned_at = now
    if lot_id is None:
        clear_lot(row)
        row.state, row.share_fen = "short", Fen(0)
        return
    lot = db.get(Lot, lot_id)
    home, price = standing_on(lot.household_id, clock.china_day(now)), _price(lot, now)
    stock.plan_out(lot, row.grams)
    row.lot_id, row.household_id, row.household_code = lot.id, lot.household_id, home.code
    row.village_id, row.status = home.village_id, home.status
    row.state, row.share_fen = "planned", price.of(row.grams)


def clear_lot(row: Allocation) -> None:
    """Take the lot and its household off a row."""
    row.lot_id = row.household_id = row.household_code = row.village_id = row.status = None


def _price(lot: Lot, now: datetime) -> FenPerKg:
    """Return the lot's own price, or today's while it is only declared: an estimate."""
    if lot.purchase_price is not None:
        return lot.purchase_price
    return purchase_prices_on(clock.china_day(now)).get(lot.grade_id, FenPerKg(0))


def free(rows: Iterable[Allocation], *, now: datetime) -> None:
    """Free planned and short rows; the lots of planned ones are locked and get their grams back."""
    for row in rows:
        if row.state == "planned" and row.lot_id is not None:
            stock.free(db.get(Lot, row.lot_id), row.grams)
        row.state, row.freed_at = "freed", now
