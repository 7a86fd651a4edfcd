"""What happened to each row of a household in a period, read from the postings themselves.

The kept summary adds the same flows up when they are booked; here they are read
back row by row, so that every figure of the county opens down to the rows it is
the sum of. A figure of a correction takes the meaning of what it corrects.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storefront.ledger.models import Entry, Posting
from storefront.orders.models import Allocation
from storefront.settlement.models import Confirmation, PayItemRow
from storefront.supply.models import Lot, Movement

FLOWS = ("sold", "booked", "reversed", "due", "paid", "confirmed")
CORRECTION = "correction"

_corrected = aliased(Entry)
_kind = func.coalesce(_corrected.kind, Entry.kind)


def _of(kinds: tuple[str, ...], account: str) -> ColumnElement[bool]:
    return and_(_kind.in_(kinds), Posting.account == account)


_earned = or_(_of(("dispatch",), "share_pending"), _of(("loss",), "share_due"))
_borne = and_(_kind == "refund_dispatched", Posting.account.in_(("share_pending", "share_due")))
_corrects = Entry.kind == CORRECTION
# in the order of FLOWS without the last, which is no posting; a credit is negative
_OF_POSTING: tuple[ColumnElement[Any], ...] = (
    case((_of(("dispatch",), "share_pending"), case((_corrects, -1), else_=1)), else_=0),
    case((and_(_earned, ~_corrects), -Posting.fen), else_=0),
    case((and_(_earned, _corrects), Posting.fen), (_borne, Posting.fen), else_=0),
    case((_of(("due", "loss", "refund_dispatched"), "share_due"), -Posting.fen), else_=0),
    case((_of(("pay_ok",), "in_transit"), Posting.fen), else_=0),
)


def row_flows(household_id: int, from_month: str, to_month: str) -> Select[*tuple[Any, ...]]:
    """Return a query: allocation id or movement id, and the sum of each of ``FLOWS``.

    ``sold`` is 1 for an allocation whose parcel left in the period; the others are fen.
    """
    months = (from_month, to_month)
    flows = _flows(household_id, months).subquery()
    sums = (func.sum(flows.c[name]).cast(Integer).label(name) for name in FLOWS)
    moved = or_(*(flows.c[name] != 0 for name in FLOWS))
    return (
        select(flows.c.allocation_id, flows.c.movement_id, *sums)
        .where(moved)
        .group_by(flows.c.allocation_id, flows.c.movement_id)
    )


def _flows(household_id: int, months: tuple[str, str]) -> CompoundSelect[*tuple[Any, ...]]:
    own = {
        Allocation.id: Allocation.household_id == household_id,
        Movement.id: Movement.lot_id.in_(select(Lot.id).where(Lot.household_id == household_id)),
    }
    return union_all(
        *(_posted(row, months).where(theirs) for row, theirs in own.items()),
        *(_confirmed(row, months).where(theirs) for row, theirs in own.items()),
    )


def _keys(row: InstrumentedAttribute[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    of_allocation = row is Allocation.id
    none = literal(None, Integer)
    allocation, movement = (row, none) if of_allocation else (none, row)
    return allocation.label("allocation_id"), movement.label("movement_id")


def _posted(row: InstrumentedAttribute[int], months: tuple[str, str]) -> Select[*tuple[Any, ...]]:
    about = Posting.allocation_id if row is Allocation.id else Posting.movement_id
    named = zip((*_OF_POSTING, literal(0)), FLOWS, strict=True)
    return (
        select(*_keys(row), *(flow.label(name) for flow, name in named))
        .join(Posting, about == row)
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(_corrected, _corrected.id == Entry.reverses_id)
        .where(Entry.booked_month.between(*months))
    )


def _confirmed(
    row: InstrumentedAttribute[int], months: tuple[str, str]
) -> Select[*tuple[Any, ...]]:
    about = PayItemRow.allocation_id if row is Allocation.id else PayItemRow.movement_id
    nothing = (literal(0).label(name) for name in FLOWS[:-1])
    return (
        select(*_keys(row), *nothing, PayItemRow.fen.label(FLOWS[-1]))
        .join(PayItemRow, about == row)
        .join(Confirmation, Confirmation.item_id == PayItemRow.item_id)
        .where(Confirmation.month.between(*months))
    )
