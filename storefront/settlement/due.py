"""What is due and not in any live pay item: the rows a pay run may take."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select

from storefront import db
from storefront.clock import CHINA
from storefront.ledger.models import Posting
from storefront.money import Fen
from storefront.orders.models import Allocation, Parcel
from storefront.settlement.models import PayItemRow
from storefront.supply.models import Lot, Movement


@dataclass(frozen=True, slots=True)
class DueRow:
    """An allocation, or a loss we bear, that a household is to be paid for."""

    household_id: int
    allocation_id: int | None
    movement_id: int | None
    amount: Fen


def due_rows(cutoff: date) -> list[DueRow]:
    """Return every row that fell due by the end of ``cutoff`` (China), by household."""
    end = datetime.combine(cutoff + timedelta(days=1), time(), CHINA)
    found = [
        DueRow(row.household_id, row.allocation_id, row.movement_id, Fen(int(row.amount)))
        for query in (_allocations(end), _losses(end))
        for row in db.session.execute(query)
    ]
    return sorted(found, key=_place)


def _place(row: DueRow) -> tuple[int, int, int]:
    return (row.household_id, row.allocation_id or 0, row.movement_id or 0)


def _allocations(end: datetime) -> Select[Any]:
    owed = (
        select(func.coalesce(-func.sum(Posting.fen), 0))
        .where(Posting.account == "share_due", Posting.allocation_id == Allocation.id)
        .scalar_subquery()
    )
    taken = select(PayItemRow.id).where(PayItemRow.allocation_id == Allocation.id, PayItemRow.live)
    return (
        select(
            Allocation.household_id,
            Allocation.id.label("allocation_id"),
            literal(None).label("movement_id"),
            owed.label("amount"),
        )
        .join(Parcel, Parcel.id == Allocation.parcel_id)
        .where(Allocation.state == "due", Parcel.closed_at < end, ~taken.exists())
    )


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
    )
