"""The middle of a harvest for the producers' and the brand's screens."""

from dataclasses import dataclass

from sqlalchemy import select

from storefront import clock, db, ids
from storefront.orders.models import Allocation, Order, Parcel
from storefront.supply import lots
from storefront.supply.models import Lot, Slip
from storefront.weight import Grams
from tests import factories as make

DAY = clock.china_day(make.NOW)


@dataclass(frozen=True, slots=True)
class Harvest:
    """Codes of a harvest: Lin's received and declared lot and slip, Zhao's lot and slip.

    ``order`` waits to be packed (two crates: Lin's), in ``parcel``.
    """

    county: make.County
    lot: str
    declared: str
    slip: str
    zhao_lot: str
    zhao_slip: str
    order: str
    parcel: str


def harvest() -> Harvest:
    """Walk the harvest through the rooms' verbs."""
    with db.transaction():
        c = make.county()
        received = make.weigh(c, c.lin, c.first, 50_000)
        other = make.weigh(c, c.zhao, c.first, 40_000)
        declared = declare(c, c.lin, c.top, 30_000)
    order = sell(c, (make.BOX, 1), (make.PAIR, 1))
    return Harvest(
        county=c,
        lot=received.code,
        declared=declared.code,
        slip=slip_of(received),
        zhao_lot=other.code,
        zhao_slip=slip_of(other),
        order=order.code,
        parcel=make.parcel_of(order.id).code,
    )


def declare(c: make.County, household: int, grade: int, grams: int) -> Lot:
    """Declare a lot, as the household itself."""
    who = c.cast.lin if household == c.lin else c.cast.zhao
    return lots.declare(
        household,
        grade,
        Grams(grams),
        harvested_on=DAY,
        key=ids.new_key(),
        actor=who.actor,
        now=make.NOW,
    )


def sell(c: make.County, *items: tuple[str, int], steps: str = "") -> Order:
    """Sell an order; ``steps`` may go on to ``dispatch`` and ``close``."""
    with db.transaction():
        order = make.order(*items)
    with db.transaction():
        make.pay(order.id)
    if steps:
        with db.transaction():
            make.dispatch(c, order.id)
    if steps == "close":
        with db.transaction():
            make.close(c, order.id)
    return order


def slip_of(lot: Lot) -> str:
    """Return the code of the slip a lot was weighed in on."""
    return db.session.scalars(select(Slip.code).where(Slip.id == lot.slip_id)).one()


def lot_of(code: str) -> Lot:
    """Return a lot as it is now."""
    return db.session.scalars(select(Lot).where(Lot.code == code)).one()


def parcel_of(code: str) -> Parcel:
    """Return a parcel as it is now."""
    return db.session.scalars(select(Parcel).where(Parcel.code == code)).one()


def planned(code: str) -> list[Allocation]:
    """Return the rows of a parcel that wait for their crate."""
    query = select(Allocation).where(
        Allocation.parcel_id == parcel_of(code).id, Allocation.state == "planned"
    )
    return list(db.session.scalars(query.order_by(Allocation.id)))
