"""What a household asks: what is owed, when it comes, what came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap

from sqlalchemy import bindparam, func, literal, null, select, union_all

from storefront import clock, columns, db
from storefront.catalogue.models import Grade
from storefront.ledger.models import Entry, Posting
from storefront.money import ZERO, Fen
from storefront.orders.lives import SOLD
from storefront.orders.models import Allocation, LinePart, Order, Parcel
from storefront.settlement.models import BankResult, Confirmation, PayItem, PayRun
from storefront.supply.disputes import stands_on
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams

OWING = ("share_pending", "share_due", "in_transit")


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """Pay that the bank sent and the household has not confirmed yet."""

    item_id: int
    run_code: str
    amount: Fen
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What a household is owed (law 9), the day more of it falls due, and what to confirm."""

    pending: Fen
    due: Fen
    in_transit: Fen
    next_due_on: date | None
    arrived: tuple[ToConfirm, ...]

    @property
    def total(self) -> Fen:
        """Everything that is owed."""
        return self.pending + self.due + self.in_transit


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One allocation as its household sees it; ``reversed`` was taken off its share since.

    ``disputed``: it is not paid until an answer is given about its slip.
    """

    allocation_id: int
    order_code: str
    parcel_code: str
    lot_code: str
    crate: str | None
    grade_zh: str
    grade_en: str
    grams: Grams
    share: Fen
    reversed: Fen
    state: str
    dispatched_at: datetime | None
    due_at: datetime | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class PaidItem:
    """Pay that arrived at the bank, and whether the household said so."""

    item_id: int
    run_code: str
    amount: Fen
    paid_at: datetime
    confirmed_at: datetime | None
    how: str | None


def owed_to(household_id: int, *, delivery: timedelta, after_sale: timedelta) -> Owed:
    """Return what a household is owed now.

    ``next_due_on`` is the first day on which something pending can fall due: the end
    of the after-sale window of a delivered parcel, or of one that is still on its way
    and counts as delivered ``delivery`` after it left.
    """
    sums, arrivals = _standing(household_id, delivery)
    return Owed(
        pending=sums.get("share_pending", ZERO),
        due=sums.get("share_due", ZERO),
        in_transit=sums.get("in_transit", ZERO),
        next_due_on=clock.china_day(min(arrivals) + after_sale) if arrivals else None,
        arrived=tuple(
            ToConfirm(item.item_id, item.run_code, item.amount, item.paid_at)
            for item in past_pay(household_id)
            if item.confirmed_at is None
        ),
    )


_OF_ALLOCATIONS = (
    select(Posting.account, Posting.fen)
    .join(Allocation, Allocation.id == Posting.allocation_id)
    .where(Allocation.household_id == bindparam("household"), Posting.account.in_(OWING))
)
_OF_LOSSES = (
    select(Posting.account, Posting.fen)
    .join(Movement, Movement.id == Posting.movement_id)
    .join(Lot, Lot.id == Movement.lot_id)
    .where(Lot.household_id == bindparam("household"), Posting.account.in_(OWING))
)
_POSTED = union_all(_OF_ALLOCATIONS, _OF_LOSSES).subquery()
_BALANCES = select(
    _POSTED.c.account,
    func.sum(_POSTED.c.fen).label("fen"),
    null().label("delivered_at"),
    null().label("dispatched_at"),
).group_by(_POSTED.c.account)
_ON_THE_WAY = (
    select(
        literal("on_the_way"),
        literal(0),
        func.min(Parcel.delivered_at),
        func.min(Parcel.dispatched_at),
    )
    .join(Allocation, Allocation.parcel_id == Parcel.id)
    .where(Allocation.household_id == bindparam("household"), Allocation.state == "booked")
    .group_by(Parcel.delivered_at.is_(None))
)
_STANDING = union_all(_ON_THE_WAY, _BALANCES)


def _standing(household_id: int, delivery: timedelta) -> tuple[dict[str, Fen], list[datetime]]:
    """Return what the books say is owed by account, and when what is on its way arrives.

    One statement: it stands on the page that a phone opens in an orchard.
    """
    sums: dict[str, Fen] = {}
    arrivals: list[datetime] = []
    for account, fen, delivered, dispatched in db.session.execute(
        _STANDING, {"household": household_id}
    ):
        if account in OWING:
            sums[account] = Fen(-int(fen))
        elif dispatched is not None:
            arrivals.append(delivered or dispatched + delivery)
    return sums, arrivals


# what refunds took off a row's share
REVERSED = (
    select(func.coalesce(func.sum(Posting.fen, type_=columns.FenType), 0))
    .join(Entry, Entry.id == Posting.entry_id)
    .where(Posting.allocation_id == Allocation.id, Entry.kind == "refund_dispatched")
    .correlate(Allocation)
    .scalar_subquery()
)


def share_rows(
    household_id: int, *, before_id: int | None = None, limit: int = 20
) -> tuple[ShareRow, ...]:
    """Return a household's booked allocations, newest first, below ``before_id``."""
    query = (
        select(
            Allocation.id,
            Order.code,
            Parcel.code,
            Lot.code,
            Allocation.crate,
            Grade.name_zh,
            Grade.name_en,
            Allocation.grams,
            Allocation.share_fen,
            REVERSED,
            Allocation.state,
            Parcel.dispatched_at,
            Parcel.closed_at,
            stands_on(Lot.id),
        )
        .join(Order, Order.id == Allocation.order_id)
        .join(Parcel, Parcel.id == Allocation.parcel_id)
        .join(Lot, Lot.id == Allocation.lot_id)
        .join(LinePart, LinePart.id == Allocation.line_part_id)
        .join(Grade, Grade.id == LinePart.grade_id)
        .where(Allocation.household_id == household_id, Allocation.state.in_(SOLD))
        .order_by(Allocation.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(Allocation.id < before_id)
    return tuple(starmap(ShareRow, db.session.execute(query)))


def past_pay(household_id: int) -> tuple[PaidItem, ...]:
    """Return what a household was paid, newest first."""
    query = (
        select(
            PayItem.id,
            PayRun.code,
            PayItem.amount_fen,
            BankResult.at,
            Confirmation.at,
            Confirmation.how,
        )
        .join(PayRun, PayRun.id == PayItem.run_id)
        .join(BankResult, BankResult.item_id == PayItem.id)
        .outerjoin(Confirmation, Confirmation.item_id == PayItem.id)
        .where(PayItem.household_id == household_id, PayItem.state == "paid")
        .order_by(PayItem.id.desc())
    )
    return tuple(starmap(PaidItem, db.session.execute(query)))
