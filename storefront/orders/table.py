"""The packing table: a label is read, and the parcel knows which of its crates that is."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from storefront import db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.orders import packing, parcels
from storefront.orders.labels import Label, read_label
from storefront.orders.models import Allocation, LinePart
from storefront.orders.packing import Packed
from storefront.supply.households import Household
from storefront.supply.models import Lot


class Row(NamedTuple):
    """One crate of a parcel, as the table needs to know it."""

    id: int
    state: str
    crate: str | None
    grade_id: int
    lot: str | None
    head: str | None


ROWS = (
    select(
        Allocation.id,
        Allocation.state,
        Allocation.crate,
        LinePart.grade_id,
        Lot.code,
        Household.head,
    )
    .join(LinePart, LinePart.id == Allocation.line_part_id)
    .outerjoin(Lot, Lot.id == Allocation.lot_id)
    .outerjoin(Household, Household.id == Allocation.household_id)
    .where(
        Allocation.parcel_id == bindparam("parcel"),
        Allocation.state.in_(("planned", "short", "packed")),
    )
    .order_by(Allocation.position, Allocation.id)
)
NAMED = (
    select(Lot.code, Lot.grade_id, Household.head)
    .join(Household, Household.id == Lot.household_id)
    .where(Lot.code == bindparam("code"))
)


def put_in(
    parcel_id: int, crate: str, how: str, *, swap: bool = False, actor: Actor, now: datetime
) -> Packed:
    """Confirm the crate whose label was read for the row of the parcel that waits for it.

    A crate of another lot of the grade goes in only if ``swap`` says so: that moves a
    share from one household to another. A crate that is in already goes in no second time.

    Raises:
        Refusal: ``crate_is_in``; ``crate_of_another_parcel``; ``nothing_waits``;
            ``another_lot`` with both heads; ``no_such_grade``; as ``packing.confirm_crate``.
    """
    label = read_label(crate)
    _, parcel = parcels.locked(parcel_id)
    rows = [Row._make(row) for row in db.session.execute(ROWS, {"parcel": parcel_id})]
    if any(row.crate == str(label) and row.state == "packed" for row in rows):
        raise Refusal("crate_is_in", field="crate", crate=str(label))
    elsewhere = packing.parcel_with(label, besides=parcel_id)
    if elsewhere is not None:
        raise Refusal("crate_of_another_parcel", field="crate", parcel=elsewhere)
    waiting = [row for row in rows if row.state == "planned"]
    if not waiting:
        raise Refusal("nothing_waits", field="crate", parcel=parcel.code)
    own = next((row for row in waiting if row.lot == label.lot), None)
    row = own or _other(waiting, label, swap=swap)
    return packing.confirm_crate(row.id, crate, how, actor=actor, now=now)


def _other(waiting: Sequence[Row], label: Label, *, swap: bool) -> Row:
    """Return the first row that a crate of a lot nobody planned here may fill."""
    lot = db.session.execute(NAMED, {"code": label.lot}).first()
    if lot is None:
        raise Refusal("unknown_crate", field="crate", typed=str(label))
    fitting = [row for row in waiting if row.grade_id == lot.grade_id]
    if not fitting:
        raise Refusal("no_such_grade", field="crate", lot=label.lot)
    if not swap:
        first = fitting[0]
        heads = {"lot": label.lot, "head": lot.head, "planned": first.lot, "instead_of": first.head}
        raise Refusal("another_lot", field="crate", **heads)
    return fitting[0]
