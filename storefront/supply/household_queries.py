"""Whose pages these are: a household as its own screens and its station name it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Executable, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.errors import NotFound
from storefront.supply.households import Household, status_on
from storefront.supply.mergers import HouseholdMerger, HouseholdSplit
from storefront.supply.models import Lot
from storefront.supply.places import Station, Village
from storefront.weight import Grams

# Nothing more is asked of these: the page of a household is not its registry file.
_CARD = select(
    Household.id,
    Household.code,
    Household.head,
    Village.name_zh,
    Village.name_en,
    Household.station_id,
).join(Village, Village.id == Household.village_id)


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """A household as its own pages and its station name it."""

    id: int
    code: str
    head: str
    village_zh: str
    village_en: str
    station_id: int | None


def household_card(household_id: int) -> HouseholdCard:
    """Return one household. Raises NotFound."""
    return _one_card(Household.id == household_id)


def household_at_station(code: str, station_id: int | None) -> HouseholdCard:
    """Return the household ``code`` of a station. Raises NotFound where it is another's."""
    return _one_card(and_(Household.code == code, Household.station_id == station_id))


def _one_card(wanted: ColumnElement[bool]) -> HouseholdCard:
    return HouseholdCard(*_one(_CARD.where(wanted)))


def _one(query: Executable) -> tuple[Any, ...]:
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return tuple(row)


def station_name(station_id: int | None) -> tuple[str, str]:
    """Return a station's names, Chinese and English. Raises NotFound."""
    query = select(Station.name_zh, Station.name_en).where(Station.id == station_id)
    name_zh, name_en = _one(query)
    return name_zh, name_en


@dataclass(frozen=True, slots=True)
class HouseholdEntry:
    """A household as the registry knows it today, without its numbers."""

    id: int
    code: str
    head: str
    payee: str
    payee_relation: str
    members: int
    orchard_tenth_mu: int | None
    village_id: int
    village_zh: str
    village_en: str
    station_id: int | None
    status: str
    into: str | None
    out_of: str | None


_INTO, _FROM = aliased(Household), aliased(Household)
_ENTRY = (
    select(
        Household.id,
        Household.code,
        Household.head,
        Household.payee,
        Household.payee_relation,
        Household.members,
        Household.orchard_tenth_mu,
        Household.village_id,
        Village.name_zh,
        Village.name_en,
        Household.station_id,
    )
    .join(Village, Village.id == Household.village_id)
    .outerjoin(HouseholdMerger, HouseholdMerger.household_id == Household.id)
    .outerjoin(_INTO, _INTO.id == HouseholdMerger.into_id)
    .outerjoin(HouseholdSplit, HouseholdSplit.household_id == Household.id)
    .outerjoin(_FROM, _FROM.id == HouseholdSplit.from_id)
    .add_columns(_INTO.code, _FROM.code)
    .where(Household.code == bindparam("code"))
)


def entry(code: str, day: date) -> HouseholdEntry | None:
    """Return a household's entry as it stands on ``day``; None where there is none."""
    row = db.session.execute(_ENTRY, {"code": code}).first()
    if row is None:
        return None
    *known, into, out_of = tuple(row)
    return HouseholdEntry(*[*known, status_on(row.id, day), into, out_of])


def declared_free(household_id: int) -> Grams:
    """Return what a household has declared and nobody has bought."""
    free = func.coalesce(func.sum(Lot.available_g), 0)
    query = select(free).where(Lot.household_id == household_id, Lot.state == "declared")
    return Grams(int(db.session.scalar(query) or 0))


def station_in(village_id: int) -> int | None:
    """Return a village's station, where it has just one."""
    query = select(Station.id).where(Station.village_id == village_id)
    found = list(db.session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else None
