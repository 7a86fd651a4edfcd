"""What the brand office asks of the store: lots, and how long they keep."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any

from sqlalchemy import Select, and_, or_, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.supply.households import Household
from storefront.supply.models import Lot, LotHold
from storefront.supply.places import Station, Village
from storefront.weight import FenPerKg, Grams

PAGE = 50


@dataclass(frozen=True, slots=True)
class StoredLot:
    """A lot as the store sees it; ``held_because`` is set while a hold stands."""

    id: int
    code: str
    household: str
    head: str
    village_zh: str
    village_en: str
    station_zh: str | None
    station_en: str | None
    grade_id: int
    grade_zh: str
    grade_en: str
    state: str
    harvested_on: date
    ready_on: date
    storage_ends_on: date
    declared: Grams
    on_hand: Grams
    available: Grams
    net: Grams | None
    price: FenPerKg | None
    received_at: datetime | None
    held_because: str | None

    @property
    def planned(self) -> Grams:
        """Grams set aside for orders."""
        return self.declared + self.on_hand - self.available


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lots are asked for; every part may be left open."""

    state: str | None = None
    grade_id: int | None = None
    q: str = ""


_STANDING = and_(LotHold.lot_id == Lot.id, LotHold.released_at.is_(None))
_STORED: Select[*tuple[Any, ...]] = (
    select(
        Lot.id,
        Lot.code,
        Household.code,
        Household.head,
        Village.name_zh,
        Village.name_en,
        Station.name_zh,
        Station.name_en,
        Lot.grade_id,
        Grade.name_zh,
        Grade.name_en,
        Lot.state,
        Lot.harvested_on,
        Lot.ready_on,
        Lot.storage_ends_on,
        Lot.declared_g,
        Lot.on_hand_g,
        Lot.available_g,
        Lot.net_g,
        Lot.purchase_price,
        Lot.received_at,
        LotHold.reason,
    )
    .join(Household, Household.id == Lot.household_id)
    .join(Village, Village.id == Household.village_id)
    .join(Grade, Grade.id == Lot.grade_id)
    .outerjoin(Station, Station.id == Lot.station_id)
    .outerjoin(LotHold, _STANDING)
)


def open_lots(
    wanted: Wanted, *, after: tuple[date, int] | None = None, limit: int = PAGE
) -> tuple[StoredLot, ...]:
    """Return lots by the end of their storage, then id; ``after`` is the last one seen.

    Closed lots come only when they are asked for.
    """
    query = _STORED.where(*_conditions(wanted))
    if after is not None:
        end, lot_id = after
        later = or_(Lot.storage_ends_on > end, and_(Lot.storage_ends_on == end, Lot.id > lot_id))
        query = query.where(later)
    query = query.order_by(Lot.storage_ends_on, Lot.id).limit(limit)
    return tuple(starmap(StoredLot, db.session.execute(query)))


def _conditions(wanted: Wanted) -> list[Any]:
    conditions: list[Any] = []
    if wanted.state == "held":
        conditions.append(LotHold.id.is_not(None))
    elif wanted.state:
        conditions.append(Lot.state == wanted.state)
    else:
        conditions.append(Lot.state != "closed")
    if wanted.grade_id is not None:
        conditions.append(Lot.grade_id == wanted.grade_id)
    if wanted.q:
        columns = (Lot.code, Household.code, Household.head)
        conditions.append(or_(*(column.contains(wanted.q, autoescape=True) for column in columns)))
    return conditions


def ending_soon(by: date, *, limit: int = 50) -> tuple[StoredLot, ...]:
    """Return lots in the store that must be gone by a day, the most pressing first."""
    query = _STORED.where(Lot.state == "received", Lot.on_hand_g > 0, Lot.storage_ends_on <= by)
    query = query.order_by(Lot.storage_ends_on, Lot.id).limit(limit)
    return tuple(starmap(StoredLot, db.session.execute(query)))


def stored_lot(code: str) -> StoredLot:
    """Return one lot. Raises NotFound."""
    found = list(starmap(StoredLot, db.session.execute(_STORED.where(Lot.code == code))))
    if not found:
        raise NotFound
    return found[0]
