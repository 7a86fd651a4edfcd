"""What is due and not in any live pay item: the rows a pay run may take.

What was sold or lost of a lot whose slip its household disputes waits for the answer.
A paid share that a refund has since taken below zero is a row too, with less than
nothing: it lowers what its household is paid, and waits where there is nothing to lower.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select

from storefront import db
from storefront.clock import CHINA
from storefront.ledger.models import Entry, Posting
from storefront.money import ZERO, Fen
from storefront.orders.models import Allocation, Parcel
from storefront.settlement.models import PayItemRow
from storefront.supply.disputes import stands_on
from storefront.supply.models import Lot, Movement


@dataclass(frozen=True, slots=True)
class DueRow:
    """An allocation, or a loss we bear, that a household is to be paid for.

    ``recovers``: it was paid, and fell below zero afterwards; the amount is negative.
    """

    household_id: int
    allocation_id: int | None
    movement_id: int | None
    amount: Fen
    recovers: bool = False


def due_rows(cutoff: date) -> list[DueRow]:
    """Return every row that fell due by the end of ``cutoff`` (China), by household."""
    end = datetime.combine(cutoff + timedelta(days=1), time(), CHINA)
    found = [
        DueRow(row.household_id, row.allocation_id, row.movement_id, Fen(int(row.amount)), recovers)
        for query, recovers in (
            (_allocations(end), False),
            (_losses(end), False),
            (_fallen(end), True),
        )
        for row in db.session.execute(query)
    ]
    return sorted(found, key=_place)


def _place(row: DueRow) -> tuple[int, int, int, bool]:
    return (row.household_id, row.allocation_id or 0, row.movement_id or 0, row.recovers)


def by_household(rows: Iterable[DueRow]) -> dict[int, list[DueRow]]:
    """Return the rows of every household that is owed more than nothing together."""
    own: dict[int, list[DueRow]] = {}
    for row in rows:
        own.setdefault(row.household_id, []).append(row)
    return {household: rows for household, rows in own.items() if total(rows) > ZERO}


def total(rows: Iterable[DueRow]) -> Fen:
    """Return the sum of the rows; a row that recovers lowers it."""
    return Fen.total(row.amount for row in rows)


def _allocations(end: datetime) -> Select[Any]:
    return (
        _of_allocations(recovers=False)
        .join(Parcel, Parcel.id == Allocation.parcel_id)
        .where(Allocation.state == "due", Parcel.closed_at < end, ~stands_on(Allocation.lot_id))
    )


def _fallen(end: datetime) -> Select[Any]:
    """Return the paid shares that a refund booked before ``end`` has taken below zero."""
    borne = (
        select(Posting.allocation_id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.kind == "refund_dispatched", Posting.account == "share_due")
        .where(Entry.happened_at < end)
    )
    return _of_allocations(recovers=True).where(
        Allocation.id.in_(borne), Allocation.state.in_(("paid", "confirmed")), _OWED < 0
    )


_OWED = (
    select(func.coalesce(-func.sum(Posting.fen), 0))
    .where(Posting.account == "share_due", Posting.allocation_id == Allocation.id)
    .correlate(Allocation)
    .scalar_subquery()
)


def _of_allocations(*, recovers: bool) -> Select[Any]:
    """Return what is due on allocations that stand in no live row of this kind."""
    taken = select(PayItemRow.id).where(
        PayItemRow.allocation_id == Allocation.id,
        PayItemRow.live,
        PayItemRow.recovers.is_(recovers),
    )
    return select(
        Allocation.household_id,
        Allocation.id.label("allocation_id"),
        literal(None).label("movement_id"),
        _OWED.label("amount"),
    ).where(~taken.exists())


def _losses(end: datetime) -> Select[Any]:
    owed = (
        select(func.coalesce(-func.sum(Posting.fen), 0))
        .where(Posting.account == "share_due", Posting.movement_id == Movement.id)
        .scalar_subquery()
    )
    taken = select(PayItemRow.id).where(PayItemRow.movement_id == Movement.id, PayItemRow.live)
    return (
        select(
            Lot.household_id,
            literal(None).label("allocation_id"),
            Movement.id.label("movement_id"),
            owed.label("amount"),
        )
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Movement.owed_fen > 0, Movement.at < end, ~taken.exists())
        .where(~stands_on(Movement.lot_id))
    )
