"""One row of a household's income, opened: its crate, its parcel, what was paid for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.orders.lives import SOLD
from storefront.orders.models import Allocation, LinePart, Order, Parcel
from storefront.settlement.models import BankResult, Confirmation, PayItem, PayItemRow, PayRun
from storefront.settlement.queries import REVERSED
from storefront.supply.disputes import stands_on
from storefront.supply.models import Lot, Slip
from storefront.weight import FenPerKg, Grams


@dataclass(frozen=True, slots=True)
class Paid:
    """That a row stood in a pay run: what of it, and what the bank and the household said.

    ``fen`` is below zero where it took back what had been refunded to the buyer since.
    """

    run_code: str
    fen: Fen
    drafted_at: datetime
    answered_at: datetime | None
    ok: bool | None
    confirmed_at: datetime | None
    how: str | None


@dataclass(frozen=True, slots=True)
class OpenedShare:
    """One allocation, with all that stands behind its fen; nothing of the buyer."""

    allocation_id: int
    grade_zh: str
    grade_en: str
    lot: str
    crate: str | None
    slip: str | None
    harvested_on: date
    price: FenPerKg | None
    grams: Grams
    share: Fen
    reversed: Fen
    state: str
    how_confirmed: str | None
    packed_at: datetime | None
    order_code: str
    parcel_code: str
    dispatched_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    disputed: bool
    paid: tuple[Paid, ...]


_SHARE = (
    select(
        Allocation.id,
        Grade.name_zh,
        Grade.name_en,
        Lot.code,
        Allocation.crate,
        Slip.code,
        Lot.harvested_on,
        Lot.purchase_price,
        Allocation.grams,
        Allocation.share_fen,
        REVERSED,
        Allocation.state,
        Allocation.how_confirmed,
        Allocation.packed_at,
        Order.code,
        Parcel.code,
        Parcel.dispatched_at,
        Parcel.delivered_at,
        Parcel.closed_at,
        stands_on(Lot.id),
    )
    .join(Order, Order.id == Allocation.order_id)
    .join(Parcel, Parcel.id == Allocation.parcel_id)
    .join(Lot, Lot.id == Allocation.lot_id)
    .join(LinePart, LinePart.id == Allocation.line_part_id)
    .join(Grade, Grade.id == LinePart.grade_id)
    .outerjoin(Slip, Slip.id == Lot.slip_id)
    .where(
        Allocation.id == bindparam("row"),
        Allocation.household_id == bindparam("household"),
        Allocation.state.in_(SOLD),
    )
)
_PAID = (
    select(
        PayRun.code,
        PayItemRow.fen,
        PayRun.drafted_at,
        BankResult.at,
        BankResult.ok,
        Confirmation.at,
        Confirmation.how,
    )
    .join(PayItem, PayItem.id == PayItemRow.item_id)
    .join(PayRun, PayRun.id == PayItem.run_id)
    .outerjoin(BankResult, BankResult.item_id == PayItem.id)
    .outerjoin(Confirmation, Confirmation.item_id == PayItem.id)
    .where(PayItemRow.allocation_id == bindparam("row"), PayRun.state != "abandoned")
    .order_by(PayItemRow.id)
)


def opened_share(household_id: int, row: int) -> OpenedShare:
    """Return one row of a household's income. Raises NotFound where it is another's."""
    found = db.session.execute(_SHARE, {"row": row, "household": household_id}).first()
    if found is None:
        raise NotFound
    paid = tuple(Paid(*each) for each in db.session.execute(_PAID, {"row": row}))
    facts: tuple[Any, ...] = (*found, paid)
    return OpenedShare(*facts)
