"""An agent finds a household: by head, pinyin, initials, code, or the end of a phone number."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ForeignKey, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.accounts import members
from storefront.catalogue.folding import joined
from storefront.catalogue.spelling import spellings
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Village
from storefront.weight import Grams

LEAST_DIGITS = 4  # of the end of a phone number: fewer would name half a village
BAR = "|"


class HouseholdName(db.Base):
    """How the head of a household is typed in letters, as a chore wrote it down.

    Beside the household, not in it: who spells needs the readings, who writes the registry
    does not. ``head`` is the name that was spelt; where it is another by now, it is spelt anew.
    """

    __tablename__ = "household_name"

    household_id: Mapped[int] = mapped_column(
        ForeignKey("household.id"), primary_key=True, autoincrement=False
    )
    head: Mapped[str]
    found_by: Mapped[str]


@dataclass(frozen=True, slots=True)
class StationRow:
    """A household on its station's list, with what it said it will bring."""

    code: str
    head: str
    village_zh: str
    village_en: str
    declared: Grams


def spell_households(*, limit: int = 50) -> int:
    """Spell up to ``limit`` heads that are not yet, or not as they are called now (a chore)."""
    query = (
        select(Household.id, Household.head)
        .outerjoin(HouseholdName, HouseholdName.household_id == Household.id)
        .where(HouseholdName.head.is_distinct_from(Household.head))
        .order_by(Household.id)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    for household_id, head in rows:
        row = db.session.get(HouseholdName, household_id)
        row = row or HouseholdName(household_id=household_id)
        row.head, row.found_by = head, BAR + BAR.join(spellings(head)) + BAR
        db.session.add(row)
    db.session.flush()
    return len(rows)


def households_of_station(
    station_id: int | None, q: str = "", *, after: str = "", limit: int = 30
) -> tuple[StationRow, ...]:
    """Return a station's households by code; with ``q`` those that are meant by it."""
    declared = (
        select(func.coalesce(func.sum(Lot.declared_g), 0))
        .where(Lot.household_id == Household.id, Lot.state == "declared")
        .scalar_subquery()
    )
    query = (
        select(Household.code, Household.head, Village.name_zh, Village.name_en, declared)
        .join(Village, Village.id == Household.village_id)
        .where(Household.station_id == station_id, Household.code > after)
        .order_by(Household.code)
        .limit(limit)
    )
    if q:
        query = query.where(_meant_by(q, station_id))
    return tuple(
        StationRow(code, head, zh, en, Grams(int(grams)))
        for code, head, zh, en, grams in db.session.execute(query)
    )


def _meant_by(q: str, station_id: int | None) -> ColumnElement[bool]:
    named = [
        Household.code.icontains(q, autoescape=True),
        Household.head.contains(q, autoescape=True),
    ]
    typed = joined(q)
    if typed:
        spelt = select(HouseholdName.household_id)
        named.append(
            Household.id.in_(spelt.where(HouseholdName.found_by.contains(typed, autoescape=True)))
        )
    if q.isascii() and q.isdigit() and len(q) >= LEAST_DIGITS:
        ends = [key for key, phone in _phones(station_id) if phone.endswith(q)]
        named.append(Household.id.in_(ends))
    return or_(*named)


def _phones(station_id: int | None) -> Iterator[tuple[int, str]]:
    """Yield the numbers of a station's households and of who signs in for them.

    They are encrypted, so the end of one is looked for here: a station has some hundreds.
    """
    written = select(Household.id, Household.phone).where(Household.station_id == station_id)
    own = {key: phone or "" for key, phone in db.session.execute(written)}
    yield from own.items()
    yield from members.phones_of(own)
