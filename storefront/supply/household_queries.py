"""Whose pages these are: a household as its own screens and its station name it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Executable, and_, select

from storefront import db
from storefront.errors import NotFound
from storefront.supply.households import Household
from storefront.supply.places import Station, Village

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
