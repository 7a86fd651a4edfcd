"""One household in a period: the rows its income is the sum of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.ledger.models import Posting
from storefront.money import Fen
from storefront.orders.models import Allocation, Line, Order
from storefront.reports.amounts import Amounts
from storefront.reports.income import Filter
from storefront.reports.registry import INTO, status_at
from storefront.reports.row_flows import FLOWS, row_flows
from storefront.supply.households import Household
from storefront.supply.models import Lot, Movement
from storefront.supply.places import Township, Village
from storefront.weight import Grams

MONEY = FLOWS[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An allocation (it has an order) or a loss in our keeping (it has a reason).

    Village and status are those of the day it was made. ``grams`` are the row's own;
    ``sums`` are what the period counts of it.
    """

    order_code: str | None
    reason: str | None
    lot_code: str
    crate: str | None
    how: str | None
    entry_id: int | None
    at: datetime
    product_zh: str | None
    product_en: str | None
    grade_zh: str
    grade_en: str
    village_zh: str
    village_en: str
    status: str
    grams: Grams
    sums: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRows:
    """A household as it is today, and its rows in the period, oldest first.

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
    rows: tuple[Row, ...]
    totals: Amounts


def household_rows(code: str, wanted: Filter, *, today: date) -> HouseholdRows:
    """Return the rows of a household that ``wanted`` counts; two statements.

    Raises:
        NotFound: no household is registered under ``code``.
    """
    found = db.session.execute(_household(today).where(Household.code == code)).one_or_none()
    if found is None:
        raise NotFound
    facts = found._asdict()
    rows = tuple(_row(row._asdict()) for row in db.session.execute(_rows(facts.pop("id"), wanted)))
    return HouseholdRows(**facts, rows=rows, totals=_total(rows))


def _household(today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Household.id,
            Household.code,
            Household.head,
            Household.members,
            Household.orchard_tenth_mu,
            Township.name_zh.label("township_zh"),
            Township.name_en.label("township_en"),
            Village.name_zh.label("village_zh"),
            Village.name_en.label("village_en"),
            status_at(today).label("status"),
            INTO.label("into"),
        )
        .join(Village, Village.id == Household.village_id)
        .join(Township, Township.id == Village.township_id)
    )


def _rows(household_id: int, wanted: Filter) -> Select[*tuple[Any, ...]]:
    flows = row_flows(household_id, wanted.from_month, wanted.to_month).subquery()
    village = func.coalesce(Allocation.village_id, Movement.village_id)
    status = func.coalesce(Allocation.status, Movement.status)
    at = func.coalesce(Allocation.packed_at, Movement.at)
    return (
        select(
            Order.code.label("order_code"),
            Movement.reason,
            Lot.code.label("lot_code"),
            Allocation.crate,
            Allocation.how_confirmed.label("how"),
            _first_entry(flows.c.allocation_id, flows.c.movement_id).label("entry_id"),
            at.label("at"),
            Line.name_zh.label("product_zh"),
            Line.name_en.label("product_en"),
            Grade.name_zh.label("grade_zh"),
            Grade.name_en.label("grade_en"),
            Village.name_zh.label("village_zh"),
            Village.name_en.label("village_en"),
            status.label("status"),
            func.coalesce(Allocation.grams, Movement.grams).label("grams"),
            func.coalesce(Allocation.retail_fen, 0).label("retail"),
            *(flows.c[name] for name in FLOWS),
        )
        .outerjoin(Allocation, Allocation.id == flows.c.allocation_id)
        .outerjoin(Order, Order.id == Allocation.order_id)
        .outerjoin(Line, Line.id == Allocation.line_id)
        .outerjoin(Movement, Movement.id == flows.c.movement_id)
        .join(Lot, Lot.id == func.coalesce(Allocation.lot_id, Movement.lot_id))
        .join(Grade, Grade.id == Lot.grade_id)
        .join(Village, Village.id == village)
        .where(*_conditions(wanted, status))
        .order_by(at, flows.c.allocation_id, flows.c.movement_id)
    )


def _first_entry(
    allocation: ColumnElement[Any], movement: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Return the entry that booked the row."""
    of_allocation = select(func.min(Posting.entry_id)).where(Posting.allocation_id == allocation)
    of_movement = select(func.min(Posting.entry_id)).where(Posting.movement_id == movement)
    return func.coalesce(of_allocation.scalar_subquery(), of_movement.scalar_subquery())


def _conditions(wanted: Filter, status: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    asked = (
        (status, wanted.status),
        (Line.product_id, wanted.product_id),
    )
    found = [column == wish for column, wish in asked if wish is not None]
    villages = wanted.villages
    return found if villages is None else [*found, Village.id.in_(villages)]


def _row(facts: dict[str, Any]) -> Row:
    sold = int(facts.pop("sold"))
    grams, retail = Grams(int(facts.pop("grams"))), Fen(int(facts.pop("retail")))
    money = {name: Fen(int(facts.pop(name))) for name in MONEY}
    amounts = Amounts(grams=grams * sold, retail=retail * sold, **money)
    return Row(**facts, grams=abs(grams), sums=amounts)


def _total(rows: Sequence[Row]) -> Amounts:
    return Amounts(
        grams=Grams.total(row.sums.grams for row in rows),
        **{name: Fen.total(getattr(row.sums, name) for row in rows) for name in ("retail", *MONEY)},
    )
