"""Who was left behind: registered households with nothing booked in a season."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import starmap

from sqlalchemy import func, select

from storefront import db
from storefront.reports.registry import status_at
from storefront.reports.seasons import last_day, months_of
from storefront.settlement.models import HouseholdMonth
from storefront.supply.households import Household
from storefront.supply.mergers import stands_without
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

    One that went into another by the end of the season is not counted beside it, and
    what was booked for it counts for the other one. ``statuses`` keeps only households
    that have one of these statuses today.
    """
    status = status_at(today)
    lots = (Lot.household_id == Household.id) & (Lot.season == season)
    first, last = months_of(season)
    earned = (
        select(HouseholdMonth.household_id)
        .where(HouseholdMonth.month.between(first, last))
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
            status,
            func.count(Lot.id),
            func.coalesce(func.sum(Lot.declared_g), 0),
            func.coalesce(func.sum(Lot.on_hand_g), 0),
        )
        .join(Village, Village.id == Household.village_id)
        .join(Township, Township.id == Village.township_id)
        .outerjoin(Lot, lots)
        .where(stands_without(earned, last_day(last)))
        .group_by(Household.id, *shown)
        .order_by(Household.code)
    )
    if statuses is not None:
        query = query.where(status.in_(statuses))
    return tuple(starmap(LeftBehind, db.session.execute(query)))
