"""The registry as the county reads it: every household, and what it earned in a period."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.money import Fen
from storefront.settlement.models import HouseholdMonth
from storefront.supply.households import Household, HouseholdStatus
from storefront.supply.mergers import HouseholdMerger, merged_by, stands_without
from storefront.supply.places import Township, Village


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which households: ``text`` is looked for in codes, heads and village names.

    ``without_income`` keeps those that earned nothing from ``from_month`` to ``to_month``,
    nor any that went into them. A household that went into another one is found by
    ``text`` only: the registry counts the two as one.
    """

    from_month: str
    to_month: str
    text: str = ""
    village_id: int | None = None
    status: str | None = None
    without_income: bool = False


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A household today: where it lives, its status, and its own income in the period.

    ``into`` is the code of the household it went into, if it did.
    """

    code: str
    head: str
    members: int
    orchard_tenth_mu: int | None
    township_zh: str
    township_en: str
    village_zh: str
    village_en: str
    status: str
    into: str | None
    income: Fen


@dataclass(frozen=True, slots=True)
class Registry:
    """A page of households, how many there are in all, and where the next page begins."""

    rows: tuple[RegistryRow, ...]
    count: int
    next: str | None


def registry(wanted: Wanted, *, today: date, after: str | None = None, limit: int = 50) -> Registry:
    """Return the households ``wanted``, by code; two statements."""
    query = _found(wanted, today)
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    paged = query.where(Household.code > after) if after else query
    found = db.session.execute(paged.order_by(Household.code).limit(limit + 1)).all()
    rows = tuple(
        RegistryRow(**{**row._asdict(), "income": Fen(int(row.income))}) for row in found[:limit]
    )
    more = len(found) > limit
    return Registry(rows, count, rows[-1].code if more else None)


HEIR = aliased(Household)
INTO = (
    select(HEIR.code)
    .join(HouseholdMerger, HouseholdMerger.into_id == HEIR.id)
    .where(HouseholdMerger.household_id == Household.id)
    .scalar_subquery()
)


def _found(wanted: Wanted, today: date) -> Select[*tuple[Any, ...]]:
    earned = _earned(wanted)
    status = status_at(today)
    query = (
        select(
            Household.code,
            Household.head,
            Household.members,
            Household.orchard_tenth_mu,
            Township.name_zh.label("township_zh"),
            Township.name_en.label("township_en"),
            Village.name_zh.label("village_zh"),
            Village.name_en.label("village_en"),
            status.label("status"),
            INTO.label("into"),
            func.coalesce(earned.c.income, 0).label("income"),
        )
        .join(Village, Village.id == Household.village_id)
        .join(Township, Township.id == Village.township_id)
        .outerjoin(earned, earned.c.household_id == Household.id)
    )
    some = select(earned.c.household_id).where(earned.c.income > 0)
    return query.where(*_conditions(wanted, status, stands_without(some, today), today))


def _conditions(
    wanted: Wanted, status: ColumnElement[str], left_out: ColumnElement[bool], today: date
) -> list[ColumnElement[bool]]:
    text = wanted.text.strip()
    fits = or_(
        Household.code.istartswith(text, autoescape=True),
        Household.head.contains(text, autoescape=True),
        Village.name_zh.contains(text, autoescape=True),
        Village.name_en.icontains(text, autoescape=True),
    )
    asked = (
        (fits, text),
        (Household.village_id == wanted.village_id, wanted.village_id is not None),
        (status == wanted.status, wanted.status),
        (left_out, wanted.without_income),
        (Household.id.not_in(merged_by(today)), not text),
    )
    return [condition for condition, wish in asked if wish]


def _earned(wanted: Wanted) -> Any:  # noqa: ANN401  a subquery's columns are its own
    income = func.sum(HouseholdMonth.booked_fen - HouseholdMonth.reversed_fen)
    return (
        select(
            HouseholdMonth.household_id,
            income.label("income"),
        )
        .where(HouseholdMonth.month.between(wanted.from_month, wanted.to_month))
        .group_by(HouseholdMonth.household_id)
        .subquery()
    )


def status_at(today: date) -> ColumnElement[str]:
    """Return the status of the query's household on ``today``, as an SQL expression."""
    newest = (
        select(HouseholdStatus.status)
        .where(HouseholdStatus.household_id == Household.id, HouseholdStatus.from_day <= today)
        .order_by(HouseholdStatus.from_day.desc())
        .limit(1)
        .correlate(Household)
        .scalar_subquery()
    )
    return func.coalesce(newest, "general")
