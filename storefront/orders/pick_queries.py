"""The pick list: of which lot how many crates of which weight, whatever the number of orders."""

from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.orders.models import Allocation, Order, Parcel
from storefront.supply.households import Household
from storefront.supply.models import Lot, LotHold
from storefront.supply.places import Station, Village
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Size:
    """So many crates of one weight to be taken of a lot; ``is_due``: their parcels leave today."""

    lot_id: int
    grams: Grams
    is_due: bool
    crates: int
    promised_on: date


@dataclass(frozen=True, slots=True)
class LotAt:
    """A lot where it lies, and whose it is."""

    id: int
    code: str
    state: str
    storage_ends_on: date
    household: str
    head: str
    village_zh: str
    village_en: str
    grade_zh: str
    grade_en: str
    station_zh: str | None
    station_en: str | None
    held_because: str | None


_DUE = case((Parcel.promised_on <= bindparam("today"), 1), else_=0).label("due")
SIZES: Select[*tuple[Any, ...]] = (
    select(
        Allocation.lot_id,
        Allocation.grams,
        _DUE,
        func.count(),
        func.min(Parcel.promised_on),
    )
    .join(Parcel, Parcel.id == Allocation.parcel_id)
    .join(Order, Order.id == Parcel.order_id)
    .where(Parcel.state == "planned", Order.state == "confirmed", Allocation.state == "planned")
    .group_by(Allocation.lot_id, Allocation.grams, _DUE)
    .order_by(Allocation.lot_id, Allocation.grams.desc(), _DUE.desc())
)


def sizes(today: date) -> tuple[Size, ...]:
    """Return what is to be taken of every lot for all parcels that wait. One statement."""
    rows = db.session.execute(SIZES, {"today": today})
    return tuple(
        Size(lot, grams, bool(due), int(crates), day) for lot, grams, due, crates, day in rows
    )


LOTS: Select[*tuple[Any, ...]] = (
    select(
        Lot.id,
        Lot.code,
        Lot.state,
        Lot.storage_ends_on,
        Household.code,
        Household.head,
        Village.name_zh,
        Village.name_en,
        Grade.name_zh,
        Grade.name_en,
        Station.name_zh,
        Station.name_en,
        LotHold.reason,
    )
    .join(Household, Household.id == Lot.household_id)
    .join(Village, Village.id == Household.village_id)
    .join(Grade, Grade.id == Lot.grade_id)
    .outerjoin(Station, Station.id == Lot.station_id)
    .outerjoin(LotHold, and_(LotHold.lot_id == Lot.id, LotHold.released_at.is_(None)))
    .where(Lot.id.in_(bindparam("lots", expanding=True)))
    .order_by(Station.code, Lot.storage_ends_on, Lot.id)
)


def lots_at(lot_ids: list[int]) -> tuple[LotAt, ...]:
    """Return these lots in the order in which they are walked to. One statement."""
    return tuple(starmap(LotAt, db.session.execute(LOTS, {"lots": lot_ids})))


NEXT = (
    select(Parcel.code)
    .join(Order, Order.id == Parcel.order_id)
    .where(Parcel.state == "planned", Order.state == "confirmed", Parcel.id != bindparam("besides"))
    .where(
        ~select(Allocation.id)
        .where(Allocation.parcel_id == Parcel.id, Allocation.state == "short")
        .exists()
    )
    .order_by(Parcel.promised_on, Parcel.id)
    .limit(1)
)


def next_to_pack(besides: int = 0) -> str | None:
    """Return the code of the parcel that is to be packed first; of one with a short row never."""
    return db.session.scalar(NEXT, {"besides": besides})
