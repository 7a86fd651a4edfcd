"""The county's income report: what each household earned, from the kept summary.

One rule for the page and every export: they read the same rows.
"""

from dataclasses import dataclass
from itertools import starmap
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from storefront import db
from storefront.reports.amounts import Amounts, Shelf, sums
from storefront.settlement.models import CountyMonth, HouseholdMonth
from storefront.supply.households import Household
from storefront.supply.places import Township, Village, family

CURSOR = "~"  # stands in no household code, village id or status


@dataclass(frozen=True, slots=True)
class Filter:
    """Which flows: months as ``2026-09``, both included; None leaves a dimension open.

    Village and status are those frozen on the rows, not today's; ``through`` sums a place with
    all that stand for it today.
    """

    from_month: str
    to_month: str
    status: str | None = None
    village_id: int | None = None
    township_id: int | None = None
    product_id: int | None = None
    through: bool = False

    @property
    def villages(self) -> Select[int] | None:
        """The villages asked for, as SQL; ``through`` with those that stand for the same today."""
        if self.village_id is None and self.township_id is None:
            return None
        named = select(Village.id)
        if self.village_id is not None:
            named = named.where(Village.id == self.village_id)
        if self.township_id is not None:
            named = named.where(Village.township_id == self.township_id)
        return family(named) if self.through else named


@dataclass(frozen=True, slots=True)
class IncomeRow(Amounts):
    """A household under one village and one status: a change of either begins a row."""

    household_code: str
    head: str
    township_zh: str
    township_en: str
    village_id: int
    village_zh: str
    village_en: str
    status: str

    @property
    def cursor(self) -> str:
        """The row's place in the report."""
        return CURSOR.join((self.household_code, str(self.village_id), self.status))


@dataclass(frozen=True, slots=True)
class Totals(Amounts):
    """The totals row: over everything the filter lets through, not only this page."""

    households: int


@dataclass(frozen=True, slots=True)
class Income:
    """A page of the report, its totals, and where the next page begins."""

    rows: tuple[IncomeRow, ...]
    totals: Totals
    next: str | None


@dataclass(frozen=True, slots=True)
class MonthRow(Amounts):
    """One month of the whole county."""

    month: str


def income(wanted: Filter, *, after: str | None = None, limit: int = 50) -> Income:
    """Return the report's page after the row ``after``; two statements however many orders."""
    query = _rows(wanted).limit(limit + 1)
    if after:
        query = query.where(_place(after) < PLACE)
    rows = tuple(starmap(IncomeRow, db.session.execute(query)))
    page = rows[:limit]
    return Income(page, totals(wanted), page[-1].cursor if len(rows) > limit else None)


def totals(wanted: Filter) -> Totals:
    """Return the totals over everything the filter lets through."""
    query = select(*sums(HouseholdMonth), func.count(HouseholdMonth.household_id.distinct()))
    found = db.session.execute(query.where(*_matching(HouseholdMonth, wanted)))
    return next(starmap(Totals, found))


def by_month(wanted: Filter) -> tuple[MonthRow, ...]:
    """Return the county's months, oldest first, from the shelf without households."""
    query = (
        select(*sums(CountyMonth), CountyMonth.month)
        .where(*_matching(CountyMonth, wanted))
        .group_by(CountyMonth.month)
        .order_by(CountyMonth.month)
    )
    return tuple(starmap(MonthRow, db.session.execute(query)))


PLACE = tuple_(Household.code, HouseholdMonth.village_id, HouseholdMonth.status)


def _place(cursor: str) -> ColumnElement[Any]:
    code, _, rest = cursor.partition(CURSOR)
    village, _, status = rest.partition(CURSOR)
    return tuple_(code, int(village) if village.isdigit() else 0, status)


def _rows(wanted: Filter) -> Select[*tuple[Any, ...]]:
    group = (
        Household.code,
        Household.head,
        Township.name_zh,
        Township.name_en,
        HouseholdMonth.village_id,
        Village.name_zh,
        Village.name_en,
        HouseholdMonth.status,
    )
    return (
        select(*sums(HouseholdMonth), *group)
        .join(Household, Household.id == HouseholdMonth.household_id)
        .join(Village, Village.id == HouseholdMonth.village_id)
        .join(Township, Township.id == Village.township_id)
        .where(*_matching(HouseholdMonth, wanted))
        .group_by(*group)
        .order_by(Household.code, HouseholdMonth.village_id, HouseholdMonth.status)
    )


def _matching(shelf: Shelf, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [shelf.month.between(wanted.from_month, wanted.to_month)]
    if wanted.status is not None:
        found.append(shelf.status == wanted.status)
    villages = wanted.villages
    if villages is not None:
        found.append(shelf.village_id.in_(villages))
    if wanted.product_id is not None:
        found.append(shelf.product_id == wanted.product_id)
    return found
