"""What the packing table asks: whose crate goes into which parcel. Never whose status."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any

from sqlalchemy import Select, and_, func, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.orders.lives import LIVE, UNPACKED
from storefront.orders.models import Allocation, Line, LinePart, Order, Parcel, ParcelBoxes
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Station, Village
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class CrateRow:
    """One allocation as a packer sees it: which crate, whose, into which parcel."""

    id: int
    order_id: int
    order_code: str
    parcel_id: int
    parcel_code: str
    promised_on: date
    state: str
    grams: Grams
    crate: str | None
    weighed: Grams | None
    how_confirmed: str | None
    packed_at: datetime | None
    line_zh: str
    line_en: str
    label_zh: str
    label_en: str
    grade_zh: str
    grade_en: str
    lot_id: int | None
    lot: str | None
    lot_state: str | None
    storage_ends_on: date | None
    household: str | None
    head: str | None
    village_zh: str | None
    village_en: str | None
    station_zh: str | None
    station_en: str | None
    line_position: int

    @property
    def over(self) -> Grams:
        """What the crate weighed above its grams."""
        return max((self.weighed or self.grams) - self.grams, NOTHING)

    @property
    def under(self) -> Grams:
        """What it weighed below them."""
        return max(self.grams - (self.weighed or self.grams), NOTHING)


@dataclass(frozen=True, slots=True)
class PackingPage:
    """A parcel on the packing table: its address, and everything that goes into it."""

    id: int
    order_id: int
    code: str
    order_code: str
    order_state: str
    state: str
    promised_on: date
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    address: str
    carrier: str | None
    number: str | None
    packed_at: datetime | None
    dispatched_at: datetime | None
    delivered_at: datetime | None
    lost_at: datetime | None
    returned_at: datetime | None
    closed_at: datetime | None
    rows: tuple[CrateRow, ...] = ()
    bought_in: tuple["BoughtRow", ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a crate is still to be confirmed or found."""
        return any(row.state in UNPACKED for row in self.rows)

    @property
    def is_short(self) -> bool:
        """Whether a row has no lot: the parcel cannot be packed."""
        return any(row.state == "short" for row in self.rows)


@dataclass(frozen=True, slots=True)
class BoughtRow:
    """Bought-in goods that belong into the parcel."""

    name_zh: str
    name_en: str
    pieces: int


_CRATES: Select[*tuple[Any, ...]] = (
    select(
        Allocation.id,
        Allocation.order_id,
        Order.code,
        Allocation.parcel_id,
        Parcel.code,
        Parcel.promised_on,
        Allocation.state,
        Allocation.grams,
        Allocation.crate,
        Allocation.weighed_g,
        Allocation.how_confirmed,
        Allocation.packed_at,
        Line.name_zh,
        Line.name_en,
        Line.label_zh,
        Line.label_en,
        Grade.name_zh,
        Grade.name_en,
        Allocation.lot_id,
        Lot.code,
        Lot.state,
        Lot.storage_ends_on,
        Allocation.household_code,
        Household.head,
        Village.name_zh,
        Village.name_en,
        Station.name_zh,
        Station.name_en,
        Line.position,
    )
    .join(Order, Order.id == Allocation.order_id)
    .join(Parcel, Parcel.id == Allocation.parcel_id)
    .join(Line, Line.id == Allocation.line_id)
    .join(LinePart, LinePart.id == Allocation.line_part_id)
    .join(Grade, Grade.id == LinePart.grade_id)
    .outerjoin(Lot, Lot.id == Allocation.lot_id)
    .outerjoin(Household, Household.id == Allocation.household_id)
    .outerjoin(Village, Village.id == Allocation.village_id)
    .outerjoin(Station, Station.id == Lot.station_id)
)
_TO_PACK = and_(Order.state == "confirmed", Parcel.state == "planned")


def crates_to_take(lot_ids: Collection[int], until: date | None = None) -> tuple[CrateRow, ...]:
    """Return the planned rows on these lots, of parcels promised ``until`` a day or any day."""
    query = _CRATES.where(_TO_PACK, Allocation.state == "planned", Allocation.lot_id.in_(lot_ids))
    if until is not None:
        query = query.where(Parcel.promised_on <= until)
    order = (Allocation.lot_id, Parcel.promised_on, Allocation.id)
    return tuple(starmap(CrateRow, db.session.execute(query.order_by(*order))))


def crates_of_order(order_id: int) -> tuple[CrateRow, ...]:
    """Return the rows that fill an order, in the order of its lines."""
    query = _CRATES.where(Allocation.order_id == order_id, Allocation.state.in_(LIVE))
    order = (Allocation.position, Allocation.id)
    return tuple(starmap(CrateRow, db.session.execute(query.order_by(*order))))


def crate(allocation_id: int, parcel_code: str) -> CrateRow:
    """Return one row of a parcel. Raises NotFound where it stands in another."""
    query = _CRATES.where(Allocation.id == allocation_id, Parcel.code == parcel_code)
    found = list(starmap(CrateRow, db.session.execute(query)))
    if not found:
        raise NotFound
    return found[0]


def short_rows(limit: int = 50) -> tuple[CrateRow, ...]:
    """Return the rows that have no lot, by the day their parcel is promised."""
    query = _CRATES.where(Allocation.state == "short", Order.state == "confirmed")
    query = query.order_by(Parcel.promised_on, Allocation.id).limit(limit)
    return tuple(starmap(CrateRow, db.session.execute(query)))


def packing_page(code: str) -> PackingPage:
    """Return a parcel with everything that goes into it. Three statements. Raises NotFound."""
    names = [name for name in PackingPage.__slots__ if hasattr(Parcel, name)]
    columns = [getattr(Parcel, name) for name in names]
    query = (
        select(*columns, Order.code.label("order_code"), Order.state.label("order_state"))
        .join(Order, Order.id == Parcel.order_id)
        .where(Parcel.code == code)
    )
    row = db.session.execute(query).mappings().first()
    if row is None:
        raise NotFound
    facts: Any = dict(row)
    return PackingPage(**facts, rows=_rows_of(row["id"]), bought_in=_bought_in(row["id"]))


def parcel_id(code: str) -> int:
    """Return the id of a parcel. Raises NotFound."""
    found = db.session.scalar(select(Parcel.id).where(Parcel.code == code))
    if found is None:
        raise NotFound
    return found


def _rows_of(parcel_id: int) -> tuple[CrateRow, ...]:
    query = _CRATES.where(Allocation.parcel_id == parcel_id, Allocation.state.in_(LIVE))
    order = (Allocation.position, Allocation.id)
    return tuple(starmap(CrateRow, db.session.execute(query.order_by(*order))))


def _bought_in(parcel_id: int) -> tuple[BoughtRow, ...]:
    query = (
        select(LinePart.name_zh, LinePart.name_en, func.sum(ParcelBoxes.boxes))
        .join(ParcelBoxes, ParcelBoxes.line_id == LinePart.line_id)
        .where(ParcelBoxes.parcel_id == parcel_id, LinePart.kind == "bought_in")
        .group_by(LinePart.name_zh, LinePart.name_en)
        .order_by(func.min(LinePart.id))
    )
    return tuple(BoughtRow(zh, en, int(pieces)) for zh, en, pieces in db.session.execute(query))
