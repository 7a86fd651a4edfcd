"""What the county's pages ask of places: villages, townships and stations, today's and former."""

from dataclasses import dataclass
from datetime import date
from itertools import starmap

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.errors import NotFound
from storefront.supply.households import Household
from storefront.supply.mergers import MERGED
from storefront.supply.places import Station, Township, Village


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A village that is one today, to choose from."""

    id: int
    code: str
    name_zh: str
    name_en: str
    township_zh: str
    township_en: str


STANDS = (
    Village.successor_id.is_(None)
    & (Village.valid_from <= bindparam("day"))
    & or_(Village.valid_to.is_(None), Village.valid_to >= bindparam("day"))
)
_CHOICES = (
    select(
        Village.id,
        Village.code,
        Village.name_zh,
        Village.name_en,
        Township.name_zh,
        Township.name_en,
    )
    .join(Township, Township.id == Village.township_id)
    .where(STANDS)
    .order_by(Village.code, Village.id)
)


def villages_on(day: date) -> tuple[PlaceChoice, ...]:
    """Return the villages of a day, by code. One statement."""
    return tuple(starmap(PlaceChoice, db.session.execute(_CHOICES, {"day": day})))


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village, how many households belong to it, who looks after them; what follows it."""

    id: int
    code: str
    name_zh: str
    name_en: str
    township_zh: str
    township_en: str
    valid_from: date
    valid_to: date | None
    households: int
    station: str | None
    into: str | None
    into_zh: str | None
    into_en: str | None


_HEIR = aliased(Village)
_HOMES = (
    select(
        Household.village_id,
        func.count(Household.id).label("homes"),
        func.min(Station.code).label("first"),
        func.max(Station.code).label("last"),
    )
    .outerjoin(Station, Station.id == Household.station_id)
    .where(Household.id.not_in(MERGED))
    .group_by(Household.village_id)
    .subquery()
)
_VILLAGES = (
    select(
        Village.id,
        Village.code,
        Village.name_zh,
        Village.name_en,
        Township.name_zh,
        Township.name_en,
        Village.valid_from,
        Village.valid_to,
        func.coalesce(_HOMES.c.homes, 0),
        case((_HOMES.c.first == _HOMES.c.last, _HOMES.c.first)),
        _HEIR.code,
        _HEIR.name_zh,
        _HEIR.name_en,
    )
    .join(Township, Township.id == Village.township_id)
    .outerjoin(_HOMES, _HOMES.c.village_id == Village.id)
    .outerjoin(_HEIR, _HEIR.id == Village.successor_id)
    .order_by(Village.code, Village.id)
)


def villages() -> tuple[VillageRow, ...]:
    """Return every village, also former ones, by code. One statement."""
    return tuple(starmap(VillageRow, db.session.execute(_VILLAGES)))


def village(code: str) -> VillageRow:
    """Return one village. Raises NotFound."""
    row = db.session.execute(_VILLAGES.where(Village.code == code)).first()
    if row is None:
        raise NotFound
    return VillageRow(*row)


def followed_by(village_id: int) -> tuple[VillageRow, ...]:
    """Return the villages that went into this one at once, by code."""
    found = db.session.execute(_VILLAGES.where(Village.successor_id == village_id))
    return tuple(starmap(VillageRow, found))


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station, where it is, and how many households it looks after."""

    id: int
    code: str
    name_zh: str
    name_en: str
    village_code: str
    village_zh: str
    village_en: str
    closed_on: date | None
    households: int


_STATIONS = (
    select(
        Station.id,
        Station.code,
        Station.name_zh,
        Station.name_en,
        Village.code,
        Village.name_zh,
        Village.name_en,
        Station.closed_on,
        select(func.count(Household.id))
        .where(Household.station_id == Station.id, Household.id.not_in(MERGED))
        .scalar_subquery(),
    )
    .join(Village, Village.id == Station.village_id)
    .order_by(Station.code, Station.id)
)


def stations() -> tuple[StationRow, ...]:
    """Return every station, also closed ones, by code. One statement."""
    return tuple(starmap(StationRow, db.session.execute(_STATIONS)))


def station(code: str) -> StationRow:
    """Return one station. Raises NotFound."""
    row = db.session.execute(_STATIONS.where(Station.code == code)).first()
    if row is None:
        raise NotFound
    return StationRow(*row)
