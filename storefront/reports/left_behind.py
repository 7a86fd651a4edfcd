"""Who was left behind: registered households with nothing booked in a season."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import starmap

from sqlalchemy import func, select

from storefront import db
from storefront.reports.seasons import months_of
from storefront.settlement.models import HouseholdMonth
from storefront.supply.households import Household, HouseholdStatus
from storefront.supply.models import Lot
from storefront.supply.places import Township, Village
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A household without income, its status today, and what it has to sell."""

    household_code: str
    head: str
    township_zh: str
    township_en: str
    village_zh: str
    village_en: str
    status: str
    lots: int
    declared: Grams
    on_hand: Grams


def left_behind(
    season: int, *, today: date, statuses: Collection[str] | None = None
) -> tuple[LeftBehind, ...]:
    """Return the households with nothing booked in ``season``, by code; one statement.

    ``statuses`` keeps only households that have one of these statuses today.
    """
    status = (
        select(HouseholdStatus.status)
        .where(HouseholdStatus.household_id == Household.id, HouseholdStatus.from_day <= today)
        .order_by(HouseholdStatus.from_day.desc())
        .limit(1)
        .scalar_subquery()
    )
    status_today = func.coalesce(status, "general")
    lots = (Lot.household_id == Household.id) & (Lot.season == season)
    earned = (
        select(HouseholdMonth.household_id)
        .where(HouseholdMonth.month.between(*months_of(season)))
        .group_by(HouseholdMonth.household_id)
        .having(func.sum(HouseholdMonth.booked_fen - HouseholdMonth.reversed_fen) > 0)
    )
    shown = (
        Household.code,
        Household.head,
        Township.name_zh,
        Township.name_en,
        Village.name_zh,
        Village.name_en,
    )
    query = (
        select(
            *shown,
            status_today,
            func.count(Lot.id),
            func.coalesce(func.sum(Lot.declared_g), 0),
            func.coalesce(func.sum(Lot.on_hand_g), 0),
        )
        .join(Village, Village.id == Household.village_id)
        .join(Township, Township.id == Village.township_id)
        .outerjoin(Lot, lots)
        .where(Household.id.not_in(earned))
        .group_by(Household.id, *shown)
        .order_by(Household.code)
    )
    if statuses is not None:
        query = query.where(status_today.in_(statuses))
    return tuple(starmap(LeftBehind, db.session.execute(query)))
