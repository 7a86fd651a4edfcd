"""Sales: a parcel that leaves is booked, a parcel that closes makes its shares due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue.fees import fees_of
from storefront.catalogue.models import FeeSchedule
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.ledger.books import Line
from storefront.ledger.models import Entry, Posting
from storefront.money import ZERO, Fen
from storefront.orders import letters, lifecycle, parcels
from storefront.orders.lives import GONE_FOR_GOOD, PARCEL
from storefront.orders.models import Allocation, Order, Parcel
from storefront.settlement import differences, summary
from storefront.settlement.charges import Part, charge_of
from storefront.settlement.contents import Contents, contents_of
from storefront.settlement.summary import Flow
from storefront.supply import lots


def dispatch(parcel_id: int, carrier: str, number: str, *, actor: Actor, now: datetime) -> Parcel:
    """Hand a packed parcel to the carrier and book its charge (docs/books.md, "dispatch").

    Sent again with the same carrier and number it changes nothing.

    Raises:
        Refusal: ``order_not_confirmed``; ``parcel_short`` while a row has no lot;
            ``parcel_step`` when the parcel is not packed; ``parcel_held`` while a crate in
            it is of a lot that is held.
    """
    order, parcel = parcels.locked(parcel_id)
    if parcel.dispatched_at is not None and (parcel.carrier, parcel.number) == (carrier, number):
        return parcel
    rows = _allocations(parcel)
    _check_leaves(order, parcel, rows)
    siblings = _parcels(order.id)
    held = contents_of(order.id, [each.id for each in siblings])
    charge = _charge(order, parcel, siblings, held)
    lines = _dispatch_lines(order, parcel, rows, held[parcel.id], charge)
    entry = books.post("dispatch", f"parcel:{parcel.id}", lines, now=now)
    weighed = differences.settle(rows, actor=actor, now=now)
    parcels.mark_dispatched(parcel.id, carrier, number, charge, actor=actor, now=now)
    parcels.advance([row.id for row in rows], "booked")
    sold = [_sold(row) for row in rows if row.share_fen]
    summary.record(entry.booked_month, [*sold, *weighed])
    _tell(order, parcel, carrier, number, now)
    return parcel


ROWS, SIBLINGS = db.table(Allocation).c, db.table(Parcel).c
ALLOCATIONS = select(ROWS.id).where(ROWS.parcel_id == bindparam("parcel"), ROWS.state != "freed")
PARCELS = (
    select(SIBLINGS.id, SIBLINGS.charge_fen)
    .where(SIBLINGS.order_id == bindparam("order"), SIBLINGS.state != "cancelled")
    .order_by(SIBLINGS.position)
)


class Sibling(NamedTuple):
    """A parcel of the order, and what it was charged once it left."""

    id: int
    charge: Fen | None


def _allocations(parcel: Parcel) -> list[Allocation]:
    return db.lock(Allocation, *db.session.scalars(ALLOCATIONS, {"parcel": parcel.id}))


def _parcels(order_id: int) -> list[Sibling]:
    return [Sibling(*row) for row in db.session.execute(PARCELS, {"order": order_id})]


def _check_leaves(order: Order, parcel: Parcel, rows: Sequence[Allocation]) -> None:
    if order.state != "confirmed":
        raise Refusal("order_not_confirmed", order=order.code, state=order.state)
    if any(row.state == "short" for row in rows):
        raise Refusal("parcel_short", parcel=parcel.code)
    PARCEL.check(parcel.state, "dispatched", parcel=parcel.code)
    held = lots.held_among({row.lot_id for row in rows if row.lot_id is not None})
    if held is not None:
        raise Refusal("parcel_held", parcel=parcel.code, lot=held)


def _charge(
    order: Order, parcel: Parcel, siblings: Sequence[Sibling], held: dict[int, Contents]
) -> Fen:
    parts = [Part(each.id, held[each.id].value, each.charge) for each in siblings]
    return charge_of(parcel.id, order.total_fen, _refunded_before(order), parts)


BOOKED, ENTRIES = db.table(Posting).c, db.table(Entry).c
BEFORE_DISPATCH = (
    select(ENTRIES.kind, func.sum(BOOKED.fen))
    .where(BOOKED.entry_id == ENTRIES.id)
    .where(BOOKED.order_id == bindparam("order"), BOOKED.account == "shopper")
    .where(ENTRIES.kind.in_(("payment", "refund")))
    .group_by(ENTRIES.kind)
)


def _refunded_before(order: Order) -> Fen:
    """Return what of the order's total went back before dispatch.

    A second or late payment that went back was never part of the total: what was
    paid above it is left out.
    """
    rows = db.session.execute(BEFORE_DISPATCH, {"order": order.id})
    sums = {kind: int(fen) for kind, fen in rows}
    too_much = max(0, -sums.get("payment", 0) - int(order.total_fen))
    return Fen(sums.get("refund", 0) - too_much)


def _dispatch_lines(
    order: Order, parcel: Parcel, rows: Sequence[Allocation], held: Contents, charge: Fen
) -> list[Line]:
    fees = fees_of(
        db.get(FeeSchedule, order.fee_schedule_id),
        grown=held.grown,
        boxes=held.boxes,
        charge=charge,
    )
    shares = [Line("share_pending", -row.share_fen, order.id, row.id) for row in rows]
    costs = {
        "station": fees.station,
        "packing": fees.packing,
        "bought_in": held.bought_in,
        "freight": parcel.freight_cost_fen,
        "payment_fee": fees.payment,
    }
    paid_out = [*shares, *(Line(account, -cost, order.id) for account, cost in costs.items())]
    rest = charge + Fen.total(line.fen for line in paid_out)
    return [
        Line("shopper", charge, order.id),
        *paid_out,
        Line("brand_fund", -rest, order.id),
    ]


def _sold(row: Allocation) -> Flow:
    return Flow(allocation_id=row.id, grams=row.grams, retail=row.retail_fen, booked=row.share_fen)


def _tell(order: Order, parcel: Parcel, carrier: str, number: str, now: datetime) -> None:
    letters.to_buyer(
        order,
        f"dispatched:{parcel.code}",
        "dispatched",
        now=now,
        parcel=parcel.code,
        carrier=carrier,
        number=number,
    )


def close(parcel_id: int, *, after_sale: timedelta, actor: Actor, now: datetime) -> Parcel:
    """Close a delivered parcel once ``after_sale`` is over: its shares fall due.

    A lost or returned parcel need not wait. The order is completed when this was
    its last open parcel and nothing is owed either way. Closed again: no change.

    Raises:
        Refusal: ``parcel_step``; ``after_sale_open`` (``until``); ``shopper_owes``.
    """
    order, parcel = parcels.locked(parcel_id)
    if parcel.state == "closed":
        return parcel
    PARCEL.check(parcel.state, "closed", parcel=parcel.code)
    _check_window(parcel, after_sale, now)
    owed = books.balance("shopper", order_id=order.id)
    if owed > ZERO:
        raise Refusal("shopper_owes", order=order.code, amount=owed)
    rows = _allocations(parcel)
    _book_due(order, rows, now)
    parcels.advance([row.id for row in rows], "due")
    parcels.mark_closed(parcel.id, now=now)
    lifecycle.complete_if_done(order.id, now=now, shopper_balance=owed)
    audit.record(actor, "close", "parcel", parcel.code, now=now)
    return parcel


def _check_window(parcel: Parcel, after_sale: timedelta, now: datetime) -> None:
    if parcel.state in GONE_FOR_GOOD or parcel.delivered_at is None:
        return
    until = parcel.delivered_at + after_sale
    if now < until:
        raise Refusal("after_sale_open", parcel=parcel.code, until=until)


def _book_due(order: Order, rows: Sequence[Allocation], now: datetime) -> None:
    pending = _pending([row.id for row in rows])
    flows = []
    for allocation_id, fen in sorted(pending.items()):
        lines = [
            Line("share_pending", fen, order.id, allocation_id),
            Line("share_due", -fen, order.id, allocation_id),
        ]
        books.post("due", f"allocation:{allocation_id}", lines, now=now)
        flows.append(Flow(allocation_id=allocation_id, due=fen))
    summary.record(books.booked_month(now), flows)


PENDING = (
    select(BOOKED.allocation_id, func.sum(BOOKED.fen))
    .where(BOOKED.account == "share_pending")
    .where(BOOKED.allocation_id.in_(bindparam("allocations", expanding=True)))
    .group_by(BOOKED.allocation_id)
    .having(func.sum(BOOKED.fen) != 0)
)


def _pending(allocation_ids: Sequence[int]) -> dict[int, Fen]:
    """Return what the books hold as pending for each allocation that has any."""
    rows = db.session.execute(PENDING, {"allocations": list(allocation_ids)})
    return {row: Fen(-int(fen)) for row, fen in rows if row is not None}


_SHOPPER = (
    select(func.coalesce(func.sum(Posting.fen), 0))
    .where(Posting.account == "shopper", Posting.order_id == Parcel.order_id)
    .scalar_subquery()
)
_WINDOW_OVER = (Parcel.state == "delivered") & (Parcel.delivered_at <= bindparam("delivered_by"))
OVER = (
    select(Parcel.id)
    .where(_WINDOW_OVER | Parcel.state.in_(GONE_FOR_GOOD), _SHOPPER <= 0)
    .order_by(Parcel.order_id, Parcel.id)
    .limit(bindparam("most"))
)


def close_due(*, after_sale: timedelta, now: datetime, limit: int = 20) -> int:
    """Close up to ``limit`` parcels whose window has passed; returns how many (a chore)."""
    asked = {"delivered_by": now - after_sale, "most": limit}
    closed = list(db.session.scalars(OVER, asked))
    for parcel_id in closed:
        close(parcel_id, after_sale=after_sale, actor=Actor.shop(), now=now)
    return len(closed)
