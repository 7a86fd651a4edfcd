"""The kept summary: what each household earned, by month and everything the county asks for.

Kept in the transaction that books, never worked out on a page. It has shelves
(coarser sums of the same flows), so that no page has to scan the finest one.
``flask books check`` compares every shelf with the postings (law 10).

What has no fen is not in the books, and so not here either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, bindparam, func, literal, select

from storefront import db
from storefront.money import ZERO, Fen
from storefront.orders.models import Allocation, Line, LinePart, Order
from storefront.settlement.models import CountyMonth, HouseholdMonth
from storefront.supply.models import Lot, Movement
from storefront.weight import NOTHING, Grams

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

NONE = "none"
AMOUNTS = (
    "grams",
    "retail_fen",
    "booked_fen",
    "reversed_fen",
    "due_fen",
    "paid_fen",
    "confirmed_fen",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One table of sums and the dimensions it keeps apart."""

    model: type[HouseholdMonth | CountyMonth]
    key: tuple[str, ...]


COUNTY = (
    "month",
    "village_id",
    "status",
    "product_id",
    "grade_id",
    "channel",
    "station_id",
    "custody",
)
SHELVES = (
    Shelf(HouseholdMonth, ("household_id", *COUNTY)),
    Shelf(CountyMonth, COUNTY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What happened to one row, an allocation or a loss; each amount adds to its month."""

    allocation_id: int | None = None
    movement_id: int | None = None
    grams: Grams = NOTHING
    retail: Fen = ZERO
    booked: Fen = ZERO
    reversed: Fen = ZERO
    due: Fen = ZERO
    paid: Fen = ZERO
    confirmed: Fen = ZERO

    @property
    def amounts(self) -> tuple[int, ...]:
        """The amounts in the order of ``AMOUNTS``."""
        money = (self.retail, self.booked, self.reversed, self.due, self.paid, self.confirmed)
        return (int(self.grams), *map(int, money))

    @property
    def turned(self) -> "Flow":
        """What a correction of the entry adds, in its own month: income taken back is reversed."""
        return replace(
            self,
            grams=-self.grams,
            retail=-self.retail,
            booked=ZERO,
            reversed=self.booked - self.reversed,
            due=-self.due,
            paid=-self.paid,
        )


Sums = dict[tuple[Any, ...], list[int]]


def record(month: str, flows: Iterable[Flow]) -> None:
    """Add ``flows`` to every shelf under ``month`` (the month of their entry)."""
    counted = list(flows)
    places = _dimensions(counted)
    for shelf in SHELVES:
        _add(shelf, _sums(shelf, month, counted, places))


def _dimensions(flows: Sequence[Flow]) -> dict[tuple[int | None, int | None], dict[str, Any]]:
    """Return the dimensions of each row, found by (allocation id, movement id)."""
    found: dict[tuple[int | None, int | None], dict[str, Any]] = {}
    allocations = [flow.allocation_id for flow in flows if flow.allocation_id is not None]
    movements = [flow.movement_id for flow in flows if flow.movement_id is not None]
    if allocations:
        for row in db.session.execute(OF_ALLOCATION, {"ids": allocations}):
            found[row.id, None] = row._asdict()
    if movements:
        for row in db.session.execute(OF_MOVEMENT, {"ids": movements}):
            found[None, row.id] = row._asdict()
    return found


def _sums(
    shelf: Shelf,
    month: str,
    flows: Sequence[Flow],
    places: dict[tuple[int | None, int | None], dict[str, Any]],
) -> Sums:
    sums: Sums = {}
    for flow in flows:
        place = {**places[flow.allocation_id, flow.movement_id], "month": month}
        key = tuple(place[name] for name in shelf.key)
        kept = sums.setdefault(key, [0] * len(AMOUNTS))
        sums[key] = [old + new for old, new in zip(kept, flow.amounts, strict=True)]
    return sums


def _add(shelf: Shelf, sums: Sums) -> None:
    """Add to the shelf's rows, by key: whoever writes at the same time takes the same order."""
    names = (*shelf.key, *AMOUNTS)
    rows = [dict(zip(names, (*key, *sums[key]), strict=True)) for key in sorted(sums)]
    if rows:
        db.session.execute(_adding(shelf, db.dialect()), rows)


@cache
def _adding(shelf: Shelf, _dialect: str) -> "postgresql.Insert | sqlite.Insert":
    table = cast("Table", shelf.model.__table__)
    insert = db.insert(table)
    more = {name: table.c[name] + insert.excluded[name] for name in AMOUNTS}
    return insert.on_conflict_do_update(index_elements=shelf.key, set_=more)


ROWS, LINES, PARTS = db.table(Allocation), db.table(Line), db.table(LinePart)
ORDERS, LOTS = db.table(Order), db.table(Lot)
STATION = func.coalesce(LOTS.c.station_id, 0).label("station_id")
OF_ALLOCATION = (
    select(
        ROWS.c.id,
        ROWS.c.household_id,
        ROWS.c.village_id,
        ROWS.c.status,
        LINES.c.product_id,
        PARTS.c.grade_id,
        ORDERS.c.channel,
        STATION,
        ROWS.c.custody,
    )
    .join(PARTS, PARTS.c.id == ROWS.c.line_part_id)
    .join(LINES, LINES.c.id == ROWS.c.line_id)
    .join(ORDERS, ORDERS.c.id == ROWS.c.order_id)
    .join(LOTS, LOTS.c.id == ROWS.c.lot_id)
    .where(ROWS.c.id.in_(bindparam("ids", expanding=True)))
)
OF_MOVEMENT = (
    select(
        Movement.id,
        Lot.household_id,
        Movement.village_id,
        Movement.status,
        literal(0).label("product_id"),
        Lot.grade_id,
        literal(NONE).label("channel"),
        STATION,
        literal(NONE).label("custody"),
    )
    .join(Lot, Lot.id == Movement.lot_id)
    .where(Movement.id.in_(bindparam("ids", expanding=True)))
)
