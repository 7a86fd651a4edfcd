"""An order's life: confirmed by money, lapsed without it, cancelled, completed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from storefront import clock, db
from storefront.actors import Actor
from storefront.catalogue import queries
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.orders import filling, letters, timeline
from storefront.orders.lives import ORDER, PARCEL, UNPACKED
from storefront.orders.models import Allocation, LinePart, Order, Parcel

MOST_LAPSED = 50


_OVER = (
    select(Order)
    .where(Order.state == "awaiting_payment", Order.hold_until <= bindparam("now"))
    .order_by(Order.hold_until, Order.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)
_HOLDING = (
    select(Allocation.order_id)
    .join(LinePart, LinePart.id == Allocation.line_part_id)
    .where(Allocation.state == "planned")
    .where(LinePart.grade_id.in_(bindparam("grades", expanding=True)))
)
LAPSED = _OVER
LAPSED_HOLDING = _OVER.where(Order.id.in_(_HOLDING))


def lock_lapsed(
    *, now: datetime, grade_ids: Collection[int] | None = None, limit: int = MOST_LAPSED
) -> list[Order]:
    """Lock unpaid orders whose hold is over, oldest first; ones another works on are skipped.

    ``grade_ids`` keeps only those that hold pears of these grades.
    """
    asked = {"now": now, "most": limit}
    if grade_ids is None:
        return list(db.session.scalars(LAPSED, asked))
    return list(db.session.scalars(LAPSED_HOLDING, {**asked, "grades": list(grade_ids)}))


def lots_of(orders: Sequence[Order]) -> set[int]:
    """Return the lots on which the orders' unpacked rows are planned, to be locked."""
    if not orders:
        return set()
    query = select(Allocation.lot_id).where(
        Allocation.order_id.in_([order.id for order in orders]),
        Allocation.state == "planned",
    )
    return {lot_id for lot_id in db.session.scalars(query) if lot_id is not None}


def lapse(orders: Sequence[Order], *, now: datetime) -> None:
    """Let locked orders lapse: their pears go back to their lots, which are locked too."""
    for order in orders:
        ORDER.check(order.state, "expired", order=order.code)
        db.change(order, state="expired")
        _free_all(order, now)
        timeline.note(order.id, "expired", actor=Actor.shop(), now=now)
        letters.to_buyer(
            order,
            f"expired:{order.id}",
            "expired",
            now=now,
        )


def lapse_holds(*, now: datetime, limit: int = MOST_LAPSED) -> int:
    """Lapse the holds that are over (the worker's chore); returns how many."""
    orders = lock_lapsed(now=now, limit=limit)
    filling.lock_lots((), clock.china_day(now), also=lots_of(orders))
    lapse(orders, now=now)
    return len(orders)


def confirm(order_id: int, *, now: datetime) -> bool:
    """Confirm an order that was paid; False when its pears are gone and it stays as it is.

    An expired order takes its stock again, all of it or none: that is an answer,
    not an exception. Confirming a confirmed order changes nothing.
    """
    order = db.lock_one(Order, order_id)
    if order.state in ("confirmed", "completed"):
        return True
    if order.state == "cancelled" or (order.state == "expired" and not _take_again(order, now)):
        return False
    ORDER.check(order.state, "confirmed", order=order.code)
    db.change(order, state="confirmed", confirmed_at=now)
    timeline.note(order.id, "confirmed", actor=Actor.shop(), now=now)
    return True


def _take_again(order: Order, now: datetime) -> bool:
    parcel = db.session.scalars(select(Parcel).where(Parcel.order_id == order.id)).one()
    lines = filling.lines_of(order.id)
    lots = filling.lock_lots(filling.grades_of(lines), clock.china_day(now))
    opens = queries.season_opens({filled.line.product_id for filled in lines}, clock.china_day(now))
    promised, slices = filling.first_plan(lines, lots, opens, now=now)
    if any(piece.lot_id is None for piece in slices):
        return False
    parcel.promised_on = promised
    filling.write_allocations(order, parcel, lines, slices, now=now)
    return True


def cancel_unpaid(order_id: int, *, actor: Actor, now: datetime) -> None:
    """Cancel an order that is still to be paid; its pears go back at once. Again: no change.

    Raises:
        Refusal: ``order_step`` when it is paid or lapsed already.
    """
    order = db.lock_one(Order, order_id)
    if order.state == "cancelled":
        return
    if order.state != "awaiting_payment":
        raise Refusal("order_step", order=order.code, state=order.state, wanted="cancelled")
    filling.lock_lots((), clock.china_day(now), also=lots_of([order]))
    order.state = "cancelled"
    _free_all(order, now)
    for parcel in db.session.scalars(select(Parcel).where(Parcel.order_id == order.id)):
        PARCEL.check(parcel.state, "cancelled", parcel=parcel.code)
        parcel.state = "cancelled"
    timeline.note(order.id, "cancelled", actor=actor, now=now)


def _free_all(order: Order, now: datetime) -> None:
    rows = db.session.scalars(
        select(Allocation).where(Allocation.order_id == order.id, Allocation.state.in_(UNPACKED))
    ).all()
    filling.free(rows, now=now)


_PARCELS = db.table(Parcel).c
STATES = select(_PARCELS.state).where(_PARCELS.order_id == bindparam("order"))


def complete_if_done(order_id: int, *, now: datetime, shopper_balance: Fen) -> bool:
    """Complete an order whose parcels are all over and whose shopper owes and is owed nothing."""
    order = db.lock_one(Order, order_id)
    states = set(db.session.scalars(STATES, {"order": order_id}))
    done = states <= {"closed", "cancelled"} and "closed" in states and shopper_balance == ZERO
    if not done or order.state != "confirmed":
        return False
    db.change(order, state="completed", completed_at=now)
    timeline.note(order.id, "completed", actor=Actor.shop(), now=now)
    return True
